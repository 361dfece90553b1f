"""Which block of speech tells which matter of the lead: both run in one order."""

from __future__ import annotations

from collections.abc import Sequence

Scores = Sequence[Sequence[float]]


def in_order(gains: Scores) -> dict[int, int]:
    """Choose blocks and matters, both ascending, so that the gains of the chosen pairs add up to most.

    Parameters
    ----------
    gains
        One row a block, one column a matter: what it gains to say that the block opens the matter. Pairs that
        gain nothing are never chosen.

    Returns
    -------
    dict
        Index of the block to index of the matter.

    Examples
    --------
    >>> in_order([[0.1, 0.0, 0.4], [0.0, 0.3, 0.0], [0.0, 0.0, 0.2]])
    {0: 0, 1: 1, 2: 2}
    """
    if not gains or not gains[0]:
        return {}
    width = len(gains[0])
    best = [[0.0] * (width + 1)]  # best[n][k]: from the first n blocks and k matters
    for row in gains:
        above, line = best[-1], [0.0]
        for k, gain in enumerate(row):
            line.append(max(above[k + 1], line[k], above[k] + gain if gain > 0 else 0.0))
        best.append(line)
    chosen: dict[int, int] = {}
    n, k = len(gains), width
    while n and k:
        if best[n][k] == best[n - 1][k]:
            n -= 1
        elif best[n][k] == best[n][k - 1]:
            k -= 1
        else:
            n, k = n - 1, k - 1
            chosen[n] = k
    return dict(sorted(chosen.items()))
