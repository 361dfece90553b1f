"""Formulations: official tifa, who printed them first, and how late the others."""

from __future__ import annotations

from typing import Any

import pandas as pd

from readout_nlp.present.tables import (
    AnalysisLike,
    table_of,
)
from readout_nlp.present.view import number, span_text


def formulation_section(analysis: AnalysisLike) -> dict[str, Any]:
    """Give the tifa that spread: who was first, how many followed, and how late."""
    return {"tifa": _tifa(table_of(analysis, "tifa_lags"), table_of(analysis, "tifa_adoption"))}


def _tifa(lags: pd.DataFrame, adopted: pd.DataFrame) -> list[dict[str, Any]]:
    """One row a term: the centre's first use, who printed it first, and the median lag."""
    seen = adopted[adopted["first_observed"].notna()].sort_values("first_observed", kind="stable")
    first = {str(term): rows.iloc[0] for term, rows in seen.groupby("term", sort=False)}
    return [
        {
            "term": str(row["term"]),
            "places": f"{int(row['n_events'])} / {int(row['n_places'])}",
            "first": _first_use(first.get(str(row["term"]))),
            "lag": number(row["median"], ",.0f"),
            "span": span_text(row["low"], row["high"], ",.0f"),
            "thin": bool(row["thin"]),
        }
        for row in lags.to_dict("records")
    ]


def _first_use(row: pd.Series[Any] | None) -> str:
    if row is None:
        return "–"
    return f"{row['place']} {pd.Timestamp(row['first_observed']).date().isoformat()}"
