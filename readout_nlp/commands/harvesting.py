"""The command that finds readouts in dumps of the web: harvest."""

from __future__ import annotations

import json
import os
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from readout_nlp.commands.options import AsJson, progress
from readout_nlp.errors import EXIT_DONE, EXIT_QUARANTINED

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
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what it would take, from a sample.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Find the readouts in dumps of the web, and make a corpus store of them.

    The last line printed is the path of the store.
    """
    from readout_nlp.harvest.cluster import over_cluster
    from readout_nlp.harvest.dumps import dump_paths
    from readout_nlp.harvest.harvest import harvest as harvest_dumps
    from readout_nlp.harvest.plan import estimate, require_room
    from readout_nlp.pages.columns import parse_columns

    asked, count = parse_columns(columns), workers or os.cpu_count() or 1
    expected = estimate(dump_paths(list(dumps)), workers=count, columns=asked)
    if dry_run:
        typer.echo(json.dumps(expected.to_dict()) if as_json else str(expected))
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
            progress=progress(),
        )
    for name, reason in done.failed.items():
        typer.echo(f"not harvested: {name}: {reason}", err=True)
    typer.echo(json.dumps(done.to_dict(), ensure_ascii=False) if as_json else str(done), err=not as_json)
    if not as_json:
        typer.echo(done.corpus)
    raise typer.Exit(EXIT_QUARANTINED if done.failed else EXIT_DONE)
