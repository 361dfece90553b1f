"""Distances between distributions, on plain arrays; the labelled layer is `similarity`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from readout_nlp.errors import InputError, RecipeError

Array = npt.NDArray[np.float64]
Metric = Callable[..., Array]

SUM_TOLERANCE = 1e-6


def jensen_shannon(p: npt.ArrayLike, q: npt.ArrayLike | None = None) -> Array:
    """Jensen-Shannon distance: the square root of the divergence in bits (Endres and Schindelin 2003).

    From 0 (equal) to 1 (nothing in common); symmetric; the root, unlike the divergence (Lin 1991), obeys the
    triangle inequality, so that clustering and maps may use it.

    Parameters
    ----------
    p : array of shape (n, k)
        Rows that sum to 1.
    q : array of shape (m, k), optional
        Against which every row of `p` is held; `p` itself where None.

    Returns
    -------
    ndarray of shape (n, m)

    Raises
    ------
    InputError
        If a row is not a distribution.

    Examples
    --------
    >>> jensen_shannon([[1, 0], [0, 1], [1, 0]]).tolist()
    [[0.0, 1.0, 0.0], [1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]
    """
    return _rowwise(_jensen_shannon, p, q)


def hellinger(p: npt.ArrayLike, q: npt.ArrayLike | None = None) -> Array:
    """Hellinger distance: Euclidean distance of square roots over the square root of 2.

    From 0 (equal) to 1 (nothing in common); symmetric; obeys the triangle inequality. Parameters, result and
    errors as in `jensen_shannon`.

    Examples
    --------
    >>> hellinger([[1, 0]], [[0, 1], [0.25, 0.75]]).round(3).tolist()
    [[1.0, 0.707]]
    """
    return _rowwise(_hellinger, p, q)


def cosine(p: npt.ArrayLike, q: npt.ArrayLike | None = None) -> Array:
    """Cosine distance: 1 minus the cosine of the angle between the rows.

    From 0 (equal direction; for distributions, equal) to 1 (nothing in common); symmetric; it does **not**
    obey the triangle inequality and is led by the largest shares. Parameters, result and errors as in
    `jensen_shannon`.

    Examples
    --------
    >>> cosine([[1, 0], [0.5, 0.5]]).round(3).tolist()
    [[0.0, 0.293], [0.293, 0.0]]
    """
    return _rowwise(_cosine, p, q)


def metric_named(name: str) -> Metric:
    """Look a metric up in the table of functions.

    Raises
    ------
    RecipeError
        If there is none of that name.

    Examples
    --------
    >>> metric_named("hellinger") is hellinger
    True
    """
    if name not in METRICS:
        raise RecipeError(f"metric={name!r}", " or ".join(map(repr, METRICS)), "choose one of these metrics")
    return METRICS[name]


def _rowwise(metric: Metric, p: npt.ArrayLike, q: npt.ArrayLike | None) -> Array:
    """Hold each row of `p` against all of `q`; a pair's value depends on its two rows alone, to the bit."""
    left = _distributions(p, "p")
    right = left if q is None else _distributions(q, "q")
    if left.shape[1] != right.shape[1]:
        raise InputError(
            f"rows of {left.shape[1]} and of {right.shape[1]} shares",
            "the same topics on both sides",
            "compare shares of one model",
        )
    apart = [np.clip(metric(row, right), 0.0, 1.0) for row in left]
    return np.array(apart).reshape(len(left), len(right))


def _distributions(rows: npt.ArrayLike, name: str) -> Array:
    array = np.ascontiguousarray(rows, dtype=np.float64)
    if array.ndim != 2 or array.shape[1] == 0:
        raise InputError(f"{name} of shape {array.shape}", "a table of rows by topics", "pass two dimensions")
    faults = {
        "with NaN or infinite shares": ~np.isfinite(array).all(axis=1),
        "with negative shares": (array < 0).any(axis=1),
        "that do not sum to 1": np.isfinite(array).all(axis=1)
        & (np.abs(array.sum(axis=1) - 1) > SUM_TOLERANCE),
    }
    found = [
        f"{int(bad.sum())} rows {what} (first: {int(bad.argmax())})"
        for what, bad in faults.items()
        if bad.any()
    ]
    if found:
        raise InputError(
            f"in {name}: " + ", ".join(found),
            "rows that are distributions",
            "leave gaps out, and divide each row by its sum if it holds counts",
        )
    return array


def _jensen_shannon(row: Array, others: Array) -> Array:
    middle = (row + others) / 2
    divergence = (_relative(np.broadcast_to(row, others.shape), middle) + _relative(others, middle)) / 2
    return np.sqrt(np.maximum(divergence, 0.0))  # rounding can leave -1e-17


def _relative(rows: Array, middle: Array) -> Array:
    bits = np.zeros_like(middle)
    held = (rows > 0) & (middle > 0)  # half of the smallest float is 0
    bits[held] = rows[held] * np.log2(rows[held] / middle[held])
    total: Array = bits.sum(axis=1)
    return total


def _hellinger(row: Array, others: Array) -> Array:
    return np.asarray(np.sqrt(((np.sqrt(row) - np.sqrt(others)) ** 2).sum(axis=1) / 2))


def _cosine(row: Array, others: Array) -> Array:
    lengths = np.sqrt((row * row).sum()) * np.sqrt((others * others).sum(axis=1))
    apart: Array = 1.0 - (row * others).sum(axis=1) / lengths
    return np.where((row == others).all(axis=1), 0.0, apart)


METRICS: Mapping[str, Metric] = {"jensen_shannon": jensen_shannon, "hellinger": hellinger, "cosine": cosine}
