"""Shares over the years, by city, and what the meetings did with their items."""

from __future__ import annotations

from typing import Any

import pandas as pd

from readout_nlp.present import alt, view
from readout_nlp.present.charts import heat_map
from readout_nlp.present.strings import act_name
from readout_nlp.present.tables import (
    AnalysisLike,
    table_of,
)
from readout_nlp.present.text import named, told
from readout_nlp.present.topic_cards import labels_by_size, topic_panels


def time_section(analysis: AnalysisLike) -> dict[str, Any]:
    """Shares over the years, by city, and what the meetings did with their items."""
    labels = labels_by_size(analysis)
    first = next(iter(labels), "")
    shares, acts = view.shown_shares(analysis), table_of(analysis, "acts_year")
    acts = acts[acts["year"].notna()]
    return {
        "panels": view.place_panels(analysis, first),
        "all_panels": topic_panels(analysis),
        "labels": labels,
        "first": first,
        "places": [place for place in view.shown_places(analysis) if place in set(shares["place"])],
        "frame": view.frame_for(analysis),
        "alt": told(alt.describe_shares, shares, "place"),
        "acts": _acts(acts),
        "acts_alt": told(alt.describe_acts, acts),
        "one_year": table_of(analysis, "shares_year")["year"].nunique() < 2,
    }


def _acts(acts: pd.DataFrame) -> dict[str, Any] | None:
    seen = acts[~acts["gap"].astype(bool)]
    if seen.empty:
        return None
    grid = seen.pivot_table(index="act", columns="year", values="share", aggfunc="mean").astype(float)
    order = grid.mean(axis=1).sort_values(ascending=False).index
    years = range(int(acts["year"].min()), int(acts["year"].max()) + 1)
    grid = grid.rename(columns=int).reindex(index=order, columns=list(years))
    thin, high = view.thin_cells(seen, "act", "year").rename(columns=int), float(grid.max().max())
    heat = heat_map(grid, form=alt.percent, low=0.0, high=high, thin=thin)
    return {"heat": heat, "names": {str(act): named(act_name, str(act)) for act in order}}
