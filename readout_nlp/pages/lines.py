"""Lines of a page: as printed, as repaired, and as the furniture rules see them."""

from __future__ import annotations

import re
from typing import NamedTuple

from readout_nlp.pages.script import count_han, has_five_han

LINE_ENDS = re.compile("[\n\r\x0b\x0c\x85\u2028\u2029]+")
LONGEST = 240
"""Longer lines are text: no rule is tried on them as a whole (nor can a pattern run long)."""

_HALF_WIDTH = {chr(wide): chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)} | {
    "\u3000": " ",
    "【": "[",
    "】": "]",
}
_WIDE = re.compile("[！-～\u3000【】]")  # several times as fast as str.translate
_STOPS = "。；;"
_ENDS = re.compile("[!?！？]$|[一-鿿)）”][.．]$")
_COMMAS = re.compile("[,，、]")


class Line(NamedTuple):
    """One line of a page.

    Attributes
    ----------
    raw
        As printed, without the white space around it.
    text
        Repaired and simplified.
    view
        As the rules see it: `text` with punctuation folded to half width, character for character.
    inside
        Whether it stands in the element that holds the main text (always, in plain text).
    heading
        Whether the page marks it as a heading.
    linked
        Whether more than half of it is links.
    """

    raw: str
    text: str
    view: str
    inside: bool = True
    heading: bool = False
    linked: bool = False


def fold(text: str) -> str:
    """Fold punctuation to half width, for matching only: same length, so positions hold in both.

    Examples
    --------
    >>> fold("【来源：某报】")
    '[来源:某报]'
    """
    if len(text) <= 2 * LONGEST:
        return _folded(text)
    # rules look at short lines, and at the ends of long ones: the middle can stay as it is
    first, last = (_folded(end) for end in (text[:LONGEST], text[-LONGEST:]))
    return f"{first}{text[LONGEST:-LONGEST]}{last}"


def folded_lines(text: str) -> list[tuple[str, str]]:
    r"""Give the lines of a text without the white space around them, each with its folded form.

    Examples
    --------
    >>> folded_lines("　要闻\n会议指出，要抓落实")
    [('要闻', '要闻'), ('会议指出，要抓落实', '会议指出,要抓落实')]
    """
    lines = [line.strip() for line in text.split("\n")]
    views = [view.strip() for view in _folded(text).split("\n")]  # all at once is faster
    return [
        (line, view if len(line) <= 2 * LONGEST else fold(line))
        for line, view in zip(lines, views, strict=True)
    ]


def _folded(text: str) -> str:
    return _WIDE.sub(_narrow, text.replace("，", ","))  # most wide marks are commas


def _narrow(found: re.Match[str]) -> str:
    return _HALF_WIDTH[found.group()]


def plain_line(raw: str, text: str | None = None) -> Line:
    """Give a line of plain text, repaired as `text` if that differs.

    Examples
    --------
    >>> plain_line("（完）").view
    '(完)'
    """
    text = (raw if text is None else text).strip()
    return Line(raw=raw, text=text, view=fold(text))


def is_prose(view: str) -> bool:
    """Say whether a line is a sentence of running text rather than a title, a label or a menu.

    Examples
    --------
    >>> is_prose("会议还研究了其他事项。"), is_prose("某市召开会议,研究安全生产、防汛工作")
    (True, False)
    """
    if len(view) < 6:
        return False
    if any(map(view.__contains__, _STOPS)) or _ENDS.search(view[-2:]):
        return count_han(view[:60]) >= 40 if view[-1] in "!?" else has_five_han(view[:60])
    return len(view) >= 80 and bool(_COMMAS.search(view)) and count_han(view[:400]) >= 80
