"""The variance of log-odds over cells, by linearisation: which terms of `keyness` are worth resampling."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from readout_nlp.compare.time_blocks import Array

Spread = list[Any]  # (n_terms,), (n_terms,), float


def spread_over_cells(rows: csr_matrix, sizes: Array) -> Spread:
    """Give for every term the sums over cells of y^2 and of y n, and that of n^2.

    Examples
    --------
    >>> [part.tolist() for part in spread_over_cells(csr_matrix([[1.0], [2.0]]), np.array([3.0, 4.0]))[:2]]
    [[5.0], [11.0]]
    """
    squares = csr_matrix((rows.data**2, rows.indices, rows.indptr), shape=rows.shape)
    summed = np.asarray(squares.sum(axis=0), dtype=np.float64).ravel()
    return [summed, np.asarray(rows.T @ sizes), float((sizes**2).sum())]


def clustered_variance(spread: Spread, share: Array, n: float) -> Array:
    """Give the variance of log-odds: the sum over cells of (y - p n)^2 / (n p (1 - p))^2.

    Examples
    --------
    >>> even = spread_over_cells(csr_matrix([[1.0], [2.0]]), np.array([2.0, 4.0]))
    >>> clustered_variance(even, np.array([0.5]), 6.0).tolist()
    [0.0]
    """
    squares, cross, sizes = spread
    deviation = np.maximum(squares - 2 * share * cross + share**2 * sizes, 0.0)
    return np.asarray(deviation / (n * share * (1 - share)) ** 2)
