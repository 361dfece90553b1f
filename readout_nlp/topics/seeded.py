"""Seeded topics: a researcher's word lists steer named topics.

The anchors are seededlda (Watanabe and Baturo 2023) and keyATM (Eshima, Imai and Sasaki 2024).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence

import numpy as np

from readout_nlp.errors import RecipeError
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.fit import Array
from readout_nlp.topics.matrix import column_sums
from readout_nlp.topics.prior import TermPrior

LOGGER = logging.getLogger(__name__)

Seeds = Mapping[str, Sequence[str]]
GIVEN_NAME = re.compile(r"[tc]\d+|doc_id")  # names that the package gives itself


def seeded_prior(
    seeds: Seeds, counts: TermMatrix, *, n_topics: int, eta: float, weight: float
) -> tuple[TermPrior, dict[str, list[str]]]:
    """Give every seed word more prior weight in its topic: `weight` times as often as the corpus has it.

    Parameters
    ----------
    seeds : mapping of str to sequence of str
        Words by the name of the topic; the named topics are the first ones. A word may stand for several.
    counts : TermMatrix
    n_topics
        K, at least the number of names.
    eta
        Prior of every other word and topic.
    weight
        Above 0; eta of a seed word in its topic is ``eta + weight * (count of the word in the corpus)``.

    Returns
    -------
    prior : TermPrior
    missing : dict of str to list of str
        Seed words without a count, by topic; they are also logged as a warning.

    Raises
    ------
    RecipeError
        No word of a topic has a count, more names than topics, a name that the package gives itself, or a
        weight that is not above 0.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> counts = TermMatrix(csr_matrix([[4, 1]]), ["水", "电"], ["a"])
    >>> prior, missing = seeded_prior({"防汛": ["水", "汛"]}, counts, n_topics=2, eta=0.5, weight=0.25)
    >>> prior.full().tolist(), missing
    ([[1.5, 0.5], [0.5, 0.5]], {'防汛': ['汛']})
    """
    _check(seeds, n_topics=n_topics, weight=weight)
    total = column_sums(counts.counts)
    place = {term: column for column, term in enumerate(counts.vocabulary) if total[column] > 0}
    missing = {name: [word for word in words if word not in place] for name, words in seeds.items()}
    missing = {name: words for name, words in missing.items() if words}
    for name, words in missing.items():
        if len(words) == len(set(seeds[name])):
            raise RecipeError(
                f"no count of any seed word of {name!r} ({', '.join(words)})",
                "at least one word of the vocabulary for each seeded topic",
                "look the words up in the vocabulary: pruning, stop words and segmentation shape it",
            )
        LOGGER.warning("seed words of %s without a count: %s", name, ", ".join(words))
    kinds, kind_of = [np.full(n_topics, float(eta))], np.zeros(len(counts.vocabulary), np.int32)
    for column in sorted({place[word] for words in seeds.values() for word in words if word in place}):
        own = [counts.vocabulary[column] in words for words in seeds.values()]
        kind = np.full(n_topics, float(eta))
        kind[: len(own)] += weight * total[column] * np.array(own)
        kind_of[column] = len(kinds)
        kinds.append(kind)
    return TermPrior(np.array(kinds), kind_of), missing


def first_topics(prior: TermPrior, *, random_state: int) -> Array:
    """Draw topics to start from that lean to the prior: nearly even but for the seed words.

    Returns
    -------
    ndarray of shape (n_topics, n_terms)
        Rows sum to 1.
    """
    eta = np.ascontiguousarray(prior.kinds[prior.kind_of].T)
    drawn = np.random.default_rng(random_state).standard_gamma(100.0, eta.shape) * eta
    topics: Array = drawn / drawn.sum(axis=1, keepdims=True)
    return topics


def _check(seeds: Seeds, *, n_topics: int, weight: float) -> None:
    faults = [
        f"seed words of {name!r} that are not a list of words"
        for name, words in seeds.items()
        if isinstance(words, str) or not len(words) or not all(isinstance(word, str) for word in words)
    ]
    faults += [
        f"a seeded topic named {name!r}"
        for name in seeds
        if not isinstance(name, str) or not name.strip() or GIVEN_NAME.fullmatch(name)
    ]
    if len(seeds) > n_topics:
        faults.append(f"{len(seeds)} seeded topics of {n_topics}")
    if not (np.isfinite(weight) and weight > 0):
        faults.append(f"seed_weight={weight!r}")
    if faults:
        raise RecipeError(
            "; ".join(faults),
            "lists of words by names of your own (not t01), no more names than topics, a weight above 0",
            "mend the seeds",
        )
