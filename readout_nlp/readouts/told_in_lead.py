"""Leads that tell their matters: 听取甲,会议指出…;研究乙,要求…; or with a speech behind the last."""

from __future__ import annotations

import re

from readout_nlp.readouts.blocks import Outline
from readout_nlp.readouts.draft import Draft
from readout_nlp.readouts.lead import LISTED, convenes, listed_in
from readout_nlp.readouts.matter import Matter
from readout_nlp.readouts.spans import Span
from readout_nlp.readouts.speaks import FAINT, speaks_to
from readout_nlp.readouts.statements import ENDS, stated, statements

_SAYS = re.compile("(?:会议)?(?:强调|指出|要求|明确|认为|提出)")
_MEETING_SAYS = re.compile(",会议(?:强调|指出|要求|明确|认为|提出)")
_OPENED = re.compile("了|《")


def told_in_lead(plan: Outline, drafts: list[Draft]) -> list[Draft]:
    r"""Draft the matters of a lead sentence that also says what was said on them.

    Parameters
    ----------
    plan
        The outline of the body.
    drafts
        The items found so far; what heads below the lead open is kept.

    Examples
    --------
    >>> from readout_nlp.readouts.blocks import outline
    >>> text = "县委召开会议,听取防汛汇报,会议指出要早备;研究茶园补贴,要求算清。"
    >>> [draft.matter.subject for draft in told_in_lead(outline(text), [])]
    ['防汛', '茶园补贴']
    """
    if plan.lead is None or any(block.kind == "speech" and not block.listing for block in plan.blocks):
        return []
    sentence = plan.lead.sentence
    if _MEETING_SAYS.search(sentence.text) is None:
        return []
    found = _matters(sentence)
    if len(found) < 2:
        return []
    heads = {block.span.start for block in plan.blocks if block.kind in ("head", "residual")}
    return [*(Draft(start=m.start, matter=m) for m in found), *(d for d in drafts if d.start in heads)]


def _matters(sentence: Span) -> list[Matter]:
    """Read the clauses of a sentence that state a matter, before and behind what was said."""
    found: list[Matter] = []
    said = ended = False
    opened = False
    for clause in statements(sentence):
        if not opened:
            opened = convenes(sentence.text[: clause.end - sentence.start])
            continue
        if _SAYS.match(clause.text):
            said = True
        elif (mine := stated([clause])) and (not said or ended or _listed_again(clause)):
            found.extend(mine[:1])
            said = False
        ended = clause.text.endswith(";")
    return found


def _listed_again(clause: Span) -> bool:
    """Say whether a clause behind what was said states the next matter."""
    return ENDS.search(clause.text) is not None or _OPENED.search(clause.text[:8]) is not None


def last_told(plan: Outline) -> list[Draft]:
    r"""Draft the matters of a lead in it, where the one speech of the page is on the last of three or more.

    Examples
    --------
    >>> from readout_nlp.readouts.blocks import outline
    >>> text = "县委召开会议,传达省委信访会议精神,听取防汛汇报,研究茶园补贴。会议强调,茶园补贴要算清。"
    >>> [draft.matter.subject for draft in last_told(outline(text))]
    ['省委信访会议精神', '防汛', '茶园补贴']
    """
    lead = plan.lead
    if lead is None or len(plan.parts) > 1:
        return []
    said = [block for block in plan.blocks if block.kind != "frame"]
    if [block.kind for block in said] != ["speech"]:
        return []
    groups = zip(lead.matters, lead.groups, strict=True)
    first = {group: m for m, group in reversed([pair for pair in groups if listed_in(lead, pair[0])])}
    named = [first[group] for group in sorted(first)]
    scores = [speaks_to(m, said[0], plan) for m in named]
    if len(named) < LISTED or scores[-1] < FAINT or any(score >= FAINT for score in scores[:-1]):
        return []
    return [Draft(start=m.start, matter=m) for m in named]
