"""Coordinate descent of NMF (Hsieh and Dhillon 2011): scikit-learn's numbers, in half its time."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_matrix, csr_matrix

from readout_nlp.threads import one_thread
from readout_nlp.topics.nmf_kernel import descend

Single = npt.NDArray[np.float32]
LEAST = 1e-6  # of a first weight; what is below is nothing


@one_thread()
def factorise(
    data: csr_matrix, n_topics: int, *, random_state: int, max_iter: int, tolerance: float
) -> tuple[Single, int]:
    """Factorise as ``NMF(init="nndsvda", solver="cd", tol=tolerance)`` of scikit-learn does, to its bits.

    Parameters
    ----------
    data : csr_matrix of float32, shape (n_docs, n_terms)
    n_topics, random_state
    max_iter
        Rounds at most.
    tolerance
        Of the violation of the first round, at which the last one ends.

    Returns
    -------
    loadings : ndarray of shape (n_topics, n_terms)
    rounds : int

    Examples
    --------
    >>> data = csr_matrix(np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1]], np.float32))
    >>> loadings, rounds = factorise(data, 2, random_state=0, max_iter=50, tolerance=1e-4)
    >>> (loadings > 0.1).tolist()
    [[True, True, False], [False, False, True]]
    """
    documents, terms = first_weights(data, n_topics, random_state)
    turned, room = data.T, np.empty((n_topics, max(data.shape)), data.dtype)
    first = 0.0
    for rounds in range(1, max_iter + 1):
        violation = _one_side(data, documents, terms, room) + _one_side(turned, terms, documents, room)
        first = violation if rounds == 1 else first
        if first == 0 or violation / first <= tolerance:
            break
    return terms.T, rounds


def first_weights(data: csr_matrix, n_topics: int, random_state: int) -> tuple[Single, Single]:
    """Give weights of documents and of terms to begin with: NNDSVDa (Boutsidis and Gallopoulos 2008).

    Of every pair of singular vectors the sides that agree in sign weigh more; what is 0 gets the mean.

    Examples
    --------
    >>> documents, terms = first_weights(csr_matrix(np.eye(3, 2, dtype=np.float32)), 2, 0)
    >>> documents.shape, terms.shape, bool((terms > 0).all())
    ((3, 2), (2, 2), True)
    """
    from sklearn.utils.extmath import (
        randomized_svd,
    )  # without what is around scikit-learn's NMF: half a second

    left, size, right = randomized_svd(data, n_topics, random_state=random_state)
    documents, terms = np.zeros_like(left), np.zeros_like(right)
    documents[:, 0] = np.sqrt(size[0]) * np.abs(left[:, 0])
    terms[0] = np.sqrt(size[0]) * np.abs(right[0])
    for topic in range(1, n_topics):
        whole, of_documents, of_terms = _heavier(left[:, topic], right[topic])
        root = np.sqrt(size[topic] * whole)
        documents[:, topic], terms[topic] = root * of_documents, root * of_terms
    mean = data.mean()
    for weights in (documents, terms):
        weights[weights < LEAST] = 0
        weights[weights == 0] = mean
    return np.ascontiguousarray(documents), np.ascontiguousarray(terms.T)


def _heavier(left: Single, right: Single) -> tuple[float, Any, Any]:
    """Give the weight of the two positive sides, or of the two negative ones, and both at length 1."""
    plus = np.maximum(left, 0), np.maximum(right, 0)
    minus = np.abs(np.minimum(left, 0)), np.abs(np.minimum(right, 0))
    above, below = ([_length(side) for side in sides] for sides in (plus, minus))
    if above[0] * above[1] > below[0] * below[1]:
        return above[0] * above[1], plus[0] / above[0], plus[1] / above[1]
    with np.errstate(invalid="ignore"):  # vectors of opposite signs have no heavier side
        return below[0] * below[1], minus[0] / below[0], minus[1] / below[1]


def _length(vector: Single) -> float:
    return math.sqrt(np.dot(vector, vector))


def _one_side(data: csr_matrix | csc_matrix, weights: Single, others: Single, room: Single) -> float:
    return float(descend(weights, np.dot(others.T, others), data @ others, room))
