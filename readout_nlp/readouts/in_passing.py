"""A name said in passing that tells the page's own unit, because no other unit is named anywhere."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from readout_nlp.readouts.named import Mention, read_mentions
from readout_nlp.readouts.organs import Organ, fits
from readout_nlp.readouts.signs import Evidence
from readout_nlp.reference.gazetteer import Division, above, bearers

_WEIGHT = 1.0  # as much as a full name in passing
_OTHERS_DO = "学习|借鉴|对标|经验|看齐|教训|启示|榜样|标杆|考察|汲取|取经|支援|对口"
# 甲是…,要…; 甲要…, 甲的…, 甲境内, 甲方案: what is to be done there, or is its own
_SAID_OF_IT = re.compile(
    rf"(?:是[^。;!?\n]{{1,60}}?[,、](?:[首更就尤]?[先其]?(?:要|必须|应当?)|不能)|要|的|境内|自己|作为|必须|不能|应当?|虽|有着?|方案|率先"
    rf"|处于|地处|位于)(?!(?:(?!。)[^!?\n]){{0,80}}(?:{_OTHERS_DO}))"
)
# said of others: how they are helped, what happened there; of a township of the name; of several
_NOT_OURS = re.compile(
    rf"[^。!?\n]{{0,120}}(?:{_OTHERS_DO}|案例|模式|速度|帮扶|协作|合作)|[镇村、和与及]|乡(?![村里土])|街道|社区|水库"
    "|[^。!?\n,]{0,8}(?:事故|案件|战役|会战|起义|(?:保卫|阻击)战|会议|负责|领导|同志|[市县区]长|书记"
    "|记者|新闻|发布|日报|电视台|融媒|视频|报道)"
)
_BEGUN = re.compile(r"(?:^|[。;!?\n]|(?:指出|强调|要求|认为|表示|提出)[,:])$")  # 会议指出,甲三面环海
_BEGUN_BEFORE = 3
# what is to be done, in the paragraph: 但越难越要治; 要列出清单
_TO_DO = re.compile(
    rf"(?:(?!{_OTHERS_DO})[^\n]){{0,140}}?(?:要(?<![主重需只纲摘概]要)(?![素闻点求])|必须|不能|不得|不许|不要)"
)
_LINKED = ("立足", "结合", "事关", "找准", "发挥", "转化为", "种好", "擦亮", "擦亮“", "抓好", "抓好“")
_LINKED_BOTH = re.compile("[^,。;!?]{0,16}(?:结合|实际|对照|关联|贴)")  # 与甲所担任务对照
# 甲茶企, 甲干部群众
_PEOPLE = re.compile("[一-鿿]{0,4}(?:企业?|农户|农民|群众|干部|百姓|老乡|品牌|特色|乡村|文化|故事|元素|味道)")
_BRAND = re.compile('[一-鿿]{1,4}(?<!精神)[”"]')  # “甲瓜蒌籽”

_RED = re.compile("精神|革命")  # 延安精神 is everybody's


def passing_signs(
    text: str, signs: Sequence[Evidence], organ: Organ, *, year: int | None
) -> Iterator[Evidence]:
    """Give the one unit that a page names, as what it speaks of or what something is the own of.

    The organ must fit it alone among those of its name, and every other name and sign must be of a unit
    above it, or within a city: also what was visited or is relayed competes. A lake's or a river's name does
    not, nor a place of the revolution. A name that only begins a sentence on what is to be done, or that
    stands before what is bred or who lives there, tells no city of a county: the one above may speak of it.

    Parameters
    ----------
    text
        The folded title and body.
    signs
        What the page tells otherwise.
    organ
        The convening organ, without a name.
    year
        The year to look names up in.

    Examples
    --------
    >>> from readout_nlp.readouts.organs import find_organ
    >>> text = "市委召开会议。会议指出,湖州是竹乡,要管好竹林。"
    >>> [sign.division.name for sign in passing_signs(text, [], find_organ(text), year=2020)]
    ['湖州市']
    >>> list(passing_signs(text + "学习嘉兴经验。", [], find_organ(text), year=2020))
    []
    """
    waters = {mention.name for mention in read_mentions(text) if mention.use == "landmark"}
    mentions = [m for m in read_mentions(text) if m.name not in waters and not _RED.match(text, m.end)]
    told = [
        (division, mention) for mention in mentions for division in _spoken_of(text, mention, organ, year)
    ]
    if len({division.code for division, _ in told}) != 1:
        return
    division, mention = told[0]
    names = {mention.name for mention in mentions} - {division.name, division.short}
    units = [codes for name in names if (codes := {d.code for d in bearers(name, year=year)})]
    if all(_may_be_of(division, codes) for codes in (*units, *_codes(signs, without=waters))):
        yield Evidence(division=division, basis="named", quote=mention.name, weight=_WEIGHT)


def _may_be_of(division: Division, codes: Collection[str]) -> bool:
    """Say whether one of the units that a name may mean is this one, above it, or within a city."""
    family = {division.code, *(unit.code for unit in above(division))}
    within = division.code[:4] if division.level == "prefecture" else None
    return any(code in family or code[:4] == within for code in codes)


def _spoken_of(text: str, mention: Mention, organ: Organ, year: int | None) -> list[Division]:
    """Give the one unit of a name that fits the organ, where the name is the subject or the owner."""
    if mention.use not in ("plain", "own"):
        return []
    fitting = [d for d in bearers(mention.name, year=year) if fits(organ.kind, d)]
    if len({d.code for d in fitting}) != 1:
        return []
    by_itself = organ.kind != "city" or fitting[0].level == "prefecture"
    told = _is_told_of(text, mention) or (by_itself and _stands_alone(text, mention))
    return fitting if told else []


def _is_told_of(text: str, mention: Mention) -> bool:
    """Say whether something is to be done in the place, or is its own; not 茶业是甲的命根子, of the trade."""
    said = _SAID_OF_IT.match(text, mention.end) is not None
    return said and not text.endswith("是", 0, mention.start)


def _stands_alone(text: str, mention: Mention) -> bool:
    """Say whether a name begins a sentence, or is linked with what is ours, and is not said to be others'."""
    start, end = mention.start, mention.end
    if _NOT_OURS.match(text, end):
        return False
    before = text[max(0, start - _BEGUN_BEFORE) : start]
    return (
        (_BEGUN.search(before) is not None and _TO_DO.match(text, end) is not None)
        or text.endswith(_LINKED, 0, start)
        or _PEOPLE.match(text, end) is not None
        or (before.endswith(("与", "同")) and _LINKED_BOTH.match(text, end) is not None)
        or (before.endswith(("“", '"')) and _BRAND.match(text, end) is not None)
    )


def _codes(signs: Sequence[Evidence], *, without: Collection[str]) -> list[set[str]]:
    """Give the units that each word may mean that signs tell by, but for some words."""
    found: dict[str, set[str]] = {}
    for sign in signs:
        if sign.quote not in without:
            found.setdefault(sign.quote, set()).add(sign.division.code)
    return list(found.values())
