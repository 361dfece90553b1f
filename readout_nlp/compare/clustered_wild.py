"""p-values by the wild cluster bootstrap, for many outcomes of one design at once."""

from __future__ import annotations

import numpy as np

from readout_nlp.compare.clustered import Codes, each_cluster
from readout_nlp.topics.fit import Array

WEBB_BELOW = 12  # with fewer clusters, two-point weights give too few different samples
WEBB = np.array([-(1.5**0.5), -1.0, -(0.5**0.5), 0.5**0.5, 1.0, 1.5**0.5])


def wild_p(
    basis: Array,
    back: Array,
    residuals: Array,
    *,
    estimates: Array,
    codes: Codes,
    n_samples: int = 999,
    random_state: int = 0,
) -> Array:
    """Give the p-value of every coefficient by the restricted wild cluster bootstrap (WCR-C).

    MacKinnon, Nielsen and Webb (2023), section 5: the null hypothesis is imposed, the residuals of a whole
    cluster change their sign (or are weighed by Webb's six points with fewer than 12 clusters) together, the
    statistic is t with CV1, and p is the share of samples with a larger |t|. From the sums of each cluster
    alone, so that all outcomes share one set of weights.

    Parameters
    ----------
    basis, back, residuals
        As in `cluster_errors`.
    estimates : ndarray of shape (n_columns, n_outcomes)
    codes : ndarray of int, shape (n_rows,)
    n_samples
        B; one less than a round number, so that p takes round values.
    random_state
        Seed of the weights.

    Returns
    -------
    ndarray of shape (n_columns, n_outcomes)

    Examples
    --------
    >>> chance = np.random.default_rng(0)
    >>> basis, back = np.full((40, 1), 40**-0.5), np.array([[40**-0.5]])  # a mean of 40, in 20 clusters
    >>> values = chance.normal([0.0, 3.0], 1.0, (40, 2))
    >>> means = back @ (basis.T @ values)
    >>> p = wild_p(basis, back, values - means, estimates=means, codes=np.arange(40) // 2)
    >>> float(p[0, 1])
    0.0
    """
    clusters = list(each_cluster(codes))
    grams = np.stack([basis[rows].T @ basis[rows] for rows in clusters])
    scores = np.stack([basis[rows].T @ residuals[rows] for rows in clusters])
    weights = _weights(len(clusters), n_samples, np.random.default_rng(random_state))
    found = [
        _one_column(column, estimate, grams, scores=scores, weights=weights)
        for column, estimate in zip(back, estimates, strict=True)
    ]
    return np.array(found).reshape(len(back), residuals.shape[1])


def _one_column(column: Array, estimate: Array, grams: Array, *, scores: Array, weights: Array) -> Array:
    """Test one coefficient for every outcome; `grams` are U_g'U_g, `scores` U_g'û_g of every cluster."""
    observed = estimate / np.sqrt(((column @ scores) ** 2).sum(axis=0))
    # the null imposed: residuals plus beta times the column, cleared of the other columns
    shift = (grams @ column) / (column @ column)
    null = scores + shift[:, :, None] * estimate
    own = np.einsum("r,grk->kg", column, null)
    others = np.einsum("gr,hrk->kgh", grams @ column, null)
    parts = own[:, :, None] * np.eye(len(grams)) - others
    drawn = (own @ weights) / np.sqrt(((parts @ weights) ** 2).sum(axis=1))
    with np.errstate(invalid="ignore"):
        return np.asarray((np.abs(drawn) > np.abs(observed)[:, None]).mean(axis=1))


def _weights(n_clusters: int, n_samples: int, chance: np.random.Generator) -> Array:
    points = WEBB if n_clusters < WEBB_BELOW else np.array([-1.0, 1.0])
    return np.asarray(chance.choice(points, size=(n_clusters, n_samples)))
