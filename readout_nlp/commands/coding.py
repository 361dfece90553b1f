"""Commands of human validation: sheets, score."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from readout_nlp.commands.options import AsJson, ModelFolder, Quiet, progress
from readout_nlp.commands.terminal import note, say_json
from readout_nlp.errors import EXIT_DONE, EXIT_QUARANTINED
from readout_nlp.text_tables import columns_of

app = typer.Typer()


@app.command()
def sheets(
    model: ModelFolder,
    corpus: Annotated[
        list[Path], typer.Argument(help="The corpus that the model was fitted on, or its pages.")
    ],
    out: Annotated[Path, typer.Option("--out", help="A new folder for the sheets and their key.")],
    tasks: Annotated[
        str | None,
        typer.Option(
            "--tasks",
            help="Kinds of tasks, as word_intrusion,word_set_intrusion,topic_intrusion,label_match,act_check,"
            "item_check; default: all but word_set_intrusion.",
        ),
    ] = None,
    coders: Annotated[int, typer.Option("--coders", min=2, help="How many coders.")] = 2,
    coder: Annotated[
        list[str] | None, typer.Option("--coder", help="A coder's pseudonym; may be repeated.")
    ] = None,
    per_topic: Annotated[int, typer.Option("--per-topic", min=1, help="Tasks of each topic and kind.")] = 3,
    items: Annotated[int, typer.Option("--items", min=1, help="Items for each check of the parser.")] = 60,
    shared: Annotated[
        float,
        typer.Option(
            "--shared", min=0, max=1, help="Part of the tasks that all code; each other goes to two."
        ),
    ] = 1.0,
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same sheets.")] = 0,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Make sheets on which people check whether a model and the parser mean what they seem to.

    For each coder a folder with an offline page and a CSV; the answers are in key.json, which coders must not
    see. Sheets hold texts of the corpus: they are for coders, not for publication.
    """
    from readout_nlp.coding.make import make_sheets

    folder, notes = make_sheets(
        model,
        corpus,
        out,
        kinds=tasks.split(",") if tasks else None,
        coders=coder or [f"coder-{number}" for number in range(1, coders + 1)],
        per_topic=per_topic,
        n_items=items,
        shared=shared,
        random_state=seed,
        progress=progress(quiet),
    )
    note(notes)
    if as_json:
        say_json({"folder": folder, "notes": list(notes)})
    else:
        typer.echo(folder)


@app.command()
def score(
    folder: Annotated[Path, typer.Argument(help="The folder that `sheets` made.")],
    coded: Annotated[
        list[Path] | None,
        typer.Option("--coded", help="A coded CSV; may be repeated. Default: the sheets in the folder."),
    ] = None,
    model: Annotated[
        Path | None, typer.Option("--model", help="Write the result into the card of this saved model.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Score coded sheets: shares right beside chance, agreement of the coders, and each topic.

    Tables go to FOLDER/scored; rows that cannot be read are named, and the exit code is then 1.
    """
    from readout_nlp.coding.score import score_sheets, write_to_card
    from readout_nlp.saved.tables import write_tables

    found = score_sheets(folder, coded or [])
    note(found.notes)
    note(found.faults, label="left out")
    if model is not None:
        write_to_card(model, found)
    write_tables(found.tables(), folder / "scored")
    if as_json:
        say_json(found.to_dict())
    else:
        typer.echo(found.as_text(columns_of(sys.stdout)))
        typer.echo(folder / "scored" if model is None else model)
    raise typer.Exit(EXIT_QUARANTINED if found.faults else EXIT_DONE)
