"""Two folders of tables, cell by cell: equal bit for bit, within the tolerance, or where not."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isnan, nan
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from readout_nlp.replication.codebook import not_compared
from readout_nlp.replication.findings import TOLERANCE, Finding

Columns = Mapping[str, Sequence[Any]]
SHOWN = 80  # characters of a value


@dataclass
class _Cells:
    """Differences met so far."""

    largest: float = 0.0
    column: str = ""
    row: int = 0
    then: str = ""
    now: str = ""
    n_beyond: int = 0
    n_other: int = 0

    def meet(self, difference: float, values: tuple[Any, Any], *, column: str, row: int) -> None:
        """Note a difference; one that is no number counts as larger than any."""
        self.n_other += 1
        if difference > TOLERANCE * max(1.0, _size(values[0])):
            self.n_beyond += 1
        if difference > self.largest:
            self.largest, self.column, self.row = difference, column, row
            self.then, self.now = (_shown(value) for value in values)


def compare_tables(then: Path, now: Path) -> list[Finding]:
    """Compare every table of two runs, in both of its forms.

    Parameters
    ----------
    then, now
        Folders of Parquet and CSV files.

    Returns
    -------
    list of Finding
        One a table, by name. Columns that differ between any two runs (`not_compared`) are left out; tables
        and columns that only the second run has are told, for a later version of the program may add some.
    """
    names = sorted({path.name for folder in (then, now) for path in folder.iterdir()})
    by_table: dict[str, list[Finding]] = {}
    for name in names:
        by_table.setdefault(Path(name).stem, []).append(_compare(then / name, now / name))
    # of the two forms of a table the one that differs more is told
    return [max(forms, key=_gravity) for forms in by_table.values()]


def compare_columns(name: str, then: Columns, now: Columns) -> Finding:
    """Compare two tables given as columns of values.

    Examples
    --------
    >>> compare_columns("t", {"x": [1.0, 2.0]}, {"x": [1.0, 2.5]}).level
    'beyond'
    >>> compare_columns("t", {"x": [0.1]}, {"x": [0.1 + 1e-9]}).level
    'within'
    """
    columns = [column for column in then if column not in not_compared(name)]
    lost = sorted(set(columns) - set(now))
    if lost:
        return Finding(part="table", name=name, level="beyond", what=f"without the columns {', '.join(lost)}")
    sizes = {len(values) for values in then.values()}, {len(values) for values in now.values()}
    if sizes[0] != sizes[1]:
        rows = [str(max(size, default=0)) for size in sizes]
        return Finding(part="table", name=name, level="beyond", what="rows", then=rows[0], now=rows[1])
    cells = _Cells()
    for column in columns:
        for row, values in enumerate(zip(then[column], now[column], strict=True), start=1):
            difference = _difference(*values)
            if difference:
                cells.meet(difference, values, column=column, row=row)
    return _judged(name, cells, new=sorted(set(now) - set(then)))


def _judged(name: str, cells: _Cells, *, new: Sequence[str]) -> Finding:
    if not cells.n_other and new:  # by a later version of the program
        what = f"the same, with the new columns {', '.join(new)}"
        return Finding(part="table", name=name, level="told", what=what)
    if not cells.n_other:
        return Finding(part="table", name=name, level="bitwise")
    return Finding(
        part="table",
        name=name,
        level="beyond" if cells.n_beyond else "within",
        what="other values" if cells.n_beyond else "numbers that differ in their last digits",
        column=cells.column,
        row=cells.row,
        then=cells.then,
        now=cells.now,
        difference=cells.largest if cells.largest < inf else nan,
        n_different=cells.n_beyond,
    )


def _compare(then: Path, now: Path) -> Finding:
    name = then.stem
    if not then.is_file():  # by a later version of the program
        return Finding(part="table", name=name, level="told", what="new: it is not in the package")
    if not now.is_file():
        return Finding(part="table", name=name, level="beyond", what=f"{now.suffix}: not made again")
    if then.read_bytes() == now.read_bytes():
        return Finding(part="table", name=name, level="bitwise")
    try:
        return compare_columns(name, _columns(then), _columns(now))
    except (pa.ArrowException, OSError, ValueError, csv.Error) as fault:
        return Finding(
            part="table", name=name, level="beyond", what=f"{then.suffix} cannot be read ({fault})"
        )


def _columns(path: Path) -> Columns:
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        return {name: table.column(name).to_pylist() for name in table.column_names}
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    header, *body = rows or [[]]
    if any(len(row) != len(header) for row in body):
        raise ValueError("rows of other lengths than the header")
    return {name: [_number(row[position]) for row in body] for position, name in enumerate(header)}


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text


def _difference(then: Any, now: Any) -> float:
    """0 where two cells are equal; of numbers how far apart they are; infinite of all else."""
    numbers = isinstance(then, int | float) and isinstance(now, int | float)
    if not numbers or isinstance(then, bool) or isinstance(now, bool):
        return 0.0 if then == now else inf
    if then == now or (isnan(then) and isnan(now)):
        return 0.0
    distance = abs(then - now)
    return inf if isnan(distance) else float(distance)


def _size(value: Any) -> float:
    return abs(float(value)) if isinstance(value, int | float) and abs(value) < inf else 0.0


def _shown(value: Any) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def _gravity(finding: Finding) -> tuple[int, float]:
    order = {"bitwise": 0, "told": 1, "within": 2, "beyond": 3}
    return order[finding.level], 0.0 if isnan(finding.difference) else finding.difference
