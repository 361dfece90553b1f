"""Places by topics, who resembles whom, years, and trajectories."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.compare.ordering import cluster_order
from readout_nlp.present import alt, view
from readout_nlp.present.charts import HeatMap, heat_map
from readout_nlp.present.matrix import Matrix, matrix, square
from readout_nlp.present.tables import (
    AnalysisLike,
    off_diagonal,
    table_of,
    with_places,
)
from readout_nlp.present.text import told
from readout_nlp.present.tree import tree
from readout_nlp.present.view import number, span_text

WRITE_UP_TO = 16  # columns of a similarity matrix; beyond that it is a picture that tells a cell at a time
MOST_CHANGED = 10


def place_section(analysis: AnalysisLike) -> dict[str, Any]:
    """Places by topics, who resembles whom, years, and trajectories."""
    kept = set(view.shown_places(analysis))
    shares = with_places(table_of(analysis, "shares_place"))
    shares = shares[shares["place"].isin(kept)]
    alike = analysis.tables.get("similarity_places", pd.DataFrame())
    names = [name for name in cluster_order(alike).labels if name in kept] if len(alike) > 1 else []
    years = analysis.tables.get("similarity_years", pd.DataFrame())
    path = with_places(table_of(analysis, "trajectories"))
    path = path[path["place"].isin(kept)]
    return {
        "shares": _place_topics(shares, names or view.shown_places(analysis)),
        "alike": _similarity(alike.loc[names, names]) if 1 < len(names) <= WRITE_UP_TO else None,
        "picture": _picture(alike.loc[names, names]) if len(names) > WRITE_UP_TO else None,
        "masked": _masked(table_of(analysis, "similarity_masked"), names),
        "tree": tree(table_of(analysis, "place_tree")),
        "n_places": len(kept),
        "more_places": len(set(with_places(table_of(analysis, "coverage"))["place"])) - len(kept),
        "alike_alt": told(alt.describe_similarity, alike) if len(alike) > 1 else None,
        "years": _similarity(years) if len(years) > 1 else None,
        "years_alt": told(alt.describe_similarity, years) if len(years) > 1 else None,
        "others": _path(path, "from_others"),
        "previous": _path(path, "from_previous"),
        "path_alt": told(alt.describe_trajectories, path) if len(path) else None,
        "few": [str(name) for name in alike.attrs.get("thin", ()) if name in kept],
        "metric": str(analysis.recipe.get("metric", "")),
        "min_items": analysis.recipe.get("min_items"),
        "no_place": not kept,
    }


def _place_topics(shares: pd.DataFrame, order: list[str]) -> HeatMap | None:
    seen = shares[~shares["gap"].astype(bool)]
    if seen.empty:
        return None
    grid = seen.pivot_table(index="place", columns="topic", values="share", aggfunc="mean").astype(float)
    grid = grid.reindex([place for place in order if place in grid.index])
    high = float(grid.max().max())
    return heat_map(grid, form=alt.percent, low=0.0, high=high, thin=view.thin_cells(seen, "place", "topic"))


def _similarity(matrix: pd.DataFrame) -> HeatMap:
    off = off_diagonal(matrix).astype(float)
    low, high = float(off.min().min()), float(off.max().max())
    if low != low:  # no pair could be compared
        low, high = 0.0, 1.0
    drawn = heat_map(off, form=lambda v: f"{v:.2f}", low=low, high=high)
    rows = tuple(
        (label, tuple(replace(cell, itself=at == row) for at, cell in enumerate(cells)))
        for row, (label, cells) in enumerate(drawn.rows)
    )
    return replace(drawn, rows=rows)


def _picture(table: pd.DataFrame) -> Matrix:
    low, high = _ends(off_diagonal(table))
    return matrix(off_diagonal(table), low=low, high=high)


def _ends(*tables: pd.DataFrame) -> tuple[float, float]:
    """Give the lowest and the highest number off the diagonals; 0 and 1 where there is none."""
    known = np.concatenate([table.to_numpy(dtype=float).ravel() for table in tables])
    known = known[np.isfinite(known)]
    return (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)


def _masked(pairs: pd.DataFrame, order: list[str]) -> dict[str, Any] | None:
    """Similarity of wording with the formula, without it, and the difference, on the same places."""
    known = pairs[pairs["before"].notna() & pairs["after"].notna() & (pairs["one"] != pairs["other"])]
    if known.empty:
        return None
    here = set(known["one"]) | set(known["other"])
    names = [name for name in order if name in here] or sorted(here)[: view.MOST_PLACES]
    before, after, change = (square(known, column, names) for column in ("before", "after", "difference"))
    low, high = _ends(before, after)
    least, most = _ends(change)
    return {
        "maps": {
            "before": matrix(before, low=low, high=high),
            "after": matrix(after, low=low, high=high),
            "change": matrix(change, low=least, high=most, form="+.3f", falling=True),
        },
        "means": {name: number(known[name].mean()) for name in ("before", "after")},
        "n_pairs": len(known),
        "n_places": len(names),
        "changed": _changed(known),
    }


def _changed(known: pd.DataFrame) -> list[dict[str, Any]]:
    order = known["difference"].astype(float).abs().sort_values(ascending=False, kind="stable").index
    return [
        {
            "pair": (str(row["one"]), str(row["other"])),
            "before": number(row["before"], ".3f"),
            "after": number(row["after"], ".3f"),
            "change": number(row["difference"], "+.3f"),
            "span": span_text(row["low"], row["high"], "+.3f"),
            "n": number(row["n"], ",.0f"),
            "thin": bool(row["thin"]),
        }
        for row in known.loc[order].head(MOST_CHANGED).to_dict("records")
    ]


def _path(path: pd.DataFrame, column: str) -> HeatMap | None:
    known = path[path[column].notna() & path["year"].notna()]
    if known.empty:
        return None
    grid = known.pivot_table(index="place", columns="year", values=column, aggfunc="mean").astype(float)
    order = grid.mean(axis=1).sort_values(ascending=False).index
    years = range(int(path["year"].min()), int(path["year"].max()) + 1)
    grid = grid.rename(columns=int).reindex(index=order, columns=list(years)).dropna(axis=1, how="all")
    thin = view.thin_cells(known, "place", "year").rename(columns=int)
    low, high = float(grid.min().min()), float(grid.max().max())
    return heat_map(grid, form=lambda v: f"{v:.2f}", low=low, high=high, thin=thin)
