"""Places by province, prefecture and county, with how much was read of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

MOST_GROUPS = 40  # prefectures, or provinces of their own
MOST_WITHIN = 24  # places within one
SIGNS = {"centre": "★", "province": "◆", "prefecture": "■", "county": "●", "township": "▲", "other": "○"}


@dataclass(frozen=True, slots=True)
class Tile:
    """One place; `width` is its readouts as a percentage of those of the place with most."""

    place: str
    level: str
    sign: str
    n_readouts: int
    n_items: int
    width: float


@dataclass(frozen=True, slots=True)
class Group:
    """A prefecture with what lies in it, or any other places of one parent."""

    name: str | None
    tiles: tuple[Tile, ...]
    hidden: int
    n_readouts: int


@dataclass(frozen=True, slots=True)
class Province:
    """Groups of one province; `name` is None where no province is known."""

    name: str | None
    groups: tuple[Group, ...]


def place_groups(places: pd.DataFrame, *, most: int = MOST_GROUPS) -> tuple[Province, ...]:
    """Arrange places in the order of their codes; of many groups those with most readouts.

    Parameters
    ----------
    places
        The table ``places_read`` of an analysis.
    most
        How many groups to keep.

    Examples
    --------
    >>> row = {"place": "甲", "place_code": "990100", "level": "prefecture", "prefecture": "甲"}
    >>> found = place_groups(pd.DataFrame([row | {"province": "省", "n_readouts": 4, "n_items": 9}]))
    >>> found[0].groups[0].tiles[0].sign, found[0].groups[0].tiles[0].width
    ('■', 100.0)
    """
    if places.empty:
        return ()
    top = float(places["n_readouts"].max())
    parents = places.assign(
        province=places["province"].fillna(""), prefecture=places["prefecture"].fillna("")
    ).groupby(["province", "prefecture"], sort=False)
    groups = [(str(province), _group(str(name), rows, top)) for (province, name), rows in parents]
    kept = sorted(groups, key=lambda one: -one[1].n_readouts)[:most]
    chosen = [one for one in groups if one in kept]
    names = dict.fromkeys(province for province, _ in chosen)
    return tuple(
        Province(name or None, tuple(group for province, group in chosen if province == name))
        for name in names
    )


def _group(name: str, rows: pd.DataFrame, top: float) -> Group:
    tiles = list(_tiles(rows, top))
    head = [one for one in tiles if one.place == name or one.level != "county"]
    rest = [one for one in tiles if one not in head]
    if len(rest) > MOST_WITHIN:
        largest = sorted(rest, key=lambda one: -one.n_readouts)[:MOST_WITHIN]
        rest = [one for one in rest if one in largest]
    shown = (*head, *rest)
    return Group(name or None, shown, len(tiles) - len(shown), int(rows["n_readouts"].sum()))


def _tiles(rows: pd.DataFrame, top: float) -> Iterable[Tile]:
    for place, level, readouts, items in zip(
        *(rows[name] for name in ("place", "level", "n_readouts", "n_items")), strict=True
    ):
        kind = str(level) if isinstance(level, str) else "other"
        sign = SIGNS.get(kind, SIGNS["other"])
        yield Tile(str(place), kind, sign, int(readouts), int(items), round(100 * float(readouts) / top, 1))
