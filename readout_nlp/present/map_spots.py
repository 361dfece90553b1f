"""Geometry of the map of places by likeness: points, where resamples put them, names that keep clear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.compare.maps import ELLIPSE

MOST_SPOTS = 18  # more names than these cover each other
WIDTH, HEIGHT, EDGE = 460, 340, 46
TURN = np.linspace(0, 2 * np.pi, 33)
LETTER = 12.5  # as wide and high as the letters of names on the narrowest screen, for Chinese and for Latin
ANCHORS = (
    ("start", 6.0, 4.0),
    ("end", -6.0, 4.0),
    ("middle", 0.0, -7.0),
    ("middle", 0.0, 15.0),
)

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the map, with the outline of where resamples put it, and where its name stands."""

    place: str
    x: float
    y: float
    outline: str
    thin: bool
    n: int
    anchor: str
    name_x: float
    name_y: float


def spots(table: pd.DataFrame) -> tuple[Spot, ...]:
    """Lay out the places with most readouts; an ellipse may reach beyond the edge, where it is cut.

    Examples
    --------
    >>> about = {"sd_x": 0.1, "sd_y": 0.1, "corr": 0.0, "n_readouts": 9, "thin": False}
    >>> table = pd.DataFrame({"place": ["甲", "乙", "丙"], "x": [0, 1, 2], "y": [0, 0.5, 0]}).assign(**about)
    >>> [(spot.place, spot.x, spot.y) for spot in spots(table)]
    [('甲', 46.0, 216.0), ('乙', 230.0, 124.0), ('丙', 414.0, 216.0)]
    """
    known = table[table["x"].notna() & table["y"].notna()]
    known = known.sort_values("n_readouts", ascending=False, kind="stable").head(MOST_SPOTS)
    if len(known) < 3:
        return ()
    points = known[["x", "y"]].to_numpy(float)
    low, high = points.min(axis=0), points.max(axis=0)
    inner = np.array([WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE])
    scale = float((inner / np.maximum(high - low, 1e-9)).min())  # one scale: distances are what the map shows

    def placed(xy: np.ndarray) -> np.ndarray:
        return np.asarray((xy - (low + high) / 2) * scale * [1, -1] + [WIDTH / 2, HEIGHT / 2])

    at = placed(points).round(1)
    names = [str(place) for place in known["place"]]
    return tuple(
        _spot(row, xy, name_at, placed(_outline(row)))
        for row, xy, name_at in zip(known.to_dict("records"), at, _names(names, at), strict=True)
    )


def _spot(
    row: Mapping[Any, Any], xy: np.ndarray, name_at: tuple[str, float, float], outline: np.ndarray
) -> Spot:
    path = " ".join(f"{a:.1f},{b:.1f}" for a, b in outline)
    x, y = float(xy[0]), float(xy[1])
    anchor, right, down = name_at
    ends = (anchor, round(x + right, 1), round(y + down, 1))
    return Spot(str(row["place"]), x, y, path, bool(row["thin"]), int(row["n_readouts"]), *ends)


def _outline(row: Mapping[Any, Any]) -> np.ndarray:
    """Points of the ellipse that holds 95 % of the resamples; none where they are not known."""
    x, y, sd_x, sd_y, corr = (float(row[name]) for name in ("x", "y", "sd_x", "sd_y", "corr"))
    if not np.isfinite([sd_x, sd_y, corr]).all():
        return np.empty((0, 2))
    lean = np.sqrt(max(0.0, 1 - corr**2))
    dx = ELLIPSE * sd_x * np.cos(TURN)
    dy = ELLIPSE * sd_y * (corr * np.cos(TURN) + lean * np.sin(TURN))
    return np.column_stack([x + dx, y + dy])


def _names(names: list[str], at: np.ndarray) -> list[tuple[str, float, float]]:
    """Put each name where it covers least: beside its point, above or below, in that order."""
    taken: list[Box] = [(x - 3, y - 3, x + 3, y + 3) for x, y in at.tolist()]
    found = []
    for name, (x, y) in zip(names, at.tolist(), strict=True):
        boxes = [_box(name, anchor, x + right, y + down) for anchor, right, down in ANCHORS]
        cost = [sum(_overlap(box, other) for other in taken) + _outside(box) for box in boxes]
        best = int(np.argmin(cost))
        taken.append(boxes[best])
        found.append(ANCHORS[best])
    return found


def _box(name: str, anchor: str, x: float, y: float) -> Box:
    wide = LETTER * sum(1.0 if ord(letter) > 255 else 0.55 for letter in name)
    left = x - {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * wide
    return (left, y - LETTER * 0.9, left + wide, y + LETTER * 0.2)


def _overlap(one: Box, other: Box) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide * high if wide > 0 and high > 0 else 0.0


def _outside(box: Box) -> float:
    return 1000.0 * (
        max(0.0, -box[0]) + max(0.0, box[2] - WIDTH) + max(0.0, -box[1]) + max(0.0, box[3] - HEIGHT)
    )
