"""Sections that only name their topic, where the lead lists it: 关于甲工作,要…; 乙方面,要…."""

from __future__ import annotations

import re
from collections.abc import Sequence

_WITHIN = 40  # characters in which a section names its topic
_LEAST = 4  # characters of a topic: 在工业方面 may be a part of anything
_BEFORE = frozenset("关就对在针围")
_TOPIC = re.compile(
    "(?P<before>关于|针对|围绕|就|对|在)?(?P<name>[^,。;:《》、]{4,24}?)(?:工作|问题|事宜)?(?P<field>方面)?(?:上|的工作)?,"
)
_JOINTS = ("、", "和", "及", "与")
# what stands in the lead behind a part of its list
_AFTER = re.compile(
    "(?:推进|进展|建设|工作|问题|事宜|情况|的|等){0,4}(?:汇报|报告|[、,。;和及与]|以及|进行|作出?)"
)


def may_name(text: str) -> bool:
    """Say whether a sentence may name a topic first: asked of every paragraph, so told by two signs.

    Examples
    --------
    >>> may_name("关于渡口整治,要逐船查。"), may_name("茶园防冻方面,要早管。"), may_name("要早采。")
    (True, True, False)
    """
    return text[:1] in _BEFORE or text.find("方面", 0, _WITHIN) >= 0


def topics_of(sections: Sequence[str], lead: str) -> dict[int, str]:
    """Give the topic of each section that names one of the lead's list, if two or more sections do.

    Parameters
    ----------
    sections
        The first sentences of the paragraphs; empty where none begins.
    lead
        The lead sentence.

    Examples
    --------
    >>> lead = "会议研究渡口整治和茶园防冻工作。"
    >>> topics_of(["关于渡口整治,要逐船查。", "在茶园防冻方面,要早盖草帘。", "要早采。"], lead)
    {0: '渡口整治', 1: '茶园防冻'}
    >>> topics_of(["关于渡口整治,要逐船查。", "关于早采,要开好采摘会。"], lead)
    {}
    """
    found: dict[int, str] = {}
    for place, text in enumerate(sections):
        name = _topic(text)
        if name and name not in found.values() and _listed(name, lead):
            found[place] = name
    return found if len(found) > 1 and _in_one_list(list(found.values()), lead) else {}


def _topic(text: str) -> str:
    """Give what a section names before its first comma: 关于甲工作, or 甲方面,."""
    told = _TOPIC.match(text) if text and may_name(text) else None
    return told["name"] if told is not None and (told["before"] or told["field"]) else ""


def _listed(name: str, lead: str) -> bool:
    """Say whether a lead names a topic as a whole part of a list."""
    at = lead.find(name)
    return len(name) >= _LEAST and at >= 0 and _AFTER.match(lead, at + len(name)) is not None


def _in_one_list(names: Sequence[str], lead: str) -> bool:
    """Say whether all but one of the topics stand behind what joins a list, in the order of the lead."""
    places = [lead.find(name) for name in names]
    joined = sum(lead.endswith(_JOINTS, 0, place) for place in places)
    return places == sorted(places) and joined >= len(names) - 1
