"""Where visits of the General Secretary went: the towns, villages and sites by which one visit is told.

``data/dated_events.csv`` has them (`visit_stop`): the province and the place, and the day by which the visit
itself is recorded. A place that two visits went to has a row for each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from readout_nlp.reference.tables import table_rows

Stop = tuple[str, str]
"""The short name of a province and a place within it."""


@cache
def visit_stops() -> dict[Stop, frozenset[date]]:
    """Give the recorded days of the visits that went to each place.

    Examples
    --------
    >>> [day.isoformat() for day in visit_stops()["山西", "运城"]]
    ['2023-05-16']
    """
    found: dict[Stop, set[date]] = {}
    for row in table_rows("dated_events.csv"):
        if row["kind"] == "visit_stop":
            province, place = row["name"].split(" ")
            found.setdefault((province, place), set()).add(date.fromisoformat(row["first_mention"]))
    return {stop: frozenset(days) for stop, days in found.items()}


@cache
def unplaced_visits() -> dict[str, frozenset[date]]:
    """Give, by province, the recorded days of the visits of which no place is on record.

    Examples
    --------
    >>> {day.year for day in unplaced_visits()["浙江"]}
    {2015}
    """
    placed = {(province, day) for (province, _), days in visit_stops().items() for day in days}
    found: dict[str, set[date]] = {}
    for row in table_rows("dated_events.csv"):
        day = date.fromisoformat(row["first_mention"])
        if row["kind"] in ("visit", "visit_told") and (row["name"], day) not in placed:
            found.setdefault(row["name"], set()).add(day)
    return {province: frozenset(days) for province, days in found.items()}


def stops_in(text: str) -> set[Stop]:
    """Give the places on record that a text names, with their provinces.

    Examples
    --------
    >>> sorted(stops_in("总书记专程到运城博物馆考察"))
    [('山西', '运城')]
    """
    return {stop for found in stop_mentions(text) for stop in stops_called(found)}


def stop_mentions(text: str) -> Iterator[re.Match[str]]:
    """Give each place on record where a text names it."""
    return _places().finditer(text)


def stops_called(mention: re.Match[str]) -> tuple[Stop, ...]:
    """Give the places on record that bear the name mentioned."""
    return _bearers()[mention.group()]


@cache
def _bearers() -> dict[str, tuple[Stop, ...]]:
    found: dict[str, tuple[Stop, ...]] = {}
    for stop in visit_stops():
        found[stop[1]] = (*found.get(stop[1], ()), stop)
    return found


@cache
def _places() -> re.Pattern[str]:
    return re.compile("|".join(sorted(_bearers(), key=lambda place: (-len(place), place))))
