"""CSV in any encoding, parted by commas, semicolons or tabs: a broken row is named, the rest goes on."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

from readout_nlp.pages.columns import Asked, recognise
from readout_nlp.pages.decode import decode
from readout_nlp.pages.faults import RowFault, brief
from readout_nlp.pages.page import Rejected, reject
from readout_nlp.pages.sources import Source
from readout_nlp.pages.streams import LARGEST_PAGE, EndlessError, TooLargeError, require_an_end
from readout_nlp.pages.tables import MOST_COLUMNS, Numbered, Table

_HEAD = 1 << 20
_SAMPLE = 1 << 16
_MARKS = ",;\t"
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab"}


@contextmanager
def open_csv(source: Source, asked: Asked) -> Iterator[Iterator[Table | Rejected]]:
    """Open a CSV file as a table."""
    with source.open() as stream:
        head = stream.read(_HEAD)
        if head[:_SAMPLE].count(0) > 0.9 * len(head[:_SAMPLE]):  # of UTF-16 at most every second byte is
            yield iter([_rejected(source, None, "bytes that are no text", "a table of texts")])
            return
        encoding = decode(_whole_lines(head)).encoding
        text = io.TextIOWrapper(
            io.BufferedReader(_Rejoined(head, stream)), encoding=encoding, errors="replace", newline=""
        )
        mark = _delimiter(head.decode(encoding, "replace"), asked)
        # the limit of the csv module is one for the process and lower than a long page
        csv.field_size_limit(max(csv.field_size_limit(), LARGEST_PAGE))
        yield iter([_table(source, text, encoding=encoding, mark=mark)])


def _whole_lines(head: bytes) -> bytes:
    """Cut what is read of a file at the end of a line; of two bytes a character neither is parted."""
    end = head.rfind(b"\n") + 1 or len(head)
    return head[: end + (end % 2 if b"\0" in head else 0)]


def _table(source: Source, text: io.TextIOWrapper, *, encoding: str, mark: str) -> Table | Rejected:
    lines = BoundedLines(text)
    # strict: a quote that is never closed, or closed in the midst of a cell, would swallow other rows
    reader = csv.reader(lines, delimiter=mark, strict=True)
    try:
        header = next(reader, [])
    except EndlessError:
        raise
    except (csv.Error, TooLargeError) as fault:
        return _rejected(source, None, f"{fault} in the header", "a first row that names the columns")
    if len(header) > MOST_COLUMNS:
        expected = f"at most {MOST_COLUMNS:,} columns"
        return _rejected(source, None, f"{len(header):,} columns", expected)
    header = [name.lstrip("\ufeff") for name in header]
    rows = _rows(source, reader, lines=lines, header=header)
    return Table(
        origin=source.origin,
        form="csv",
        columns=tuple(header),
        rows=rows,
        encoding=encoding,
        delimiter=_NAMES[mark],
    )


def _rows(source: Source, reader: Any, *, lines: BoundedLines, header: list[str]) -> Iterator[Numbered]:
    number = 0
    for column, times in Counter(filter(None, header)).items():
        if times > 1:
            yield 1, _notice(source, None, f"{times} columns named {brief(column)}", "one, the first is read")
    first = {name: at for at, name in reversed(list(enumerate(header)))}
    while True:
        began = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except EndlessError:
            raise
        except (csv.Error, TooLargeError) as fault:
            number += 1
            yield number, _rejected(source, number, *_broken(str(fault), began, lines.number))
            continue
        if not cells:
            continue
        number += 1
        if (whole := _of_one_length(cells, header)) is not None:
            found, expected = whole
            if len(cells) > len(header) or cells == header:
                yield number, _rejected(source, number, found, expected)
                continue
            yield number, _notice(source, number, found, expected)
        yield number, {name: cells[at] for name, at in first.items() if at < len(cells)}


def _of_one_length(cells: Sequence[str], header: Sequence[str]) -> tuple[str, str] | None:
    """Say what is wrong with the number of cells; empty ones behind the last column are let pass."""
    if len(cells) < len(header):
        return f"{len(cells)} cells", f"{len(header)}, as the header has"
    if any(cell.strip() for cell in cells[len(header) :]):
        expected = f"{len(header)}, as the header has: quote a text that holds the delimiter"
        return f"{len(cells)} cells", expected
    if list(cells) == list(header):
        return "the header again", "one table a file: part them"
    return None


def _broken(fault: str, began: int, ended: int) -> tuple[str, str]:
    where = f"line {began}" if began >= ended else f"lines {began} to {ended}"
    if "unexpected end" in fault:
        return (
            f"a quote opened in line {began} and never closed",
            f"one that closes; {where} could not be read",
        )
    if "field larger" in fault:
        return f"a cell larger than a page in {where}", "a quote that closes before the end of the cell"
    if "expected after" in fault:
        return f"a quote within a quoted cell in {where}", 'quotes within a cell written twice, as ""'
    return f"{fault} in {where}", "a row of CSV"


def _rejected(source: Source, row: int | None, found: str, expected: str) -> Rejected:
    return reject(
        RowFault(
            file=source.origin,
            row=row,
            field="row",
            found=found,
            expected=expected,
            action="mend the file",
            kept=False,
        )
    )


def _notice(source: Source, row: int | None, found: str, expected: str) -> RowFault:
    action = "it is read as far as it goes"
    return RowFault(
        file=source.origin, row=row, field="row", found=found, expected=expected, action=action, kept=True
    )


def _delimiter(head: str, asked: Asked) -> str:
    """Choose the mark by which a column of text appears, else the one that parts most."""
    first = head.lstrip("\ufeff\r\n").partition("\n")[0][: MOST_COLUMNS * 10]
    split = {mark: first.split(mark) for mark in _MARKS}
    with_text = [mark for mark in _MARKS if recognise(split[mark][:MOST_COLUMNS], asked=asked).text]
    return max(with_text or _MARKS, key=lambda mark: len(split[mark]))


class BoundedLines:
    r"""Lines of a text for the csv module; one that is longer than a page raises, and the next is read on.

    Parameters
    ----------
    text
        Opened with ``newline=""``.
    limit
        Characters of a line.

    Examples
    --------
    >>> lines = BoundedLines(io.StringIO("a long line\nb\n"), limit=4)
    >>> try:
    ...     next(lines)
    ... except TooLargeError as fault:
    ...     print(fault)
    a line of more than 4 characters
    >>> next(lines), lines.number
    ('b\n', 2)
    """

    def __init__(self, text: IO[str], *, limit: int = LARGEST_PAGE) -> None:
        self._text, self._limit = text, limit
        self.number = 0

    def __iter__(self) -> BoundedLines:
        return self

    def __next__(self) -> str:
        """Give the next line."""
        line = self._text.readline(self._limit + 1)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) > self._limit:
            skipped = len(line)
            while line and line[-1] not in "\r\n":
                line = self._text.readline(self._limit)
                skipped += len(line)
                require_an_end(skipped)
            raise TooLargeError(f"a line of more than {self._limit:,} characters")
        return line


class _Rejoined(io.RawIOBase):
    """A stream with the head that was read off it put back."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self._head, self._rest = head, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._head[: len(buffer)]
        self._head = self._head[len(piece) :]
        piece = piece or self._rest.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)
