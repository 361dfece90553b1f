"""The loop that counts what two sorted sets share: a corpus of cities compares pages millions of times."""

from __future__ import annotations

from typing import Any

from readout_nlp.compiled import compiled


@compiled
def shared_count(one: Any, other: Any) -> int:
    """Give how many values two sorted arrays without repeats have in common."""
    found = at = 0
    for value in one:
        while at < other.size and other[at] < value:
            at += 1
        if at == other.size:
            break
        if other[at] == value:
            found += 1
    return found
