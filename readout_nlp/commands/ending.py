"""What a finished run says: a short table of what it found, and the next steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from readout_nlp.commands.terminal import command_line
from readout_nlp.text_tables import definitions, fold

if TYPE_CHECKING:
    from readout_nlp.analysis.run import Done


def ending(done: Done, *, seconds: float, width: int | None = None) -> str:
    """Say in a table what a run found, then where to go from there.

    Parameters
    ----------
    done
        The run.
    seconds
        How long it took.
    width
        Columns to fit it into; None: everything in full.
    """
    found, out = done.summary, done.report.parent
    synthetic = ["Synthetic sample: fictional places, nothing in it is about the real world.", ""]
    lines = [
        *(synthetic if found["synthetic"] else []),
        *definitions(_figures(found, seconds), width=width),
        "",
        "Next:",
        *definitions(_next_steps(out), width=width),
    ]
    return "\n".join(part for line in lines for part in fold(line, width)) if lines else ""


def as_json(done: Done, *, seconds: Mapping[str, float]) -> dict[str, Any]:
    """Give the same for programs, with every page that was set aside and every warning."""
    return {
        "report": done.report,
        "out": done.report.parent,
        "model": done.report.parent / "model",
        **{name: value for name, value in done.summary.items() if name not in ("warnings", "set_aside")},
        "quarantined": [{"origin": origin, "reason": reason} for origin, reason in done.quarantine],
        "set_aside": done.summary["set_aside"],
        "warnings": list(done.warnings),
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
    }


def _figures(found: Mapping[str, Any], seconds: float) -> Iterator[tuple[str, str]]:
    first, last = found["first_year"], found["last_year"]
    unstable, noted = found["unstable_topics"], found["warnings"]
    stability = "stability not measured" if unstable is None else f"{unstable} of them unstable"
    yield "readouts", f"{found['readouts']:,}"
    yield "items", f"{found['items']:,}"
    yield "places", f"{found['places']:,}"
    yield "years", "none is certain" if first is None else f"{first} to {last}"
    yield "topics", f"{found['topics']}, {stability}"
    yield "set aside", _pages(found["set_aside"])
    yield "warnings", f"{noted}, named above" if noted else "none"
    yield "seconds", f"{seconds:.0f}"


def _pages(number: int) -> str:
    return f"{number:,} page{'' if number == 1 else 's'}" if number else "none"


def _next_steps(out: Path) -> list[tuple[str, str]]:
    return [
        (f"  {out / 'report.html'}", "open it in a browser; it needs no network"),
        (f"  {command_line('readout-nlp', 'cite', out / 'model')}", "how to cite the model"),
        (f"  {command_line('readout-nlp', 'verify', out / 'model')}", "whether it is as it was saved"),
    ]
