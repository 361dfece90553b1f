"""The blocks between two section heads: whose matter they speak to, and where another matter begins."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from readout_nlp.readouts.blocks import Block, Outline
from readout_nlp.readouts.draft import Draft, unstated
from readout_nlp.readouts.lead import elements, summary
from readout_nlp.readouts.matter import Matter, shared, topic

MATCHED = (
    0.3  # a block speaks to a matter when it holds at least this weighted share of what the matter is about
)
FAINT = 0.15  # ... or this much, for a paragraph 要… that speaks to no other matter more
NAMED = 0.6  # what a block's first sentence counts for, against the whole block
ABSENT = 0.25  # what a pair counts that stands nowhere on the page: it crosses the border of two words
DEPLOYED = 0.8  # 研究部署甲、乙等工作 in a lead often only sums up what the section heads tell
OLD = 0.5  # a topic is new when less than this share of it was spoken of before
_SPOKEN = re.compile(
    r"(?:总书记|主席|习近平)[^。]{0,120}?(?:讲话|贺信|指示|批示|回信|文章|慰问|论述|致辞|演讲|勉励语)"
)
_TOPIC = re.compile(
    r"[^,:。]{2,16}[,:](?P<topic>(?!要|必须|这|各|全|我们|今年|当前)[一-鿿“”]{4,20}?)"
    r"(?:是(?!否)|(?<![对把将由从向])已经?(?!被)|仍然?|正处|面临|存在|取得|呈现|事关|关系|关乎|责任重大|意义重大|至关重要|十分重要)"
)
_POINTS_OUT = re.compile(r"(?P<who>[一-鿿·]{2,12}?)指出[,:]")
_FIELD = re.compile(
    r"[^,:。]{2,16}[,:](?:近年来,|当前,)?(?:抓好?|做好|推进|加强)?(?:全[省市区县州旗])?"
    r"(?P<topic>(?!要|必须|这|各|我们|今年)[一-鿿“”]{2,10}?"
    r"(?:工作|改革|建设|发展|治理|保护|振兴|环境|安全|服务|经济|产业|创新|民生|教育|文化|稳定|防控|队伍|保障|创业))"
)


def zone_drafts(
    zone: Sequence[Block], heads: list[Matter], unmet: list[Matter], *, plan: Outline
) -> list[Draft]:
    """Draft the items that begin in the blocks between two section heads.

    Parameters
    ----------
    zone
        The blocks, frame left out.
    heads
        The matters of the heads just before; empty at the beginning of a body.
    unmet
        The lead's matters that no head tells; those that find their block here are taken out.
    plan
        The outline of the whole body.
    """
    if not heads:
        if len(zone) == 1 and len(unmet) <= 1:
            return [
                Draft(start=zone[0].span.start, matter=unmet.pop() if unmet else unstated(zone[0].span, ""))
            ]
        return _headless(zone, unmet, plan=plan)
    if len(zone) == 1 and len(heads) == 1:
        return []
    parts = [replace(heads[0], subject=subject) for subject in elements(heads[0].subject)]
    if len(heads) == 1 and len(parts) > 1:
        listed = _by_elements(zone, heads[0], parts, plan=plan)
        if listed:
            return listed
    return _after_heads(zone, heads, unmet, plan=plan)


def score(subject: Counter[str], block: Block, spread: Counter[str]) -> float:
    """Give how far a block speaks to a subject, 0 to 1: the share of its pairs found, rare ones first."""
    weights = {pair: 1 / spread[pair] if pair in spread else ABSENT for pair in subject}
    whole = sum(weights.values())
    if not whole:
        return 0.0
    first, told_of = block.first, block.topic
    named = sum(weight for pair, weight in weights.items() if pair in first)
    told = sum(w * told_of[pair] / (told_of[pair] + 1) for pair, w in weights.items() if pair in told_of)
    return (NAMED * named + (1 - NAMED) * told) / whole


def _score(matter: Matter, block: Block, spread: Counter[str]) -> float:
    value = score(matter.about, block, spread)
    return value * DEPLOYED if matter.acts == ("deploy",) else value


def _by_elements(zone: Sequence[Block], head: Matter, parts: list[Matter], *, plan: Outline) -> list[Draft]:
    """Take a head's list apart where two or more of its elements have a block of their own."""
    given = _assigned(zone, parts, spread=plan.spread)
    if len(given) < 2:
        return []
    first = min(given)
    drafts = [Draft(start=zone[n].span.start, matter=m) for n, m in given.items() if n != first]
    # the head sentence, and what stands before the first element's block, go with the first element
    return [Draft(start=head.start, matter=given[first]), *drafts]


