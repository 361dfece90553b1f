"""Which of a row of matters each of a row of speeches is on, where both run in one order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from readout_nlp.readouts.align import Scores

STAYS = 0.2  # what it costs that a speech goes on with the matter of the one before
PASSED = 0.1  # ... that a part of a list is passed over whose list is told
UNTOLD = 0.25  # ... that a list, or what is listed alone, is passed over
_NEVER = float("-inf")


class Runs(NamedTuple):
    """For each speech the matter it is on, and by how much every other way to part them is worse."""

    places: tuple[int, ...]
    margin: float


def in_runs(scores: Scores, groups: Sequence[int]) -> Runs:
    """Choose for each speech a matter, so that the order is kept and what is gained is most.

    Parameters
    ----------
    scores
        One row a speech, one column a matter: what speaks for the speech being on the matter.
    groups
        The list to which each matter belongs, ascending.

    Examples
    --------
    >>> in_runs([[0.5, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.4]], [0, 1, 2]).places
    (0, 1, 2)
    >>> in_runs([[0.5, 0.0], [0.5, 0.0]], [0, 0]).places
    (0, 0)
    """
    size = len(groups)
    passed = _passing(groups)
    before = [[score - passed(-1, k) for k, score in enumerate(scores[0])]]
    opens: list[list[float]] = [[]]
    for row in scores[1:]:
        above = before[-1]
        opens.append([row[k] + _reached(above, k, passed) for k in range(size)])
        stays = [told - STAYS + score for told, score in zip(above, row, strict=True)]
        before.append([max(pair) for pair in zip(opens[-1], stays, strict=True)])
    after = [[-passed(k, size) for k in range(size)]]
    for row in reversed(scores[1:]):
        below = [told + score for told, score in zip(after[-1], row, strict=True)]
        after.append([_left(below, k, passed) for k in range(size)])
    after.reverse()
    whole = [_sums(*pair) for pair in zip(before, after, strict=True)]
    best = max(whole[0])
    places = tuple(row.index(max(row)) for row in whole)
    gaps = [best - _elsewhere(row, groups, k) for row, k in zip(whole, places, strict=True)]
    for n in range(1, len(scores)):
        opened = max(_sums(opens[n], after[n]))
        stayed = max(
            told - STAYS + score + left
            for told, score, left in zip(before[n - 1], scores[n], after[n], strict=True)
        )
        gaps.append(abs(opened - stayed))
    return Runs(places, min(gaps))


def _sums(first: Sequence[float], second: Sequence[float]) -> list[float]:
    return [one + other for one, other in zip(first, second, strict=True)]


def _elsewhere(row: Sequence[float], groups: Sequence[int], place: int) -> float:
    """Give the best of a row outside the list of its best."""
    others = (value for value, group in zip(row, groups, strict=True) if group != groups[place])
    return max(others, default=_NEVER)


def _reached(above: Sequence[float], k: int, passed: Callable[[int, int], float]) -> float:
    """Give the best that leads to the k-th matter from an earlier one."""
    return max((above[j] - passed(j, k) for j in range(k)), default=_NEVER)


def _left(below: Sequence[float], k: int, passed: Callable[[int, int], float]) -> float:
    """Give the best that can follow the k-th matter from the speech behind on."""
    on = (below[j] - passed(k, j) for j in range(k + 1, len(below)))
    return max(below[k] - STAYS, max(on, default=_NEVER))


def _passing(groups: Sequence[int]) -> Callable[[int, int], float]:
    """Say what it costs to pass from one matter to a later one."""

    def passed(first: int, last: int) -> float:
        told = {groups[k] for k in (first, last) if 0 <= k < len(groups)}
        between = groups[first + 1 : last]
        return PASSED * sum(group in told for group in between) + UNTOLD * len({*between} - told)

    return passed
