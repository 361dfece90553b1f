"""Non-negative matrix factorisation of TF-IDF: the deterministic second reader (Lee and Seung 1999)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from itertools import compress

import numpy as np
from scipy.sparse import csr_matrix

from readout_nlp.paged import empty
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.check import check_request
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.matrix import canonical_order, tidy_counts
from readout_nlp.topics.naming import by_size, topic_names
from readout_nlp.topics.nmf_descent import factorise
from readout_nlp.topics.novelty import with_novelty_limit
from readout_nlp.topics.tfidf import inverse_document_frequency, weigh

logger = logging.getLogger(__name__)

TOLERANCE = 1e-4  # of the violation in the first round; with 1e-3, small corpora stop before the topics part
MAX_SWEEPS = 1000
SWEEP_TOLERANCE = 1e-9
LEARN_FROM = 100_000  # documents, drawn by lot: of a larger corpus, the others get their shares alone
AT_ONCE = 20_000  # documents whose shares are found together; no result depends on it


def fit_nmf(counts: TermMatrix, *, n_topics: int, random_state: int = 0, max_iter: int = 500) -> TopicFit:
    """Fit NMF on TF-IDF with scikit-learn, started from the data (NNDSVDa) and not from chance.

    The factors have no scale of their own. Here every topic is scaled to sum 1 over terms, its documents'
    weights by the inverse, and then every document to sum 1 over topics. A share is therefore the part of a
    document's explained **TF-IDF weight** that a topic holds, not a part of its tokens: rare, telling terms
    count for more. A topic without weight gets the uniform distribution and stands in
    ``params["dead_topics"]``; a document without counts, or which no topic explains, gets uniform shares and
    stands in ``params["without_evidence"]``.

    Parameters
    ----------
    counts : TermMatrix
        Shape (n_docs, n_terms); floats and empty columns are legal.
    n_topics
        K, at most the number of documents and of terms with counts.
    random_state
        Seeds only the randomised SVD of the start; 0 to 2**32 - 1.
    max_iter
        Rounds of coordinate descent at most; ``params["converged"]`` says whether they sufficed.

    Returns
    -------
    TopicFit
        ``topic_terms`` (n_topics, n_terms), H in the literature; ``doc_topics`` (n_docs, n_topics), W.
        Topics are ordered by size.

    Raises
    ------
    InputError, RecipeError
        If the counts or the settings cannot be fitted; the message lists every fault.

    Examples
    --------
    >>> counts = TermMatrix(csr_matrix([[4, 2, 0, 0], [2, 3, 0, 0], [0, 0, 3, 1]]), list("abcd"), list("xyz"))
    >>> fit_nmf(counts, n_topics=2).doc_topics.round(2).tolist()
    [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
    """
    check_request(counts, n_topics=n_topics, random_state=random_state, max_iter=max_iter)
    clean = tidy_counts(counts.counts)
    idf = inverse_document_frequency(clean)
    order = canonical_order(clean, counts.doc_ids, random_state=random_state)
    learnt_from = order[:LEARN_FROM]
    loadings, rounds = _factorise(weigh(clean[learnt_from], idf), n_topics, random_state, max_iter)
    topic_terms, dead = _as_distributions(loadings)
    size = by_size(nmf_shares(clean, {"topic_terms": topic_terms, "idf": idf})[0])
    topic_terms = topic_terms[size]
    doc_topics, explained = nmf_shares(clean, {"topic_terms": topic_terms, "idf": idf})
    names = topic_names(n_topics)
    fit = TopicFit(
        topic_terms=topic_terms,
        doc_topics=doc_topics,
        vocabulary=tuple(counts.vocabulary),
        doc_ids=tuple(counts.doc_ids),
        topic_ids=names,
        method="nmf",
        params={
            "engine": "scikit-learn",
            "n_topics": int(n_topics),
            "random_state": int(random_state),
            "max_iter": int(max_iter),
            "rounds": rounds,
            "converged": rounds < max_iter,
            "weighting": "tf-idf, rows of length 1",
            "init": "nndsvda",
            "learnt_from": len(learnt_from),
            "dead_topics": list(compress(names, dead[size])),
            "without_evidence": list(compress(counts.doc_ids, ~explained)),
        },
        state={"idf": idf},
    )
    return with_novelty_limit(fit, clean)


def nmf_shares(counts: csr_matrix, state: Mapping[str, Array]) -> tuple[Array, np.ndarray]:
    """Topic shares of documents under fixed topics: non-negative least squares, each document for itself.

    Coordinate descent (Hsieh and Dhillon 2011) from 0 until the document's own weights stand still, so that
    a document alone gets the same bits as in any batch.

    Parameters
    ----------
    counts : csr_matrix of shape (n_docs, n_terms)
        As `clean_counts` leaves them.
    state : mapping
        ``topic_terms`` (n_topics, n_terms) and ``idf`` (n_terms,).

    Returns
    -------
    doc_topics : ndarray of shape (n_docs, n_topics)
        Rows sum to 1; uniform where no topic explains anything.
    explained : ndarray of bool, shape (n_docs,)
    """
    topics = np.ascontiguousarray(state["topic_terms"].T)
    gram = state["topic_terms"] @ state["topic_terms"].T
    shares, explained = empty((counts.shape[0], len(gram))), np.empty(counts.shape[0], dtype=np.bool_)
    for start in range(0, counts.shape[0], AT_ONCE):
        rows = slice(start, start + AT_ONCE)
        weights = _least_squares(np.asarray(weigh(counts[rows], state["idf"]) @ topics), gram)
        total = weights.sum(axis=1, keepdims=True)
        explained[rows] = total[:, 0] > 0
        shares[rows] = 1 / len(gram)
        np.divide(weights, total, out=shares[rows], where=total > 0)
    return shares, explained


def _factorise(weighed: csr_matrix, n_topics: int, random_state: int, max_iter: int) -> tuple[Array, int]:
    columns = np.flatnonzero(weighed.getnnz(axis=0))
    data = weighed[:, columns].astype(np.float32)  # same topics as of float64, in half the time
    settings = {"random_state": random_state, "max_iter": max_iter}
    found, rounds = factorise(data, n_topics, tolerance=TOLERANCE, **settings)
    if rounds >= max_iter:
        logger.info("NMF with %d topics had not converged after %d rounds", n_topics, max_iter)
    loadings = np.zeros((n_topics, weighed.shape[1]))
    loadings[:, columns] = found
    return loadings, rounds


def _as_distributions(loadings: Array) -> tuple[Array, np.ndarray]:
    total = loadings.sum(axis=1, keepdims=True)
    uniform = np.full_like(loadings, 1 / loadings.shape[1])
    return np.divide(loadings, total, out=uniform, where=total > 0), total[:, 0] <= 0


def _least_squares(target: Array, gram: Array) -> Array:
    weights = np.zeros_like(target)
    active = np.arange(len(target))
    for _ in range(MAX_SWEEPS):
        new = _sweep(weights[active], target[active], gram)
        change = np.abs(new - weights[active]).max(axis=1)
        weights[active] = new
        active = active[change > SWEEP_TOLERANCE * new.max(axis=1)]
        if not len(active):
            break
    return weights


def _sweep(weights: Array, target: Array, gram: Array) -> Array:
    for k in np.flatnonzero(np.diag(gram) > 0):
        slope = np.einsum("nj,j->n", weights, gram[k]) - target[:, k]
        weights[:, k] = np.maximum(0.0, weights[:, k] - slope / gram[k, k])
    return weights
