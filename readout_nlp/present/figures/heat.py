"""A heat map with labelled rows and columns, where what was not observed is hatched."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh

from readout_nlp.present.figures.rows import NAMES, USUAL
from readout_nlp.present.names import shortened, width_of
from readout_nlp.present.style import FAINT, HATCH, INK, SMALLEST, figure_of, sequential


def heat_map(ax: Axes, grid: pd.DataFrame, *, low: float, high: float) -> QuadMesh:
    """Draw `grid` (rows from top to bottom); NaN cells stay open and show the hatched ground."""
    values: npt.NDArray[np.float64] = np.ma.masked_invalid(grid.to_numpy(dtype=float))
    ax.patch.set(facecolor="white", edgecolor=FAINT, hatch=HATCH)
    line = min(0.6, 72 * 0.06 * min(cell_size(ax, grid)))  # thin cells would be all lines
    mesh = ax.pcolormesh(
        values, cmap=sequential(), vmin=low, vmax=max(high, low + 1e-9), edgecolors="white", linewidth=line
    )
    ax.invert_yaxis()
    name_cells(ax, grid)
    ax.spines[:].set_visible(False)
    return mesh


def name_cells(ax: Axes, grid: pd.DataFrame) -> None:
    """Name rows and columns in a size that fits; columns too narrow for their names have them upright.

    Where cells are smaller than the smallest letters, every second or third name is left out.
    """
    rows, columns = [str(name) for name in grid.index], [str(name) for name in grid.columns]
    tall, wide = (72 * value for value in cell_size(ax, grid))
    size = float(np.clip(0.9 * tall, SMALLEST, USUAL))
    room = figure_of(ax).get_figwidth() * 72 * NAMES / size
    step = _step(tall)
    ax.set_yticks(
        np.arange(len(rows))[::step] + 0.5, [shortened(name, room) for name in rows[::step]], fontsize=size
    )
    longest = max((width_of(name) for name in columns), default=1.0)
    upright = longest * USUAL * 1.15 > wide
    size = float(np.clip(0.9 * wide, SMALLEST, USUAL)) if upright else USUAL
    step = _step(wide) if upright else 1
    ax.set_xticks(
        np.arange(len(columns))[::step] + 0.5,
        columns[::step],
        fontsize=size,
        rotation=90 if upright else 0,
    )
    ax.tick_params(length=0)


def _step(room: float) -> int:
    """Every how many names fit: letters need a line's height, and the layout takes some of the room."""
    return max(1, int(np.ceil(1.6 * SMALLEST / room)))


def cell_size(ax: Axes, grid: pd.DataFrame) -> tuple[float, float]:
    """Height and width of a cell in inches, about: the layout will take some of it for the names."""
    figure, place = figure_of(ax), ax.get_position()
    high = figure.get_figheight() * place.height / max(len(grid.index), 1)
    return high, figure.get_figwidth() * place.width / max(len(grid.columns), 1)


def write_values(ax: Axes, grid: pd.DataFrame, *, form: str, low: float, high: float) -> None:
    """Write each observed value into its cell, white on dark; where cells are too small, no number at all."""
    tall, wide = (72 * value for value in cell_size(ax, grid))
    values = grid.to_numpy(dtype=float)
    longest = max((len(format(value, form)) for value in values[np.isfinite(values)]), default=1)
    size = min(6.0, 0.9 * tall, wide / (0.62 * longest))
    if size < SMALLEST:
        return
    for (row, column), value in np.ndenumerate(values):
        if np.isfinite(value):
            ink = "white" if value - low > 0.55 * (high - low) > 0 else INK
            where: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": size}
            ax.text(column + 0.5, row + 0.5, format(value, form), color=ink, **where)
