"""Division units through time: who followed whom, read from the years of the gazetteer.

The gazetteer knows for every unit the years of its code, name and parent; who followed whom it does not say.
That is read from it here, by rules that would rather give up than guess:

- the same code with the same name goes on;
- a unit that ends is followed by the one unit of its name and level that begins the year after, under the
  same parent, or anywhere in the province if no other unit there bears the name (吴江市 320584 until 2011,
  吴江区 320509 from 2012);
- a code that goes on under another name is a renaming (襄樊市, 襄阳市), unless the new name comes from
  another unit that ends then; before 1985, when codes were given out anew, it is nothing;
- if two units follow (a split), or one follows two (a merger), nobody is followed: it is told instead.

Units that were merged or renamed under new names *and* new codes have no successor here: a user's own table
of successions gives them. Names and codes are followed, never borders.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from readout_nlp.errors import InputError
from readout_nlp.reference.gazetteer import Division, bearers, by_code, divisions, short_name

CODES_SETTLED = 1985  # first year from which a code under a new name is a renaming, not a new use of the code
SOURCE = "yearly division codes 1980-2024 (data/divisions.source.md), each year as at its end"


@dataclass(frozen=True, slots=True)
class Succession:
    """A user's statement that from `year` on the unit `code` is, or is part of, the unit `successor`."""

    code: str
    year: int
    successor: str
    name: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Lineage:
    """One unit through its changes of code, name and parent, the oldest first.

    Attributes
    ----------
    units
        Without a gap in time.
    parts
        The units that were merged into the first one, none if it simply began.
    heirs
        The units that the last one was split into, or was merged into with others.
    """

    units: tuple[Division, ...]
    parts: tuple[Division, ...] = ()
    heirs: tuple[Division, ...] = ()

    def unit_in(self, year: int) -> Division | None:
        """Give what the unit was at the end of `year`; in its last year but one also what it was before."""
        at_end = next((unit for unit in self.units if unit.valid_in(year)), None)
        return at_end or next((unit for unit in self.units if unit.valid_in(year - 1)), None)


@dataclass(frozen=True, slots=True)
class Bearing:
    """One unit, as it was for some years, in its lineage."""

    unit: Division
    lineage: Lineage


@dataclass(frozen=True, slots=True)
class Walk:
    """All units with their lineages, by code and by full and short name."""

    by_code: Mapping[str, tuple[Bearing, ...]]
    names: Mapping[str, tuple[Division, ...]]


@lru_cache(maxsize=8)
def lineages(successions: tuple[Succession, ...] = ()) -> Walk:
    """Put the gazetteer's units, and what a user knows beyond it, into lineages.

    Raises
    ------
    InputError
        A succession begins with a code that the gazetteer does not have in the year before.
    """
    graph = _Graph(dict.fromkeys(divisions()), dict(_inferred()))
    _state(graph, successions)
    before: dict[Division, list[Division]] = defaultdict(list)
    for old, heirs in graph.edges.items():
        for heir in heirs:
            before[heir].append(old)
    only = {
        old: heirs[0] for old, heirs in graph.edges.items() if len(heirs) == 1 and len(before[heirs[0]]) == 1
    }
    of_unit: dict[Division, Lineage] = {}
    for first in graph.units:
        if before[first] and only.get(before[first][0]) is first:
            continue
        chain = [first]
        while chain[-1] in only:
            chain.append(only[chain[-1]])
        parts = tuple(before[first]) if len(before[first]) > 1 else ()
        line = Lineage(tuple(chain), parts, tuple(graph.edges.get(chain[-1], ())))
        of_unit |= dict.fromkeys(chain, line)
    by_code: dict[str, list[Bearing]] = defaultdict(list)
    names: dict[str, set[Division]] = defaultdict(set)
    for unit in graph.units:
        by_code[unit.code].append(Bearing(unit, of_unit[unit]))
        names[unit.name].add(unit)
        names[unit.short].add(unit)
    return Walk(
        {code: tuple(found) for code, found in by_code.items()},
        {name: tuple(found) for name, found in names.items()},
    )


