"""Rows of a figure: names on the left in a size that fits, values with intervals on the right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from readout_nlp.present.names import shortened, width_of
from readout_nlp.present.style import BLUE, FAINT, SMALLEST, figure_of

USUAL = 7.0  # points
NAMES = 0.4  # of the figure's width that names may take


def name_rows(ax: Axes, names: Sequence[str], *, at: npt.ArrayLike | None = None) -> None:
    """Write the names of rows 0, 1, ... beside the y axis, smaller where rows are thin, cut where long.

    Parameters
    ----------
    ax
        With rows one unit apart.
    names
        From the lowest row up.
    at
        Where each row lies; default 0, 1, ...
    """
    where = np.arange(len(names)) if at is None else np.asarray(at)
    figure = figure_of(ax)
    tall = figure.get_figheight() * 72 * ax.get_position().height / max(len(names), 1)
    size = float(np.clip(0.9 * tall, SMALLEST, USUAL))
    wide = figure.get_figwidth() * 72 * NAMES / size
    ax.set_yticks(where, [shortened(name, wide) for name in names], fontsize=size)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(-0.7, max(len(names), 1) - 0.3)


def dots_with_reach(
    ax: Axes,
    values: npt.NDArray[np.float64],
    ends: npt.NDArray[np.float64],
    *,
    hollow: npt.NDArray[np.bool_],
    zero: float | None = 0.0,
    colour: str = BLUE,
) -> None:
    """Dots in rows 0, 1, ..., each on the line of its interval; an end that is not finite reaches the edge.

    Parameters
    ----------
    ax
    values : ndarray of shape (n_rows,)
    ends : ndarray of shape (n_rows, 2)
        Low and high; NaN for no interval.
    hollow : ndarray of shape (n_rows,)
        True for a value that rests on little.
    zero
        Where a line stands for no difference; None for no line.
    colour
    """
    at = np.arange(len(values))
    room = np.concatenate(
        [values[np.isfinite(values)], ends[np.isfinite(ends)], [] if zero is None else [zero]]
    )
    edge = (room.min(), room.max()) if len(room) else (0.0, 1.0)
    if zero is not None:
        ax.axvline(zero, color=FAINT, linewidth=0.8, zorder=0)
    ax.hlines(at, *np.clip(ends, *edge).T, color=colour, linewidth=1)
    ax.plot(values, at, "o", color=colour)
    ax.plot(values[hollow], at[hollow], "o", color=colour, markerfacecolor="white")


def legend_above(ax: Axes, entries: int) -> None:
    """Legend over the axes, in as many rows as its entries need at the figure's width."""
    texts = [str(text) for text in ax.get_legend_handles_labels()[1]]
    if not texts:  # nothing was drawn: there is nothing to explain
        return
    room = figure_of(ax).get_figwidth() * 72 / USUAL
    widest = max((width_of(text) for text in texts), default=1.0) + 4  # handle and spaces
    figure_of(ax).legend(loc="outside upper center", ncols=max(1, min(entries, int(room / widest))))


def flagged(thin: pd.Series | None, count: int) -> npt.NDArray[np.bool_]:
    """Give marks as booleans: an absent column or value is no mark."""
    if thin is None:
        return np.zeros(count, bool)
    return pd.Series(thin).astype("boolean").fillna(value=False).to_numpy(bool)
