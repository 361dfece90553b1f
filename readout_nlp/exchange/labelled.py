"""A matrix that another program wrote, with the names of its rows and columns; nothing is unpickled."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tokenize import TokenError

import numpy as np
from scipy.io import mminfo, mmread

from readout_nlp.errors import InputError
from readout_nlp.saved.tables import unguard
from readout_nlp.topics.fit import Array

MAX_BYTES = 2**31
MAX_CELLS = 2**28
MAX_CELL = 2**16  # characters of one cell
LABELS = frozenset({"", "doc_id", "document", "docname", "docnames", "doc", "id", "topic", "rowname", "name"})
PLACEHOLDER = re.compile(r"(?:V|X|t|topic|Topic)?[ _.]?(?P<number>\d+)")
TERM, TOPIC = ("term", "word", "feature"), ("topic",)
DOCUMENT = ("document", "doc_id", "doc")
# what a broken header of .npy can end in, besides what one expects
FAULTS = (ValueError, OSError, EOFError, SyntaxError, TokenError, OverflowError, MemoryError, csv.Error)
WEIGHT = ("beta", "phi", "weight", "gamma", "theta", "share", "probability")


@dataclass(frozen=True, eq=False, kw_only=True)
class Labelled:
    """Numbers with the names that their file gives to rows and columns.

    Attributes
    ----------
    values : ndarray of shape (n_rows, n_columns)
    rows, columns : tuple of str, optional
        None where the file has none, or only numbers in order (``V1`` ``V2`` ..., 1 2 ...).
    """

    values: Array
    rows: tuple[str, ...] | None = None
    columns: tuple[str, ...] | None = None


def read_labelled(path: Path) -> Labelled:
    """Read a matrix from CSV (wide, or tidy as tidytext gives it), Matrix Market or ``.npy``.

    Parameters
    ----------
    path
        By its suffix: ``.csv``, ``.tsv``, ``.mtx``, ``.mm``, ``.npy``.

    Raises
    ------
    InputError
        The file is of no such kind, too large, or not a matrix of numbers.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise InputError(
            f"a matrix in {path.name}", f"a file {', '.join(READERS)}", "write it as one of these"
        )
    if path.stat().st_size > MAX_BYTES:
        raise InputError(
            f"{path.stat().st_size} bytes in {path.name}",
            f"at most {MAX_BYTES}",
            "write it as .npy, or split it",
        )
    try:
        found = reader(path)
    except FAULTS as fault:
        raise InputError(
            f"{path.name}, which is no matrix ({fault})", "numbers in rows and columns", "write it again"
        ) from fault
    if found.values.ndim != 2 or not found.values.size:
        raise InputError(
            f"an array of shape {found.values.shape} in {path.name}", "rows and columns", "write the matrix"
        )
    return found


def read_names(path: Path) -> tuple[str, ...]:
    r"""Read names: one a line, a JSON list, a column of a CSV file, or gensim's dictionary as text.

    Raises
    ------
    InputError
        The file holds no names.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "vocabulary.txt"
    >>> _ = path.write_text("水\n路\n", encoding="utf-8")
    >>> read_names(path)
    ('水', '路')
    """
    text = read_text(path)
    suffix = path.suffix.lower()
    if suffix == ".json":
        names = _json_names(text, path.name)
    elif suffix in (".csv", ".tsv"):
        names = _column_names(_delimited(text, suffix))
    else:
        names = text.splitlines()
        if len(names) > 1 and names[0].isdigit() and all(line.count("\t") == 2 for line in names[1:]):
            numbered = [line.split("\t") for line in names[1:]]  # gensim: number, term, frequency
            names = [term for _, term, _ in sorted(numbered, key=lambda row: int(row[0]))]
    if not names or not all(names):
        raise InputError(f"empty names in {path.name}", "one name for every row or column", "write it again")
    return tuple(names)


def read_text(path: Path) -> str:
    """Read text as UTF-8, else as GB 18030."""
    if path.stat().st_size > MAX_BYTES:
        raise InputError(f"{path.stat().st_size} bytes in {path.name}", f"at most {MAX_BYTES}", "split it")
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(f"{path.name} in an unknown encoding", "UTF-8", "save it as UTF-8")


def named(labels: Sequence[str]) -> tuple[str, ...] | None:
    """Give labels that are names; None for numbers in order, which any program invents.

    Examples
    --------
    >>> named(["V1", "V2"]), named(["1", "2"]), named(["1_economy", "2_party"])
    (None, None, ('1_economy', '2_party'))
    """
    found = [PLACEHOLDER.fullmatch(label) for label in labels]
    numbers = [int(each["number"]) if each else -1 for each in found]
    invented = numbers in (list(range(len(labels))), list(range(1, len(labels) + 1)))
    return None if invented else tuple(labels)


def _read_npy(path: Path) -> Labelled:
    # mapped first: a header that claims more than the file holds is refused before memory is taken
    mapped = np.load(path, mmap_mode="r", allow_pickle=False)
    if mapped.dtype.kind not in "fiu":
        raise ValueError(f"an array of {mapped.dtype}")
    return Labelled(values=np.array(mapped, dtype=np.float64))


