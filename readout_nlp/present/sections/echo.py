"""Echo and reuse: where the wording of the agenda stood before, and who prints whose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from readout_nlp.present.alt import percent
from readout_nlp.present.tables import (
    AnalysisLike,
    table_of,
)
from readout_nlp.present.text import both
from readout_nlp.present.view import number, span_text

Row = Mapping[Any, Any]
MOST_EDGES = 12
MOST_UNITS = 40
ECHO_CLASSES = ("formula", "echo_up", "self_reuse", "echo_peer", "undirected", "unmatched")


@dataclass(frozen=True, slots=True)
class Stack:
    """A place's agenda by origin: width of each class in percent, in the order of `ECHO_CLASSES`."""

    place: str
    parts: tuple[tuple[str, float, float, str], ...]  # class, where it begins, width, text
    n_items: int
    thin: bool


def echo_section(analysis: AnalysisLike) -> dict[str, Any]:
    """Give each place's agenda by origin, passages to read, and who prints whose wording."""
    return {
        "stacks": _stacks(table_of(analysis, "echo_places")),
        "passages": _passages(table_of(analysis, "echo_passages")),
        "edges": _edges(table_of(analysis, "reuse_network")),
        "classes": {name: both(f"echo.{name}") for name in ECHO_CLASSES},
    }


def _stacks(table: pd.DataFrame) -> tuple[Stack, ...]:
    """Places by how much of their agenda was printed before, the most first."""
    known = table[table["share"].notna() & ~table["gap"].astype(bool)]
    stacks = [_stack(str(place), rows) for place, rows in known.groupby("place", sort=False)]
    at = ECHO_CLASSES.index("unmatched")
    return tuple(sorted(stacks, key=lambda one: (one.parts[at][2], one.place))[:MOST_UNITS])


def _stack(place: str, rows: pd.DataFrame) -> Stack:
    by_class = {str(row["class"]): row for row in rows.to_dict("records")}
    return Stack(
        place=place,
        parts=tuple(_parts(by_class)),
        n_items=int(rows["n_items"].iloc[0]),
        thin=bool(rows["thin"].iloc[0]),
    )


def _parts(by_class: Mapping[str, Row]) -> Iterator[tuple[str, float, float, str]]:
    begin = 0.0
    for name in ECHO_CLASSES:
        row = by_class.get(name)
        width = 100 * float(row["share"]) if row is not None else 0.0
        sure = span_text(row["low"], row["high"], ".0f", times=100) if row is not None else ""
        yield name, round(begin, 2), round(width, 2), f"{percent(width / 100)} {sure}".strip()
        begin += width


def _passages(table: pd.DataFrame) -> list[dict[str, Any]]:
    known = table[table["text"].notna()]
    return [
        {
            "side": both(f"side.{row['side']}"),
            "place": str(row["place"]),
            "share": percent(row["share"]),
            "text": str(row["text"]),
            "source": _source(row),
            "lag": number(row["lag_days"], ",.0f"),
        }
        for row in known.to_dict("records")
    ]


def _source(row: Row) -> str:
    known = isinstance(row["source_place"], str)
    return f"{row['source_place']} {row['source_id']}" if known else str(row["source_id"])


def _edges(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Who copies whom, the edges furthest above what sizes would give first."""
    known = table[
        table["directed"].astype(bool) & table["source_place"].notna() & ~table["thin"].astype(bool)
    ]
    first = known.sort_values(["q", "excess"], ascending=[True, False], kind="stable").head(MOST_EDGES)
    return [
        {
            "edge": f"{row['source_place']} → {row['target_place']}",
            "n": f"{int(row['n_passages']):,}",
            "expected": number(row["expected"], ",.1f"),
            "lag": number(row["median_lag_days"], ",.0f"),
            "q": number(row["q"], ".3f"),
        }
        for row in first.to_dict("records")
    ]
