"""What a topic says, how large it is and how well it stands apart: the table to judge a model by."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from readout_nlp.errors import InputError
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.check import check_method
from readout_nlp.topics.coherence import first_terms, npmi
from readout_nlp.topics.fit import Array, TopicFit

LABEL_TERMS = 3
LABEL_MARK = "·"


def exclusivity(fit: TopicFit, *, n: int = 10) -> Array:
    """Give the mean share of its first words' weight that a topic holds against all topics.

    From just above 0 to 1; higher is better. 1 / n_topics if every topic has the same words. For topic k
    and word v, ``phi_kv / sum_j phi_jv``: one topic, one vote, whatever their sizes.

    Parameters
    ----------
    fit : TopicFit
    n
        How many words of each topic; words of weight 0 do not count.

    Returns
    -------
    ndarray of shape (n_topics,)

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> from readout_nlp.topics.nmf import fit_nmf
    >>> rows = csr_matrix([[9, 4, 2, 0, 0], [9, 3, 3, 0, 0], [9, 0, 0, 5, 3]])
    >>> counts = TermMatrix(rows, ["会议", "安全", "应急", "科技", "创新"], ["x", "y", "z"])
    >>> exclusivity(fit_nmf(counts, n_topics=2)).round(2).tolist()
    [0.86, 0.61]
    """
    held = _held(fit.topic_terms)
    return np.array([held[k, first_terms(row, n)].mean() for k, row in enumerate(fit.topic_terms)])


def frex(topic_terms: Array, *, weight: float = 0.5) -> Array:
    """Score words by frequency and exclusivity together (FREX: Airoldi and Bischof 2016, eq. 11).

    The harmonic mean of two ranks within the topic: how frequent the word is in it, and how exclusive to it,
    each as the share of words that do not exceed it. From 0 to 1; higher is better; 0 for a word without
    weight in the topic.

    Parameters
    ----------
    topic_terms : ndarray of shape (n_topics, n_terms)
        Phi; rows sum to 1.
    weight
        Weight of exclusivity, 0 (frequency alone) to 1; 0.5 is the paper's.

    Returns
    -------
    ndarray of shape (n_topics, n_terms)

    Examples
    --------
    >>> frex(np.array([[0.6, 0.4, 0.0], [0.0, 0.5, 0.5]])).round(2).tolist()
    [[1.0, 0.67, 0.0], [0.0, 0.8, 1.0]]
    """
    n_terms = topic_terms.shape[1]
    frequent = _ranks(topic_terms) / n_terms
    exclusive = _ranks(_held(topic_terms)) / n_terms
    scores = 1.0 / (weight / exclusive + (1.0 - weight) / frequent)
    return np.where(topic_terms > 0, scores, 0.0)


def _ranks(rows: Array) -> Array:
    """Rank within each row from 1; of equal values, all the highest rank."""
    ranks = [np.searchsorted(np.sort(row), row, side="right") for row in rows]
    return np.asarray(ranks, dtype=np.float64)


def top_terms(fit: TopicFit, *, n: int = 10, by: str = "probability") -> list[tuple[str, ...]]:
    """Give the first words of each topic.

    Parameters
    ----------
    fit : TopicFit
    n
        How many words at most; words of weight 0 are never shown.
    by
        ``probability``: the topic's most frequent words. ``frex``: those that set it apart as well.

    Returns
    -------
    list of tuple of str
        One a topic, in the order of ``fit.topic_ids``; ties in the order of the vocabulary.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> from readout_nlp.topics.nmf import fit_nmf
    >>> rows = csr_matrix([[9, 4, 2, 0, 0], [9, 3, 3, 0, 0], [9, 0, 0, 5, 3]])
    >>> counts = TermMatrix(rows, ["会议", "安全", "应急", "科技", "创新"], ["x", "y", "z"])
    >>> fit = fit_nmf(counts, n_topics=2)
    >>> top_terms(fit, n=1), top_terms(fit, n=1, by="frex")
    ([('会议',), ('会议',)], [('安全',), ('科技',)])
    """
    check_method(by, ORDERS, name="by")
    scores = ORDERS[by](fit.topic_terms)
    return [tuple(fit.vocabulary[column] for column in first_terms(row, n)) for row in scores]


def topic_sizes(fit: TopicFit) -> Array:
    """Give the mean share of each topic over documents, every document of one weight.

    Documents without evidence are left out, for their shares are the prior. From 0 to 1; sums to 1.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> from readout_nlp.topics.nmf import fit_nmf
    >>> rows = csr_matrix([[9, 4, 2, 0, 0], [9, 3, 3, 0, 0], [9, 0, 0, 5, 3]])
    >>> counts = TermMatrix(rows, ["会议", "安全", "应急", "科技", "创新"], ["x", "y", "z"])
    >>> topic_sizes(fit_nmf(counts, n_topics=2)).round(2).tolist()
    [0.66, 0.34]
    """
    rows = fit.doc_topics[_with_evidence(fit)]
    sizes: Array = (rows if len(rows) else fit.doc_topics).mean(axis=0)
    return sizes


def representatives(fit: TopicFit, *, n: int = 5) -> pd.DataFrame:
    """Give the documents that hold the largest share of each topic, to be read before it is named.

    Parameters
    ----------
    fit : TopicFit
    n
        How many documents a topic; fewer if there are fewer.

    Returns
    -------
    pandas.DataFrame
        ``topic``, ``rank`` (from 1), ``doc_id``, ``share``; ties by id. Documents without evidence are
        left out, as are documents without any share of the topic.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> from readout_nlp.topics.nmf import fit_nmf
    >>> rows = csr_matrix([[9, 4, 2, 0, 0], [9, 3, 3, 0, 0], [9, 0, 0, 5, 3]])
    >>> counts = TermMatrix(rows, ["会议", "安全", "应急", "科技", "创新"], ["x", "y", "z"])
    >>> representatives(fit_nmf(counts, n_topics=2), n=1)[["topic", "doc_id"]].to_numpy().tolist()
    [['t01', 'x'], ['t02', 'z']]
    """
    ids = np.asarray(fit.doc_ids, dtype=object)
    rows = _with_evidence(fit)
    rows = rows[np.argsort(ids[rows], kind="stable")]
    found = [
        (topic, rank, ids[row], fit.doc_topics[row, k])
        for k, topic in enumerate(fit.topic_ids)
        for rank, row in enumerate(rows[first_terms(fit.doc_topics[rows, k], n)], start=1)
    ]
    return pd.DataFrame(found, columns=["topic", "rank", "doc_id", "share"])


def topic_table(
    fit: TopicFit, counts: TermMatrix, *, stability: pd.DataFrame | None = None, n: int = 10
) -> pd.DataFrame:
    """Give one row a topic: its words, size, coherence, exclusivity and stability.

    Parameters
    ----------
    fit : TopicFit
    counts : TermMatrix
        The counts that the fit was made from.
    stability
        As `seed_stability` gives it, for these topics; None if it was not measured.
    n
        How many words to show and to measure by.

    Returns
    -------
    pandas.DataFrame
        ``topic``; ``label`` (the first three FREX words: a name to start from, not a finding);
        ``top_terms`` and ``frex_terms`` (joined by spaces); ``size`` (0 to 1); ``npmi`` (-1 to 1);
        ``exclusivity`` (0 to 1); ``stability`` (mean top-10 Jaccard, 0 to 1); ``unstable`` (stability below
        0.5); both null where stability was not measured.

    Raises
    ------
    InputError
        If `counts` or `stability` do not belong to the fit.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> from readout_nlp.topics.nmf import fit_nmf
    >>> rows = csr_matrix([[9, 4, 2, 0, 0], [9, 3, 3, 0, 0], [9, 0, 0, 5, 3]])
    >>> counts = TermMatrix(rows, ["会议", "安全", "应急", "科技", "创新"], ["x", "y", "z"])
    >>> table = topic_table(fit_nmf(counts, n_topics=2), counts)
    >>> table[["topic", "label"]].to_numpy().tolist()
    [['t01', '安全·会议·应急'], ['t02', '科技·会议·创新']]
    """
    by_frex = top_terms(fit, n=max(n, LABEL_TERMS), by="frex")
    measured = _measured(fit, stability)
    return pd.DataFrame(
        {
            "topic": list(fit.topic_ids),
            "label": [LABEL_MARK.join(words[:LABEL_TERMS]) for words in by_frex],
            "top_terms": [" ".join(words) for words in top_terms(fit, n=n)],
            "frex_terms": [" ".join(words[:n]) for words in by_frex],
            "size": topic_sizes(fit),
            "npmi": npmi(fit, counts, n=n),
            "exclusivity": exclusivity(fit, n=n),
            "stability": measured["jaccard"].to_numpy(dtype=np.float64),
            "unstable": measured["unstable"].astype("boolean").to_numpy(),
        }
    ).astype({"unstable": "boolean"})


def _measured(fit: TopicFit, stability: pd.DataFrame | None) -> pd.DataFrame:
    if stability is None:
        nothing = {"jaccard": np.nan, "unstable": pd.NA}
        return pd.DataFrame(nothing, index=list(fit.topic_ids))
    if set(stability["topic"]) != set(fit.topic_ids):
        raise InputError(
            f"stability of {len(stability)} other topics",
            f"one row for each of {fit.topic_ids[0]} to {fit.topic_ids[-1]}",
            "measure it with this fit as the first one",
        )
    rows: pd.DataFrame = stability.set_index("topic").loc[list(fit.topic_ids)]
    return rows


def _held(topic_terms: Array) -> Array:
    total = topic_terms.sum(axis=0, keepdims=True)
    held: Array = np.divide(topic_terms, total, out=np.zeros_like(topic_terms), where=total > 0)
    return held


def _with_evidence(fit: TopicFit) -> np.ndarray:
    without = set(fit.params.get("without_evidence", ()))
    return np.array([row for row, name in enumerate(fit.doc_ids) if name not in without], dtype=np.intp)


def _by_probability(topic_terms: Array) -> Array:
    return topic_terms


ORDERS: Mapping[str, Callable[[Array], Array]] = {"probability": _by_probability, "frex": frex}
