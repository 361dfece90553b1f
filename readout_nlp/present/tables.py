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
_SHARE = ("share", "n_items", "n_readouts", "thin", "gap")

COLUMNS: dict[str, tuple[str, ...]] = {
    "coverage": ("place", "place_code", "level", "year", "n_readouts", "n_items", "gap"),
    "repairs": ("kind", "n_readouts", "n_repairs"),
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
    "trajectories": ("place", "year", "previous_year", "from_previous", "from_others", "n_items", "thin"),
    "clusters": ("cluster", "size", "top_terms"),
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
    return found[wanted].reset_index(drop=True)


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
