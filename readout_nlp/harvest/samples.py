"""A few of the pages that were left out, of each kind, to check recall by eye: the same ones every time."""

from __future__ import annotations

import hashlib
import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from readout_nlp.pages.decode import decode

OPENING = 200  # characters that a reader needs to see what a page is
_LOOKED_AT = 4000  # bytes


class Reject(NamedTuple):
    """A page that was left out.

    Attributes
    ----------
    draw
        Its lot: hexadecimal, drawn from the origin, so that the sample is the same however work is shared.
    reason
        Why it was left out.
    origin
        Its address.
    opening
        The beginning of what was found there.
    """

    draw: str
    reason: str
    origin: str
    opening: str


class RejectSample:
    """The `size` rejects of each reason with the lowest lots.

    Parameters
    ----------
    size
        How many of each reason; 0 keeps none.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: dict[str, list[tuple[int, str, bytes]]] = defaultdict(list)

    def offer(self, reason: str, origin: str, data: bytes) -> None:
        """Take a reject if its lot is among the lowest of its reason."""
        lot = int(_lot(origin), 16)
        held = self._kept[reason]
        entry = (-lot, origin, data[:_LOOKED_AT])
        if len(held) < self._size:
            heapq.heappush(held, entry)
        elif self._size and -lot > held[0][0]:
            heapq.heapreplace(held, entry)

    def rejects(self) -> Iterator[Reject]:
        """Give those held, by reason, the lowest lot first."""
        for reason in sorted(self._kept):
            for lot, origin, data in sorted(self._kept[reason], reverse=True):
                yield Reject(f"{-lot:016x}", reason, origin, decode(data).text[:OPENING])


def drawn(rejects: Iterable[Reject], size: int) -> list[Reject]:
    """Draw again from the samples of several shards: those that one sample of them all would hold.

    Examples
    --------
    >>> two = [Reject("b", "r", "2", ""), Reject("a", "r", "1", ""), Reject("c", "s", "3", "")]
    >>> [one.origin for one in drawn(two, 1)]
    ['1', '3']
    """
    by_reason: dict[str, list[Reject]] = defaultdict(list)
    for one in sorted(rejects):
        by_reason[one.reason].append(one)
    return [one for reason in sorted(by_reason) for one in by_reason[reason][:size]]


def _lot(origin: str) -> str:
    return hashlib.blake2b(origin.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
