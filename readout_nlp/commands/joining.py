"""The command that joins a user's table of places and years: join."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from readout_nlp.commands.options import AsJson, one_of
from readout_nlp.commands.terminal import say_json
from readout_nlp.errors import EXIT_DONE, EXIT_QUARANTINED
from readout_nlp.text_tables import columns_of

app = typer.Typer()


@app.command()
def join(
    table: Annotated[Path, typer.Argument(help="A table of ours, .csv or .parquet, with places and years.")],
    user_table: Annotated[
        Path,
        typer.Argument(help="Your table, a row a place and year; or terms of office: leader, start, end."),
    ],
    out: Annotated[Path, typer.Option("--out", help="A new .csv or .parquet file.")],
    on: Annotated[
        str | None, typer.Option("--on", help="Columns of our table, as place,year (the default).")
    ] = None,
    user_on: Annotated[
        str | None, typer.Option("--user-on", help="Columns of your table, where they are called otherwise.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Take only codes and names that were valid in the year.")
    ] = False,
    successions: Annotated[
        Path | None,
        typer.Option("--successions", help="Changes of codes that you know: code, year, successor, name."),
    ] = None,
    level: Annotated[
        str | None,
        typer.Option(
            "--level",
            help="Names mean a province, prefecture or county.",
            autocompletion=one_of("province", "prefecture", "county"),
        ),
    ] = None,
    corpus: Annotated[
        Path | None, typer.Option("--corpus", help="The corpus store whose place names our table uses.")
    ] = None,
    add_up: Annotated[
        str | None,
        typer.Option("--add-up", help="Columns to sum over units merged later, as gdp,population."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Join your table of places and years (GDP, tenures) to one of ours.

    Codes and names are followed through the years in which they were valid; nothing is guessed or dropped.
    What did not match is named on both sides; the exit code is then 1.
    """
    from readout_nlp.analysis.joining import join_files, told
    from readout_nlp.compare.place_sides import describe_join
    from readout_nlp.errors import RecipeError

    if strict and successions:
        raise RecipeError("--strict and --successions", "one of them", "leave one out")
    joined = join_files(
        table,
        user_table,
        out,
        on=_listed(on),
        user_on=_listed(user_on),
        crosswalk=successions or not strict,
        level=level,
        corpus=corpus,
        add_up=_listed(add_up) or (),
    )
    about = told(joined)
    if as_json:
        say_json({"out": out, **about})
    else:
        typer.echo(describe_join(joined, width=columns_of(sys.stderr)), err=True)
        typer.echo(out)
    raise typer.Exit(EXIT_QUARANTINED if about["unmatched"] else EXIT_DONE)


def _listed(names: str | None) -> list[str] | None:
    return None if names is None else [name.strip() for name in names.split(",") if name.strip()]
