"""How far a block of speech speaks to a matter: by the words they share, or by the meeting it names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from readout_nlp.readouts.blocks import Block, Outline
from readout_nlp.readouts.matter import Matter, times
from readout_nlp.readouts.sources import spoken

NAMED = 0.6  # what a block's first sentence counts for, against the whole block
ABSENT = 0.25  # what a pair counts that stands nowhere on the page: it crosses the border of two words
DEPLOYED = 0.8  # 研究部署甲、乙等工作 in a lead often only sums up what the section heads tell
MATCHED = (
    0.3  # a block speaks to a matter when it holds at least this weighted share of what the matter is about
)
FAINT = 0.15  # ... or this much, for a paragraph 要… that speaks to no other matter more
CALLED = 0.45  # what it counts that a block names the meeting that a matter relays
_OCCASION = re.compile(
    "(?P<event>[一-鿿]{3,8}(?:会议|全会|座谈会|大会|集体学习|论坛|开班式))(?:[上时]的?)?(?:重要)?(?:讲话|指示|批示)?(?:重要)?(?:精神)?[,;。]?$"
)
_CLOSING = re.compile(
    "会议(?:最后|还|同时){1,2}(?:强调|要求|指出)|[^,。]{2,8}要求,(?:各级|各部门|各地|全[市县区州旗盟]上下)"
    "|[^,。]{2,8}(?:要求|强调|指出),(?:以上|上述)(?:各项|几项|[一二三四五六七八九十]项)?(?:事项|议题|工作)"
)
_ALL_HANDS = re.compile(
    "会议(?:最后)?(?:要求|强调),(?:各级|各部门|各地|全[省市县区州旗盟]上下)[^。]{2,60}。?"
)
_SPEAKER = 11  # characters within which the comma behind a speaker stands: 某某要求,
_HEARD = re.compile("[一-鿿·]{2,4}在?听取(?:工作|情况|有关|相关)*(?:汇报|报告|介绍)后")
OPENS_WITH = 120  # characters in which a speech says what it speaks to


def _score(subject: Mapping[str, int], block: Block, plan: Outline) -> float:
    """Give how far a block speaks to a subject, 0 to 1: the share of its pairs found, rare ones first."""
    text = block.span.text
    if not any(map(text.__contains__, subject)):  # as most: what the block is about need not be counted
        return 0.0
    weights = {pair: 1 / held if (held := plan.spread(pair)) else ABSENT for pair in subject}
    named = sum(weight for pair, weight in weights.items() if times(pair, block.first_sentence))
    told = sum(w * n / (n + 1) for pair, w in weights.items() if (n := times(pair, text)))
    return (NAMED * named + (1 - NAMED) * told) / sum(weights.values())


def speaks_to(matter: Matter, block: Block, plan: Outline) -> float:
    r"""Give how far a block speaks to a matter, 0 to 1.

    Examples
    --------
    >>> from readout_nlp.readouts.blocks import outline
    >>> text = "3月1日,市委常委会召开会议,部署防汛,听取春茶汇报。\n会议强调,防汛要抓早。\n会议指出,春茶要采。"
    >>> plan = outline(text)
    >>> [[speaks_to(m, b, plan) > 0.3 for m in plan.lead.matters] for b in plan.blocks]
    [[True, False], [False, True]]
    """
    value = max(
        _score(matter.about, block, plan), CALLED * (_names(block, matter) or _after_hearing(block, matter))
    )
    return value * DEPLOYED if matter.deployed else value


def _names(block: Block, matter: Matter) -> bool:
    """Say whether a speech names the very meeting that a matter relays: 要学习贯彻中央政治局会议精神."""
    if not matter.relays:
        return False
    event = _OCCASION.search(matter.subject)
    return (
        event is not None
        and event["event"].removeprefix("日").removeprefix("在").removeprefix("中共")
        in block.span.text[:OPENS_WITH]
    )


def _after_hearing(block: Block, matter: Matter) -> bool:
    """Say whether a speech follows what was heard, by its own words: 会议在听取汇报后指出."""
    return matter.acts[:1] == ("hear",) and _HEARD.match(block.first_sentence) is not None


def closes(block: Block) -> bool:
    r"""Say whether a speech only asks in closing what is on no matter: 会议最后要求,各级各部门….

    Examples
    --------
    >>> from readout_nlp.readouts.blocks import outline
    >>> [closes(block) for block in outline("会议要求,茶园要早管。\n会议最后要求,各级要到岗。").blocks]
    [False, True]
    """
    said = block.first_sentence
    may = "," in said[:_SPEAKER] or said.startswith(("会议最后", "会议还", "会议同时"))
    return may and _CLOSING.match(said) is not None


def asks_of_all(block: Block, matters: Sequence[Matter], plan: Outline) -> bool:
    r"""Say whether one sentence behind a list is on none of it: 会议要求,各级各部门要抓好落实.

    Examples
    --------
    >>> from readout_nlp.readouts.blocks import outline
    >>> plan = outline("县委召开会议,研究春茶采摘、渡口整治。\n会议要求,各级各部门要抓好落实。")
    >>> asks_of_all(plan.blocks[0], plan.lead.matters, plan)
    True
    """
    said = _ALL_HANDS.fullmatch(block.span.text)
    if said is None or any(speaks_to(m, block, plan) for m in matters):
        return False
    return not (any(m.relays for m in matters) and spoken(block.first_sentence))
