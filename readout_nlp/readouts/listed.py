"""The list of matters that speeches follow: of the lead, else of the heads that come first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from readout_nlp.readouts.blocks import Block, Outline
from readout_nlp.readouts.lead import Lead, elements, listed_in, summary
from readout_nlp.readouts.matter import Matter, has_topic, implied, merged, same_matter, shared_both
from readout_nlp.readouts.spans import Span, clauses
from readout_nlp.readouts.statements import stated, statements
from readout_nlp.readouts.unmet import told

_JOINTS = "、和及与"
_TAIL = re.compile(
    "(?:[一二三四五六七八九十两]{1,2}(?:(?:个|项)(?:方面|问题|工作|方案)?|方面))?"
    "等?(?:有关|相关)?(?:工作|事项|事宜|情况|问题)*$"
)


class Listed(NamedTuple):
    """A matter of a list, or a part of one.

    Attributes
    ----------
    clause
        The number of the clause in which it stands, with other parts.
    whole
        The matter of which it is a part.
    joint
        Whether 和 or the like joins it to the part before: one name may hold the word.
    """

    matter: Matter
    clause: int
    whole: Matter
    joint: bool = False


def list_of(plan: Outline, blocks: Sequence[Block]) -> tuple[list[Listed], int]:
    r"""Give the matters that a page lists first, each taken apart, and how many of its blocks list them.

    Examples
    --------
    >>> from readout_nlp.readouts.blocks import outline
    >>> plan = outline("3月1日,市委常委会召开会议,听取防汛、春茶情况汇报。\n会议强调,防汛要抓早。")
    >>> [(one.matter.subject, one.clause) for one in list_of(plan, plan.blocks)[0]]
    [('防汛', 1), ('春茶', 1)]
    """
    lead = plan.lead
    if lead is not None and any(not summary(m) for m in lead.matters):
        named = (pair for pair in _apart(_clauses(lead)) if pair[0].relays or not summary(pair[0]))
        return list(_parts(named, lead.sentence, blocks)), 0
    found: list[Listed] = []
    for begin, block in enumerate(blocks):
        if block.kind != "head" or (found and (block.opens or _repeats(block, found))):
            return found, begin
        sentence = Span(block.span.start, block.span.start + len(block.first_sentence), block.first_sentence)
        base = found[-1].clause + 1 if found else 0
        found.extend(_parts(_apart(_unjoined(block, sentence, base)), sentence, ()))
    return found, len(blocks)


def told_by(block: Block, listed: Sequence[Listed]) -> int | None:
    """Give the place of the matter of a list that a head tells; None where it tells none.

    A head that relays tells the one thing relayed that the list does not name: 传达学习有关精神.
    """
    about = block.matters[0].about
    near = [sum(shared_both(one.matter.about, about)) for one in listed]
    best = near.index(max(near))
    if told(listed[best].matter.about, [about]):
        return best
    unnamed = [n for n, one in enumerate(listed) if one.matter.relays and not one.matter.about]
    relays = block.matters[0].relays and not block.matters[0].titled
    return unnamed[0] if relays and len(unnamed) == 1 else None


def _clauses(lead: Lead) -> Iterator[tuple[Matter, int]]:
    """Give what a lead lists with the number of its clause; a document is a clause of its own."""
    number, before = 0, -1
    for matter, group in zip(lead.matters, lead.groups, strict=True):
        if listed_in(lead, matter):
            number += group != before or matter.titled
            before = group
            yield matter, number


def _repeats(block: Block, listed: Sequence[Listed]) -> bool:
    """Say whether a head goes on with what was listed: 会议原则通过甲方案."""
    return len(block.matters) == 1 and told_by(block, listed) is not None


def _unjoined(block: Block, sentence: Span, base: int) -> Iterator[tuple[Matter, int]]:
    """Give each statement of a head by itself, with the number of the matter that it was joined to."""
    every = stated(statements(sentence))
    ends = [*(m.start for m in block.matters[1:]), sentence.end]
    for clause, (matter, end) in enumerate(zip(block.matters, ends, strict=True), base):
        own = [m for m in every if matter.start <= m.start < end]
        mine = [m for n, m in enumerate(own) if not n or _of_its_own(m, own[n - 1])]
        yield from ((m, clause) for m in (mine if len(mine) > 1 else [matter]))


def _of_its_own(matter: Matter, before: Matter) -> bool:
    return has_topic(matter.subject) and not implied(matter, after=before)


def _apart(matters: Iterable[tuple[Matter, int]]) -> list[tuple[Matter, int]]:
    """Join what only goes on with the matter before it: 分析经济形势,部署经济工作."""
    found: list[tuple[Matter, int]] = []
    for matter, clause in matters:
        before, last = found[-1] if found else (matter, -1)
        if found and has_topic(before.subject) and same_matter(before, matter):
            acts = before.acts if matter.acts == ("deliberate",) else merged(before, matter).acts
            found[-1] = (before._replace(acts=acts), last)
        elif last != clause or before.acts != ("decide",):
            found.append((matter, clause))
    return found


def _parts(
    matters: Iterable[tuple[Matter, int]], sentence: Span, blocks: Sequence[Block]
) -> Iterator[Listed]:
    """Part the lists of a sentence, but for those that a head of their own tells."""
    heads = [m.about for block in blocks for m in block.matters]
    for matter, clause in matters:
        whole = told(matter.about, heads, whole=True)
        for part in [matter] if whole else _named(matter, sentence):
            before = sentence.text[part.start - sentence.start - 1 : part.start - sentence.start]
            yield Listed(part, clause, matter, joint=part.start > matter.start and before in _JOINTS[1:])


def _named(matter: Matter, sentence: Span) -> list[Matter]:
    """Part a matter at every joint where both sides name something: 听取甲、乙和丙情况汇报."""
    if matter.acts in (("decide",), ("approve",)) and not matter.titled:
        return [matter]  # 决定创新某机制、为某事拓宽空间; 通过甲、乙试验区方案
    names = elements(matter.subject) if matter.relays else _names(_TAIL.sub("", matter.subject))
    if len(names) < 2:
        return [matter]
    found = [matter._replace(subject=names[0])]
    for name in names[1:]:
        place = sentence.text.find(name, max(0, found[-1].start - sentence.start))
        start = sentence.start + place if place >= 0 else found[-1].start
        found.append(matter._replace(subject=name, start=start))
    return found


def _names(subject: str) -> list[str]:
    """Cut at joints; what names nothing by itself stays with what follows, else with what is before."""
    found: list[str] = []
    held = ""
    for piece in clauses(Span(0, len(subject), subject), _JOINTS):
        held += piece.text
        if has_topic(held.rstrip(_JOINTS)):
            found.append(held)
            held = ""
    if held and found:
        found[-1] += held
    return [name.strip(_JOINTS) for name in found]
