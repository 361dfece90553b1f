"""Small multiples with more than one measure: trends three ways, and drift beside what chance would show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.present.charts import Frame, Panel, broken_line, frame_of, nice_above, panel, values_by_year
from readout_nlp.present.tables import AnalysisLike, table_of, with_places
from readout_nlp.present.topic_cards import topic_panels
from readout_nlp.present.view import number

SURE = 0.05
MOST_DRIFT = 24


@dataclass(frozen=True, slots=True)
class TrendPanel:
    """One topic over the years: over all places, in the fixed panel, and with every place of one weight."""

    panel: Panel
    others: tuple[tuple[str, tuple[str, ...]], ...]  # way, its lines
    n: str


@dataclass(frozen=True, slots=True)
class Step:
    """How far a place moved in a year: the position, its interval, and where chance would put it."""

    x: float
    y: float
    span: tuple[float, float] | None
    expected: float | None
    thin: bool
    sure: bool
    note: str


@dataclass(frozen=True, slots=True)
class DriftPanel:
    """One place."""

    title: str
    n: int
    steps: tuple[Step, ...]
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]


def trend_panels(analysis: AnalysisLike) -> tuple[TrendPanel, ...]:
    """Give the trend of each topic; over all places alone where no other way was computed."""
    trends = table_of(analysis, "year_trends")
    trends = trends[trends["year"].notna()]
    if trends["year"].nunique() < 2:
        n_items = _items(table_of(analysis, "shares_year"))
        return tuple(TrendPanel(one, (), n_items.get(one.key, "–")) for one in topic_panels(analysis))
    frame, n_items = _frame(trends), _items(trends)
    return tuple(
        _trend(str(topic), rows, frame, n_items.get(str(topic), "–"))
        for topic, rows in trends.groupby("topic", sort=False)
    )


def _items(shares: pd.DataFrame) -> dict[str, str]:
    known = shares[shares["year"].notna()]
    return {str(topic): number(n, ",.0f") for topic, n in known.groupby("topic")["n_items"].sum().items()}


def _frame(trends: pd.DataFrame) -> Frame:
    ways = [_way(trends, way) for way in ("all", "panel", "place_weighted")]
    frame = frame_of(ways[0])
    top = max(float(way["share"].astype(float).max()) for way in ways)
    return Frame(frame.years, max(frame.high, nice_above(top)))


def _way(rows: pd.DataFrame, way: str) -> pd.DataFrame:
    ends = {name: rows[f"{name}_{way}"].astype(float) for name in ("share", "low", "high")}
    return pd.DataFrame(
        {"year": rows["year"], **ends, "n_items": rows["n_items"], "thin": rows["thin"].astype(bool)}
    ).assign(gap=ends["share"].isna())


def _trend(topic: str, rows: pd.DataFrame, frame: Frame, n: str) -> TrendPanel:
    others = tuple(
        (way, broken_line(values_by_year(_way(rows, way), frame.years), frame))
        for way in ("panel", "place_weighted")
    )
    return TrendPanel(panel(topic, topic, _way(rows, "all"), frame=frame), others, n)


def drift_panels(analysis: AnalysisLike) -> tuple[DriftPanel, ...]:
    """Give the places that moved beyond chance in some year, then those of most readouts."""
    table = with_places(table_of(analysis, "drift"))
    known = table[table["distance"].notna() & table["year"].notna()]
    if known.empty:
        return ()
    frame = _drift_frame(known)
    sure = known[known["q"].astype(float) < SURE].groupby("place").size()
    read = known.groupby("place")["n"].sum()
    order = pd.DataFrame({"n": read, "sure": sure.reindex(read.index, fill_value=0)})
    first = order.sort_values(["sure", "n"], ascending=False, kind="stable").head(MOST_DRIFT)
    return tuple(_drift(str(place), known[known["place"] == place], frame) for place in first.index)


def drift_count(analysis: AnalysisLike) -> tuple[int, int, int]:
    """Count the steps that are beyond chance, those that could be told, and the places."""
    table = with_places(table_of(analysis, "drift"))
    told = table[table["q"].notna()]
    places = table.loc[table["distance"].notna(), "place"].nunique()
    return int((told["q"].astype(float) < SURE).sum()), len(told), int(places)


def _drift_frame(known: pd.DataFrame) -> Frame:
    years = known["year"].astype(int)
    top = float(np.nanmax(known[["distance", "expected"]].astype(float).to_numpy()))
    return Frame(tuple(range(int(years.min()), int(years.max()) + 1)), min(nice_above(top), 1.0))


def _drift(place: str, rows: pd.DataFrame, frame: Frame) -> DriftPanel:
    steps = tuple(_step(row, frame) for row in rows.sort_values("year").to_dict("records"))
    y_ticks = tuple((frame.y(value), f"{value:.2g}") for value in (0.0, frame.high / 2, frame.high))
    return DriftPanel(place, int(rows["n"].sum()), steps, frame.x_ticks(), y_ticks)


def _step(row: Mapping[Any, Any], frame: Frame) -> Step:
    year, value = int(row["year"]), float(row["distance"])
    low, high, expected = (_float(row[name]) for name in ("low", "high", "expected"))
    sure = _float(row["q"]) < SURE
    reach = f" [{low:.2f}, {high:.2f}]" if np.isfinite([low, high]).all() else ""
    chance = f" / {expected:.2f}" if np.isfinite(expected) else ""
    note = f"{year}: {value:.2f}{reach}{chance} (n={int(row['n'])})"
    at = frame.y(expected) if np.isfinite(expected) else None
    return Step(
        frame.x(year), frame.y(value), frame.reach(low, high), at, bool(row["thin"]), bool(sure), note
    )


def _float(value: Any) -> float:
    return float("nan") if value is None or pd.isna(value) else float(value)
