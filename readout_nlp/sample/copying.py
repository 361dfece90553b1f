"""Planted passages: sentences copied word for word from the centre's documents and a neighbouring city."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from readout_nlp.sample.drafts import Draft
from readout_nlp.sample.material import full_width
from readout_nlp.sample.schedule import PagePlan

SHORTEST = 36  # characters; shorter repeats also arise by chance from shared sentence material
_FROM_CENTRE, _FROM_PEER = 0.75, 0.08
_NOT_BEFORE, _NOT_AFTER = 7, 400


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a source in half-width form, and where it stands there as printed.

    `kind` is ``echo_up`` (from the centre) or ``echo_peer`` (from the neighbouring city).
    """

    kind: str
    source: str
    topic: str
    day: date
    text: str
    start: int

    def record(self, body: str) -> dict[str, Any]:
        """Give the spans in the source and in the body that copied it."""
        printed = full_width(self.text)
        found = body.index(printed)
        size = len(printed)
        spans = {
            "source_start": self.start,
            "source_end": self.start + size,
            "start": found,
            "end": found + size,
        }
        return {"kind": self.kind, "source": self.source, **spans}


def choose_passages(
    plan: PagePlan, drafts: list[Draft], *, sources: list[Passage], wide: bool
) -> list[Passage | None]:
    """Choose for each item what it copies, mostly nothing; only dated pages with full-width marks copy."""
    rng = plan.stream("copies")
    chosen: list[Passage | None] = []
    for draft in drafts:
        from_centre, from_peer, pick = rng.random(), rng.random(), rng.random()
        offered: list[Passage] = []
        if draft.document is not None and from_centre < _FROM_CENTRE:
            offered = _of_document(draft)
        elif draft.document is None and from_peer < _FROM_PEER:
            offered = [p for p in sources if p.topic == draft.topic.id and _recent(p.day, plan.day)]
        usable = offered if wide and not plan.undated else []
        chosen.append(usable[int(pick * len(usable))] if usable else None)
    return chosen


def reusable(plan: PagePlan, drafts: list[Draft], *, body: str, path: str) -> tuple[Passage, ...]:
    """Give the pairs of a page's own sentences that another city could copy: in one paragraph, no names."""
    if plan.undated:
        return ()
    passages = []
    for draft in drafts:
        for pair in zip(draft.sentences, draft.sentences[1:], strict=False):
            text = "".join(pair)
            start = body.find(full_width(text))
            if start >= 0 and len(text) >= SHORTEST and not _names(text, plan):
                passages.append(Passage("echo_peer", path, draft.topic.id, plan.day, text, start))
    return tuple(passages)


def _of_document(draft: Draft) -> list[Passage]:
    document = draft.document
    if document is None:
        return []
    found, start = [], 0
    for one, two in zip(document.sentences, document.sentences[1:], strict=False):
        if "“" not in two and len(one + two) >= SHORTEST:  # a tifa must not travel ahead of its planted date
            found.append(Passage("echo_up", document.id, document.topic, document.day, one + two, start))
        start += len(one)
    return found


def _recent(source: date, target: date) -> bool:
    return _NOT_BEFORE <= (target - source).days <= _NOT_AFTER


def _names(text: str, plan: PagePlan) -> bool:
    return plan.place.short in text or f"{plan.place.unit}委" in text
