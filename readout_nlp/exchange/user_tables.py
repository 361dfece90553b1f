"""A user's table from disk: CSV, Excel or Parquet -> a data frame; numbers are numbers, 0512 is text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from readout_nlp.compare.place_keys import text_of
from readout_nlp.errors import InputError
from readout_nlp.exchange.labelled import MAX_CELL, read_text
from readout_nlp.pages.excel import open_excel
from readout_nlp.pages.page import Rejected
from readout_nlp.pages.sources import file_source
from readout_nlp.saved.tables import unguard

BOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
KINDS = (".csv", ".tsv", ".txt", ".parquet", *BOOKS)
EXACT = 2**53  # a sheet keeps whole numbers as floats: up to here they are exact
MISSING = frozenset({"", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "-"})
WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
REAL = re.compile(r"-?(?:0|[1-9][0-9]*)?(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


def read_table(path: str | Path) -> pd.DataFrame:
    r"""Read a table that a user or this package wrote.

    Parameters
    ----------
    path
        ``.csv``, ``.tsv``, ``.txt`` (commas, semicolons or tabs; UTF-8 or GB 18030), ``.parquet``, or the
        first sheet of ``.xlsx``, ``.xls``, ``.ods``.

    Returns
    -------
    pandas.DataFrame
        Columns of numbers as numbers, unless one begins with a needless 0 (then they are codes); others as
        text. Empty cells and NA are missing.

    Raises
    ------
    InputError
        The file cannot be read, a line has too few or too many cells (each named), or columns have one name.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "gdp.csv"
    >>> _ = path.write_text("code;year;gdp;area\n320584;2010;1003.2;0512\n320584;2011;NA;0512\n")
    >>> read_table(path).to_numpy().tolist()
    [[320584, 2010, 1003.2, '0512'], [320584, 2011, nan, '0512']]
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"no file at {path}", f"a table ({', '.join(KINDS)})", "check the path")
    if path.suffix.lower() not in KINDS:
        raise InputError(
            f"a table in {path.name}", f"a file {', '.join(KINDS)}", "save it as CSV and give that"
        )
    if path.suffix.lower() == ".parquet":
        return _parquet(path)
    if path.suffix.lower() in BOOKS:
        return _sheet(path)
    rows = _rows(read_text(path), path)
    names = [unguard(name.strip()) for name in rows[0]]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise InputError(
            f"columns named twice in {path.name}: {', '.join(repeated)}", "one column a name", "rename them"
        )
    columns = list(zip(*rows[1:], strict=True)) or [()] * len(names)
    return pd.DataFrame({name: _typed(list(cells)) for name, cells in zip(names, columns, strict=True)})


def _rows(text: str, path: Path) -> list[list[str]]:
    csv.field_size_limit(MAX_CELL)
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]
    except csv.Error as fault:
        raise InputError(f"{path.name}, which is no CSV ({fault})", "rows of cells", "mend it") from fault
    if not rows:
        raise InputError(f"no row in {path.name}", "a line of column names and rows", "check the file")
    ragged = [number for number, row in enumerate(rows, start=1) if len(row) != len(rows[0])]
    if ragged:
        raise InputError(
            f"{len(ragged)} lines of {path.name} without {len(rows[0])} cells"
            f" (rows {', '.join(map(str, ragged[:5]))})",
            "as many cells as column names",
            "mend these lines",
        )
    return rows


def _typed(cells: list[str]) -> pd.Series[Any]:
    cells = [unguard(cell.strip()) for cell in cells]
    known = [cell for cell in cells if cell not in MISSING]
    if known and all(WHOLE.fullmatch(cell) for cell in known):
        whole = [None if cell in MISSING else int(cell) for cell in cells]
        return pd.Series(whole, dtype="int64" if len(known) == len(cells) else "Int64")
    if known and all(cell not in (".", "-") and REAL.fullmatch(cell) for cell in known):
        return pd.Series([float("nan") if cell in MISSING else float(cell) for cell in cells])
    return pd.Series([None if cell in MISSING else cell for cell in cells], dtype=object)


def _sheet(path: Path) -> pd.DataFrame:
    with open_excel(file_source(path), ()) as tables:
        table = next(tables)
        if isinstance(table, Rejected):
            raise InputError(f"{path.name}: {table.reason}", "a sheet with column names", "save it as CSV")
        rows = [row for _, row in table.rows if isinstance(row, Mapping)]
    names = [name for name in table.columns if name]
    return pd.DataFrame({name: _of_sheet([row.get(name) for row in rows]) for name in names})


def _of_sheet(cells: list[Any]) -> pd.Series[Any]:
    known = [None if cell is None or str(cell).strip() in MISSING else cell for cell in cells]
    found = [cell for cell in known if cell is not None]
    if any(type(cell) not in (int, float, str) for cell in found):  # dates, mostly
        return pd.Series(known, dtype=object)
    whole = all(type(cell) is str or (float(cell).is_integer() and abs(cell) < EXACT) for cell in found)
    return _typed([text_of(cell) if whole or type(cell) is not float else repr(cell) for cell in known])


def _parquet(path: Path) -> pd.DataFrame:
    try:
        # in one thread and from memory, as saved models are read
        file = pq.ParquetFile(io.BytesIO(path.read_bytes()), pre_buffer=False)
        frame: pd.DataFrame = file.read(use_threads=False).to_pandas()
    except (pa.ArrowException, OSError) as fault:
        raise InputError(
            f"{path.name}, which is no Parquet ({fault})", "a table", "write it again"
        ) from fault
    return frame
