"""Topics beside topics: the nearest ones of the same model, and who answers to whom in another model."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from readout_nlp.compare.distance import hellinger
from readout_nlp.topics.align import MIN_COSINE, MIN_JACCARD
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.stability import UNMATCHED, match_topics

NEAREST = 5


def nearest_topics(fit: TopicFit, *, n: int = NEAREST) -> pd.DataFrame:
    """Give the topics whose words are nearest to each topic's, by Hellinger distance.

    Parameters
    ----------
    fit : TopicFit
    n
        How many a topic at most.

    Returns
    -------
    pandas.DataFrame
        ``topic``, ``rank`` (from 1, nearest first; ties in the order of the topics), ``neighbour`` and
        ``distance`` (0: the same words; 1: none in common).

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> from readout_nlp.tokens.counts import TermMatrix
    >>> from readout_nlp.topics.nmf import fit_nmf
    >>> counts = TermMatrix(csr_matrix([[4, 2, 0, 0], [2, 3, 0, 0], [0, 0, 3, 1]]), list("abcd"), list("xyz"))
    >>> nearest_topics(fit_nmf(counts, n_topics=2)).to_numpy().tolist()
    [['t01', 1, 't02', 1.0], ['t02', 1, 't01', 1.0]]
    """
    apart = hellinger(fit.topic_terms)
    np.fill_diagonal(apart, np.inf)
    shown = min(n, fit.n_topics - 1)
    rows = [
        (topic, rank, fit.topic_ids[at], float(apart[row, at]))
        for row, topic in enumerate(fit.topic_ids)
        for rank, at in enumerate(np.argsort(apart[row], kind="stable")[:shown].tolist(), start=1)
    ]
    return pd.DataFrame(rows, columns=["topic", "rank", "neighbour", "distance"])


def matched_topics(fit: TopicFit, others: Mapping[str, TopicFit]) -> pd.DataFrame:
    """Give the topic of each other model that answers to each topic, paired one to one.

    Parameters
    ----------
    fit
        The model whose topics are asked about.
    others
        Other models by name.

    Returns
    -------
    pandas.DataFrame
        ``topic``, ``model``, ``match`` (id in that model; None where it has fewer topics), ``cosine`` of the
        two rows of words and ``jaccard`` of the two sets of ten first words (both 0 to 1), and ``same``:
        whether both reach what `readout_nlp.topics.align` asks of one and the same topic.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> from readout_nlp.tokens.counts import TermMatrix
    >>> from readout_nlp.topics.nmf import fit_nmf
    >>> counts = TermMatrix(csr_matrix([[4, 2, 0, 0], [2, 3, 0, 0], [0, 0, 3, 1]]), list("abcd"), list("xyz"))
    >>> fit = fit_nmf(counts, n_topics=2)
    >>> matched_topics(fit, {"again": fit})[["topic", "match", "same"]].to_numpy().tolist()
    [['t01', 't01', True], ['t02', 't02', True]]
    """
    rows = []
    for model, other in others.items():
        found = match_topics(fit, other)
        for row, topic in enumerate(fit.topic_ids):
            at, cosine, jaccard = (
                int(found.permutation[row]),
                float(found.cosines[row]),
                float(found.jaccards[row]),
            )
            match = None if at == UNMATCHED else other.topic_ids[at]
            same = match is not None and cosine >= MIN_COSINE and jaccard >= MIN_JACCARD
            rows.append((topic, model, match, cosine, jaccard, same))
    return pd.DataFrame(rows, columns=["topic", "model", "match", "cosine", "jaccard", "same"])
