"""Where in a text one of thousands of words may begin, by the two or three characters that it begins with."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_LONG = 120  # characters from which a look at all of them at once is faster
_SLOTS = 1 << 18  # a power of two, and many times the heads: few others fall into the slot of one
_MIXED = 40503  # spreads the codes of characters over the slots


@dataclass(frozen=True, slots=True)
class Heads:
    """What words begin with, to be looked for: as a pattern, and as a table of slots that hold one.

    Attributes
    ----------
    pattern
        Matches the first character of each head that is looked for, and of others.
    held
        For every slot, whether a head that is looked for falls into it.
    size
        How many characters a head has.
    """

    pattern: re.Pattern[str]
    held: NDArray[np.bool_]
    size: int

    def places(self, text: str) -> list[int]:
        """Give, in order, all places in a text where one of the heads stands, and a few others.

        Examples
        --------
        >>> heads, _ = by_head(["苏州", "徐州"])
        >>> heads.places("到苏州、徐州"), heads.places("到苏州、徐州" * 100)[:3]
        ([1, 4], [1, 4, 7])
        """
        if len(text) < _LONG:
            return [found.start() for found in self.pattern.finditer(text)]
        places: list[int] = self.held.take(_slots(text, self.size)).nonzero()[0].tolist()
        return places


def by_head(words: Iterable[str], *, size: int = 2) -> tuple[Heads, dict[str, tuple[str, ...]]]:
    """Give the heads that words begin with, and the words by their head, the longest first.

    No word is shorter than a head: two characters or three, of which far fewer stand in a text by chance.

    Examples
    --------
    >>> heads, words = by_head(["苏州", "苏州市", "徐州"])
    >>> [words["到苏州、徐州"[at : at + 2]] for at in heads.places("到苏州、徐州")]
    [('苏州市', '苏州'), ('徐州',)]
    """
    index: dict[str, list[str]] = {}
    for word in words:
        index.setdefault(word[:size], []).append(word)
    first, *others = (f"[{re.escape(''.join(set(chars)))}]" for chars in zip(*index, strict=True))
    longest_first = {head: tuple(sorted(found, key=len, reverse=True)) for head, found in index.items()}
    held = np.zeros(_SLOTS, dtype=np.bool_)
    held[_slots("".join(index), size)[::size]] = True
    return Heads(re.compile(f"{first}(?={''.join(others)})"), held, size), longest_first


def _slots(text: str, size: int) -> NDArray[np.uint32]:
    """Give the slot of every run of so many neighbouring characters."""
    codes = np.frombuffer(text.encode("utf-32-le", errors="surrogatepass"), dtype="<u4")
    last = len(codes) - size + 1
    slots: NDArray[np.uint32] = codes[:last]
    for at in range(1, size):
        slots = slots * _MIXED + codes[at : last + at]
    slots &= _SLOTS - 1
    return slots
