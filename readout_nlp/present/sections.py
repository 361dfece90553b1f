"""The context of each section of the page; an empty part says why instead of drawing an empty plot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from readout_nlp.compare.ordering import cluster_order
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.present import alt, view
from readout_nlp.present.charts import HeatMap, heat_map
from readout_nlp.present.strings import act_name, level_name, repair_name, strings
from readout_nlp.present.tables import (
    AnalysisLike,
    coverage_grid,
    largest_places,
    off_diagonal,
    table_of,
    with_places,
)
from readout_nlp.present.text import LANGUAGES, Both, both

WRITE_UP_TO = 16  # columns of a similarity matrix; beyond that the numbers are in the tooltips


def told(describe: Any, *data: Any) -> Both:
    """Alt text in both languages."""
    return Both(*(describe(*data, language) for language in LANGUAGES))


def named(name: Any, value: str) -> Both:
    """Name of an act, a level or a repair in both languages."""
    return Both(*(name(value, language) for language in LANGUAGES))


def headline(analysis: AnalysisLike) -> dict[str, Any]:
    """Give the numbers at the top of the page."""
    corpus = analysis.corpus
    years = sorted(set(corpus.readouts["year"].drop_nulls().to_list()))
    span = "–" if not years else "–".join(str(year) for year in dict.fromkeys((years[0], years[-1])))
    places = corpus.readouts["place"].drop_nulls().n_unique()
    return {
        "readouts": f"{corpus.readouts.height:,}",
        "items": f"{corpus.items.height:,}",
        "places": f"{places:,}",
        "years": span,
        "topics": str(analysis.topics.n_topics),
        "quarantined": f"{corpus.quarantine.height:,}",
    }


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
    return {
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
        {"reason": reason, "n": len(origins), "origins": origins[: view.MOST_QUARANTINED]}
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


def topic_section(analysis: AnalysisLike) -> dict[str, Any]:
    """Give the topics, the other models and the clusters."""
    topics = table_of(analysis, "topics")
    other = next((n for n in ("topics_nmf", "topics_lda") if not table_of(analysis, n).empty), None)
    return {
        "cards": view.topic_cards(analysis),
        "method": analysis.topics.method,
        "sizes_alt": told(alt.describe_sizes, topics),
        "stability_alt": told(alt.describe_stability, topics),
        "models": _numbers(table_of(analysis, "models"), ("npmi", "exclusivity", "stability", "seconds")),
        "other": _numbers(table_of(analysis, other), ("npmi", "exclusivity", "stability")) if other else [],
        "other_name": other or "",
        "clusters": [_cluster(row) for row in table_of(analysis, "clusters").to_dict("records")],
    }


def _cluster(row: Mapping[Any, Any]) -> dict[str, str]:
    size = float(row["size"])
    shown = alt.percent(size) if size <= 1 else f"{size:,.0f}"
    return {"cluster": str(row["cluster"]), "size": shown, "top_terms": str(row["top_terms"])}


def _numbers(table: pd.DataFrame, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    shown = table.astype(object)
    for column in columns:
        shown[column] = [view.number(value) for value in table[column]]
    if "size" in shown:
        shown["size"] = [alt.percent(value) for value in table["size"]]
    return [{str(name): value for name, value in row.items()} for row in shown.to_dict("records")]


def time_section(analysis: AnalysisLike) -> dict[str, Any]:
    """Shares over the years, by city, and what the meetings did with their items."""
    cards = view.topic_cards(analysis)
    first = cards[0].id if cards else ""
    shares, acts = view.shown_shares(analysis), table_of(analysis, "acts_year")
    acts = acts[acts["year"].notna()]
    return {
        "panels": view.place_panels(analysis, first),
        "all_panels": view.topic_panels(analysis),
        "labels": {card.id: card.label for card in cards},
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
    thin, high = _thin(seen, "act", "year").rename(columns=int), float(grid.max().max())
    heat = heat_map(grid, form=alt.percent, low=0.0, high=high, thin=thin)
    return {"heat": heat, "names": {str(act): named(act_name, str(act)) for act in order}}


def _thin(rows: pd.DataFrame, index: str, columns: str) -> pd.DataFrame:
    marked = rows.assign(thin=rows["thin"].astype(bool))
    wide = marked.pivot_table(index=index, columns=columns, values="thin", aggfunc="max", fill_value=False)
    return wide.astype(bool)


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
        "alike": _similarity(alike.loc[names, names]) if len(names) > 1 else None,
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
    return heat_map(grid, form=alt.percent, low=0.0, high=high, thin=_thin(seen, "place", "topic"))


def _similarity(matrix: pd.DataFrame) -> HeatMap:
    off = off_diagonal(matrix).astype(float)
    low, high = float(off.min().min()), float(off.max().max())
    if low != low:  # no pair could be compared
        low, high = 0.0, 1.0
    drawn = heat_map(off, form=lambda v: f"{v:.2f}", low=low, high=high, write=len(off) <= WRITE_UP_TO)
    rows = tuple(
        (label, tuple(replace(cell, itself=at == row) for at, cell in enumerate(cells)))
        for row, (label, cells) in enumerate(drawn.rows)
    )
    return replace(drawn, rows=rows)


def _path(path: pd.DataFrame, column: str) -> HeatMap | None:
    known = path[path[column].notna() & path["year"].notna()]
    if known.empty:
        return None
    grid = known.pivot_table(index="place", columns="year", values=column, aggfunc="mean").astype(float)
    order = grid.mean(axis=1).sort_values(ascending=False).index
    years = range(int(path["year"].min()), int(path["year"].max()) + 1)
    grid = grid.rename(columns=int).reindex(index=order, columns=list(years)).dropna(axis=1, how="all")
    thin = _thin(known, "place", "year").rename(columns=int)
    low, high = float(grid.min().min()), float(grid.max().max())
    return heat_map(grid, form=lambda v: f"{v:.2f}", low=low, high=high, thin=thin)


def method_section(analysis: AnalysisLike) -> dict[str, Any]:
    """Recipe, provenance, warnings, timings and how to cite."""
    made = dict(analysis.provenance)
    seconds = {str(k): float(v) for k, v in dict(made.pop("seconds", {})).items()}
    made.pop("recipe", None)
    return {
        "recipe": view.flat(dict(analysis.recipe)),
        "provenance": view.flat(made),
        "warnings": analysis.warnings,
        "seconds": view.bars(seconds, ".1f"),
        "version": version_of(analysis),
        "fingerprint": analysis.corpus.fingerprint,
    }


def version_of(analysis: AnalysisLike) -> str:
    """Version of this package as the provenance states it; a dash where it does not."""
    found = dict(view.flat(dict(analysis.provenance)))
    keys = ("package.version", "versions.readout_nlp", "versions.readout-nlp")
    return next((found[key] for key in keys if key in found), "–")


def level_names(analysis: AnalysisLike) -> dict[str, Both]:
    """Names of the levels that occur, for the list of readouts."""
    levels = analysis.corpus.readouts["level"].drop_nulls().unique(maintain_order=True)
    return {level: named(level_name, level) for level in levels}
