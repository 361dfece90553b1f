"""Table files (JSONL, JSON, CSV, Parquet) -> pages, a row at a time."""

from __future__ import annotations

import csv
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from readout_nlp.pages.decode import decode
from readout_nlp.pages.page import Page, Rejected
from readout_nlp.pages.rows import GIVEN_COLUMNS, TEXT_COLUMNS, row_page, text_column
from readout_nlp.pages.streams import LARGEST_PAGE, bounded_lines, opened, read_whole

_log = logging.getLogger(__name__)
_LARGEST_JSON = 500_000_000
_HEAD = 1 << 20
_BATCH = 500


def read_jsonl(path: Path) -> Iterator[Page | Rejected]:
    """Give the rows of a JSON Lines file; a line that is not JSON is rejected with its number."""
    read = 0
    with opened(path) as stream:
        for number, line in enumerate(bounded_lines(stream), start=1):
            origin = f"{path}#{number}"
            if line is None:
                reason = f"found a line of more than {LARGEST_PAGE} bytes; expected one page; split it"
                yield Rejected(origin=origin, reason=reason)
                continue
            if not line.strip():
                continue
            row = _json_row(line, origin)
            if isinstance(row, dict) and text_column(row) is None and not read:
                skip(path, f"its rows have none of the columns {', '.join(TEXT_COLUMNS)}")
                return
            read += isinstance(row, dict)
            yield row_page(row, origin) if isinstance(row, dict) else row


_KNOWN = frozenset(name for names in GIVEN_COLUMNS.values() for name in names) - {"id"}


def _json_row(line: bytes, origin: str) -> dict[str, Any] | Rejected:
    text = decode(line).text.strip()
    try:
        row = json.loads(text)
    except (ValueError, RecursionError) as fault:
        found = f"{text[:40]!r} ({fault})"
        return Rejected(
            origin=origin, reason=f"found {found}; expected a JSON object a line; mend or remove line"
        )
    if isinstance(row, dict):
        return row
    return Rejected(
        origin=origin,
        reason=f"found a {type(row).__name__}; expected a JSON object a line; mend or remove the line",
    )


def read_json(path: Path) -> Iterator[Page | Rejected]:
    """Give the rows of a JSON file: one object, a list of them, or an object with one such list."""
    try:
        value = json.loads(decode(read_whole(path, limit=_LARGEST_JSON)).text)
    except (ValueError, RecursionError) as fault:
        reason = f"found {fault}; expected JSON; mend the file, or name it .jsonl if it has an object a line"
        yield Rejected(origin=str(path), reason=reason)
        return
    rows = _rows_within(value)
    if not rows:
        skip(path, f"it has no rows with one of {', '.join(TEXT_COLUMNS)}")
    for number, row in enumerate(rows, start=1):
        yield row_page(row, f"{path}#{number}")


def _rows_within(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        if text_column(value):
            return [value]
        value = next((one for one in value.values() if isinstance(one, list) and _rows_within(one)), [])
    if not isinstance(value, list):
        return []
    rows = [row for row in value if isinstance(row, dict)]
    return rows if any(text_column(row) for row in rows) else []


def read_csv(path: Path) -> Iterator[Page | Rejected]:
    """Give the rows of a CSV file in any encoding, separated by commas, semicolons or tabs."""
    with opened(path) as stream:
        head = stream.read(_HEAD)
        encoding = decode(head[: head.rfind(b"\n") + 1] or head).encoding
        text = io.TextIOWrapper(
            io.BufferedReader(_Rejoined(head, stream)), encoding=encoding, errors="replace", newline=""
        )
        # the limit of the csv module is one for the process and lower than a long page
        csv.field_size_limit(max(csv.field_size_limit(), LARGEST_PAGE))
        rows = csv.DictReader(text, delimiter=_delimiter(head.decode(encoding, "replace")))
        try:
            if text_column(rows.fieldnames or ()) is None:
                skip(path, f"it has none of the columns {', '.join(TEXT_COLUMNS)}")
                return
            for number, row in enumerate(rows, start=1):
                yield row_page(row, f"{path}#{number}")
        except csv.Error as fault:
            reason = f"found {fault} at line {rows.line_num}; expected CSV; mend the file"
            yield Rejected(origin=str(path), reason=reason)


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


def _delimiter(head: str) -> str:
    first = head.partition("\n")[0]
    best = ","
    for mark in ",;\t":
        names = [name.strip('"\r \ufeff') for name in first.split(mark)]
        if text_column(names):
            best = mark
    return best


def read_parquet(path: Path) -> Iterator[Page | Rejected]:
    """Give the rows of a Parquet file, a batch at a time."""
    # polars takes 0.1 s to import: only readers of Parquet pay
    import polars as pl

    source: Path | io.BytesIO = path
    if path.suffix.lower() == ".gz":
        source = io.BytesIO(read_whole(path, limit=_LARGEST_JSON))
    try:
        frame = pl.scan_parquet(source)
        names = frame.collect_schema().names()
        wanted = [name for name in (*TEXT_COLUMNS, *_KNOWN) if name in names]
        if text_column(names) is None:
            skip(path, f"it has none of the columns {', '.join(TEXT_COLUMNS)}")
            return
        total = int(frame.select(pl.len()).collect().item())
        for start in range(0, total, _BATCH):
            batch = frame.select(sorted(wanted)).slice(start, _BATCH).collect()
            for number, row in enumerate(batch.iter_rows(named=True), start=start + 1):
                yield row_page(row, f"{path}#{number}")
    except (pl.exceptions.PolarsError, OSError) as fault:
        yield Rejected(origin=str(path), reason=f"found {fault}; expected a Parquet file; write it again")


def skip(path: Path, reason: str) -> None:
    """Say that a file is left aside, and why."""
    _log.warning("skipped %s: %s", path, reason)
