"""Anniversaries: 建党100周年 names a year, by arithmetic on ``data/anniversaries.csv``."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from readout_nlp.reference.alternatives import alternatives

_AHEAD_DAYS = 365  # a year's anniversary is prepared, and named, through the year before
_AFTER_DAYS = 31  # and told for weeks after it; so a winter can be of either year
_THIS_YEAR = re.compile(r"今年(?:是|正值|恰逢|适逢|既是|迎来)[^,。;]{0,12}$")


@dataclass(frozen=True, slots=True)
class Anniversary:
    """A mention: the page was written from `earliest` to `latest`, and most likely within `fresh`."""

    earliest: date
    latest: date | None
    fresh: tuple[date, date]
    label: str


@cache
def event_years() -> dict[str, int]:
    """Give the years of the events, by the words that name them.

    Examples
    --------
    >>> event_years()["新中国成立"]
    1949
    """
    path = files("readout_nlp.reference") / "data" / "anniversaries.csv"
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return {row["event"]: int(row["year"]) for row in rows}


@cache
def _mention() -> re.Pattern[str]:
    return re.compile(rf"(?P<event>{alternatives(event_years())})(?P<nth>\d{{1,3}})周年")


def anniversaries(text: str) -> Iterator[Anniversary]:
    """Give the anniversaries that a folded text names.

    Examples
    --------
    >>> found = next(anniversaries("今年是新中国成立70周年"))
    >>> found.earliest.isoformat(), found.latest.isoformat()
    ('2019-01-01', '2019-12-31')
    >>> next(anniversaries("迎接建党100周年")).fresh[1].year
    2022
    """
    if "周年" not in text:
        return
    for found in _mention().finditer(text):
        year = event_years()[found["event"]] + int(found["nth"])
        if not date.min.year < year < date.max.year:
            continue
        first, last = date(year, 1, 1), date(year, 12, 31)
        label = f"{found.group()} ({year})"
        if _THIS_YEAR.search(text, max(0, found.start() - 24), found.start()):
            yield Anniversary(first, last, (first, last), label)
        else:
            fresh = first - timedelta(_AFTER_DAYS * 2), last + timedelta(_AFTER_DAYS)
            yield Anniversary(first - timedelta(_AHEAD_DAYS), None, fresh, label)
