"""The days in the addresses of a page's own pictures, /2021-7/20/x.jpg, and in its own."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from readout_nlp.readouts.printed_days import day_of

_PICTURE = re.compile(
    rb"(?:!\[[^\]\n]{0,80}\]\(|<img\b[^<>]{0,300}?\bsrc *= *[\"']?)"
    rb"([^\s\"'()<>]{8,200}?\.(?:jpe?g|png|gif|bmp))",
    re.IGNORECASE,
)
_WITH_DAY = re.compile(
    rb"(?:(?<!\d)|(?<=[WP]0))(20[0-3]\d)(?:[-/_](1[0-2]|0?[1-9])[-/_](3[01]|[12]\d|0?[1-9])(?!\d)"
    rb"|[-/]?(1[0-2]|0[1-9])[-/]?(3[01]|[12]\d|0[1-9])(?=/|_|t\d|\d{4,}|\.))"
)
# …/art/2025/art_37044_4690117.html, …/info/2024-31091.html: the year that the page's number is counted in
_YEAR = re.compile(r"/art/(20[0-3]\d)/art_\d|/info/(20[0-3]\d)-\d{4,6}\.s?html?$")
_FRAME = re.compile(rb"logo|icon|banner|template|images?/(?:bg|top|foot)|qrcode|skin", re.IGNORECASE)
_MONTH = re.compile(r"/(20[0-3]\d)(?:[-_/]?(0[1-9]|1[0-2])|[-_/]([1-9]))(?=/|-\d{4,9}\.s?html?$)")
# …/detail/5abcb7f3f8380e502a660911.htm: the key of a record in MongoDB begins with the second it was made
_KEY = re.compile(r"/((?:4[9a-f]|5[0-9a-f]|6[0-9a-f])[0-9a-f]{6})(?=[0-9a-f]{16}(?![0-9A-Za-z]))(?=\d*[a-f])")
_IN_A_MONTH = 31  # a month's folder holds what was met on in the month before as well
_AFTER = 10  # a report goes up within days of its meeting
_APART = 10  # pictures of one report go up together


def picture_days(page: bytes) -> tuple[date, date] | None:
    """Give the days between which the meeting was, by the addresses of pictures; None where they disagree.

    Examples
    --------
    >>> low, high = picture_days(b"![](/files/2021-7/20/22264.jpg)")
    >>> low.isoformat(), high.isoformat()
    ('2021-07-10', '2021-07-20')
    >>> picture_days(b"![](/images/logo2021-7/20.png)") is None
    True
    """
    if b"![" not in page and b"<" not in page:  # as most plain text
        return None
    days = sorted({day for found in _PICTURE.finditer(page) if (day := _day(found[1])) is not None})
    if not days or (days[-1] - days[0]).days > _APART:
        return None
    return days[0] - timedelta(_AFTER), days[-1]


def address_days(address: str) -> tuple[date, date] | None:
    """Give the days between which the meeting was, by the month, key or year in a web address.

    Examples
    --------
    >>> low, high = address_days("https://x.example/2018-03/news-2-1.html")
    >>> low.isoformat(), high.isoformat()
    ('2018-01-29', '2018-03-31')
    >>> [day.isoformat() for day in address_days("https://x.example/detail/5abcb7f3f8380e502a660911.htm")]
    ['2018-03-19', '2018-03-30']
    >>> address_days("https://x.example/2018/news.html") is None
    True
    """
    if (key := _KEY.search(address)) is not None:
        made = datetime.fromtimestamp(int(key[1], 16), UTC).date()
        return made - timedelta(_AFTER), made + timedelta(1)
    if (year := _YEAR.search(address)) is not None:
        counted = int(year[1] or year[2])
        return date(counted, 1, 1) - timedelta(_IN_A_MONTH), date(counted, 12, 31)
    found = _MONTH.search(address)
    if found is None:
        return None
    begins = date(int(found[1]), int(found[2] or found[3]), 1)
    following = (begins + timedelta(31)).replace(day=1)
    return begins - timedelta(_IN_A_MONTH), following - timedelta(1)


def _day(address: bytes) -> date | None:
    found = _WITH_DAY.search(address)
    if found is None or _FRAME.search(address):
        return None
    return day_of(*(int(part) for part in found.groups() if part is not None))
