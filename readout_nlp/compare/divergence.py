"""Divergences of every two units in many resamples at once: the scale on which chance adds up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import numpy.typing as npt

from readout_nlp.compare.distance import metric_named
from readout_nlp.compare.divergence_kernel import shared_information

Array = npt.NDArray[np.float64]

CELLS_AT_ONCE = (
    300_000  # resamples x units x labels at a time, so that they stay near; no result depends on it
)
TINY = np.finfo(np.float64).tiny


def divergences(profiles: npt.ArrayLike, metric: str = "jensen_shannon") -> Array:
    """Give the divergence of every two units, the square of the distance (for cosine the distance itself).

    Sampling error makes a squared distance too large by about ``c (1/n + 1/m)``; on this scale it can be
    taken off, on the scale of distances it cannot.

    Parameters
    ----------
    profiles : array of shape (n_resamples, n_units, n_labels)
        Rows that sum to 1.
    metric
        ``jensen_shannon``, ``hellinger`` or ``cosine``.

    Returns
    -------
    ndarray of shape (n_resamples, n_pairs)
        From 0 to 1; pairs in the order of ``numpy.triu_indices(n_units, 1)``.

    Raises
    ------
    RecipeError
        If there is no such metric.

    Examples
    --------
    >>> divergences([[[1, 0], [0, 1], [1, 0]]]).tolist()
    [[1.0, 0.0, 1.0]]
    """
    metric_named(metric)
    rows = np.asarray(profiles, dtype=np.float64)
    return np.clip(BATCHED[metric](rows), 0.0, 1.0)


def step_divergences(one: Array, other: Array, metric: str = "jensen_shannon") -> Array:
    """Give the divergence of each row of `one` from the same row of `other`, along the last axis.

    Examples
    --------
    >>> step_divergences(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]]), "hellinger").tolist()
    [1.0]
    """
    metric_named(metric)
    return np.clip(STEPS[metric](one, other), 0.0, 1.0)


def similarities(divergence: npt.ArrayLike, metric: str = "jensen_shannon") -> Array:
    """Turn divergences into similarities, 1 minus distance; a divergence below 0 counts as 0.

    Examples
    --------
    >>> similarities([-0.1, 0.25, 1.0]).tolist()
    [1.0, 0.5, 0.0]
    """
    held = np.clip(np.asarray(divergence, dtype=np.float64), 0.0, 1.0)
    return 1.0 - (held if metric == "cosine" else np.sqrt(held))


def chunks(n_resamples: int, cells_each: int) -> Iterator[slice]:
    """Cut resamples into pieces that fit in memory.

    Examples
    --------
    >>> list(chunks(3, 150_000))
    [slice(0, 2, None), slice(2, 3, None)]
    """
    size = max(1, CELLS_AT_ONCE // max(1, cells_each))
    for start in range(0, n_resamples, size):
        yield slice(start, min(start + size, n_resamples))


def _jensen_shannon(rows: Array) -> Array:
    n_units = rows.shape[1]
    found = np.empty((len(rows), n_units * (n_units - 1) // 2))
    shared_information((0, len(rows)), rows, found)
    return found


def _hellinger(rows: Array) -> Array:
    root = np.sqrt(rows)
    return 1.0 - _products(root / np.linalg.norm(root, axis=2, keepdims=True))


def _cosine(rows: Array) -> Array:
    return 1.0 - _products(rows / np.linalg.norm(rows, axis=2, keepdims=True))


def _products(rows: Array) -> Array:
    one, other = np.triu_indices(rows.shape[1], 1)
    return np.asarray((rows @ rows.transpose(0, 2, 1))[:, one, other], dtype=np.float64)


def _entropy(rows: Array) -> Array:
    """Entropy in bits along the last axis."""
    bits = np.log2(np.maximum(rows, TINY))
    bits *= rows
    return np.asarray(-bits.sum(axis=-1))


def _jensen_shannon_step(one: Array, other: Array) -> Array:
    """JSD = H((p + q) / 2) - (H(p) + H(q)) / 2 (Lin 1991): one logarithm a share."""
    return _entropy((one + other) / 2) - (_entropy(one) + _entropy(other)) / 2


def _hellinger_step(one: Array, other: Array) -> Array:
    return np.asarray(((np.sqrt(one) - np.sqrt(other)) ** 2).sum(axis=-1) / 2)


def _cosine_step(one: Array, other: Array) -> Array:
    lengths = np.linalg.norm(one, axis=-1) * np.linalg.norm(other, axis=-1)
    return np.asarray(1.0 - (one * other).sum(axis=-1) / lengths)


BATCHED: Mapping[str, Callable[[Array], Array]] = {
    "jensen_shannon": _jensen_shannon,
    "hellinger": _hellinger,
    "cosine": _cosine,
}
STEPS: Mapping[str, Callable[[Array, Array], Array]] = {
    "jensen_shannon": _jensen_shannon_step,
    "hellinger": _hellinger_step,
    "cosine": _cosine_step,
}
