"""Commands on saved models: show, cite."""

from __future__ import annotations

from typing import Annotated

import typer

from readout_nlp.commands.options import ModelFolder

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
