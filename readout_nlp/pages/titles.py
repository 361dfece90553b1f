"""Which line above the text is its title."""

from __future__ import annotations

import re
from collections.abc import Sequence

from readout_nlp.pages.lines import Line
from readout_nlp.pages.script import count_han

META_RULES = frozenset(
    {"outlet_day", "published", "published_empty", "date", "source", "author", "font_size", "visits"}
)
"""Rules whose lines stand between a title and its text."""

NUMBERED = re.compile(
    "[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十百0-9]{1,4}[章节条编]|[(（]|[0-9]{1,2}[.、]"
)
"""How a numbered heading of the text begins."""

_NO_TITLE = re.compile(
    f"^(?:{NUMBERED.pattern})|(?:人民政府|委员会|[局厅]|(?:政府|政务|新闻|信息|门户|公开)网|网站|频道|日报|晚报)$"
    "|_|无障碍|长者模式|官网|官方|投注|彩票|数字报|电子报|\\d\\s?号$|^[^|,]{1,8}(?:\\|[^|,]{1,8}){2,}$"
)
_ABOVE_TITLES = frozenset({"breadcrumb", "site_tool", "site_clock", "menu"})
_SHORTEST = 5
_LONGER_THAN_A_MENU = 8
_LINES = 4


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
    place = _by_place(lines, names, able)
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


def _begins_one(view: str, titles: Sequence[str]) -> bool:
    squeezed = _squeeze(view)
    return any(_squeeze(title).startswith(squeezed) for title in titles)


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _could_be(line: Line) -> bool:
    view = line.view
    return count_han(view) >= _SHORTEST and view[-1] not in ":,;" and not _NO_TITLE.search(view)


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
