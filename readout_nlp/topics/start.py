"""Topics to start from: an earlier fit's, a consensus, or an array."""

from __future__ import annotations

import numpy as np

from readout_nlp.errors import InputError
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.fit import Array, TopicFit


def given_topics(init: TopicFit | Array, *, n_topics: int, counts: TermMatrix) -> Array:
    """Bring given topics into the columns of the counts, each summing to 1.

    Parameters
    ----------
    init : TopicFit, or ndarray of shape (n_topics, n_terms)
        A fit's terms are joined by their text: terms it does not know start at 0.
    n_topics
        K.
    counts : TermMatrix

    Returns
    -------
    ndarray of shape (n_topics, n_terms)

    Raises
    ------
    InputError
        Another number of topics or terms, a topic without a term of the counts, or weights that are not
        finite or below 0.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> counts = TermMatrix(csr_matrix([[1, 2]]), ["水", "电"], ["a"])
    >>> given_topics(np.array([[3.0, 1.0]]), n_topics=1, counts=counts).tolist()
    [[0.75, 0.25]]
    """
    topics = _in_columns(init, counts) if isinstance(init, TopicFit) else np.asarray(init, dtype=np.float64)
    wanted = (n_topics, len(counts.vocabulary))
    if topics.shape != wanted:
        raise InputError(
            f"init of shape {topics.shape}", f"(topics, terms) = {wanted}", "pass topics that fit"
        )
    total = topics.sum(axis=1, keepdims=True)
    if not np.isfinite(topics).all() or (topics < 0).any() or not (total > 0).all():
        raise InputError(
            "init with values that are not finite or below 0, or a topic without any term of the counts",
            "one distribution over the terms a topic",
            "pass a fit over this vocabulary, or mend the array",
        )
    shares: Array = topics / total
    return shares


def _in_columns(fit: TopicFit, counts: TermMatrix) -> Array:
    place = {term: column for column, term in enumerate(fit.vocabulary)}
    columns = np.array([place.get(term, -1) for term in counts.vocabulary], dtype=np.intp)
    return np.where(columns >= 0, fit.topic_terms[:, columns], 0.0)
