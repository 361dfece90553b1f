"""The list of readouts, what each is about, and the texts that the reading view unpacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl

from readout_nlp.present.reading import Reading
from readout_nlp.present.strings import strings
from readout_nlp.present.tables import AnalysisLike, table_of
from readout_nlp.topics.fit import TopicFit

READOUT_COLUMNS = ("date", "place", "level", "title", "meeting_type", "n_items", "main_topic", "readout_id")
MOST_LISTED = 2_000  # where no script runs
_WORDS = ("reading.", "basis.", "year_basis.", "echo.", "repair.", "level.", "act.")


def readout_section(analysis: AnalysisLike, reading: Reading, *, texts: bool) -> dict[str, Any]:
    """Give the list for readers without a script, and what the script needs to show a readout.

    Parameters
    ----------
    analysis
        As made by `readout_nlp.analyse`.
    reading
        The packed readouts.
    texts
        False: texts were withheld, and the page says so.
    """
    listed = readout_table(analysis).head(MOST_LISTED) if analysis.corpus.readouts.height else pd.DataFrame()
    return {
        "listed": listed.astype(object).where(listed.notna(), None).to_dict("records"),
        "carried": reading.carried,
        "of": reading.of,
        "texts": texts,
        "data": {
            "packed": reading.packed,
            "carried": reading.carried,
            "of": reading.of,
            "texts": texts,
            "words": {key: dict(value) for key, value in strings().items() if key.startswith(_WORDS)},
        },
    }


def readout_table(analysis: AnalysisLike) -> pd.DataFrame:
    """One row a readout, as the searchable list shows it."""
    corpus = analysis.corpus
    counts = corpus.items.group_by("readout_id").len("n_items")
    rows = corpus.readouts.join(counts, on="readout_id", how="left", maintain_order="left")
    day = pl.coalesce(
        pl.col("meeting_date").dt.to_string("%Y-%m-%d"),
        pl.col("published").dt.to_string("%Y-%m-%d"),
        pl.col("year").cast(pl.String),
    )
    main = main_topics(analysis)
    shown = rows.with_columns(
        date=day,
        n_items=pl.col("n_items").fill_null(0),
        main_topic=pl.col("readout_id").replace_strict(main, default=None, return_dtype=pl.String),
    ).sort("date", "place", "readout_id", nulls_last=True)
    return pd.DataFrame({name: shown[name].to_list() for name in READOUT_COLUMNS})


def main_topics(analysis: AnalysisLike) -> dict[str, str]:
    """Label of the topic that holds most of each readout's agenda, by readout id."""
    table = table_of(analysis, "topics")
    names = dict(zip(table["topic"].astype(str), table["label"].astype(str), strict=True))
    labels = [f"{topic} {names.get(topic, '')}".strip() for topic in analysis.topics.topic_ids]
    return {key: labels[int(np.argmax(row))] for key, row in readout_topics(analysis).items()}


def readout_topics(analysis: AnalysisLike) -> Mapping[str, npt.NDArray[np.float64]]:
    """Sum of the topic shares of each readout's documents, whichever unit was counted."""
    items = analysis.corpus.items
    home = dict(zip(items["item_id"], items["readout_id"], strict=True))
    fit: TopicFit = analysis.topics
    sums: dict[str, npt.NDArray[np.float64]] = {}
    for doc_id, row in zip(fit.doc_ids, fit.doc_topics, strict=True):
        key = home.get(doc_id, doc_id)
        sums[key] = sums[key] + row if key in sums else row
    return sums
