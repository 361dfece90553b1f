"""Geometry of a tree of places: branches as lines, with how often resamples find each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

WIDTH, ROW, TOP, BOTTOM = 360.0, 12.0, 6.0, 20.0
LEFT, LEAVES = 8.0, 262.0  # where the root may begin, and where the leaves end
FIRM = 0.7  # support from which a branch is drawn strong
TOLD = 0.05  # support below which a number would only fill the picture


@dataclass(frozen=True, slots=True)
class Branch:
    """Two or more places that the tree joins."""

    path: str
    x: float
    y: float
    support: str
    firm: bool
    thin: bool
    note: str


@dataclass(frozen=True, slots=True)
class Tree:
    """Branches, leaves from top to bottom, and the scale of distances."""

    width: float
    height: float
    branches: tuple[Branch, ...]
    leaves: tuple[tuple[float, str], ...]
    ticks: tuple[tuple[float, str], ...]
    n: int
    n_firm: int


def tree(table: pd.DataFrame) -> Tree | None:
    """Lay out the branches of a `place_tree` table; None where its members cannot be told apart.

    Parameters
    ----------
    table
        ``members`` (names joined by spaces), ``size``, ``height``, ``support`` and ``thin`` of each branch.

    Examples
    --------
    >>> rows = [("b01", "甲 乙", 2, 0.1, 0.9, False), ("b02", "甲 乙 丙", 3, 0.4, None, False)]
    >>> names = ["branch", "members", "size", "height", "support", "thin"]
    >>> drawn = tree(pd.DataFrame(rows, columns=names))
    >>> [name for _, name in drawn.leaves], drawn.n_firm
    (['甲', '乙', '丙'], 1)
    """
    rows = table.sort_values(["size", "height"], kind="stable").to_dict("records")
    members = [tuple(str(row["members"]).split(" ")) for row in rows]
    sizes_agree = all(len(names) == int(row["size"]) for names, row in zip(members, rows, strict=True))
    if not rows or not sizes_agree or len(rows) != len(members[-1]) - 1:
        return None  # a name with a space in it
    children = _children(members)
    order = _leaves(len(rows) - 1, children)
    place = {name: TOP + ROW * (at + 0.5) for at, name in enumerate(order)}
    top = max(float(row["height"]) for row in rows) or 1.0
    at: dict[Any, tuple[float, float]] = {name: (LEAVES, y) for name, y in place.items()}
    branches = []
    for number, row in enumerate(rows):
        ends = [at[child] for child in children[number]]
        x = round(LEAVES - (LEAVES - LEFT) * float(row["height"]) / top, 1)
        middle = round(sum(y for _, y in ends) / len(ends), 1)
        at[number] = (x, middle)
        branches.append(_branch(row, ends, x, middle))
    ticks = tuple(
        (round(LEAVES - (LEAVES - LEFT) * part, 1), f"{top * part:.2f}") for part in (0.0, 0.5, 1.0)
    )
    height = TOP + ROW * len(order) + BOTTOM
    leaves = tuple((place[name], name) for name in order)
    return Tree(WIDTH, height, tuple(branches), leaves, ticks, len(order), sum(one.firm for one in branches))


def _children(members: list[tuple[str, ...]]) -> list[tuple[Any, ...]]:
    """Give the two parts of every branch: numbers of lower branches, or names of single places."""
    whole: dict[str, Any] = {}
    found = []
    for number, names in enumerate(members):
        parts = tuple(dict.fromkeys(whole.get(name, name) for name in names))
        found.append(parts)
        whole |= dict.fromkeys(names, number)
    return found


def _leaves(root: int, children: list[tuple[Any, ...]]) -> list[str]:
    """Walk the tree without recursion: a chain of a hundred places is no deeper than a list."""
    found, waiting = [], [root]
    while waiting:
        one: Any = waiting.pop()
        if isinstance(one, str):
            found.append(one)
        else:
            waiting.extend(reversed(children[one]))
    return found


def _branch(row: Mapping[Any, Any], ends: list[tuple[float, float]], x: float, middle: float) -> Branch:
    first, last = ends[0], ends[-1]
    path = f"M{first[0]:g} {first[1]:g}H{x:g}V{last[1]:g}H{last[0]:g}"
    path += "".join(f"M{x:g} {y:g}H{end:g}" for end, y in ends[1:-1])
    known = row["support"] is not None and not pd.isna(row["support"])
    support = float(row["support"]) if known else 0.0
    told = f"{100 * support:.0f}" if known and support >= TOLD else ""
    note = f"{row['members']}: {float(row['height']):.2f}" + (f" ({100 * support:.0f}%)" if known else "")
    return Branch(path, x, middle, told, support >= FIRM, bool(row["thin"]), note)
