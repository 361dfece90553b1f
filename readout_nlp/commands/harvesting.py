"""The command that finds readouts in dumps of the web: harvest."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from readout_nlp.commands.options import AsJson, DryRun, Quiet, progress
from readout_nlp.commands.terminal import note, say, say_json
from readout_nlp.errors import EXIT_DONE, EXIT_QUARANTINED
from readout_nlp.text_tables import columns_of

app = typer.Typer()


@app.command()
def harvest(
    dumps: Annotated[
        list[Path],
        typer.Argument(help="WARC, WET and JSON Lines (also .gz, .zst), Parquet, or folders of them."),
    ],
    out: Annotated[Path, typer.Option("--out", help="A new folder, or one whose harvest was cut short.")],
    columns: Annotated[
        str | None,
        typer.Option("--columns", help="Which column of a table is which field: text=content,url=url."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes at a time; default: one a core.")
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option("--scheduler", help="Dask: tcp://host:8786, a scheduler file, or 'local'."),
    ] = None,
    samples: Annotated[
        int, typer.Option("--samples", min=0, help="Rejects of each reason to keep, to check by eye.")
    ] = 5,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Find the readouts in dumps of the web, and make a corpus store of them.

    The last line printed is the path of the store.
    """
    from readout_nlp.harvest.cluster import over_cluster
    from readout_nlp.harvest.harvest import harvest_dumps, left_to_do
    from readout_nlp.harvest.plan import estimate
    from readout_nlp.pages.columns import parse_columns
    from readout_nlp.room import require_room

    asked, count = parse_columns(columns), workers or os.cpu_count() or 1
    left, before = left_to_do(dumps, out, columns=asked, samples=samples)
    expected = estimate(left, workers=count, columns=asked, **before)
    if dry_run:
        say_json(expected.to_dict()) if as_json else say(str(expected))
        return
    require_room(out, expected.disk_bytes)
    with over_cluster(scheduler) if scheduler else nullcontext(None) as spread:
        done = harvest_dumps(
            dumps,
            out,
            workers=count,
            columns=asked,
            samples=samples,
            spread=spread,
            progress=progress(quiet),
        )
    note((f"{name}: {reason}" for name, reason in done.failed.items()), label="not harvested")
    if as_json:
        say_json(done.to_dict())
    else:
        if not quiet:
            say("\n".join(done.lines(columns_of(sys.stderr))), err=True)
        typer.echo(done.corpus)
    raise typer.Exit(EXIT_QUARANTINED if done.failed else EXIT_DONE)
