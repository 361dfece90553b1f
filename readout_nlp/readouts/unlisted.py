"""Units without a code: townships, zones, the production corps and its divisions, named as printed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from readout_nlp.readouts.organs import UNIT_KINDS, Organ, UnitKind, unit_before
from readout_nlp.readouts.readout import Level, Place
from readout_nlp.readouts.signs import Evidence
from readout_nlp.reference.gazetteer import Division, above, by_name

CORPS = "新疆生产建设兵团"
_TOWNSHIP = re.compile(
    r"[一-鿿]{2,12}?(?:街道|镇|乡)(?=党|政府|人民政府|(?:组织)?召开|(?:组织)?举行|第|人大|工委|办事处|\s|$)"
)
_ZONES = "|".join(unit for unit, kind in UNIT_KINDS.items() if kind == "zone")
_BODIES = "党工委|管委会|管理委员会|执委会|执行委员会|工委"
_ZONE = re.compile(
    rf"[一-鿿]{{0,14}}?(?:(?:{_ZONES})(?=党|{_BODIES}|\d|[,。]|召开|举行|第)|(?<=[一-鿿]{{2}})区(?={_BODIES}))"
)
_BESIDE = re.compile(
    rf"(?:^|[\s>»|:©/])(?P<name>[一-鿿]{{2,10}}(?:{_ZONES}))(?=$|[\s>»|]|{_BODIES}|门户|网站|官网|人民政府|发布|日报|融媒)"
)
# 《甲综合实验区办法》: not what is said of another's (学习甲新区经验)
_WITHIN = re.compile(
    rf"(?:^|[《,。;:、\s]|推动|推进|加快|支持)(?P<name>[一-鿿]{{2,10}}?(?:{_ZONES}))(?!经验|做法|先进|考察)"
)
_ARMY = re.compile(r"第?[一二三四五六七八九十]{1,3}师")
_NO_NAME = re.compile(
    r"^(?:.*(?:主持)?(?:召开|举行)|.*(?:兼任?|书记|主任|[市县区州省]长)|.*[上中下]午|.*(?:日前|近日|昨天|今天|日)|.*(?:学习|传达|出席|主持)|(?:在|由|受|中共|中国共产党|我|本|全))"
)
_CLEAR = 0.7


def unlisted_place(
    texts: Sequence[str],
    organ: Organ,
    signs: Sequence[Evidence],
    *,
    beside: Sequence[str] = (),
    body: str = "",
) -> Place | None:
    """Name a unit that has no code, with the units above that the signs tell; None if it is not named.

    Parameters
    ----------
    texts
        The lead, then whatever else may print the name: title, source, host.
    organ
        The convening organ.
    signs
        All signs of the page.
    beside
        Lines around the text: where the text says 开发区 alone, the one zone that they name is meant.
    body
        The whole text: where nothing else names a zone, the one that it calls by a unit's name is meant.
    """
    if organ.kind in ("corps", "division"):
        return _of_the_corps(texts, organ)
    upper = _upper(signs)
    general = _ZONES.split("|")
    names = [organ.name] if organ.name is not None else []  # 甲工委
    names += [name for text in texts if (name := _name(text, organ.kind)) is not None]
    name = next((name for name in names if name not in general), names[0] if names else None)
    if name in general:
        name = _named_beside(beside, name) or name
    if name is None and organ.kind == "zone":
        name = _named_within(body)
    if name is None or (upper is None and name in general):
        return None
    units = (upper, *above(upper)) if upper is not None else ()
    level: Level = "township" if organ.kind == "township" else "other"
    quotes = tuple(dict.fromkeys(sign.quote for sign in signs))
    return Place(
        code=None,
        name=name,
        level=level,
        prefecture=next((u.name for u in units if u.level == "prefecture"), None),
        province=next((u.name for u in units if u.level == "province"), None),
        basis="organ",
        evidence=(organ.quote, *quotes[:3]),
    )


def _of_the_corps(texts: Sequence[str], organ: Organ) -> Place | None:
    """Name the corps, a province's equal, or one of its divisions, a prefecture's."""
    name: str | None = CORPS
    if organ.kind == "division":
        name = next((found.group() for text in texts for found in _ARMY.finditer(text)), None)
    if name is None:
        return None
    level: Level = "province" if name == CORPS else "prefecture"
    return Place(
        code=None,
        name=name,
        level=level,
        prefecture=None,
        province="新疆维吾尔自治区",
        basis="organ",
        evidence=(organ.quote,),
    )


def _named_beside(lines: Sequence[str], general: str) -> str | None:
    """Give the one name that a page's head and foot have for the zone (甲经济开发区 > 动态)."""
    named = {found["name"] for line in lines for found in _BESIDE.finditer(line)}
    whole = {_own_part(name) for name in named if name.endswith(general)}
    return next(iter(whole)) if len(whole) == 1 else None


def _named_within(body: str) -> str | None:
    """Give the one zone that the text names by the unit that it lies in (甲综合实验区)."""
    named = {found["name"] for found in _WITHIN.finditer(body)}
    placed = {name for name in named if any(by_name(name[:end]) for end in (2, 3, 4))}
    return next(iter(placed)) if len(named) == 1 == len(placed) else None


def _name(text: str, kind: UnitKind) -> str | None:
    found = (_TOWNSHIP if kind == "township" else _ZONE).search(text)
    if found is None:
        return None
    name = _NO_NAME.sub("", found.group())
    name = _own_part(name)
    return name if len(name) > 2 or name in _ZONES.split("|") or kind == "township" else None


def _own_part(name: str) -> str:
    """Take the units above off a township's or zone's name: 昆山市柳堤镇 is 柳堤镇."""
    ends = (end for end in range(len(name) - 2, 1, -1) if unit_before(name, end) == name[:end])
    return name[next(ends, 0) :]


def _upper(signs: Sequence[Evidence]) -> Division | None:
    """Find the city, or the province, that most of the signs are of or within."""
    cities: dict[str, float] = defaultdict(float)
    provinces: dict[str, float] = defaultdict(float)
    units: dict[str, Division] = {}
    for sign in signs:
        for unit in (sign.division, *above(sign.division)):
            units[unit.code] = unit
            if unit.level != "county":
                (cities if unit.level == "prefecture" else provinces)[unit.code] += sign.weight
    return _most(cities, units) or _most(provinces, units)


def _most(weights: dict[str, float], units: dict[str, Division]) -> Division | None:
    ranked = sorted(weights, key=lambda code: -weights[code])
    if not ranked or weights[ranked[0]] < _CLEAR:
        return None
    if len(ranked) > 1 and weights[ranked[1]] > _CLEAR * weights[ranked[0]]:
        return None
    return units[ranked[0]]
