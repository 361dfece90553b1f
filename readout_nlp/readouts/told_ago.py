"""How long ago a page says an event was: 一周前, 前几天, 本月, 上月底, 刚刚闭幕."""

from __future__ import annotations

import re
from datetime import date, timedelta

_WITHIN = r"[^。;!?\n]{0,40}$"
_AGO = re.compile(
    r"(?:[一1两二2](?:个)?(?:周|星期)(?:多)?(?:之)?前|上(?:个)?(?:周|星期)|[几数]天(?:之)?前|[2-9两三四五六七八九]天前|前几天)"
    + _WITHIN
    + "|刚刚?(?:胜利)?(?:闭幕|结束|召开)的?[^。;!?,\\n]{0,8}$"
)
_IN_MONTH = re.compile("(?:本|(?P<last>上个?))月" + _WITHIN)
_AT_MOST = timedelta(21)


def written_between(before: str, held: date) -> tuple[date, date] | None:
    """Give the first and the last day on which a page may say so of an event; None where no word tells.

    A page is never older than the event: where only the last day is bounded, the first is the earliest date.

    Parameters
    ----------
    before
        What stands before the event's name in its sentence.
    held
        The day of the event.

    Examples
    --------
    >>> [day.isoformat() for day in written_between("学习总书记本月", date(2020, 7, 23))]
    ['2020-07-01', '2020-08-01']
    >>> [day.isoformat() for day in written_between("上月,", date(2020, 12, 8))]
    ['2021-01-01', '2021-02-01']
    >>> written_between("会议学习了刚刚闭幕的", date(2019, 10, 31))[1].isoformat()
    '2019-11-21'
    >>> written_between("会议学习了", date(2020, 7, 23))
    """
    month = _IN_MONTH.search(before)
    if month is not None:
        later = 1 if month["last"] else 0
        return _month(held, later), _month(held, later + 1)
    return (date.min, held + _AT_MOST) if _AGO.search(before) else None


def _month(day: date, later: int) -> date:
    """Give the first day of the month so many months after a day's."""
    years, month = divmod(day.month - 1 + later, 12)
    return date(day.year + years, month + 1, 1)
