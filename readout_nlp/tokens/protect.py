"""Find the terms of a lexicon in text before it is cut, longest first, and refuse accidental ones.

第三农业 holds the characters 三农 and does not mean the term: a short term counts only where the plain cut
of the same run has word boundaries around it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import numpy.typing as npt

Span = tuple[int, int]

NUMERALS = "〇零一二三四五六七八九十百千万亿"
_BEFORE_NUMERAL = NUMERALS + "第"
_SHORT = 2  # terms of two characters are met by accident; longer ones hardly are
_JOINING = "+·-.&/"
TABLE_SIZE = 1 << 18
_LAST_SLOT = np.uint32(TABLE_SIZE - 1)
_SPREAD = np.uint32(40503)  # odd, near TABLE_SIZE's golden section: neighbours in the code go far apart


@dataclass(frozen=True, slots=True)
class TermFinder:
    """Terms, ready to be found in text.

    Attributes
    ----------
    terms : frozenset of str
    lengths : mapping of str to tuple of int
        For the first two characters of terms, how long those terms are, longest first.
    pairs, triples : ndarray of bool, shape (TABLE_SIZE,)
        True at the slots of terms of two characters, and of the first three of longer ones: most positions
        of a text are done with at that.
    """

    terms: frozenset[str]
    lengths: Mapping[str, tuple[int, ...]]
    pairs: npt.NDArray[np.bool_]
    triples: npt.NDArray[np.bool_]


def term_finder(terms: Iterable[str]) -> TermFinder | None:
    """Prepare terms of two characters or more; None without terms.

    Examples
    --------
    >>> finder = term_finder(["四个自信", "四个全面", "四个"])
    >>> list(found(finder, "四个自信和四个自觉"))
    [(0, 4), (5, 7)]
    """
    unique = frozenset(terms)
    if not unique:
        return None
    lengths: dict[str, set[int]] = {}
    for term in unique:
        lengths.setdefault(term[:2], set()).add(len(term))
    pairs, triples = np.zeros((2, TABLE_SIZE), dtype=np.bool_)
    pairs[_slots("".join(term for term in unique if len(term) == 2))[0][::2]] = True
    triples[_slots("".join(term[:3] for term in unique if len(term) > 2))[1][::3]] = True
    return TermFinder(unique, {k: tuple(sorted(v, reverse=True)) for k, v in lengths.items()}, pairs, triples)


def found(finder: TermFinder, text: str) -> Iterator[Span]:
    """Give every position's longest term, overlapping ones too."""
    of_pairs, of_triples = _slots(text)
    hits = finder.pairs[of_pairs]
    hits[: len(of_triples)] |= finder.triples[of_triples]
    for start in np.flatnonzero(hits).tolist():
        for length in finder.lengths.get(text[start : start + 2], ()):
            term = text[start : start + length]
            if term in finder.terms:
                yield start, start + len(term)  # at the end of the text fewer than `length`
                break


def _slots(text: str) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    # one slot for each two and each three characters in a row; others may share it: a hit is looked up
    chars = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    pairs = chars[:-1] * _SPREAD ^ chars[1:]
    triples = pairs[:-1] * _SPREAD ^ chars[2:]
    return pairs & _LAST_SLOT, triples & _LAST_SLOT


def longest_first(spans: Iterable[Span]) -> list[Span]:
    """Choose spans that do not overlap, longer before shorter, then left before right; in text order.

    Examples
    --------
    >>> longest_first([(0, 2), (1, 4), (4, 6)])
    [(1, 4), (4, 6)]
    """
    chosen: list[Span] = []
    taken: set[int] = set()
    for start, end in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        if taken.isdisjoint(range(start, end)):
            chosen.append((start, end))
            taken.update(range(start, end))
    return sorted(chosen)


def meant(
    run: str, spans: Sequence[Span], *, cut: Callable[[str], list[str]], known: Callable[[str], bool]
) -> list[Span]:
    """Choose the occurrences in a Han run that are terms, and no accident of its characters.

    Parameters
    ----------
    run
        Han characters only.
    spans
        Where terms stand, overlapping ones too.
    cut
        Gives the plain cut of the run, where that is needed. A word that the engine only guessed (not in its
        dictionary) vetoes nothing.
    known
        Says whether a word is in the dictionary.

    Returns
    -------
    list of pairs
        In text order, not overlapping.

    Examples
    --------
    >>> meant("推进三农工作", [(2, 4)], cut=lambda run: ["推进", "三农", "工作"], known=lambda word: True)
    [(2, 4)]
    >>> meant("第三农业", [(1, 3)], cut=lambda run: ["第三", "农业"], known=lambda word: True)
    []
    """
    words: list[str] = []
    ends: list[int] = []

    def inside(offset: int) -> bool:
        if offset in (0, len(run)):
            return False
        if not words:
            words.extend(cut(run))
            ends.extend(accumulate(map(len, words)))
        word = bisect_left(ends, offset)
        return ends[word] != offset and known(words[word])

    def is_meant(span: Span) -> bool:
        start, end = span
        if _in_numeral(run, span):
            return False
        if end - start <= _SHORT:
            return not (inside(start) or inside(end))
        at_edge = start == 0 or end == len(run)  # the cut need not be asked
        return at_edge or not (inside(start) and inside(end))

    kept = [span for span in spans if is_meant(span)]
    return longest_first(kept) if len(kept) > 1 else kept


def _in_numeral(run: str, span: Span) -> bool:
    start, end = span
    if run[start] in NUMERALS and start and run[start - 1] in _BEFORE_NUMERAL:
        return True  # 十四五 in 二十四五
    return run[end - 1] in NUMERALS and end < len(run) and run[end] in NUMERALS


def stands_alone(text: str, span: Span) -> bool:
    """Judge a term with letters, digits or connectors: it may not be a piece of a longer such token.

    Examples
    --------
    >>> stands_alone("举办5·18活动", (2, 6)), stands_alone("15·18", (1, 5))
    (True, False)
    """
    start, end = span
    return not (_joined(text, start, step=-1) or _joined(text, end - 1, step=1))


def _joined(text: str, edge: int, *, step: int) -> bool:
    if not _latin(text[edge]):
        return False
    beyond = text[edge + step : edge + step + 1] if edge + step >= 0 else ""
    if beyond and beyond in _JOINING:
        after = edge + 2 * step
        return 0 <= after < len(text) and _latin(text[after])
    return bool(beyond) and _latin(beyond)


def _latin(char: str) -> bool:
    return char.isascii() and char.isalnum()
