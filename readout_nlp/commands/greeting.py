"""What `readout-nlp` alone says: what it is, the commands by stage, and the next step from here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from readout_nlp.commands.terminal import command_line
from readout_nlp.text_tables import definitions, fold

WHAT = (
    "Official Chinese meeting readouts (会议通报) into evidence: from raw web pages to topics, comparisons "
    "between cities and years, and a report."
)
STAGES = {
    "Pages": ("sample", "check", "parse", "evaluate"),
    "Corpus": ("harvest", "ingest", "merge", "corpus"),
    "Analysis": ("run", "choose", "fit", "infer", "refit"),
    "Saved models": ("show", "cite", "verify", "diff"),
    "Human coders": ("sheets", "score"),
    "Other programs": ("join", "export", "import", "convert"),
    "Replication": ("package", "reproduce"),
}
"""Every command, by stage, in the order in which data flow."""

OUT = "out"
PROGRAM = "readout-nlp"

State = Literal["finished", "cut short", "going on"]


@dataclass(frozen=True)
class Standing:
    """The last run below a folder: where it is, how it stands, and of which pages and reference it is."""

    out: Path
    state: State
    pages: tuple[str, ...]
    reference: tuple[str, ...]


def greeting(version: str, *, folder: Path = Path(), width: int | None = None) -> str:
    """Say what the program is, which commands there are, and what to do next from `folder`."""
    known = [(f"  {stage}", "  ".join(names)) for stage, names in STAGES.items()]
    lines = [
        *fold(f"{PROGRAM} {version}", width),
        *fold(WHAT, width, indent=""),
        "",
        *definitions(known, width=width),
        "",
        *_next_steps(standing(folder), width),
        "",
        *fold(f"`{PROGRAM} COMMAND --help` says what a command takes, `--help` lists them all.", width),
    ]
    return "\n".join(lines)


def standing(folder: Path) -> Standing | None:
    """Find the last run in ``out/`` or a folder of it, finished or cut short; None where none is.

    Examples
    --------
    >>> standing(Path("no such folder"))
    """
    notes = [
        path
        for pattern in ("started.json", "manifest.json", "*/started.json", "*/manifest.json")
        for path in (folder / OUT).glob(pattern)
    ]
    for path in sorted(notes, key=_age, reverse=True):
        found = _read(path)
        if found is not None:
            return found
    return None


def going_on(out: Path, *, pages: tuple[str, ...] = (), reference: tuple[str, ...] = ()) -> str:
    """Give the call that goes on with a run."""
    sources = [word for path in reference for word in ("--reference", path)]
    return command_line(PROGRAM, "run", *pages, *sources, "--out", out)


def _next_steps(found: Standing | None, width: int | None) -> Iterator[str]:
    if found is None:
        said, steps = "Nothing has been run here yet. Next:", _first_steps()
    elif found.state == "finished":
        said, steps = f"The report of your last run: {found.out / 'report.html'}", _after(found.out)
    elif found.state == "going on":
        said, steps = f"A run is going on in {found.out}.", []
    else:
        said = f"The run in {found.out} was cut short. The same command (with the same recipe) goes on:"
        steps = [(going_on(found.out, pages=found.pages, reference=found.reference), "")]
    yield from fold(said, width)
    if steps:
        yield from definitions([(f"  {call}", what) for call, what in steps], width=width)


def _first_steps() -> list[tuple[str, str]]:
    return [
        (f"{PROGRAM} run", "analyses the built-in sample, which is synthetic"),
        (f"{PROGRAM} run my_pages/", "analyses your own folder of pages"),
    ]


def _after(out: Path) -> list[tuple[str, str]]:
    return [
        (command_line(PROGRAM, "cite", out / "model"), "how to cite its model"),
        (f"{PROGRAM} run my_pages/ --out {Path(OUT) / 'mine'}", "analyses your own folder of pages"),
    ]


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _read(path: Path) -> Standing | None:
    """Read the note of a run; None if it is of something else, or cannot be read."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        kind, pages, reference = told["artefact"], told["pages"], told["reference"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if kind == "readout_nlp run" and (path.parent / "report.html").is_file():
        state: State = "finished"
    elif kind == "readout_nlp run, unfinished":
        state = "going on" if _is_locked(path.parent) else "cut short"
    else:
        return None
    listed = tuple(map(str, pages)) if isinstance(pages, list) else ()
    return Standing(path.parent, state, listed, tuple(map(str, reference)))


def _is_locked(folder: Path) -> bool:
    from filelock import FileLock, Timeout

    if not (folder / ".lock").is_file():
        return False
    try:
        with FileLock(folder / ".lock", timeout=0):
            return False
    except (Timeout, OSError):
        return True
