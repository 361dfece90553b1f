"""Variational Bayes for one document at a time: topic shares that do not depend on the company it keeps."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.sparse import csr_matrix
from scipy.special import psi

from readout_nlp.threads import Run
from readout_nlp.topics.fit import Array
from readout_nlp.topics.fold_in import Rows, fold_in
from readout_nlp.topics.lda_kernel import settle_gamma

MAX_ITERATIONS = 200
TOLERANCE = 1e-4  # mean change of gamma, a tenth of gensim's: shares then agree beyond the third decimal
EPSILON = float(np.finfo(np.float64).eps)  # as in gensim: a term that no topic holds then counts for nothing


def vb_shares(counts: csr_matrix, state: Mapping[str, Array], *, n_threads: int | None = None) -> Array:
    """Topic shares of documents under fixed topics, by the E step of Hoffman, Blei and Bach (2010).

    gensim starts every document from a random draw, so that the same document gives other shares alone than
    in a batch. Here every document starts from the same point, stops by its own convergence, and is summed
    in an order that only its own row decides: alone or in any batch, the bits are equal.

    Parameters
    ----------
    counts : csr_matrix of shape (n_docs, n_terms)
        As `clean_counts` leaves them.
    state : mapping
        ``sstats`` (n_topics, n_terms), ``eta`` (n_terms,) or (n_topics, n_terms), and ``alpha`` (n_topics,)
        of the fit.
    n_threads
        None: as many as processors. The result is the same bit for bit.

    Returns
    -------
    ndarray of shape (n_docs, n_topics)
        Mean of the variational posterior, ``gamma`` normalised; rows sum to 1. A row without counts gives the
        mean of the prior.

    Examples
    --------
    >>> state = {"sstats": np.array([[90.0, 10], [10, 90]]), "eta": np.full(2, 0.1), "alpha": np.full(2, 0.5)}
    >>> vb_shares(csr_matrix([[9.0, 0.0], [0.0, 0.0]]), state).round(2).tolist()
    [[0.95, 0.05], [0.5, 0.5]]
    """
    topics = np.exp(expected_log(state["eta"] + state["sstats"]))
    return fold_in(counts, topics=topics, alpha=state["alpha"], settle=_settled, n_threads=n_threads)


def expected_log(concentration: Array) -> Array:
    """Take the expected logarithm of Dirichlet draws, row by row: ``psi(x) - psi(sum of x)``.

    Examples
    --------
    >>> expected_log(np.array([[1.0, 1.0]])).tolist()
    [[-1.0, -1.0]]
    """
    return np.asarray(psi(concentration) - psi(concentration.sum(axis=1, keepdims=True)), dtype=np.float64)


def _settled(run: Run, rows: Rows, lengths: Array) -> Array:
    """Settle documents from a gamma of 1 in every topic; the padding holds none."""
    indptr, _, counts, _, alpha = rows
    gamma = np.repeat((alpha > 0)[None].astype(np.float64), len(lengths), axis=0)
    limits = (MAX_ITERATIONS, TOLERANCE * np.count_nonzero(alpha), EPSILON)
    run(settle_gamma, indptr, *rows, limits, gamma, np.empty_like(gamma), np.empty(len(counts)))
    return gamma
