"""The command that checks a saved model: verify."""

from __future__ import annotations

import typer

from readout_nlp.commands.options import ModelFolder

app = typer.Typer()


@app.command()
def verify(model: ModelFolder) -> None:
    """Check every file of a saved model.

    Each is compared with its SHA-256; the exit code is 3 if one differs.
    """
    from readout_nlp.saved.verify import verify_hashes

    verdict = verify_hashes(model)
    verdict.require()
    typer.echo(str(verdict))
