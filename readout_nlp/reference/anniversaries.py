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
_DIGITS = "零一二三四五六七八九"
_ONE = "[一二三四五六七八九]"
_NTH = rf"(?=[\d十]|{_ONE})(?:\d{{1,3}}|(?:[一二]百)?(?:{_ONE}?十|零)?{_ONE}?)"
_HELD = re.compile(r"(?:大会|座谈会|招待会)[^,。;]{0,14}(?:讲话|精神)")
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
    return re.compile(rf"(?P<event>{alternatives(event_years())})(?P<nth>{_NTH})周年")


def anniversaries(text: str) -> Iterator[Anniversary]:
    """Give the anniversaries that a folded text names.

    Examples
    --------
    >>> found = next(anniversaries("今年是新中国成立70周年"))
    >>> found.earliest.isoformat(), found.latest.isoformat()
    ('2019-01-01', '2019-12-31')
    >>> next(anniversaries("迎接建党100周年")).fresh[1].year
    2022
    >>> next(anniversaries("今年是建党一百周年")).latest.year
    2021
    """
    if "周年" not in text:
        return
    for found in _mention().finditer(text):
        year = event_years()[found["event"]] + _number(found["nth"])
        if not date.min.year < year < date.max.year:
            continue
        first, last = date(year, 1, 1), date(year, 12, 31)
        label = f"{found.group()} ({year})"
        if _THIS_YEAR.search(text, max(0, found.start() - 24), found.start()):
            yield Anniversary(first, last, (first, last), label)
        elif _HELD.match(text, found.end()):
            yield Anniversary(first, None, (first, last + timedelta(2 * _AFTER_DAYS)), label)
        else:
            fresh = first - timedelta(_AFTER_DAYS * 2), last + timedelta(_AFTER_DAYS)
            yield Anniversary(first - timedelta(_AHEAD_DAYS), None, fresh, label)


def _number(text: str) -> int:
    """Read 70, 七十 or 一百一十."""
    if text.isdecimal():
        return int(text)
    hundreds, hundred, rest = text.rpartition("百")
    tens, ten, ones = rest.removeprefix("零").rpartition("十")
    return (
        (_DIGITS.find(hundreds) if hundred else 0) * 100
        + ((_DIGITS.find(tens) if tens else 1) if ten else 0) * 10
        + (_DIGITS.find(ones) if ones else 0)
    )
