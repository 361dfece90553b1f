"""The day of the meeting: as the lead prints it, the year from the publication or from dated clues."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from readout_nlp.readouts.readout import MeetingDate, YearBasis
from readout_nlp.readouts.spans import fold
from readout_nlp.reference.clues import Clue, clue_mentions, clues

_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_HAN_YEAR = re.compile(r"[一二][〇○零一二三四五六七八九]{3}(?=年)")
_HAN_DAY = re.compile(
    r"(?<![一二三四五六七八九十第届])(?:[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])(?=[月日号](?!本))"
)
_DAY = re.compile(
    r"(?:(?P<year>(?:19|20)\d\d)年|(?P<this>今年|本年))?"
    r"(?:(?<!\d)(?P<month>\d{1,2})月(?:份)?)?(?<![\d.·])(?P<day>\d{1,2})[日号](?![本元均前内])"
    r"(?:(?:至|到|-|—|~|、)(?:(?P<to_month>\d{1,2})月)?(?P<to_day>\d{1,2})[日号])?"
)
_ISO = re.compile(r"(?<!\d)(?P<year>20\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)")
_RELATIVE = re.compile(r"(?P<word>昨[天日晚]|前[天日]|今[天日晨晚]|当[天日])")
_VAGUE = re.compile(r"近日|日前|近期|最近|连日来")
_RELAYS = re.compile(r"学习|传达|贯彻|听取|审议|研究")
_BACK = {"昨": 1, "前": 2, "今": 0, "当": 0}
_VAGUE_DAYS = 31  # 近日 and 日前 reach back weeks, not months: an interval, never a day
_STALE_DAYS = 270  # a readout printed later than this after its meeting is a sign of a wrong date
_FIRST_YEAR, _LAST_YEAR = 1998, 2035
_WORK_OF = re.compile(r"(?P<year>20\d\d)年(?:度)?(?:工作)?(?P<word>打算|计划|要点|安排|谋划)")
_REPORT_ON = re.compile(r"(?P<year>20\d\d)年度?(?:工作)?(?:总结|完成情况|工作情况|述职|考核情况)")
_MENTIONS_RELAY = re.compile(r"学习|传达|贯彻")


@dataclass(frozen=True, slots=True)
class _Printed:
    """A day as printed: the parts that stand there."""

    text: str
    year: int | None
    month: int | None
    day: int
    last: tuple[int | None, int] | None = None


def parse_published(text: str | None) -> date | None:
    """Read a publication date from its printed form; None when there is none.

    Examples
    --------
    >>> parse_published("2021-01-16 04:31"), parse_published("2017年09月28日 12:53"), parse_published("新闻")
    (datetime.date(2021, 1, 16), datetime.date(2017, 9, 28), None)
    """
    folded = fold(text or "")
    for pattern in (_ISO, _DAY):
        found = pattern.search(folded)
        if found is not None and found["year"] and found["month"]:
            return _day(int(found["year"]), int(found["month"]), int(found["day"]))
    compact = re.search(r"(?<!\d)(20\d\d)([01]\d)([0-3]\d)(?!\d)", folded)
    return _day(*map(int, compact.groups())) if compact else None


def find_meeting_date(*, lead: str, body: str, published: date | None) -> MeetingDate | None:
    """Find the day of the meeting; None when neither the lead nor a publication date tells of it.

    A printed year is taken as stated. A day without a year takes the latest year that is not after the
    publication; without one, the only year that every dated clue of the body allows. Where clues leave
    several years or none, `value` is None and the interval says what is left.

    Examples
    --------
    >>> from datetime import date
    >>> find_meeting_date(lead="昨天,市委常委会召开会议。", body="", published=date(2020, 3, 2)).value
    datetime.date(2020, 3, 1)
    >>> find_meeting_date(lead="12月30日,市委常委会召开会议。", body="", published=date(2020, 1, 3)).value
    datetime.date(2019, 12, 30)
    >>> find_meeting_date(lead="5月6日,市委常委会召开会议。", body="", published=None).value is None
    True
    """
    text = _arabic(fold(lead))
    relayed = _RELAYS.search(text)
    before = text[: relayed.start()] if relayed is not None else text
    for part in (before, text):
        printed = _printed(part)
        relative = _RELATIVE.search(part)
        if printed is not None or relative is not None:
            return _resolve(printed, relative, body=body, published=published)
        vague = _VAGUE.search(part)
        if vague is not None:
            return _before(published, vague.group())
    return _before(published, None)


def _arabic(text: str) -> str:
    """Write Chinese numerals of a date in digits (二〇二一年一月十五日); the text's length may change."""
    text = _HAN_YEAR.sub(lambda m: m.group().translate(_DIGITS), text)
    return _HAN_DAY.sub(lambda m: str(_number(m.group())), text)


