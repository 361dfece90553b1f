"""Runs of characters that recur, how firmly they hold together and how freely they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Ids = npt.NDArray[np.int32]  # one a character, for every length at once
Floats = npt.NDArray[np.float64]

_HAN = ("\u4e00", "\u9fff")
_ZERO = "〇"


@dataclass(frozen=True, eq=False, kw_only=True)
class Grams:
    """Recurring runs of Chinese characters of one length.

    Attributes
    ----------
    terms : tuple of str
        The runs, in no order that means anything.
    counts : ndarray of int
        Occurrences of each.
    cohesion : ndarray of float
        Pointwise mutual information of the weakest cut into two, in bits: how many times more frequent (as
        a power of two) than if the two parts met by chance.
    left_entropy, right_entropy : ndarray of float
        Of the neighbouring character, in bits: 0 if it is always the same one, as inside a longer term. A
        mark, a digit, a line's end is a boundary beyond doubt: each occurrence counts as a neighbour of its
        own.
    """

    terms: tuple[str, ...]
    counts: Ints
    cohesion: Floats
    left_entropy: Floats
    right_entropy: Floats


def recurring(texts: Sequence[str], *, min_count: int, lengths: range) -> list[Grams]:
    """Find the runs of Chinese characters that occur at least so often, length by length.

    A run of n characters is frequent only if its two runs of n - 1 are, so every step looks only at the
    places that are left.

    Parameters
    ----------
    texts
        No run goes over the end of a text, or over anything that is not a Chinese character.
    min_count
        Occurrences, at least 2.
    lengths
        Of runs to give, from 2 on.

    Returns
    -------
    list of Grams
        One for every length.

    Examples
    --------
    >>> found = recurring(["抓好四个意识,学四个意识", "讲四个意识。"], min_count=3, lengths=range(4, 5))
    >>> found[0].terms, found[0].counts.tolist()
    (('四个意识',), [3])
    """
    codes = _codes(texts)
    n_characters = int((codes >= 0).sum())
    by_length = [_characters(codes)]
    found = []
    text = "\n".join(texts)
    for length in range(2, lengths.stop):
        by_length.append(_longer(by_length[-1][0], min_count))
        if length in lengths:
            found.append(_grams(text, codes, by_length, n_characters=n_characters))
    return found


def _codes(texts: Sequence[str]) -> Ids:
    """Give the code points of the joined texts; -1 for what is not Chinese."""
    raw = np.frombuffer("\n".join(texts).encode("utf-32-le"), dtype=np.int32)
    han = ((raw >= ord(_HAN[0])) & (raw <= ord(_HAN[1]))) | (raw == ord(_ZERO))
    return np.where(han, raw, np.int32(-1))


def _characters(codes: Ids) -> tuple[Ids, Ints]:
    """Give the characters that occur numbers in their order, and count them; -1 for what is none."""
    counts = np.bincount(codes[codes >= 0])
    number = np.where(counts > 0, np.cumsum(counts > 0) - 1, -1).astype(np.int32)
    return np.append(number, np.int32(-1))[codes], counts[counts > 0]  # of code -1 the last


def _longer(ids: Ids, min_count: int) -> tuple[Ids, Ints]:
    """Join every run with the one that begins a character later; number those that occur often enough."""
    places = np.flatnonzero((ids[:-1] >= 0) & (ids[1:] >= 0)).astype(np.int32)
    keys = ids[places].astype(np.int64)  # in place from here: there are millions
    keys *= int(ids.max(initial=0)) + 1
    keys += ids[places + 1]
    order = np.argsort(keys)
    keys = keys[order]
    begins = np.flatnonzero(np.append(len(keys) > 0, keys[1:] != keys[:-1]))
    counts = np.diff(begins, append=len(keys))
    del keys
    often = counts >= min_count
    number = np.where(often, np.cumsum(often) - 1, -1).astype(np.int32)
    longer = np.full(len(ids), -1, dtype=np.int32)
    longer[places[order]] = np.repeat(number, counts)
    return longer, counts[often]


def _grams(text: str, codes: Ids, by_length: list[tuple[Ids, Ints]], *, n_characters: int) -> Grams:
    length = len(by_length)
    ids, counts = by_length[-1]
    there = ids >= 0
    of = ids[there]
    first = np.zeros(len(counts), dtype=np.int64)
    first[of[::-1]] = np.flatnonzero(there).astype(np.int32)[::-1]  # the earliest place of each
    edge = np.full(length, -1, dtype=np.int32)
    bounded = np.concatenate([edge[:1], codes, edge])  # a character before, and one behind every run
    return Grams(
        terms=tuple(text[start : start + length] for start in first.tolist()),
        counts=counts,
        cohesion=_cohesion(by_length, first, n_characters),
        left_entropy=_entropy(of, bounded[: len(ids)][there], counts),
        right_entropy=_entropy(of, bounded[length + 1 :][: len(ids)][there], counts),
    )


def _cohesion(by_length: list[tuple[Ids, Ints]], first: Ints, n_characters: int) -> Floats:
    length = len(by_length)
    whole = by_length[-1][1].astype(np.float64)
    weakest = np.full(len(first), np.inf)
    for cut in range(1, length):
        (heads, n_heads), (tails, n_tails) = by_length[cut - 1], by_length[length - cut - 1]
        apart = n_heads[heads[first]].astype(np.float64) * n_tails[tails[first + cut]]
        weakest = np.minimum(weakest, np.log2(whole * n_characters / apart))
    return weakest


def _entropy(of: Ids, neighbour: Ids, counts: Ints) -> Floats:
    """Give the entropy of the neighbours of each run, every boundary one of its own."""
    total = counts.astype(np.float64)
    inner = neighbour >= 0
    size = int(neighbour.max(initial=0)) + 1
    keys = of[inner].astype(np.int64)
    keys *= size
    keys += neighbour[inner]
    keys.sort()
    begins = np.flatnonzero(np.append(len(keys) > 0, keys[1:] != keys[:-1]))
    n, run = np.diff(begins, append=len(keys)), keys[begins] // size
    del keys
    share = n / total[run]
    known = np.bincount(run, weights=-share * np.log2(share), minlength=len(counts))
    open_ended = np.bincount(of[~inner], minlength=len(counts)) / total
    return np.asarray(known + open_ended * np.log2(total))
