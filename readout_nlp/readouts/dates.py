"""The day of the meeting: as the lead prints it, the year from the publication or from dated clues."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from readout_nlp.readouts.pictures import address_days, picture_days
from readout_nlp.readouts.plenums import plenum_windows
from readout_nlp.readouts.printed_days import (
    PrintedDay,
    arabic,
    day_of,
    last_week,
    numbered_year,
    parse_published,
    printed_days,
)
from readout_nlp.readouts.readout import MeetingDate, YearBasis
from readout_nlp.readouts.spans import fold
from readout_nlp.readouts.told_day import RELATIVE, VAGUE, where_the_day_is_told
from readout_nlp.readouts.years import Reading, Window, hull, infer, is_term, windows_beside
from readout_nlp.reference.anniversaries import founding_anniversaries

__all__ = ["find_meeting_date", "parse_published"]

_RELAYS = re.compile(r"学习|传达|贯彻|听取|审议|研究")
# 10月20日至23日在北京召开的全会, 3月12日刚刚闭幕的大会
_CLOSED = re.compile(
    r"(?<!\d)(?P<month>\d{1,2})月(?P<day>\d{1,2})日(?:(?:至|-|—|~)(?P<last>\d{1,2})日)?"
    r"(?:在北京(?:胜利)?(?:召开|举行|闭幕)|刚刚(?:胜利)?闭幕)的?[^,。]{0,6}(?:全会|大会)"
)
_SIGNED = re.compile(r"(20\d\d)年(\d{1,2})月(\d{1,2})日")
_PASSED_ON_DAYS, _SIGNED_WITHIN, _SIGNED_AT = 14, 60, 4
_BACK = {"昨": 1, "前": 2, "今": 0, "当": 0}
_VAGUE_DAYS = 31  # 近日 and 日前 reach back weeks, not months: an interval, never a day
_STALE_DAYS = 270  # a readout printed later than this after its meeting is a sign of a wrong date
_OLDEST_DAYS = 3653  # pages move with their sites years later; a day older still is of history that is told
_A_MONTH = 31
_FIRST_YEAR, _LAST_YEAR = 1998, 2035
_NONE = MeetingDate(value=None, earliest=None, latest=None, year_basis=None)


def find_meeting_date(
    *,
    lead: str,
    body: str,
    published: date | None,
    closing: str = "",
    title: str | None = None,
    dateline: str = "",
    page: bytes = b"",
    address: str = "",
    province: Callable[[], str | None] = lambda: None,
    prefecture: Callable[[], str | None] = lambda: None,
) -> MeetingDate | None:
    """Find the day of the meeting; None when neither the lead nor a publication date tells of it.

    A printed year is taken as stated, unless the day lies after the publication or over ten years before it.
    A day without a year takes the latest year that is not after the publication; without one, the only year
    that every dated clue of the body allows. Where clues leave several years or none, `value` is None and the
    interval says what is left.

    Parameters
    ----------
    lead
        The sentence that convenes the meeting.
    body
        The whole text, for the clues; where the lead tells no day, a sentence before it that opens with one.
    published
        The day of publication.
    closing
        The last lines, and who attended: where nothing else tells a day, they may say when it was held.
    title
        The headline: for clues, and the year that stands by the meeting's own number (2022年第12次常务会议).
    dateline
        What was taken away before the lead (某某日报1月2日讯), for the month of a day alone.
    page
        The page as found: the addresses of its pictures tell the year where nothing else does.
    address
        The page's web address: of one that holds a month, that tells the year, if the day falls in it.
    province
        Gives the short name of the page's province, or None: it says whose 省委全会 is relayed.
    prefecture
        Gives the name of the page's prefecture, or None: it says whose founding is celebrated (建州70周年).

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
    text, days = where_the_day_is_told(lead=lead, body=body, closing=closing, title=title, dateline=dateline)
    reported = next((day for day in days if day.dateline), None)
    if published is None and reported is not None and reported.year is not None:
        published = day_of(reported.year, reported.month or 0, reported.day)
    before = _RELAYS.split(text, maxsplit=1)[0]
    for part in (before, text):
        relative = RELATIVE.search(part)
        printed = _meant(days if part is text else printed_days(part), reported, relative=relative)
        if printed is not None or relative is not None:
            printed = _in_month_of_news(printed, body) if printed is not None and not published else printed
            own = _own_year(printed, text=text, title=title)
            if own is not None and printed is not None and published is None:
                printed = replace(printed, year=own)
            found = _resolve(
                printed,
                relative,
                body=body,
                published=published,
                own=partial(_own_days, page, address),
                told=partial(_told, body, province, prefecture=prefecture, title=title),
            )
            return _confirmed(found, own)
        if published is not None and (told := last_week(part, published)) is not None:
            return _known(told[1], "publication", (told[0], published.isoformat()))
        if (vague := VAGUE.search(part)) is not None:
            return _before(published, vague.group())
    return _before(published, None)


