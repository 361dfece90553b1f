"""When the party committees of provinces met: their congresses and plenums, and what these bound.

``data/dated_events.csv`` has the days (`regional_congress`, `regional_plenum`), or the first and the last day
that are possible. The ordinals of one committee bound each other: a plenum without a day lies between those
that have one, and a congress without a day in the months in which all provinces held theirs
(`congress_season`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from readout_nlp.reference.gazetteer import divisions
from readout_nlp.reference.numerals import han_number
from readout_nlp.reference.tables import table_rows

CORPS = "兵团"
_CONGRESS = 0  # the number of a term's congress: before its first plenum
_CLOSES_WITHIN = timedelta(8)  # a congress takes four days or five, and the first plenum follows at once
_KINDS = {"省": "省委", "市": "市委", "自治区": "自治区党委"}

Ordinal = tuple[int, int]
"""The term of a committee and the number of its plenum; 0: the congress that opens the term."""


class Sitting(NamedTuple):
    """The days within which a congress or a plenum met.

    Attributes
    ----------
    earliest, latest
        The first and the last day on which it can have opened; the same where the day is known.
    following
        The day by which a later one of the region had met; None where none is known.
    """

    earliest: date
    latest: date | None
    following: date | None

    @property
    def known(self) -> bool:
        """Say whether the day is known."""
        return self.earliest == self.latest


@cache
def committees() -> dict[str, str]:
    """Give what the committee of each region is called (省委, 市委, 自治区党委), by the region's short name.

    Examples
    --------
    >>> committees()["山西"], committees()["天津"], committees()["内蒙古"]
    ('省委', '市委', '自治区党委')
    """
    provinces = (unit for unit in divisions() if unit.level == "province")
    return {unit.short: _KINDS[end] for unit in provinces for end in _KINDS if unit.name.endswith(end)}


def sitting(region: str, term: int, number: int = _CONGRESS) -> Sitting | None:
    """Say when a region's plenum met, or its congress; None where nothing bounds it from below.

    Parameters
    ----------
    region
        The region's short name.
    term
        The number of its committee, which is that of the congress that elected it.
    number
        The number of the plenum.

    Examples
    --------
    >>> sitting("内蒙古", 11, 7).earliest
    datetime.date(2023, 12, 25)
    >>> sitting("内蒙古", 99, 1) is None
    True
    """
    recorded = _recorded().get(region, {})
    wanted = (term, number)
    before = [days[0] for ordinal, days in recorded.items() if (term, _CONGRESS) <= ordinal < wanted]
    after = [days[1] for ordinal, days in recorded.items() if ordinal > wanted]
    first, last = recorded.get(wanted, (date.min, date.max))
    if number == 1 and (term, _CONGRESS) in recorded:
        last = min(last, recorded[term, _CONGRESS][1] + _CLOSES_WITHIN)
    earliest, following = max([first, *before]), min(after, default=None)
    if earliest == date.min:
        return None
    return Sitting(earliest, min([last, *after]) if after or last < date.max else None, following)


def term_begun(region: str, term: int) -> bool | None:
    """Say whether a region's committee of that number has been elected; None where it cannot be told.

    Examples
    --------
    >>> term_begun("内蒙古", 11), term_begun("内蒙古", 99)
    (True, False)
    """
    terms = [ordinal[0] for ordinal in _recorded().get(region, ())]
    if not terms or term < min(terms):
        return None
    return (term + 1, _CONGRESS) in _recorded()[region]


@cache
def _recorded() -> dict[str, dict[Ordinal, tuple[date, date]]]:
    """Give the first and the last day on which each can have opened, by region and ordinal."""
    found: dict[str, dict[Ordinal, tuple[date, date]]] = {}
    for region, ordinal, days in _rows():
        found.setdefault(region, {})[ordinal] = days
    for recorded in found.values():
        recorded.update(_in_season(recorded))
    return found


def _in_season(recorded: dict[Ordinal, tuple[date, date]]) -> dict[Ordinal, tuple[date, date]]:
    """Give the congresses of a region that have no day of their own, by the seasons of all."""
    seasons = sorted(_days(row) for row in table_rows("dated_events.csv") if row["kind"] == "congress_season")
    placed = [(term, _place(number, days[0], seasons)) for (term, number), days in recorded.items()]
    first = next((term - place for term, place in placed if place is not None), None)
    if first is None:
        return {}
    numbered = {(first + place, _CONGRESS): season for place, season in enumerate(seasons)}
    return {ordinal: season for ordinal, season in numbered.items() if ordinal not in recorded}


def _place(number: int, day: date, seasons: list[tuple[date, date]]) -> int | None:
    """Give the season of the congress of the term; None for a plenum of a season: before or after it."""
    place = sum(first <= day for first, _ in seasons) - 1
    return place if place >= 0 and (number == _CONGRESS or day > seasons[place][1]) else None


def _rows() -> Iterator[tuple[str, Ordinal, tuple[date, date]]]:
    for row in table_rows("dated_events.csv"):
        if row["kind"] in ("regional_congress", "regional_plenum"):
            region, *ordinals = row["name"].split(" ")
            number = han_number(ordinals[1]) if ordinals[1:] else _CONGRESS
            yield region, (han_number(ordinals[0]), number), _days(row)


def _days(row: dict[str, str]) -> tuple[date, date]:
    return date.fromisoformat(row["first_mention"]), date.fromisoformat(row["busiest_day"])
