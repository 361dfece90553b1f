"""Files of tables -> one file: a user's places and years, or terms of office, beside ours."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from readout_nlp import durable
from readout_nlp.compare.place_sides import JOIN
from readout_nlp.compare.place_tenures import join_tenures
from readout_nlp.compare.place_years import join_place_years
from readout_nlp.corpus.read import read_corpus
from readout_nlp.errors import RecipeError, StoreError
from readout_nlp.exchange.user_tables import read_table
from readout_nlp.saved.tables import csv_bytes, parquet_bytes

TENURES = ("leader", "start", "end")
SUFFIXES = (".csv", ".parquet")


def join_files(
    table: Path,
    user_table: Path,
    out: Path,
    *,
    on: Sequence[str] | None = None,
    user_on: Sequence[str] | None = None,
    crosswalk: bool | Path = True,
    level: str | None = None,
    corpus: Path | None = None,
    add_up: Sequence[str] = (),
) -> pd.DataFrame:
    """Join two files of tables and write the result.

    A user's table with ``leader``, ``start`` and ``end`` is one of terms of office (`join_tenures`); every
    other one is of places and years (`join_place_years`).

    Parameters
    ----------
    table, user_table
        Files, as `read_table` takes them.
    out
        A new ``.csv`` or ``.parquet`` file.
    on
        Columns of place and year; None: ``place`` (else ``place_code`` or ``code``) and ``year``.
    user_on, level, add_up
        As in `join_place_years`.
    crosswalk
        True, False, or a file of successions.
    corpus
        A corpus store, whose labels of places the table uses.

    Returns
    -------
    pandas.DataFrame
        What was written.

    Raises
    ------
    RecipeError, StoreError, InputError
        An argument cannot be used, `out` is there already, or a table is faulty.
    """
    if out.suffix.lower() not in SUFFIXES:
        raise RecipeError(f"a result in {out.name}", "a .csv or .parquet file", "choose another --out")
    if out.exists():
        raise StoreError(f"a file at {out}", "a new file", "choose another --out")
    ours, theirs = read_table(table), read_table(user_table)
    if on is None:
        on = (next((name for name in ("place", "place_code", "code") if name in ours), "place"), "year")
    settings: dict[str, Any] = {
        "on": on,
        "crosswalk": read_table(crosswalk) if isinstance(crosswalk, Path) else crosswalk,
        "level": level,
        "corpus": None if corpus is None else read_corpus(corpus),
    }
    if set(TENURES) <= set(theirs):
        if add_up or user_on:
            raise RecipeError("columns to add up or join by for terms of office", "neither", "leave them out")
        joined = join_tenures(ours, theirs, **settings)
    else:
        joined = join_place_years(ours, theirs, user_on=user_on, add_up=add_up, **settings)
    durable.write_bytes(out, _bytes(joined, out.suffix.lower()))
    return joined


def _bytes(joined: pd.DataFrame, suffix: str) -> bytes:
    bare = joined.copy()
    bare.attrs = {}
    return (
        csv_bytes(bare)
        if suffix == ".csv"
        else parquet_bytes(pa.Table.from_pandas(bare, preserve_index=False))
    )


def told(joined: pd.DataFrame) -> dict[str, object]:
    """Give what the join has to tell, as plain values."""
    return dict(joined.attrs[JOIN])
