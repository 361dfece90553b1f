"""The command line as a whole: help by stage, and the two ways of leaving: Ctrl-C and a closed pipe."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from readout_nlp.commands.greeting import STAGES

EXIT_INTERRUPTED = 130  # 128 and the number of SIGINT, as shells have it
EXIT_PIPE_CLOSED = 141  # 128 and the number of SIGPIPE


class Interrupted(Exception):  # noqa: N818  # what happened, and no fault
    """The user pressed Ctrl-C while a command ran."""


class PipeClosed(Exception):  # noqa: N818
    """Whoever read our output has had enough."""


class StagedGroup(TyperGroup):
    """Commands listed by stage, in the order in which data flow."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]  # noqa: ARG002
        """Give the commands in the order of the stages, and others after."""
        known = [name for names in STAGES.values() for name in names if name in self.commands]
        return [*known, *(name for name in self.commands if name not in known)]

    def format_commands(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]
        """Write the list of commands in full sentences, a section a stage."""
        del ctx
        for stage, names in STAGES.items():
            with formatter.section(stage):
                formatter.write_dl(
                    [(name, self.commands[name].get_short_help_str(limit=200)) for name in names]
                )

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        """Run the command; before the library makes its own end of them, name the two ways of leaving."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as stop:
            raise Interrupted(ctx.invoked_subcommand or "") from stop
        except BrokenPipeError as closed:
            raise PipeClosed from closed
