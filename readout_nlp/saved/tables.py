"""Tables to disk: Parquet for programs, CSV for spreadsheets; the same table gives the same bytes."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from readout_nlp import durable
from readout_nlp.errors import RecipeError
from readout_nlp.paged import Data, written
from readout_nlp.pages.cells import guard as guard
from readout_nlp.pages.cells import unguard as unguard

TABLE_NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,63}")
FIRST_OF_FORMULA = "'=+-@\t\r"


def write_tables(tables: Mapping[str, pd.DataFrame], folder: str | Path) -> list[Path]:
    """Write each table to ``<name>.parquet`` and ``<name>.csv``.

    The CSV opens in Excel (UTF-8 with a byte-order mark); in it, text that a spreadsheet would run as a
    formula gets a leading apostrophe, and a list stands as JSON. Parquet holds the values as they are.

    Parameters
    ----------
    tables
        Frames by name; a name is lower-case letters, digits and underscores. Row labels other than
        0, 1, 2, ... become the first columns.
    folder
        Made if it is not there.

    Returns
    -------
    list of Path
        The files, in the order of `tables`, Parquet before CSV.

    Raises
    ------
    RecipeError
        A name cannot be a file's, two columns have one name, or a column mixes types.

    Examples
    --------
    >>> import tempfile
    >>> table = pd.DataFrame({"place": ["=1+1"], "share": [-0.5]})
    >>> paths = write_tables({"shares": table}, tempfile.mkdtemp())
    >>> paths[1].read_text(encoding="utf-8-sig").splitlines()
    ['place,share', "'=1+1,-0.5"]
    """
    folder = Path(folder)
    contents = {name: _contents(name, frame) for name, frame in tables.items()}
    paths = []
    for name, by_suffix in contents.items():
        for suffix, data in by_suffix.items():
            path = folder / f"{name}{suffix}"
            durable.write_bytes(path, data)
            paths.append(path)
    return paths


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """Give `frame` (without its row labels) as the bytes of a CSV file that a spreadsheet opens safely.

    Examples
    --------
    >>> csv_bytes(pd.DataFrame({"n": [1, 2], "terms": [["教育"], None]})).decode("utf-8-sig").splitlines()
    ['n,terms', '1,"[""教育""]"', '2,']
    """
    out = io.StringIO()
    # CR LF as RFC 4180 has it; with another line end the writer leaves a bare CR in a cell unquoted
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([guard(str(name)) for name in frame.columns])
    columns = [_cells(frame.iloc[:, position]) for position in range(frame.shape[1])]
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue().encode("utf-8-sig")


def parquet_bytes(table: pa.Table) -> bytes:
    """Give `table` as the bytes of a Parquet file, without the notes that libraries leave in its schema."""
    return bytes(parquet_data(table))


def parquet_data(table: pa.Table) -> Data:
    """Give what `parquet_bytes` gives, from a file if files are asked for."""
    bare = table.replace_schema_metadata(None)
    return written(lambda sink: pq.write_table(bare, sink, compression="zstd"))


def plain(value: Any) -> Any:
    """Give a table's cell as a JSON value: arrays as lists, dates as ISO strings, a missing one as None.

    Examples
    --------
    >>> plain(np.float64("nan")), plain(np.int64(3)), plain((1, date(2020, 1, 2)))
    (None, 3, [1, '2020-01-02'])
    """
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, list | tuple | set | frozenset):
        values = sorted(value) if isinstance(value, set | frozenset) else value
        return [plain(each) for each in values]
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    return value.isoformat() if isinstance(value, date) else value


def _contents(name: str, frame: pd.DataFrame) -> dict[str, bytes]:
    if not TABLE_NAME.fullmatch(name):
        raise RecipeError(
            f"a table named {name!r}", "lower-case letters, digits and underscores", "give it another name"
        )
    flat = _flat(frame)
    repeated = sorted({str(c) for c in flat.columns[flat.columns.duplicated()]})
    if repeated:
        raise RecipeError(
            f"columns named twice in table {name}: {', '.join(repeated)}", "one column a name", "rename one"
        )
    try:
        table = pa.Table.from_pandas(flat, preserve_index=False)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as fault:
        raise RecipeError(
            f"in table {name}: {'; '.join(str(part) for part in fault.args)}",
            "values of one type in each column",
            "convert the column before writing",
        ) from fault
    return {".parquet": parquet_bytes(table), ".csv": csv_bytes(flat)}


def _flat(frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.copy(deep=False)
    frame.attrs = {}  # no file holds them, and pandas copies them, to the depth, with every column it touches
    labelled = not frame.index.equals(pd.RangeIndex(len(frame)))
    # duplicates are let through here, so that the caller can name them
    flat = frame.rename_axis(_names(frame)).reset_index(allow_duplicates=True) if labelled else frame
    flat.columns = pd.Index([str(name) for name in flat.columns])
    return flat


def _names(frame: pd.DataFrame) -> list[str]:
    names = frame.index.names
    return [f"label_{i}" if name is None else str(name) for i, name in enumerate(names, start=1)]


def _cells(column: pd.Series[Any]) -> list[str]:
    """Write a column's cells, numbers and plain words, of which most tables are made, without more ado."""
    values = column.tolist()
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iufb":
        return ["" if value != value else str(value) for value in values]  # NaN is not itself
    return [v if type(v) is str and v[:1] not in FIRST_OF_FORMULA else _cell(v) for v in values]


def _cell(value: Any) -> str:
    if value is None or (type(value) is float and value != value):
        return ""
    if not isinstance(value, str | int):  # most cells: nothing to make plain
        value = plain(value)
    if value is None:
        return ""
    if isinstance(value, str):
        return guard(value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
