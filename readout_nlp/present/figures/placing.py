"""Names beside points, none upon another: what has no room is left without a name, never overprinted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from readout_nlp.present.names import width_of
from readout_nlp.present.style import figure_of

GAP = 3.0  # points between a point and its name
# right, left, above, below, then the corners: the order in which a reader expects a name
SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))


class Box(NamedTuple):
    """A rectangle in points from the lower left corner of the figure."""

    left: float
    low: float
    right: float
    high: float

    def touches(self, other: Box) -> bool:
        """Tell whether the two have a common area."""
        across = self.left < other.right and other.left < self.right
        return across and self.low < other.high and other.low < self.high

    def within(self, other: Box) -> bool:
        """Tell whether it lies in the other."""
        across = self.left >= other.left and self.right <= other.right
        return across and self.low >= other.low and self.high <= other.high


def place_names(
    ax: Axes, points: npt.NDArray[np.float64], names: Sequence[str], *, size: float = 6.0
) -> tuple[str, ...]:
    """Write names beside points, the first ones first, where they cover neither a point nor a name.

    Parameters
    ----------
    ax
        Its scales are final.
    points : ndarray of shape (n_points, 2)
        Data coordinates; more points than names may be given, which are only kept clear.
    names
        Of the first points, the most important first.
    size
        Of the letters, in points.

    Returns
    -------
    tuple of str
        The names that found room.
    """
    figure = figure_of(ax)
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
    ax.apply_aspect()  # else done at drawing only, which would move the points from where they are measured
    scale = 72 / figure.dpi
    spots = ax.transData.transform(points) * scale
    taken = [Box(x - 2, y - 2, x + 2, y + 2) for x, y in spots]
    frame = Box(*(float(value) * scale for value in ax.bbox.extents))
    written = []
    for position, name in enumerate(names):
        others = taken[:position] + taken[position + 1 :]
        for side, box in _boxes(spots[position], name, size=size):
            if box.within(frame) and not any(box.touches(other) for other in others):
                _write(ax, points[position], name, side=side, size=size)
                taken.append(box)
                written.append(name)
                break
    return tuple(written)


def _boxes(spot: npt.NDArray[np.float64], name: str, *, size: float) -> Iterator[tuple[tuple[int, int], Box]]:
    wide, high = width_of(name) * size * 1.1, size * 1.25
    for side in SIDES:
        x = spot[0] + side[0] * GAP - wide * (1 - side[0]) / 2
        y = spot[1] + side[1] * GAP - high * (1 - side[1]) / 2
        yield side, Box(x, y, x + wide, y + high)


def _write(
    ax: Axes, point: npt.NDArray[np.float64], name: str, *, side: tuple[int, int], size: float
) -> None:
    across = {1: "left", 0: "center", -1: "right"}[side[0]]
    along = {1: "bottom", 0: "center", -1: "top"}[side[1]]
    text = ax.annotate(
        name,
        (float(point[0]), float(point[1])),
        xytext=(side[0] * GAP, side[1] * GAP),
        textcoords="offset points",
        ha=across,
        va=along,
        fontsize=size,
    )
    text.set_in_layout(False)  # the room was measured in the layout as it is
