"""Paragraphs, sentences and clauses of a body, each with its place in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache, partial
from itertools import accumulate
from typing import NamedTuple

# One character for one, so that a place in the folded text is the same place in the printed one.
_WIDE = re.compile("[！-～　\u00a0\u2002\u2003\u2009\t〈〉﹐﹑﹔﹕]")
_ODD = {"〈": "<", "〉": ">", "﹐": ",", "﹑": "、", "﹔": ";", "﹕": ":"}
_SENTENCE = re.compile(r"[^。!?\n]*[。!?]+[”’」』)]*|[^。!?\n]+")
_CLOSED = re.compile("。[。”’」』)]")
_INDENT = re.compile(r"(?<=[。!?”])\s{2,}(?=\S)")  # a paragraph whose line break was lost
_MARK = re.compile("[,。;!?]")
_SPACE = re.compile("(?<=[一-鿿\\d”》)]) (?=[一-鿿“《])")
_TURN = re.compile("(?<=[一-鿿\\d”》)]) (?=(?:会议|全会|大会)[一-鿿])")
_OPEN, _CLOSE = "“‘《〈「『([【", "”’》〉」』)]】"
_MARKS = re.compile(f"[{re.escape(_OPEN + _CLOSE)}]")


class Span(NamedTuple):
    """A stretch of a text: ``text == whole[start:end]`` with punctuation folded to half width."""

    start: int
    end: int
    text: str


_span = partial(tuple.__new__, Span)  # of a row of its fields: in half the time, of a hundred a page


@lru_cache(maxsize=64)  # the stages of one page fold the same body and lines
def fold(text: str) -> str:
    """Fold punctuation, digits and letters to half width, one character for one; for matching only.

    Examples
    --------
    >>> fold("１月５日，市委常委会（扩大）会议")
    '1月5日,市委常委会(扩大)会议'
    """
    return _WIDE.sub(_narrow, text.replace("，", ","))  # most wide marks are commas


def _narrow(found: re.Match[str]) -> str:
    mark = found.group()
    if "！" <= mark <= "～":
        return chr(ord(mark) - 0xFEE0)
    return _ODD.get(mark, " ")


def punctuated(folded: str) -> str:
    """Read spaces as marks on a page that has none: a full stop before 会议, else a comma.

    Examples
    --------
    >>> punctuated("听取防汛汇报 会议指出 要守住底线"), punctuated("会议 开。")
    ('听取防汛汇报。会议指出,要守住底线', '会议 开。')
    """
    return folded if marked(folded) else _SPACE.sub(",", _TURN.sub("。", folded))


def marked(folded: str) -> bool:
    """Say whether a folded text has any mark that ends a sentence or a clause."""
    return _MARK.search(folded) is not None


def paragraphs(folded: str) -> Iterator[Span]:
    r"""Cut a folded text into its lines, white space at both ends left out, empty ones too.

    The indent of two spaces behind a full stop begins a paragraph too.

    Examples
    --------
    >>> [p.text for p in paragraphs(" 一。\n\n二。  三。 四。")]
    ['一。', '二。', '三。 四。']
    """
    start = 0
    for line in folded.split("\n"):
        text = line.strip()
        if text:
            left = start if len(text) == len(line) else start + line.index(text)
            part = _span((left, left + len(text), text))
            if "  " in text:
                yield from _indented(part)
            else:
                yield part
        start += len(line) + 1


def _indented(line: Span) -> Iterator[Span]:
    """Cut a line behind full stops that an indent follows."""
    begin = 0
    for indent in _INDENT.finditer(line.text):
        yield Span(line.start + begin, line.start + indent.start(), line.text[begin : indent.start()])
        begin = indent.end()
    yield Span(line.start + begin, line.end, line.text[begin:])


def sentences(part: Span) -> list[Span]:
    """Cut a folded paragraph into sentences; closing quotes stay with their sentence.

    Examples
    --------
    >>> [(s.start, s.text) for s in sentences(Span(10, 16, "会议开。会散"))]
    [(10, '会议开。'), (14, '会散')]
    """
    return placed(_printed_sentences(part.text), part.start)


def placed(printed: list[str], begin: int) -> list[Span]:
    """Give stretches of a text that follow each other their places, white space at their ends left out."""
    ends = [*accumulate(map(len, printed), initial=begin)]
    texts = [*map(str.strip, printed)]
    if texts == printed:  # as nearly all
        return [*map(_span, zip(ends, ends[1:], texts, strict=False))]
    starts = [start + whole.index(text) for start, whole, text in zip(ends, printed, texts, strict=False)]
    return [Span(at, at + len(text), text) for at, text in zip(starts, texts, strict=True) if text]


def _printed_sentences(text: str) -> list[str]:
    if "!" in text or "?" in text or "\n" in text or _CLOSED.search(text) is not None:
        return _SENTENCE.findall(text)
    *whole, rest = text.split("。")  # as most, and several times as fast
    found = [f"{sentence}。" for sentence in whole]
    return [*found, rest] if rest else found


def clauses(part: Span, marks: str = ",;") -> list[Span]:
    """Cut a folded sentence at `marks` outside brackets and quotation marks; each part keeps its mark.

    Examples
    --------
    >>> [c.text for c in clauses(Span(0, 15, "听取甲、乙(丙,丁),审议戊。"))]
    ['听取甲、乙(丙,丁),', '审议戊。']
    """
    start, _, text = part
    found: list[Span] = []
    begin = 0
    for at in _outside(text, marks):
        found.append(_span((start + begin, start + at + 1, text[begin : at + 1])))
        begin = at + 1
    if begin < len(text):
        found.append(_span((start + begin, start + len(text), text[begin:])))
    return found


def _outside(text: str, marks: str) -> list[int]:
    """Give the places of `marks` that no brackets or quotation marks hold."""
    if _MARKS.search(text) is None:
        return [found.start() for found in _bare(marks).finditer(text)]
    found = [(mark.start(), mark.group()) for mark in _cuts(marks).finditer(text)]
    stray = _unclosed(found)
    depth, places = 0, []
    for at, mark in found:
        if mark in _OPEN:
            depth += at not in stray
        elif mark in _CLOSE:
            depth = max(0, depth - 1)
        elif depth == 0:
            places.append(at)
    return places


@cache
def _bare(marks: str) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, marks)))  # not as a class: found sooner


@cache
def _cuts(marks: str) -> re.Pattern[str]:
    return re.compile(f"[{re.escape(_OPEN + _CLOSE + marks)}]")


def _unclosed(marks: list[tuple[int, str]]) -> frozenset[int]:
    """Say which opening marks are never closed: 讯(记者 张三 报道…; they hold nothing."""
    opened: list[int] = []
    for at, mark in marks:
        if mark in _OPEN:
            opened.append(at)
        elif opened and mark in _CLOSE:
            opened.pop()
    return frozenset(opened)
