"""An analysis without its texts, for a report that may be shown where the corpus may not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import polars as pl

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.present.tables import AnalysisLike
from readout_nlp.topics.fit import TopicFit

# Columns that hold passages of the texts, in whatever table they stand.
TEXT_COLUMNS = frozenset(
    [
        *("text", "subject", "body", "passage", "source_text", "target_text"),
        *("left", "right", "keyword_left", "keyword_right", "before", "after"),
    ]
)
_NOT_TEXT = frozenset([("similarity_masked", "before"), ("similarity_masked", "after")])
_OF_READOUTS = ("body", "attendance", "place_evidence", "date_evidence")
_OF_ITEMS = ("subject", "text", "verb")


@dataclass(frozen=True, kw_only=True)
class Withheld:
    """An analysis as the report reads it, texts taken out."""

    corpus: Corpus
    recipe: Mapping[str, Any]
    topics: TopicFit
    models: Mapping[str, TopicFit]
    clusters: TopicFit | None
    tables: Mapping[str, pd.DataFrame]
    warnings: tuple[str, ...]
    provenance: Mapping[str, Any]


def without_texts(analysis: AnalysisLike) -> Withheld:
    """Take every passage of a text out of an analysis: no part of the page can then show one.

    Titles, names, dates, places, acts, words and numbers stay. Of an example of a repair what was changed
    stays, without the characters around it.

    Parameters
    ----------
    analysis
        As made by `readout_nlp.analyse`; it is not changed.
    """
    corpus = analysis.corpus
    bare = Corpus(
        readouts=_emptied(corpus.readouts, _OF_READOUTS),
        items=_emptied(corpus.items, _OF_ITEMS),
        quarantine=corpus.quarantine,
        corrections=_emptied(corpus.corrections, ("value", "before")),
        events=corpus.events,
    )
    return Withheld(
        corpus=bare,
        recipe=analysis.recipe,
        topics=analysis.topics,
        models=analysis.models,
        clusters=analysis.clusters,
        tables={name: _without(name, table) for name, table in analysis.tables.items()},
        warnings=analysis.warnings,
        provenance=analysis.provenance,
    )


def _emptied(table: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    return table.with_columns(
        pl.lit("" if kind == pl.String else None, kind).alias(name)
        for name, kind in table.schema.items()
        if name in columns
    )


def _without(name: str, table: pd.DataFrame) -> pd.DataFrame:
    held = [c for c in table.columns if str(c) in TEXT_COLUMNS and (name, str(c)) not in _NOT_TEXT]
    if not held:
        return table
    if name == "repair_examples":
        table = table.assign(before=table["changed_from"], after=table["changed_to"])
        held = [c for c in held if c not in {"before", "after"}]
    return table.assign(**dict.fromkeys(held, ""))
