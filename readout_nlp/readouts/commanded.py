"""The unit above the counties that a page gives orders to, works in, or alone speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readout_nlp.readouts.named import read_mentions
from readout_nlp.readouts.organs import LONGEST_NAME, Organ, fits
from readout_nlp.readouts.signs import Evidence
from readout_nlp.reference.gazetteer import Division, above, bearers

_TOLD_TO, _WORKED_IN = 3.0, 1.0  # orders are given by whoever is above; a visit may be another's
# 甲、乙等沿江县(市)要演练: who may tell counties what to do
_ORDERS = re.compile(
    r"等(?:\d{1,2}个|[一二三四五六七八九十]个)?[一-鿿]{0,4}?(?:县\((?:市|区|市、区)\)|县市区|县市|县区|市县|旗县|县|旗)"
    r"(?:也|都|尤其)?(?:要|必须|须)(?!求)"
)
# 市委常委会赴甲县现场办公
_ON_SITE = re.compile(
    r"(?:常委会|常务会议?|[委府])[^,。;\n]{0,6}[赴到在](?P<where>[一-鿿]{2,10}?)(?:召开)?现场办公"
)
_CLAUSE_ENDS = re.compile("[。,;:!?\n]")
_JOINS = re.compile("[、和及]")
_REACH = 60  # characters that a list of names may take
_OF_COUNTIES = ("city", "state", "league", "area")


def commanded_signs(body: str, organ: Organ | None, *, year: int | None) -> Iterator[Evidence]:
    """Give the unit whose counties a page tells what to do, or in one of which its organ met on the spot.

    Examples
    --------
    >>> from readout_nlp.readouts.organs import find_organ
    >>> text = "市委召开会议。镇赉、大安等县(市)要开展演练。"
    >>> [one.division.name for one in commanded_signs(text, find_organ(text), year=2020)]
    ['白城市']
    """
    if organ is None or organ.kind not in (*_OF_COUNTIES, "province"):
        return
    for found in _ORDERS.finditer(body):
        clause = _CLAUSE_ENDS.split(body[max(0, found.start() - _REACH) : found.start()])[-1]
        names = _names(clause, year)
        shared = _shared(names, organ, year) if len(names) > 1 else None
        if shared is not None:
            quote = clause[-_REACH:] + found.group()
            yield Evidence(division=shared, basis="named", quote=quote, weight=_TOLD_TO)
    for found in _ON_SITE.finditer(body) if "现场办公" in body else ():
        shared = _shared([found["where"]], organ, year)
        if shared is not None:
            yield Evidence(division=shared, basis="named", quote=found.group(), weight=_WORKED_IN)


def spoken_of_alone(body: str, organ: Organ, *, year: int | None) -> Iterator[Evidence]:
    """Give the one prefecture that is no city and has all counties which a page of its organ speaks of."""
    if organ.kind not in ("state", "league", "area"):
        return
    names = {
        mention.name
        for mention in read_mentions(body)
        if mention.use != "foreign" and any(d.level == "county" for d in bearers(mention.name, year=year))
    }
    shared = _shared(sorted(names), organ, year) if len(names) > 1 else None
    if shared is not None:
        quote = "、".join(sorted(names))[:_REACH]
        yield Evidence(division=shared, basis="named", quote=quote, weight=_WORKED_IN)


def _names(clause: str, year: int | None) -> list[str]:
    """Give the names at the end of a clause, side by side; words may stand before the first."""
    names: list[str] = []
    for part in reversed(_JOINS.split(clause)):
        if bearers(part, year=year):
            names.append(part)
            continue
        ends = (part[at:] for at in range(max(0, len(part) - LONGEST_NAME), len(part) - 1))
        first = next((name for name in ends if bearers(name, year=year)), None)
        return [*names, first] if first is not None else names
    return names


def _shared(names: list[str], organ: Organ, year: int | None) -> Division | None:
    """Give the one unit that fits the organ and has units of all these names right within or below it."""
    over: list[dict[str, Division]] = [
        {unit.code: unit for d in bearers(name, year=year) for unit in above(d) if fits(organ.kind, unit)}
        for name in names
    ]
    codes = set.intersection(*(set(units) for units in over)) if over else set()
    return over[0][codes.pop()] if len(codes) == 1 else None
