"""What dates a page that names no year: a numbered session, its year's congress, the n-th year of a plan."""

from __future__ import annotations

from dataclasses import dataclass

from readout_nlp.sample.schedule import PagePlan
from readout_nlp.sample.world import events

_CLUED = 0.65
_RELAYED_WITHIN = 45


@dataclass(frozen=True, slots=True)
class Clue:
    """What a page says that dates it: `session` is the session it relays, `year` a clause about this year.

    `event` is the event's name as printed; `eagerness` the chance that an item relays the session.
    """

    event: str = ""
    session: str = ""
    year: str = ""
    eagerness: float = 0.0


def clue_of(plan: PagePlan) -> Clue:
    """Choose the clue of a page: most undated pages have one, some dated ones too."""
    rng = plan.stream("clue")
    if rng.random() > (_CLUED if plan.undated else 0.2):
        return Clue()
    relayed = [e for e in events("session") if 1 <= (plan.day - e.day).days <= _RELAYED_WITHIN]
    coming = [e for e in events("congress") if e.day.year == plan.day.year and e.day > plan.day]
    if relayed:
        return Clue(relayed[-1].name, session=relayed[-1].name, eagerness=0.95 if plan.undated else 0.5)
    if coming:
        return Clue(coming[0].name, year=f"今年是{coming[0].name}召开之年")
    current = [e for e in events("plan") if e.day.year <= plan.day.year][-1]
    number = "一二三四五"[plan.day.year - current.day.year]
    return Clue(current.name, year=f"今年是{current.name}实施的第{number}年")
