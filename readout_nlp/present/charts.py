"""Geometry of the report's own charts: numbers and texts that the templates write, escaped, into HTML."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

SHADES = 10
WIDEST = 1.5  # times the largest share: how far a scale follows an interval that reaches further
PANEL_WIDTH, PANEL_HEIGHT = 210.0, 104.0
LEFT, RIGHT, TOP, BOTTOM = 32.0, 8.0, 8.0, 18.0


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a heat map; `shade` is 0 (pale) to 9 (deep), None where there is nothing to show."""

    text: str
    shade: int | None
    note: str
    thin: bool = False
    itself: bool = False  # on the diagonal of a comparison: not a gap


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Rows of cells with their labels."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    low: str = ""
    high: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """One observed value of a line."""

    x: float
    y: float
    thin: bool
    note: str
    span: tuple[float, float] | None = None  # from where to where the interval reaches, from the top


@dataclass(frozen=True, slots=True)
class Panel:
    """One small multiple: faint lines behind, one strong line broken at gaps, its dots, and the scales."""

    key: str
    title: str
    faint: tuple[str, ...]
    strong: tuple[str, ...]
    dots: tuple[Dot, ...]
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]


def heat_map(
    grid: pd.DataFrame,
    *,
    form: Callable[[float], str],
    low: float,
    high: float,
    thin: pd.DataFrame | None = None,
    write: bool = True,
) -> HeatMap:
    """Shade a table of numbers; NaN becomes an open cell, never the palest shade.

    Parameters
    ----------
    grid
        Numbers with row and column labels.
    form
        How a number is written.
    low, high
        Values of the palest and of the deepest shade.
    thin
        Same labels; True where too few items stand behind the number.
    write
        False leaves the numbers to the tooltips.

    Examples
    --------
    >>> grid = pd.DataFrame({"2020": [1.0, None]}, index=["甲", "乙"])
    >>> [cell.shade for _, row in heat_map(grid, form=str, low=0, high=1).rows for cell in row]
    [9, None]
    """
    values = grid.to_numpy(dtype=float)
    marks = np.zeros(values.shape, dtype=bool)
    if thin is not None:
        marks = thin.reindex(index=grid.index, columns=grid.columns, fill_value=False).to_numpy(dtype=bool)
    names = [str(name) for name in grid.columns]
    rows = []
    for i, name in enumerate(grid.index):
        cells = tuple(
            _cell(
                values[i, j],
                f"{name} · {column}",
                form,
                (low, high),
                write,
                bool(marks[i, j]),
            )
            for j, column in enumerate(names)
        )
        rows.append((str(name), cells))
    return HeatMap(tuple(names), tuple(rows), form(low), form(high))


def _cell(
    value: float, where: str, form: Callable[[float], str], span: tuple[float, float], write: bool, thin: bool
) -> Cell:
    if not np.isfinite(value):
        return Cell("", None, where)
    text = form(value)
    return Cell(text if write else "", shade_of(value, *span), f"{where}: {text}", thin)


def shade_of(value: float, low: float, high: float) -> int:
    """Which of the ten shades a value takes.

    Examples
    --------
    >>> shade_of(0.0, 0.0, 1.0), shade_of(0.5, 0.0, 1.0), shade_of(1.0, 0.0, 1.0)
    (0, 5, 9)
    """
    if high <= low:
        return SHADES - 1
    return int(np.clip((value - low) / (high - low) * SHADES, 0, SHADES - 1))


@dataclass(frozen=True, slots=True)
class Frame:
    """Scales shared by a set of small multiples."""

    years: tuple[int, ...]
    high: float

    def x(self, year: int) -> float:
        """Place of a year from the left, in the panel's own units."""
        inner = PANEL_WIDTH - LEFT - RIGHT
        span = max(self.years[-1] - self.years[0], 1)
        return round(LEFT + inner * (year - self.years[0]) / span, 1)

    def y(self, value: float) -> float:
        """Place of a value from the top, in the panel's own units."""
        inner = PANEL_HEIGHT - TOP - BOTTOM
        return round(TOP + inner * (1 - value / self.high), 1)

    def reach(self, low: float, high: float) -> tuple[float, float] | None:
        """Give the ends of an interval, cut where the panel ends; None where there is none."""
        if not (np.isfinite(low) and np.isfinite(high)):
            return None
        return self.y(min(high, self.high)), self.y(min(low, self.high))

    def x_ticks(self) -> tuple[tuple[float, str], ...]:
        """First, middle and last year."""
        first, last = self.years[0], self.years[-1]
        middle = (first + last) // 2
        return tuple((self.x(year), str(year)) for year in sorted({first, middle, last}))

    def y_ticks(self) -> tuple[tuple[float, str], ...]:
        """Zero, half and full height, as percentages."""
        return tuple((self.y(value), f"{100 * value:.3g}%") for value in (0.0, self.high / 2, self.high))


