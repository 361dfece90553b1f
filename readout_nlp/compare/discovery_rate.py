"""Many tests at once: p-values adjusted so that few of the discoveries are false."""

from __future__ import annotations

import numpy as np
from statsmodels.stats.multitest import multipletests

from readout_nlp.errors import RecipeError
from readout_nlp.topics.fit import Array

METHODS = {"bh": "fdr_bh", "by": "fdr_by"}


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
        q[known] = multipletests(p[known], method=METHODS[method])[1]
    return q
