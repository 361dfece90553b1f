"""What was read: coverage, repairs, what was set aside, what was left out of the counts."""

from __future__ import annotations

from typing import Any

import pandas as pd

from readout_nlp.corpus.corpus import SYNTHETIC_CODES, Corpus
from readout_nlp.present import alt, view
from readout_nlp.present.charts import HeatMap, heat_map
from readout_nlp.present.sections.read_places import SIGNS, place_groups
from readout_nlp.present.sections.read_repairs import examples_by_kind, reason_in_both
from readout_nlp.present.strings import level_name, repair_name, strings
from readout_nlp.present.tables import (
    AnalysisLike,
    coverage_grid,
    largest_places,
    table_of,
    with_places,
)
from readout_nlp.present.text import both, named, told


def read_section(analysis: AnalysisLike) -> dict[str, Any]:
    """Coverage, repairs, quarantine and what was left out of the counts."""
    coverage = table_of(analysis, "coverage")
    shown = largest_places(with_places(coverage), view.MOST_PLACES)
    grid = coverage_grid(shown) if not shown.empty else pd.DataFrame()
    repairs = table_of(analysis, "repairs")
    made = {
        named(repair_name, str(kind)): float(n)
        for kind, n in zip(repairs["kind"], repairs["n_repairs"], strict=True)
    }
    quarantine = table_of(analysis, "quarantine")
    places = table_of(analysis, "places_read")
    provinces = place_groups(places)
    return {
        "provinces": provinces,
        "n_places": len(places),
        "n_groups": sum(len(one.groups) for one in provinces),
        "all_groups": len(places[["province", "prefecture"]].drop_duplicates()),
        "levels": [
            (SIGNS[level], named(level_name, level)) for level in SIGNS if level in set(places["level"])
        ],
        "fictional": bool(places["place_code"].astype(str).str.startswith(SYNTHETIC_CODES).any()),
        "examples": examples_by_kind(table_of(analysis, "repair_examples")),
        "coverage": _counts(grid),
        "coverage_alt": told(alt.describe_coverage, coverage),
        "hidden_places": coverage["place"].nunique() - len(grid.index),
        "years_without_place": _by_year(analysis.corpus) if grid.empty else (),
        "unplaced": _unplaced(analysis.corpus),
        "repairs": view.bars(made, ",.0f"),
        "repaired": dict(zip(made, repairs["n_readouts"].astype(int), strict=True)),
        "quarantine": _reasons(quarantine),
        "n_quarantine": len(quarantine),
        "removed": _removed(table_of(analysis, "removed_terms")),
    }


def _counts(grid: pd.DataFrame) -> HeatMap | None:
    if grid.empty:
        return None
    return heat_map(grid, form=lambda value: f"{value:.0f}", low=0.0, high=float(grid.max().max()))


def _by_year(corpus: Corpus) -> tuple[view.Bar, ...]:
    years = corpus.readouts["year"].drop_nulls().to_list()
    return view.bars({str(year): float(years.count(year)) for year in sorted(set(years))}, ",.0f")


def _unplaced(corpus: Corpus) -> int:
    """Readouts that can stand in no cell, for want of a certain place or year."""
    return corpus.readouts.height - corpus.readouts.drop_nulls(["place", "year"]).height


def _reasons(quarantine: pd.DataFrame) -> list[dict[str, Any]]:
    """Each reason with its pages, the most frequent first."""
    pages = [
        (str(reason), rows["origin"].astype(str).to_list()) for reason, rows in quarantine.groupby("reason")
    ]
    first = sorted(pages, key=lambda one: (-len(one[1]), one[0]))[: view.MOST_QUARANTINED]
    return [
        {"reason": reason_in_both(reason), "n": len(origins), "origins": origins[: view.MOST_QUARANTINED]}
        for reason, origins in first
    ]


def _removed(terms: pd.DataFrame) -> list[dict[str, Any]]:
    out = []
    for tier, rows in terms.groupby(terms["tier"].astype(str)):
        best = rows.sort_values("count", ascending=False, kind="stable").head(view.MOST_REMOVED)
        key = f"tier.{tier}"
        out.append(
            {
                "tier": both(key) if key in strings() else str(tier),
                "terms": list(zip(best["term"].astype(str), best["count"].astype(int), strict=True)),
                "total": f"{int(rows['count'].sum()):,}",
                "distinct": f"{len(rows):,}",
            }
        )
    return out
