"""Documents under topics that stay as they are, each by itself: alone or in any batch, the same bits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from readout_nlp.paged import empty
from readout_nlp.threads import Run, crew
from readout_nlp.topics.fit import Array
from readout_nlp.topics.lda_kernel import local_terms
from readout_nlp.topics.matrix import row_blocks, row_sums
from readout_nlp.topics.padding import wide

Rows = tuple[Any, ...]
Settle = Callable[[Run, Rows, Array], Array]


def fold_in(
    counts: csr_matrix, *, topics: Array, alpha: Array, settle: Settle, n_threads: int | None
) -> Array:
    """Give the topic shares of documents, block by block.

    Parameters
    ----------
    counts : csr_matrix of shape (n_docs, n_terms)
        As `clean_counts` leaves them.
    topics : ndarray of shape (n_topics, n_terms)
        What the rule of inference multiplies the weights of a document with.
    alpha : ndarray of shape (n_topics,)
        Prior of the shares.
    settle
        The rule: ``settle(run, rows, lengths)`` gives the weights of a block's documents. ``rows`` are the
        block's ``indptr``, ``columns``, ``counts``, the topics of its terms and the prior, padded as the
        compiled loops want them; ``lengths`` the sums of its rows.
    n_threads
        None: as many as processors. The result is the same bit for bit.

    Returns
    -------
    ndarray of shape (n_docs, n_topics)
        The weights, normalised: rows sum to 1. Float64, in an order that only the row and the topics decide:
        alone or in any batch, and whatever the order of the topics, the same bits.
    """
    n_topics = len(alpha)
    own = np.lexsort((topics.argmax(axis=1), topics.max(axis=1)))  # sums do not see the order given
    shares = empty((counts.shape[0], n_topics))
    prior, terms_first = wide(alpha[None, own])[0], topics[own].T
    known = np.full(counts.shape[1], -1, dtype=np.int32)
    with crew(n_threads) as run:
        for begin, end in row_blocks(counts, n_topics):
            block = csr_matrix(counts[begin:end], dtype=np.float64)
            indptr = block.indptr.astype(np.int64)
            terms, columns, *_ = local_terms(indptr, block.indices.astype(np.int32), known)
            rows = (indptr, columns, block.data, wide(np.ascontiguousarray(terms_first[terms])), prior)
            weights = settle(run, rows, row_sums(block))[:, :n_topics]
            shares[begin:end, own] = weights / weights.sum(axis=1, keepdims=True)
    return shares
