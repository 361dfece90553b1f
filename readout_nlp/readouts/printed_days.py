"""Days as a page prints them: in digits or Chinese numerals, with or without year and month."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from readout_nlp.readouts.spans import fold
from readout_nlp.reference.numerals import han_number

_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_HAN_YEAR = re.compile(r"[一二][〇○零一二三四五六七八九]{3}(?=年)")
# a look behind stands after the first character: the engine then skips to those that may be one
_HAN_DAY = re.compile(
    r"[一二三四五六七八九十](?<![一二三四五六七八九十第届].)"
    r"(?:(?<=[一二三])十[一二三四五六七八九]?|(?<=十)[一二三四五六七八九])?(?=[月日号](?!本))"
)
_DAY = re.compile(
    r"(?=[将定拟今本\d])"  # most characters begin none, and are passed by at once
    r"(?P<ahead>将[于在]|[定拟]于)?(?:(?P<year>(?:19|20)\d\d)年|(?P<this>今年|本年))?"
    r"(?:(?<!\d)(?P<month>\d{1,2})月(?:份)?)?(?<![\d.·])(?P<day>\d{1,2})[日号](?![本元均前内])"
    r"(?:(?:至|到|-|—|~|、)(?:(?P<to_month>\d{1,2})月)?(?P<to_day>\d{1,2})[日号])?"
    r"(?:\(?(?:星期|周)(?P<weekday>[一二三四五六日天])\)?)?(?P<dateline>讯|电|消息|报道)?"
)
_SEVERAL_DIGITS = re.compile(r"\d{3}")
_RUN_TOGETHER = re.compile(r"((?:19(?<!\d19)|20(?<!\d20))\d\d)(0[1-9]|1[0-2])([0-3]\d)(?=[日号](?!本))")
_PARTS_LOST = re.compile(r"((?:19(?<![\d.]19)|20(?<![\d.]20))\d\d)([1-9]\d{2,3})(?=日(?!本))")  # 2018813日
_SIGN_LOST = re.compile(r"([1-9](?<![\d.,:第]\d)\d{2,3})(?=日[,上下晚])")  # 1110日, without a year
_DAY_SIGN_LOST = re.compile(r"(?<=\d月)(\d{1,2})(?=[上下]午)")
_SPACED = re.compile(r"(?<=\d)[ \u3000]+(?=[年月日号])|(?<=[年月])[ \u3000]+(?=\d)")
_NUMBERED = re.compile(
    r"(?P<year>20(?<!\d20)\d\d)年(?:度)?[^\d,。;:《》“”]{0,24}?第(?:\d{1,3}|[一二三四五六七八九十百]{1,5})次"
    r"[^\d,。;:《》“”]{0,18}?(?:[会會]|集[体體](?:学习|學習))(?P<after>[^,。;:]{0,16})"
)
_OTHERS = re.compile(
    r"传达|傳達|贯彻|貫徹|听取|聽取|审议|審議|落实|落實|学习(?!中心组|型|会)|學習(?!中心組|型|會)"
)
_TOLD_OF = re.compile(r"精神|纪要|紀要|讲话|講話|议定|議定|决定|決定|要求|部署|情况|情況")
_ISO = re.compile(r"(?P<year>20(?<!\d20)\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)")
_ISO_ALONE = re.compile(r"\s*(?P<year>19\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?:[T ][\d:.Z+ ]*)?")
_COMPACT = re.compile(r"(?<!\d)(20\d\d)([01]\d)([0-3]\d)(?!\d)")
_NAME, _FORMED = re.compile(r"([0-9A-Za-z]+)"), re.compile(r"[A-Za-z]*\d*|\d+T\d+Z?")
# …/2020/0417/52.html, …/2020-0417/52.html, …/2020/xwzx_0417/52.html, …/202004/17/52.html,
# …/202004/17-188804.html
_FOLDERS = re.compile(
    r"/(20\d\d)(?:(?:-|/(?:[A-Za-z]{1,12}_)?)([01]\d)([0-3]\d)|([01]\d)/([0-3]\d)(?:-\d{4,9}\.s?html?$)?)(?=/|$)"
)
# …/2025123118122215788.htm: a moment to the second, then what tells pages of one second apart; or to a minute
_MOMENT = re.compile(
    r"(?<!\d)(20[0-3]\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])"
    r"(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d\d{0,6})?(?=\.|/|$)"
)
# …/news2018-08-2315921.html: the number of the page stands right behind the day
_NUMBER_BEHIND = re.compile(r"(?<!\d)(20[0-3]\d)-(0[1-9]|1[0-2])-([0-3]\d)\d{2,9}(?=\.s?html?$)")
# …/2018-0907003.htm: the index number of a government's page is its day and three digits
_INDEX_NUMBER = re.compile(r"(?<!\d)(20[0-3]\d)-(0[1-9]|1[0-2])([0-3]\d)\d{3}(?=\.s?html?$)")
_DECIDED = re.compile(r"决定[^。;]{0,40}于$")  # 会议决定,代表大会于5月24日召开: to come
_DECIDED_REACH = 44
_WEEKDAYS = "一二三四五六日"
WEEKDAY = re.compile(f"(?P<which>[上本这])(?:个)?(?:周|星期)(?P<weekday>[{_WEEKDAYS}天])")
"""A day of this week or of the last (上周五)."""


@dataclass(frozen=True, slots=True)
class PrintedDay:
    """A day as printed: the parts that stand there.

    `last` is the month (or None) and the day that end a range; `weekday` counts from Monday as 0; `dateline`
    says that the day is the report's (3月31日讯), not the meeting's; `ahead`, that it was to come (将于,
    决定…于).
    """

    text: str
    year: int | None
    month: int | None
    day: int
    last: tuple[int | None, int] | None = None
    weekday: int | None = None
    dateline: bool = False
    ahead: bool = False


def parse_published(text: str | None) -> date | None:
    """Read a publication date from its printed form; None when there is none.

    Examples
    --------
    >>> parse_published("2021-01-16 04:31"), parse_published("2017年09月28日 12:53"), parse_published("新闻")
    (datetime.date(2021, 1, 16), datetime.date(2017, 9, 28), None)
    >>> parse_published("1996-01-31"), parse_published("第1996-01-31号")
    (datetime.date(1996, 1, 31), None)
    """
    folded = fold(text or "")
    # a number that begins with 19 is often no year; a cell that holds an ISO date and nothing else is one
    for found in (_ISO_ALONE.fullmatch(folded), _ISO.search(folded), _DAY.search(folded)):
        if found is not None and found["year"] and found["month"]:
            return day_of(int(found["year"]), int(found["month"]), int(found["day"]))
    compact = _COMPACT.search(folded)
    return day_of(*map(int, compact.groups())) if compact else None


def published_in_address(address: str) -> date | None:
    """Read a publication date from the web address of a page; None when there is none.

    Digits inside a name of letters and digits are no date, whatever they look like: such names are often
    drawn by lot.

    Examples
    --------
    >>> published_in_address("https://x.example/art/t20210116_12.html")
    datetime.date(2021, 1, 16)
    >>> published_in_address("https://x.example/2021/1/16/5.html")
    datetime.date(2021, 1, 16)
    >>> published_in_address("https://x.example/html/2021-0116/5.html")
    datetime.date(2021, 1, 16)
    >>> published_in_address("https://x.example/n1/2021/0116/c64-5.html")
    datetime.date(2021, 1, 16)
    >>> published_in_address("https://x.example/2021011618122215788.htm")
    datetime.date(2021, 1, 16)
    >>> published_in_address("https://x.example/html/xinwen2021-01-1615921.html")
    datetime.date(2021, 1, 16)
    >>> published_in_address("https://x.example/overt/1100X-/2021-0116003.htm")
    datetime.date(2021, 1, 16)
    >>> published_in_address("https://x.example/n20210116d1.html")
    """
    if (folders := _FOLDERS.search(address)) is not None:
        year, *parts = map(int, filter(None, folders.groups()))
        if (day := day_of(year, *parts)) is not None:
            return day
    for numbered in (_MOMENT, _NUMBER_BEHIND, _INDEX_NUMBER):
        if (moment := numbered.search(address)) is not None:
            return day_of(*map(int, moment.groups()))
    names = _NAME.split(address)  # every second one is a name
    kept = [name if at % 2 == 0 or _FORMED.fullmatch(name) else " " for at, name in enumerate(names)]
    return parse_published("".join(kept))


def arabic_years(text: str) -> str:
    """Write the years in Chinese numerals in digits, character for character.

    Examples
    --------
    >>> arabic_years("二〇二四年工作要点,三千二百年")
    '2024年工作要点,三千二百年'
    """
    return _HAN_YEAR.sub(lambda found: found.group().translate(_DIGITS), text)


def arabic(text: str) -> str:
    """Write Chinese numerals of a date in digits; the text's length may change.

    Examples
    --------
    >>> arabic("二〇二一年一月十五日")
    '2021年1月15日'
    >>> arabic("2018813日"), arabic("2018111日")
    ('2018年8月13日', '2018111日')
    >>> arabic("3月20上午"), arabic("下午")
    ('3月20日上午', '下午')
    >>> arabic("1110日,市委常委会召开会议"), arabic("连续1110日无事故")
    ('11月10日,市委常委会召开会议', '连续1110日无事故')
    """
    if " " in text or "\u3000" in text:
        text = _SPACED.sub("", text)
    if _SEVERAL_DIGITS.search(text):  # else no more than days and months: of most texts
        text = _together(text)
    elif "午" in text:
        text = _DAY_SIGN_LOST.sub(lambda m: f"{m[1]}日", text)
    return _HAN_DAY.sub(lambda m: str(han_number(m.group())), arabic_years(text))


def _together(text: str) -> str:
    """Part numbers of several digits that are days of a year."""
    # functions, for a template is looked up anew for every text
    text = _ISO.sub(lambda m: f"{m['year']}年{m['month']}月{m['day']}日", text)
    text = _RUN_TOGETHER.sub(lambda m: f"{m[1]}年{m[2]}月{m[3]}", text)
    text = _PARTS_LOST.sub(lambda m: m[1] + "年" + parts if (parts := _parted(m[2], m[1])) else m[0], text)
    if "午" in text:
        text = _DAY_SIGN_LOST.sub(lambda m: f"{m[1]}日", text)
    return _SIGN_LOST.sub(lambda m: _parted(m[1]) or m[0], text)


def _parted(digits: str, year: str = "2000") -> str | None:
    """Part a month and a day that lost the 月 between them, where one calendar day alone fits."""
    parts = [(digits[:cut], digits[cut:]) for cut in (1, 2)]
    fit = [
        f"{month}月{day}"
        for month, day in parts
        if len(day) < 3 and not day.startswith("0") and day_of(int(year), int(month), int(day))
    ]
    return fit[0] if len(fit) == 1 else None


def numbered_year(text: str) -> int | None:
    """Give the year that stands by the meeting's own number; None where there is none, or another's.

    Examples
    --------
    >>> numbered_year("县长主持召开2025年县政府第15次常务会议")
    2025
    >>> numbered_year("市委理论学习中心组举行2022年第四次集体学习")
    2022
    >>> numbered_year("传达学习省政府2025年第15次常务会议精神")
    """
    for found in _NUMBERED.finditer(text):
        clause = text[max(text.rfind(mark, 0, found.start()) for mark in ",。;:") + 1 : found.start()]
        if not _OTHERS.search(clause) and not _TOLD_OF.search(found["after"]):
            return int(found["year"])
    return None


def printed_days(text: str) -> list[PrintedDay]:
    """Find the days that a text prints, in order; what no calendar has is left out.

    Examples
    --------
    >>> [(one.month, one.day, one.dateline) for one in printed_days("本报3月31日讯 30日,市委常委会召开会议")]
    [(3, 31, True), (None, 30, False)]
    """
    return [day for found in _DAY.finditer(text) if (day := _printed(found)) is not None]


def _printed(found: re.Match[str]) -> PrintedDay | None:
    day, month = int(found["day"]), _integer(found["month"])
    if not 1 <= day <= 31 or (month is not None and not 1 <= month <= 12):
        return None
    last = (_integer(found["to_month"]), int(found["to_day"])) if found["to_day"] else None
    weekday = _WEEKDAYS.index(found["weekday"].replace("天", "日")) if found["weekday"] else None
    dateline = found["dateline"] is not None
    words = found.group().removeprefix(found["ahead"] or "").removesuffix(found["dateline"] or "")
    before = found.string[max(0, found.start() - _DECIDED_REACH) : found.start()]
    ahead = found["ahead"] is not None or _DECIDED.search(before) is not None
    return PrintedDay(words, _integer(found["year"]), month, day, last, weekday, dateline, ahead)


def last_week(text: str, published: date) -> tuple[str, date] | None:
    """Read a weekday of the week of publication, or of the week before; none where it is to come.

    Examples
    --------
    >>> last_week("上周五,市长主持召开会议", date(2023, 8, 14))
    ('上周五', datetime.date(2023, 8, 11))
    >>> last_week("本周五,市长主持召开会议", date(2023, 8, 14))
    """
    if (found := WEEKDAY.search(text)) is None:
        return None
    weekday = _WEEKDAYS.index(found["weekday"].replace("天", "日"))
    back = published.weekday() - weekday + (7 if found["which"] == "上" else 0)
    return (found.group(), published - timedelta(back)) if back >= 0 else None


def _integer(text: str | None) -> int | None:
    return int(text) if text else None


def day_of(year: int, month: int, day: int) -> date | None:
    """Make a date; None where the calendar has no such day.

    Examples
    --------
    >>> day_of(2023, 2, 29) is None
    True
    """
    try:
        return date(year, month, day)
    except ValueError:
        return None