def _after_heads(
    zone: Sequence[Block], heads: list[Matter], unmet: list[Matter], *, plan: Outline
) -> list[Draft]:
    """Follow the blocks after the heads: most go on with the last head's matter."""
    found: list[Draft] = []
    waiting = heads[:-1]
    current = heads[-1]
    for n, block in enumerate(zone):
        candidates = [*waiting, *(heads[-1:] if len(heads) > 1 else ()), *(unmet if n else ())]
        best = _better(block, current, candidates, plan=plan)
        if best is not None:
            _drop(unmet, best)
            _drop(waiting, best)
        elif n and block.opens:
            subject = _new_topic(block, heads[-1], spoken=zone[:n])
            best = unstated(block.span, subject) if subject else None
        if best is not None:
            found.append(Draft(start=block.span.start, matter=best))
            current = best
    return found


def _better(block: Block, current: Matter, matters: Sequence[Matter], *, plan: Outline) -> Matter | None:
    """Give the matter a block speaks to more than to the current one; None where it goes on with that."""
    if not matters:
        return None
    scored = [(_score(m, block, plan.spread), m) for m in matters]
    value, best = max(scored, key=lambda pair: pair[0])
    if value < MATCHED or best is current or value <= _score(current, block, plan.spread):
        return None
    return best


def _drop(matters: list[Matter], matter: Matter) -> None:
    matters[:] = [m for m in matters if m is not matter]


def _new_topic(block: Block, head: Matter, *, spoken: Sequence[Block]) -> str:
    """Name the topic that a speech opens (张三指出,推进某事是…) when nothing before was about it.

    指出 opens and 强调 goes on: a second 指出 of the same speaker needs only name another field of work.
    """
    if block.kind != "speech":
        return ""
    found = _TOPIC.match(block.span.text)
    again = _POINTS_OUT.match(block.span.text)
    if found is None and again is not None:
        before = (_POINTS_OUT.match(b.span.text) for b in spoken)
        found = _FIELD.match(block.span.text) if any(b and b["who"] == again["who"] for b in before) else None
    about = topic(found["topic"]) if found is not None else None
    if found is None or not about:
        return ""
    passed = Counter(head.about)
    for earlier in spoken:
        passed.update(earlier.topic)
    return found["topic"] if shared(about, passed) < OLD else ""


def _headless(zone: Sequence[Block], unmet: list[Matter], *, plan: Outline) -> list[Draft]:
    """Share blocks without a section head out among the matters of the lead."""
    matters = [m for m in unmet if not summary(m)]
    plural = next((m for m in unmet if m.acts[:1] == ("relay",) and summary(m)), None)
    given = _assigned(zone, matters, spread=plan.spread)
    found: list[Draft] = []
    waiting: Block | None = None
    for n, block in enumerate(zone):
        matter = given.get(n)
        if matter is None and plural is not None and block.opens and _SPOKEN.search(block.first_sentence):
            matter = replace(plural, subject=_spoken_of(block))
        if matter is None:
            waiting = block if block.kind == "speech" else waiting
            continue
        # a paragraph 要… goes on with the speech before it, so its item begins there
        opener = waiting if waiting is not None and block.kind == "plain" else block
        found.append(Draft(start=opener.span.start, matter=matter))
        waiting = None
    found = _from_the_first(zone, found, matters, unmet=unmet)
    for draft in found:
        _drop(unmet, draft.matter)
    return found


def _from_the_first(
    zone: Sequence[Block], found: list[Draft], matters: list[Matter], *, unmet: list[Matter]
) -> list[Draft]:
    """Give the blocks before the first matched one to the lead's first matter."""
    start = zone[0].span.start
    if found and found[0].start == start:
        return found
    used = [draft.matter for draft in found]
    unused = [m for m in (*matters, *unmet) if not any(m is other for other in used)]
    first = unused[0] if unused else None
    if first is not None and (not found or first.start < found[0].matter.start):
        return [Draft(start=start, matter=first), *found]
    if found:
        return [replace(found[0], start=start), *found[1:]]
    return [Draft(start=start, matter=unstated(zone[0].span, ""))]


def _spoken_of(block: Block) -> str:
    found = _SPOKEN.search(block.first_sentence)
    return found.group() if found else ""


def _assigned(zone: Sequence[Block], matters: list[Matter], *, spread: Counter[str]) -> dict[int, Matter]:
    """Give each matter the block that speaks most to it, the clearest pairs first, one block a matter."""
    pairs = [(_score(m, block, spread), -n, k) for n, block in enumerate(zone) for k, m in enumerate(matters)]
    given: dict[int, int] = {}
    for least in (MATCHED, FAINT):
        for value, n, k in sorted(pairs, reverse=True):
            faint = value < MATCHED
            if value < least or k in given.values() or -n in given or (faint and not _apart(zone[-n])):
                continue
            if not faint or all(v <= value for v, m, j in pairs if m == n and j in given.values()):
                given[-n] = k
    return {n: matters[k] for n, k in sorted(given.items())}


def _apart(block: Block) -> bool:
    """Say whether a block is a paragraph 要…: it may stand for a matter of the lead's list."""
    return block.kind == "plain" and block.opens
