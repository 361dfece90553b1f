"""JSON Lines and JSON -> rows; a line that is no object is named with its number, and the rest goes on."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from typing import IO, Any

from readout_nlp.pages.columns import TEXT_COLUMNS, Asked, recognise
from readout_nlp.pages.decode import decode
from readout_nlp.pages.faults import RowFault, brief
from readout_nlp.pages.page import Rejected, reject
from readout_nlp.pages.sources import Source
from readout_nlp.pages.streams import LARGEST_PAGE, LARGEST_TABLE, bounded_lines
from readout_nlp.pages.tables import MOST_COLUMNS, Numbered, Table

_LOOKED_AT = 20
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@contextmanager
def open_jsonl(source: Source, asked: Asked) -> Iterator[Iterator[Table | Rejected]]:
    """Open a JSON Lines file as a table: its columns are those of the first rows that tell."""
    with source.open() as stream:
        encodings: list[str] = []
        rows = _rows_of_lines(source.origin, stream, encodings)
        head: list[Numbered] = []
        for numbered in islice(rows, _LOOKED_AT):
            head.append(numbered)
            if isinstance(numbered[1], dict) and recognise(numbered[1], asked=asked).text:
                break
        encoding = next((name for name in encodings if name != "ascii"), "utf-8")
        yield iter([_table(source, "jsonl", head, rows=chain(head, rows), encoding=encoding)])


@contextmanager
def open_json(source: Source, asked: Asked) -> Iterator[Iterator[Table | Rejected]]:
    """Open a JSON file as a table: one object, a list of them, or an object with one such list."""
    found = decode(source.read(limit=LARGEST_TABLE))
    try:
        value = json.loads(found.text)
    except (ValueError, RecursionError) as fault:
        expected = "JSON: mend the file, or name it .jsonl if it has an object a line"
        yield iter([_rejected(source.origin, None, str(fault), expected)])
        return
    rows: list[Numbered] = list(enumerate(_rows_within(value, asked), start=1))
    if rows:
        yield iter([_table(source, "json", rows[:_LOOKED_AT], rows=iter(rows), encoding=found.encoding)])
    else:
        columns = tuple(map(str, value)) if isinstance(value, dict) else ()
        first = value[0] if isinstance(value, list) and value else None
        columns = tuple(map(str, first)) if isinstance(first, dict) else columns
        yield iter([_without_rows(source, columns or (type(value).__name__,), found.encoding)])


def _table(
    source: Source, form: str, head: list[Numbered], *, rows: Iterator[Numbered], encoding: str
) -> Table:
    names = dict.fromkeys(name for _, row in head if isinstance(row, dict) for name in row)
    return Table(origin=source.origin, form=form, columns=tuple(names), rows=rows, encoding=encoding)


def _without_rows(source: Source, columns: tuple[str, ...], encoding: str) -> Table:
    return Table(origin=source.origin, form="json", columns=columns, rows=iter(()), encoding=encoding)


def _rows_of_lines(origin: str, stream: IO[bytes], encodings: list[str]) -> Iterator[Numbered]:
    for number, line in enumerate(bounded_lines(stream), start=1):
        if line is None:
            found, expected = f"a line of more than {LARGEST_PAGE:,} bytes", "one page a line"
            yield number, _rejected(origin, number, found, expected)
        elif line.startswith(_WIDE) and number == 1:
            yield number, _rejected(origin, None, "JSON Lines in UTF-16", "UTF-8: save the file so")
            return
        elif line.strip():
            yield number, _json_row(line, origin, number=number, encodings=encodings)


def _json_row(line: bytes, origin: str, *, number: int, encodings: list[str]) -> dict[str, Any] | Rejected:
    decoded = decode(line)
    if len(encodings) < _LOOKED_AT:
        encodings.append("ascii" if line.isascii() else decoded.encoding)
    text = decoded.text.strip()
    try:
        row = json.loads(text)
    except (ValueError, RecursionError) as fault:
        return _rejected(origin, number, f"{brief(text)} ({fault})", "a JSON object a line")
    if not isinstance(row, dict):
        return _rejected(origin, number, f"a {type(row).__name__}", "a JSON object a line")
    if len(row) > MOST_COLUMNS:
        return _rejected(origin, number, f"{len(row):,} columns", f"at most {MOST_COLUMNS:,}")
    return row


def _rows_within(value: Any, asked: Asked) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        if recognise(value, asked=asked).text:
            return [value]
        lists = (one for one in value.values() if isinstance(one, list))
        value = next((rows for one in lists if (rows := _rows_within(one, asked))), [])
    if not isinstance(value, list):
        return []
    rows = [row for row in value if isinstance(row, dict)]
    return rows if any(recognise(row, asked=asked).text for row in rows) else []


def _rejected(origin: str, row: int | None, found: str, expected: str) -> Rejected:
    action = "mend or remove the line" if row is not None else f"it needs rows with {TEXT_COLUMNS[0]!r}"
    return reject(
        RowFault(file=origin, row=row, field="row", found=found, expected=expected, action=action, kept=False)
    )
