"""The parts of a corpus store: Parquet files that never change, read as this version would write them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from readout_nlp.corpus.corpus import EXAMPLE_SCHEMA, QUARANTINE_SCHEMA
from readout_nlp.corpus.rows import PAGE_ITEM_SCHEMA, PAGE_SCHEMA, Rows
from readout_nlp.durable import sha256_file, write_bytes
from readout_nlp.errors import StoreError
from readout_nlp.paged_tables import joined_table

PARTS = "parts"
TABLES = {"readouts": PAGE_SCHEMA, "items": PAGE_ITEM_SCHEMA, "quarantine": QUARANTINE_SCHEMA}
EXAMPLES = "repair_examples"  # beside the tables of a part that has any; what reads without it misses nothing

Manifest = dict[str, Any]


def check_file(path: Path, expected: str, *, remedy: str | None = None) -> None:
    """Refuse a file that is not what its manifest says.

    Raises
    ------
    StoreError
        It is missing, or its SHA-256 is another; `remedy` says what to do next.
    """
    if not path.is_file() or sha256_file(path) != expected:
        raise StoreError(
            f"{path} {'changed' if path.is_file() else 'missing'}",
            "the file that its manifest names",
            remedy or "restore it from a copy, or ingest the pages again into a new folder",
        )


def part_name(number: int) -> str:
    """Give the name of a part by its number.

    Examples
    --------
    >>> part_name(0)
    'part-00000'
    """
    return f"part-{number:05d}"


def write_frame(path: Path, frame: pl.DataFrame) -> None:
    """Write a table as Parquet, whole or not at all."""
    stream = io.BytesIO()
    frame.write_parquet(stream, compression="zstd")
    write_bytes(path, stream.getvalue())


def write_examples(folder: Path, examples: pl.DataFrame) -> str | None:
    """Write the examples of a part; give the SHA-256 of the file, None where there are none."""
    if not examples.height:
        return None
    path = folder / f"{EXAMPLES}.parquet"
    write_frame(path, examples)
    return sha256_file(path)


def part_file(folder: Path, part: dict[str, Any], table: str) -> Path:
    """Give the path of one table of one part."""
    return folder / PARTS / str(part["name"]) / f"{table}.parquet"


def read_rows(folder: Path, manifest: Manifest) -> Rows:
    """Read all parts, those of version 1 as if this version had written them."""
    numbered = PAGE_SCHEMA | {"ingested": pl.Int32()}
    readouts = joined_table(_whole(numbered, _numbered(folder, manifest)))
    items = (_dated(part, readouts) for part in _each(folder, manifest, "items"))
    return Rows(
        readouts,
        joined_table(_whole(PAGE_ITEM_SCHEMA, items)),
        pl.concat(_whole(QUARANTINE_SCHEMA, _each(folder, manifest, "quarantine"))),
        pl.concat(_whole(EXAMPLE_SCHEMA, _each(folder, manifest, EXAMPLES))),
    )


def _whole(schema: Mapping[str, pl.DataType], parts: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Give the parts behind a table of no rows, which stands where there are none."""
    yield pl.DataFrame(schema=schema)
    yield from parts


def _each(folder: Path, manifest: Manifest, table: str) -> Iterator[pl.DataFrame]:
    for part in manifest["parts"]:
        if table in TABLES or part.get(table):  # earlier versions kept no examples
            yield pl.read_parquet(part_file(folder, part, table))


def _numbered(folder: Path, manifest: Manifest) -> Iterator[pl.DataFrame]:
    for number, part in enumerate(_each(folder, manifest, "readouts")):
        yield part.with_columns(pl.lit(number, pl.Int32).alias("ingested"))


def _dated(items: pl.DataFrame, readouts: pl.DataFrame) -> pl.DataFrame:
    """Give items with the hash of their page; in version 1 an id had the items of its first page alone."""
    if "sha256" in items.columns:
        return items
    first = readouts.unique("readout_id", keep="first").select("readout_id", "body")
    pages = (
        readouts.join(first, on=("readout_id", "body"), how="semi").select("readout_id", "sha256").unique()
    )
    return items.join(pages, on="readout_id").select(*PAGE_ITEM_SCHEMA)


def read_columns(
    folder: Path, manifest: Manifest, *, table: str, columns: list[str]
) -> Iterator[tuple[Any, ...]]:
    """Give rows of a table, part by part, reading these columns alone."""
    for part in manifest["parts"]:
        yield from pl.read_parquet(part_file(folder, part, table), columns=columns).iter_rows()