def frame_of(shares: pd.DataFrame) -> Frame:
    """Scales that hold every year from first to last, every share, and intervals unless they reach far.

    Examples
    --------
    >>> frame_of(pd.DataFrame({"year": [2020, 2022], "share": [0.1, 0.17]}))
    Frame(years=(2020, 2021, 2022), high=0.2)
    """
    years = shares["year"].dropna().astype(int)
    top = float(pd.to_numeric(shares["share"], errors="coerce").max())
    if "high" in shares:  # room for intervals, though not for those of a single readout
        reach = float(pd.to_numeric(shares["high"], errors="coerce").max())
        top = max(top, min(reach, WIDEST * top)) if np.isfinite(reach) else top
    return Frame(tuple(range(int(years.min()), int(years.max()) + 1)), nice_above(top))


def nice_above(value: float) -> float:
    """Smallest of 1, 2, 3, 4, 5, 6, 8 times a power of ten that is not below `value`.

    Examples
    --------
    >>> nice_above(0.17), nice_above(0.041)
    (0.2, 0.05)
    """
    if not np.isfinite(value) or value <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(value))
    steps = (1, 2, 3, 4, 5, 6, 8, 10)
    return float(round(next(step for step in steps if step * power >= value * 0.9999) * power, 10))


def panel(
    key: str, title: str, main: pd.DataFrame, *, frame: Frame, behind: Sequence[pd.DataFrame] = ()
) -> Panel:
    """Lay out one small multiple.

    Parameters
    ----------
    key, title
        Identifier and heading.
    main
        Rows with ``year``, ``share``, ``n_items``, ``thin``, ``gap``: the strong line.
    frame
        Scales shared with the other panels.
    behind
        Tables of the same columns, drawn as faint lines.
    """
    series = values_by_year(main, frame.years)
    rows = {int(row["year"]): row for row in main[main["year"].notna()].to_dict("records")}
    dots = tuple(_dot(rows[year], year, value, frame) for year, value in series.items() if np.isfinite(value))
    faint = tuple(line for part in behind for line in broken_line(values_by_year(part, frame.years), frame))
    return Panel(key, title, faint, broken_line(series, frame), dots, frame.x_ticks(), frame.y_ticks())


def _dot(row: Mapping[Any, Any], year: int, value: float, frame: Frame) -> Dot:
    low, high = (float(row.get(end, np.nan)) for end in ("low", "high"))
    sure = f" [{100 * low:.1f}, {100 * high:.1f}]" if np.isfinite(low) and np.isfinite(high) else ""
    note = f"{year}: {100 * value:.1f}%{sure} (n={int(row['n_items'])})"
    return Dot(frame.x(year), frame.y(value), bool(row["thin"]), note, frame.reach(low, high))


def values_by_year(rows: pd.DataFrame, years: Sequence[int]) -> Mapping[int, float]:
    """Share of each year, NaN where the year is missing from the table or a gap in it."""
    known = rows[rows["share"].notna() & ~rows["gap"].astype(bool)]
    found = dict(zip(known["year"].astype(int), known["share"].astype(float), strict=True))
    return {year: found.get(year, float("nan")) for year in years}


def broken_line(series: Mapping[int, float], frame: Frame) -> tuple[str, ...]:
    """Points of each unbroken run of at least two years; a gap ends a run.

    Examples
    --------
    >>> frame = Frame((2019, 2020, 2021, 2022), 1.0)
    >>> len(broken_line({2019: 0.5, 2020: 0.5, 2021: float("nan"), 2022: 0.5}, frame))
    1
    """
    runs: list[list[str]] = [[]]
    for year, value in series.items():
        if np.isfinite(value):
            runs[-1].append(f"{frame.x(year):g},{frame.y(value):g}")
        else:
            runs.append([])
    return tuple(" ".join(run) for run in runs if len(run) > 1)
