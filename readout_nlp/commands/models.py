"""Commands on saved models: show, cite, diff."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from readout_nlp.commands.options import AsJson, ModelFolder, one_of
from readout_nlp.commands.terminal import say_json
from readout_nlp.text_tables import columns_of

app = typer.Typer()


@app.command()
def show(model: ModelFolder, as_json: AsJson = False) -> None:
    """Print the card of a saved model."""
    from readout_nlp.commands.card import card_lines
    from readout_nlp.saved.card import read_card
    from readout_nlp.saved.manifest import read_manifest

    if as_json:
        say_json({"model": model, "card": read_card(model), "manifest": read_manifest(model)})
    else:
        for line in card_lines(read_card(model), columns_of(sys.stdout)):
            typer.echo(line)


@app.command()
def cite(
    model: ModelFolder,
    style: Annotated[
        str,
        typer.Option("--format", help="bibtex, apa or cff.", autocompletion=one_of("bibtex", "apa", "cff")),
    ] = "bibtex",
    as_json: AsJson = False,
) -> None:
    """Print a citation of a saved model."""
    from readout_nlp.saved.cite import cite as citation

    said = citation(model, format=style)
    if as_json:
        say_json({"model": model, "format": style, "citation": said})
    else:
        typer.echo(said)


@app.command()
def diff(
    one: ModelFolder,
    other: Annotated[Path, typer.Argument(help="The folder of the saved model to compare it with.")],
    as_json: AsJson = False,
) -> None:
    """Print what differs between two saved models: topics matched, settings, corpus, terms, shares."""
    from readout_nlp.saved.diff import diff_models

    found = diff_models(one, other)
    if as_json:
        say_json(found.to_dict())
    else:
        typer.echo(found.as_text(columns_of(sys.stdout)))
