"""When half have adopted, without a model of the curve: Turnbull's estimate, silence allowed for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

_EPSILON = 1e-3  # how close to one half a flat part of the curve counts as one half
_STEPS, _CHANGE = 2000, 1e-5
_STEPS_RESAMPLED, _CHANGE_RESAMPLED = 200, 1e-4


@dataclass(frozen=True, eq=False, kw_only=True)
class Gaps:
    """Between which days each unit may have adopted, and how likely what was seen is if it did.

    Attributes
    ----------
    unit : ndarray of int, shape (n_gaps,)
        The unit of each gap, from 0.
    low, high : ndarray of shape (n_gaps,)
        The unit adopted after `low` and not after `high`; both may be infinite.
    chance : ndarray of shape (n_gaps,)
        Probability of what was seen of the unit, given adoption in the gap; 1 for a plain interval.
    n_units : int
    """

    unit: npt.NDArray[np.int64]
    low: Array
    high: Array
    chance: Array
    n_units: int


@dataclass(frozen=True, eq=False, kw_only=True)
class Curve:
    """A distribution over cells of time.

    Attributes
    ----------
    edges : ndarray of shape (n_cells - 1,)
        Cell i lies after edge i - 1 and not after edge i; the first and the last are unbounded.
    mass : ndarray of shape (n_cells,)
        Probability of each cell.
    """

    edges: Array
    mass: Array


def plain_gaps(low: npt.ArrayLike, high: npt.ArrayLike) -> Gaps:
    """Make one gap a unit.

    Examples
    --------
    >>> plain_gaps([0, 5], [3, float("inf")]).n_units
    2
    """
    lows, highs = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    n = len(lows)
    return Gaps(unit=np.arange(n), low=lows, high=highs, chance=np.ones(n), n_units=n)


def turnbull(gaps: Gaps) -> Curve:
    """Estimate the distribution of the time of adoption by maximum likelihood (Turnbull 1976).

    Every unit shares its weight among the cells in which it may have adopted, in proportion to their mass
    and to the chance of what was seen of it (self-consistency, an EM algorithm), until nothing changes.

    Examples
    --------
    >>> curve = turnbull(plain_gaps([0, 2, 4], [1, 3, 5]))
    >>> curve.mass.round(3).tolist()
    [0.0, 0.333, 0.0, 0.333, 0.0, 0.333, 0.0]
    """
    edges, likely = _cells(gaps)
    weights = np.ones((1, gaps.n_units))
    mass = _consistent(likely, weights, _start(likely), limits=(_STEPS, _CHANGE))
    return Curve(edges=edges, mass=mass[0])


def median_time(curve: Curve) -> float:
    """Give the time by which half have adopted: the middle of all such times; infinite if never half.

    Within a cell, adoption is taken as evenly spread.

    Examples
    --------
    >>> median_time(turnbull(plain_gaps([0, 10, 20], [2, 12, 22])))
    11.0
    """
    return float(_medians(curve.edges, curve.mass[None])[0])


def median_interval(
    gaps: Gaps, curve: Curve, *, n_resamples: int, level: float, random_state: int
) -> tuple[float, float]:
    """Give an interval of the median by resampling units with replacement (percentiles).

    Parameters
    ----------
    gaps, curve
        What was seen, and what `turnbull` made of it.
    n_resamples, level, random_state

    Returns
    -------
    low, high : float
        Infinite where fewer than half had adopted in so many resamples.

    Examples
    --------
    >>> gaps = plain_gaps(range(30), range(1, 31))
    >>> low, high = median_interval(gaps, turnbull(gaps), n_resamples=99, level=0.95, random_state=0)
    >>> bool(low < 15 < high)
    True
    """
    edges, likely = _cells(gaps)
    draw = np.random.default_rng(random_state)
    n = gaps.n_units
    weights = draw.multinomial(n, np.full(n, 1 / n), size=n_resamples).astype(np.float64)
    start = 0.99 * curve.mass[None] + 0.01 * _start(likely)  # a cell without mass could never gain any
    masses = _consistent(likely, weights, start, limits=(_STEPS_RESAMPLED, _CHANGE_RESAMPLED))
    medians = np.sort(_medians(edges, masses))
    tail = (1 - level) / 2
    last = n_resamples - 1
    return float(medians[int(np.floor(tail * last))]), float(medians[int(np.ceil((1 - tail) * last))])


def _cells(gaps: Gaps) -> tuple[Array, Array]:
    """Cut time at every bound; give the edges and, by unit and cell, the chance of what was seen."""
    bounds = np.concatenate([gaps.low, gaps.high])
    edges = np.unique(bounds[np.isfinite(bounds)])
    lefts = np.concatenate([[-np.inf], edges])
    rights = np.concatenate([edges, [np.inf]])
    likely = np.zeros((gaps.n_units, len(lefts)))
    first = np.searchsorted(lefts, gaps.low)
    last = np.searchsorted(rights, gaps.high)
    for unit, begin, end, chance in zip(gaps.unit, first, last, gaps.chance, strict=True):
        likely[unit, begin : end + 1] += chance
    return edges, likely


def _start(likely: Array) -> Array:
    share = likely / likely.sum(axis=1, keepdims=True)
    return np.asarray(share.mean(axis=0, keepdims=True), dtype=np.float64)


def _consistent(likely: Array, weights: Array, start: Array, *, limits: tuple[int, float]) -> Array:
    """Iterate for many weightings of the units at once; give the masses, shape (n_weightings, n_cells)."""
    steps, change = limits
    mass = np.repeat(start, len(weights), axis=0) if len(start) == 1 else start
    total = weights.sum(axis=1, keepdims=True)
    for _ in range(steps):
        seen = mass @ likely.T
        new = mass * ((weights / np.maximum(seen, 1e-300)) @ likely) / total
        moved = np.abs(np.cumsum(new - mass, axis=1)).max()
        mass = new
        if moved < change:
            break
    return mass


def _medians(edges: Array, masses: Array) -> Array:
    """Give the middle of the times at which each distribution passes one half."""
    upto = np.cumsum(masses, axis=1)
    early, late = _crossing(edges, upto, 0.5 - _EPSILON), _crossing(edges, upto, 0.5 + _EPSILON)
    middle = np.where(early == late, early, np.nan)  # both infinite, to one side
    bounded = np.isfinite(early) | np.isfinite(late)
    middle[bounded] = (early[bounded] + late[bounded]) / 2
    return np.asarray(middle, dtype=np.float64)


def _crossing(edges: Array, upto: Array, level: float) -> Array:
    if not len(edges):
        return np.full(len(upto), np.nan)
    cell = np.argmax(upto >= level, axis=1)
    rows = np.arange(len(upto))
    before = np.where(cell > 0, upto[rows, np.maximum(cell - 1, 0)], 0.0)
    part = (level - before) / np.maximum(upto[rows, cell] - before, 1e-300)
    left, right = np.concatenate([[-np.inf], edges])[cell], np.concatenate([edges, [np.inf]])[cell]
    bounded = np.isfinite(left) & np.isfinite(right)
    inner = np.where(bounded, left, 0.0) + part * np.where(bounded, right - left, 0.0)
    outer = np.where(np.isfinite(right), -np.inf, np.inf)
    return np.asarray(np.where(bounded, inner, outer), dtype=np.float64)


def innermost(curve: Curve) -> Sequence[tuple[float, float, float]]:
    """List the cells that hold mass: left, right, mass."""
    lefts = [-np.inf, *curve.edges.tolist()]
    rights = [*curve.edges.tolist(), np.inf]
    return [
        (left, right, mass)
        for left, right, mass in zip(lefts, rights, curve.mass.tolist(), strict=True)
        if mass > _CHANGE
    ]
