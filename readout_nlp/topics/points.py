"""Documents as points in space, from what a clustering compares them by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, issparse

from readout_nlp.errors import InputError, RecipeError
from readout_nlp.paged import empty
from readout_nlp.threads import one_thread
from readout_nlp.topics.fit import Array, TopicFit

Encoder = Callable[[Sequence[str]], Any]
On = TopicFit | str | np.ndarray | Encoder

SHOWN = 3


def points_of(
    on: On, weighed: csr_matrix, *, doc_ids: Sequence[str], texts: Mapping[str, str] | None
) -> tuple[csr_matrix | Array, str]:
    """Give one row a document, and the name of what the rows are.

    Parameters
    ----------
    on
        As `readout_nlp.topics.clusters.fit_clusters` takes it.
    weighed : csr_matrix of shape (n_docs, n_terms)
        TF-IDF rows.
    doc_ids : sequence of str, length n_docs
    texts
        By document id; for an encoder.

    Returns
    -------
    points : csr_matrix or ndarray of shape (n_docs, n_dimensions)
        Euclidean distance between rows is what the clustering looks at.
    name : str

    Raises
    ------
    InputError, RecipeError
        If `on` is nothing to compare documents by, or is about other documents.

    Examples
    --------
    >>> points, name = points_of(np.array([[3.0, 4.0]]), csr_matrix([[1.0]]), doc_ids=["a"], texts=None)
    >>> points.tolist(), name
    ([[0.6, 0.8]], 'embeddings of 2 dimensions')
    """
    if isinstance(on, TopicFit):
        return _roots_of_shares(on, doc_ids), f"topic shares of {on.method}"
    if isinstance(on, str):
        if on != "tfidf":
            raise RecipeError(
                f"on={on!r}", "'tfidf', a TopicFit, an array or an encoder", "choose one of these"
            )
        return weighed, on
    vectors = _checked(_encoded(on, doc_ids, texts) if callable(on) else on, len(doc_ids))
    return of_length_1(vectors), f"embeddings of {vectors.shape[1]} dimensions"


def latent(points: csr_matrix | Array, dimensions: int, *, random_state: int) -> Array:
    """Project rows on their leading latent dimensions (Deerwester et al. 1990), of length 1 again.

    Rows of no more dimensions than asked for stay as they are.

    Examples
    --------
    >>> latent(csr_matrix([[1.0, 0.0], [0.0, 1.0]]), 2, random_state=0).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    from sklearn.decomposition import TruncatedSVD

    if min(points.shape) <= dimensions:
        return np.asarray(points.toarray() if issparse(points) else points, dtype=np.float64)
    with one_thread():
        reduced = TruncatedSVD(dimensions, random_state=random_state).fit_transform(points)
    return of_length_1(np.asarray(reduced, dtype=np.float64))


def _roots_of_shares(fit: TopicFit, doc_ids: Sequence[str]) -> Array:
    if tuple(fit.doc_ids) != tuple(doc_ids):
        raise InputError(
            "a TopicFit over other documents than the counts",
            "the same doc_ids in the same order",
            "pass the counts that the fit was made from",
        )
    return np.sqrt(fit.doc_topics, out=empty(fit.doc_topics.shape))


def _encoded(encoder: Encoder, doc_ids: Sequence[str], texts: Mapping[str, str] | None) -> Any:
    if texts is None:
        raise RecipeError("an encoder without texts", "texts={document id: text}", "pass the texts to encode")
    missing = [doc_id for doc_id in doc_ids if doc_id not in texts]
    if missing:
        raise InputError(
            f"{len(missing)} documents without a text ({', '.join(missing[:SHOWN])})",
            "a text for every document of the counts",
            "pass the texts that the counts were made from",
        )
    return encoder([texts[doc_id] for doc_id in doc_ids])


def _checked(vectors: Any, n_docs: int) -> Array:
    found = np.asarray(vectors, dtype=np.float64)
    if found.ndim != 2 or len(found) != n_docs or not found.shape[1]:
        raise InputError(
            f"embeddings of shape {found.shape}",
            f"({n_docs}, number of dimensions): one row a document of the counts, in their order",
            "encode the documents of counts.doc_ids",
        )
    if not np.isfinite(found).all():
        rows = int((~np.isfinite(found).all(axis=1)).sum())
        raise InputError(
            f"{rows} embeddings that are NaN or infinite",
            "finite numbers",
            "mend or leave out these documents",
        )
    return found


def of_length_1(rows: Array) -> Array:
    """Scale rows to Euclidean length 1; one of nothing stays.

    Examples
    --------
    >>> of_length_1(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(np.divide(rows, length, out=np.zeros_like(rows), where=length > 0), dtype=np.float64)
