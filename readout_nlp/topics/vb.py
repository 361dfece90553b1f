"""Variational Bayes for one document at a time: topic shares that do not depend on the company it keeps."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.sparse import csr_matrix
from scipy.special import psi

from readout_nlp.topics.fit import Array
from readout_nlp.topics.matrix import Indices, row_blocks

MAX_ITERATIONS = 200
TOLERANCE = 1e-4  # mean change of gamma, a tenth of gensim's: shares then agree beyond the third decimal
SHRINK_BELOW = 0.7  # dropping the documents that have stopped costs a copy, so not after every step
EPSILON = np.finfo(np.float64).eps  # as in gensim: a term that no topic holds then counts for nothing


def infer_shares(counts: csr_matrix, *, log_terms: Array, alpha: Array) -> Array:
    """Topic shares of documents under fixed topics, by the E step of Hoffman, Blei and Bach (2010).

    gensim starts every document from a random draw, so that the same document gives other shares alone than
    in a batch. Here every document starts from the same point, stops by its own convergence, and is summed
    in an order that only its own row decides: alone or in any batch, the bits are equal.

    Parameters
    ----------
    counts : csr_matrix of shape (n_docs, n_terms)
        As `clean_counts` leaves them.
    log_terms : ndarray of shape (n_topics, n_terms)
        Expected log topics, ``E[log beta]`` in the paper (see `expected_log`).
    alpha : ndarray of shape (n_topics,)
        Dirichlet prior of the topic shares.

    Returns
    -------
    ndarray of shape (n_docs, n_topics)
        Mean of the variational posterior, ``gamma`` normalised; rows sum to 1. A row without counts gives the
        mean of the prior.

    Examples
    --------
    >>> topics = np.log([[0.9, 0.1], [0.1, 0.9]])
    >>> shares = infer_shares(csr_matrix([[9.0, 0.0], [0.0, 0.0]]), log_terms=topics, alpha=np.full(2, 0.5))
    >>> shares.round(2).tolist()
    [[0.95, 0.05], [0.5, 0.5]]
    """
    terms_first = np.ascontiguousarray(np.exp(log_terms).T)
    gamma = np.empty((counts.shape[0], len(alpha)))
    for start, stop in row_blocks(counts, len(alpha)):
        gamma[start:stop] = _gamma(counts[start:stop], terms_first, alpha)
    shares: Array = gamma / gamma.sum(axis=1, keepdims=True)
    return shares


def vb_shares(counts: csr_matrix, state: Mapping[str, Array]) -> Array:
    """Topic shares of documents under topics that variational Bayes has learnt.

    Parameters
    ----------
    counts : csr_matrix of shape (n_docs, n_terms)
        As `clean_counts` leaves them.
    state : mapping
        ``sstats`` (n_topics, n_terms), ``eta`` (n_terms,) and ``alpha`` (n_topics,) of the fit.

    Returns
    -------
    ndarray of shape (n_docs, n_topics)
    """
    log_terms = expected_log(state["eta"] + state["sstats"])
    return infer_shares(counts, log_terms=log_terms, alpha=state["alpha"])


def expected_log(concentration: Array) -> Array:
    """Take the expected logarithm of Dirichlet draws, row by row: ``psi(x) - psi(sum of x)``.

    Examples
    --------
    >>> expected_log(np.array([[1.0, 1.0]])).tolist()
    [[-1.0, -1.0]]
    """
    return np.asarray(psi(concentration) - psi(concentration.sum(axis=1, keepdims=True)), dtype=np.float64)


def _gamma(counts: csr_matrix, terms_first: Array, alpha: Array) -> Array:
    gamma = np.ones((counts.shape[0], len(alpha)))
    active = np.arange(counts.shape[0])
    moving = np.ones(len(active), dtype=bool)
    entries = _entries(counts, terms_first)
    for _ in range(MAX_ITERATIONS):
        new = _step(counts, entries, terms_first, alpha, gamma[active])
        change = np.abs(new - gamma[active]).mean(axis=1)
        gamma[active[moving]] = new[moving]  # a document that has stopped stays, whatever its neighbours do
        moving &= change >= TOLERANCE
        if not moving.any():
            break
        if moving.mean() < SHRINK_BELOW:
            counts, active = counts[np.flatnonzero(moving)], active[moving]
            moving = np.ones(len(active), dtype=bool)
            entries = _entries(counts, terms_first)
    return gamma


def _entries(counts: csr_matrix, terms_first: Array) -> tuple[Indices, Array]:
    return np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr)), terms_first[counts.indices]


def _step(
    counts: csr_matrix, entries: tuple[Indices, Array], terms_first: Array, alpha: Array, gamma: Array
) -> Array:
    rows, seen = entries
    weight = np.exp(expected_log(gamma))
    # every count's normaliser, each a sum over one row of K numbers
    norm = np.einsum("nk,nk->n", weight[rows], seen) + EPSILON
    ratio = csr_matrix((counts.data / norm, counts.indices, counts.indptr), shape=counts.shape)
    return np.asarray(alpha + weight * (ratio @ terms_first), dtype=np.float64)
