"""The topics, the other models and the clusters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from readout_nlp.present import alt
from readout_nlp.present.tables import (
    AnalysisLike,
    table_of,
)
from readout_nlp.present.text import told
from readout_nlp.present.topic_cards import ENDS, MARKED, WORDS, topic_cards
from readout_nlp.present.view import number
from readout_nlp.topics.relevance import WEIGHT


def topic_section(analysis: AnalysisLike) -> dict[str, Any]:
    """Give the topics, the other models and the clusters."""
    topics = table_of(analysis, "topics")
    other = next((n for n in ("topics_nmf", "topics_lda") if not table_of(analysis, n).empty), None)
    return {
        "cards": topic_cards(analysis),
        "method": analysis.topics.method,
        "n_seeds": analysis.recipe.get("n_seeds"),
        "weight": WEIGHT,
        "n_words": WORDS,
        "n_marked": MARKED,
        "n_ends": ENDS,
        "weighed": not table_of(analysis, "relevant_terms").empty,
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
        shown[column] = [number(value) for value in table[column]]
    if "size" in shown:
        shown["size"] = [alt.percent(value) for value in table["size"]]
    return [{str(name): value for name, value in row.items()} for row in shown.to_dict("records")]
