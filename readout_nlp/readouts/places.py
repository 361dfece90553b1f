"""Whose meeting it was: evidence from the organ, the site's code, the host, the source, the names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from readout_nlp.pages.page import PageMeta
from readout_nlp.readouts.organs import Organ, UnitKind, find_organ, fits, unit_before
from readout_nlp.readouts.readout import Level, Place
from readout_nlp.readouts.spans import fold
from readout_nlp.reference.gazetteer import Division, above, by_code, by_name, everyday_names, mentions

_CENTRE_NAMES = frozenset({"中央", "中共中央", "党中央", "国务院", "全国"})
_WEIGHTS = {
    "organ": 10.0,
    "site_code": 8.0,
    "title": 6.0,
    "host": 6.0,
    "source": 5.0,
    "role": 5.0,
    "superior": 4.0,
}
_PARENT = 0.5  # what evidence of a district counts for its city, where the page speaks of 市委
_SUPPORT = 0.3  # what evidence of a unit above counts for a unit within it
_OWN = re.compile(
    r"(?:要|责任|力量|贡献|实践|新篇章|篇章|发展|现代化|建设|实际|样板|特色|工作|人民|经济|品牌|新局面|答卷)"
)
_OWN_BEFORE = (
    "建设",
    "推动",
    "推进",
    "投资",
    "谱写",
    "打造",
    "全面提升",
    "加快",
    "为",
    "把",
    "使",
    "让",
    "新",
)
_FOREIGN = re.compile(
    r"(?:精神|合作组织|大都市圈|都市圈|经济圈|城市群|冬奥|奥运|亚运|进博|世博|大学|交易所|证券|协定|峰会|论坛|宣言|共识|会议|"
    r"(?<=区)[域县块间划位]|(?<=市)场|[一-鿿]{0,4}(?:事故|案件|火灾|地震|洪灾|疫情))"
)
_COMMITTEE = re.compile("[市州盟]委(?!员|托|派|会)")
_TOWNSHIP = re.compile(r"[一-鿿]{2,6}(?:街道|镇|乡)(?=党|政府|人民政府)")
_ZONE = re.compile(r"[一-鿿]{2,12}(?:新区|开发区|高新区|经开区|园区|示范区|兵团)(?=党|管委会|工委)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One sign that the page is a unit's: the unit, the kind of sign, the words, and its weight."""

    division: Division
    basis: str
    quote: str
    weight: float


def find_place(
    *, lead: str, body: str, title: str | None, meta: PageMeta, year: int | None = None
) -> Place | None:
    """Find the unit whose meeting a page reports; None where two candidates are equal or nothing tells.

    Every sign adds to the units that fit the convening organ (市委: a city; 区委: a district). A sign of
    a unit above supports the units within it, so that 鼓楼区 is found by its city. On a page of a district
    that speaks of 市委, the district's signs speak for its city.

    Parameters
    ----------
    lead, body, title
        The lead sentence, the whole body and the page's title, simplified.
    meta
        What the page says about itself: division code, host, source.
    year
        The year to look names up in; None for today's.
    """
    lead = fold(lead)
    organ = find_organ(lead) or find_organ(fold(title or ""))
    if organ is not None and organ.kind == "centre":
        return _centre("organ", organ.quote)
    signs = list(
        _signs(lead=lead, body=fold(body), title=fold(title or ""), meta=meta, organ=organ, year=year)
    )
    if organ is not None and organ.kind in ("township", "other"):
        return _unlisted(lead, organ, signs)
    return _decide(signs, organ.kind if organ is not None else None)


def given_place(name: str, *, year: int | None = None) -> Place:
    """Resolve a place that a table states: its code where the gazetteer knows the name uniquely.

    Examples
    --------
    >>> given_place("中央").level, given_place("苏州").code, given_place("江苏省苏州市吴中区").code
    ('centre', '320500', '320506')
    >>> given_place("鼓楼区").code is None
    True
    """
    plain = fold(name).strip()
    if plain in _CENTRE_NAMES:
        return _centre("given", name)
    found = _unique(by_name(plain, year=year)) or _chain(plain, year)
    if found is not None:
        return _place(found, "given", (name,))
    level: Level = "other"
    for ending, named in (
        ("省", "province"),
        ("市", "prefecture"),
        ("州", "prefecture"),
        ("县", "county"),
        ("区", "county"),
    ):
        if plain.endswith(ending):
            level = named  # type: ignore[assignment]
    return Place(
        code=None, name=plain, level=level, prefecture=None, province=None, basis="given", evidence=(name,)
    )


def _unique(found: tuple[Division, ...]) -> Division | None:
    """Take the widest unit where all others of the name lie within it (长沙: the city, not its county)."""
    if not found:
        return None
    first, *others = found
    return first if all(first.code in {u.code for u in above(d)} for d in others) else None


def _chain(text: str, year: int | None) -> Division | None:
    """Read 江苏省苏州市吴中区 from the left: each name within the unit before."""
    unit: Division | None = None
    for name in mentions(text):
        within = by_name(name, year=year, within=unit.code if unit is not None else None)
        smaller = tuple(d for d in within if unit is None or d.code != unit.code)
        unit = _unique(smaller) or unit
    return unit if unit is not None and text.endswith((unit.name, unit.short)) else None


def _centre(basis: str, quote: str) -> Place:
    return Place(
        code=None, name="中央", level="centre", prefecture=None, province=None, basis=basis, evidence=(quote,)
    )


def _place(division: Division, basis: str, evidence: tuple[str, ...]) -> Place:
    units = (division, *above(division))
    prefecture = next((u.name for u in units if u.level == "prefecture"), None)
    province = next((u.name for u in units if u.level == "province"), None)
    return Place(
        code=division.code,
        name=division.name,
        level=division.level,
        prefecture=prefecture,
        province=province,
        basis=basis,
        evidence=evidence,
    )


