"""What was said before and after each readout: means over windows of time, by cumulative sums."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from readout_nlp.compare.mixtures import Mixtures
from readout_nlp.compare.time_blocks import Array, Codes
from readout_nlp.errors import InputError, RecipeError
from readout_nlp.paged import empty, zeros

Scope = Literal["own", "others", "all"]
WindowIn = Literal["days", "readouts"]
Flags = npt.NDArray[np.bool_]
Span = tuple[Codes, Codes, Flags]  # first and last row, and whether the record covers the window


@dataclass(frozen=True, eq=False, kw_only=True)
class Side:
    """The context of every readout on one side of it in time.

    Attributes
    ----------
    logs : ndarray of shape (n, n_topics)
        Mean over the context of log2 of its shares; NaN where there is no context.
    shares : ndarray of shape (n, n_topics)
        Mean over the context of its shares.
    n : ndarray of shape (n,)
        Readouts in the context.
    full : ndarray of bool, shape (n,)
        False at the edge, where the record begins or ends within the window, and where nothing is in it.
    """

    logs: Array
    shares: Array
    n: Codes
    full: Flags


def check_window(window: int, window_in: str, scope: str) -> None:
    """Refuse settings of a window that cannot be used.

    Raises
    ------
    RecipeError

    Examples
    --------
    >>> check_window(90, "days", "others")
    """
    faults = []
    if isinstance(window, bool) or not isinstance(window, int) or window < 1:
        faults.append(f"window={window!r}")
    if window_in not in get_args(WindowIn):
        faults.append(f"window_in={window_in!r}")
    if scope not in get_args(Scope):
        faults.append(f"scope={scope!r}")
    if faults:
        raise RecipeError(
            "; ".join(faults),
            "a whole number of at least 1, in 'days' or 'readouts', and the scope 'own', 'others' or 'all'",
            "change them",
        )


def smoothed(shares: Array, smoothing: float) -> Array:
    """Mix shares with equal ones: a divergence from a share of 0 would be infinite.

    Parameters
    ----------
    shares : ndarray of shape (n, n_topics)
    smoothing
        The part of the equal shares, 0 to 1.

    Raises
    ------
    RecipeError
        If `smoothing` is out of range.
    InputError
        If a share is 0 and so is `smoothing`.

    Examples
    --------
    >>> smoothed(np.array([[1.0, 0.0]]), 0.02).round(3).tolist()
    [[0.99, 0.01]]
    """
    if not 0 <= smoothing < 1:
        raise RecipeError(f"smoothing={smoothing!r}", "a part from 0 to less than 1", "take 0.01")
    if not smoothing and (shares <= 0).any():
        raise InputError(
            f"{int((shares <= 0).sum())} topic shares of 0, and no smoothing",
            "shares above 0: the divergence from 0 is infinite",
            "take a smoothing above 0, such as 0.01",
        )
    mixed = np.multiply(1 - smoothing, shares, out=empty(shares.shape))
    mixed += smoothing / shares.shape[1]
    return np.asarray(mixed)


def sides(
    mixtures: Mixtures, shares: Array, *, window: int, window_in: WindowIn, scope: Scope
) -> tuple[Side, Side]:
    """Give the context before and after every readout.

    Readouts of one day are neither before nor after each other, since nobody answers on the same day; where a
    window of so many readouts ends within a day, ids decide.

    Parameters
    ----------
    mixtures
        In the order of days and ids.
    shares : ndarray of shape (n, n_topics)
        Of the same readouts, above 0.
    window, window_in
        So many days, or so many readouts, on each side.
    scope
        Context of the readout's ``own`` place, of all ``others``, or of ``all``.

    Examples
    --------
    >>> line = Mixtures(shares=np.full((3, 1), 1.0), readout_ids=("a", "b", "c"), topic_ids=("t01",),
    ...                 places=np.array(["p", "q", "p"]), days=np.array([0.0, 5.0, 9.0]), left_out={})
    >>> before, after = sides(line, line.shares, window=9, window_in="days", scope="others")
    >>> before.n.tolist(), after.n.tolist(), before.full.tolist()
    ([0, 1, 1], [1, 1, 0], [False, False, False])
    """
    n, k = shares.shape
    days, both = mixtures.days, empty((n, 2 * k))
    both[:, k:] = shares
    np.log2(shares, out=both[:, :k])
    found = [(_unknown((n, 2 * k)), np.zeros(n, np.int64), np.zeros(n, np.bool_)) for _ in range(2)]
    upto = _upto(both)
    for asking, context in _pools(mixtures.places, scope):
        spans = _spans(days[context], days[asking], window, window_in)
        if scope == "others" and window_in == "days":  # all but the own: one pass, not one for each place
            whole = _sums(upto, _spans(days, days[asking], window, window_in))
            mine = _sums(_upto(both[asking]), _spans(days[asking], days[asking], window, window_in))
            sums = [every - own for every, own in zip(whole, mine, strict=True)]
        else:
            sums = _sums(_upto(both[context]), spans)
        for (means, held, full), (first, last, covered), total in zip(found, spans, sums, strict=True):
            held[asking] = last - first
            full[asking] = covered & (last > first)
            means[asking] = total / np.where(last > first, last - first, np.nan)[:, None]
    before, after = (
        Side(logs=means[:, :k], shares=means[:, k:], n=held, full=full) for means, held, full in found
    )
    return before, after


def _unknown(shape: tuple[int, int]) -> Array:
    values = empty(shape)
    values[:] = np.nan
    return values


def _upto(values: Array) -> Array:
    """Give the sums of the first 0, 1, 2 ... rows."""
    upto = zeros((len(values) + 1, values.shape[1]))
    np.cumsum(values, axis=0, out=upto[1:])
    return upto


def _sums(upto: Array, spans: Sequence[Span]) -> list[Array]:
    return [upto[last] - upto[first] for first, last, _ in spans]


def _pools(places: np.ndarray, scope: Scope) -> Iterator[tuple[Codes, Codes]]:
    """Pair the readouts that ask with those that may answer, place by place: all at once are too many."""
    if scope == "all":
        yield np.arange(len(places)), np.arange(len(places))
        return
    names, codes = np.unique(places.astype(str), return_inverse=True)
    for place in range(len(names)):
        own = codes.ravel() == place
        yield np.flatnonzero(own), np.flatnonzero(own if scope == "own" else ~own)


def _spans(days: Array, asked: Array, window: int, window_in: WindowIn) -> tuple[Span, Span]:
    """Give first and last row of the context on each side, and whether the window is full."""
    left, right = np.searchsorted(days, asked, "left"), np.searchsorted(days, asked, "right")
    if not len(days):
        none = np.zeros(len(asked), dtype=np.bool_)
        return (left, left, none), (right, right, none)
    if window_in == "readouts":
        first, last = np.maximum(left - window, 0), np.minimum(right + window, len(days))
        return (first, left, left >= window), (right, last, right + window <= len(days))
    first = np.searchsorted(days, asked - window, "left")
    last = np.searchsorted(days, asked + window, "right")
    return (first, left, days[0] <= asked - window), (right, last, days[-1] >= asked + window)
