"""Where a page tells the day of its meeting: in the lead, above it, in the title or in the last lines."""

from __future__ import annotations

import re

from readout_nlp.readouts.printed_days import WEEKDAY, PrintedDay, arabic, printed_days
from readout_nlp.readouts.spans import fold

RELATIVE = re.compile(r"(?P<word>昨[天日晚]|前[天日]|今[天日晨晚]|当[天日])")
"""A day told from the report's own: 昨天."""
VAGUE = re.compile(r"近日|日前|近期|最近|连日来")
"""A day that is only near: 近日."""
_DAY_FIRST = re.compile(
    r"(?:20\d\d年)?\d{1,2}月\d{1,2}[日号](?![^。]{0,3}[讯电])[^。]{0,100}(?:会|学习|研讨)"
    r"|[^,。]{4,40}会议?,?于(?:20\d\d年)?\d{1,2}月\d{1,2}[日号][^。]{0,30}(?:召开|举行|举办)"
    r"|[^,。]{4,40}会议?,(?:20\d\d年)?\d{1,2}月\d{1,2}[日号](?:[上下]午)?在[^,。]{1,20}(?:召开|举行)"
    r"|(?:会议|召开)?时 {0,4}间:? ?(?:20\d\d年)?\d{1,2}月\d{1,2}[日号]"
)
_DATELINE = re.compile(r"[^,。]{2,24}\d{1,2}日[讯电](?:\([^)]{1,20}\))? *")
_DAY_ALONE = re.compile(r"\d{1,2}[日号](?:[上下]午|晚上?)?,?[^。]{0,60}会")
# 2023年8月22日区政府第58次常务会议: a title that is the meeting's day and name
_TITLED_DAY = re.compile(r"20\d\d年\d{1,2}月\d{1,2}日[^,。]{2,24}(?:会议|全会)")
# 会议由区长某某于3月28日主持召开, 会议召开时间为2020年4月24日: in the last lines
_HELD_ON = re.compile(
    r"(?:^|[。\n] *)(?:(?:本次|此次|这次)?会议(?:由[^,。;:\n]{2,30})?"
    r"于(?P<day>(?:20\d\d年)?\d{1,2}月\d{1,2}日)[^,。;\n会]{0,16}(?:召开|举行)"
    r"|(?:(?:本次|此次|这次)?会议)?(?:召开|举行)?时间(?:为|是)(?P<time>(?:20\d\d年)?\d{1,2}月\d{1,2}日))"
)


def where_the_day_is_told(
    *, lead: str, body: str, closing: str, title: str | None, dateline: str
) -> tuple[str, list[PrintedDay]]:
    """Give the words that tell the day, and the days printed there: the lead's where no others tell one.

    Examples
    --------
    >>> where_the_day_is_told(
    ...     lead="会议召开。", body="", closing="会议由区长张三于3月28日主持召开。", title=None, dateline=""
    ... )[0]
    '3月28日'
    """
    text = arabic(fold(f"{dateline} {lead}" if dateline else lead))
    days = printed_days(text)
    if not _tells_a_day(text, days) and (earlier := _earlier(lead, body, dateline)):
        text, days = earlier, printed_days(earlier)
    if not _tells_a_day(text, days) and (titled := _TITLED_DAY.match(arabic(fold(title or "")))):
        text, days = titled.group(), printed_days(titled.group())
    if not _tells_a_day(text, days) and (held := _HELD_ON.search(arabic(fold(closing)))):
        text = held["day"] or held["time"]
        days = printed_days(text)
    return text, days


def _tells_a_day(text: str, days: list[PrintedDay]) -> bool:
    return any(not day.dateline and not day.ahead for day in days) or bool(
        RELATIVE.search(text) or VAGUE.search(text) or WEEKDAY.search(text)
    )


def _earlier(lead: str, body: str, dateline: str) -> str | None:
    """Give the first sentence before the lead that opens with a day, of a meeting or a session of study.

    A day alone needs a dateline, which has the month: both are given.
    """
    text = arabic(fold(body[: max(0, body.find(lead))]))
    sentences = [_DATELINE.sub("", part.strip(), count=1) for part in re.split("[。\n]", text)]
    told = next((sentence for sentence in sentences if _DAY_FIRST.match(sentence)), None)
    if told is not None or not dateline or not sentences or not _DAY_ALONE.match(sentences[0]):
        return told
    return f"{arabic(fold(dateline))} {sentences[0]}"
