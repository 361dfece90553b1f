"""Who meets when: the pages of a city and its counties over the years, before a word of them is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from random import Random

from readout_nlp.sample.attention import attention, deal
from readout_nlp.sample.settings import SampleSettings
from readout_nlp.sample.streams import stream
from readout_nlp.sample.world import FIRST_YEAR, FictionalPlace, counties

UNDATED = 0.15
OTHER = 0.25  # chance that a city's year holds a page that is no readout
_GAP, _THIN = 0.04, 0.10
_COUNTY_PART = 0.35


@dataclass(frozen=True, slots=True)
class PagePlan:
    """One page to write: whose meeting, when, about what; `undated` pages name no year anywhere."""

    seed: int
    place: FictionalPlace
    day: date
    number: int
    topics: tuple[str, ...]
    undated: bool

    @property
    def key(self) -> str:
        """Names the page and its random stream."""
        return f"{self.place.code}-{self.day.year}-{self.number:02d}"

    def stream(self, purpose: str) -> Random:
        """Give this page's random stream for one purpose."""
        return stream(self.seed, self.key, purpose)


def plan_city(settings: SampleSettings, city: FictionalPlace) -> tuple[PagePlan, ...]:
    """Plan all readouts of a city and its counties in order of time."""
    plans = [plan for year in settings.calendar for plan in _plan_year(settings, city, year)]
    return tuple(sorted(plans, key=lambda plan: (plan.day, plan.key)))


def plan_others(settings: SampleSettings, city: FictionalPlace) -> tuple[PagePlan, ...]:
    """Plan the pages of a city's site that are no readouts; their topics are empty."""
    plans = []
    for year in settings.calendar:
        rng = stream(settings.seed, "other", city.code, year)
        if rng.random() < OTHER:
            plans.append(PagePlan(settings.seed, city, _workday(rng, year), 91, (), False))
    return tuple(plans)


def _plan_year(settings: SampleSettings, city: FictionalPlace, year: int) -> list[PagePlan]:
    rng = stream(settings.seed, "cell", city.code, year)
    count = _count(settings.per_cell, year, rng)
    of_counties = round(count * _COUNTY_PART)
    shares = attention(settings.seed, city.code, year)
    plan = partial(_plan_places, year=year, shares=shares, matters=settings.matters, rng=rng)
    plans = plan([city] * (count - of_counties))
    below = [rng.choice(counties(city.code)) for _ in range(of_counties)]
    plans += plan(below)
    return [
        PagePlan(settings.seed, place, day, number, topics, undated)
        for number, (place, day, topics, undated) in enumerate(plans, 1)
    ]


def _plan_places(
    places: list[FictionalPlace],
    *,
    year: int,
    shares: dict[str, float],
    matters: tuple[int, int],
    rng: Random,
) -> list[tuple[FictionalPlace, date, tuple[str, ...], bool]]:
    sizes = [rng.randint(*matters) for _ in places]
    hands = deal(shares, sizes=sizes, rng=rng)
    days: list[date] = []
    while len(days) < len(places):
        day = _workday(rng, year)
        if day not in days:  # one committee meets once a day
            days.append(day)
    return [
        (place, day, tuple(hand), rng.random() < UNDATED)
        for place, day, hand in zip(places, days, hands, strict=True)
    ]


def _count(per_cell: int, year: int, rng: Random) -> int:
    chance, spread = rng.random(), per_cell // 5
    usual = per_cell + rng.randint(-spread, spread)
    if year == FIRST_YEAR or per_cell < 4:
        return usual
    if chance < _GAP:
        return 0
    return rng.randint(1, 2) if chance < _THIN else usual


def _workday(rng: Random, year: int) -> date:
    day = date(year, 1, 4) + timedelta(days=rng.randrange(355))
    return day - timedelta(days=max(0, day.weekday() - 4))
