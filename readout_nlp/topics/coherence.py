"""Do the words of a topic keep company: document-level NPMI in sparse algebra."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix

from readout_nlp.errors import RecipeError
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.matrix import Indices, counts_to_read

NEVER_TOGETHER = -1.0
NO_PAIR = 0.0


def npmi(fit: TopicFit, counts: TermMatrix, *, n: int = 10) -> Array:
    """Give the coherence of each topic: mean normalised pointwise mutual information of its first words.

    From -1 (no two words ever in one document) over 0 (as if drawn independently) to 1 (always together);
    higher is better; symmetric in the words. For a pair, ``log(p_ij / (p_i p_j)) / -log p_ij`` with p the
    share of documents (Bouma 2009; Aletras and Stevenson 2013). Never NaN: a pair that never meets counts
    -1, a pair that stands in every document 1 (the limit for words that always meet), and a topic with a
    single word, which has no pair, 0.

    Documents without counts are left out. Coherence alone does not make a good model: a topic of stock
    phrases is coherent too, so read it beside `exclusivity` and stability.

    Parameters
    ----------
    fit : TopicFit
        With topics over n_terms.
    counts : TermMatrix
        Documents to look for company in; its vocabulary must hold every term of the fit.
    n
        How many words of each topic, at least 2; words of weight 0 do not count.

    Returns
    -------
    ndarray of shape (n_topics,)

    Raises
    ------
    InputError
        If a term of the fit has no column in `counts`.
    RecipeError
        If `n` is below 2.

    Examples
    --------
    >>> from readout_nlp.topics.nmf import fit_nmf
    >>> counts = TermMatrix(csr_matrix([[4, 2, 0, 0], [2, 3, 0, 0], [0, 0, 3, 1]]), list("abcd"), list("xyz"))
    >>> npmi(fit_nmf(counts, n_topics=2), counts, n=2).round(2).tolist()
    [1.0, 1.0]
    """
    if n < 2:
        raise RecipeError(f"n={n}", "at least 2 words, for coherence is between words", "raise n")
    known = counts_to_read(counts, fit.vocabulary)
    heads = [first_terms(row, n) for row in fit.topic_terms]
    columns = np.unique(np.concatenate(heads))
    chosen = csr_matrix(known[:, columns] > 0, dtype=np.float64)
    together = (chosen.T @ chosen).toarray() / max(int(np.count_nonzero(known.getnnz(axis=1))), 1)
    pairs = _pair_scores(together)
    return np.array([_mean_pair(pairs, np.searchsorted(columns, head)) for head in heads])


def first_terms(weights: Array, n: int) -> Indices:
    """Columns of the `n` largest weights above 0, ties in the order of the vocabulary.

    Examples
    --------
    >>> first_terms(np.array([0.2, 0.5, 0.2, 0.0]), 4).tolist()
    [1, 0, 2]
    """
    order = largest(weights, n)
    return order[weights[order] > 0]


def largest(values: Array, n: int) -> Indices:
    """Places of the `n` largest values, the largest first, ties in their order.

    Examples
    --------
    >>> largest(np.array([0.2, 0.5, 0.2, -1.0]), 3).tolist()
    [1, 0, 2]
    """
    places = np.arange(len(values))
    if n < len(values):  # sorting some is much faster than sorting all
        places = np.flatnonzero(values >= np.partition(values, -n)[-n])
    return np.asarray(places[np.argsort(-values[places], kind="stable")[:n]], dtype=np.intp)


def _pair_scores(together: Array) -> Array:
    alone = np.diag(together)
    scores = np.full_like(together, NEVER_TOGETHER)
    meets = (together > 0) & (together < 1)
    expected = np.outer(alone, alone)
    scores[meets] = np.log(together[meets] / expected[meets]) / -np.log(together[meets])
    scores[together >= 1] = 1.0
    return scores


def _mean_pair(pairs: Array, words: Sequence[int] | Indices) -> float:
    if len(words) < 2:
        return NO_PAIR
    first, second = np.triu_indices(len(words), k=1)
    chosen = np.asarray(words)
    return float(pairs[chosen[first], chosen[second]].mean())
