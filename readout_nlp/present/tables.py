"""What the report and the figures read: the analysis seen from below, and the columns of its tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import pandas as pd

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import InputError
from readout_nlp.topics.fit import TopicFit

_TOPIC = ("topic", "label", "top_terms", "frex_terms", "size", "npmi", "exclusivity", "stability", "unstable")
_SHARE = ("share", "low", "high", "n_items", "n_readouts", "thin", "gap")
_KEY = ("label", "term", "n", "n_rest", "log_odds", "low", "high", "z_cautious", "thin")

COLUMNS: dict[str, tuple[str, ...]] = {
    "coverage": ("place", "place_code", "level", "year", "n_readouts", "n_items", "gap"),
    "places_read": (
        *("place", "place_code", "level", "prefecture", "province"),
        *("n_readouts", "n_items", "first_year", "last_year"),
    ),
    "repairs": ("kind", "n_readouts", "n_repairs"),
    "repair_examples": ("kind", "origin", "before", "after", "changed_from", "changed_to"),
    "quarantine": ("origin", "reason", "sha256"),
    "removed_terms": ("tier", "term", "count"),
    "topics": _TOPIC,
    "topics_nmf": _TOPIC,
    "topics_lda": _TOPIC,
    "representatives": (
        "topic",
        "rank",
        "doc_id",
        "readout_id",
        "share",
        "place",
        "date",
        "act",
        "subject",
        "text",
    ),
    "shares_place_year": ("place", "year", "topic", *_SHARE),
    "shares_year": ("year", "topic", *_SHARE),
    "shares_place": ("place", "topic", *_SHARE),
    "acts_year": ("year", "act", *_SHARE),
    "acts_topic": ("topic", "act", "share", "low", "high", "n_items", "thin", "gap"),
    "relevant_terms": ("topic", "term", "log_probability", "log_lift", "n", "n_topic"),
    "topic_neighbours": ("topic", "rank", "neighbour", "distance"),
    "topic_matches": ("topic", "model", "match", "cosine", "jaccard", "same"),
    "trajectories": ("place", "year", "previous_year", "from_previous", "from_others", "n_items", "thin"),
    "clusters": ("cluster", "size", "top_terms"),
    "year_trends": (
        "topic",
        "year",
        *("share_all", "low_all", "high_all", "share_panel", "low_panel", "high_panel"),
        *("share_place_weighted", "low_place_weighted", "high_place_weighted"),
        *("n_items", "n_places", "thin", "flag"),
    ),
    "composition": ("topic", "year_from", "year_to", "part", "change", "low", "high", "n_places", "flag"),
    "year_bounds": ("topic", "year", "share", "low_bound", "high_bound", "n_items", "n_undated_items"),
    "pairs_places": (
        *("one", "other", "similarity", "low", "high", "expected", "excess", "p"),
        *("q_more", "q_less", "n_one", "n_other", "thin", "flag"),
    ),
    "place_map": ("place", "x", "y", "sd_x", "sd_y", "corr", "n_readouts", "thin"),
    "place_tree": ("branch", "members", "size", "height", "support", "n_readouts", "thin"),
    "drift": (
        *("place", "year", "previous_year", "distance", "low", "high", "expected", "excess", "q"),
        *("n", "thin"),
    ),
    "keyness_places": _KEY,
    "keyness_years": _KEY,
    "formula_terms": ("term", "n_documents", "rate", "n_places", "n_years"),
    "similarity_masked": ("one", "other", "before", "after", "difference", "low", "high", "n", "thin"),
    "leaders": (
        *("place", "n", "n_blocks", "resonance", "expected", "excess", "low", "high"),
        *("p", "q", "role", "thin"),
    ),
    "tifa_adoption": (
        *("term", "place", "at_risk_from", "last_without", "first_observed", "censored"),
        *("reference_first", "lag_low", "lag_high", "n_readouts_at_risk", "flags"),
    ),
    "tifa_lags": (
        *("term", "median", "low", "high", "n_places", "n_events", "n_censored"),
        *("print_rate", "thin", "flags"),
    ),
    "tifa_curves": ("term", "lag_days", "share", "low", "high", "n_places"),
    "tifa_lines": ("term", "rank", "place", "date", "readout", "left", "right", "n_uses", "n_readouts"),
    "tifa_candidates": (
        *("term", "kind", "n", "n_readouts", "n_places", "n_quoted"),
        *("first", "last", "growth", "score"),
    ),
    "echo_places": ("place", "class", "share", "low", "high", "characters", "n_items", "thin", "gap"),
    "echo_years": ("year", "class", "share", "low", "high", "characters", "n_items", "thin", "gap"),
    "echo_passages": (
        *("side", "rank", "place", "share", "item_id", "text"),
        *("source_id", "source_place", "lag_days"),
    ),
    "echo_spans": (
        *("item_id", "start", "end", "class"),
        *("source_id", "source_place", "source_start", "source_end", "lag_days"),
    ),
    "aligned_passages": (
        *("class", "sampled", "target_id", "target_readout", "target_place", "target_date"),
        *("target_start", "target_end", "target_before", "target_text", "target_after"),
        *("source_id", "source_readout", "source_place", "source_date"),
        *("source_start", "source_end", "source_before", "source_text", "source_after"),
        *("source_kind", "directed", "lag_days", "characters", "length", "similarity"),
    ),
    "reuse_network": (
        *("source_place", "target_place", "directed", "n_passages", "n_readouts", "characters"),
        *("first", "last", "median_lag_days", "expected", "excess", "q", "thin"),
    ),
    "models": ("model", "n_topics", "npmi", "exclusivity", "stability", "seconds"),
}
SQUARE = ("similarity_places", "similarity_years")


class AnalysisLike(Protocol):
    """The parts of an analysis that the report reads."""

    @property
    def corpus(self) -> Corpus:
        """Readouts and items."""
        ...

    @property
    def recipe(self) -> Mapping[str, Any]:
        """The settings, as plain values."""
        ...

    @property
    def topics(self) -> TopicFit:
        """The main model."""
        ...

    @property
    def models(self) -> Mapping[str, TopicFit]:
        """``lda`` and ``nmf``."""
        ...

    @property
    def clusters(self) -> TopicFit | None:
        """The clustering, if there is one."""
        ...

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Every table by name."""
        ...

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader must know first."""
        ...

    @property
    def provenance(self) -> Mapping[str, Any]:
        """Versions, fingerprints, seeds; seconds by stage."""
        ...


def table_of(analysis: AnalysisLike, name: str) -> pd.DataFrame:
    """Give the table of this name with its columns in order; an absent table is an empty one.

    Raises
    ------
    InputError
        If a table with rows lacks a column.
    """
    found = analysis.tables.get(name, pd.DataFrame())
    if name in SQUARE:
        return found
    wanted = list(COLUMNS[name])
    if found.empty:
        return pd.DataFrame(columns=wanted)
    missing = [column for column in wanted if column not in found.columns]
    if missing:
        raise InputError(
            f"a table {name!r} without {', '.join(missing)}",
            f"the columns {', '.join(wanted)}",
            "make the table with readout_nlp.analyse",
        )
    kept = found[wanted].reset_index(drop=True)
    kept.attrs = {}  # none are read here, and pandas copies them, to the depth, with every column it touches
    return kept


def with_places(table: pd.DataFrame) -> pd.DataFrame:
    """Rows that say where they are from; a row without a place cannot stand in a figure by place."""
    return table[table["place"].notna()].reset_index(drop=True)


def coverage_grid(coverage: pd.DataFrame, value: str = "n_readouts") -> pd.DataFrame:
    """Places (rows, in the order of the table) by years (columns); NaN where nothing was read."""
    known = with_places(coverage)
    seen = known.loc[~known["gap"].astype(bool)]
    grid = seen.pivot_table(index="place", columns="year", values=value, aggfunc="sum")
    return grid.reindex(index=pd.unique(known["place"]), columns=sorted(pd.unique(known["year"].dropna())))


def largest_places(coverage: pd.DataFrame, most: int) -> pd.DataFrame:
    """Rows of the `most` places with most items, by administrative code: districts stand below their city."""
    total = coverage.groupby("place")["n_items"].sum().sort_values(ascending=False, kind="stable")
    kept = coverage[coverage["place"].isin(set(total.index[:most]))]
    return kept.sort_values(["place_code", "place"], kind="stable", na_position="last")


def several(column: pd.Series[Any]) -> bool:
    """Whether a column has more than one value: with one year there is no change to draw."""
    return len(pd.unique(column.dropna())) > 1


def off_diagonal(matrix: pd.DataFrame) -> pd.DataFrame:
    """Give the matrix with NaN on its diagonal, where every label is only like itself."""
    values = matrix.to_numpy(dtype=float, copy=True)
    np.fill_diagonal(values, np.nan)
    return pd.DataFrame(values, index=matrix.index, columns=matrix.columns)
