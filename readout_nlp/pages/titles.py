"""Which line above the text is its title."""

from __future__ import annotations

import re
from collections.abc import Sequence

from readout_nlp.pages.lines import Line
from readout_nlp.pages.script import count_han
from readout_nlp.reference.gazetteer import bearers, everyday_names

META_RULES = frozenset(
    {"outlet_day", "published", "published_empty", "date", "source", "author", "font_size", "visits"}
)
"""Rules whose lines stand between a title and its text."""

NUMBERED = re.compile(
    "[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十百0-9]{1,4}[章节条编]|[(（]|[0-9]{1,2}[.、]"
)
"""How a numbered heading of the text begins."""

OPENING = re.compile(
    NUMBERED.pattern + r"|(?:\d{4}年)?\d{1,2}月\d{1,2}日(?:[上下]午|晚上?)?"
    r"(?:,[^。!?]{2,60}(?:召开|举行)|[^。!?,]{0,12}(?:书记|[市县区州旗盟省]长|主任|主席)[^。!?,]{2,20}主持召开)"
)
"""How a line of the text begins that need not end as a sentence: a heading, or who met on a day."""

_NO_TITLE = re.compile(
    f"^(?:{NUMBERED.pattern})"
    # a site, a paper or an office, alone or before other words of its head: 某市人民政府网站 | 走进某市
    "|(?:人民政府|委员会|[局厅]|办公室|频道|日报|晚报)$"
    "|(?:(?:政府|政务|新闻|信息|门户|公开|机关|[市县区州盟旗府署政协])网|网站)(?=$|[ |])"
    "|^(?:本报|本台|本网)?(?:\\d{1,2}月)?\\d{1,2}日讯(?=[(\\s]|$)"  # a line of the day and the reporter
    "|(?:^|[ >|·])正文$|^[-—]"
    "|_|无障碍|长者模式|官网|官方|投注|彩票|数字报|电子报|\\d\\s?号$|^[^|,]{1,8}(?:\\|[^|,]{1,8}){2,}$"
    "|^第\\s?[A-Z]?\\d{1,3}\\s?版:?[^,。]{0,10}第\\s?[A-Z]?\\d{1,3}\\s?版"
    "|^[^|,。]{1,8}(?:资讯|动态|要闻|新闻|时政)(?: ?\\| ?[^|,。]{1,8}(?:资讯|动态|要闻|新闻|时政)){1,4}$"
)
# a headline that says that a body met: of several lines above a text of a meeting it is the headline
_MET = re.compile(
    "(?:会议?|专题学习|集体学习)(?:召开|举行)|(?:召开|举行|开展)[^,。]{0,40}(?:会|学习)"
    "|(?<!主持)(?<!出席)(?<!参加)(?<!列席)会议$"  # 某某主持会议 goes on with a headline
)
_OF_ANOTHER = re.compile(r"^[◎○●◇◆■□▲△★☆·•]|^\[[^\]]{2,8}\]|^(?:热点|导读|头条|今日看点):")
_TOLD = re.compile("召开|举行|主持|会议|研究|部署|调研|强调|要求|学习|传达|开展|推进|通知|审议")
# a line of the report itself, though it does not end as a sentence: a day and who met, what the meeting said
_SPEAKS = re.compile(
    r"(?:\d{4}年)?\d{1,2}月\d{1,2}日(?:[上下]午)?,[^,。]{2,30}(?:主持)?(?:召开|举行)[^,。]{2,30},[^,。]{6}"
    "|(?:会议|全会)(?:还)?(?:指出|强调|要求|认为|听取|研究|审议|传达)[^。]{0,60},[^,。]{6}"
)
_REPORTED = re.compile("(?:本报|本台|本网)讯")  # the text of another piece on the page of a paper
_GOES_ON = re.compile("(?:强调|指出|要求)$")  # a headline broken over two lines
_ABOVE_TITLES = frozenset({"breadcrumb", "site_tool", "site_clock", "menu"})
_SHORTEST = 5
_LONGER_THAN_A_MENU = 8
_LINES = 4
_SHORTEST_REPORT = 24
_LONGEST_HEADLINE = 40
_LONGEST_MOTTO = 8
_LONGEST_ATTRIBUTE = 2  # 自在云溪, 今日云溪


def find_title(lines: Sequence[Line], names: Sequence[str | None], *, titles: Sequence[str]) -> int | None:
    """Find the title among the lines above the first sentence; None if there is none.

    Parameters
    ----------
    lines
        The lines above the first sentence.
    names
        For each the furniture rule that takes it, or None.
    titles
        Titles the page states elsewhere: a line equal to one, or the start of one, is the title.

    Examples
    --------
    >>> from readout_nlp.pages.lines import plain_line
    >>> lines = [plain_line(text) for text in ("要闻", "市委常委会召开会议", "某某主持", "3月1日")]
    >>> find_title(lines, [None, None, None, "date"], titles=[])
    1
    """
    free = [i for i, name in enumerate(names) if name is None and not lines[i].linked]
    for i in free:
        if same_title(lines[i].view, titles):
            return i
    for i in free:
        if count_han(lines[i].view) >= _LONGER_THAN_A_MENU and _begins_one(lines[i].view, titles):
            return i
    pictured = next((i for i, name in enumerate(names) if name == "caption"), len(lines))
    # below a picture's line stand others of its kind; a headline stands above it, or is marked as one
    able = [i for i in free if _could_be(lines[i]) and (i < pictured or lines[i].heading)]
    told = max((i for i, line in enumerate(lines) if _reports(line.view)), default=-1)
    able = [i for i in able if i > told] or able
    able = [i for i in able if not _OF_ANOTHER.search(lines[i].view) or _heads_text(lines, i)] or able
    place = _met_beside(lines, able, _by_place(lines, names, able))
    if place is None and not titles:  # the meta line stands above the title
        place = next(iter(able), None)
    return place


