"""Sections within one paragraph: numbers in running text, and heads without 会议 before a speech."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from readout_nlp.readouts.heads import head
from readout_nlp.readouts.patterns import opening_signs
from readout_nlp.readouts.spans import Span, placed, sentences

_NUMBERS = "一二三四五六七八九"
_NUMBER = re.compile(rf"(?:(?<=[。;!?])|(?<=[。;!?]\s))[{_NUMBERS}]、(?!要|是)")
# 会议一是听取了甲;二是审议了乙: 一是要 parts what is asked on one matter
_FIRSTLY = re.compile(
    rf"(?:(?P<who>(?:^|(?<=。))会议)|(?:^|(?<=[。;!?:]))(?:会上,)?)(?P<digit>[{_NUMBERS}])是[一-鿿]{{0,4}}?"
    r"(?:听取|审议|研究|讨论|审定|传达|学习|通报|部署|通过|表决)[^,。;:了]{0,6}了"
)
_BARE = re.compile("(?:听取|审议|研究|讨论|审定|传达|通报)(?!好|透|深)")
_BEGINS = frozenset(
    "听审研讨传通第议"
)  # of what opens a matter without any of the signs: 听取甲汇报, 第二个议程, 议题二:
_BY_OTHERS = re.compile("指出|强调|要求|认为|介绍|汇报[,:]|表示|以来|去年")  # 会议指出,一年来,一是审议了甲
# sentences, but those that only ask together, behind the first
_STRETCH = re.compile(r"(?:(?<=.)要[^。]*+。++[”’」』)]*+)++|[^。]*+。++[”’」』)]*+|[^。]+")
_SAYS = re.compile("会议(?:强调|要求|指出|明确|认为),")
_SAID = re.compile(",会议(?:强调|要求|指出|明确|认为)")


def in_line(part: Span) -> Iterator[Span]:
    """Cut a paragraph before the numbers of its sections, 一、听取甲汇报。二、审议乙, if they open matters.

    Examples
    --------
    >>> text = "县政府召开会议。一、听取防汛汇报。要早。二、审议《茶园办法》。"
    >>> [part.text for part in in_line(Span(0, len(text), text))]
    ['县政府召开会议。', '一、听取防汛汇报。要早。', '二、审议《茶园办法》。']
    """
    begin = 0
    series = _series(part) if "二、" in part.text else ()
    if not series and "二是" in part.text:
        series = _firstly(part)
    for at in series:
        if at:
            yield Span(part.start + begin, part.start + at, part.text[begin:at].rstrip())
        begin = at
    yield Span(part.start + begin, part.end, part.text[begin:]) if begin else part


def _series(part: Span) -> list[int]:
    """Give where numbers that count from one stand, if the first two open matters."""
    found: list[int] = []
    for number in _NUMBER.finditer(part.text):
        if part.text[number.start()] == _NUMBERS[len(found) : len(found) + 1]:
            found.append(number.start())
    opens = all(head(_sentence(part, at)) for at in found[:2])
    return found if len(found) > 1 and opens else []


def _firstly(part: Span) -> list[int]:
    """Give where 一是, 二是 stand that each open with what the meeting did."""
    numbers = list(_FIRSTLY.finditer(part.text))
    if len(numbers) < 2 or any(n["digit"] != digit for n, digit in zip(numbers, _NUMBERS, strict=False)):
        return []
    found = [n.start("who") if n["who"] else n.start("digit") for n in numbers]
    said = part.text[part.text.rfind("。", 0, found[0]) + 1 : found[0]]
    opens = _BY_OTHERS.search(said) is None and all(head(_sentence(part, at)) for at in found[:2])
    return found if opens else []


def _sentence(part: Span, at: int) -> Span:
    end = part.text.find("。", at) + 1 or len(part.text)
    return Span(part.start + at, part.start + end, part.text[at:end])


def stretches(part: Span) -> list[Span]:
    """Cut a paragraph into sentences, but leave those together that only ask, behind the first sentence.

    They are half of what most pages say, and open nothing one by one (see `asks`).

    Examples
    --------
    >>> text = "会议强调,要早备。要早剪。要早采。会议还听取了汇报。"
    >>> [said.text for said in stretches(Span(0, len(text), text))]
    ['会议强调,要早备。', '要早剪。要早采。', '会议还听取了汇报。']
    """
    text = part.text
    stop = text.find("。")
    if text.rfind("要求") > stop or "!" in text or "?" in text or "\n" in text:
        return sentences(part)
    return placed(_STRETCH.findall(text), part.start) if 0 <= stop < len(text) - 1 else [part]


def may_open(text: str) -> bool:
    """Say whether a sentence within a paragraph has any sign that it opens something.

    Examples
    --------
    >>> may_open("听取茶园防冻汇报。"), may_open("茶园已剪。"), may_open("要在会前早备。")
    (True, False, False)
    """
    return text[0] in _BEGINS or (not asks(text) and opening_signs().search(text) is not None)


def asks(text: str) -> bool:
    """Say whether a sentence only says what is to be done: 要早备; it opens nothing, whatever it names."""
    return text[0] == "要" and "要求" not in text


def bare_head(sentence: Span, after: Sequence[Span]) -> bool:
    """Say whether a sentence within a paragraph states a matter to which the meeting then speaks.

    Examples
    --------
    >>> said = Span(9, 18, "会议强调,要早备。")
    >>> bare_head(Span(0, 9, "听取茶园防冻汇报。"), [said]), bare_head(Span(0, 9, "听取茶园防冻汇报。"), [])
    (True, False)
    """
    if _BARE.match(sentence.text) is None:
        return False
    spoken = _SAID.search(sentence.text) is not None or any(_SAYS.match(s.text) for s in after[:1])
    return spoken and bool(head(sentence))
