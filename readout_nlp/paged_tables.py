"""Large tables in files of a folder: the texts of a corpus are read when they are looked at."""

from __future__ import annotations

import io
import mmap
from collections.abc import Iterable
from typing import BinaryIO

import polars as pl
import pyarrow as pa

from readout_nlp.paged import ROWS, is_small, paging, unnamed_file

AT_ONCE = 100_000  # rows joined together
SMALL_ROW = 100  # bytes of a row, at least


def shelved_table(table: pl.DataFrame) -> pl.DataFrame:
    """Give the same table, from a file if it is large and files are asked for.

    Texts stay in the file also where rows are sorted, joined or left out: Polars then copies references.
    """
    if is_small(int(table.estimated_size())):
        return table
    return joined_table([table])


def joined_table(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Put tables of one schema below each other, one at a time in memory if files are asked for.

    Examples
    --------
    >>> joined_table([pl.DataFrame({"a": ["x"]}), pl.DataFrame({"a": ["y"]})])["a"].to_list()
    ['x', 'y']
    """
    here = paging()
    if here is None:
        return pl.concat(parts)
    with unnamed_file(here.folder) as file:
        kind = _write_arrow(file, parts)
        return _read_arrow(file) if file.tell() else kind


def joined_beside(table: pl.DataFrame, about: pl.DataFrame, *, on: str) -> pl.DataFrame:
    """Join to every row of `table` the row of `about` with its key, if any; into a file if that is asked for.

    Examples
    --------
    >>> joined_beside(pl.DataFrame({"a": ["x"]}), pl.DataFrame({"a": ["x"], "b": [1]}), on="a").rows()
    [('x', 1)]
    """
    parts = [table] if is_small(table.height * SMALL_ROW) else table.iter_slices(AT_ONCE)
    return joined_table(part.join(about, on=on, how="left", maintain_order="left") for part in parts)


def _write_arrow(file: BinaryIO, parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Write tables as one, some rows at a time, and give the first one without its rows.

    Rows refer to the texts of a whole table: only Polars' own writer takes out what they hold.
    """
    writer, kind = None, None
    for part in parts:
        kind = part.clear() if kind is None else kind
        for rows in part.iter_slices(ROWS):
            compact = io.BytesIO()
            rows.write_ipc(compact)
            table = pa.ipc.open_file(pa.py_buffer(compact.getbuffer())).read_all()
            writer = writer or pa.ipc.new_file(file, table.schema)
            writer.write_table(table)
    if writer is not None:
        writer.close()
    file.flush()
    assert kind is not None, "no table, not even one without rows"
    return kind


def _read_arrow(file: BinaryIO) -> pl.DataFrame:
    held = pa.py_buffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    table = pa.ipc.open_file(pa.BufferReader(held)).read_all()
    found = pl.from_arrow(table, rechunk=False)
    assert isinstance(found, pl.DataFrame)
    return found
