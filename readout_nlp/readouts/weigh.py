"""Weigh the signs: the one unit that they tell clearly, or none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from readout_nlp.readouts.hosts import GOVERNMENT
from readout_nlp.readouts.organs import Organ, UnitKind, fits
from readout_nlp.readouts.signs import Evidence
from readout_nlp.reference.gazetteer import Division, above

ENOUGH = 0.8  # less than this tells nothing
CLEAR = 0.7  # the next unit may have this share of what tells the best from it, no more
APART = 0.25  # and this must lie between them
_PASSING = 0.2  # what no more than this tells is a river or a road: on a government's own site no unit below
_RELAYED_MOST = 3.0  # what being relayed by name may count against a city
_SUPPORT = 0.3  # what a sign of a unit above counts for a unit within it
# What a sign of a unit within counts for the unit above that the organ speaks of: on the page of a district
# 市委 is its city's, and the paper of a city's that tells of 省委 is in its province.
_OUTSIDE = frozenset({"site_code", "host", "source", "site", "dateline", "address"})
_CARRIERS = frozenset({"site", "source", "address"})
_RISES: dict[UnitKind, tuple[float, float]] = {
    "city": (0.5, 0.0),
    "state": (0.5, 0.2),
    "league": (0.5, 0.2),
    "area": (0.5, 0.2),
    "province": (0.5, 0.4),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The unit the signs tell, its evidence, and whether its code is certain (it may have changed)."""

    division: Division
    signs: tuple[Evidence, ...]
    code_known: bool = True


def decide(signs: Sequence[Evidence], organ: Organ | None, *, has_counties: bool = False) -> Verdict | None:
    """Take the unit that fits the organ and is clear of the next one; None where there is none.

    `has_counties` says that the page speaks of counties below: a prefecture's own news, carried by none.
    """
    kind = organ.kind if organ is not None else None
    risen = [moved for sign in signs if (moved := _rise(sign, kind)) is not None]
    named = {s.division.code for s in risen if s.basis == "organ"}
    latest = sorted((s.division for s in risen), key=lambda d: d.valid_to or 9999)  # 襄阳市, no longer 襄樊市
    units = {d.code: d for d in latest if not named or d.code in named}
    if not units:
        return None
    told = {code: _told(division, risen, signs) for code, division in units.items()}
    if kind == "city":
        for code in units.keys() - named:
            _as_superior(told[code], [s for s in signs if s.basis == "superior" and s.division.code == code])
    ranked = sorted(units, key=lambda code: -sum(told[code].values()))
    best = ranked[0]
    if sum(told[best].values()) < ENOUGH:
        return None
    rivals = [code for code in ranked[1:] if not _clear(told[best], told[code])]
    own = tuple(s for s in risen if s.division.code == best) or tuple(signs)
    least = _PASSING if any(sign.weight >= GOVERNMENT for sign in own) else 0.0
    others = [units[code] for code in ranked[1:] if _told_itself(code, risen) > least]
    if not has_counties and _only_carried(own, others):
        return None
    if not rivals:
        return Verdict(division=units[best], signs=own)
    if all(_same_over_time(units[best], units[code]) for code in rivals):
        return Verdict(division=units[best], signs=own, code_known=False)
    return None


def _rise(sign: Evidence, kind: UnitKind | None) -> Evidence | None:
    """Give the sign as one of a unit that fits the organ: its own, or the one above that."""
    if not sign.own:
        return None
    if fits(kind, sign.division):
        return sign
    outside, inside = _RISES.get(kind, (0.0, 0.0)) if kind is not None else (0.0, 0.0)
    factor = outside if sign.basis in _OUTSIDE else inside
    parent = next((unit for unit in above(sign.division) if fits(kind, unit)), None)
    if parent is None or not factor or (kind == "city" and sign.division.level != "county"):
        return None
    return Evidence(division=parent, basis=sign.basis, quote=sign.quote, weight=sign.weight * factor)


def _told(division: Division, risen: Iterable[Evidence], signs: Iterable[Evidence]) -> dict[str, float]:
    """Sum the weights by what was printed: the unit's own signs, and those of the units above it."""
    ancestors = {unit.code for unit in above(division)}
    found: dict[str, float] = defaultdict(float)
    for sign in risen:
        if sign.division.code == division.code:
            found[sign.quote] += sign.weight
    for sign in signs:
        same = sign.division.short == division.short and sign.quote in found  # 毕节: of the prefecture once
        if sign.division.code in ancestors and not same:
            found[f"above: {sign.quote}"] += _SUPPORT * sign.weight
    return found


def _as_superior(told: dict[str, float], relayed: list[Evidence]) -> None:
    """Count against a city that a page of a 市委 relays it by name (甲市委全会精神), not as its own."""
    if relayed:
        told["superior"] = -min(_RELAYED_MOST, sum(sign.weight for sign in relayed))


def _clear(best: dict[str, float], other: dict[str, float]) -> bool:
    """Say whether the best is clear of another by what the two do not share."""
    shared = sum(min(weight, other.get(quote, 0.0)) for quote, weight in best.items())
    mine, theirs = sum(best.values()) - shared, sum(other.values()) - shared
    return mine - theirs >= APART and theirs <= CLEAR * mine


def _told_itself(code: str, risen: Iterable[Evidence]) -> float:
    return sum(sign.weight for sign in risen if sign.division.code == code)


def _only_carried(own: Sequence[Evidence], others: Sequence[Division]) -> bool:
    """Say whether a site or paper alone tells a city, and the text names a city within it: carried news."""
    code = own[0].division.code
    within = any(code == unit.code for other in others for unit in above(other))
    return within and all(sign.basis in _CARRIERS for sign in own)


def _same_over_time(one: Division, other: Division) -> bool:
    """Say whether two codes are one unit's, before and after it came under another city."""
    earlier, later = sorted((one, other), key=lambda d: d.valid_to or 9999)
    apart = earlier.valid_to is not None and (later.valid_from or 0) > earlier.valid_to
    return (one.name, one.level) == (other.name, other.level) and one.code[:2] == other.code[:2] and apart
