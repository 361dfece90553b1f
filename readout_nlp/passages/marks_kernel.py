"""Passages of folded characters as spans of the originals, with the marks that both have at the ends."""

from __future__ import annotations

from typing import Any

from readout_nlp.compiled import compiled

LETTER, OPENING, MARK = 0, 1, 2  # as in `folding`


@compiled
def grow_over_marks(rows: Any, places: Any, raw: Any, raw_starts: Any, kinds: Any, spans: Any) -> None:
    """Write begin and end in the source and in the target for every row, as offsets of the original texts.

    A span runs from its first letter to its last, and further over the same closing marks in both texts
    (a full stop, a closing quote) and back over the same opening marks.
    """
    for row in range(len(rows)):
        source, target = rows[row, 0], rows[row, 1]
        a, b = raw_starts[source], raw_starts[target]
        a_end, b_end = raw_starts[source + 1], raw_starts[target + 1]
        s0, s1 = a + places[rows[row, 2]], a + places[rows[row, 3] - 1] + 1
        t0, t1 = b + places[rows[row, 4]], b + places[rows[row, 5] - 1] + 1
        while s1 < a_end and t1 < b_end and raw[s1] == raw[t1] and kinds[raw[s1]] == MARK:
            s1 += 1
            t1 += 1
        while s0 > a and t0 > b and raw[s0 - 1] == raw[t0 - 1] and kinds[raw[s0 - 1]] == OPENING:
            s0 -= 1
            t0 -= 1
        spans[row, 0], spans[row, 1] = s0 - a, s1 - a
        spans[row, 2], spans[row, 3] = t0 - b, t1 - b
