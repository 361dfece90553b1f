"""Permanent names across models: a later fit's topics take the ids of the earlier ones that they continue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count

import numpy as np

from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.matrix import Indices
from readout_nlp.topics.stability import UNMATCHED, match_topics

# Topics of one model that tell of different matters stay below both; `tests/test_extend_align.py` says so.
MIN_COSINE = 0.7
MIN_JACCARD = 0.25

_NUMBERED = re.compile(r"t(\d{1,9})")


@dataclass(frozen=True, eq=False, kw_only=True)
class Alignment:
    """Which topic of a later fit continues which of an earlier one.

    Attributes
    ----------
    earlier, later : tuple of str
        Permanent ids, in the order of each fit; an id that stands in both names one topic.
    partner : ndarray of int, shape (n_topics of the earlier fit,)
        Row of the later fit that resembles the topic most, one to one; -1 where there are fewer.
    cosines, jaccards : ndarray, same shape
        Likeness to that partner, 0 to 1, whether or not it suffices to be the same topic.
    """

    earlier: tuple[str, ...]
    later: tuple[str, ...]
    partner: Indices
    cosines: Array
    jaccards: Array

    @property
    def matched(self) -> tuple[str, ...]:
        """Ids in both, in the earlier order."""
        return tuple(name for name in self.earlier if name in self.later)

    @property
    def retired(self) -> tuple[str, ...]:
        """Ids that the later fit has no topic for; no later fit may use them again."""
        return tuple(name for name in self.earlier if name not in self.later)

    @property
    def new(self) -> tuple[str, ...]:
        """Ids that the earlier fit does not have."""
        return tuple(name for name in self.later if name not in self.earlier)


def align_topics(
    fit: TopicFit,
    earlier: TopicFit,
    *,
    used: Iterable[str] = (),
    min_cosine: float = MIN_COSINE,
    min_jaccard: float = MIN_JACCARD,
) -> tuple[TopicFit, Alignment]:
    """Rename the topics of a fit after an earlier one's.

    Topics are paired one to one so that the sum of cosines over the union of both vocabularies is largest
    (Hungarian method). A pair that reaches both thresholds is one topic and keeps the earlier id; any other
    topic of `fit` gets an id that no model before had.

    Parameters
    ----------
    fit
        The later fit; its numbers and their order stay, bit for bit.
    earlier
        The fit whose ids are permanent.
    used
        Ids of still earlier models, which no new topic may get.
    min_cosine, min_jaccard
        What a pair must reach: cosine of the two rows of ``topic_terms``, and Jaccard overlap of the two sets
        of ten first words; both 0 to 1.

    Returns
    -------
    fit : TopicFit
        With permanent ``topic_ids``.
    alignment : Alignment

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> from readout_nlp.tokens.counts import TermMatrix
    >>> from readout_nlp.topics.nmf import fit_nmf
    >>> old = TermMatrix(csr_matrix([[4, 2, 0, 0], [2, 3, 0, 0], [0, 0, 3, 1]]), list("abcd"), list("xyz"))
    >>> new = TermMatrix(csr_matrix([[0, 0, 4, 2], [0, 0, 2, 3], [3, 1, 0, 0]]), list("efab"), list("uvw"))
    >>> later, alignment = align_topics(fit_nmf(new, n_topics=2), fit_nmf(old, n_topics=2), used=["t03"])
    >>> later.topic_ids, alignment.matched, alignment.retired, alignment.new
    (('t01', 't04'), ('t01',), ('t02',), ('t04',))
    """
    match = match_topics(earlier, fit)
    same = (match.permutation != UNMATCHED) & (match.cosines >= min_cosine) & (match.jaccards >= min_jaccard)
    taken = {int(match.permutation[row]): earlier.topic_ids[row] for row in np.flatnonzero(same)}
    fresh = _never_used({*used, *earlier.topic_ids}, n_topics=fit.n_topics)
    ids = tuple(taken[row] if row in taken else next(fresh) for row in range(fit.n_topics))
    alignment = Alignment(
        earlier=earlier.topic_ids,
        later=ids,
        partner=match.permutation,
        cosines=match.cosines,
        jaccards=match.jaccards,
    )
    return renamed(fit, ids), alignment


def renamed(fit: TopicFit, ids: tuple[str, ...]) -> TopicFit:
    """Give the same fit with other topic ids, in the order of its topics."""
    name = dict(zip(fit.topic_ids, ids, strict=True))
    params = dict(fit.params)
    if "dead_topics" in params:
        params["dead_topics"] = [name[topic] for topic in params["dead_topics"]]
    return replace(fit, topic_ids=ids, params=params)


def _never_used(used: set[str], *, n_topics: int) -> Iterator[str]:
    """Give ids numbered on from the highest one ever used: a gap may be a topic of a lost model."""
    numbers = [int(found[1]) for name in used if (found := _NUMBERED.fullmatch(name))]
    width = max(2, len(str(n_topics)))
    return (f"t{number:0{width}d}" for number in count(max(numbers, default=0) + 1))
