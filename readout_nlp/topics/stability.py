"""Whether another seed, or another sample of the documents, would have found the same topics."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.errors import RecipeError
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.matching import TOP, overlaps, pair_up, top_sets, unit_rows
from readout_nlp.topics.matrix import Indices, rows_of

UNSTABLE_BELOW = 0.5
UNMATCHED = -1

Fit = Callable[..., TopicFit]
Map = Callable[[Callable[[Any], TopicFit], Iterable[Any]], Iterable[TopicFit]]


@dataclass(frozen=True, eq=False, kw_only=True)
class TopicMatch:
    """Which topic of one fit is which of another.

    Attributes
    ----------
    permutation : ndarray of int, shape (n_topics of the first fit,)
        Row of the second fit that answers each topic of the first; -1 where it has fewer topics.
    cosines : ndarray, same shape
        Cosine of the two rows of ``topic_terms``, 0 to 1; 0 without a partner.
    jaccards : ndarray, same shape
        Jaccard overlap of the two sets of first words, ten where nothing else was asked for, 0 to 1; 0
        without a partner.
    """

    permutation: Indices
    cosines: Array
    jaccards: Array


def match_topics(a: TopicFit, b: TopicFit, *, n: int = TOP) -> TopicMatch:
    """Pair the topics of two fits one to one so that the sum of cosines is largest (Hungarian method).

    Parameters
    ----------
    a, b : TopicFit
        Vocabularies may differ: words are joined by their text, and a word that one of them lacks has
        weight 0 there.
    n
        How many first words of each topic the Jaccard overlap is of.

    Returns
    -------
    TopicMatch
        Over the topics of `a`, in its order.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from scipy.sparse import csr_matrix
    >>> from readout_nlp.topics.nmf import fit_nmf
    >>> counts = TermMatrix(csr_matrix([[4, 2, 0, 0], [2, 3, 0, 0], [0, 0, 3, 1]]), list("abcd"), list("xyz"))
    >>> fit = fit_nmf(counts, n_topics=2)
    >>> turned = replace(fit, topic_terms=fit.topic_terms[::-1])
    >>> match_topics(fit, turned).permutation.tolist()
    [1, 0]
    """
    left, right = _over_same_terms(a, b)
    cosine = unit_rows(left) @ unit_rows(right).T
    rows, columns = pair_up(cosine)
    sets = top_sets(np.concatenate([left, right]), n)
    permutation = np.full(len(left), UNMATCHED, dtype=np.intp)
    permutation[rows] = columns
    cosines, jaccards = np.zeros(len(left)), np.zeros(len(left))
    cosines[rows] = np.minimum(cosine[rows, columns], 1.0)
    jaccards[rows] = overlaps(sets[: len(left)], sets[len(left) :])[rows, columns]
    return TopicMatch(permutation=permutation, cosines=cosines, jaccards=jaccards)


def fit_seeds(
    counts: TermMatrix,
    *,
    fit: Fit,
    n_topics: int,
    seeds: Iterable[int],
    map: Map = map,  # noqa: A002
    **settings: Any,
) -> list[TopicFit]:
    """Fit the same model from several seeds.

    Parameters
    ----------
    counts : TermMatrix
    fit
        A function of a module, such as `fit_lda`, so that another process can find it.
    n_topics
        K.
    seeds
        Values of ``random_state``; the first fit is the one that `seed_stability` speaks of.
    map
        How to run them: the built-in one after the other, or that of a process pool.
    **settings
        Passed to `fit`.

    Returns
    -------
    list of TopicFit
        In the order of `seeds`, the same whatever `map` is.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> from readout_nlp.topics.nmf import fit_nmf
    >>> counts = TermMatrix(csr_matrix([[4, 2, 0, 0], [2, 3, 0, 0], [0, 0, 3, 1]]), list("abcd"), list("xyz"))
    >>> [made.params["random_state"] for made in fit_seeds(counts, fit=fit_nmf, n_topics=2, seeds=[3, 5])]
    [3, 5]
    """
    one = partial(_fit_seed, counts, fit, {**settings, "n_topics": n_topics})
    return list(map(one, seeds))


def fit_subsamples(
    counts: TermMatrix,
    *,
    fit: Fit,
    n_topics: int,
    seeds: Iterable[int],
    share: float = 0.9,
    map: Map = map,  # noqa: A002
    **settings: Any,
) -> list[TopicFit]:
    """Fit the same model to random parts of the documents: the test for models that no seed can shake.

    NMF starts from the data, so that another seed changes nothing; leaving documents out does.
    Subsamples also ask more of LDA than seeds alone.

    Parameters
    ----------
    counts, fit, n_topics, map, **settings
        As in `fit_seeds`; ``random_state`` stays what `settings` say.
    seeds
        One subsample each.
    share
        Part of the documents in a subsample, above 0 and below 1.

    Returns
    -------
    list of TopicFit
        Over all terms, each without the documents left out.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> from readout_nlp.topics.nmf import fit_nmf
    >>> counts = TermMatrix(csr_matrix([[4, 2, 0], [2, 3, 0], [0, 1, 3]]), list("abc"), list("xyz"))
    >>> [len(part.doc_ids) for part in fit_subsamples(counts, fit=fit_nmf, n_topics=1, seeds=[1], share=0.7)]
    [2]
    """
    if not 0 < share < 1:
        raise RecipeError(f"share={share}", "a part above 0 and below 1", "use 0.9")
    one = partial(_fit_part, counts, fit, {**settings, "n_topics": n_topics}, share)
    return list(map(one, seeds))


def seed_stability(fits: Sequence[TopicFit]) -> pd.DataFrame:
    """Measure how well each topic of the first fit is found again by the others.

    Parameters
    ----------
    fits
        At least two: the fit in question, then refits of it (`fit_seeds`, `fit_subsamples`).

    Returns
    -------
    pandas.DataFrame
        One row a topic of the first fit: ``topic``; ``jaccard`` (mean overlap of the ten first words with the
        matched topic, 0 to 1) and ``cosine`` (mean, 0 to 1), higher is steadier; ``n_fits`` (refits
        compared); ``unstable`` (jaccard below 0.5).

    Raises
    ------
    RecipeError
        If there is nothing to compare with.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> from readout_nlp.topics.nmf import fit_nmf
    >>> counts = TermMatrix(csr_matrix([[4, 2, 0, 0], [2, 3, 0, 0], [0, 0, 3, 1]]), list("abcd"), list("xyz"))
    >>> seed_stability(fit_seeds(counts, fit=fit_nmf, n_topics=2, seeds=range(3))).jaccard.tolist()
    [1.0, 1.0]
    """
    if len(fits) < 2:
        raise RecipeError(
            f"{len(fits)} fits", "at least 2, for stability is between fits", "fit with more seeds"
        )
    matches = [match_topics(fits[0], other) for other in fits[1:]]
    return stability_table(
        fits[0].topic_ids,
        jaccards=np.mean([match.jaccards for match in matches], axis=0),
        cosines=np.mean([match.cosines for match in matches], axis=0),
        n_fits=len(matches),
    )


def stability_table(
    topic_ids: Sequence[str],
    *,
    jaccards: Sequence[float] | Array,
    cosines: Sequence[float] | Array,
    n_fits: int,
) -> pd.DataFrame:
    """Give the table of `seed_stability` from its numbers: a topic below 0.5 is unstable.

    Examples
    --------
    >>> stability_table(["t01"], jaccards=[0.4], cosines=[0.9], n_fits=3)["unstable"].tolist()
    [True]
    """
    jaccard = np.asarray(jaccards, dtype=np.float64)
    return pd.DataFrame(
        {
            "topic": list(topic_ids),
            "jaccard": jaccard,
            "cosine": np.asarray(cosines, dtype=np.float64),
            "n_fits": n_fits,
            "unstable": jaccard < UNSTABLE_BELOW,
        }
    )


def _fit_seed(counts: TermMatrix, fit: Fit, settings: dict[str, Any], seed: int) -> TopicFit:
    return fit(counts, random_state=seed, **settings)


def _fit_part(counts: TermMatrix, fit: Fit, settings: dict[str, Any], share: float, seed: int) -> TopicFit:
    ids = np.asarray(counts.doc_ids, dtype=object)
    by_id = np.argsort(ids, kind="stable")  # the part depends on the ids, not on the order they came in
    size = max(1, round(share * len(ids)))
    rows = np.sort(np.random.default_rng(seed).permutation(by_id)[:size])
    return fit(TermMatrix(rows_of(counts.counts, rows), counts.vocabulary, ids[rows].tolist()), **settings)


def _over_same_terms(a: TopicFit, b: TopicFit) -> tuple[Array, Array]:
    if a.vocabulary == b.vocabulary:
        return a.topic_terms, b.topic_terms
    terms = sorted(set(a.vocabulary) | set(b.vocabulary))
    return _over(terms, a), _over(terms, b)


def _over(terms: Sequence[str], fit: TopicFit) -> Array:
    column = {term: number for number, term in enumerate(terms)}
    rows = np.zeros((fit.n_topics, len(terms)))
    rows[:, [column[term] for term in fit.vocabulary]] = fit.topic_terms
    return rows
