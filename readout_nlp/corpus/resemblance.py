"""How alike two texts are: sets of short runs of characters, compared exactly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from readout_nlp.readouts.spans import fold

RESEMBLANCE = 0.3
"""Jaccard of the shingles from which two texts of one place and day are one report.

Distinct meetings of one place share formulae and little else; a reprint shares nearly all, and one cut and
retold for broadcast still shares far more than formulae. The tests hold the threshold between the two.
"""
RESEMBLANCE_UNDATED = 0.5
"""The same where the day of one is not certain, so that the text must say more."""
CONTAINMENT = 0.9
"""Share of the shorter text's shingles in the longer from which it is an excerpt of it.

Higher than `RESEMBLANCE`: a short opening notice shares its names and formulae with the long report of
another meeting of the day.
"""
MIN_SHINGLES = 50  # a text shorter than this is formula alone; only word-for-word copies of it are merged
SHINGLE = 4  # characters; four of 16 bits fill one integer, so that sets are compared exactly

_NOISE = re.compile(r"[\W_]+")
_PLANE = 0x10000  # codes of the characters that nearly every text is written in
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # the golden ratio in 64 bits: neighbours end far apart
_ENOUGH = 48

Shingles = npt.NDArray[np.uint64]


def shingles(text: str) -> Shingles:
    """Give the set of runs of `SHINGLE` characters, punctuation and white space left out, as sorted integers.

    Examples
    --------
    >>> shingles("会议指出，要。").size, (shingles("会议指出") == shingles("会议，指出")).all()
    (2, np.True_)
    """
    codes = _codes(text)
    count = codes.size - SHINGLE + 1
    if count < 1:
        return np.empty(0, dtype=np.uint64)
    packed = codes[:count].copy()
    for at in range(1, SHINGLE):
        packed |= codes[at : at + count] << np.uint64(16 * at)
    packed.sort()
    first = np.ones(count, dtype=bool)
    np.not_equal(packed[1:], packed[:-1], out=first[1:])
    return packed[first]


def _codes(text: str) -> Shingles:
    """Give 16 bits of the code of every folded character that is a letter or a digit."""
    codes = np.frombuffer(text.encode("utf-32-le", "replace"), dtype="<u4")
    if codes.size and codes.max() < _PLANE:
        folded: Shingles = _folded()[codes]
        return folded[folded > 0]
    kept = _NOISE.sub("", fold(text)).encode("utf-32-le", "replace")
    return (np.frombuffer(kept, dtype="<u4") & 0xFFFF).astype(np.uint64)


@cache
def _folded() -> Shingles:
    """Give the folded code of every character of the plane, 0 for noise: a table instead of two searches."""
    folded = fold("".join(map(chr, range(_PLANE))))
    return np.array([0 if _NOISE.match(one) else ord(one) for one in folded], dtype=np.uint64)


def resemblance(one: Shingles, other: Shingles) -> tuple[float, float]:
    """Give Jaccard and containment (share of the smaller set in the larger), both in [0, 1]; 0 for no text.

    Examples
    --------
    >>> resemblance(shingles("会议听取了汇报"), shingles("会议听取了汇报"))
    (1.0, 1.0)
    """
    shared = _shared(one, other)
    union, smaller = one.size + other.size - shared, min(one.size, other.size)
    return (shared / union if union else 0.0), (shared / smaller if smaller else 0.0)


def _shared(one: Shingles, other: Shingles) -> int:
    from readout_nlp.corpus.resemblance_kernel import (
        shared_count,
    )  # a corpus without two like pages needs none

    return int(shared_count(one, other))


@dataclass(frozen=True, slots=True, eq=False)
class Fingers:
    """A text ready to be compared: all its shingles, and a fixed eighth that tells most texts apart."""

    every: Shingles
    few: Shingles


def fingers(text: str) -> Fingers:
    """Make a text ready to be compared.

    Examples
    --------
    >>> fingers("会议指出,要。").every.size
    2
    """
    every = shingles(text)
    return Fingers(every, every[(every * _SPREAD) >> np.uint64(61) == 0])


def same_text(one: Fingers, other: Fingers, *, dated: bool) -> bool:
    """Say whether two texts are one report.

    Parameters
    ----------
    one, other
        The texts.
    dated
        Whether both are known to be of one day; then the shorter may also be an excerpt of the longer.

    Examples
    --------
    >>> same_text(fingers("会议研究了灯会"), fingers("会议研究了灯会"), dated=True)  # too short to tell
    False
    """
    smaller, larger = sorted((one.every.size, other.every.size))
    if smaller < MIN_SHINGLES:
        return False
    if dated:
        jaccard, contained = resemblance(one.every, other.every)
        return jaccard >= RESEMBLANCE or contained >= CONTAINMENT
    if smaller < RESEMBLANCE_UNDATED * larger or _far(one, other):
        return False
    return resemblance(one.every, other.every)[0] >= RESEMBLANCE_UNDATED


def _far(one: Fingers, other: Fingers) -> bool:
    """Say by the few that the whole need not be compared: a place may have many pages without a day.

    A Jaccard of a half means that the smaller set shares two thirds; a sample of 48 or more that shares under
    one third is not of such a pair.
    """
    smaller = min(one.few.size, other.few.size)
    return smaller >= _ENOUGH and _shared(one.few, other.few) * 3 < smaller
