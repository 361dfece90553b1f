"""Echo and reuse: where the wording of the agenda stood before, and who prints whose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import pandas as pd

from readout_nlp.present.alt import percent
from readout_nlp.present.sections.echo_network import network
from readout_nlp.present.sections.echo_passages import aligned
from readout_nlp.present.tables import AnalysisLike, table_of
from readout_nlp.present.text import Both, both
from readout_nlp.present.view import number, span_text

Row = Mapping[Any, Any]
MOST_UNITS = 60
UP = "echo_up"
ECHO_CLASSES = ("formula", UP, "self_reuse", "echo_peer", "undirected", "unmatched")


@dataclass(frozen=True, slots=True)
class Stack:
    """The agenda of a place or a year by origin: width of each class in percent, as in `ECHO_CLASSES`."""

    name: str
    parts: tuple[tuple[str, float, float, str], ...]  # class, where it begins, width, text
    share: float  # that echoes above, in percent, and its interval
    span: tuple[float, float] | None
    n_items: int
    thin: bool


def echo_section(analysis: AnalysisLike) -> dict[str, Any]:
    """Give the agenda by origin, by place and by year, passages beside their sources, and who copies whom."""
    shown = aligned(table_of(analysis, "aligned_passages"))
    known = sorted({side.place for one in shown for side in (one.source, one.target) if side.place})
    return {
        "stacks": _by_unmatched(stacks(table_of(analysis, "echo_places"), "place")),
        "years": stacks(table_of(analysis, "echo_years"), "year"),
        "aligned": shown,
        "labels": [name for name in ECHO_CLASSES if name in {one.label for one in shown}],
        "places": known,
        "own": _own(table_of(analysis, "echo_passages")),
        "network": network(table_of(analysis, "reuse_network"), _codes(analysis)),
        "classes": {name: both(f"echo.{name}") for name in ECHO_CLASSES},
    }


def _codes(analysis: AnalysisLike) -> dict[str, str]:
    coverage = table_of(analysis, "coverage").dropna(subset=["place", "place_code"])
    return dict(zip(coverage["place"].astype(str), coverage["place_code"].astype(str), strict=True))


def stacks(table: pd.DataFrame, by: str) -> tuple[Stack, ...]:
    """Give one stack a value of `by`, in the order of the table; a value without items has none.

    Examples
    --------
    >>> row = {"year": 2020, "class": "formula", "share": 0.4, "low": 0.3, "high": 0.5, "n_items": 9}
    >>> stacks(pd.DataFrame([row | {"thin": False, "gap": False}]), "year")[0].parts[0]
    ('formula', 0.0, 40.0, '40.0% [30, 50]')
    """
    known = table[table[by].notna() & table["share"].notna() & ~table["gap"].astype(bool)]
    rows: dict[Any, list[Row]] = {}
    for row in known.to_dict("records"):
        rows.setdefault(row[by], []).append(row)
    return tuple(_stack(_name(value), own) for value, own in rows.items())


def _name(value: Any) -> str:
    return f"{value:.0f}" if isinstance(value, float) else str(value)


def _by_unmatched(found: tuple[Stack, ...]) -> tuple[Stack, ...]:
    """Places by how much of their agenda was printed before, the most first."""
    at = ECHO_CLASSES.index("unmatched")
    return tuple(sorted(found, key=lambda one: (one.parts[at][2], one.name))[:MOST_UNITS])


def _stack(name: str, rows: Sequence[Row]) -> Stack:
    by_class = {str(row["class"]): row for row in rows}
    up = by_class.get(UP)
    ends = () if up is None else tuple(round(100 * float(up[end]), 1) for end in ("low", "high"))
    return Stack(
        name=name,
        parts=tuple(_parts(by_class)),
        share=0.0 if up is None else round(100 * float(up["share"]), 1),
        span=(ends[0], ends[1]) if ends and all(map(isfinite, ends)) else None,
        n_items=int(rows[0]["n_items"]),
        thin=bool(rows[0]["thin"]),
    )


def _parts(by_class: Mapping[str, Row]) -> Iterator[tuple[str, float, float, str]]:
    begin = 0.0
    for name in ECHO_CLASSES:
        row = by_class.get(name)
        width = 100 * float(row["share"]) if row is not None else 0.0
        sure = span_text(row["low"], row["high"], ".0f", times=100) if row is not None else ""
        yield name, round(begin, 1), round(width, 1), f"{percent(width / 100)} {sure}".strip()
        begin += width


def _own(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Passages of the places that echo most and least, the latter matching nothing."""
    known = table[table["text"].notna() & (table["text"] != "")]
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


def _source(row: Row) -> Both | str:
    if isinstance(row["source_place"], str):
        return row["source_place"]
    return both("echo.reference_id", id=row["source_id"]) if isinstance(row["source_id"], str) else ""
