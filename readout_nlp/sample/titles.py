"""Titles and sources of readouts (in half-width form)."""

from __future__ import annotations

from random import Random

from readout_nlp.sample.drafts import local
from readout_nlp.sample.material import topics
from readout_nlp.sample.schedule import PagePlan
from readout_nlp.sample.style import Style


def title_of(plan: PagePlan, style: Style, presider: str) -> str | None:
    """Write the title; None on a site that prints none."""
    if style.site == "bare":
        return None
    rng = plan.stream("title")
    heads = [topics()[topic].heads[0] for topic in plan.topics]
    committee = f"{plan.place.name}委常委会"
    chance = rng.random()
    if chance < 0.45:
        return f"{committee}召开会议 研究部署{'、'.join(heads[:2])}等 {presider}主持"
    if chance < 0.75:
        return f"{committee}召开会议"
    return _comment(plan, rng)


def source_of(plan: PagePlan, style: Style) -> str | None:
    """Name the source as printed: a city's newspaper, a county's media centre; on some bare sites None."""
    rng = plan.stream("source")
    if style.site == "bare" and rng.random() < 0.5:
        return None
    return f"{plan.place.short}日报" if plan.place.level == "prefecture" else f"{plan.place.short}融媒体中心"


def _comment(plan: PagePlan, rng: Random) -> str:
    first, second = (rng.choice(topics()[topic].slogans) for topic in rng.sample(plan.topics, 2))
    return local(f"{first} {second}", plan)
