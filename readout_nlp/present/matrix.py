"""Geometry of a comparison of many places, two by two: a picture of cells that fits the width of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from readout_nlp.present.charts import SHADES, shade_of
from readout_nlp.present.view import number

CELL = 10.0
GUTTER = 66.0  # for names at the left and at the top
MOST_LETTERS = 7


@dataclass(frozen=True, slots=True)
class Matrix:
    """Cells by shade, as strokes one cell wide; names; values in thousandths, for what the script tells."""

    size: float
    cells: tuple[tuple[int, str], ...]  # shade, path
    gaps: str
    names: tuple[tuple[float, str, str], ...]  # middle of the row, name as shown, whole name
    values: str  # of the rows below the diagonal, left to right; empty where not known
    low: str
    high: str
    gutter: float = GUTTER
    cell: float = CELL


def matrix(
    table: pd.DataFrame, *, low: float, high: float, form: str = ".2f", falling: bool = False
) -> Matrix:
    """Lay out a symmetric table; its diagonal stays empty, a pair without a value is hatched.

    Parameters
    ----------
    table
        Numbers with the same names in rows and columns.
    low, high
        Values of the palest and of the deepest shade.
    form
        How the ends of the scale are written.
    falling
        Whether the deepest shade is that of the lowest value.

    Examples
    --------
    >>> table = pd.DataFrame([[1.0, 0.5], [0.5, 1.0]], index=["甲", "乙"], columns=["甲", "乙"])
    >>> drawn = matrix(table, low=0.0, high=1.0)
    >>> drawn.cells, drawn.values
    (((5, 'M1 0h.9M0 1h.9'),), '500')
    """
    values = table.to_numpy(dtype=float)
    paths: dict[int, list[str]] = {}
    gaps = []
    for row, column in np.ndindex(values.shape):
        if row == column:
            continue
        corner = f"M{column} {row}h.9"
        value = float(values[row, column])
        if np.isfinite(value):
            shade = shade_of(value, low, high)
            paths.setdefault(SHADES - 1 - shade if falling else shade, []).append(corner)
        else:
            gaps.append(corner)
    names = tuple(
        (GUTTER + CELL * (at + 0.5), _short(str(name)), str(name)) for at, name in enumerate(table.index)
    )
    palest, deepest = (high, low) if falling else (low, high)
    return Matrix(
        size=GUTTER + CELL * len(table),
        cells=tuple((shade, "".join(paths[shade])) for shade in sorted(paths)),
        gaps="".join(gaps),
        names=names,
        values=_values(values),
        low=number(palest, form),
        high=number(deepest, form),
    )


def _values(values: np.ndarray) -> str:
    below = [float(values[row, column]) for row in range(1, len(values)) for column in range(row)]
    return ",".join(str(round(1000 * value)) if np.isfinite(value) else "" for value in below)


def _short(name: str) -> str:
    return name if len(name) <= MOST_LETTERS else name[: MOST_LETTERS - 1] + "…"


def square(pairs: pd.DataFrame, column: str, names: Sequence[str]) -> pd.DataFrame:
    """Lay a table of pairs out as a square; NaN on the diagonal and where there is no such pair.

    Examples
    --------
    >>> pairs = pd.DataFrame({"one": ["a"], "other": ["b"], "before": [0.5]})
    >>> float(square(pairs, "before", ["a", "b"]).loc["b", "a"])
    0.5
    """
    found = pd.DataFrame(np.nan, index=list(names), columns=list(names))
    place = {name: at for at, name in enumerate(names)}
    values = found.to_numpy(copy=True)
    kept = pairs[pairs["one"].isin(place) & pairs["other"].isin(place)]
    left, right = kept["one"].map(place).to_numpy(int), kept["other"].map(place).to_numpy(int)
    values[left, right] = values[right, left] = kept[column].to_numpy(float)
    return pd.DataFrame(values, index=found.index, columns=found.columns)
