"""Where two texts stay alike on both sides of a run that they share: greedy extension with a drop-off."""

from __future__ import annotations

from typing import Any

import numpy as np

from readout_nlp.compiled import compiled

DEAD = -1


@compiled
def shared_run(codes: Any, one: Any, one_end: Any, other: Any, other_end: Any, step: Any) -> Any:
    """Count the characters that are equal from two places on, in the direction of `step` (1 or -1)."""
    count = 0
    while one != one_end and other != other_end and codes[one] == codes[other]:
        one += step
        other += step
        count += 1
    return count


@compiled
def extend(codes: Any, one: Any, other: Any, step: Any, rules: Any, front: Any, best: Any) -> None:
    """Follow two texts from two places on, and write how far they are alike.

    The greedy algorithm of Zhang, Schwartz, Wagner and Miller (2000): for d = 0, 1, 2, ... edits, the
    furthest-reaching point on each diagonal k = i - j. Twice the score of a point is ``i + j - cost * d``;
    points that fall more than `drop` below the best are given up, and so are diagonals beyond `band`.

    Parameters
    ----------
    codes
        Characters of all texts.
    one, other
        For each of the two, the first character to look at and the one to stop before.
    step
        1 to go right, -1 to go left.
    rules
        `cost`, `drop`, `band`.
    front : ndarray of int64, shape (4, 2 * band + 3)
        Scratch: i on each diagonal and how many of the edits are insertions or deletions, before and now.
    best : ndarray of int64, shape (4,)
        Output: i, j, edits, and how many of them are insertions or deletions.
    """
    cost, drop, band = rules
    n_one, n_other = (one[1] - one[0]) * step, (other[1] - other[0]) * step
    old, old_gaps, new, new_gaps = front[0], front[1], front[2], front[3]
    old[:] = DEAD
    reach = shared_run(codes, one[0], one[1], other[0], other[1], step)
    best[0], best[1], best[2], best[3] = reach, reach, 0, 0
    highest = 2.0 * reach
    old[band + 1], old_gaps[band + 1] = reach, 0
    low, high, edits = band + 1, band + 1, 0
    while low <= high:
        edits += 1
        from_, upto = max(low - 1, 1), min(high + 1, 2 * band + 1)
        low, high = 2 * band + 3, 0
        new[:] = DEAD
        for at in range(from_, upto + 1):
            k = at - band - 1
            i, gaps = step_on(old, old_gaps, at, k, n_one, n_other)
            if i == DEAD:
                continue
            j = i - k
            i += shared_run(codes, one[0] + step * i, one[1], other[0] + step * j, other[1], step)
            j = i - k
            score = i + j - cost * edits
            if score < highest - drop:
                continue
            new[at], new_gaps[at] = i, gaps
            low, high = min(low, at), max(high, at)
            if score > highest:
                highest = score
                best[0], best[1], best[2], best[3] = i, j, edits, gaps
        old, new = new, old
        old_gaps, new_gaps = new_gaps, old_gaps


@compiled
def step_on(old: Any, gaps: Any, at: Any, k: Any, n_one: Any, n_other: Any) -> Any:
    """Make one more edit to reach a diagonal: the furthest i, by a substitution where that is as good."""
    reach, count = DEAD, 0
    if old[at] != DEAD and old[at] + 1 <= n_one and old[at] + 1 - k <= n_other:
        reach, count = old[at] + 1, gaps[at]
    if old[at - 1] != DEAD and old[at - 1] + 1 <= n_one and old[at - 1] + 1 > reach:
        reach, count = old[at - 1] + 1, gaps[at - 1] + 1
    if old[at + 1] != DEAD and old[at + 1] - k <= n_other and old[at + 1] > reach:
        reach, count = old[at + 1], gaps[at + 1] + 1
    return reach, count


@compiled
def align(codes: Any, run: Any, bounds: Any, rules: Any, front: Any, best: Any, out: Any) -> None:
    """Extend a shared run both ways.

    Parameters
    ----------
    codes
        Characters of all texts.
    run
        Where it begins in the source and in the target, and how long it is.
    bounds
        Where the source and the target begin and end.
    rules, front, best
        As `extend` wants them.
    out : ndarray of int64, shape (6,)
        Output: begin and end in the source, begin and end in the target, matched characters, and columns of
        the alignment (matched, substituted, inserted or deleted).
    """
    source, target, length = run
    right = (source + length, bounds[1]), (target + length, bounds[3])
    extend(codes, right[0], right[1], 1, rules, front, best)
    out[1], out[3] = source + length + best[0], target + length + best[1]
    matched = length + matches(best)
    columns = matched + best[2]
    left = (source - 1, bounds[0] - 1), (target - 1, bounds[2] - 1)
    extend(codes, left[0], left[1], -1, rules, front, best)
    out[0], out[2] = source - best[0], target - best[1]
    out[4] = matched + matches(best)
    out[5] = columns + matches(best) + best[2]


@compiled
def matches(best: Any) -> Any:
    """Count the equal characters on a path: ``i + j`` holds each twice, and each substitution twice."""
    return (best[0] + best[1] - 2 * (best[2] - best[3]) - best[3]) // 2


@compiled
def scratch(band: Any) -> Any:
    """Make the arrays that `align` writes to: front, best, out."""
    return np.empty((4, 2 * band + 3), np.int64), np.empty(4, np.int64), np.empty(6, np.int64)