def same_title(view: str, titles: Sequence[str]) -> bool:
    """Whether a line says the same as one of the titles, white space apart.

    Examples
    --------
    >>> same_title("某市 召开会议", ["某市召开会议"])
    True
    """
    squeezed = _squeeze(view) if titles else ""
    return bool(squeezed) and any(squeezed == _squeeze(title) for title in titles)


def going_on(lines: Sequence[Line], names: Sequence[str | None], place: int) -> str:
    """Give the title at `place`, with the line below it where the headline goes on there.

    Examples
    --------
    >>> from readout_nlp.pages.lines import plain_line
    >>> going_on([plain_line("市委常委会会议强调"), plain_line("把渡口管好")], [None, None], 0)
    '市委常委会会议强调 把渡口管好'
    """
    title, below = lines[place].text, place + 1
    if below == len(lines) or names[below] is not None or not _GOES_ON.search(lines[place].view):
        return title
    return f"{title} {lines[below].text}" if _could_be(lines[below]) else title


def _heads_text(lines: Sequence[Line], place: int) -> bool:
    """Say whether a line right above the text says that a body met: its mark (◆) parts it from others."""
    return place + 1 == len(lines) and _MET.search(lines[place].view) is not None


def _reports(view: str) -> bool:
    """Say whether a line is another piece's text: the headlines above it are not of the text below."""
    return _REPORTED.match(view) is not None and count_han(view) >= _SHORTEST_REPORT


def _begins_one(view: str, titles: Sequence[str]) -> bool:
    squeezed = _squeeze(view)
    return any(_squeeze(title).startswith(squeezed) for title in titles)


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _could_be(line: Line) -> bool:
    view = line.view
    long = count_han(view) >= _SHORTEST and view[-1] not in ":,;"
    return long and not _NO_TITLE.search(view) and not _motto(view) and not _is_report(view)


def _is_report(view: str) -> bool:
    """Say whether a line is the report's own, too long for a headline: it lost its last mark."""
    return count_han(view) > _LONGEST_HEADLINE and _SPEAKS.match(view) is not None


def _motto(view: str) -> bool:
    """Say whether a line is a place's motto: words, a blank, and its name at the end (北国茶乡 云溪)."""
    last = view.rpartition(" ")[2]
    if last == view or len(last) > _LONGEST_MOTTO or _TOLD.search(view):
        return False
    begins = (0,) if len(last) > _LONGEST_ATTRIBUTE + 2 else range(len(last) - 1)
    return any(_is_place(last[at:]) for at in begins)


def _is_place(name: str) -> bool:
    """Say whether a name is a place's of today, and no everyday word."""
    return name not in everyday_names() and any(unit.valid_to is None for unit in bearers(name))


def _by_place(lines: Sequence[Line], names: Sequence[str | None], able: Sequence[int]) -> int | None:
    """Find the title by where it stands: marked as a heading, else right above the meta line or the text."""
    headed = [i for i in able if lines[i].heading]
    if headed:
        return headed[-1]
    below = _first_of_last_meta(names)
    if below is not None:
        menus = [i for i in range(below) if names[i] in _ABOVE_TITLES]
        under = [i for i in able if menus and menus[-1] < i < below]
        above = under or [i for i in able if i < below]
        return _first_of_run(lines, above, below)
    inside = [i for i in able if lines[i].inside]
    return _first_of_run(lines, inside or able, len(lines))


def _met_beside(lines: Sequence[Line], able: Sequence[int], place: int | None) -> int | None:
    """Take the line next below that says that a body met, where the one found does not and is unmarked.

    What stands above such a headline is a motto, a kicker, the name of a column, or of another piece.
    """
    if place is None or lines[place].heading or _MET.search(lines[place].view):
        return place
    below = (i for i in able if place < i <= place + _LINES)
    return next((i for i in below if _MET.search(lines[i].view)), place)


def _first_of_last_meta(names: Sequence[str | None]) -> int | None:
    """Place of the first line of the lowest group of meta lines."""
    place = None
    for i in range(len(names) - 1, -1, -1):
        if names[i] in META_RULES:
            place = i
        elif place is not None and names[i] is None:
            break
    return place


def _first_of_run(lines: Sequence[Line], able: Sequence[int], below: int) -> int | None:
    """Of the last few lines above `below`, the first that is longer than a menu's words, else the last."""
    run = [i for i in able if i >= below - _LINES]
    if not run:
        return able[-1] if able else None
    return next((i for i in run if count_han(lines[i].view) >= _LONGER_THAN_A_MENU), run[-1])
