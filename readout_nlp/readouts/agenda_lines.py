"""Agenda lines: sentences that no meeting is the subject of and that open matters all the same."""

from __future__ import annotations

import re

from readout_nlp.readouts.statements import ENDS, FINITE

NUMBER = (
    r"(?:第?[一二三四五六七八九十]{1,3}(?:[、.]|是(?=[一-鿿]))|第[一二三四五六七八九十]{1,3},|"
    r"\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[.、]|—{1,2}|[★☆●○◆◇■□▲△◎※•])"
)
_SETTLED = re.compile(",(?:会议)?(?:原则上?)?同意|,会议(?:指出|强调|要求|明确|认为)")
_OBJECT = re.compile("(?:问题|事项|事宜|方案|请示|工作|情况|汇报)$")
_QUESTION = re.compile(rf"{NUMBER}\s*(?:研究|讨论|审议)(?!解决)[^,。;:]{{4,60}}问题[。;]?$")
_CLAUSE_END = re.compile("[,;]")
# 听取甲汇报,研究了有关问题
_THEN = re.compile(
    "[,;](?:并)?(?:研究|讨论|审议|安排|部署)[^,。;]{0,4}了(?:有关|相关|具体|存在的)*(?:问题|事项|事宜|措施|意见)[。;]?$"
)


def is_agenda_line(text: str, verbs: re.Match[str]) -> bool:
    """Accept a sentence without a subject only if it ends as an agenda line does, or has a verb with 了.

    Examples
    --------
    >>> line = "研究全市防汛工作。"
    >>> is_agenda_line(line, re.match("(?P<verbs>研究)(?P<done>了)?", line))
    True
    """
    first = _CLAUSE_END.split(text, maxsplit=1)[0]
    if FINITE.search(first[verbs.end() :]) and "《" not in first:
        return False
    if _SETTLED.match(text, len(first)) and _OBJECT.search(first):
        return True
    if _THEN.match(text, len(first)) and ENDS.search(first):
        return True
    titled = "《" in first and ENDS.search(first) is not None
    asked = _QUESTION.match(text) is not None  # 一、研究某问题
    return titled or asked or verbs["done"] is not None or ENDS.search(text) is not None