def _own_year(printed: PrintedDay | None, *, text: str, title: str | None) -> int | None:
    """Give the year that stands by the meeting's own number, for a month and day that lack it."""
    if printed is None or printed.year is not None or printed.month is None:
        return None
    return numbered_year(text) or numbered_year(arabic(fold(title or "")))


def _confirmed(found: MeetingDate | None, own: int | None) -> MeetingDate | None:
    """Say of a day that its year is stated, where the meeting's own number has the same year."""
    if found is None or found.value is None or found.value.year != own:
        return found
    return replace(found, year_basis="stated")


def _meant(
    days: list[PrintedDay], reported: PrintedDay | None, *, relative: re.Match[str] | None
) -> PrintedDay | None:
    """Take the first day not the report's own nor ahead; 今天 and a day alone lean on the report's."""
    printed = next((day for day in days if not day.dateline and not day.ahead), None)
    if reported is None or reported.month is None:
        return printed
    if printed is not None:
        earlier = reported.month if printed.day <= reported.day else (reported.month - 2) % 12 + 1
        return printed if printed.month is not None else replace(printed, month=earlier, last=None)
    if relative is None or reported.day <= (back := _BACK[relative.group()[0]]):
        return None
    return replace(reported, day=reported.day - back, weekday=None)


def _resolve(
    printed: PrintedDay | None,
    relative: re.Match[str] | None,
    *,
    body: str,
    published: date | None,
    own: Callable[[], list[Window]],
    told: Callable[[], list[Window]],
) -> MeetingDate | None:
    if printed is None:
        return _relative(relative.group(), published) if relative is not None else None
    evidence = (printed.text,) if relative is None else (relative.group(), printed.text)
    if printed.year is not None and printed.month is not None:
        day = day_of(printed.year, printed.month, printed.day)
        return _stated(day, printed, published=published, evidence=evidence)
    if published is not None:
        return _from_publication(printed, relative, published=published, evidence=evidence)
    if (signed := _signed(body)) is not None and printed.month is not None:
        return _from_signature(printed, signed, evidence)
    if printed.month is None:
        return _from_narrow_clues(printed, told(), evidence)
    return _from_clues(printed, told(), evidence, own=own)


def _in_month_of_news(printed: PrintedDay, body: str) -> PrintedDay:
    """Give a day alone the month of what is passed on, where that closed within two weeks before it."""
    closed = _CLOSED.search(fold(body)) if printed.month is None else None
    if closed is None or not 0 <= printed.day - int(closed["last"] or closed["day"]) <= _PASSED_ON_DAYS:
        return printed
    return replace(printed, month=int(closed["month"]))


def _signed(body: str) -> date | None:
    """Give the full date that is one of the last lines alone: the minutes were signed on it."""
    ends = (line for line in body.rstrip().split("\n")[-_SIGNED_AT:] if line.rstrip().endswith("日"))
    lines = (arabic(fold(line)).strip() for line in ends)
    found = next((day for line in lines if (day := _SIGNED.fullmatch(line))), None)
    return day_of(*map(int, found.groups())) if found is not None else None


def _from_signature(printed: PrintedDay, signed: date, evidence: tuple[str, ...]) -> MeetingDate:
    found = _from_publication(printed, None, published=signed, evidence=evidence)
    if found.value is None or (signed - found.value).days <= _SIGNED_WITHIN:
        return found
    return replace(found, value=None, latest=signed, year_basis=None)


def _relative(word: str, published: date | None) -> MeetingDate:
    if published is None:
        return replace(_NONE, evidence=(word,))
    day = published - timedelta(_BACK[word[0]])
    return _known(day, "publication", (word, published.isoformat()))


def _known(
    day: date | None, basis: YearBasis, evidence: tuple[str, ...], *, printed: PrintedDay | None = None
) -> MeetingDate:
    if day is None:
        return replace(_NONE, evidence=evidence)
    latest = day
    if printed is not None and printed.last is not None:
        month, last = printed.last
        latest = day_of(day.year, month or day.month, last) or day
    return MeetingDate(value=day, earliest=day, latest=max(day, latest), year_basis=basis, evidence=evidence)


