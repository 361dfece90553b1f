"""The truth about pages, one JSON object a line, and which page each is about."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from readout_nlp.errors import InputError
from readout_nlp.evaluate.told_items import place_items
from readout_nlp.readouts.readout import Readout

Record = Mapping[str, Any]
NAMES = ("path", "file", "origin")
_SHOWN = 10  # faults, and lines of one fault, that a message names


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Truth and parsed record of the same page.

    Attributes
    ----------
    pairs
        In the order of the truth.
    missing
        Names in the truth that no parsed page has.
    unknown
        Origins of parsed pages that the truth does not name.
    """

    pairs: tuple[tuple[Record, Readout], ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]


def page_name(record: Record) -> str:
    """Give the path of the page that a record of truth is about.

    Examples
    --------
    >>> page_name({"path": "pages/990100/1.html"})
    'pages/990100/1.html'
    """
    return str(next(record[name] for name in NAMES if record.get(name)))


def read_truth(path: Path) -> list[Record]:
    """Read a file of truth: one JSON object a line, each with the path of its page.

    Every item has a `start` then: one that tells none is looked for by its `text` (see `place_items`).

    Raises
    ------
    InputError
        There is no such file, a line is no JSON object, it names no page, or its items cannot be scored; all
        faulty lines at once.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "truth.jsonl"
    >>> _ = file.write_text('{"path": "a.html", "title": null}', encoding="utf-8")
    >>> read_truth(file)
    [{'path': 'a.html', 'title': None}]
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as fault:
        raise InputError(f"{path}: {fault}", "a UTF-8 file of JSON lines", "check the path") from fault
    rows = [(number, _object(line)) for number, line in enumerate(lines, start=1) if line.strip()]
    faulty = [str(number) for number, row in rows if row is None or not any(row.get(name) for name in NAMES)]
    if faulty or not rows:
        where = f"line {', '.join(faulty)}" if faulty else "no line"
        raise InputError(
            f"{path}: {where} without an object that names its page",
            f"one JSON object a line with one of the keys {', '.join(NAMES)}",
            "write the truth in the form of the sample's truth.jsonl",
        )
    return _with_starts([(number, row) for number, row in rows if row is not None], path)


def _with_starts(rows: list[tuple[int, dict[str, Any]]], path: Path) -> list[Record]:
    placed = [(number, *place_items(row)) for number, row in rows]
    lines: dict[str, list[str]] = {}  # by fault: a file's lines mostly share one
    for number, _, faults in placed:
        for fault in faults:
            lines.setdefault(fault, []).append(str(number))
    if lines:
        told = [f"line {_first(numbers, ', ')}: {fault}" for fault, numbers in lines.items()]
        raise InputError(
            f"{path}: {_first(told, '; ')}",
            "items with act, acts and either start or text, and the body in which they stand",
            "add the keys that are named, or leave out items on lines where they are not known",
        )
    return [row for _, row, _ in placed]


def _first(parts: list[str], mark: str) -> str:
    more = len(parts) - _SHOWN
    return mark.join(parts[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def pair(truths: Iterable[Record], readouts: Iterable[Readout]) -> Pairs:
    """Pair each truth with the parsed page whose origin ends with the path that the truth names.

    The longest path wins, so that `a/1.html` and `b/1.html` stay apart. Where no origin ends so, a file name
    will do that only one truth has.

    Raises
    ------
    InputError
        Two truths name one path, two pages answer one truth, or no page answers any.
    """
    listed = list(truths)
    by_path = {PurePath(page_name(record)).parts: at for at, record in enumerate(listed)}
    if len(by_path) < len(listed):
        raise InputError("two truths of one path", "one truth a page", "name each page once")
    loose = _unique_names(listed)
    answers: dict[int, Readout] = {}
    unknown = []
    for readout in readouts:
        at = _find(PurePath(readout.origin).parts, by_path, loose)
        if at is None:
            unknown.append(readout.origin)
        elif at in answers:
            raise _doubled(listed[at], answers[at], readout)
        else:
            answers[at] = readout
    if not answers:
        raise InputError("no page that the truth names", "pages with their truth", "give the pages' folder")
    return Pairs(
        pairs=tuple((listed[at], answers[at]) for at in sorted(answers)),
        missing=tuple(page_name(record) for at, record in enumerate(listed) if at not in answers),
        unknown=tuple(unknown),
    )


def _object(line: str) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except json.JSONDecodeError:
        return None
    return row if isinstance(row, dict) else None


def _unique_names(listed: list[Record]) -> dict[str, int]:
    names = [PurePath(page_name(record)).name for record in listed]
    return {name: at for at, name in enumerate(names) if names.count(name) == 1}


def _find(
    origin: tuple[str, ...], by_path: Mapping[tuple[str, ...], int], loose: Mapping[str, int]
) -> int | None:
    for start in range(len(origin)):
        if (at := by_path.get(origin[start:])) is not None:
            return at
    return loose.get(origin[-1]) if origin else None


def _doubled(truth: Record, first: Readout, second: Readout) -> InputError:
    return InputError(
        f"pages {first.origin!r} and {second.origin!r} for the truth of {page_name(truth)!r}",
        "one page a truth",
        "name longer paths in the truth, or give one of the pages",
    )
