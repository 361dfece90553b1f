"""The log-odds ratio with an informative Dirichlet prior, on plain arrays; with labels it is `keyness`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def informative_prior(totals: npt.ArrayLike, alpha_0: float) -> Array:
    """Spread a prior of size `alpha_0` over the terms as the whole corpus does.

    Parameters
    ----------
    totals : array of shape (n_terms,)
        How often each term stands in the whole corpus, y_w.
    alpha_0
        The size of the prior in tokens, positive.

    Returns
    -------
    ndarray of shape (n_terms,)
        alpha_w = alpha_0 * y_w / n, of Monroe, Colaresi and Quinn (2008), section 3.5.1.

    Examples
    --------
    >>> informative_prior([3, 1], 8).tolist()
    [6.0, 2.0]
    """
    counts = np.asarray(totals, dtype=np.float64)
    return np.asarray(alpha_0 * counts / counts.sum(), dtype=np.float64)


def log_odds_ratio(
    counts: Array, rest: Array, prior: Array, *, sizes: tuple[Array | float, Array | float, float]
) -> Array:
    """Give how much greater the log-odds of terms are in one group than in the rest.

    From minus to plus infinity; 0 where both use the term alike; natural logarithms.

    Parameters
    ----------
    counts, rest : ndarray of shape (..., n_terms)
        y_w of the group and of the rest.
    prior : ndarray of shape (n_terms,)
        alpha_w, the same for both.
    sizes
        n of the group and of the rest (broadcast against the counts), and alpha_0.

    Returns
    -------
    ndarray of shape (..., n_terms)
        delta_w of equation 15 of Monroe, Colaresi and Quinn (2008).

    Examples
    --------
    >>> even = np.array([1.0, 1.0])
    >>> log_odds_ratio(np.array([8.0, 2.0]), np.array([2.0, 8.0]), even, sizes=(10, 10, 2)).round(3).tolist()
    [2.197, -2.197]
    """
    n_group, n_rest, alpha_0 = sizes
    own, other = counts + prior, rest + prior
    ratio = np.log(own) - np.log(n_group + alpha_0 - own) - np.log(other) + np.log(n_rest + alpha_0 - other)
    return np.asarray(ratio, dtype=np.float64)


def multinomial_z(delta: Array, counts: Array, rest: Array, *, prior: Array) -> Array:
    """Divide the log-odds ratio by its standard deviation under independent draws of words.

    The variance is 1 / (y_w + alpha_w) of the group plus that of the rest, equation 20 of Monroe, Colaresi
    and Quinn (2008). Words come in bursts, so that this z is too far from 0.

    Examples
    --------
    >>> even = np.array([1.0, 1.0])
    >>> multinomial_z(np.array([2.0, 0.0]), even, even, prior=even).tolist()
    [2.0, 0.0]
    """
    return np.asarray(delta / np.sqrt(1 / (counts + prior) + 1 / (rest + prior)), dtype=np.float64)


def cautious(*scores: Array) -> Array:
    """Give the score nearest 0 of several of one sign; NaN scores do not count.

    Examples
    --------
    >>> cautious(np.array([3.0, -3.0, 1.0]), np.array([2.0, -4.0, np.nan])).tolist()
    [2.0, -3.0, 1.0]
    """
    nearest, *others = scores
    for other in others:
        nearest = np.where((np.abs(other) < np.abs(nearest)) | np.isnan(nearest), other, nearest)
    return np.where(np.isinf(nearest), np.nan, nearest)
