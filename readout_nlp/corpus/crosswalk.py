"""What a division code or name meant in a year, followed through changes of code, name and parent.

Who followed whom is in `readout_nlp.corpus.lineages`. What has several meanings is never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from readout_nlp.corpus.lineages import Bearing, Lineage, Succession, Walk, lineages
from readout_nlp.reference.gazetteer import Division, above, bearers


@dataclass(frozen=True, slots=True)
class Found:
    """What a code or a name meant in a year.

    Attributes
    ----------
    lineage, unit
        The unit through time, and what it was in that year; None where that cannot be said.
    reason
        Why not; empty where it can.
    followed
        Whether the code or name is not of that year, but of another one.
    parts
        The units that it was merged from later, where it did not exist yet in that year.
    """

    lineage: Lineage | None = None
    unit: Division | None = None
    reason: str = ""
    followed: bool = False
    parts: tuple[Division, ...] = ()


def find_code(
    code: str, year: int, *, follow: bool = True, successions: tuple[Succession, ...] = ()
) -> Found:
    """Tell which unit bore a code in a year; else which one its bearer of other years was then.

    Parameters
    ----------
    code
        Six digits; four (a prefecture) or twelve that end in six zeros are read as six.
    year
        A code that ended the year before still counts: the table shows each year as at its end.
    follow
        Follow a code through changes to a year in which it was not valid. False: only a valid code is found.
    successions
        What a user knows beyond the gazetteer.

    Examples
    --------
    >>> find_code("320584", 2020).unit.code, find_code("320509", 2008).unit.name
    ('320509', '吴江市')
    >>> find_code("320584", 2020, follow=False).reason
    'code not valid in the year (320584 吴江市: 1995 to 2011)'
    """
    walk = lineages(successions)
    bearing = walk.by_code.get(code, ())
    if not bearing:
        return Found(reason="unknown code")
    valid = [one for one in bearing if one.unit.valid_in(year)]
    valid = valid or [one for one in bearing if one.unit.valid_in(year - 1)]
    if valid:
        return Found(lineage=valid[0].lineage, unit=valid[0].unit)
    return _followed(bearing, year, follow=follow, what="code")


def find_name(
    name: str,
    year: int,
    *,
    inside: Sequence[str] = (),
    level: str | None = None,
    follow: bool = True,
    successions: tuple[Succession, ...] = (),
) -> Found:
    """Tell which unit bore a name in a year; of several none, unless the name says in which unit it lies.

    Parameters
    ----------
    name
        With or without its unit (苏州市, 苏州), also behind the names of the units above (南京市鼓楼区).
    year, follow, successions
        As in `find_code`.
    inside
        Names or codes of units that it lies in.
    level
        ``province``, ``prefecture`` or ``county``: only units of this level.

    Examples
    --------
    >>> find_name("吴江", 2008).unit.code, find_name("南京市鼓楼区", 2010).unit.code
    ('320584', '320106')
    >>> find_name("鼓楼区", 2010).reason
    'ambiguous name (320106 鼓楼区, 320302 鼓楼区, 350102 鼓楼区, 410204 鼓楼区)'
    """
    walk = lineages(successions)
    borne = [one for one in _bearing(name, year, walk) if level in (None, one.unit.level)]
    borne = [one for one in borne if all(_lies_in(one.unit, each) for each in inside)]
    if not borne:
        where = [*inside, *([level] if level else [])]
        return Found(reason=f"unknown name ({' '.join(where)})" if where else "unknown name")
    valid = [one for one in borne if one.unit.valid_in(year)]
    valid = valid or [one for one in borne if one.unit.valid_in(year - 1)]
    reached = [one for one in borne if one.lineage.unit_in(year)] if follow else []
    short = bool(valid) and all(one.unit.name != name for one in valid)  # 襄阳 may mean what bears it later
    meant = [*valid, *reached] if short or not valid else valid
    lines = {id(one.lineage): one.lineage for one in meant}
    if len(lines) > 1:
        return Found(reason=f"ambiguous name ({_listed(one.unit for one in meant)})")
    if meant:
        line = meant[0].lineage
        return Found(lineage=line, unit=line.unit_in(year), followed=not valid)
    return _followed(borne, year, follow=follow, what="name")


def _bearing(name: str, year: int, walk: Walk) -> list[Bearing]:
    """Give the units that a name may mean; those that bear it in full before those that bear it in short."""
    borne = _borne_in(name, year, walk)
    if not borne:  # 南京市鼓楼区: the name behind those of the units above
        for start in range(2, len(name) - 1):
            borne = [
                one for one in _borne_in(name[start:], year, walk) if name[:start] in _prefixes(one.unit)
            ]
            if borne:
                break
    full = [one for one in borne if one.unit.name == name]
    return full or borne


def _borne_in(name: str, year: int, walk: Walk) -> list[Bearing]:
    units = set(walk.names.get(name, ()))
    if not units:  # 甘南州, 科右前旗: what is no name of the table, but is read as one
        meant = {(unit.code, unit.short) for unit in bearers(name, year=year)}
        units = {
            one.unit for code, _ in meant for one in walk.by_code[code] if (code, one.unit.short) in meant
        }
    found = [one for code in {unit.code for unit in units} for one in walk.by_code[code] if one.unit in units]
    return sorted(found, key=lambda one: (one.unit.code, one.unit.valid_from or 0))


def _followed(bearing: Sequence[Bearing], year: int, *, follow: bool, what: str) -> Found:
    """Follow units to a year in which none of them bore the code or name any more, or yet."""
    lines = list({id(one.lineage): one.lineage for one in bearing}.values())
    reached = [line for line in lines if line.unit_in(year)]
    if follow and len(reached) == 1:
        return Found(lineage=reached[0], unit=reached[0].unit_in(year), followed=True)
    spans = ", ".join(_span(one.unit) for one in bearing)
    told = f"{what} not valid in the year ({spans})"
    if follow and len(lines) == 1:
        line = lines[0]
        first, last = line.units[0], line.units[-1]
        if line.parts and first.valid_from is not None and year < first.valid_from:
            return Found(reason=f"{told}; merged from {_listed(line.parts)}", parts=line.parts)
        if line.heirs and last.valid_to is not None and year > last.valid_to:
            told += f"; split into, or merged into, {_listed(line.heirs)}"
    return Found(reason=told)


def _prefixes(unit: Division) -> set[str]:
    """Names of the units above, as they are put before a name: any of them, the widest first."""
    joined = {""}
    for each in reversed(above(unit)):
        joined |= {head + tail for head in joined for tail in (each.name, each.short)}
    return joined - {""}


def _lies_in(unit: Division, where: str) -> bool:
    return any(where in (each.name, each.short, each.code) for each in above(unit))


def _span(unit: Division) -> str:
    first, last = unit.valid_from, unit.valid_to
    years = f"{first} to {last}" if first and last else f"from {first}" if first else f"to {last}"
    return f"{unit.code} {unit.name}: {years if first or last else 'all years'}"


def _listed(units: Iterable[Division]) -> str:
    return ", ".join(sorted({f"{unit.code} {unit.name}" for unit in units}))
