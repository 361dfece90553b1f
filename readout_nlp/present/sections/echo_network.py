"""Who prints whose wording, drawn: places on a circle, arrows from the earlier to the later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import cos, degrees, hypot, log2, pi, sin
from typing import Any

import pandas as pd

from readout_nlp.present.text import Both, both
from readout_nlp.present.view import number

MOST_NODES = 40
MOST_EDGES = 80
RADIUS = 250.0
PULL = 0.3  # of the way from the middle of a chord: arrows bend towards the centre
HEAD = 8.0
SURE = 0.05
REFERENCE = (
    "reference corpus"  # what `reuse_network` calls it: no place, and the page says it in each language
)


@dataclass(frozen=True, slots=True)
class Node:
    """A place on the circle."""

    place: str
    x: float
    y: float
    text_x: float
    text_y: float
    turn: float  # degrees
    anchor: str
    name: Both


@dataclass(frozen=True, slots=True)
class Edge:
    """An arrow from the place that had the wording earlier to the one that had it later."""

    source: str
    target: str
    names: tuple[Both, Both]
    start: int  # their numbers among the nodes
    stop: int
    path: str
    head: str  # points of the arrow's head
    width: float
    thin: bool
    sure: bool
    n: str
    expected: str
    ratio: str
    lag: str
    span: str
    q: str


@dataclass(frozen=True, slots=True)
class Network:
    """What is drawn, and how much there is."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    n_above: int  # edges with more passages than sizes let one expect
    n_sure: int  # of these, beyond chance once all pairs are corrected for


def network(table: pd.DataFrame, codes: Mapping[str, str]) -> Network | None:
    """Draw the edges that are furthest above what sizes would give; None where there is none.

    Parameters
    ----------
    table
        As `reuse_network` gives it.
    codes
        Administrative codes by place: the order on the circle, so that districts stand beside their city.
    """
    known = table[
        table["directed"].astype(bool) & table["source_place"].notna() & table["target_place"].notna()
    ]
    above = known[known["excess"].astype(float) > 0]
    if above.empty:
        return None
    order = above.sort_values(["thin", "q", "excess"], ascending=[True, True, False], kind="stable")
    kept = list(_few_places(order.to_dict("records")))
    places = {str(row[f"{side}_place"]) for row in kept for side in ("source", "target")}
    nodes = {node.place: node for node in _circle(sorted(places, key=lambda one: (codes.get(one, ""), one)))}
    return Network(
        nodes=tuple(nodes.values()),
        edges=tuple(_edge(row, nodes) for row in kept),
        n_above=len(above),
        n_sure=int((above["q"].astype(float) < SURE).sum()),
    )


def name_of(place: str) -> Both:
    """Name of a place, or of the reference.

    Examples
    --------
    >>> name_of("甲河市").en, name_of("reference corpus").zh
    ('甲河市', '参照文本')
    """
    return both("echo.reference") if place == REFERENCE else Both(place, place)


def _few_places(rows: list[dict[Any, Any]]) -> Iterator[dict[Any, Any]]:
    """Take edges in their order as long as neither places nor edges become too many to read."""
    places: set[str] = set()
    taken = 0
    for row in rows:
        wanted = places | {str(row["source_place"]), str(row["target_place"])}
        if len(wanted) <= MOST_NODES and taken < MOST_EDGES:
            places, taken = wanted, taken + 1
            yield row


def _circle(places: list[str]) -> Iterator[Node]:
    for number_, place in enumerate(places):
        angle = 2 * pi * number_ / len(places) - pi / 2
        turned = cos(angle) < -1e-9  # on the left, text would stand on its head
        yield Node(
            place=place,
            x=round(RADIUS * cos(angle), 1),
            y=round(RADIUS * sin(angle), 1),
            text_x=round((RADIUS + 13) * cos(angle), 1),
            text_y=round((RADIUS + 13) * sin(angle), 1),
            turn=round(degrees(angle) + (180 if turned else 0), 1),
            anchor="end" if turned else "start",
            name=name_of(place),
        )


def _edge(row: Mapping[Any, Any], nodes: Mapping[str, Node]) -> Edge:
    source, target = nodes[str(row["source_place"])], nodes[str(row["target_place"])]
    order = list(nodes)
    ratio = float(row["n_passages"]) / max(float(row["expected"]), 0.1)
    width = round(min(0.8 + max(log2(max(ratio, 1.0)), 0.0), 5.0), 2)
    path, head = _arrow(source, target, width)
    years = dict.fromkeys(str(pd.Timestamp(row[end]).year) for end in ("first", "last") if pd.notna(row[end]))
    return Edge(
        source=source.place,
        target=target.place,
        names=(source.name, target.name),
        start=order.index(source.place),
        stop=order.index(target.place),
        path=path,
        head=head,
        width=width,
        thin=bool(row["thin"]),
        sure=bool(float(row["q"]) < SURE),
        n=f"{int(row['n_passages']):,}",
        expected=number(row["expected"], ",.1f"),
        ratio=number(ratio, ".1f"),
        lag=number(row["median_lag_days"], ",.0f"),
        span="–".join(years),
        q=number(row["q"], ".3f"),
    )


def _arrow(source: Node, target: Node, width: float) -> tuple[str, str]:
    """Give a bent line that ends before the target, and its head."""
    bend_x, bend_y = PULL * (source.x + target.x) / 2, PULL * (source.y + target.y) / 2
    away = hypot(target.x - bend_x, target.y - bend_y) or 1.0
    cos_, sin_ = (target.x - bend_x) / away, (target.y - bend_y) / away
    tip_x, tip_y = target.x - 6 * cos_, target.y - 6 * sin_
    base_x, base_y = tip_x - HEAD * cos_, tip_y - HEAD * sin_
    half = 2.2 + width / 2
    corners = (
        (tip_x, tip_y),
        (base_x - half * sin_, base_y + half * cos_),
        (base_x + half * sin_, base_y - half * cos_),
    )
    path = f"M{source.x:g} {source.y:g}Q{bend_x:.0f} {bend_y:.0f} {base_x:.1f} {base_y:.1f}"
    return path, " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
