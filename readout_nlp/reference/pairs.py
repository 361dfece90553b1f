"""Where in a text one of thousands of words may begin, by the two characters that it begins with."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_LONG = 120  # characters from which a look at all of them at once is faster
_SLOTS = 1 << 18  # a power of two, and many times the pairs: few others fall into the slot of one
_MIXED = 40503  # spreads the codes of first characters over the slots


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of characters to be looked for: as a pattern, and as a table of slots that hold one.

    Attributes
    ----------
    pattern
        Matches the first character of each pair that is looked for, and of others.
    held
        For every slot, whether a pair that is looked for falls into it.
    """

    pattern: re.Pattern[str]
    held: NDArray[np.bool_]

    def places(self, text: str) -> list[int]:
        """Give, in order, all places in a text where one of the pairs stands, and a few others.

        Examples
        --------
        >>> pairs, _ = by_pair(["苏州", "徐州"])
        >>> pairs.places("到苏州、徐州"), pairs.places("到苏州、徐州" * 100)[:3]
        ([1, 4], [1, 4, 7])
        """
        if len(text) < _LONG:
            return [found.start() for found in self.pattern.finditer(text)]
        places: list[int] = self.held.take(_slots(text)).nonzero()[0].tolist()
        return places


def by_pair(words: Iterable[str]) -> tuple[Pairs, dict[str, tuple[str, ...]]]:
    """Give the pairs that words begin with, and the words by their pair, the longest first.

    No word is shorter than two characters.

    Examples
    --------
    >>> pairs, words = by_pair(["苏州", "苏州市", "徐州"])
    >>> [words["到苏州、徐州"[at : at + 2]] for at in pairs.places("到苏州、徐州")]
    [('苏州市', '苏州'), ('徐州',)]
    """
    index: dict[str, list[str]] = {}
    for word in words:
        index.setdefault(word[:2], []).append(word)
    first, second = (re.escape("".join({pair[at] for pair in index})) for at in (0, 1))
    longest_first = {pair: tuple(sorted(found, key=len, reverse=True)) for pair, found in index.items()}
    held = np.zeros(_SLOTS, dtype=np.bool_)
    held[_slots("".join(index))[::2]] = True
    return Pairs(re.compile(f"[{first}](?=[{second}])"), held), longest_first


def _slots(text: str) -> NDArray[np.uint32]:
    """Give the slot of every pair of neighbouring characters."""
    codes = np.frombuffer(text.encode("utf-32-le", errors="surrogatepass"), dtype="<u4")
    slots: NDArray[np.uint32] = (codes[:-1] * _MIXED + codes[1:]) & (_SLOTS - 1)
    return slots
