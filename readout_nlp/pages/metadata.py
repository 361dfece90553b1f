"""What a page says about itself: meta tags, the meta line, the footer's codes, and what a table row gives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import accumulate

from readout_nlp.pages.credit_code import credit_division
from readout_nlp.pages.furniture import Sorted
from readout_nlp.pages.lines import Line
from readout_nlp.pages.page import Given, PageMeta
from readout_nlp.pages.repair import repair
from readout_nlp.pages.script import count_han

_DATE = re.compile(
    r"((?:19|20)\d\d)\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})日?(?:\s{0,3}([上下])午)?(?:[\sT]{0,3}(\d{1,2}:\d\d(?::\d\d)?))?"
)
_DAY_FIRST = re.compile(
    r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.((?:19|20)\d\d)(?!\d)(?=(?:\s{0,3}(\d{1,2}:\d\d(?::\d\d)?))?)"
)
_SLASHED = re.compile(
    r"(?<![\d/])(\d{1,2})/(\d{1,2})/((?:19|20)\d\d)(?!\d)(?=(?:\s{0,3}(\d{1,2}:\d\d(?::\d\d)?))?)"
)
_SHORT_YEAR = re.compile(r"(?<!\d)(\d\d)年(\d{1,2})月(\d{1,2})日(?=(?:\s{0,3}(\d{1,2}:\d\d(?::\d\d)?))?)")
_EDITION = re.compile(
    r"第\s?(?P<issue>20\d\d-\d\d-\d\d)\s?期|^(?P<file>20\d\d-\d\d-\d\d)\b.{1,40}\bcontent_\d+\.s?html?"
)
_SITE_CODE = re.compile(r"网站(?:标识|识别)码\s?:?\s?(?:bm)?(\d{6})\d{0,4}")
_POLICE_CODE = re.compile(r"(?:网安备|公安(?:部|机关)?备案(?:编|序)?号?)\D{0,8}(\d{6,14})")
_HOST = re.compile(r"(?:主\s?办(?:单位)?|版权所有)\s?:\s?(?:\(C\)|©)?\s?([一-鿿()]{4,40})")
_FOOT = {"site_code": _SITE_CODE, "police_code": _POLICE_CODE, "host": _HOST}
_FOOTER = re.compile(r"网站|网安备|公安|版权|主\s?办")  # one of them stands in whatever the three match
_CARD = re.compile(r"索\s?引\s?号|信用代码")
# signs that a page holds any such line: looked for in the whole of it much faster than line by line
_FOOTER_WORDS, _HOSTED = ("网站", "网安备", "公安", "版权"), re.compile(r"主\s?办")
_CARD_WORD, _INDEXED = "信用代码", re.compile(r"引\s?号")
_ISO_DAY = re.compile(r"20\d\d-\d\d-\d\d")
_SITE_SUFFIX = re.compile(r"[-_|—–,>«»]+")
_ORGAN = re.compile(
    r"(?:人民政府|(?:政府|政务|新闻|信息|门户|公开)网|网站|官网|日报|晚报|委员会|[局厅]|办公室|要闻|新闻|动态|频道|中心)$"
)
_SITE = re.compile(r"(?:人民政府|网|网站|报|融媒体?|融媒体中心|电视台|论坛|在线|新闻)$")
_COLUMN = re.compile(r"^\[[^\]\s]{2,6}\]\s?")  # [要闻]: a forum's class of threads
_MARKS = "■◆●▲•·| "
_TAG = re.compile(
    r"^[【\[][^【】\[\]]{0,4}(?:新闻|要闻|时政|快讯|动态|资讯|头条|播报|关注|聚焦|热点)[】\]]\s*(?=\S)"
)
_FRAMED = re.compile(r"【(?P<headline>[^【】]{5,})】")
_SHORTEST_TITLE = 6
_LONGEST_SITE = 20


def published_date(text: str) -> str | None:
    """Give the date (and time) that `text` holds, in ISO form as far as it goes; None if it holds none.

    Examples
    --------
    >>> published_date("发布时间：2021年1月6日 4:31"), published_date("2021-13-40"), published_date("近日")
    ('2021-01-06 04:31', None, None)
    >>> published_date("24.09.2015 12:25"), published_date("22年06月15日")
    ('2015-09-24 12:25', '2022-06-15')
    >>> published_date("12/28/2012"), published_date("3/4/2012")  # April or March: nothing tells
    ('2012-12-28', None)
    """
    found = _DATE.search(text)
    if found is not None:
        return _iso(*found.groups())
    if (found := _DAY_FIRST.search(text)) is not None:  # 24.09.2015 12:25
        day, month, year, time = found.groups()
        return _iso(year, month, day, None, time)
    if (found := _SLASHED.search(text)) is not None:  # 12/28/2012, as American systems print a date
        return _slashed(*found.groups())
    if (found := _SHORT_YEAR.search(text)) is not None:  # 22年06月15日
        year, month, day, time = found.groups()
        return _iso(f"20{year}", month, day, None, time)
    return None


def _slashed(first: str, second: str, year: str, time: str | None) -> str | None:
    """Read month and day where only one order is possible."""
    if int(first) > 12:
        return _iso(year, second, first, None, time)
    return _iso(year, first, second, None, time) if int(second) > 12 or int(first) == int(second) else None


def _iso(year: str, month: str, day: str, half: str | None, time: str | None) -> str | None:
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return None
    date = f"{year}-{int(month):02d}-{int(day):02d}"
    if time is None or half:
        return date
    hour, _, rest = time.partition(":")
    return f"{date} {int(hour):02d}:{rest}" if int(hour) < 24 else date


def gather_meta(
    result: Sorted, lines: Iterable[Line], *, tags: Mapping[str, str], given: Given | None, title: str | None
) -> PageMeta:
    """Put together what is known: given values first, then meta tags, then the lines of the page.

    `title` is the page's ``<title>``, which is believed only if nothing better is known.
    """
    known = given or Given()
    printed = _TAG.sub("", _unframed(result.headline.strip(_MARKS)), count=1) or None
    dates = (
        known.date,
        tags.get("published"),
        *(result.found.get(name) for name in ("published", "edition")),
    )
    views = [line.view for line in lines]
    whole = "\n".join(views)
    footer = _footer(views, whole)
    return PageMeta(
        title=known.title
        or _clean(tags.get("title"))
        or _page_title(title, printed)
        or result.found.get("original_title"),
        published=next((date for date in map(published_date, filter(None, dates)) if date), None)
        or known.date
        or _edition(views, whole),
        source=known.source
        or _clean(tags.get("source"))
        or result.found.get("source")
        or result.found.get("outlet"),
        column=_clean(tags.get("column")),
        site_code=_first_six(tags.get("site_code")) or footer.get("site_code") or _card_code(views, whole),
        police_code=footer.get("police_code"),
        host=footer.get("host"),
        url=known.url or tags.get("url"),
    )


def _unframed(headline: str) -> str:
    """Take a headline out of the brackets that frame the whole of it: 【县委常委会召开会议】."""
    framed = _FRAMED.fullmatch(headline)
    return framed["headline"] if framed is not None else headline


def document_title(title: str | None) -> str | None:
    """Give the article's title out of an HTML ``<title>``, without the site's name; None if that is all.

    Examples
    --------
    >>> document_title("市委常委会召开会议研究安全生产_要闻_某市人民政府")
    '市委常委会召开会议研究安全生产'
    >>> document_title("某市人民政府门户网站")
    """
    pieces = [piece.strip() for piece in _SITE_SUFFIX.split(title or "") if piece.strip()]
    fit = [piece for piece in pieces if count_han(piece) >= _SHORTEST_TITLE and not _ORGAN.search(piece)]
    return repair(fit[0])[0] if fit else None


def site_names(title: str | None) -> tuple[str, ...]:
    """Give the names of the site, paper or column out of an HTML ``<title>``.

    Examples
    --------
    >>> site_names("市委常委会召开会议研究安全生产_要闻_某市人民政府"), site_names("某县报")
    (('某市人民政府',), ('某县报',))
    """
    pieces = [piece.strip() for piece in _SITE_SUFFIX.split(title or "")]
    named = (piece for piece in pieces if 3 <= count_han(piece) <= _LONGEST_SITE and _SITE.search(piece))
    return tuple(repair(piece)[0] for piece in named)


def _page_title(title: str | None, printed: str | None) -> str | None:
    """Choose between ``<title>`` and the printed line: the line, unless it is only the start of the other.

    Where the other goes on behind a blank, it goes on with a second headline.
    """
    stated = document_title(title)
    if printed is None or stated is None:
        return printed or stated
    squeezed = "".join(printed.split())
    if (column := _COLUMN.match(printed)) and "".join(stated.split()) == squeezed[
        len(column.group().strip()) :
    ]:
        return stated
    begun = "".join(stated.split()).startswith(squeezed)
    ends = begun and len(squeezed) in accumulate(map(len, stated.split()))
    return stated if begun and not ends and "…" not in stated else printed


def _edition(views: Iterable[str], whole: str) -> str | None:
    """Give the day that an e-paper prints as its issue (第2019-11-08期) or in the line of its file."""
    if not _ISO_DAY.search(whole):
        return None
    found = next((day for view in views if (day := _EDITION.search(view[:200]))), None)
    return published_date(found["issue"] or found["file"]) if found is not None else None


def _clean(value: str | None) -> str | None:
    return repair(value)[0].strip() or None if value else None


def _first_six(code: str | None) -> str | None:
    found = re.search(r"\d{6}", code or "")
    return found.group() if found else None


def _card_code(views: list[str], whole: str) -> str | None:
    """Give the division in the index number of a document's card; the number may stand on the next line."""
    if _CARD_WORD not in whole and not _INDEXED.search(whole):
        return None
    cards = (n for n, view in enumerate(views) if len(view) <= 400 and _CARD.search(view))
    found = (credit_division(" ".join(views[n : n + 2])[:400]) for n in cards)
    return next(filter(None, found), None)


def _footer(views: list[str], whole: str) -> dict[str, str]:
    """Codes and host of the page's foot (or wherever they stand)."""
    found: dict[str, str] = {}
    if not any(map(whole.__contains__, _FOOTER_WORDS)) and not _HOSTED.search(whole):
        return found
    for view in reversed(views):
        if len(view) > 400 or not _FOOTER.search(view):
            continue
        for name, pattern in _FOOT.items():
            if name not in found and (match := pattern.search(view)):
                found[name] = match.group(1)
    return found
