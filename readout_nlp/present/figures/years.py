"""The axis of years."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, StrMethodFormatter


def year_axis(ax: Axes, first: int | None = None, last: int | None = None) -> None:
    """Ticks at whole years, at most five, written out; from `first` to `last` with room for markers."""
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=4, min_n_ticks=1))
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:.0f}"))
    if first is not None and last is not None:
        ax.set_xlim(first - 0.4, last + 0.4)
