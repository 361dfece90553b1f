"""Rows of JSON Lines and Parquet -> records; a row is only taken apart once something asks for its page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from math import inf
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from readout_nlp.harvest.records import Record
from readout_nlp.pages.columns import Asked, recognise
from readout_nlp.pages.faults import RowFault
from readout_nlp.pages.page import Page, Rejected, reject, reject_file
from readout_nlp.pages.rows import row_page
from readout_nlp.pages.streams import LARGEST_PAGE, bounded_lines

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH = 256  # rows of Parquet at a time


def json_records(stream: IO[bytes], name: str, asked: Asked) -> Iterator[Record | Rejected]:
    """Give a record a line; the line is parsed when its page is asked for.

    Parameters
    ----------
    stream
        The unpacked dump.
    name
        Of the dump, for origins: ``name#line``, lines from 1.
    asked
        What the user says of columns (`asked_columns`).
    """
    lines = bounded_lines(stream, longest=inf)  # behind a line of any length other pages stand
    for number, line in enumerate(lines, start=1):
        origin = f"{name}#{number}"
        if line is None:
            yield _no_row(name, number, f"a line of more than {LARGEST_PAGE:,} bytes", "one page a line")
        elif line.strip():
            yield Record(origin, line, partial(_page_of_line, line, name, number=number, asked=asked))


def _page_of_line(line: bytes, name: str, *, number: int, asked: Asked) -> Page | Rejected:
    try:
        row = json.loads(line.decode("utf-8", "replace").lstrip("\ufeff"))
    except (ValueError, RecursionError) as fault:
        return _no_row(name, number, str(fault), "a JSON object a line")
    if not isinstance(row, dict):
        return _no_row(name, number, f"a {type(row).__name__}", "a JSON object a line")
    return row_page(row, f"{name}#{number}", asked=asked)


def parquet_records(path: Path, asked: Asked) -> Iterator[Record | Rejected]:
    """Give a record a row, a batch of rows in memory at a time, only the columns that are read.

    Parameters
    ----------
    path
        A Parquet file.
    asked
        What the user says of columns (`asked_columns`).
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            known = recognise(file.schema_arrow.names, asked=asked)
            if not known.text:
                found = f"the columns {', '.join(file.schema_arrow.names[:12])}"
                yield reject_file(
                    path.name, found, expected="a column of pages", action="name it by --columns"
                )
                return
            number = 0
            for batch in file.iter_batches(_BATCH, columns=sorted({name for _, name in known.used})):
                for row in _rows(batch):
                    number += 1
                    yield _record(row, f"{path.name}#{number}", known.text, asked)
    except (pa.ArrowException, OSError) as fault:
        yield reject_file(path.name, str(fault), expected="a whole Parquet file", action="fetch it again")


def _rows(batch: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    """Give rows as dicts; bytes in a damaged column that are no UTF-8 become U+FFFD."""
    columns = [_cells(column) for column in batch.columns]
    for cells in zip(*columns, strict=True):
        yield dict(zip(batch.schema.names, cells, strict=True))


def _cells(column: pa.Array) -> list[Any]:
    import pyarrow as pa

    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return list(column.to_pylist())
    wide = pa.types.is_large_string(column.type)
    raw = column.cast(pa.large_binary() if wide else pa.binary()).to_pylist()
    return [None if one is None else one.decode("utf-8", "replace") for one in raw]


def _record(row: Mapping[str, Any], origin: str, texts: tuple[str, ...], asked: Asked) -> Record:
    found = next((value for name in texts if isinstance(value := row.get(name), str) and value), "")
    return Record(origin, found.encode("utf-8", "surrogatepass"), partial(row_page, row, origin, asked=asked))


def _no_row(name: str, number: int, found: str, expected: str) -> Rejected:
    action = "the rest is read; mend the line and harvest again if it matters"
    return reject(
        RowFault(
            file=name, row=number, field="row", found=found, expected=expected, action=action, kept=False
        )
    )
