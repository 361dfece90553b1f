"""When half have adopted, without a model of the curve: Turnbull's estimate, silence allowed for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from readout_nlp.compare.fixed_points import fixed_points
from readout_nlp.compare.turnbull_kernel import reweigh, weigh
from readout_nlp.threads import one_thread

Array = npt.NDArray[np.float64]

TINY = 1e-300
_EPSILON = 1e-3  # how close to one half a flat part of the curve counts as one half
_CYCLES, _CHANGE = 2000, 1e-7
_CYCLES_RESAMPLED, _CHANGE_RESAMPLED = 400, 1e-5
_WIDTH = 1 / 3  # of the kernel: in simulations 1 gives medians too late, 1/5 sometimes too early
_GRID = 128  # cells of a smoothed curve
_BLOCK = 4096  # gaps that are laid over the cells at once


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


@dataclass(frozen=True, eq=False, kw_only=True)
class Frame:
    """Time cut into cells, and what was seen of each unit if it adopted in each.

    Attributes
    ----------
    edges : ndarray of shape (n_cells - 1,)
        As in `Curve`.
    likely : ndarray of shape (n_units, n_cells)
        Probability of what was seen.
    kernel : ndarray of shape (n_cells, n_cells) or None
        Where the mass of each cell goes when it is smoothed; rows sum to 1.
    """

    edges: Array
    likely: Array
    kernel: Array | None


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


def exact_frame(gaps: Gaps) -> Frame:
    """Cut time at every bound of a gap.

    Examples
    --------
    >>> exact_frame(plain_gaps([0, 2], [3, float("inf")])).edges.tolist()
    [0.0, 2.0, 3.0]
    """
    bounds = np.concatenate([gaps.low, gaps.high])
    edges = np.unique(bounds[np.isfinite(bounds)])
    likely = np.zeros((gaps.n_units, len(edges) + 1))
    first = np.searchsorted(np.concatenate([[-np.inf], edges]), gaps.low)
    last = np.searchsorted(np.concatenate([edges, [np.inf]]), gaps.high)
    for unit, begin, end, chance in zip(gaps.unit, first, last, gaps.chance, strict=True):
        likely[unit, begin : end + 1] += chance
    return Frame(edges=edges, likely=likely, kernel=None)


def smooth_frame(gaps: Gaps) -> Frame:
    """Cut time into equal cells, to be smoothed much less far than the day of an adoption is known.

    The kernel is normal; its standard deviation is a third of the median, over the units that adopted, of
    that of the days of adoption that what was seen of a unit leaves, all days being alike before. Every step
    smooths again: as wide as that median, it draws what is seldom printed towards the middle of time.

    Examples
    --------
    >>> frame = smooth_frame(plain_gaps([0, 50], [50, 100]))
    >>> bool(abs(frame.kernel.sum(axis=1) - 1).max() < 1e-9)
    True
    """
    bounds = np.concatenate([gaps.low, gaps.high])
    bounds = bounds[np.isfinite(bounds)]
    edges = np.linspace(bounds.min() - 1, bounds.max() + 1, _GRID + 1)
    likely = np.zeros((gaps.n_units, _GRID + 2))
    inner = np.diff(edges)
    for begin in range(0, len(gaps.unit), _BLOCK):
        block = slice(begin, begin + _BLOCK)
        unit, chance = gaps.unit[block], gaps.chance[block, None]
        reached = np.diff(np.clip(edges, gaps.low[block, None], gaps.high[block, None]), axis=1)
        np.add.at(likely[:, 1:-1], unit, chance * reached / inner)
    np.add.at(likely[:, 0], gaps.unit, gaps.chance * np.isneginf(gaps.low))
    np.add.at(likely[:, -1], gaps.unit, gaps.chance * np.isposinf(gaps.high))
    deviation = _WIDTH * _vagueness(gaps)
    if deviation < inner[0] / 2:  # every day is known to a cell: nothing to smooth
        return Frame(edges=edges, likely=likely, kernel=None)
    kernel = np.eye(_GRID + 2)
    kernel[1:-1, 1:-1] = _normal((edges[1:] + edges[:-1]) / 2, deviation)
    return Frame(edges=edges, likely=likely, kernel=kernel)


def turnbull(frame: Frame) -> Curve:
    """Estimate the distribution of the time of adoption by maximum likelihood (Turnbull 1976).

    Every unit shares its weight among the cells in which it may have adopted, in proportion to their mass
    and to the chance of what was seen of it (self-consistency, an EM algorithm), until nothing changes. On a
    smooth frame the masses are smoothed after every step (EMS: Silverman, Jones, Wilson and Nychka 1990):
    else every adoption would be put as late as it can be.

    Examples
    --------
    >>> curve = turnbull(exact_frame(plain_gaps([0, 2, 4], [1, 3, 5])))
    >>> curve.mass.round(3).tolist()
    [0.0, 0.333, 0.0, 0.333, 0.0, 0.333, 0.0]
    """
    weights = np.ones((1, len(frame.likely)))
    mass = _consistent(frame, weights, _start(frame), limits=(_CYCLES, _CHANGE))
    return Curve(edges=frame.edges, mass=mass[0])


def median_time(curve: Curve) -> float:
    """Give the time by which half have adopted: the middle of all such times; infinite if never half.

    Within a cell, adoption is taken as evenly spread.

    Examples
    --------
    >>> median_time(turnbull(exact_frame(plain_gaps([0, 10, 20], [2, 12, 22]))))
    11.0
    """
    return float(_medians(curve.edges, curve.mass[None])[0])


def interval_of_medians(edges: Array, masses: Array, *, level: float) -> tuple[float, float]:
    """Give an interval of the median (percentiles) from curves of units drawn with replacement.

    Parameters
    ----------
    edges
        As in `Curve`.
    masses : ndarray of shape (n_resamples, n_cells)
        As `resampled_masses` gives them.
    level

    Returns
    -------
    low, high : float
        Infinite where fewer than half had adopted in so many resamples.

    Examples
    --------
    >>> interval_of_medians(np.array([0.0, 2.0]), np.array([[0.0, 1.0, 0.0]] * 9), level=0.95)
    (1.0, 1.0)
    """
    medians = np.sort(_medians(edges, masses))
    tail = (1 - level) / 2
    last = len(masses) - 1
    return float(medians[int(np.floor(tail * last))]), float(medians[int(np.ceil((1 - tail) * last))])


def resampled_masses(frame: Frame, curve: Curve, *, n_resamples: int, random_state: int) -> Array:
    """Estimate the curve anew from units drawn with replacement: shape (n_resamples, n_cells).

    Examples
    --------
    >>> frame = exact_frame(plain_gaps(range(9), range(1, 10)))
    >>> masses = resampled_masses(frame, turnbull(frame), n_resamples=5, random_state=0)
    >>> masses.shape, bool(abs(masses.sum(axis=1) - 1).max() < 1e-9)
    ((5, 11), True)
    """
    draw = np.random.default_rng(random_state)
    n = len(frame.likely)
    weights = draw.multinomial(n, np.full(n, 1 / n), size=n_resamples).astype(np.float64)
    start = 0.99 * curve.mass[None] + 0.01 * _start(frame)  # a cell without mass could never gain any
    return _consistent(frame, weights, start, limits=(_CYCLES_RESAMPLED, _CHANGE_RESAMPLED))


def _vagueness(gaps: Gaps) -> float:
    """Give the middle standard deviation of the days left for the adoptions that were seen."""
    bounded = np.isfinite(gaps.low) & np.isfinite(gaps.high)
    unit, low, high = gaps.unit[bounded], gaps.low[bounded], gaps.high[bounded]
    seen = np.isin(unit, gaps.unit[np.isposinf(gaps.high)], invert=True)
    if not seen.any():
        return 0.0
    unit, low, high, chance = unit[seen], low[seen], high[seen], gaps.chance[bounded][seen]
    size = gaps.n_units
    weight = chance * (high - low)
    total = np.bincount(unit, weights=weight, minlength=size)
    there = total > 0
    first = np.bincount(unit, weights=weight * (low + high) / 2, minlength=size)[there] / total[there]
    squares = weight * (low**2 + low * high + high**2) / 3
    second = np.bincount(unit, weights=squares, minlength=size)[there] / total[there]
    return float(np.median(np.sqrt(np.maximum(second - first**2, 0.0))))


def _normal(centres: Array, deviation: float) -> Array:
    apart = (centres[:, None] - centres[None, :]) / deviation
    kernel = np.exp(-0.5 * np.minimum(apart**2, 1400.0))
    return np.asarray(kernel / kernel.sum(axis=1, keepdims=True), dtype=np.float64)


def _start(frame: Frame) -> Array:
    share = frame.likely / frame.likely.sum(axis=1, keepdims=True)
    return np.asarray(share.mean(axis=0, keepdims=True), dtype=np.float64)


@one_thread()
def _consistent(frame: Frame, weights: Array, start: Array, *, limits: tuple[int, float]) -> Array:
    """Iterate for many weightings of the units at once; give the masses, shape (n_weightings, n_cells)."""
    cycles, change = limits
    kept = _worth_keeping(frame)
    likely = np.ascontiguousarray(frame.likely[:, kept])
    first = np.repeat(start[:, kept], len(weights), axis=0)
    first /= first.sum(axis=1, keepdims=True)
    totals = weights.sum(axis=1)

    def step(mass: Array, rows: npt.NDArray[np.int64]) -> Array:
        seen = mass @ likely.T
        weigh(seen, weights, rows, TINY)  # in place: new memory would cost half the time
        new = seen @ likely
        reweigh(new, mass, totals, rows)
        return new if frame.kernel is None else np.asarray(new @ frame.kernel, dtype=np.float64)

    mass = fixed_points(step, first, cycles=cycles, change=change)
    whole = np.zeros((len(weights), frame.likely.shape[1]))
    whole[:, kept] = mass
    return whole


def _worth_keeping(frame: Frame) -> npt.NDArray[np.bool_]:
    """Leave out cells that can hold no mass: what was seen is as likely, for every unit, in the next one."""
    kept = np.ones(frame.likely.shape[1], dtype=np.bool_)
    if frame.kernel is None:
        kept[:-1] = (frame.likely[:, :-1] > frame.likely[:, 1:]).any(axis=0)
    return kept


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
    part = (level - before) / np.maximum(upto[rows, cell] - before, TINY)
    left, right = np.concatenate([[-np.inf], edges])[cell], np.concatenate([edges, [np.inf]])[cell]
    bounded = np.isfinite(left) & np.isfinite(right)
    inner = np.where(bounded, left, 0.0) + part * np.where(bounded, right - left, 0.0)
    outer = np.where(np.isfinite(right), -np.inf, np.inf)
    return np.asarray(np.where(bounded, inner, outer), dtype=np.float64)
