"""Analysis -> what each section of the page shows, ready for the templates; nothing is computed there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from readout_nlp.present.charts import Frame, Panel, frame_of, panel
from readout_nlp.present.tables import AnalysisLike, largest_places, several, table_of, with_places

MOST_PLACES = 60
MOST_REMOVED = 24
MOST_QUARANTINED = 20


@dataclass(frozen=True, slots=True)
class Bar:
    """A labelled amount."""

    label: Any
    text: str
    width: float
    note: str = ""


def number(value: Any, form: str = ".2f") -> str:
    """Write a number; an en dash where there is none, and a sign for what lies beyond all that was seen.

    Examples
    --------
    >>> number(0.256), number(float("nan")), number(1234, ",.0f"), number(float("inf"))
    ('0.26', '–', '1,234', '∞')
    """
    if value is None or pd.isna(value):
        return "–"
    return format(float(value), form).replace("-", "−").replace("+inf", "∞").replace("inf", "∞")


def span_text(low: Any, high: Any, form: str = ".2f", *, times: float = 1.0) -> str:
    """Write an interval; nothing where it is not known.

    Examples
    --------
    >>> span_text(0.1, 0.25), span_text(float("nan"), 1.0), span_text(0.1, 0.25, ".0f", times=100)
    ('[0.10, 0.25]', '', '[10, 25]')
    """
    if pd.isna(low) or pd.isna(high):
        return ""
    return f"[{number(times * float(low), form)}, {number(times * float(high), form)}]"


def text_or(value: Any, otherwise: str = "") -> str:
    """Text of a cell that may be empty."""
    return otherwise if value is None or pd.isna(value) else str(value)


def place_panels(analysis: AnalysisLike, topic: str) -> tuple[Panel, ...]:
    """Share of one topic by year, a panel a place: what the page shows before the reader chooses."""
    shares = shown_shares(analysis)
    shares = shares[shares["topic"].astype(str) == topic]
    if shares["year"].nunique() < 2 or not shares["share"].notna().any():
        return ()
    frame = frame_of(shares)
    return tuple(
        panel(str(place), str(place), rows, frame=frame)
        for place, rows in shares.groupby("place", sort=False)
    )


def shown_shares(analysis: AnalysisLike) -> pd.DataFrame:
    """Shares by place and year of the places that the charts show."""
    shares = with_places(table_of(analysis, "shares_place_year"))
    return shares[shares["place"].isin(shown_places(analysis)) & shares["year"].notna()]


def shown_places(analysis: AnalysisLike) -> list[str]:
    """Places in the order of the coverage table; of very many, those with most items."""
    rows = largest_places(with_places(table_of(analysis, "coverage")), MOST_PLACES)
    return [str(place) for place in pd.unique(rows["place"])]


def frame_for(analysis: AnalysisLike) -> Frame | None:
    """Scales of the charts by place, if they can be drawn."""
    shares = shown_shares(analysis)
    drawable = several(shares["year"]) and shares["share"].notna().any()
    return frame_of(shares) if drawable else None


def flat(settings: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Write settings as names and texts, nested ones with dots.

    Examples
    --------
    >>> flat({"a": {"b": 1}, "c": [1, 2]})
    [('a.b', '1'), ('c', '1, 2')]
    """
    rows: list[tuple[str, str]] = []
    for name, value in settings.items():
        if isinstance(value, Mapping):
            rows += flat(value, f"{prefix}{name}.")
        elif isinstance(value, list | tuple):
            rows.append((prefix + str(name), ", ".join(str(part) for part in value)))
        else:
            rows.append((prefix + str(name), "–" if value is None else str(value)))
    return rows


def thin_cells(rows: pd.DataFrame, index: str, columns: str) -> pd.DataFrame:
    """Mark the cells of a wide table that too few items stand behind."""
    marked = rows.assign(thin=rows["thin"].astype(bool))
    wide = marked.pivot_table(index=index, columns=columns, values="thin", aggfunc="max", fill_value=False)
    return wide.astype(bool)


def bars(amounts: Mapping[Any, float], form: str) -> tuple[Bar, ...]:
    """Labelled amounts with widths relative to the largest."""
    top = max(amounts.values(), default=0.0) or 1.0
    return tuple(
        Bar(name, format(value, form), round(100 * value / top, 1)) for name, value in amounts.items()
    )