def _signs(
    *, lead: str, body: str, title: str, meta: PageMeta, organ: Organ | None, year: int | None
) -> Iterator[Evidence]:
    if organ is not None and organ.name is not None:
        yield from _named(organ.name, "organ", organ.quote, year)
    for code in filter(None, (meta.site_code, meta.police_code)):
        division = by_code(code[:6], year=year) or by_code(code[:6]) or by_code(code[:4] + "00")
        if division is not None:
            weight = _WEIGHTS["site_code"] if code is meta.site_code else 1.0
            yield Evidence(division=division, basis="site_code", quote=code, weight=weight)
    for basis, text in (
        ("title", title),
        ("host", fold(meta.host or "")),
        ("source", fold(meta.source or "")),
    ):
        for name in mentions(text):
            if basis != "title" or name not in everyday_names():  # a title is running text too
                yield from _named(name, basis, text[:60], year)
    for division, quote in _committees(lead + "\n" + body):
        yield Evidence(division=division, basis="superior", quote=quote, weight=_WEIGHTS["superior"])
    for name, count in _counted(lead + "\n" + body).items():
        for division in _readings(name, year):
            yield Evidence(
                division=division, basis="named", quote=name, weight=min(count, 12.0) * _trust(name, division)
            )


def _named(name: str, basis: str, quote: str, year: int | None) -> Iterator[Evidence]:
    for division in _readings(name, year):
        yield Evidence(
            division=division, basis=basis, quote=quote, weight=_WEIGHTS[basis] * _trust(name, division)
        )


def _readings(name: str, year: int | None) -> tuple[Division, ...]:
    return by_name(name, year=year) or by_name(name)


def _trust(name: str, division: Division) -> float:
    """Trust a short name less: many counties' short names are everyday words (和平, 振兴)."""
    if division.short in everyday_names():
        return 0.3
    if name == division.name and len(name) > 2:
        return 1.0
    return 0.3 if division.level == "county" else 0.8


def _counted(text: str) -> dict[str, float]:
    """Weigh the names in a text: foreign uses (延安精神) left out, signs of the own place doubled."""
    found: dict[str, float] = {}
    for name, count in mentions(text).items():
        if name in everyday_names():
            continue
        ends = list(_ends(name, text))
        foreign = sum(_FOREIGN.match(text, end) is not None for end in ends)
        own = sum(
            _OWN.match(text, end) is not None or text.endswith(_OWN_BEFORE, 0, end - len(name))
            for end in ends
        )
        weight = count - foreign + own
        if weight > 0:
            found[name] = weight
    return found


def _committees(text: str) -> Iterator[tuple[Division, str]]:
    """Give the cities whose committee a page names (南昌市委): the own one, or the one above."""
    for name in dict.fromkeys(unit_before(text, found.start() + 1) for found in _COMMITTEE.finditer(text)):
        for division in by_name(name) if name is not None else ():
            if division.level == "prefecture":
                yield division, f"{name}委"


def _ends(name: str, text: str) -> Iterator[int]:
    at = text.find(name)
    while at >= 0:
        at += len(name)
        yield at
        at = text.find(name, at)


def _decide(signs: list[Evidence], kind: UnitKind | None) -> Place | None:
    units: dict[str, Division] = {}
    scores: dict[str, float] = {}
    for sign in signs:
        division, weight = sign.division, sign.weight
        if kind == "city" and division.level == "county" and not fits(kind, division):
            parent = next((u for u in above(division) if fits(kind, u)), None)
            if parent is None or sign.basis == "named":
                continue
            division, weight = parent, weight * _PARENT
        if fits(kind, division):
            units[division.code] = division
            scores[division.code] = scores.get(division.code, 0.0) + weight
    for code, division in units.items():
        ancestors = {u.code for u in above(division)}
        scores[code] += _SUPPORT * sum(s.weight for s in signs if s.division.code in ancestors)
    return _best(signs, units, scores)


def _best(signs: list[Evidence], units: dict[str, Division], scores: dict[str, float]) -> Place | None:
    ranked = sorted(scores, key=lambda code: -scores[code])
    if not ranked or scores[ranked[0]] < 0.8:
        return None
    if len(ranked) > 1 and scores[ranked[1]] > 0.95 * scores[ranked[0]]:
        return None
    best = units[ranked[0]]
    own = sorted((s for s in signs if s.division.code == best.code), key=lambda s: -s.weight)
    basis = own[0].basis if own else "within"
    quotes = tuple(dict.fromkeys(s.quote for s in own)) or tuple(dict.fromkeys(s.quote for s in signs))
    return _place(best, basis, quotes[:4])


def _own_part(name: str) -> str:
    """Take the units above off a township's or zone's name: 昆山市柳堤镇 is 柳堤镇."""
    ends = (end for end in range(len(name) - 2, 1, -1) if unit_before(name, end) == name[:end])
    return name[next(ends, 0) :]


def _unlisted(lead: str, organ: Organ, signs: list[Evidence]) -> Place | None:
    """Name a township or a zone, which have no code: as printed, with the units above that the signs tell."""
    found = (_TOWNSHIP if organ.kind == "township" else _ZONE).search(lead)
    if found is None:
        return None
    upper = _decide(signs, None)
    level: Level = "township" if organ.kind == "township" else "other"
    return Place(
        code=None,
        name=_own_part(found.group()),
        level=level,
        prefecture=upper.prefecture if upper is not None else None,
        province=upper.province if upper is not None else None,
        basis="organ",
        evidence=(organ.quote, *(upper.evidence if upper is not None else ())),
    )
