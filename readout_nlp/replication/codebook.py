"""The codebook of a run: every table and every column, what it means and what it holds here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from readout_nlp.errors import StoreError
from readout_nlp.saved.tables import csv_bytes

ANY = "*"  # a table as a square: its columns are named for what its rows are
NOT_DESCRIBED = "Not described by this version of readout_nlp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One column of one table: its meaning, and what was found in it."""

    table: str
    column: str
    meaning: str
    unit: str
    range: str
    type: str
    n_rows: int
    n_missing: int
    least: str
    most: str
    passages: bool  # it holds passages of the texts
    compared: bool  # a second run is held to it


@cache
def definitions() -> Mapping[str, Any]:
    """Read the definitions: ``columns`` that mean the same everywhere, ``tables``, ``figures``.

    Examples
    --------
    >>> definitions()["tables"]["coverage"]["rows"]
    'a place and year'
    """
    text = (files("readout_nlp.replication") / "codebook.json").read_text(encoding="utf-8")
    found: Mapping[str, Any] = json.loads(text)
    return found


def defined(table: str, column: str) -> Mapping[str, Any] | None:
    """Give the definition of a column: the table's own, else the common one; None where there is none.

    Examples
    --------
    >>> defined("coverage", "place")["unit"], defined("coverage", "no such column")
    ('label', None)
    """
    own = definitions()["tables"].get(table)
    if own is None:
        return None
    found: Mapping[str, Any] | None = (
        own["columns"].get(column) or definitions()["columns"].get(column) or own["columns"].get(ANY)
    )
    return found


def not_compared(table: str) -> frozenset[str]:
    """Give the columns of a table that differ between any two runs, such as seconds."""
    columns: Sequence[str] = tuple(definitions()["columns"])
    return frozenset(
        name for name in columns if not (defined(table, name) or {"compared": True}).get("compared", True)
    )


def codebook(tables: Path) -> list[Entry]:
    """Describe every column of every table in a folder of Parquet files.

    Raises
    ------
    StoreError
        A file is no table.
    """
    return [entry for path in sorted(tables.glob("*.parquet")) for entry in _entries(path)]


def undescribed(entries: Sequence[Entry]) -> list[str]:
    """Name the columns that this version cannot explain, as ``table.column``."""
    return [f"{entry.table}.{entry.column}" for entry in entries if entry.meaning == NOT_DESCRIBED]


def codebook_csv(entries: Sequence[Entry]) -> bytes:
    """Give the codebook as the bytes of a CSV file, one row a column."""
    return csv_bytes(pd.DataFrame([asdict(entry) for entry in entries]))


def table_title(name: str) -> Mapping[str, str]:
    """Give ``title``, ``rows`` (what one row is) and ``made_by`` of a table; of an unknown one, dashes."""
    unknown = {"title": NOT_DESCRIBED, "rows": "-", "made_by": "-"}
    found: Mapping[str, str] = definitions()["tables"].get(name, unknown)
    return found


def _entries(path: Path) -> Iterator[Entry]:
    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError) as fault:
        raise StoreError(f"{path} that is no table ({fault})", "Parquet files", "run again") from fault
    passages = definitions()["tables"].get(path.stem, {}).get("passages", ())
    for name in table.column_names:
        about = defined(path.stem, name) or {"meaning": NOT_DESCRIBED}
        column = table.column(name)
        least, most = _ends(column)
        yield Entry(
            table=path.stem,
            column=name,
            meaning=about["meaning"],
            unit=about.get("unit", ""),
            range=about.get("range", ""),
            type=_type(column.type),
            n_rows=table.num_rows,
            n_missing=_missing(column),
            least=least,
            most=most,
            passages=name in passages,
            compared=name not in not_compared(path.stem),
        )


def _type(kind: pa.DataType) -> str:
    tests = {
        "truth value": pa.types.is_boolean,
        "whole number": pa.types.is_integer,
        "number": pa.types.is_floating,
        "date": pa.types.is_temporal,
        "empty": pa.types.is_null,
    }
    return next((name for name, holds in tests.items() if holds(kind)), "text")


def _missing(column: pa.ChunkedArray) -> int:
    nothing = pc.is_null(column, nan_is_null=pa.types.is_floating(column.type))
    return int(pc.sum(nothing).as_py() or 0)


def _ends(column: pa.ChunkedArray) -> tuple[str, str]:
    """Give the least and the greatest value of numbers and dates; of all else nothing."""
    kind = column.type
    if pa.types.is_floating(kind):
        column = column.filter(pc.invert(pc.is_nan(column)))
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_temporal(kind)):
        return "", ""
    ends = pc.min_max(column).as_py()
    return _said(ends["min"]), _said(ends["max"])


def _said(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value).removesuffix(" 00:00:00")