def _read_market(path: Path) -> Labelled:
    rows, columns, *_ = mminfo(path)
    if rows * columns > MAX_CELLS:
        raise ValueError(f"{rows} x {columns} cells")
    found = mmread(path)
    dense = found.toarray() if hasattr(found, "toarray") else found
    return Labelled(values=np.asarray(dense, dtype=np.float64))


def _read_table(path: Path) -> Labelled:
    rows = _delimited(read_text(path), path.suffix.lower())
    if not rows:
        raise ValueError("an empty file")
    head = [cell.strip().lower() for cell in rows[0]]
    tidy = [
        next((head.index(name) for name in names if name in head), None) for names in (TERM, TOPIC, WEIGHT)
    ]
    if None not in tidy:
        return _pivoted(rows[1:], row=tidy[1], column=tidy[0], value=tidy[2])
    tidy[0] = next((head.index(name) for name in DOCUMENT if name in head), None)
    if None not in tidy:
        return _pivoted(rows[1:], row=tidy[0], column=tidy[1], value=tidy[2])
    return _wide(rows)


def _wide(rows: list[list[str]]) -> Labelled:
    headed = not _is_number(rows[0][0]) or not all(map(_is_number, rows[0]))
    head, body = (rows[0], rows[1:]) if headed else (None, rows)
    width = len(body[0]) if body else 0
    ragged = [number for number, row in enumerate(body, start=1 + headed) if len(row) != width]
    if ragged or not width:
        raise ValueError(f"line {ragged[0]} of another length" if ragged else "no rows")
    if head is not None and len(head) == width - 1:  # R's write.table names the columns of numbers only
        head = ["", *head]
    if head is not None and len(head) != width:
        raise ValueError(f"{len(head)} column names for {width} columns")
    n_labels = 0
    while n_labels < width and _is_label(n_labels, head, body):
        n_labels += 1
    values = np.array([row[n_labels:] for row in body], dtype=np.float64)
    labels = named([row[n_labels - 1] for row in body]) if n_labels else None
    return Labelled(values=values, rows=labels, columns=None if head is None else named(head[n_labels:]))


def _is_label(column: int, head: list[str] | None, body: list[list[str]]) -> bool:
    if head is not None and head[column].strip().lower() in LABELS:
        return True
    return not all(_is_number(row[column]) for row in body)


def _pivoted(body: list[list[str]], *, row: int | None, column: int | None, value: int | None) -> Labelled:
    """Lay tidy rows out as a matrix; a pair that is not there is 0, one that is there twice a fault."""
    assert row is not None
    assert column is not None
    assert value is not None
    rows, columns = _ordered(each[row] for each in body), _ordered(each[column] for each in body)
    if len(rows) * len(columns) > MAX_CELLS:
        raise ValueError(f"{len(rows)} x {len(columns)} cells")
    at_row, at_column = ({name: n for n, name in enumerate(names)} for names in (rows, columns))
    values, seen = np.zeros((len(rows), len(columns))), set()
    for each in body:
        cell = at_row[each[row]], at_column[each[column]]
        if cell in seen:
            raise ValueError(f"{each[row]} and {each[column]} twice")
        seen.add(cell)
        values[cell] = float(each[value])
    return Labelled(values=values, rows=named(rows), columns=named(columns))


def _ordered(names: Iterable[str]) -> list[str]:
    """Give each name once: numbers by size, others as they come."""
    once = list(dict.fromkeys(names))
    return sorted(once, key=int) if all(name.isdigit() for name in once) else once


def _delimited(text: str, suffix: str) -> list[list[str]]:
    csv.field_size_limit(MAX_CELL)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if suffix == ".tsv" else ",")
    return [[unguard(cell) for cell in row] for row in rows if row]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _json_names(text: str, name: str) -> list[str]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise InputError(
            f"{name}, which is not JSON ({fault})", "a list of names", "write it again"
        ) from fault
    if isinstance(found, Mapping) and all(str(key).isdigit() for key in found):
        found = [found[key] for key in sorted(found, key=int)]
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise InputError(f"{name} without a list of names", 'JSON such as ["a", "b"]', "write it again")
    return found


def _column_names(rows: list[list[str]]) -> list[str]:
    """Take the column of names: the one called doc_id or term, else the last of a file of one or two."""
    head = [cell.strip().lower() for cell in rows[0]] if rows else []
    known = next((head.index(name) for name in (*DOCUMENT, *TERM) if name in head), None)
    if known is not None:
        return [row[known] for row in rows[1:]]
    headed = head in (["x"], ["", "x"], ["vocabulary"], ["vocab"], ["", "vocab"])
    if any(len(row) > 2 for row in rows):
        raise InputError(
            f"columns {', '.join(head[:5])}", "one called doc_id, document, term or word", "rename it"
        )
    return [row[-1] for row in rows[headed:]]


READERS: Mapping[str, Callable[[Path], Labelled]] = {
    ".csv": _read_table,
    ".tsv": _read_table,
    ".mtx": _read_market,
    ".mm": _read_market,
    ".npy": _read_npy,
}
