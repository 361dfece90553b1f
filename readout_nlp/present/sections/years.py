"""Shares over the years, by city, and what the meetings did with their items."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from readout_nlp.present import alt, view
from readout_nlp.present.charts import heat_map
from readout_nlp.present.panels import trend_panels
from readout_nlp.present.payload import MOST_ROWS, pack, script_json
from readout_nlp.present.strings import act_name
from readout_nlp.present.tables import (
    AnalysisLike,
    table_of,
    with_places,
)
from readout_nlp.present.text import named, told
from readout_nlp.present.topic_cards import labels_by_size

MOST_PANELS = 24  # places that are drawn where nothing runs; the page's script draws all that it lists


def time_section(analysis: AnalysisLike) -> dict[str, Any]:
    """Shares over the years, by city, and what the meetings did with their items."""
    labels = labels_by_size(analysis)
    first = next(iter(labels), "")
    shares, acts = _fitting(view.shown_shares(analysis)), table_of(analysis, "acts_year")
    places = [place for place in view.shown_places(analysis) if place in set(shares["place"])]
    acts = acts[acts["year"].notna()]
    return {
        "panels": [one for one in view.place_panels(analysis, first) if one.key in places[:MOST_PANELS]],
        "n_items": _n_items(shares, first),
        "data": _data(analysis, shares),
        "more_places": with_places(table_of(analysis, "coverage"))["place"].nunique() - len(places),
        "all_panels": trend_panels(analysis),
        "labels": labels,
        "first": first,
        "places": places,
        "frame": view.frame_for(analysis),
        "alt": told(alt.describe_shares, shares, "place"),
        "acts": _acts(acts),
        "acts_alt": told(alt.describe_acts, acts),
        "one_year": table_of(analysis, "shares_year")["year"].nunique() < 2,
    }


def _fitting(shares: pd.DataFrame) -> pd.DataFrame:
    """Keep as many places as the page holds rows for."""
    order = list(dict.fromkeys(shares["place"]))
    each = max(int(shares.groupby("place").size().max()), 1) if len(shares) else 1
    return shares[shares["place"].isin(order[: MOST_ROWS // each])]


def _n_items(shares: pd.DataFrame, topic: str) -> dict[str, str]:
    counted = shares[shares["topic"].astype(str) == topic].groupby("place")["n_items"].sum()
    return {str(place): f"{n:,.0f}" for place, n in counted.items()}


def _data(analysis: AnalysisLike, shares: pd.DataFrame) -> Markup | None:
    """Give the rows that the chooser draws where the page's own table was cut, being too long."""
    if len(table_of(analysis, "shares_place_year")) <= MOST_ROWS:
        return None
    return Markup(script_json(pack(shares)))  # noqa: S704  # script_json leaves no character of markup


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
