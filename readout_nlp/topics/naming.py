"""The permanent names of topics, and the order in which they are given."""

from __future__ import annotations

import numpy as np

from readout_nlp.topics.fit import Array
from readout_nlp.topics.matrix import Indices


def by_size(doc_topics: Array) -> Indices:
    """Topics from the largest mean share to the smallest, ties in the engine's order.

    Examples
    --------
    >>> by_size(np.array([[0.2, 0.5, 0.3]])).tolist()
    [1, 2, 0]
    """
    return np.asarray(np.argsort(-doc_topics.mean(axis=0), kind="stable"), dtype=np.intp)


def topic_names(n_topics: int, *, letter: str = "t") -> tuple[str, ...]:
    """Names that sort as they are numbered: ``t01`` is the largest topic when the model is made.

    Examples
    --------
    >>> topic_names(2), topic_names(100)[-1]
    (('t01', 't02'), 't100')
    """
    width = max(2, len(str(n_topics)))
    return tuple(f"{letter}{number:0{width}d}" for number in range(1, n_topics + 1))
