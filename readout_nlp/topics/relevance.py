"""Which words say what a topic is about: relevance, between frequent in the topic and peculiar to it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from readout_nlp.errors import InputError, RecipeError
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.coherence import largest
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.matrix import Indices, column_sums, counts_to_read, row_sums

SHOWN = 30  # words of a topic that a viewer shows at once, as in LDAvis
WEIGHT = 0.6  # at which readers of the paper's study named topics best
STEPS = 100  # of the weight, from 0 to 1
SPANS = 10  # runs of steps, for each of which the words in reach are told beforehand
ROUNDING = 1e-9  # by which a straight line of floating-point numbers may bend, amply
COLUMNS = ["topic", "term", "log_probability", "log_lift", "n", "n_topic"]


def relevance(topic_terms: Array, term_shares: Array, *, weight: float = WEIGHT) -> Array:
    """Score words by how much they tell of each topic (Sievert and Shirley 2014, eq. 1).

    ``weight * log phi_kw + (1 - weight) * log(phi_kw / p_w)``: of the logarithm of the word's probability in
    the topic, and of its lift, how much likelier it is there than in the corpus. Higher is better; any real
    number; minus infinity for a word that the topic, or the corpus, does not hold.

    Parameters
    ----------
    topic_terms : ndarray of shape (n_topics, n_terms)
        Phi; rows sum to 1.
    term_shares : ndarray of shape (n_terms,)
        p, the share of each word in all words of the corpus; sums to 1.
    weight
        Lambda, from 0 (lift alone: what is peculiar) to 1 (probability alone: what is frequent).

    Returns
    -------
    ndarray of shape (n_topics, n_terms)

    Raises
    ------
    RecipeError
        If the weight is not from 0 to 1.

    Examples
    --------
    >>> phi, p = np.array([[0.6, 0.4, 0.0], [0.6, 0.0, 0.4]]), np.array([0.6, 0.2, 0.2])
    >>> relevance(phi, p, weight=1).argmax(axis=1).tolist()
    [0, 0]
    >>> relevance(phi, p, weight=0).argmax(axis=1).tolist()
    [1, 2]
    """
    if not 0 <= weight <= 1:
        raise RecipeError(f"weight={weight!r}", "a weight from 0 to 1", "give one, such as 0.6")
    log_probability, log_lift = log_scores(topic_terms, term_shares)
    held = np.isfinite(log_lift)
    scores = np.full(topic_terms.shape, -np.inf)
    scores[held] = weight * log_probability[held] + (1 - weight) * log_lift[held]
    return scores


def log_scores(topic_terms: Array, term_shares: Array) -> tuple[Array, Array]:
    """Give the two parts of relevance, each minus infinity where topic or corpus lacks the word.

    Parameters
    ----------
    topic_terms, term_shares
        As in `relevance`.

    Returns
    -------
    log_probability, log_lift : ndarray of shape (n_topics, n_terms)
        Natural logarithms.

    Examples
    --------
    >>> [part.round(3).tolist() for part in log_scores(np.array([[0.5, 0.5]]), np.array([0.5, 0.25]))]
    [[[-0.693, -0.693]], [[0.0, 0.693]]]
    """
    held = (topic_terms > 0) & (term_shares > 0)
    shares = np.broadcast_to(term_shares, topic_terms.shape)
    log_probability = np.full(topic_terms.shape, -np.inf)
    log_lift = np.full(topic_terms.shape, -np.inf)
    log_probability[held] = np.log(topic_terms[held])
    log_lift[held] = log_probability[held] - np.log(shares[held])
    return log_probability, log_lift


def ever_relevant(log_probability: Array, log_lift: Array, n: int = SHOWN) -> Indices:
    """Find the words of one topic that are among its `n` most relevant ones for some weight.

    Parameters
    ----------
    log_probability, log_lift : ndarray of shape (n_terms,)
        A row each of `log_scores`.
    n
        How many words are shown at once.

    Returns
    -------
    ndarray of int
        Columns, ascending.

    Examples
    --------
    >>> ever_relevant(np.array([-1.0, -2.0, -3.0]), np.array([0.0, 1.0, -1.0]), 1).tolist()
    [0, 1]
    """
    known = np.flatnonzero(np.isfinite(log_probability) & np.isfinite(log_lift))
    probability, lift = log_probability[known], log_lift[known]
    first = []
    for weights in np.array_split(np.linspace(0, 1, STEPS + 1), SPANS):
        low, high = (_relevance(probability, lift, at) for at in weights[[0, -1]])
        near = _in_reach(low, high, n)
        first += [near[largest(_relevance(probability[near], lift[near], at), n)] for at in weights]
    return np.asarray(known[np.unique(np.concatenate(first))], dtype=np.intp)


def _relevance(log_probability: Array, log_lift: Array, weight: float) -> Array:
    return weight * log_probability + (1 - weight) * log_lift


def _in_reach(low: Array, high: Array, n: int) -> Indices:
    """Find the words that can be among the first `n` for a weight between two, from the relevance at these.

    A word's relevance is a straight line. The first `n` at one end hold their ground at least by their lower
    ends; a word that stays below all of these at both ends is never among the first.
    """
    ahead = largest(low, n)
    if len(ahead) < n:
        return np.arange(len(low), dtype=np.intp)
    held = np.minimum(low[ahead], high[ahead]).min()
    return np.flatnonzero(np.maximum(low, high) >= held - ROUNDING * (1 + abs(held)))


def relevant_terms(fit: TopicFit, counts: TermMatrix, *, n: int = SHOWN) -> pd.DataFrame:
    """Give, for each topic, every word that is among its most relevant ones for some weight.

    From the two logarithms a reader has the relevance at any weight without asking again.

    Parameters
    ----------
    fit : TopicFit
    counts : TermMatrix
        The counts that the fit was made from, or that its documents were inferred from.
    n
        How many words are shown at once.

    Returns
    -------
    pandas.DataFrame
        ``topic``, ``term``, ``log_probability`` and ``log_lift`` (natural logarithms: see `relevance`),
        ``n`` (how often the corpus has the word) and ``n_topic`` (how often, as the model estimates, in this
        topic; never more than ``n``). Words in the order of the vocabulary.

    Raises
    ------
    InputError
        If the documents of the counts are not those of the fit, or a word of the fit is not in them.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> from readout_nlp.topics.nmf import fit_nmf
    >>> rows = csr_matrix([[9, 4, 2, 0, 0], [9, 3, 3, 0, 0], [9, 0, 0, 5, 3]])
    >>> counts = TermMatrix(rows, ["会议", "安全", "应急", "科技", "创新"], ["x", "y", "z"])
    >>> table = relevant_terms(fit_nmf(counts, n_topics=2), counts, n=1)
    >>> table.loc[table["topic"] == "t02", ["term", "n"]].to_numpy().tolist()
    [['会议', 27.0], ['科技', 5.0]]
    """
    if list(fit.doc_ids) != list(counts.doc_ids):
        raise InputError(
            f"counts of {len(counts.doc_ids)} documents that are not the fit's {len(fit.doc_ids)}",
            "the counts that the fit was made from",
            "pass these, in the same order",
        )
    matrix = counts_to_read(counts, fit.vocabulary)
    total = column_sums(matrix)
    log_probability, log_lift = log_scores(fit.topic_terms, total / max(float(total.sum()), 1.0))
    words_of_topic = fit.doc_topics.T @ row_sums(matrix)
    rows = []
    for number, topic in enumerate(fit.topic_ids):
        for column in ever_relevant(log_probability[number], log_lift[number], n).tolist():
            estimate = min(float(words_of_topic[number] * fit.topic_terms[number, column]), total[column])
            scores = (log_probability[number, column], log_lift[number, column])
            rows.append((topic, fit.vocabulary[column], *scores, float(total[column]), estimate))
    return pd.DataFrame(rows, columns=COLUMNS)


def first_relevant(table: pd.DataFrame, *, weight: float = WEIGHT, n: int = SHOWN) -> pd.DataFrame:
    """Give the rows of one topic's `relevant_terms`, the most relevant first.

    Parameters
    ----------
    table
        Rows of one topic.
    weight
        Lambda.
    n
        How many rows at most; no more than `relevant_terms` was asked for.

    Examples
    --------
    >>> words = pd.DataFrame({"term": ["a", "b"], "log_probability": [-1.0, -2.0], "log_lift": [0.0, 2.0]})
    >>> [first_relevant(words, weight=weight, n=1)["term"].item() for weight in (0, 1)]
    ['b', 'a']
    """
    score = weight * table["log_probability"] + (1 - weight) * table["log_lift"]
    return table.iloc[np.argsort(-score.to_numpy(float), kind="stable")[:n]]
