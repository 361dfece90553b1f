"""How far a document lies from what a model has seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_matrix

from readout_nlp.threads import Run, alone, crew
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.lda_kernel import mixed_chances
from readout_nlp.topics.matrix import row_blocks, row_sums

FLOOR = (
    1e-3  # weight of the uniform distribution, so that a term no topic holds is surprising, not impossible
)
QUANTILE = 0.99
OOV_LIMIT = 0.5


def surprise(
    counts: csr_matrix, doc_topics: Array, topic_terms: Array, *, n_threads: int | None = 1
) -> Array:
    """Bits that a token of the document costs under its own mix of topics; the lower, the better explained.

    Parameters
    ----------
    counts : csr_matrix of shape (n_docs, n_terms)
    doc_topics : ndarray of shape (n_docs, n_topics)
    topic_terms : ndarray of shape (n_topics, n_terms)
    n_threads
        None: one for each processor. The result is the same bit for bit.

    Returns
    -------
    ndarray of shape (n_docs,)
        At least 0; the binary logarithm of the per-document perplexity, the topics mixed with a part of
        0.001 of the uniform distribution. 0 for a document without counts.

    Examples
    --------
    >>> surprise(csr_matrix([[1.0, 1.0]]), np.ones((1, 1)), np.array([[0.5, 0.5]])).tolist()
    [1.0]
    """
    terms_first, cost = np.ascontiguousarray(topic_terms.T), np.empty(counts.shape[0])
    with crew(n_threads) as run:
        for start, stop in row_blocks(counts, 1):
            block = csr_matrix(counts[start:stop])
            mixed = chances(block, doc_topics[start:stop], terms_first=terms_first, run=run)
            bits = -np.log2((1 - FLOOR) * mixed + FLOOR / len(terms_first))
            costs = csr_matrix((block.data * bits, block.indices, block.indptr), shape=block.shape)
            cost[start:stop] = row_sums(costs)
    total = row_sums(counts)
    return np.divide(cost, total, out=np.zeros_like(cost), where=total > 0)


def is_novel(surprises: Array, oov_share: Array, limit: float) -> np.ndarray:
    """Flag a document that surprises more than `limit`, or most of whose counts the model has no term for.

    Examples
    --------
    >>> is_novel(np.array([9.0, 3.0, 0.0]), np.array([0.0, 0.6, np.nan]), 8.0).tolist()
    [True, True, False]
    """
    return np.asarray((surprises > limit) | (oov_share > OOV_LIMIT), dtype=np.bool_)


def with_novelty_limit(fit: TopicFit, counts: csr_matrix, *, n_threads: int | None = 1) -> TopicFit:
    """Store in the fit the surprise that 99 % of its own documents with counts stay below."""
    own = surprise(counts, fit.doc_topics, fit.topic_terms, n_threads=n_threads)
    limit = np.quantile(own[counts.getnnz(axis=1) > 0], [QUANTILE])
    return replace(fit, state={**fit.state, "novelty_limit": limit})


def chances(counts: csr_matrix, doc_topics: Array, *, terms_first: Array, run: Run = alone) -> Array:
    """Give the chance of every count's term under the mix of its document; ``terms_first``: topics by term.

    Examples
    --------
    >>> counts, shares = csr_matrix([[0.0, 2.0]]), np.array([[0.5, 0.5]])
    >>> chances(counts, shares, terms_first=np.array([[1.0, 0.5], [0.0, 0.5]]))
    array([0.25])
    """
    out = np.empty(counts.nnz)
    run(mixed_chances, counts.indptr, counts.indptr, counts.indices, doc_topics, terms_first, out)
    return out
