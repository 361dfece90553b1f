"""Which topic of one model is which of another: one-to-one matching of rows, by the Hungarian method."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from readout_nlp.topics.coherence import first_terms
from readout_nlp.topics.matrix import Indices

TOP = 10

Rows = npt.NDArray[np.floating[Any]]


def unit_rows(rows: Rows) -> Rows:
    """Scale every row to Euclidean length 1.

    Examples
    --------
    >>> unit_rows(np.array([[3.0, 4.0]])).tolist()
    [[0.6, 0.8]]
    """
    unit: Rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def top_sets(rows: Rows, n: int = TOP) -> npt.NDArray[np.float32]:
    """Mark each row's `n` largest values, in the columns where any row has one.

    Returns
    -------
    ndarray of shape (n_rows, at most n_rows * n)
        1 for one of the row's first terms, else 0.

    Examples
    --------
    >>> top_sets(np.array([[0.0, 0.7, 0.3], [0.0, 0.2, 0.8]]), 1).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    heads = [first_terms(row, n) for row in rows]
    columns = np.unique(np.concatenate(heads))
    marked = np.zeros((len(heads), len(columns)), dtype=np.float32)
    for row, head in zip(marked, heads, strict=True):
        row[np.searchsorted(columns, head)] = 1
    return marked


def overlaps(left: Rows, right: Rows) -> Rows:
    """Jaccard overlap of every set of one with every set of the other, as `top_sets` marks them.

    Examples
    --------
    >>> overlaps(np.array([[1.0, 1.0, 0.0]]), np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]])).round(2).tolist()
    [[1.0, 0.33]]
    """
    both = left @ right.T
    jaccard: Rows = both / (left.sum(axis=1)[:, None] + right.sum(axis=1)[None] - both)
    return jaccard


def pair_up(likeness: Rows) -> tuple[Indices, Indices]:
    """Pair rows with columns one to one so that the sum is largest; as many pairs as the fewer of the two.

    Examples
    --------
    >>> [places.tolist() for places in pair_up(np.array([[0.9, 0.8], [0.8, 0.1]]))]
    [[0, 1], [1, 0]]
    """
    rows, columns = linear_sum_assignment(-likeness)
    return np.asarray(rows, dtype=np.intp), np.asarray(columns, dtype=np.intp)


def pairwise_overlap(models: Sequence[Rows]) -> npt.NDArray[np.float64]:
    """Mean top-10 Jaccard of the matched topics of every two models.

    Parameters
    ----------
    models : sequence of ndarray of shape (n_topics, n_terms)
        All over the same terms.

    Returns
    -------
    ndarray of shape (n_models, n_models)
        Symmetric, 0 to 1, with 1 in the diagonal.

    Examples
    --------
    >>> pairwise_overlap([np.array([[0.9, 0.1], [0.0, 1.0]]), np.array([[0.0, 1.0], [0.9, 0.1]])]).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    n_topics = len(models[0])
    stack = np.concatenate(models)
    units, sets, alike = unit_rows(stack), top_sets(stack), np.eye(len(models))
    for one in range(1, len(models)):  # one large product instead of many small ones
        own, before = slice(one * n_topics, (one + 1) * n_topics), slice(0, one * n_topics)
        cosines, jaccards = units[own] @ units[before].T, overlaps(sets[own], sets[before])
        for other in range(one):
            block = slice(other * n_topics, (other + 1) * n_topics)
            rows, columns = pair_up(cosines[:, block])
            alike[one, other] = alike[other, one] = jaccards[:, block][rows, columns].mean(dtype=np.float64)
    return alike
