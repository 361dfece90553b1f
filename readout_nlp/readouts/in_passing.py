"""A name said in passing that tells the page's own unit, because no other unit is named anywhere."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from readout_nlp.readouts.named import Mention, read_mentions
from readout_nlp.readouts.organs import Organ, fits
from readout_nlp.readouts.signs import Evidence
from readout_nlp.reference.gazetteer import Division, above, bearers

_WEIGHT = 1.0  # as much as a full name in passing
_KINDS = ("city", "district", "county", "banner")
_OTHERS_DO = "学习|借鉴|对标|经验|看齐|教训|启示|榜样|标杆|考察|汲取|取经"
# 甲是…,要…; 甲要…, 甲的…, 甲境内, 甲方案: what is to be done there, or is its own
_SAID_OF_IT = re.compile(
    rf"(?:是[^。;!?\n]{{1,60}}?[,、](?:[首更就尤]?[先其]?(?:要|必须|应当?)|不能)|要|的|境内|自己|作为|必须|不能|应当?|虽|有着?|方案|率先"
    rf"|处于|地处|位于)(?!(?:(?!。)[^!?\n]){{0,80}}(?:{_OTHERS_DO}))"
)

_RED = re.compile("精神|革命")  # 延安精神 is everybody's


def passing_signs(
    text: str, signs: Sequence[Evidence], organ: Organ | None, *, year: int | None
) -> Iterator[Evidence]:
    """Give the one unit that a page names, as what it speaks of or what something is the own of.

    The organ must fit it alone among those of its name, and every other name and sign must be of a unit
    above it, or within a city: also what was visited or is relayed competes. A lake's or a river's name does
    not, nor a place of the revolution.

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
    if organ is None or organ.name is not None or organ.kind not in _KINDS:
        return
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
    if mention.use not in ("plain", "own") or not _SAID_OF_IT.match(text, mention.end):
        return []
    if text.endswith("是", 0, mention.start):  # 茶业是甲的命根子: said of the trade
        return []
    fitting = [d for d in bearers(mention.name, year=year) if fits(organ.kind, d)]
    return fitting if len({d.code for d in fitting}) == 1 else []


def _codes(signs: Sequence[Evidence], *, without: Collection[str]) -> list[set[str]]:
    """Give the units that each word may mean that signs tell by, but for some words."""
    found: dict[str, set[str]] = {}
    for sign in signs:
        if sign.quote not in without:
            found.setdefault(sign.quote, set()).add(sign.division.code)
    return list(found.values())
