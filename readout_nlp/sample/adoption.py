"""Planted tifa: when each city begins to print a fictional slogan, and on which pages it does."""

from __future__ import annotations

from datetime import date, timedelta

from readout_nlp.sample.schedule import PagePlan
from readout_nlp.sample.settings import SampleSettings
from readout_nlp.sample.streams import stream
from readout_nlp.sample.world import tifa_first_used

NEVER = 0.22
_MEAN_LAG = 280.0
_CITY_USE, _COUNTY_USE, _MOST = 0.14, 0.07, 3


def adopted(settings: SampleSettings, city: str) -> dict[str, date | None]:
    """Give the day from which a city prints each tifa; None if not by the sample's last day (censored)."""
    dates: dict[str, date | None] = {}
    for term, first in tifa_first_used().items():
        rng = stream(settings.seed, "adopts", city, term)
        never = rng.random() < NEVER
        day = first + timedelta(days=20 + int(rng.expovariate(1 / _MEAN_LAG)))
        dates[term] = None if never or day > settings.last_day else day
    return dates


def planned_uses(
    settings: SampleSettings, city: str, plans: tuple[PagePlan, ...]
) -> dict[str, tuple[str, ...]]:
    """Give the tifa that each page prints, by the page's key.

    None is printed before the city's date. The city's first dated page from that date on always prints it, so
    that what can be observed is as close to the planted date as the coverage allows.
    """
    dates = adopted(settings, city)
    uses: dict[str, tuple[str, ...]] = {}
    pending = {term for term, day in dates.items() if day is not None}
    for plan in plans:
        free = [term for term, day in dates.items() if day is not None and day <= plan.day]
        of_city = plan.place.code == city
        first = [term for term in free if term in pending] if of_city and not plan.undated else []
        pending.difference_update(first)
        rng = plan.stream("tifa")
        chance = _CITY_USE if of_city else _COUNTY_USE
        more = [term for term in free if rng.random() < chance and term not in first]
        uses[plan.key] = tuple(first + more[: max(0, _MOST - len(first))])
    return uses
