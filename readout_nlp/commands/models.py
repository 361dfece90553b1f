"""Commands on saved models: show, cite, diff."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from readout_nlp.commands.options import AsJson, ModelFolder

app = typer.Typer()


@app.command()
def show(model: ModelFolder) -> None:
    """Print the card of a saved model."""
    from readout_nlp.saved.card import read_card

    typer.echo(read_card(model), nl=False)


@app.command()
def cite(
    model: ModelFolder,
    style: Annotated[str, typer.Option("--format", help="bibtex, apa or cff.")] = "bibtex",
) -> None:
    """Print a citation of a saved model."""
    from readout_nlp.saved.cite import cite as citation

    typer.echo(citation(model, format=style))


@app.command()
def diff(
    one: ModelFolder,
    other: Annotated[Path, typer.Argument(help="The folder of the saved model to compare it with.")],
    as_json: AsJson = False,
) -> None:
    """Print what differs between two saved models: topics matched, settings, corpus, terms, shares."""
    from readout_nlp.saved.diff import diff_models
    from readout_nlp.saved.manifest import to_json

    found = diff_models(one, other)
    typer.echo(to_json(found.to_dict()) if as_json else str(found), nl=not as_json)
