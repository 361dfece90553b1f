"""What dates a page that names no year: a numbered session it relays, a name of its year."""

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
    if relayed:
        return Clue(relayed[-1].name, session=relayed[-1].name, eagerness=0.95 if plan.undated else 0.5)
    called = rng.choice([e.name for e in events("year") if e.day.year == plan.day.year])
    return Clue(called, year=f"今年是{called}")
