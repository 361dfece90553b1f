"""Geometry of how tifa spread: a curve of adoption each, and a line of first uses each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.present.charts import BOTTOM, LEFT, PANEL_HEIGHT, PANEL_WIDTH, RIGHT, TOP
from readout_nlp.present.view import number, span_text

YEAR = 365.25
MOST_POINTS = 44
MOST_TICKS = 40  # with a note each; the others are strokes only, as many as can be told apart


@dataclass(frozen=True, slots=True)
class SpreadPanel:
    """The curve of one term: share of places by years since the centre's first use."""

    term: str
    line: str
    band: str
    zero: float | None  # where the centre's first use lies; None where it is beyond the panel
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    n_places: int
    end: str  # the share reached at the end, with its interval


@dataclass(frozen=True, slots=True)
class Tick:
    """One first use, in percent of the width."""

    x: float
    note: str


@dataclass(frozen=True, slots=True)
class FirstUses:
    """When the places first printed one term."""

    term: str
    centre: float | None
    centre_date: str
    ticks: tuple[Tick, ...]
    rest: tuple[float, ...]
    first: str
    bound: str  # last day on which the first place was seen without it; empty where nothing was seen before
    n_adopted: int
    n_never: int


def spread_panels(curves: pd.DataFrame) -> tuple[SpreadPanel, ...]:
    """One panel a term, all on one scale of time.

    Examples
    --------
    >>> columns = ["term", "lag_days", "share", "low", "high", "n_places"]
    >>> rows = [["甲", 0.0, 0.0, 0.0, 0.1, 9], ["甲", 400.0, 0.5, 0.3, 0.7, 9]]
    >>> panel = spread_panels(pd.DataFrame(rows, columns=columns))[0]
    >>> panel.line, panel.end, [text for _, text in panel.x_ticks]
    ('32,86 202,47', '50% [30, 70]', ['0', '1'])
    """
    known = curves[np.isfinite(curves["lag_days"].astype(float))]
    if known.empty:
        return ()
    span = float(known["lag_days"].min()), float(known["lag_days"].max())
    return tuple(_spread(str(term), own, span) for term, own in known.groupby("term", sort=False))


def _spread(term: str, own: pd.DataFrame, span: tuple[float, float]) -> SpreadPanel:
    at = np.unique(np.linspace(0, len(own) - 1, min(MOST_POINTS, len(own))).round().astype(int))
    lag, share, low, high = (own[name].to_numpy(float)[at] for name in ("lag_days", "share", "low", "high"))
    there = np.isfinite(low) & np.isfinite(high)
    edge = [*_points(lag[there], high[there], span), *_points(lag[there], low[there], span)[::-1]]
    last = own.iloc[-1]
    reach = span_text(last["low"], last["high"], ".0f", times=100)
    return SpreadPanel(
        term=term,
        line=" ".join(_points(lag, share, span)),
        band=" ".join(edge),
        zero=_x(0.0, span) if span[0] <= 0 <= span[1] else None,
        x_ticks=tuple((_x(year * YEAR, span), number(year, ".0f")) for year in _years(span)),
        y_ticks=tuple((_y(value), f"{100 * value:.0f}%") for value in (0.0, 0.5, 1.0)),
        n_places=int(last["n_places"]),
        end=f"{100 * float(last['share']):.0f}% {reach}".strip(),
    )


def _points(lag: np.ndarray, share: np.ndarray, span: tuple[float, float]) -> list[str]:
    return [f"{_x(day, span):g},{_y(value):g}" for day, value in zip(lag, share, strict=True)]


def _x(day: float, span: tuple[float, float]) -> float:
    inner = PANEL_WIDTH - LEFT - RIGHT
    return round(float(LEFT + inner * (day - span[0]) / max(span[1] - span[0], 1.0)), 1)


def _y(share: float) -> float:
    return round(float(TOP + (PANEL_HEIGHT - TOP - BOTTOM) * (1 - share)), 1)


def _years(span: tuple[float, float]) -> list[int]:
    """Whole years to write under a panel: about four of them."""
    first, last = int(np.ceil(span[0] / YEAR)), int(np.floor(span[1] / YEAR))
    step = next(step for step in (1, 2, 5, 10, 20, 50) if (last - first) / step <= 5)
    return [year for year in range(first, last + 1) if year % step == 0]


def first_uses(adopted: pd.DataFrame) -> tuple[tuple[FirstUses, ...], tuple[int, ...]]:
    """Give one row of first uses a term, and the years that the width spans (first and last)."""
    days = pd.concat([adopted["first_observed"], adopted["reference_first"]]).dropna()
    if days.empty:
        return (), ()
    begin, end = pd.Timestamp(f"{days.min().year}-01-01"), pd.Timestamp(f"{days.max().year}-12-31")
    rows = tuple(_uses(str(term), own, (begin, end)) for term, own in adopted.groupby("term", sort=False))
    return rows, (begin.year, end.year)


def _uses(term: str, own: pd.DataFrame, span: tuple[pd.Timestamp, pd.Timestamp]) -> FirstUses:
    seen = own[own["first_observed"].notna()].sort_values(["first_observed", "place"], kind="stable")
    centre = own["reference_first"].dropna()
    records = seen.to_dict("records")
    return FirstUses(
        term=term,
        centre=_percent(centre.iloc[0], span) if len(centre) else None,
        centre_date=_iso(centre.iloc[0]) if len(centre) else "",
        ticks=tuple(
            Tick(_percent(row["first_observed"], span), _use_text(row)) for row in records[:MOST_TICKS]
        ),
        rest=tuple(
            dict.fromkeys(round(_percent(row["first_observed"], span)) for row in records[MOST_TICKS:])
        ),
        first=_use_text(records[0]) if records else "–",
        bound=_iso(records[0]["last_without"]) if records else "",
        n_adopted=len(seen),
        n_never=int((own["censored"].astype(bool) & own["at_risk_from"].notna()).sum()),
    )


def _use_text(row: Mapping[Any, Any]) -> str:
    return f"{row['place']} {_iso(row['first_observed'])}"


def _percent(day: Any, span: tuple[pd.Timestamp, pd.Timestamp]) -> float:
    return round(100 * (pd.Timestamp(day) - span[0]).days / max((span[1] - span[0]).days, 1), 1)


def _iso(day: Any) -> str:
    return "" if pd.isna(day) else pd.Timestamp(day).date().isoformat()
