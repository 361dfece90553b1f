"""Hard groups of documents, reduced to the same record as a topic model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import compress

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from readout_nlp.errors import RecipeError
from readout_nlp.paged import zeros
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.check import check_method, check_request
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.kmeans import LEARN_FROM, kmeans, kmeans_of_many
from readout_nlp.topics.matrix import canonical_order, tidy_counts
from readout_nlp.topics.naming import by_size, topic_names
from readout_nlp.topics.points import On, latent, points_of
from readout_nlp.topics.tfidf import inverse_document_frequency, weigh

Labels = npt.NDArray[np.intp]
Points = csr_matrix | Array

DIMENSIONS = {"kmeans": 100, "agglomerative": 100, "hdbscan": 10}  # in many, no region is denser than another
NEIGHBOURS = 5
AGGLOMERATIVE_LIMIT = 20_000  # distances of all pairs: 1.6 GB
NOISE = "noise"
NOISE_LABEL, NO_GROUP = -1, -2


def fit_clusters(
    counts: TermMatrix,
    *,
    n_clusters: int | None = None,
    method: str = "kmeans",
    on: On = "tfidf",
    texts: Mapping[str, str] | None = None,
    min_cluster_size: int = 10,
    random_state: int = 0,
) -> TopicFit:
    """Put every document into one group with scikit-learn.

    Parameters
    ----------
    counts : TermMatrix
        Shape (n_docs, n_terms).
    n_clusters
        At most the number of documents with counts; for ``hdbscan``, which finds the number itself, None.
    method
        ``kmeans`` (best of 10 starts; of more than 100,000 documents, so many drawn by lot decide where the
        centres are, and all are assigned), ``agglomerative`` (Ward's criterion; at most 20,000 documents), or
        ``hdbscan`` (Campello et al. 2013): groups are dense regions, and what lies between is noise.
    on
        What documents are compared by. ``tfidf``: TF-IDF rows of length 1. A `TopicFit` over the same
        documents: square roots of its topic shares, so that Euclidean distance is Hellinger distance.
        Embeddings of your own: an array (n_docs, n_dimensions) in the order of the counts, or a function that
        makes one of a list of texts (the ``encode`` of an embedding model); rows are scaled to length 1.
        TF-IDF and embeddings are seen through their leading latent dimensions: 10 by ``hdbscan``, since
        density says little in more, and 100 by the others, in which k-means differs less from start to start.
    texts
        By document id, for a function that embeds:
        ``dict(corpus.documents("item").select("doc_id", "text").iter_rows())``.
    min_cluster_size
        For ``hdbscan``: fewer documents make no group.
    random_state
        Seed of the starts and of the latent dimensions, 0 to 2**32 - 1.

    Returns
    -------
    TopicFit
        ``doc_topics`` is 1 at the document's cluster and 0 elsewhere; ``topic_terms`` is the mean TF-IDF
        weight of the members, scaled to sum 1. Clusters are named ``c01`` (the largest) and on. The noise of
        ``hdbscan`` is a group of its own, the last one: its name ``noise`` stands in ``params["noise"]``,
        which is None where there is none, and its words mean nothing. A document without counts belongs to
        no group: its row is uniform, and it stands in ``params["without_evidence"]``.

    Raises
    ------
    InputError, RecipeError
        If the counts or settings cannot be used, `on` is about other documents, or ``hdbscan`` finds no
        group at all.

    Examples
    --------
    >>> counts = TermMatrix(csr_matrix([[4, 2, 0, 0], [2, 3, 0, 0], [0, 0, 3, 1]]), list("abcd"), list("xyz"))
    >>> fit_clusters(counts, n_clusters=2).doc_topics.tolist()
    [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
    """
    check_method(method, METHODS)
    setting, size = _size(method, n_clusters, min_cluster_size)
    check_request(counts, clusters=True, random_state=random_state, **{setting: size})
    clean = tidy_counts(counts.counts)
    weighed = weigh(clean, inverse_document_frequency(clean))
    order = canonical_order(clean, counts.doc_ids, random_state=random_state)
    points, seen = points_of(on, weighed, doc_ids=counts.doc_ids, texts=texts)
    dimensions = None if isinstance(on, TopicFit) else DIMENSIONS[method]
    labels = np.full(clean.shape[0], NO_GROUP, dtype=np.intp)
    del clean
    labels[order] = _grouped(points, order, dimensions, method=method, size=int(size), seed=int(random_state))
    noise = labels == NOISE_LABEL
    return _as_fit(
        counts,
        weighed,
        _one_hot(labels, labels.max() + 1 if n_clusters is None else int(size)),
        {
            "engine": "scikit-learn",
            setting: int(size),
            "random_state": int(random_state),
            "on": seen,
            "noise": NOISE if noise.any() else None,
            "without_evidence": list(compress(counts.doc_ids, labels == NO_GROUP)),
        },
        method,
    )


def _grouped(
    points: Points, order: Labels, dimensions: int | None, *, method: str, size: int, seed: int
) -> Labels:
    """Label the documents of `order`, in that order."""
    if method == "kmeans" and len(order) > LEARN_FROM:
        return kmeans_of_many(points, order, n_clusters=size, random_state=seed, dimensions=dimensions)
    points = points[order]
    if dimensions is not None:
        points = latent(points, dimensions, random_state=seed)
    return METHODS[method](points, size, seed)


def _size(method: str, n_clusters: int | None, min_cluster_size: int) -> tuple[str, int]:
    if method == "hdbscan":
        if n_clusters is not None:
            raise RecipeError(
                f"n_clusters={n_clusters!r} for hdbscan",
                "no number, since it finds one",
                "set min_cluster_size, or choose another method",
            )
        if min_cluster_size == 1:
            raise RecipeError("min_cluster_size=1", "2 documents or more", "raise min_cluster_size")
        return "min_cluster_size", min_cluster_size
    if n_clusters is None:
        raise RecipeError(f"method={method!r} without n_clusters", "a number of clusters", "give n_clusters")
    return "n_clusters", n_clusters


def _agglomerative(points: Points, n_clusters: int, random_state: int) -> Labels:
    from sklearn.cluster import AgglomerativeClustering

    del random_state  # nothing is left to chance
    if points.shape[0] > AGGLOMERATIVE_LIMIT:
        raise RecipeError(
            f"{points.shape[0]} documents for agglomerative clustering",
            f"at most {AGGLOMERATIVE_LIMIT}, because it compares all pairs",
            "use method='kmeans', or cluster readouts instead of items",
        )
    if n_clusters == points.shape[0]:  # scikit-learn wants a pair to merge
        return np.arange(n_clusters)
    return np.asarray(AgglomerativeClustering(n_clusters, linkage="ward").fit_predict(points), dtype=np.intp)


def _hdbscan(points: Points, min_cluster_size: int, random_state: int) -> Labels:
    from sklearn.cluster import HDBSCAN

    del random_state  # nor here
    neighbours = min(NEIGHBOURS, min_cluster_size, points.shape[0])
    engine = HDBSCAN(min_cluster_size, min_samples=neighbours, copy=True)
    labels = np.asarray(engine.fit_predict(points), dtype=np.intp)
    if (labels == NOISE_LABEL).all():
        raise RecipeError(
            f"no group of {min_cluster_size} documents or more in {points.shape[0]}",
            "a region denser than the rest",
            "lower min_cluster_size, or use method='kmeans'",
        )
    return labels


def _one_hot(labels: Labels, n_clusters: int) -> Array:
    """Give a row a document: 1 at its group, the groups by size, noise last; uniform where it has none."""
    sizes = np.bincount(labels[labels >= 0], minlength=n_clusters)
    n_groups = int(n_clusters + (labels == NOISE_LABEL).any())
    column = np.empty(n_groups, dtype=np.intp)
    column[[*by_size(sizes[None, :].astype(np.float64)), *range(n_clusters, n_groups)]] = np.arange(n_groups)
    rows = zeros((len(labels), n_groups))
    of = np.where(labels == NOISE_LABEL, n_clusters, labels)
    held = np.flatnonzero(of >= 0)
    rows[held, column[of[held]]] = 1.0
    rows[of < 0] = 1 / n_groups
    return rows


def _as_fit(
    counts: TermMatrix, weighed: csr_matrix, doc_topics: Array, params: Mapping[str, object], method: str
) -> TopicFit:
    words = weighed.T  # one group at a time: marks of all for every document would be as large as the answer
    totals = np.stack([words @ (doc_topics[:, group] == 1.0) for group in range(doc_topics.shape[1])])
    mass = totals.sum(axis=1, keepdims=True)
    uniform = np.full_like(totals, 1 / totals.shape[1])
    names = topic_names(doc_topics.shape[1] - bool(params["noise"]), letter="c")
    return TopicFit(
        topic_terms=np.divide(totals, mass, out=uniform, where=mass > 0),
        doc_topics=doc_topics,
        vocabulary=tuple(counts.vocabulary),
        doc_ids=tuple(counts.doc_ids),
        topic_ids=(*names, NOISE) if params["noise"] else names,
        method=method,
        params=params,
    )


METHODS: Mapping[str, Callable[[Points, int, int], Labels]] = {
    "kmeans": kmeans,
    "agglomerative": _agglomerative,
    "hdbscan": _hdbscan,
}
