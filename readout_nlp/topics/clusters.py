"""Hard groups of documents, reduced to the same record as a topic model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import compress

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from readout_nlp.errors import InputError, RecipeError
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.check import check_method, check_request
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.matrix import canonical_order, clean_counts
from readout_nlp.topics.naming import by_size, topic_names
from readout_nlp.topics.tfidf import inverse_document_frequency, weigh

Labels = npt.NDArray[np.intp]

STARTS = 10
LATENT_DIMENSIONS = 100
AGGLOMERATIVE_LIMIT = 20_000  # distances of all pairs: 1.6 GB


def fit_clusters(
    counts: TermMatrix,
    *,
    n_clusters: int,
    method: str = "kmeans",
    on: TopicFit | str = "tfidf",
    random_state: int = 0,
) -> TopicFit:
    """Put every document into one of `n_clusters` groups with scikit-learn.

    Parameters
    ----------
    counts : TermMatrix
        Shape (n_docs, n_terms).
    n_clusters
        At most the number of documents with counts.
    method
        ``kmeans`` (best of 10 starts), or ``agglomerative`` (Ward's criterion; at most 20,000 documents).
    on
        What documents are compared by. ``tfidf``: TF-IDF rows of length 1; agglomerative clustering sees
        them through 100 latent dimensions, which makes it fast and less noisy. A `TopicFit` over the same
        documents: square roots of its topic shares, so that Euclidean distance is Hellinger distance.
    random_state
        Seed of the starts, 0 to 2**32 - 1.

    Returns
    -------
    TopicFit
        ``doc_topics`` is 1 at the document's cluster and 0 elsewhere; ``topic_terms`` is the mean TF-IDF
        weight of the members, scaled to sum 1. Clusters are named ``c01`` (the largest) and on. A document
        without counts belongs to none: its row is uniform, and it stands in ``params["without_evidence"]``.

    Raises
    ------
    InputError, RecipeError
        If the counts or settings cannot be used, or `on` is a fit over other documents.

    Examples
    --------
    >>> counts = TermMatrix(csr_matrix([[4, 2, 0, 0], [2, 3, 0, 0], [0, 0, 3, 1]]), list("abcd"), list("xyz"))
    >>> fit_clusters(counts, n_clusters=2).doc_topics.tolist()
    [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
    """
    check_method(method, METHODS)
    check_request(counts, clusters=True, n_clusters=n_clusters, random_state=random_state)
    clean = clean_counts(counts.counts)
    weighed = weigh(clean, inverse_document_frequency(clean))
    order = canonical_order(clean, counts.doc_ids, random_state=random_state)
    points = _points(on, weighed, counts)[order]
    labels = np.full(clean.shape[0], -1, dtype=np.intp)
    labels[order] = METHODS[method](points, int(n_clusters), int(random_state))
    return _as_fit(
        counts,
        weighed,
        _one_hot(labels, int(n_clusters)),
        {
            "engine": "scikit-learn",
            "n_clusters": int(n_clusters),
            "random_state": int(random_state),
            "on": on if isinstance(on, str) else f"topic shares of {on.method}",
            "without_evidence": list(compress(counts.doc_ids, labels < 0)),
        },
        method,
    )


def _points(on: TopicFit | str, weighed: csr_matrix, counts: TermMatrix) -> csr_matrix | Array:
    if isinstance(on, TopicFit):
        if tuple(on.doc_ids) != tuple(counts.doc_ids):
            raise InputError(
                "a TopicFit over other documents than the counts",
                "the same doc_ids in the same order",
                "pass the counts that the fit was made from",
            )
        return np.sqrt(on.doc_topics)
    if on != "tfidf":
        raise RecipeError(f"on={on!r}", "'tfidf' or a TopicFit", "choose one of them")
    return weighed


def _kmeans(points: csr_matrix | Array, n_clusters: int, random_state: int) -> Labels:
    from sklearn.cluster import KMeans

    engine = KMeans(n_clusters, n_init=STARTS, random_state=random_state, algorithm="lloyd")
    return np.asarray(engine.fit_predict(points), dtype=np.intp)


def _agglomerative(points: csr_matrix | Array, n_clusters: int, random_state: int) -> Labels:
    from sklearn.cluster import AgglomerativeClustering

    if points.shape[0] > AGGLOMERATIVE_LIMIT:
        raise RecipeError(
            f"{points.shape[0]} documents for agglomerative clustering",
            f"at most {AGGLOMERATIVE_LIMIT}, because it compares all pairs",
            "use method='kmeans', or cluster readouts instead of items",
        )
    dense = points if isinstance(points, np.ndarray) else _latent(points, random_state)
    if n_clusters == len(dense):  # scikit-learn wants a pair to merge
        return np.arange(len(dense))
    return np.asarray(AgglomerativeClustering(n_clusters, linkage="ward").fit_predict(dense), dtype=np.intp)


def _latent(weighed: csr_matrix, random_state: int) -> Array:
    """Latent semantic dimensions of TF-IDF rows (Deerwester et al. 1990), rows of length 1 again."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.preprocessing import normalize

    if min(weighed.shape) <= LATENT_DIMENSIONS:
        return np.asarray(weighed.toarray())
    reduced = TruncatedSVD(LATENT_DIMENSIONS, random_state=random_state).fit_transform(weighed)
    return np.asarray(normalize(reduced), dtype=np.float64)


def _one_hot(labels: Labels, n_clusters: int) -> Array:
    rows = np.full((len(labels), n_clusters), 1 / n_clusters)
    member = labels >= 0
    rows[member] = np.eye(n_clusters)[labels[member]]
    return rows


def _as_fit(
    counts: TermMatrix, weighed: csr_matrix, doc_topics: Array, params: Mapping[str, object], method: str
) -> TopicFit:
    doc_topics = doc_topics[:, by_size(doc_topics)]
    members = (doc_topics == 1.0).astype(np.float64)
    totals = np.asarray((weighed.T @ members).T)
    mass = totals.sum(axis=1, keepdims=True)
    uniform = np.full_like(totals, 1 / totals.shape[1])
    return TopicFit(
        topic_terms=np.divide(totals, mass, out=uniform, where=mass > 0),
        doc_topics=doc_topics,
        vocabulary=tuple(counts.vocabulary),
        doc_ids=tuple(counts.doc_ids),
        topic_ids=topic_names(doc_topics.shape[1], letter="c"),
        method=method,
        params=params,
    )


METHODS: Mapping[str, Callable[[csr_matrix | Array, int, int], Labels]] = {
    "kmeans": _kmeans,
    "agglomerative": _agglomerative,
}
