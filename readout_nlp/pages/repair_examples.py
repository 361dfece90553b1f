"""What a repair did, to be looked at: a few characters around one repair of each kind, before and after."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from readout_nlp.pages.page import Repair, RepairExample, Step
from readout_nlp.pages.repair import replay

AROUND = 12  # characters shown on each side
LONGEST = 60  # of what was changed: a paragraph of mojibake is shown by its beginning


def examples_of(steps: Iterable[Step]) -> tuple[RepairExample, ...]:
    """Show the first repair of each kind in its line.

    The surroundings are as they were when this kind of repair was made, and as it left them: what earlier
    kinds have mended is mended in both, what later ones will mend is in neither.

    Parameters
    ----------
    steps
        The repairs of a page, kind by kind.

    Examples
    --------
    >>> from readout_nlp.pages.repair import repair_steps
    >>> [one[:3] for one in examples_of(repair_steps("會(huì)議聽取"))]
    [('pinyin_gloss', '會(huì)議聽取', '會議聽取'), ('traditional', '會議聽取', '会议听取')]
    """
    return tuple(_example(step) for step in steps)


def _example(step: Step) -> RepairExample:
    text, stretches = step.before, zip(step.starts, step.ends, strict=True)
    shown = next((at for at, (start, end) in enumerate(stretches) if end - start <= LONGEST), 0)
    first = step.first(shown + 1)[shown]
    if first.end - first.start > LONGEST:
        return RepairExample(first.kind, *(f"{part[:LONGEST]}…" for part in (*first[3:], *first[3:])))
    line_start, line_end = text.rfind("\n", 0, first.start) + 1, text.find("\n", first.end)
    low = max(line_start, first.start - AROUND)
    high = min(line_end if line_end >= 0 else len(text), first.end + AROUND)
    near = step.first(bisect_left(step.starts, high))
    low, high = _whole(near, low, high)
    within = [
        one._replace(start=one.start - low, end=one.end - low)
        for one in near
        if low <= one.start and one.end <= high
    ]
    before = text[low:high]
    return RepairExample(first.kind, before, replay(before, within), first.before, first.after)


def _whole(made: Iterable[Repair], low: int, high: int) -> tuple[int, int]:
    """Draw the ends in where they would cut through a repair."""
    for one in made:
        if one.start < low < one.end:
            low = one.end
        if one.start < high < one.end:
            high = one.start
    return low, high
