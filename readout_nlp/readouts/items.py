"""The agenda: one item a matter, from the lead sentence joined with the section heads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from readout_nlp.readouts.blocks import Block, blocks
from readout_nlp.readouts.heads import joined, residual
from readout_nlp.readouts.lead import Lead, find_lead, summary
from readout_nlp.readouts.matter import Matter, shared, topic
from readout_nlp.readouts.readout import Act, Item
from readout_nlp.readouts.spans import Span, fold, paragraphs, sentences

MATCHED = (
    0.3  # a block speaks to a matter when it holds at least this weighted share of what the matter is about
)
NAMED = 0.6  # what a block's first sentence counts for, against the whole block
ABSENT = 0.25
COVERED = 0.5  # a lead matter is told by a section head that holds this share of it
_SPOKEN = re.compile(
    r"(?:总书记|主席|习近平)[^。]{0,120}?(?:讲话|贺信|指示|批示|回信|文章|慰问|论述|致辞|演讲|勉励语)"
)
_TOPIC = re.compile(
    r"[^,:。]{2,16}[,:](?P<topic>(?!要|必须|这|各|全|我们|今年|当前)[一-鿿“”]{4,20}?)(?:是(?!否)|事关|关系|关乎|责任重大|意义重大|至关重要|十分重要)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An item in the making: where it begins, and its matter."""

    start: int
    matter: Matter


def find_items(body: str, readout_id: str) -> tuple[Item, ...]:
    """Find the items of a body; always at least one unless the body is empty.

    Parameters
    ----------
    body
        The readout as printed: paragraphs on lines.
    readout_id
        Permanent id of the readout; items are numbered from ``-01``.

    Examples
    --------
    >>> text = "3月1日,市委常委会召开会议。\\n会议听取防汛工作汇报。会议强调,要守住底线。\\n会议还研究了其他事项。"
    >>> [(i.id, i.act, i.subject, i.text[-5:]) for i in find_items(text, "r")]
    [('r-01', 'hear', '防汛', '守住底线。'), ('r-02', 'residual', '其他事项', '其他事项。')]
    """
    if not body.strip():
        return ()
    drafts, closing = _drafts(fold(body))
    ordered = sorted({d.start: d for d in drafts}.values(), key=lambda d: d.start)
    ends = [*(d.start for d in ordered[1:]), closing]
    found = []
    for number, (draft, limit) in enumerate(zip(ordered, ends, strict=True), 1):
        end = draft.matter.end if draft.matter.end > limit else limit
        end = min(end, limit)
        text = body[draft.start : end].rstrip()
        found.append(_item(f"{readout_id}-{number:02d}", draft, text))
    return tuple(found)


def _item(identity: str, draft: Draft, text: str) -> Item:
    matter = draft.matter
    acts: tuple[Act, ...] = matter.acts or ("unstated",)
    return Item(
        id=identity,
        act=acts[0],
        acts=acts,
        verb=matter.verb,
        subject=matter.subject or text[:30],
        text=text,
        start=draft.start,
        end=draft.start + len(text),
    )


def _drafts(folded: str) -> tuple[list[Draft], int]:
    parts = list(paragraphs(folded))
    lead = find_lead(parts)
    told = blocks(parts, lead)
    drafts = _from_blocks(told, lead)
    if drafts:
        return drafts, _closing(told)
    if lead is not None and lead.matters:
        return _from_lead(lead), _end_of(told, lead)
    return [_whole(parts, told, lead)], parts[-1].end


def _closing(told: list[Block]) -> int:
    """Find where the last item ends: before the frame at the tail, after the other business."""
    last = len(told)
    while last and told[last - 1].kind == "frame":
        last -= 1
    for n in range(last):
        rest = told[n + 1 : last]
        if told[n].kind == "residual" and not any(b.kind in ("head", "residual") for b in rest):
            return told[n].span.end
    return told[last - 1].span.end


def _end_of(told: list[Block], lead: Lead) -> int:
    return told[-1].span.end if told else lead.sentence.end


