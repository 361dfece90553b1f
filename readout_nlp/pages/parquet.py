"""Parquet -> rows, a batch at a time, only the columns that are read."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from readout_nlp.pages.columns import Asked, recognise
from readout_nlp.pages.page import Rejected, reject_file
from readout_nlp.pages.sources import Source
from readout_nlp.pages.streams import LARGEST_PAGE, LARGEST_TABLE
from readout_nlp.pages.tables import MOST_COLUMNS, Numbered, Table

if TYPE_CHECKING:
    import polars as pl

_BATCH = 500
_AT_ONCE = 16  # rows as Python values: each may be as long as a page can be


@contextmanager
def open_parquet(source: Source, asked: Asked) -> Iterator[Iterator[Table | Rejected]]:
    """Open a Parquet file as a table."""
    # polars takes 0.1 s to import: only readers of Parquet pay
    import polars as pl

    where = source.path if source.path is not None else io.BytesIO(source.read(limit=LARGEST_TABLE))
    faults = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)
    try:
        frame = pl.scan_parquet(where, glob=False, hive_partitioning=False)
        names = frame.collect_schema().names()
    except faults as fault:
        yield iter([_rejected(source, str(fault))])
        return
    if len(names) > MOST_COLUMNS:
        yield iter([_rejected(source, f"{len(names):,} columns")])
        return
    known = recognise(names, asked=asked)
    # a table without texts is small, and may be one of metadata
    wanted = sorted({name for _, name in known.used}) if known.text else names
    rows = _rows(frame, wanted, source=source)
    yield iter([Table(origin=source.origin, form="parquet", columns=tuple(names), rows=rows)])


def _rows(frame: pl.LazyFrame, wanted: list[str], *, source: Source) -> Iterator[Numbered]:
    import polars as pl

    number = 0
    try:
        total = int(frame.select(pl.len()).collect().item())
        for start in range(0, total, _BATCH):
            batch = frame.select(wanted).slice(start, _BATCH).collect()
            for row in _bounded(batch).iter_rows(named=True, buffer_size=_AT_ONCE):
                number += 1
                yield number, row
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as fault:
        yield number + 1, _rejected(source, f"{fault} after row {number}")


def _bounded(batch: pl.DataFrame) -> pl.DataFrame:
    """Cut texts that are much longer than a page: what is left is still too long, and refused as such."""
    import polars as pl

    texts = [name for name, kind in batch.schema.items() if kind == pl.String]
    if batch.estimated_size() <= LARGEST_PAGE:
        return batch
    return batch.with_columns(pl.col(texts).str.slice(0, LARGEST_PAGE + 1))


def _rejected(source: Source, found: str) -> Rejected:
    return reject_file(source.origin, found, expected="a Parquet file", action="write it again")