def _stated(
    day: date | None, printed: PrintedDay, *, published: date | None, evidence: tuple[str, ...]
) -> MeetingDate:
    """Take the day as printed; one that the publication rules out is no value."""
    found = _known(day, "stated", evidence, printed=printed)
    if day is None or published is None or 0 <= (published - day).days <= _OLDEST_DAYS:
        return found
    low, high = sorted((day, published))
    evidence = (*evidence, published.isoformat())
    return MeetingDate(value=None, earliest=low, latest=high, year_basis=None, evidence=evidence)


def _from_publication(
    printed: PrintedDay, relative: re.Match[str] | None, *, published: date, evidence: tuple[str, ...]
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


def _latest(printed: PrintedDay, published: date) -> date | None:
    if printed.month is not None:
        years = (published.year, published.year - 1, published.year - 4)
        found = (day_of(year, printed.month, printed.day) for year in years)
        return next((day for day in found if day is not None and day <= published), None)
    for back in range(3):
        year, month = divmod(published.year * 12 + published.month - 1 - back, 12)
        day = day_of(year, month + 1, printed.day)
        if day is not None and day <= published:
            return day
    return None


def _before(published: date | None, word: str | None) -> MeetingDate | None:
    """Bound a meeting whose day is not printed by the day of publication."""
    if published is None:
        return replace(_NONE, evidence=(word,)) if word else None
    earliest = published - timedelta(_VAGUE_DAYS) if word else None
    evidence = (word, published.isoformat()) if word else (published.isoformat(),)
    return MeetingDate(value=None, earliest=earliest, latest=published, year_basis=None, evidence=evidence)


def _told(
    body: str,
    province: Callable[[], str | None],
    *,
    prefecture: Callable[[], str | None],
    title: str | None,
) -> list[Window]:
    """Give what the body and the title tell by the clues that they name."""
    found = windows_beside(fold(title or ""), folded := fold(body))
    founded = [
        (Reading(one.earliest, one.latest or date.max, one.fresh, one.label),)
        for one in founding_anniversaries(folded, prefecture)
    ]
    return [*found, *plenum_windows(folded, province), *founded]


def _from_narrow_clues(printed: PrintedDay, found: list[Window], evidence: tuple[str, ...]) -> MeetingDate:
    """Find the month, too, of a day alone: only by news that is fresh for no longer than a month."""
    dated = [r for window in found for r in window if r.fresh is not None]
    news = [r for r in dated if r.fresh and (r.fresh[1] - r.fresh[0]).days <= _A_MONTH]
    if not news:
        return replace(_NONE, evidence=evidence)
    months = range(_FIRST_YEAR * 12, _LAST_YEAR * 12)
    days = [day for n in months if (day := day_of(n // 12, n % 12 + 1, printed.day)) is not None]
    left = infer(days, found)
    told = len(left.days) == 1 and any(r.fresh and r.fresh[0] <= left.days[0] <= r.fresh[1] for r in news)
    return (
        _known(left.days[0], "inferred", (*evidence, *left.labels))
        if told
        else replace(_NONE, evidence=evidence)
    )


def _own_days(page: bytes, address: str) -> list[Window]:
    """Give what the addresses of the page's pictures and of the page itself tell."""
    told = (("picture of", picture_days(page)), ("address of a month to", address_days(address)))
    return [
        (Reading(*days, days, f"{what} {days[1].isoformat()}"),) for what, days in told if days is not None
    ]


def _known_by(found: list[Window], owned: list[Window]) -> list[Window]:
    """Leave out the terms whose record begins after the page's own month: it used them before the record."""
    until = min(reading.high for window in owned for reading in window)
    return [window for window in found if not all(is_term(r) and r.low > until for r in window)]


def _from_clues(
    printed: PrintedDay,
    found: list[Window],
    evidence: tuple[str, ...],
    *,
    own: Callable[[], list[Window]],
) -> MeetingDate:
    """Keep the years that every clue allows; one left is a value, several or none an interval."""
    years = range(_FIRST_YEAR, _LAST_YEAR)
    days = [day for year in years if (day := day_of(year, printed.month or 1, printed.day)) is not None]
    if printed.weekday is not None:
        days = [day for day in days if day.weekday() == printed.weekday]
    owned = [w for w in own() if any(r.low <= day <= r.high for r in w for day in days)]
    found = [*(_known_by(found, owned) if owned else found), *owned]
    left = infer(days, found)
    evidence = (*evidence, *left.labels)
    if len(left.days) == 1 and left.bounded:
        return _known(left.days[0], "inferred", evidence, printed=printed)
    low, high = (left.days[0], left.days[-1]) if found and left.days else hull(found)
    latest = high if left.bounded or not left.days else None
    return replace(_NONE, earliest=low, latest=latest, evidence=evidence)
