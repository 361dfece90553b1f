"""A heat map with labelled rows and columns, where what was not observed is hatched."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh

from readout_nlp.present.style import FAINT, HATCH, INK, sequential


def heat_map(ax: Axes, grid: pd.DataFrame, *, low: float, high: float) -> QuadMesh:
    """Draw `grid` (rows from top to bottom); NaN cells stay open and show the hatched ground."""
    values: npt.NDArray[np.float64] = np.ma.masked_invalid(grid.to_numpy(dtype=float))
    ax.patch.set(facecolor="white", edgecolor=FAINT, hatch=HATCH)
    mesh = ax.pcolormesh(
        values, cmap=sequential(), vmin=low, vmax=max(high, low + 1e-9), edgecolors="white", linewidth=0.6
    )
    ax.invert_yaxis()
    ax.set_yticks(np.arange(len(grid.index)) + 0.5, labels=[str(name) for name in grid.index])
    ax.set_xticks(np.arange(len(grid.columns)) + 0.5, labels=[str(name) for name in grid.columns])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return mesh


def write_values(ax: Axes, grid: pd.DataFrame, *, form: str, low: float, high: float) -> None:
    """Write each observed value into its cell, white on dark."""
    for (row, column), value in np.ndenumerate(grid.to_numpy(dtype=float)):
        if np.isfinite(value):
            ink = "white" if value - low > 0.55 * (high - low) > 0 else INK
            where: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 6}
            ax.text(column + 0.5, row + 0.5, format(value, form), color=ink, **where)
