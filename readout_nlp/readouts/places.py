"""Whose meeting it was: the convening organ says what kind of unit, the signs of the page say which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from readout_nlp.pages.page import PageMeta
from readout_nlp.readouts.commanded import commanded_signs
from readout_nlp.readouts.hosts import (
    host_signs,
    initial_signs,
    is_anothers,
    portal_signs,
    sole_signs,
)
from readout_nlp.readouts.implied import implied_signs, present_signs
from readout_nlp.readouts.last_resorts import last_verdict
from readout_nlp.readouts.organs import Organ, find_organ
from readout_nlp.readouts.readout import Level, Place
from readout_nlp.readouts.signs import Evidence, dateline_signs, organ_signs, page_signs, text_signs
from readout_nlp.readouts.spans import fold
from readout_nlp.readouts.unlisted import unlisted_place
from readout_nlp.readouts.weigh import Verdict, decide
from readout_nlp.reference.gazetteer import Division, above, by_name, mentions

_BETWEEN = re.compile(r"(?:中国|中华人民共和国)?[\W_]*|.*[师团省市区县盟州旗][\W_]*")  # two names of a chain
# 我市贫困县退出, 全市各县区: a city with counties; not of 我市县域经济, 我市县级领导
_OWN_COUNTIES = re.compile(
    r"市(?<=[我全]市)(?:各个?|所有|[^,。;!?\n县]{0,8}(?:贫困|[0-9一二三四五六七八九十]个))(?:县(?!级|处|域|城|直)|区县)"
)
_ONCE_MORE = 2.0  # two full names in passing
_CENTRE_NAMES = frozenset({"中央", "中共中央", "党中央", "国务院", "全国"})


def find_place(
    *,
    lead: str,
    body: str,
    title: str | None,
    meta: PageMeta,
    year: int | None = None,
    furniture: Sequence[tuple[str, str]] = (),
    address: str = "",
    attendance: str = "",
) -> Place | None:
    """Find the unit whose meeting a page reports; None where two candidates are equal or nothing tells.

    Every sign adds to the units that fit the convening organ (市委: a city; 区委: a district). A sign of
    a unit above supports the units within it, so that 鼓楼区 is found by its city. On a page of a district
    that speaks of 市委, the district's signs speak for its city. What is relayed or was visited is another's.
    Where nothing else decides, the townships that a page names may, or its only name.

    Parameters
    ----------
    lead, body, title
        The lead sentence with its paragraph on the next line, the whole body, the page's title; simplified.
    meta
        What the page says about itself: division code, host, source.
    year
        The year to look names up in; None if it is not known: then a name that was two codes has none.
    furniture
        The lines left out of the text, as ``(rule, line)``: datelines, breadcrumbs, the site's name.
    address
        The page's web address; its host may spell the unit.
    attendance
        The paragraphs that only say who attended; they may say where those are leaders.
    """
    lead, body, title = fold(lead), fold(body), fold(title or "")
    organ = _organ(lead, title)
    if organ is not None and organ.kind == "centre":
        return _centre("organ", organ.quote)
    signs = list(_signs(lead=lead, body=body, title=title, organ=organ, year=year))
    signs += page_signs(meta, furniture, year=year)
    if organ is not None and organ.kind in ("township", "zone", "corps", "division"):
        printed = (lead, title, fold(meta.source or ""), fold(meta.host or ""))
        around = [fold(line) for _, line in furniture]
        return unlisted_place(printed, organ, signs, beside=around, body=body)
    signs += [*host_signs(address, organ, year=year), *portal_signs(address, organ, year=year)]
    signs += initial_signs(address, signs, organ, year=year)
    signs += [*sole_signs(address, organ, year=year), *commanded_signs(body, organ, year=year)]
    has_counties = _OWN_COUNTIES.search(body) is not None
    verdict = decide(signs, organ, has_counties=has_counties)
    if verdict is None:
        signs += list(implied_signs(body, signs, organ, year=year))
        signs += present_signs(fold(attendance), body, organ, year=year)
        verdict = decide(signs, organ, has_counties=has_counties)
    if verdict is None:
        verdict = last_verdict(f"{title}\n{body}", signs, organ, year=year, has_counties=has_counties)
    if verdict is None or (_in_passing(verdict) and is_anothers(address, verdict.division)):
        return None
    return _placed(verdict)


def _in_passing(verdict: Verdict) -> bool:
    """Say whether a unit is only named, hardly more than once and in no way that makes it the page's own."""
    return sum(s.weight for s in verdict.signs) < _ONCE_MORE and all(
        s.basis == "named" for s in verdict.signs
    )


def _organ(lead: str, title: str) -> Organ | None:
    """Read the organ: in the lead sentence, its paragraph, the title; else whose whole (全市) is told."""
    first, _, rest = lead.partition("\n")
    found = find_organ(first) or find_organ(rest) or find_organ(title)
    found = found or find_organ(first, scope=True) or find_organ(rest, scope=True)
    if found is None or found.name is not None:
        return found
    titled = find_organ(title)  # the title may print the name that the lead leaves out
    return titled if titled is not None and titled.name is not None and titled.kind == found.kind else found


def _signs(*, lead: str, body: str, title: str, organ: Organ | None, year: int | None) -> list[Evidence]:
    sentence = lead.partition("\n")[0]
    at = body.find(sentence)
    before, after = (body[:at], body[at:]) if at > 0 else ("", body)
    return [
        *organ_signs(organ, year=year),
        *text_signs(title, year=year, title=True),
        *dateline_signs(body, year=year),
        *text_signs(before, year=year),
        *text_signs(after if at >= 0 else f"{sentence}\n{body}", year=year, lead=len(sentence)),
    ]


def given_place(name: str, *, year: int | None = None) -> Place:
    """Resolve a place that a table states: its code where the gazetteer knows the name uniquely.

    Examples
    --------
    >>> given_place("中央").level, given_place("苏州").code, given_place("江苏省苏州市吴中区").code
    ('centre', '320500', '320506')
    >>> given_place("鼓楼区").code is None, given_place("东苏州市").code is None
    (True, True)
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
    """Read 江苏省苏州市吴中区 from the left: each name within the unit before, and nothing but units between.

    东苏州市 is no 苏州市: a syllable more is another name, of a place that is not known.
    """
    unit: Division | None = None
    rest = text
    for name in mentions(text):
        between, _, rest = rest.partition(name)
        if not _BETWEEN.fullmatch(between):
            return None
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


def _placed(verdict: Verdict) -> Place:
    own = sorted(verdict.signs, key=lambda sign: -sign.weight)
    place = _place(verdict.division, own[0].basis, tuple(dict.fromkeys(s.quote for s in own))[:4])
    if verdict.code_known:
        return place
    return replace(place, code=None, prefecture=None)
