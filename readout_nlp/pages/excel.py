"""Workbooks (.xlsx, .xlsm, .xls, .ods) -> rows of every sheet with a column of text; the door to calamine."""

from __future__ import annotations

import io
import lzma
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

from readout_nlp.pages.columns import Asked, recognise
from readout_nlp.pages.faults import ascii_controls
from readout_nlp.pages.page import Rejected, reject_file
from readout_nlp.pages.sources import Source
from readout_nlp.pages.streams import LARGEST_RATIO, UNSUSPECTED
from readout_nlp.pages.tables import Numbered, Table

_LARGEST_BOOK = 200_000_000
_MOST_CELLS = 20_000_000
"""Cells in the rectangle that a sheet spans: the library makes room for each, empty or not."""
_SHOWN = 20
_PIECE = 1 << 20
# Positions are sought anywhere, not in tags alone: an attribute with a > in it would hide the next one.
_CELL = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{1,7})(\d{1,10})[\"']")
_ROW = re.compile(rb"\br\s*=\s*[\"'](\d{1,10})[\"']")
_TAG = re.compile(rb"<(?:\w{1,20}:)?(row|c|table-row|table-cell)\b([^<>]{0,500})")
_REPEATED = re.compile(rb"number-(?:rows|columns)-repeated\s*=\s*[\"'](\d{1,12})")
_OVERLAP = 600  # of two pieces, so that no tag is cut; what is counted twice is little


class _UnsafeError(Exception):
    """A workbook that would take more memory than a corpus can need; the message says why."""


@contextmanager
def open_excel(source: Source, asked: Asked) -> Iterator[Iterator[Table | Rejected]]:
    """Open a workbook: every sheet that has a column of text is a table; without any, all are shown."""
    data = source.read(limit=_LARGEST_BOOK)
    try:
        if data.startswith(b"PK"):
            require_sane(io.BytesIO(data), size=len(data))
        tables = _tables(source, data)
    except (_UnsafeError, zipfile.BadZipFile, lzma.LZMAError, RuntimeError, ValueError) as fault:
        yield iter([_rejected(source, str(fault))])
        return
    if isinstance(tables, Rejected):
        yield iter([tables])
        return
    with_text = [table for table in tables if recognise(table.columns, asked=asked).text]
    nothing = _rejected(source, "a workbook without a row")
    shown: list[Table | Rejected] = [*(with_text or tables[:_SHOWN])]
    yield iter(shown or [nothing])


def require_sane(stream: IO[bytes], *, size: int) -> None:
    """Refuse a workbook that would unpack, or spread, beyond reason; nothing it says of itself is trusted.

    Raises
    ------
    _UnsafeError
        With what was found.
    """
    allowed = max(UNSUSPECTED, LARGEST_RATIO * size)
    with zipfile.ZipFile(stream) as book:
        for member in book.infolist():
            if member.flag_bits & 1:
                raise _UnsafeError("a workbook with a password")
            with book.open(member) as inside:
                allowed -= _span(inside, allowed)


def _span(stream: IO[bytes], allowed: int) -> int:
    """Read a member through; count its bytes, and bound the rectangle that its cells span."""
    total, rest, spans = 0, b"", _Rectangle()
    while piece := stream.read(_PIECE):
        total += len(piece)
        if total > allowed:
            raise _UnsafeError(f"a workbook that unpacks to more than {LARGEST_RATIO} times its size")
        spans.take(rest + piece)
        rest = piece[-_OVERLAP:]
    return total


class _Rectangle:
    """The rows and columns that cells reach, as far as their tags tell; rather too many than too few."""

    def __init__(self) -> None:
        self._rows = self._columns = self._in_row = 0
        self._times = 1

    def take(self, text: bytes) -> None:
        for letters, row in _CELL.findall(text):
            self._reach(int(row), _column_number(letters))
        self._reach(max(map(int, _ROW.findall(text)), default=0), 0)
        for found in _TAG.finditer(text):
            self._tag(found[1], found[2])
        if self._rows * self._columns > _MOST_CELLS:
            raise _UnsafeError(f"a sheet that spans {self._rows:,} rows and {self._columns:,} columns")

    def _reach(self, rows: int, columns: int) -> None:
        self._rows, self._columns = max(self._rows, rows), max(self._columns, columns)

    def _tag(self, name: bytes, attributes: bytes) -> None:
        """Count cells without a position; one of OpenDocument as often as it is repeated, unless empty."""
        if name.endswith(b"row"):
            found = _REPEATED.search(attributes)
            self._in_row, self._times = 0, int(found[1]) if found else 1
            self._rows += name == b"row" and b"r=" not in attributes
        elif not attributes.rstrip().endswith(b"/"):
            found = _REPEATED.search(attributes)
            self._in_row += int(found[1]) if found else 1
            self._reach(self._times, self._in_row)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _tables(source: Source, data: bytes) -> list[Table] | Rejected:
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [
            table
            for name in book.sheet_names
            if (table := _table(source, name, book.get_sheet_by_name(name)))
        ]
    except (calamine.CalamineError, calamine.PasswordError, ValueError, OSError) as fault:
        return _rejected(source, f"no workbook ({fault})")
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":  # the library's own, which has no name to import
            raise
        return _rejected(source, "a damaged workbook")


def _table(source: Source, name: str, sheet: Any) -> Table | None:
    rows = iter(sheet.iter_rows())
    header = next((cells for cells in rows if _is_filled(cells)), None)
    if header is None:
        return None
    columns = [str(cell).strip() for cell in header]
    return Table(
        origin=f"{source.origin}/{ascii_controls(name)}",
        form="excel",
        columns=tuple(columns),
        rows=_rows(rows, {name: at for at, name in reversed(list(enumerate(columns))) if name}),
    )


def _rows(rows: Iterator[Sequence[Any]], first: dict[str, int]) -> Iterator[Numbered]:
    for number, cells in enumerate(rows, start=1):
        if _is_filled(cells):  # rows that were only formatted stand below many a table
            yield number, {name: cells[at] for name, at in first.items() if at < len(cells)}


def _is_filled(cells: Sequence[Any]) -> bool:
    return any(cell != "" and cell is not None for cell in cells)


def _rejected(source: Source, found: str) -> Rejected:
    return reject_file(
        source.origin, found, expected="a workbook of texts", action="save it again as .xlsx or .csv"
    )
