"""Coded sheets as they come back, dirty: what was answered, and every cell that cannot be read, by row."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from readout_nlp.coding.key import KEY, LARGEST, Key
from readout_nlp.coding.strings import option_text, say
from readout_nlp.coding.tasks import FIXED_OPTIONS, Task
from readout_nlp.errors import InputError
from readout_nlp.saved.tables import unguard

UNSURE = -1  # "I cannot tell"
LONGEST_CELL = 1_000_000
NUMBER = re.compile(r"(\d{1,2})(?:\.0*)?(?:\s*[=:.、)].*)?", re.DOTALL)
WANTED = ("task", "coder", "answer")
DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one coder chose for one task: the index of an option, or `UNSURE`."""

    task: str
    coder: str
    chosen: int


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that cannot be used, with what was found and expected in which column."""

    file: str
    row: int
    column: str
    found: str
    expected: str

    def __str__(self) -> str:
        """One line for a person."""
        return f"{self.file}, row {self.row}, {self.column}: found {self.found!r}; expected {self.expected}"


@dataclass(frozen=True)
class Coded:
    """Answers that can be used, faults, and how many cells were left empty."""

    answers: tuple[Answer, ...]
    faults: tuple[Fault, ...]
    n_empty: int


def coded_paths(folder: str | Path, extra: Sequence[str | Path] = ()) -> list[Path]:
    """List the coded files: those given, else every CSV in the folder of sheets.

    Raises
    ------
    InputError
        There is none.
    """
    folder = Path(folder)
    found = [Path(path) for path in extra] or sorted(
        path for pattern in ("coder-*/*.csv", "coded/*.csv") for path in folder.glob(pattern)
    )
    if not found:
        raise InputError(
            f"no coded CSV in {folder}", f"coder-1/sheet.csv beside {KEY}", "name the files by --coded"
        )
    return found


def read_coded(paths: Iterable[str | Path], key: Key) -> Coded:
    """Read coded sheets: a number, an option's text, or 0 for "I cannot tell", with spaces and in any width.

    The coder of a row is what the row says; an answer left empty is missing, and no fault. The same answer
    twice counts once; two answers of a coder to one task are a fault, and neither counts.

    Parameters
    ----------
    paths
        CSV files (comma, semicolon or tab; UTF-8 or GB18030) with the columns task, coder, answer.
    key
        From `read_key`.

    Returns
    -------
    Coded
        Answers sorted by task and coder.

    Raises
    ------
    InputError
        A file cannot be read as such a table.
    """
    faults: list[Fault] = []
    seen: dict[tuple[str, str], tuple[int, Fault]] = {}
    clashes: set[tuple[str, str]] = set()
    n_empty = 0
    for path in map(Path, paths):
        for number, row in _rows(path):
            if not _plain(row["answer"]):
                n_empty += 1
                continue
            found = _answer(row, key, Fault(_name(path), number, "", "", ""))
            if isinstance(found, Fault):
                faults.append(found)
                continue
            who = (found.task, found.coder)
            place = Fault(_name(path), number, "answer", row["answer"], "one answer of a coder to a task")
            if who in seen and seen[who][0] != found.chosen:
                clashes.add(who)
                faults += [seen[who][1], place]
            seen.setdefault(who, (found.chosen, place))
    answers = tuple(Answer(*who, seen[who][0]) for who in sorted(seen) if who not in clashes)
    return Coded(answers=answers, faults=tuple(dict.fromkeys(faults)), n_empty=n_empty)


def read_option(text: str, task: Task) -> int | None:
    """Read what a coder wrote as the index of an option; None if it is none.

    Examples
    --------
    >>> task = Task(kind="act_check", stratum="hear", options=("relay", "hear"), answer=1)
    >>> [read_option(text, task) for text in (" ２ ", "听取汇报", "hear", "2 = 听取汇报 hear", "0", "7", "?")]
    [1, 1, 1, 1, -1, None, -1]
    """
    plain = _plain(text)
    named = {
        _plain(name): number
        for number, option in enumerate(task.options)
        for name in (option, option_text(task.kind, option), *_names(task.kind, option))
    }
    if plain in named:
        return named[plain]
    if plain in _unsure():
        return UNSURE
    match = NUMBER.fullmatch(plain)
    if match is None:
        return None
    number = int(match[1])
    return number - 1 if number <= len(task.options) else None


def _names(kind: str, option: str) -> tuple[str, ...]:
    if option not in FIXED_OPTIONS.get(kind, ()):
        return ()
    return say(f"{kind}.{option}", "zh"), say(f"{kind}.{option}", "en")


def _unsure() -> set[str]:
    return {"0", "?", "x", "-", *(_plain(say("page.cannot", language)) for language in ("zh", "en"))}


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", unguard(text.strip())).casefold().split())


def _answer(row: Mapping[str, str], key: Key, at: Fault) -> Answer | Fault:
    name, coder = _plain(row["task"]), " ".join(unguard(row["coder"].strip()).split())
    task = key.tasks.get(name)
    if task is None:
        return Fault(at.file, at.row, "task", row["task"][:40], "a task of these sheets")
    if coder not in key.about["coders"]:
        return Fault(at.file, at.row, "coder", coder[:40], f"one of {', '.join(key.about['coders'])}")
    chosen = read_option(row["answer"], task)
    if chosen is None:
        wanted = f"a number from 1 to {len(task.options)}, or 0"
        return Fault(at.file, at.row, "answer", row["answer"][:40], wanted)
    return Answer(name, coder, chosen)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Give the rows of a file with the number of each, as a spreadsheet counts."""
    text = _text(path)
    head = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=head.count)
    csv.field_size_limit(LONGEST_CELL)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as fault:
        raise InputError(f"{path} that is no CSV ({fault})", "a CSV file", "export it again") from fault
    header = [_plain(name) for name in rows[0]] if rows else []
    lacking = [name for name in WANTED if name not in header]
    if lacking:
        raise InputError(
            f"{path} without the columns {', '.join(lacking)}",
            f"the columns {', '.join(WANTED)} in the first row",
            "restore the header of the sheet",
        )
    for number, row in enumerate(rows[1:], start=2):
        cells = dict(zip(header, [*row, *[""] * len(header)], strict=False))
        if any(cell.strip() for cell in row):
            yield number, {name: cells[name] for name in WANTED}


def _name(path: Path) -> str:
    """Name a file with its folder: all sheets of one set have one name."""
    return f"{path.parent.name}/{path.name}"


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(f"{path} of {path.stat().st_size} bytes", f"at most {LARGEST}", "check the path")
        data = path.read_bytes()
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return data.decode("gb18030")
    except (OSError, UnicodeDecodeError) as fault:
        raise InputError(
            f"{path} that cannot be read ({fault})", "a CSV file in UTF-8", "save it as 'CSV UTF-8'"
        ) from fault
