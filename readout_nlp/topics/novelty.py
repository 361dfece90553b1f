"""How far a document lies from what a model has seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_matrix

from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.matrix import row_blocks, row_sums

FLOOR = (
    1e-3  # weight of the uniform distribution, so that a term no topic holds is surprising, not impossible
)
QUANTILE = 0.99
OOV_LIMIT = 0.5


def surprise(counts: csr_matrix, doc_topics: Array, topic_terms: Array) -> Array:
    """Bits that a token of the document costs under its own mix of topics; the lower, the better explained.

    Parameters
    ----------
    counts : csr_matrix of shape (n_docs, n_terms)
    doc_topics : ndarray of shape (n_docs, n_topics)
    topic_terms : ndarray of shape (n_topics, n_terms)

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
    terms_first = np.ascontiguousarray(topic_terms.T)
    cost = np.empty(counts.shape[0])
    for start, stop in row_blocks(counts, topic_terms.shape[0]):
        cost[start:stop] = row_sums(_costs(counts[start:stop], doc_topics[start:stop], terms_first))
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


def with_novelty_limit(fit: TopicFit, counts: csr_matrix) -> TopicFit:
    """Store in the fit the surprise that 99 % of its own documents with counts stay below."""
    own = surprise(counts, fit.doc_topics, fit.topic_terms)
    limit = np.quantile(own[counts.getnnz(axis=1) > 0], [QUANTILE])
    return replace(fit, state={**fit.state, "novelty_limit": limit})


def _costs(counts: csr_matrix, doc_topics: Array, terms_first: Array) -> csr_matrix:
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    mixed = np.einsum("nk,nk->n", doc_topics[rows], terms_first[counts.indices])
    bits = -np.log2((1 - FLOOR) * mixed + FLOOR / len(terms_first))
    return csr_matrix((counts.data * bits, counts.indices, counts.indptr), shape=counts.shape)