def _whole(parts: list[Span], told: list[Block], lead: Lead | None) -> Draft:
    """Make one unstated item of a text in which no matter is stated."""
    start = next((b.span.start for b in told if b.kind != "frame"), parts[0].start)
    if lead is None:
        start = parts[0].start
    return Draft(start=start, matter=_unstated(Span(start, parts[-1].end, ""), ""))


def _unstated(span: Span, subject: str) -> Matter:
    return Matter(start=span.start, end=span.end, acts=("unstated",), verb=None, subject=subject)


def _from_lead(lead: Lead) -> list[Draft]:
    """Make items of the clauses of a lead that nothing follows."""
    stated = [m for m in lead.matters if not summary(m)] or list(lead.matters)
    by_clause: dict[int, Matter] = {}
    for matter in stated:
        kept = by_clause.get(matter.start)
        by_clause[matter.start] = (
            matter if kept is None else replace(kept, subject=f"{kept.subject}、{matter.subject}")
        )
    return [Draft(start=m.start, matter=m) for m in joined(list(by_clause.values()))]


def _from_blocks(told: list[Block], lead: Lead | None) -> list[Draft]:
    explicit = [m for b in told if b.kind == "head" for m in b.matters]
    open_matters = _uncovered(lead, explicit) if lead is not None else []
    weights = _weights(told)
    drafts: list[Draft] = []
    zone: list[Block] = []
    heads: list[Matter] = []
    for block in [*told, None]:
        if block is not None and block.kind not in ("head", "residual"):
            zone.append(block)
            continue
        drafts.extend(_zone(zone, heads, open_matters, weights=weights))
        if block is None:
            break
        if (zone and any(b.kind != "frame" for b in zone)) or drafts == []:
            heads = []
        zone = []
        if block.kind == "residual":
            drafts.append(Draft(start=block.span.start, matter=_other_business(block)))
            heads = []
        else:
            drafts.extend(Draft(start=m.start, matter=m) for m in block.matters)
            heads = [*heads, *block.matters]
    return _relocated(drafts)


def _other_business(block: Block) -> Matter:
    verb = "研究" if "研究" in block.span.text else None
    return Matter(
        start=block.span.start, end=block.span.end, acts=("residual",), verb=verb, subject="其他事项"
    )


def _relocated(drafts: list[Draft]) -> list[Draft]:
    """Keep one draft a matter: the one where it is discussed, when a list of heads came before the discussion."""
    last: dict[int, Draft] = {}
    for draft in drafts:
        last[id(draft.matter)] = draft
    return [d for d in drafts if last[id(d.matter)] is d]


def _uncovered(lead: Lead, explicit: list[Matter]) -> list[Matter]:
    """List the matters of the lead that no section head tells."""
    abouts = [topic(m.subject) for m in explicit]
    told = {
        n
        for n, m in enumerate(lead.matters)
        for about in abouts
        if shared(topic(m.subject), about) >= COVERED or shared(about, topic(m.subject)) >= COVERED
    }
    return [
        m for n, m in enumerate(lead.matters) if n not in told and not residual(f"会议{m.verb}{m.subject}")
    ]


def _weights(told: list[Block]) -> Counter[str]:
    """Count in how many blocks each pair occurs: what is everywhere tells little."""
    found: Counter[str] = Counter()
    for block in told:
        found.update(block.topic.keys())
    return found


def score(subject: Counter[str], block: Block, spread: Counter[str]) -> float:
    """Give how far a block speaks to a subject, 0 to 1: the share of its pairs found, rare ones weighing more.

    The first sentence, which names the matter, counts more than the rest. Pairs that stand nowhere on the page
    (they cross the border of two words) count little.
    """
    weights = {pair: 1 / spread[pair] if spread[pair] else ABSENT for pair in subject}
    whole = sum(weights.values())
    if not whole:
        return 0.0
    named = sum(weight for pair, weight in weights.items() if pair in block.first)
    told = sum(weight * block.topic[pair] / (block.topic[pair] + 1) for pair, weight in weights.items())
    return (NAMED * named + (1 - NAMED) * told) / whole


