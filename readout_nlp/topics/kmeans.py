"""K-means of documents (Lloyd 1982); of a large corpus a part teaches the centres, and all are assigned."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from readout_nlp.threads import one_thread
from readout_nlp.topics.fit import Array
from readout_nlp.topics.points import of_length_1

STARTS = 10
LEARN_FROM = 100_000  # documents, drawn by lot: more move no centre by what anyone could see, and take hours
AT_ONCE = 20_000  # documents assigned together

Points = csr_matrix | Array
Labels = npt.NDArray[np.intp]


def kmeans(points: Points, n_clusters: int, random_state: int) -> Labels:
    """Give every point the nearest of the centres of the best of `STARTS` starts.

    Parameters
    ----------
    points
        Shape (n_docs, n_dimensions).
    n_clusters, random_state
        As of `readout_nlp.topics.clusters.fit_clusters`.
    """
    from sklearn.cluster import KMeans

    engine = KMeans(n_clusters, n_init=STARTS, random_state=random_state, algorithm="lloyd")
    with one_thread():
        return np.asarray(engine.fit_predict(points), dtype=np.intp)


def kmeans_of_many(
    points: Points, order: Labels, *, n_clusters: int, random_state: int, dimensions: int | None = None
) -> Labels:
    """Learn the centres from the first `LEARN_FROM` documents and assign all of them, block by block.

    Parameters
    ----------
    points
        Shape (n_docs, n_terms or n_dimensions).
    order
        Rows to group, in an order that chance decides.
    n_clusters, random_state
        As of `kmeans`.
    dimensions
        Leading latent dimensions, learnt from the same rows, through which all are seen; None: as they are.

    Returns
    -------
    ndarray of int, shape (len(order),)
        The group of each row of `order`.
    """
    from sklearn.cluster import KMeans

    engine = KMeans(n_clusters, n_init=STARTS, random_state=random_state, algorithm="lloyd")
    with one_thread():
        first = points[order[:LEARN_FROM]]
        seen = _projection(first, dimensions, random_state)
        engine.fit(seen(first))
        starts = range(0, len(order), AT_ONCE)
        found = [engine.predict(seen(points[order[start : start + AT_ONCE]])) for start in starts]
    return np.concatenate(found).astype(np.intp)


def _projection(first: Points, dimensions: int | None, random_state: int) -> Callable[[Points], Points]:
    from sklearn.decomposition import TruncatedSVD

    if dimensions is None or min(first.shape) <= dimensions:
        return lambda rows: rows
    engine = TruncatedSVD(dimensions, random_state=random_state).fit(first)
    return lambda rows: of_length_1(np.asarray(engine.transform(rows), dtype=np.float64))
