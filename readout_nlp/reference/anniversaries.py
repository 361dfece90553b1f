"""Anniversaries and yearly days: 建党100周年 and 第28个教师节 name a year, by arithmetic on two tables.

``data/anniversaries.csv`` has the year of an event, ``data/yearly_days.csv`` the year before the first of a
yearly day, with the month and the day on which it is told of most, ``data/foundings.csv`` the day on which
an autonomous prefecture was founded. To add one, add a row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from readout_nlp.reference.alternatives import alternatives
from readout_nlp.reference.numerals import han_number
from readout_nlp.reference.tables import table_rows

_AHEAD_DAYS = 365  # a year's anniversary is prepared, and named, through the year before
_PREPARED_DAYS, _TOLD_DAYS = 120, 45  # a yearly day is prepared for months and told for weeks
_AFTER_DAYS = 31  # and told for weeks after it; so a winter can be of either year
_ONE = "[一二三四五六七八九]"
_NTH = rf"(?=[\d十]|{_ONE})(?:\d{{1,3}}|(?:[一二]百)?(?:{_ONE}?十|零)?{_ONE}?)"
_HELD = re.compile(r"(?:庆祝|纪念)?(?:大会|座谈会|招待会)[^,。;]{0,14}(?:讲话|精神)")
_REGION = "自治区成立"
_NO_NAME = re.compile(rf"(?<![族尔藏古]){_REGION}(?=[^,。;]{{1,8}}周年)")
_FOUNDED = re.compile(rf"(?:自治州成立|自治州建立|建州|州建政|州成立)(?P<nth>{_NTH})周年")
_WHOSE = 12  # characters before such words in which another prefecture may be named
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
    return {row["event"]: int(row["year"]) for row in table_rows("anniversaries.csv")}


@cache
def yearly_days() -> dict[str, date]:
    """Give the yearly days by name, each as the day in the year before the first.

    Examples
    --------
    >>> yearly_days()["教师节"].isoformat()
    '1984-09-10'
    """
    rows = table_rows("yearly_days.csv")
    return {row["name"]: date(int(row["year"]), int(row["month"]), int(row["day"])) for row in rows}


@cache
def _yearly_mention() -> re.Pattern[str]:
    of = r"“?(?:全国|中国|我国|国际|世界|全民|—|-){0,3}(?:法定)?"
    return re.compile(rf"(?:第(?P<nth>{_NTH})|首)[个届]{of}(?P<name>{alternatives(yearly_days())})")


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
    >>> next(anniversaries("庆祝第28个教师节")).label
    '第28个教师节 (2012)'
    >>> next(anniversaries("在首个全国生态日之际")).label
    '首个全国生态日 (2023)'
    >>> next(anniversaries("来西藏出席自治区成立60周年庆祝活动")).label
    '西藏自治区成立60周年 (2025)'
    """
    yield from _yearly(text)
    if "周年" not in text:
        return
    for found in _mention().finditer(_with_region(text)):
        yield from _of_year(found, event_years()[found["event"]] + _nth(found["nth"]))


def _of_year(found: re.Match[str], year: int) -> Iterator[Anniversary]:
    """Give the anniversary that a mention names, by what stands beside it; none of a year that none is."""
    if not date.min.year < year < date.max.year:
        return
    first, last = date(year, 1, 1), date(year, 12, 31)
    label = f"{found.group()} ({year})"
    if _THIS_YEAR.search(found.string, max(0, found.start() - 24), found.start()):
        yield Anniversary(first, last, (first, last), label)
    elif _HELD.match(found.string, found.end()):
        yield Anniversary(first, None, (first, last + timedelta(2 * _AFTER_DAYS)), label)
    else:
        fresh = first - timedelta(_AFTER_DAYS * 2), last + timedelta(_AFTER_DAYS)
        yield Anniversary(first - timedelta(_AHEAD_DAYS), None, fresh, label)


@cache
def founding_years() -> dict[str, int]:
    """Give the years in which autonomous prefectures were founded, by their names.

    Examples
    --------
    >>> founding_years()["海北藏族自治州"]
    1953
    """
    return {row["name"]: date.fromisoformat(row["day"]).year for row in table_rows("foundings.csv")}


def founding_anniversaries(text: str, own: Callable[[], str | None]) -> Iterator[Anniversary]:
    """Give the anniversaries of a prefecture's founding that a folded text names.

    Parameters
    ----------
    text
        The folded text.
    own
        Gives the name of the page's prefecture, or None; asked only where such words name no other.

    Examples
    --------
    >>> [found.label for found in founding_anniversaries("今年我州建政70周年", lambda: "海北藏族自治州")]
    ['州建政70周年 (2023)']
    >>> list(founding_anniversaries("今年我州建政70周年", lambda: None))
    []
    """
    for found in _FOUNDED.finditer(text) if "周年" in text else ():
        before = text[max(0, found.start() - _WHOSE) : found.start()]
        named = next((name for name in founding_years() if name[:2] in before), None) or own()
        if named in founding_years():
            yield from _of_year(found, founding_years()[named] + _nth(found["nth"]))


def _with_region(text: str) -> str:
    """Write the region's name before its founding, where the text names one of the regions alone."""
    if _REGION not in text:
        return text
    named = [event for event in event_years() if event.endswith(_REGION) and event[:2] in text]
    return _NO_NAME.sub(named[0], text) if len(named) == 1 else text


def _yearly(text: str) -> Iterator[Anniversary]:
    """Give the yearly days that a text counts: an earlier one is told of in later years, rarely."""
    for found in _yearly_mention().finditer(text) if "第" in text or "首" in text else ():
        zeroth = yearly_days()[found["name"]]
        year = zeroth.year + (_nth(found["nth"]) if found["nth"] else 1)
        if not date.min.year < year - 1 < year + 1 < date.max.year:
            continue
        day = zeroth.replace(year=year)
        fresh = day - timedelta(_PREPARED_DAYS), day + timedelta(_TOLD_DAYS)
        yield Anniversary(fresh[0], None, fresh, f"{found.group()} ({year})")


def _nth(text: str) -> int:
    """Read 70, 七十 or 一百一十."""
    return int(text) if text.isdecimal() else han_number(text)