def _zone(
    zone: list[Block], heads: list[Matter], open_matters: list[Matter], *, weights: Counter[str]
) -> list[Draft]:
    """Find the items that begin in the blocks between two section heads."""
    spoken = [b for b in zone if b.kind != "frame"]
    if not spoken:
        return []
    if not heads:
        return _headless(spoken, open_matters, weights=weights)
    found: list[Draft] = []
    undiscussed = heads[:-1]
    current = topic(heads[-1].subject)
    passed: Counter[str] = Counter(current)
    for n, block in enumerate(spoken):
        candidates = [*undiscussed, *((heads[-1],) if len(heads) > 1 else ()), *(open_matters if n else ())]
        best = _best(block, candidates, weights)
        own = score(current, block, weights)
        if best is not None and best[1] > own and best[0] is not heads[-1]:
            found.append(Draft(start=block.span.start, matter=best[0]))
            _drop(open_matters, best[0])
            _drop(undiscussed, best[0])
            current = topic(best[0].subject)
        elif best is not None and best[0] is heads[-1] and found:
            found.append(Draft(start=block.span.start, matter=heads[-1]))
            current = topic(heads[-1].subject)
        elif n and block.opens:
            subject = _new_topic(block, passed)
            if subject:
                found.append(Draft(start=block.span.start, matter=_unstated(block.span, subject)))
                current = topic(subject)
        passed.update(block.topic)
    return found


def _drop(matters: list[Matter], matter: Matter) -> None:
    matters[:] = [m for m in matters if m is not matter]


def _best(block: Block, matters: Iterable[Matter], weights: Counter[str]) -> tuple[Matter, float] | None:
    scored = [(m, score(topic(m.subject), block, weights)) for m in matters]
    best = max(scored, key=lambda pair: pair[1], default=None)
    return best if best is not None and best[1] >= MATCHED else None


def _new_topic(block: Block, passed: Counter[str]) -> str:
    """Name the topic that a speech opens (张三指出,推进某事是…) when nothing before was about it."""
    found = _TOPIC.match(block.span.text) if block.kind == "speech" else None
    if found is None:
        return ""
    about = topic(found["topic"])
    return found["topic"] if about and shared(about, passed) < 0.5 else ""


def _headless(spoken: list[Block], open_matters: list[Matter], *, weights: Counter[str]) -> list[Draft]:
    """Share blocks without a section head out among the matters of the lead."""
    matters = [m for m in open_matters if not summary(m)] or list(open_matters)
    plural = next((m for m in open_matters if m.acts[:1] == ("relay",) and not topic(m.subject)), None)
    given = _assigned(spoken, matters, weights=weights)
    found: list[Draft] = []
    waiting: Block | None = None
    for n, block in enumerate(spoken):
        matter = given.get(n)
        if matter is None and plural is not None and block.opens and _SPOKEN.search(_first(block)):
            matter = replace(plural, subject=_quoted(block))
        elif matter is None and not found:
            unused = [m for m in matters if m not in given.values()]
            matter = unused[0] if unused else _unstated(block.span, "")
        if matter is None:
            waiting = block if block.kind == "speech" else None
            continue
        opener = waiting if waiting is not None and block.kind == "plain" else block
        found.append(Draft(start=opener.span.start, matter=matter))
        waiting = None
    for draft in found:
        _drop(open_matters, draft.matter)
    return found


def _assigned(spoken: list[Block], matters: list[Matter], *, weights: Counter[str]) -> dict[int, Matter]:
    """Give each matter the block that speaks most to it, the clearest pairs first, one block a matter."""
    abouts = [topic(m.subject) for m in matters]
    pairs = [
        (score(about, b, weights), -n, k) for n, b in enumerate(spoken) for k, about in enumerate(abouts)
    ]
    given: dict[int, Matter] = {}
    used: set[int] = set()
    for value, n, k in sorted(pairs, reverse=True):
        if value < MATCHED:
            break
        if k not in used and -n not in given:
            given[-n] = matters[k]
            used.add(k)
    return given


def _first(block: Block) -> str:
    return next(sentences(block.span)).text


def _quoted(block: Block) -> str:
    found = _SPOKEN.search(_first(block))
    return found.group() if found else ""
