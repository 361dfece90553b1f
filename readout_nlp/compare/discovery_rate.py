"""Many tests at once: p-values adjusted so that few of the discoveries are false."""

from __future__ import annotations

import numpy as np

from readout_nlp.errors import RecipeError
from readout_nlp.topics.fit import Array

METHODS = ("bh", "by")


def discovery_rate(p: Array, *, method: str = "bh") -> Array:
    """Give the q-value of each p-value of a family of tests: the false discovery rate at which it is called.

    Parameters
    ----------
    p : ndarray of shape (n_tests,)
        NaN for a test that could not be made: it counts for nothing and stays NaN.
    method
        ``bh``, Benjamini and Hochberg (1995), for tests that are independent or depend positively; ``by``,
        Benjamini and Yekutieli (2001), for any dependence, at a price of about log n.

    Returns
    -------
    ndarray of shape (n_tests,)

    Raises
    ------
    RecipeError
        If the method is neither.

    Examples
    --------
    >>> discovery_rate(np.array([0.01, 0.04, np.nan, 0.5])).round(3).tolist()
    [0.03, 0.06, nan, 0.5]
    """
    if method not in METHODS:
        raise RecipeError(f"method={method!r}", " or ".join(map(repr, METHODS)), "choose one")
    known = np.isfinite(p)
    q = np.full(np.shape(p), np.nan)
    if known.any():
        q[known] = _adjusted(np.asarray(p, dtype=np.float64)[known], any_dependence=method == "by")
    return q


def _adjusted(p: Array, *, any_dependence: bool) -> Array:
    """Step up from the largest: in the order of statsmodels' operations, and so to its last digit."""
    order = np.argsort(p)
    ranks = np.arange(1, len(p) + 1)
    factor = ranks / float(len(p))
    if any_dependence:
        factor = factor / np.sum(1.0 / ranks)
    stepped = np.minimum.accumulate((p[order] / factor)[::-1])[::-1]
    q = np.empty_like(p)
    q[order] = np.minimum(stepped, 1.0)
    return q
