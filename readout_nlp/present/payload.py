"""The tables inside the page, packed small: its search, its charts by choice and its CSV files read them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.present.packing import deflated
from readout_nlp.present.sections.readouts import readout_table
from readout_nlp.present.tables import COLUMNS, SQUARE, AnalysisLike, table_of

MOST_ROWS = 20_000
DIGITS = 6
LEAST_PACKED = 12_000  # characters of JSON
CARRIED = frozenset({"echo_spans"})  # what the reading view carries its own way, with the texts


def pack(table: pd.DataFrame) -> dict[str, Any]:
    """Columns by name; a column of repeated texts as its distinct values and their positions.

    Examples
    --------
    >>> pack(pd.DataFrame({"place": ["a", "a", "a", "b"]}))["columns"][0]
    {'name': 'place', 'values': ['a', 'b'], 'at': [0, 0, 0, 1]}
    """
    kept = table.head(MOST_ROWS)
    kept.attrs = {}  # else pandas copies them, to the depth, with every column it hands out
    columns = [_column(str(name), kept.iloc[:, at]) for at, name in enumerate(kept.columns)]
    return {"rows": len(kept), "of": len(table), "columns": columns}


def _column(name: str, column: pd.Series[Any]) -> dict[str, Any]:
    plain = _values(column)
    distinct = list(dict.fromkeys(plain))
    if len(distinct) * 2 > len(plain):
        return {"name": name, "cells": plain}
    at = {value: position for position, value in enumerate(distinct)}
    return {"name": name, "values": distinct, "at": [at[value] for value in plain]}


def _values(column: pd.Series[Any]) -> list[str | int | float | bool | None]:
    """JSON values of a column; those of floats, of which most tables are made, without more ado."""
    values = column.tolist()
    if isinstance(column.dtype, np.dtype) and column.dtype.kind == "f":
        return [round(value, DIGITS) if isfinite(value) else None for value in values]
    return [value if type(value) is str else _plain(value) for value in values]


def _plain(value: Any) -> str | int | float | bool | None:
    """JSON value of a cell; what was not observed is null, so that no reader takes it for zero."""
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return round(float(value), DIGITS) if np.isfinite(value) else None
    if isinstance(value, list | tuple | np.ndarray):
        return " ".join(str(part) for part in value)
    return str(value)


def payload(analysis: AnalysisLike) -> dict[str, Any]:
    """Every table of the report, by name; texts of items only where they represent a topic."""
    tables = {name: table_of(analysis, name) for name in COLUMNS if name not in CARRIED}
    tables = {name: table for name, table in tables.items() if not table.empty}
    for name in SQUARE:
        matrix = analysis.tables.get(name, pd.DataFrame())
        if not matrix.empty:
            tables[name] = matrix.rename_axis("").reset_index().rename(columns={"": "label"})
    if analysis.corpus.readouts.height:
        tables["readouts"] = readout_table(analysis)
    return {name: pack(table) for name, table in tables.items()}


def shipped(tables: Mapping[str, Any]) -> dict[str, Any]:
    """Give the tables as the page carries them: a large one packed, until something asks for it.

    Parameters
    ----------
    tables
        As `payload` gives them.
    """
    return {name: _shipped(table) for name, table in tables.items()}


def _shipped(table: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps(table["columns"], ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    if len(text) < LEAST_PACKED:
        return table
    return {key: value for key, value in table.items() if key != "columns"} | {"packed": deflated(text)}


def script_json(value: Any) -> str:
    r"""JSON that cannot end its ``<script>`` element, whatever the texts hold.

    Examples
    --------
    >>> script_json("</script>")
    '"\\u003c/script\\u003e"'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text
