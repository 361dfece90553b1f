"""The command line: the commands in the order in which data flows, and exit codes. No heavy import."""

from __future__ import annotations

import sys

import typer

from readout_nlp.commands import (
    analyses,
    checks,
    coding,
    corpora,
    exchange,
    extend,
    harvesting,
    joining,
    models,
    replication,
)
from readout_nlp.disk_faults import disk_fault
from readout_nlp.errors import ReadoutNLPError

app = typer.Typer(
    rich_markup_mode=None,  # rich trebles the time of --help
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help=(
        "Turn official Chinese meeting readouts (会议通报) into evidence: from raw web pages to topics, "
        "comparisons between cities and years, and a report.\n\n"
        "Start with `readout-nlp run`, which analyses a built-in synthetic sample; "
        "then give it your own folder: `readout-nlp run my_pages/`."
    ),
)
for stage in (
    harvesting,
    corpora,
    analyses,
    models,
    checks,
    extend,
    joining,
    exchange,
    coding,
    replication,
):
    app.add_typer(stage.app)


def main() -> None:
    """Run the command line; known errors become one line on stderr and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a C locale would fail on Chinese
    try:
        app()
    except ReadoutNLPError as fault:
        typer.echo(f"readout-nlp: {fault}", err=True)
        sys.exit(fault.exit_code)
    except OSError as fault:
        said = disk_fault(fault, fault.filename or "the output")
        typer.echo(f"readout-nlp: {said}", err=True)
        sys.exit(said.exit_code)
