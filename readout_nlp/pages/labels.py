"""Meta lines read label by label: any order, blanks inside, empty ones, no mark before the next label."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from readout_nlp.pages.script import count_han
from readout_nlp.reference.furniture import label_fields

DATE = (
    r"(?:(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?|(?<!\d)\d{1,2}[./]\d{1,2}[./](?:19|20)\d\d(?!\d)"
    r"|(?<!\d)\d\d年\d{1,2}月\d{1,2}日)"
    r"(?:\s{0,3}(?:\d{1,2}:\d\d(?::[0-5]\d)?))?"
)
_DIGIT = re.compile(r"\d")
_MARKS = " \t|·•-_/\\[]()<>,;:"
_LONGEST_VALUE = 40
_LONGEST_FREE = 8  # Han characters of a word without a label: a column's name, not a title
_LONGEST_LINE = 200
_NO_WORD = re.compile('[",“”]|注明|转载')  # terms of the site speak of sources too
_UNKNOWN = re.compile(r"[一-鿿](?<![版播网])\s?:")  # a label that we do not know: 会议时间
_STOP = re.compile("[。!?]")
_SOURCE_ENDS = re.compile(rf"[\s|\[\]()]|{DATE}|(?:浏览|阅读|点击|访问|字体|字号|打印|分享)")
# 区政府常务会议(2022年9月19日): a title that is the meeting and its day
_TITLED = re.compile(rf"[^\s|()<>]{{4,40}}(?:会议|纪要)\({DATE}\)")
_LINK = re.compile(r"https?://\S{1,80}|www\.\S{1,60}")
_OUTLET = re.compile(
    r"[一-鿿]{2,12}(?:(?<![汇通简海])报|新闻网|传媒网|融媒|融媒体中心|融媒体|电视台|广播电视台|客户端)"
    r"|(?!(?:信息|新闻|权威|政策|通知|公告|文件|数据|视频|政务|公开|消息)发布)[一-鿿]{2,6}(?:发布|宣传)|[一-鿿]{2,8}(?:零距离|时讯|微讯)"
)
_UNMARKED = re.compile(r"(?:信息|稿件|文章)?来源\s{1,4}(?P<source>[一-鿿]{2,14})(?=\s|$)")
_ISO_DAY = re.compile(r"(?P<year>\d{4})-(?P<rest>\d\d-\d\d)")
_NO_YEAR = re.compile(r"(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")  # 日期:04-29
_MARKED = re.compile(r"(?:\S{1,8}/)?(?P<outlet>\S{4,16}?)(?:原创|转载)")


def read_labels(view: str) -> tuple[str | None, dict[str, str]]:
    """Read a short line as labels with their values; the name of the line's first field, and the values.

    Examples
    --------
    >>> read_labels("内容更新时间:2025-05-30 07:56:21来源:海州乡音报")
    ('published', {'published': '2025-05-30 07:56:21', 'source': '海州乡音报'})
    >>> read_labels("发布人: 来 源: 时 间:2021-01-27 收藏")[1]
    {'published': '2021-01-27'}
    >>> read_labels("会议指出,来源:要查清。")
    (None, {})
    """
    if len(view) > _LONGEST_LINE or not (":" in view or "丨" in view) or _STOP.search(view):
        return None, {}
    found = list(_labels().finditer(view))
    if not found:
        return None, {}
    name, values = _before(view[: found[0].start()])
    if name is None:
        return None, {}
    if "edition" in values:
        values["dated"] = values.pop("edition")
    ends = [*(label.start() for label in found[1:]), len(view)]
    fields = label_fields()
    for label, end in zip(found, ends, strict=True):
        field = fields[re.sub(r"\s", "", label["label"])]
        value = view[label.end() : end].strip(_MARKS)
        if len(value) > _LONGEST_VALUE:
            return None, {}
        if told := _value(field, value):
            values.setdefault(field, told)
        if field == "published" and _NO_YEAR.fullmatch(value):
            values.setdefault("month_day", value)
        if field == "source" and (day := re.search(DATE, value)):
            values.setdefault("dated", day.group())
    return fields[re.sub(r"\s", "", found[0]["label"])], values


def read_dated(view: str) -> dict[str, str]:
    """Read a line without labels that holds one day, and beside it only short words: a column, a paper.

    Examples
    --------
    >>> read_dated("| 招商动态 |2016-07-21")
    {'edition': '2016-07-21'}
    >>> read_dated("海州商报 2008年03月04日07:04"), read_dated("市委召开会议研究安全生产工作 2016-07-21")
    ({'outlet': '海州商报', 'edition': '2008年03月04日07:04'}, {})
    """
    if (
        len(view) > 2 * _LONGEST_VALUE
        or not _DIGIT.search(view)
        or _STOP.search(view)
        or _UNKNOWN.search(view)
        or _TITLED.fullmatch(view)
    ):
        return {}
    days = list(re.finditer(DATE, view))
    if len(days) != 1:
        return {}
    rest = _LINK.sub(" ", f"{view[: days[0].start()]} {view[days[0].end() :]}")
    words = [word.strip(_MARKS) for word in re.split(r"[\s|]+", rest)]
    words = [word for word in words if word]
    outlets = [outlet for word in words if (outlet := _outlet(word))]
    free = [word for word in words if _outlet(word) is None and not _begins_other(word, words)]
    if (
        len(words) > 4
        or sum(count_han(word) for word in free) > _LONGEST_FREE
        or any("," in w for w in words)
    ):
        return {}
    return ({"outlet": outlets[0]} if outlets else {}) | {"edition": days[0].group()}


def day_told(found: Mapping[str, str]) -> str:
    """Give the day without a label among a page's values; the day of a label without its year comes before.

    That is of the year of the other, the day on which somebody looked at the page, or of the one before.

    Examples
    --------
    >>> day_told({"dated": "2026-05-08", "month_day": "04-29"}), day_told({"dated": "2026-05-08"})
    ('2026-04-29', '2026-05-08')
    >>> day_told({"dated": "2026-01-03", "month_day": "12-31"})
    '2025-12-31'
    """
    seen = _ISO_DAY.match(found["dated"])
    if seen is None or "month_day" not in found:
        return found["dated"]
    year, month_day = int(seen["year"]), found["month_day"]
    return f"{year if month_day <= seen['rest'] else year - 1}-{month_day}"


def _begins_other(word: str, words: list[str]) -> bool:
    """Say whether a word only begins another: an account, and the office that runs it."""
    return any(other != word and other.startswith(word) for other in words)


@cache
def _labels() -> re.Pattern[str]:
    names = sorted(label_fields(), key=len, reverse=True)
    spaced = "|".join(r"\s{0,4}".join(name) for name in names)
    return re.compile(rf"[\[(]?(?P<label>{spaced})\s?[\])]?\s?[:丨]")


def _before(text: str) -> tuple[str | None, dict[str, str]]:
    """Read what stands before the first label: nothing, a day, a paper, a short word; else no meta line."""
    rest = _LINK.sub(" ", text).strip(_MARKS)
    if not rest:
        return "", {}
    if count_han(text[-1]):
        return None, {}  # a label that we do not know: 会议时间
    if told := read_dated(rest):
        return "", told
    if outlet := _outlet(rest):
        return "", {"outlet": outlet}
    if found := _UNMARKED.match(rest):  # 来源 某某网 某甲: the label's mark is lost
        return "", {"source": found["source"]}
    return ("" if count_han(rest) <= _LONGEST_FREE and not _NO_WORD.search(rest) else None), {}


def _outlet(word: str) -> str | None:
    word = word.strip("《》")
    if _OUTLET.fullmatch(word):
        return word
    found = _MARKED.fullmatch(word)
    return found["outlet"] if found is not None and _OUTLET.fullmatch(found["outlet"]) else None


def _value(field: str, value: str) -> str | None:
    if field in ("published", "dated"):
        found = re.search(DATE, value)
        return found.group() if found is not None else None
    if field == "source":
        ends = _SOURCE_ENDS.search(value)
        name = value[: ends.start()] if ends is not None else value
        return name if 2 <= len(name) <= 30 and count_han(name) else None
    return None
