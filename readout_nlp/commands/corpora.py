"""Commands on pages and corpora: sample, check, parse, ingest, corpus, evaluate."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from readout_nlp.commands.options import (
    AsJson,
    AsJsonLines,
    Corrections,
    DryRun,
    Paths,
    Quiet,
    name_quarantined,
    progress,
    say_plan,
)
from readout_nlp.commands.spreading import Scheduler, over
from readout_nlp.commands.terminal import say_json
from readout_nlp.errors import EXIT_DONE, EXIT_QUARANTINED
from readout_nlp.text_tables import columns_of, definitions

app = typer.Typer()


@app.command()
def sample(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder to write to.")],
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 0,
    cities: Annotated[int, typer.Option(min=2, help="How many fictional cities.")] = 12,
    years: Annotated[int, typer.Option(min=1, help="How many years.")] = 8,
    per_cell: Annotated[int | None, typer.Option(min=1, help="Readouts a city and year.")] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write synthetic raw pages with their truth."""
    from readout_nlp.sample.generate import SampleSettings
    from readout_nlp.sample.write import write_sample

    asked: dict[str, Any] = {"seed": seed, "cities": cities, "years": years, "per_cell": per_cell}
    settings = SampleSettings(**{key: value for key, value in asked.items() if value is not None})
    write_sample(folder, settings=settings, progress=progress(quiet))
    if as_json:
        say_json({"folder": folder, "pages": folder / "pages", "truth": folder / "truth.jsonl"})
    else:
        typer.echo(folder)


Columns = Annotated[
    str | None,
    typer.Option("--columns", help="Which column of a table is which field: text=正文,date=日期."),
]


@app.command()
def check(
    paths: Paths,
    columns: Columns = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON lines on stdout, for programs.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Look at pages and tables before reading them, and keep nothing.

    Every file with its encoding, delimiter and columns, and every fault with its file, row and field; rows
    count from 1, the header left out. The exit code is 1 if there is a fault.
    """
    from datetime import date

    from readout_nlp.corpus.intake import check_pages
    from readout_nlp.pages.columns import parse_columns

    found = check_pages(paths, columns=parse_columns(columns), today=date.today(), progress=progress(quiet))
    if as_json:
        for line in found.lines():
            say_json(line)
    else:
        typer.echo(found.as_text(columns_of(sys.stdout)))
    raise typer.Exit(EXIT_QUARANTINED if found.faults else EXIT_DONE)


@app.command()
def parse(paths: Paths, columns: Columns = None, as_json: AsJsonLines = False, quiet: Quiet = False) -> None:
    """Read pages: one JSON record a line."""
    from readout_nlp.corpus.read import parse_paths
    from readout_nlp.pages.columns import parse_columns

    del as_json  # they are JSON lines in any case
    set_aside = []
    shown = progress(quiet, streaming=True)
    for readout in parse_paths(paths, columns=parse_columns(columns), progress=shown):
        typer.echo(readout.to_json())
        if readout.quarantine:
            set_aside.append((readout.origin, readout.quarantine))
    raise typer.Exit(name_quarantined(set_aside))


@app.command()
def ingest(
    paths: Paths,
    corpus: Annotated[Path, typer.Option("--corpus", help="The corpus store to add to; made if missing.")],
    corrections: Corrections = None,
    columns: Columns = None,
    scheduler: Scheduler = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Add pages to a corpus store; safe to stop and repeat."""
    from readout_nlp.corpus.plan import require_store_room
    from readout_nlp.corpus.store import describe_store
    from readout_nlp.corpus.store import ingest as add
    from readout_nlp.pages.columns import parse_columns

    asked = parse_columns(columns)
    if dry_run:
        from readout_nlp.analysis.plan import plan_ingest

        say_plan(plan_ingest(paths, corpus, columns=asked), as_json=as_json)
        return
    require_store_room(paths, corpus)
    with over(scheduler, map) as spread:
        grown = add(
            paths, corpus, corrections=corrections, columns=asked, progress=progress(quiet), map=spread
        )
    say_store(describe_store(corpus), as_json=as_json)
    raise typer.Exit(name_quarantined(grown.quarantine.select("origin", "reason").rows()))


@app.command(name="corpus")
def describe(
    folder: Annotated[Path, typer.Argument(help="A corpus store.")],
    as_json: AsJson = False,
) -> None:
    """Show what a corpus store holds."""
    from readout_nlp.corpus.coverage import describe_corpus
    from readout_nlp.corpus.store import describe_store, open_store

    if as_json:
        say_json(describe_store(folder))
    else:
        typer.echo(describe_corpus(open_store(folder), width=columns_of(sys.stdout)))


@app.command()
def evaluate(
    truth: Annotated[Path, typer.Argument(help="JSON lines of what is true of each page.")],
    paths: Paths,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Measure the parser against known truth.

    Every field with its precision, recall, refusals and 95 % intervals. A line of TRUTH has the path of its
    page and any fields of a parsed page; items also need the body, and each act, acts and start or text.
    """
    from readout_nlp.evaluate.score import evaluate_paths

    measured = evaluate_paths(truth, paths, progress=progress(quiet))
    if as_json:
        say_json(measured.to_dict())
    else:
        typer.echo(measured.as_text(columns_of(sys.stdout)))


def say_store(about: dict[str, Any], *, as_json: bool) -> None:
    """Say what a store holds: a list for a person at a terminal, JSON for all others."""
    if as_json or not sys.stdout.isatty():
        say_json(about)
        return
    rows = [(name.replace("_", " "), "-" if value is None else str(value)) for name, value in about.items()]
    for line in definitions(rows, width=columns_of(sys.stdout)):
        typer.echo(line)
