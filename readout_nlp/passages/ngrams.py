"""Runs of characters that recur, how firmly they hold together and how freely they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
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
    ids, counts = _renumber(codes, 1)
    by_length: list[tuple[Ints, Ints]] = [(ids, counts)]
    found = []
    text = "\n".join(texts)
    for length in range(2, lengths.stop):
        by_length.append(_longer(by_length[-1][0], min_count))
        if length in lengths:
            found.append(_grams(text, codes, by_length, n_characters=n_characters))
    return found


def _codes(texts: Sequence[str]) -> Ints:
    """Give the code points of the joined texts; -1 for what is not Chinese."""
    raw = np.frombuffer("\n".join(texts).encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
    han = ((raw >= ord(_HAN[0])) & (raw <= ord(_HAN[1]))) | (raw == ord(_ZERO))
    return np.where(han, raw, -1)


def _renumber(keys: Ints, min_count: int) -> tuple[Ints, Ints]:
    """Give keys that occur often enough numbers from 0; -1 to the others and to negative keys."""
    places = np.flatnonzero(keys >= 0)
    _, inverse, counts = np.unique(keys[places], return_inverse=True, return_counts=True)
    often = counts >= min_count
    number = np.where(often, np.cumsum(often) - 1, -1)
    ids = np.full(len(keys), -1, dtype=np.int64)
    ids[places] = number[inverse]
    return ids, counts[often]


def _longer(ids: Ints, min_count: int) -> tuple[Ints, Ints]:
    """Join every run with the one that begins a character later."""
    following = np.concatenate([ids[1:], [-1]])[: len(ids)]
    both = (ids >= 0) & (following >= 0)
    size = int(ids.max(initial=0)) + 1
    return _renumber(np.where(both, ids * size + following, -1), min_count)


def _grams(text: str, codes: Ints, by_length: list[tuple[Ints, Ints]], *, n_characters: int) -> Grams:
    length = len(by_length)
    ids, counts = by_length[-1]
    places = np.flatnonzero(ids >= 0)
    of = ids[places]
    first = np.zeros(len(counts), dtype=np.int64)
    first[of[::-1]] = places[::-1]  # the earliest place of each
    bounded = np.concatenate([[-1], codes, [-1]])
    return Grams(
        terms=tuple(text[start : start + length] for start in first.tolist()),
        counts=counts,
        cohesion=_cohesion(by_length, first, n_characters),
        left_entropy=_entropy(of, bounded[places], counts),
        right_entropy=_entropy(of, bounded[np.minimum(places + length + 1, len(bounded) - 1)], counts),
    )


def _cohesion(by_length: list[tuple[Ints, Ints]], first: Ints, n_characters: int) -> Floats:
    length = len(by_length)
    whole = by_length[-1][1].astype(np.float64)
    weakest = np.full(len(first), np.inf)
    for cut in range(1, length):
        (heads, n_heads), (tails, n_tails) = by_length[cut - 1], by_length[length - cut - 1]
        apart = n_heads[heads[first]].astype(np.float64) * n_tails[tails[first + cut]]
        weakest = np.minimum(weakest, np.log2(whole * n_characters / apart))
    return weakest


def _entropy(of: Ints, neighbour: Ints, counts: Ints) -> Floats:
    """Give the entropy of the neighbours of each run, every boundary one of its own."""
    total = counts.astype(np.float64)
    inner = neighbour >= 0
    size = int(neighbour.max(initial=0)) + 1
    pairs, n = np.unique(of[inner] * size + neighbour[inner], return_counts=True)
    run = pairs // size if len(pairs) else pairs
    share = n / total[run]
    known = np.bincount(run, weights=-share * np.log2(share), minlength=len(counts))
    open_ended = np.bincount(of[~inner], minlength=len(counts)) / total
    return np.asarray(known + open_ended * np.log2(total))
