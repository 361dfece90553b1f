"""Find the terms of a lexicon in text before it is cut, longest first, and refuse accidental ones.

第三农业 holds the characters 三农 and does not mean the term: a short term counts only where the plain cut
of the same run has word boundaries around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

Span = tuple[int, int]

NUMERALS = "〇零一二三四五六七八九十百千万亿"
_BEFORE_NUMERAL = NUMERALS + "第"
_SHORT = 2  # terms of two characters are met by accident; longer ones hardly are
_JOINING = "+·-.&/"


def term_pattern(terms: Iterable[str]) -> re.Pattern[str] | None:
    """Compile terms into one pattern that finds the longest at each position; None without terms.

    Examples
    --------
    >>> pattern = term_pattern(["四个自信", "四个全面", "四个"])
    >>> [match.group() for match in pattern.finditer("四个自信和四个自觉")]
    ['四个自信', '四个']
    """
    root: dict[str, dict] = {}  # type: ignore[type-arg]  # a recursive type
    for term in terms:
        node = root
        for char in term:
            node = node.setdefault(char, {})
        node[""] = {}
    return re.compile(_branches(root)) if root else None


def _branches(node: dict[str, dict]) -> str:  # type: ignore[type-arg]
    # A trie, not a flat list of alternatives: the search stays linear in the text whatever the size.
    longer = [re.escape(char) + _branches(node[char]) for char in sorted(node) if char]
    if not longer:
        return ""
    return f"(?:{'|'.join(longer)}){'?' if '' in node else ''}"


def found(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    """Give every position's longest term, overlapping ones too."""
    match = pattern.search(text)
    while match:
        yield match.span()
        match = pattern.search(text, match.start() + 1)


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


def cut_through(words: Sequence[str], *, known: Callable[[str], bool]) -> set[int]:
    """Give the offsets that lie inside a dictionary word of a cut.

    A word that the engine only guessed (not in its dictionary) vetoes nothing.

    Examples
    --------
    >>> sorted(cut_through(["第三", "农业"], known=lambda word: True))
    [1, 3]
    """
    inside: set[int] = set()
    position = 0
    for word in words:
        if len(word) > 1 and known(word):
            inside.update(range(position + 1, position + len(word)))
        position += len(word)
    return inside


def meant(run: str, span: Span, *, inside: set[int]) -> bool:
    """Judge whether an occurrence in a Han run is the term, and no accident of its characters.

    Parameters
    ----------
    run
        Han characters only.
    span
        Where the term stands.
    inside
        The offsets that `cut_through` gave for the plain cut of the run.

    Examples
    --------
    >>> meant("推进三农工作", (2, 4), inside={1, 5})
    True
    >>> meant("第三农业", (1, 3), inside={1, 3})
    False
    """
    start, end = span
    if run[start] in NUMERALS and start and run[start - 1] in _BEFORE_NUMERAL:
        return False  # 十四五 in 二十四五
    if run[end - 1] in NUMERALS and end < len(run) and run[end] in NUMERALS:
        return False
    faults = (start in inside) + (end in inside)
    return faults == 0 if end - start <= _SHORT else faults < 2


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
