"""Townships by name: the units they are in, in the years of a page (``data/townships.csv``).

The table is the state of 2023 (``data/townships.source.md``); to add a township, add its name to its unit's
row. It is read when a township is first asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from readout_nlp.reference.gazetteer import NATIONS, Division, above, by_code, divisions
from readout_nlp.reference.tables import table_rows

STATE = 2023  # the year of the table
_NATION = re.compile(rf"(?<=..)(?:(?:(?:{NATIONS})族?)*(?:{NATIONS})?民?族)$")  # 双河回族 of 双河回族乡
_ONLINE_SINCE = 2003


def stem(name: str) -> str:
    """Take the unit and the nationalities off a township's name.

    Examples
    --------
    >>> stem("平山镇"), stem("沙金台蒙古族满族乡"), stem("巴彦乌拉苏木")
    ('平山', '沙金台', '巴彦乌拉')
    """
    plain = name[: len(name) - len(_suffix(name))]
    return _NATION.sub("", plain) if plain.endswith("族") else plain


def _suffix(name: str) -> str:
    last = name[-1:]
    return last if last in "镇乡" else name[-2:] if name.endswith(("街道", "苏木")) else ""


@cache
def by_full_name() -> Mapping[str, Sequence[str]]:
    """Give the codes of the units that have a township of a name, by the name with its unit.

    A township named for its peoples is found without them too (沙金台乡).

    Examples
    --------
    >>> "120000" in by_full_name()["达连河镇"], len(by_full_name()["城关镇"]) > 20
    (False, True)
    """
    found: dict[str, list[str]] = {}
    for row in table_rows("townships.csv"):
        for name in row["names"].split():
            found.setdefault(name, []).append(row["code"])
            if "族" in name and (shorter := stem(name) + _suffix(name)) != name:
                found.setdefault(shorter, []).append(row["code"])
    return found


@cache
def by_stem() -> Mapping[str, Sequence[str]]:
    """Give the codes of the units that have a township of a name, by the name alone (平山), from two letters.

    Examples
    --------
    >>> by_stem()["达连河"] == by_full_name()["达连河镇"], "张" in by_stem()
    (True, False)
    """
    found: dict[str, list[str]] = {}
    for name, codes in by_full_name().items():
        plain = stem(name)
        if len(plain) > 1:
            found.setdefault(plain, []).extend(codes)
    return found


@lru_cache(maxsize=1024)
def units_then(code: str, *, year: int | None) -> tuple[Division, ...]:
    """Give the units that may have had the townships of a unit in `year`; none where that is not known.

    A unit is followed to the one before it of the same name in the same city (洪泽县 before 洪泽区), or of
    the same full name in the province. Where the city has lost a unit since, whose townships may have come
    to this one, both are given. Without a year all units since pages are online.

    Examples
    --------
    >>> [d.name for d in units_then("320813", year=2014)], [d.name for d in units_then("320813", year=2020)]
    (['洪泽县', '清河区', '清浦区'], ['洪泽区'])
    >>> [d.name for d in units_then("120119", year=2010)], units_then("330113", year=2019)
    (['蓟县'], ())
    >>> sorted(d.name for d in units_then("330102", year=2019))
    ['上城区', '下城区', '江干区']
    """
    latest = by_code(code, year=STATE)
    if latest is None:
        return ()
    line = tuple(d for d in _line(latest) if _in_years(d, year))
    return (*line, *(d for d in _lost(latest) if _in_years(d, year))) if line else ()


def _in_years(division: Division, year: int | None) -> bool:
    if year is None:
        return division.valid_to is None or division.valid_to >= _ONLINE_SINCE
    return division.valid_in(year)


def _line(division: Division) -> list[Division]:
    """Follow a unit back: itself, what it was before, and so on."""
    line = [division]
    while (before := _before(line[-1])) is not None and before not in line:
        line.append(before)
    return line


def _before(division: Division) -> Division | None:
    """Give the one unit that ended where this one began and bore its name."""
    ended = _by_year("valid_to").get((division.valid_from or 0) - 1, ())
    found = [d for d in ended if _became(d, division)]
    return found[0] if len(found) == 1 else None


@cache
def _by_year(bound: str) -> dict[int, tuple[Division, ...]]:
    """Give the units that began, or ended, in a year."""
    found: dict[int, list[Division]] = {}
    for division in divisions():
        if (year := getattr(division, bound)) is not None:
            found.setdefault(year, []).append(division)
    return {year: tuple(units) for year, units in found.items()}


def _became(earlier: Division, later: Division) -> bool:
    """Say whether a unit of the same name in the same city ended in the year before another began."""
    if earlier.valid_to is None or earlier.valid_to + 1 != later.valid_from or earlier.level != later.level:
        return False
    if earlier.name == later.name and earlier.code[:2] == later.code[:2]:
        return True
    return _city(earlier) == _city(later) and _one_name(earlier.short, later.short)


def _one_name(one: str, other: str) -> bool:
    """Say whether two short names are one: 洪泽, 洪泽; 蓟县, 蓟州, where the county's name is a character."""
    return one == other or (len(one) == len(other) == 2 and one[0] == other[0] and one[1] == "县")


def _city(division: Division) -> str:
    return next((upper.short for upper in above(division)), "")


@cache
def _lost(division: Division) -> tuple[Division, ...]:
    """Give the units of the same city that are gone and have become none of the same name."""
    gone = (d for year in range(_ONLINE_SINCE, STATE) for d in _by_year("valid_to").get(year, ()))
    here = (d for d in gone if d.level == division.level and d.code[:2] == division.code[:2])
    return tuple(d for d in here if _city(d) == _city(division) and not _continued(d))


def _continued(division: Division) -> bool:
    began = _by_year("valid_from").get((division.valid_to or 0) + 1, ())
    return any(_became(division, after) for after in began)
