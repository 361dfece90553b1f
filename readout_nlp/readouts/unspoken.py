"""Matters of the lead that no later section speaks to: each is an item of its own, in the lead."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from readout_nlp.readouts.blocks import Block, Outline
from readout_nlp.readouts.draft import Draft
from readout_nlp.readouts.lead import LISTED, Lead, group_sizes, listed_in, own_end, summary
from readout_nlp.readouts.matter import CONSEQUENCE, Matter
from readout_nlp.readouts.speaks import closes, speaks_to

SPOKEN = 0.1  # what a block counts at least that says anything on a matter
TOLD = 0.3  # what a head counts at least that tells it in other words
MOST_BLOCKS = 400  # more paragraphs than any readout has
# 市委五届三次全会精神: a meeting without a field of its own is spoken to with what it relays
_ORGAN = "(?:[一-鿿]{0,4}?[省市县区州旗盟]|党|党中|中)?(?:党?委|央|政府|纪委|人大|政协|国务院|政治局)*"
_BARE_MEETING = re.compile(
    rf"{_ORGAN}(?:[、和]{_ORGAN}){{0,3}}"
    r"(?:第?[一二三四五六七八九十\d]+[届次期])*(?:全国|党组|常务|常委会?|扩大|全会|全体|会议|有关|相关|重要|讲话|工作|部署|要求|文件|通知|事项|精神|和|、)*"
)
_AND_MORE = re.compile(r"[^,;。]{2,80}?等(?:\d{1,2}|[一二三四五六七八九十]{1,3})(?:项|个|件)")
_SOME = re.compile("(?:几|数|若干|多|[一二三四五六七八九十]{1,2})[个项份件]")  # 审议几个文件: none is named
_WHO = re.compile("主持|出席|列席|参加|陪同")
_WHERE = re.compile(
    r"《(?:关于)?[一-鿿]{2,5}?[省市州盟县区旗](?:人民政府)?|\((?:讨论|送审|审议|征求意见)[^()]{0,2}\)"
)  # nor is 政府 or 讨论 a word of the paper


def lead_drafts(plan: Outline, drafts: Sequence[Draft], unmet: Sequence[Matter]) -> list[Draft]:
    r"""Draft items of the lead's matters that nothing below it speaks to.

    A matter has none where a speech is left that opens no other item, for it may be told there; a document's
    title would be in that speech. What the lead only sums up has none, nor what it lists before the first
    matter that is told.

    Parameters
    ----------
    plan
        The outline of the body.
    drafts
        What is told below the lead.
    unmet
        The lead's matters that are not.
    """
    if plan.lead is None or not drafts or not unmet or len(plan.blocks) > MOST_BLOCKS:
        return []
    begun = {draft.start for draft in drafts}
    left = [b.span.start for b in plan.blocks if b.span.start not in begun and _speaks(b)]
    sizes = group_sizes(plan.lead)
    mine = {m.start: m for m in plan.lead.matters}
    return [
        Draft(start=m.start, matter=m, end=own_end(m, plan.lead))
        for m in unmet
        if m.start in mine
        and not _counted(m, plan.lead)
        and not _sums_up(m, sizes.get(id(mine[m.start]), 0))
        and _stands_alone(m, plan)
        and _passed_over(m, plan.lead, drafts, left)
    ]


def _speaks(block: Block) -> bool:
    return block.opens and block.kind in ("speech", "plain") and not closes(block)


def _counted(matter: Matter, lead: Lead) -> bool:
    """Say whether a matter only stands for more: 研究甲、乙等九项议题."""
    return _AND_MORE.match(lead.sentence.text, matter.start - lead.sentence.start) is not None


def _sums_up(matter: Matter, size: int) -> bool:
    """Say whether a matter stands in a list that only sums up: 研究甲、乙、丙等工作."""
    return size >= LISTED and not matter.titled and not matter.relays


def _stands_alone(matter: Matter, plan: Outline) -> bool:
    """Say whether a matter names something of its own, and no block says a word on it."""
    if (
        summary(matter)
        or CONSEQUENCE.match(matter.subject)
        or matter.deployed
        or matter.acts in (("residual",), ("unstated",))
    ):
        return False
    if _WHO.search(matter.subject) or _SOME.match(matter.subject) or matter.subject.startswith("在"):
        return False  # …考察时的重要讲话和在汇报会上的重要讲话: one speaker's, told together
    if plan.lead is None or not listed_in(plan.lead, matter) or _BARE_MEETING.fullmatch(matter.subject):
        return False
    named = matter._replace(subject=_WHERE.sub(" ", matter.subject))  # every speech says the place's name
    return all(speaks_to(named, b, plan) < (TOLD if b.kind == "head" else SPOKEN) for b in plan.blocks)


def _passed_over(matter: Matter, lead: Lead, drafts: Sequence[Draft], left: Sequence[int]) -> bool:
    """Say whether what the lead lists around a matter is told, and no speech between is left for it."""
    places = {draft.matter.start: draft.start for draft in drafts}
    told = [(m.start, places[m.start]) for m in lead.matters if m.start in places]
    before = [place for start, place in told if start < matter.start]
    after = [place for start, place in told if start > matter.start]
    if not before and after:
        return False
    if matter.titled and "relay" not in matter.acts:
        return True
    first = bisect_left(left, max(before, default=0))
    return first == (bisect_left(left, min(after)) if after else len(left))
