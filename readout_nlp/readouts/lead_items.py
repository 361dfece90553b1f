"""Items of a lead that tells all by itself: nothing follows it, or only a speech to the whole."""

from __future__ import annotations

from readout_nlp.readouts import patterns
from readout_nlp.readouts.blocks import Outline
from readout_nlp.readouts.documents import each_document
from readout_nlp.readouts.draft import Draft
from readout_nlp.readouts.lead import LISTED, Lead, summary
from readout_nlp.readouts.matter import Matter
from readout_nlp.readouts.sources import organs
from readout_nlp.readouts.statements import joined


def from_lead(lead: Lead) -> list[Draft]:
    """Make items of the clauses of a lead that nothing follows."""
    stated = [m for m in lead.matters if not summary(m) or _of_organ(m)] or list(lead.matters)
    by_clause: dict[int, Matter] = {}
    start = -1
    for matter in stated:
        if start < 0 or patterns.verb_group().match(lead.sentence.text, matter.start - lead.sentence.start):
            start = matter.start  # 听取甲汇报,乙汇报: without a verb of its own, a clause goes on
        kept = by_clause.get(start)
        subject = matter.subject if kept is None else f"{kept.subject}、{matter.subject}"
        at = start - lead.sentence.start
        apart = lead.sentence.text[at - 1 : at] == ";"
        by_clause[start] = (kept or matter)._replace(subject=subject, apart=apart)
    matters = joined(list(by_clause.values()))
    return [Draft(start=m.start, matter=m) for m in each_document(matters, lead.sentence)]


def _of_organ(matter: Matter) -> bool:
    """Say whether a matter relays the word of an organ that it names: 传达学习省委常委会会议精神."""
    return matter.relays and bool(organs(matter.subject))


def voted_on(plan: Outline) -> bool:
    """Say whether the lead lists what a session passed, and only a speech to all of it follows."""
    if plan.lead is None or any(block.kind in ("head", "residual") for block in plan.blocks):
        return False
    clauses = zip(plan.lead.groups, plan.lead.matters, strict=True)
    named = {group: m for group, m in clauses if not summary(m)}
    voted = [m for m in plan.lead.matters if not summary(m) and {"approve", "decide"} & set(m.acts)]
    said = [b for b in plan.blocks if b.kind != "frame"]
    return (
        len(named) >= LISTED and len(voted) > 1 and all(not b.first_sentence.startswith("会议") for b in said)
    )
