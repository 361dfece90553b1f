"""The command line: the commands in the order in which data flows, and exit codes. No heavy import."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Annotated

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
from readout_nlp.commands.greeting import greeting
from readout_nlp.commands.group import (
    EXIT_INTERRUPTED,
    EXIT_PIPE_CLOSED,
    Interrupted,
    PipeClosed,
    StagedGroup,
)
from readout_nlp.commands.nearby import hint
from readout_nlp.commands.terminal import command_line, say
from readout_nlp.disk_faults import disk_fault
from readout_nlp.errors import ReadoutNLPError
from readout_nlp.heap import leave_cycles_at_exit, search_seldom
from readout_nlp.text_tables import columns_of

app = typer.Typer(
    cls=StagedGroup,
    rich_markup_mode=None,  # rich trebles the time of --help
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    help=(
        "Turn official Chinese meeting readouts (会议通报) into evidence: from raw web pages to topics, "
        "comparisons between cities and years, and a report.\n\n"
        "Start with `readout-nlp run`, which analyses a built-in synthetic sample; "
        "then give it your own folder: `readout-nlp run my_pages/`.\n\n"
        "Data go to stdout, talk to stderr. Exit codes: 0 done; 1 done, and something was set aside (named "
        "on stderr); 2 the call or the recipe is wrong; 3 a check failed; 130 stopped by Ctrl-C."
    ),
)
for stage in (
    corpora,
    harvesting,
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

RESUMES = ("harvest", "run", "ingest", "reproduce")
"""Commands that go on where they were stopped."""


@app.callback()
def greet(
    ctx: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", is_eager=True)
    ] = False,
) -> None:
    """Say where one stands if no command is given."""
    from readout_nlp import __version__

    if version:
        typer.echo(f"readout-nlp {__version__}")
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        typer.echo(greeting(__version__, folder=Path(), width=columns_of(sys.stdout)))


def main() -> None:
    """Run the command line; known errors become one line on stderr and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a C locale would fail on Chinese
    search_seldom()
    leave_cycles_at_exit()
    try:
        try:
            app(prog_name="readout-nlp")
        finally:
            sys.stdout.flush()  # here a closed pipe can still be told apart; at exit Python would complain
    except ReadoutNLPError as fault:
        _fail(f"{fault}{hint(str(fault), sys.argv[1:])}", fault.exit_code)
    except (PipeClosed, BrokenPipeError):
        _leave_pipe()
    except (Interrupted, KeyboardInterrupt) as stop:
        _fail(_stopped(str(stop)), EXIT_INTERRUPTED)
    except OSError as fault:
        if sys.platform == "win32" and fault.errno == errno.EINVAL and fault.filename is None:
            _leave_pipe()  # how a closed pipe looks there
        said = disk_fault(fault, fault.filename or "the output")
        _fail(str(said), said.exit_code)


def _fail(message: str, code: int) -> None:
    say(f"readout-nlp: {message}", err=True)
    sys.exit(code)


def _stopped(command: str) -> str:
    if command in RESUMES:
        return f"stopped; to go on from there: {command_line('readout-nlp', *sys.argv[1:])}"
    return "stopped; nothing is left half-written"


def _leave_pipe() -> None:
    """End quietly: what is still in the buffer has no reader, and flushing it at exit would complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(EXIT_PIPE_CLOSED)
