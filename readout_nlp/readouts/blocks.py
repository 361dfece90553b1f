"""The body after the lead, cut where a matter or a stretch of speech may begin."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from readout_nlp.readouts.heads import head, residual, speech
from readout_nlp.readouts.lead import Lead, frame
from readout_nlp.readouts.matter import Matter, topic
from readout_nlp.readouts.spans import Span, sentences

BlockKind = Literal["head", "speech", "plain", "residual", "frame"]


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the body that belongs to one item as a whole.

    Attributes
    ----------
    kind
        ``head`` opens matters, ``speech`` begins with 会议强调 or a speaker, ``plain`` is a paragraph without
        either, ``residual`` the other business, ``frame`` is about the meeting's holding.
    opens
        Whether the block begins a paragraph.
    topic, first
        What the block, and what its first sentence, is about: pairs of characters with their counts.
    """

    span: Span
    kind: BlockKind
    opens: bool
    matters: tuple[Matter, ...]
    topic: Counter[str]
    first: Counter[str]


def blocks(parts: list[Span], lead: Lead | None) -> list[Block]:
    """Cut the paragraphs at and after the lead into blocks.

    Sentences of the lead paragraph after the lead sentence count only where they open a matter, or where the
    lead paragraph is the only one.
    """
    found: list[Block] = []
    first = lead.index if lead is not None else 0
    for index, part in enumerate(parts[first:], first):
        inside = list(sentences(part))
        within_lead = lead is not None and index == lead.index
        if within_lead and lead is not None:
            inside = [s for s in inside if s.start >= lead.sentence.end]
        alone = within_lead and len(parts) == first + 1
        found.extend(_cut(inside, heads_only=within_lead and not alone))
    return found


def _cut(inside: list[Span], *, heads_only: bool) -> list[Block]:
    found: list[Block] = []
    run: list[Span] = []
    kind: BlockKind = "plain"
    matters: tuple[Matter, ...] = ()
    opens = True
    for sentence in inside:
        new_kind, new_matters = _kind(sentence, opens=not run or (kind == "head" and len(run) == 1))
        if run and new_kind == "plain":
            run.append(sentence)
            continue
        if run:
            found.append(_block(run, kind, opens=opens, matters=matters))
            opens = False
        run, kind, matters = [sentence], new_kind, new_matters
    if run:
        found.append(_block(run, kind, opens=opens, matters=matters))
    if heads_only:
        first = next((n for n, b in enumerate(found) if b.kind in ("head", "residual")), len(found))
        found = found[first:]
    return found


def _kind(sentence: Span, *, opens: bool) -> tuple[BlockKind, tuple[Matter, ...]]:
    if residual(sentence.text):
        return "residual", ()
    matters = head(sentence, opens=opens)
    if matters:
        return "head", matters
    if speech(sentence.text) is not None:
        return "speech", ()
    return ("frame", ()) if frame(sentence.text) else ("plain", ())


def _block(run: list[Span], kind: BlockKind, *, opens: bool, matters: tuple[Matter, ...]) -> Block:
    text = "".join(s.text for s in run)
    span = Span(run[0].start, run[-1].end, text)
    return Block(span, kind, opens, matters, topic(text), topic(run[0].text))
