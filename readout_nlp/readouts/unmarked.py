"""Leads that lost their marks: 县委召开常委会会议传达甲精神听取乙汇报研究丙工作."""

from __future__ import annotations

import re

from readout_nlp.readouts.spans import Span

_MARKS = re.compile("[,;:]")
_SHORTEST = 40
_VERB = "(?:传达|学习|听取|研究|审议|安排部署|部署|讨论|通报)"
_MEETS = re.compile(rf"(?:会议|常委会|常务会|党组会)(?={_VERB})")
_ENDS = (
    "(?<=精神)|(?<=汇报)|(?<=报告)|(?<=情况)|(?<=论述)|(?<=讲话)|(?<=工作)"
    "|(?<=事项)|(?<=方案)|(?<=意见)|(?<=办法)|(?<=》)"
)
_NEXT = re.compile(rf"(?:{_ENDS})(?={_VERB}|[一-鿿]{{2,14}}主持会议)")


def unmarked(sentence: Span) -> list[Span]:
    """Cut a sentence without commas where it convenes a meeting and then states what it did.

    A matter ends with a word that ends many (精神, 汇报, 工作) right before the next verb.

    Examples
    --------
    >>> text = "3月2日县委书记主持召开县委常委会会议传达省委信访会议精神听取茶园防冻汇报研究渡口整治工作。"
    >>> [part.text[:6] for part in unmarked(Span(0, len(text), text))]
    ['3月2日县委', '传达省委信访', '听取茶园防冻', '研究渡口整治']
    >>> unmarked(Span(0, 11, "县委会议听取茶园汇报。"))
    []
    """
    text = sentence.text
    meets = _MEETS.search(text) if len(text) >= _SHORTEST and _MARKS.search(text) is None else None
    if meets is None:
        return []
    cuts = [meets.end(), *(found.start() for found in _NEXT.finditer(text, meets.end()))]
    ends = [*cuts, len(text)]
    return [
        Span(sentence.start + begin, sentence.start + end, text[begin:end])
        for begin, end in zip([0, *cuts], ends, strict=True)
    ]
