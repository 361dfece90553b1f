"""The passages of one pair of texts made whole: neighbours joined, repetitions of one and the same left out.

A passage is a row: begin and end in the source, begin and end in the target, matched characters, columns.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from readout_nlp.compiled import compiled

S0, S1, T0, T1, MATCHED, COLUMNS = 0, 1, 2, 3, 4, 5


@compiled
def tidy(rows: Any, count: Any, limits: Any) -> Any:
    """Join, filter and thin the first `count` rows in place; how many are left is returned.

    `limits` are the most characters between two passages that are joined, the least similarity, and the least
    matched characters.
    """
    max_gap, floor, least = limits
    count = join(rows, count, max_gap, floor)
    kept = 0
    for at in range(count):
        if rows[at, MATCHED] >= least and rows[at, MATCHED] >= floor * rows[at, COLUMNS]:
            rows[kept] = rows[at]
            kept += 1
    return thin(rows, kept)


@compiled
def join(rows: Any, count: Any, max_gap: Any, floor: Any) -> Any:
    """Join passages that follow one another closely in both texts, where the whole is similar enough."""
    if count < 2:
        return count
    rows[:count] = rows[:count][np.argsort(rows[:count, T0], kind="mergesort")]
    gone = np.zeros(count, np.bool_)
    for at in range(count):
        if gone[at]:
            continue
        for later in range(at + 1, count):
            if rows[later, T0] > rows[at, T1] + max_gap:
                break
            if not gone[later] and absorb(rows[at], rows[later], max_gap, floor):
                gone[later] = True
    kept = 0
    for at in range(count):
        if not gone[at]:
            rows[kept] = rows[at]
            kept += 1
    return kept


@compiled
def absorb(one: Any, later: Any, max_gap: Any, floor: Any) -> Any:
    """Lengthen a passage by a later one; False where the two do not follow one another closely."""
    between_s, between_t = later[S0] - one[S1], later[T0] - one[T1]
    if later[S0] < one[S0] or later[S1] <= one[S1] or later[T1] <= one[T1]:
        return False
    overlap = max(0, -between_s, -between_t)
    gap = max(between_s, between_t) + overlap
    matched = one[MATCHED] + later[MATCHED] - overlap
    columns = one[COLUMNS] + later[COLUMNS] - overlap + gap
    if gap > max_gap or later[MATCHED] <= overlap or matched < floor * columns:
        return False
    one[S1], one[T1] = later[S1], later[T1]
    one[MATCHED], one[COLUMNS] = matched, columns
    return True


@compiled
def thin(rows: Any, count: Any) -> Any:
    """Leave out passages that tell nothing new, longest first: what repeats in a text would match many times.

    First those are kept that are new by half in both texts, then those that are so in one of them.
    """
    if count < 2:
        return count
    order = np.argsort(-rows[:count, MATCHED], kind="mergesort")
    kept = np.zeros(count, np.bool_)
    for both in (True, False):
        for at in order:
            if kept[at]:
                continue
            in_source = new_by_half(rows, count, kept, rows[at, S0], rows[at, S1], S0)
            in_target = new_by_half(rows, count, kept, rows[at, T0], rows[at, T1], T0)
            kept[at] = (in_source and in_target) if both else (in_source or in_target)
    left = 0
    for at in range(count):
        if kept[at]:
            rows[left] = rows[at]
            left += 1
    return left


@compiled
def new_by_half(rows: Any, count: Any, kept: Any, begin: Any, end: Any, column: Any) -> Any:
    """Say whether half of a span, or more, is outside the spans kept."""
    known = 0
    for at in range(count):
        if kept[at]:
            known += max(0, min(end, rows[at, column + 1]) - max(begin, rows[at, column]))
    return 2 * known <= end - begin