@cache
def _inferred() -> dict[Division, tuple[Division, ...]]:
    """Read from the gazetteer which units may follow each unit that ends."""
    begins: dict[tuple[int, str, str], list[Division]] = defaultdict(list)
    codes: dict[tuple[int, str], list[Division]] = defaultdict(list)
    for unit in divisions():
        if unit.valid_from is not None:
            begins[unit.valid_from, unit.short, unit.level].append(unit)
            codes[unit.valid_from, unit.code].append(unit)
    edges: dict[Division, tuple[Division, ...]] = {}
    ended = [unit for unit in divisions() if unit.valid_to is not None]
    for unit in ended:
        year = (unit.valid_to or 0) + 1
        heirs = _heirs_by_name(unit, begins[year, unit.short, unit.level])
        if heirs:
            edges[unit] = heirs
    inherited = {heir for heirs in edges.values() for heir in heirs}
    for unit in ended:
        year = (unit.valid_to or 0) + 1
        renamed = [u for u in codes[year, unit.code] if u.level == unit.level and u not in inherited]
        if unit not in edges and renamed and year >= CODES_SETTLED:
            edges[unit] = (renamed[0],)
    return edges


def _heirs_by_name(unit: Division, begun: Sequence[Division]) -> tuple[Division, ...]:
    same = [heir for heir in begun if heir.code == unit.code]
    near = same or [heir for heir in begun if _parent(heir, first=True) == _parent(unit, first=False)]
    if near:
        return tuple(near)
    province = [heir for heir in begun if heir.code[:2] == unit.code[:2] or _new_province(heir)]
    return tuple(province) if len(province) == 1 and _only_bearer(unit) else ()


def _parent(unit: Division, *, first: bool) -> str | None:
    if unit.parent is None:
        return None
    parent = by_code(unit.parent, year=unit.valid_from if first else unit.valid_to)
    return parent.short if parent else unit.parent


def _new_province(unit: Division) -> bool:
    """Say whether the unit began with its province, carved out of another (海南 1988, 重庆 1997)."""
    province = by_code(f"{unit.code[:2]}0000")
    return province is not None and province.valid_from is not None and province.valid_from == unit.valid_from


def _only_bearer(unit: Division) -> bool:
    alike = [d for d in bearers(unit.short, year=unit.valid_to) if d.level == unit.level]
    return sum(d.code[:2] == unit.code[:2] and d.short == unit.short for d in alike) <= 1


@dataclass(frozen=True, slots=True)
class _Graph:
    """Units with those that follow each: filled while lineages are made, seen by nobody else."""

    units: dict[Division, None]
    edges: dict[Division, tuple[Division, ...]]

    def at(self, code: str, year: int) -> Division | None:
        """Give the unit that bore `code` at the end of `year`."""
        return next((unit for unit in self.units if unit.code == code and unit.valid_in(year)), None)

    def cut(self, unit: Division, year: int) -> tuple[Division, Division | None]:
        """End `unit` with the year before; the rest of its time is a unit of its own."""
        if unit.valid_to == year - 1:
            return unit, None
        before, after = replace(unit, valid_to=year - 1), replace(unit, valid_from=year)
        del self.units[unit]
        self.units.update({before: None, after: None})
        if unit in self.edges:
            self.edges[after] = self.edges.pop(unit)
        for old, heirs in self.edges.items():
            self.edges[old] = tuple(before if heir is unit else heir for heir in heirs)
        return before, after


def _state(graph: _Graph, successions: Sequence[Succession]) -> None:
    """Put what a user states in the place of what was read from the gazetteer."""
    grouped: dict[tuple[int, str], list[Succession]] = defaultdict(list)
    for stated in sorted(set(successions), key=lambda s: (s.year, s.code, s.successor)):
        grouped[stated.year, stated.code].append(stated)
    for (year, code), rows in grouped.items():
        old = graph.at(code, year - 1)
        if old is None:
            raise InputError(
                f"a succession from {code} in {year}",
                f"a code that was valid in {year - 1}",
                "mend this row of the table of successions",
            )
        ended, rest = graph.cut(old, year)
        if rest is not None:  # it went on in the gazetteer, which the user knows better
            del graph.units[rest]
            graph.edges.pop(rest, None)
        graph.edges[ended] = tuple(_heir(graph, row, ended) for row in rows)


def _heir(graph: _Graph, stated: Succession, old: Division) -> Division:
    """Give the unit that follows, from that year on; one that the gazetteer does not know yet is made."""
    heir = graph.at(stated.successor, stated.year)
    if heir is None:
        name = stated.name or (old.name if stated.successor == old.code else stated.successor)
        heir = replace(
            old,
            code=stated.successor,
            name=name,
            short=short_name(name),
            valid_from=stated.year,
            valid_to=None,
        )
        graph.units[heir] = None
    if (heir.valid_from or 0) >= stated.year:
        return heir
    before, after = graph.cut(heir, stated.year)
    assert after is not None  # it is valid in that year
    graph.edges[before] = (after,)
    return after