def _number(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    whole = (int(tens.translate(_DIGITS)) if tens else 1) * 10 if ten else 0
    return whole + (int(ones.translate(_DIGITS)) if ones else 0)


def _printed(text: str) -> _Printed | None:
    for found in _DAY.finditer(text):
        day, month = int(found["day"]), int(found["month"]) if found["month"] else None
        if not 1 <= day <= 31 or (month is not None and not 1 <= month <= 12):
            continue
        last = (
            (int(found["to_month"]) if found["to_month"] else None, int(found["to_day"]))
            if found["to_day"]
            else None
        )
        year = int(found["year"]) if found["year"] else None
        return _Printed(found.group(), year, month, day, last)
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _resolve(
    printed: _Printed | None, relative: re.Match[str] | None, *, body: str, published: date | None
) -> MeetingDate | None:
    if printed is None:
        return _relative(relative.group(), published) if relative is not None else None
    evidence = (printed.text,) if relative is None else (relative.group(), printed.text)
    if printed.year is not None and printed.month is not None:
        return _known(_day(printed.year, printed.month, printed.day), "stated", evidence, printed=printed)
    if published is not None:
        return _from_publication(printed, relative, published=published, evidence=evidence)
    if printed.month is None:
        return MeetingDate(value=None, earliest=None, latest=None, year_basis=None, evidence=evidence)
    return _from_clues(printed, body, evidence)


def _relative(word: str, published: date | None) -> MeetingDate:
    if published is None:
        return MeetingDate(value=None, earliest=None, latest=None, year_basis=None, evidence=(word,))
    day = published - timedelta(_BACK[word[0]])
    return _known(day, "publication", (word, published.isoformat()))


def _known(
    day: date | None, basis: YearBasis, evidence: tuple[str, ...], *, printed: _Printed | None = None
) -> MeetingDate:
    if day is None:
        return MeetingDate(value=None, earliest=None, latest=None, year_basis=None, evidence=evidence)
    latest = day
    if printed is not None and printed.last is not None:
        month, last = printed.last
        latest = _day(day.year, month or day.month, last) or day
    return MeetingDate(value=day, earliest=day, latest=max(day, latest), year_basis=basis, evidence=evidence)


def _from_publication(
    printed: _Printed, relative: re.Match[str] | None, *, published: date, evidence: tuple[str, ...]
) -> MeetingDate:
    """Take the latest such day that is not after the publication; too old a day is no value."""
    day = _latest(printed, published)
    evidence = (*evidence, published.isoformat())
    if day is None:
        return MeetingDate(value=None, earliest=None, latest=published, year_basis=None, evidence=evidence)
    stale = 31 if relative is not None else _STALE_DAYS
    if (published - day).days > stale:
        return MeetingDate(value=None, earliest=day, latest=published, year_basis=None, evidence=evidence)
    return _known(day, "publication", evidence, printed=printed)


def _latest(printed: _Printed, published: date) -> date | None:
    if printed.month is not None:
        years = (published.year, published.year - 1, published.year - 4)
        found = (_day(year, printed.month, printed.day) for year in years)
        return next((day for day in found if day is not None and day <= published), None)
    for back in range(3):
        year, month = divmod(published.year * 12 + published.month - 1 - back, 12)
        day = _day(year, month + 1, printed.day)
        if day is not None and day <= published:
            return day
    return None


def _before(published: date | None, word: str | None) -> MeetingDate | None:
    """Bound a meeting whose day is not printed by the day of publication."""
    if published is None:
        return (
            MeetingDate(value=None, earliest=None, latest=None, year_basis=None, evidence=(word,))
            if word
            else None
        )
    earliest = published - timedelta(_VAGUE_DAYS) if word else None
    evidence = (word, published.isoformat()) if word else (published.isoformat(),)
    return MeetingDate(value=None, earliest=earliest, latest=published, year_basis=None, evidence=evidence)


def _from_clues(printed: _Printed, body: str, evidence: tuple[str, ...]) -> MeetingDate:
    """Keep the years that every clue allows; one left is a value, several or none an interval."""
    found = list(_windows(fold(body)))
    month = printed.month or 1
    days = [d for year in range(_FIRST_YEAR, _LAST_YEAR) if (d := _day(year, month, printed.day)) is not None]
    left = [d for d in days if all(any(low <= d <= high for low, high, _ in window) for window in found)]
    bounded = any(all(high < date.max for _, high, _ in window) for window in found)
    labels = tuple(
        dict.fromkeys(
            label for window in found for low, high, label in window if any(low <= d <= high for d in left)
        )
    )
    if len(left) == 1 and bounded:
        return _known(left[0], "inferred", (*evidence, *labels), printed=printed)
    if not found or not left:
        labels = tuple(dict.fromkeys(label for window in found for *_, label in window))
        low, high = _hull(found)
        return MeetingDate(
            value=None, earliest=low, latest=high, year_basis=None, evidence=(*evidence, *labels)
        )
    return MeetingDate(
        value=None,
        earliest=left[0],
        latest=left[-1] if bounded else None,
        year_basis=None,
        evidence=(*evidence, *labels),
    )


def _hull(found: list[list[tuple[date, date, str]]]) -> tuple[date | None, date | None]:
    lows = [low for window in found for low, *_ in window if low > date.min]
    highs = [high for window in found for _, high, _ in window if high < date.max]
    return min(lows, default=None), max(highs, default=None)


def _windows(body: str) -> Iterator[list[tuple[date, date, str]]]:
    """Give, for every clue the body prints, the intervals its readings allow."""
    for wording, at in clue_mentions(body).items():
        relayed = _relays(body, at, len(wording))
        yield [_interval(clue, relayed=relayed) for clue in clues()[wording]]
    for pattern, later in ((_WORK_OF, 0), (_REPORT_ON, 1)):
        for found in pattern.finditer(body):
            year = int(found["year"]) + later
            yield [(date(year - 1, 9, 1), date(year, 8, 31), found.group())]


def _relays(body: str, at: int, length: int) -> bool:
    """Say whether the sentence around a clue relays it."""
    start = max(body.rfind(mark, 0, at) for mark in "。\n") + 1
    return _MENTIONS_RELAY.search(body, start, at + length) is not None


def _interval(clue: Clue, *, relayed: bool) -> tuple[date, date, str]:
    latest = clue.relayed_until if relayed else clue.latest
    return clue.earliest or date.min, latest or date.max, clue.label
