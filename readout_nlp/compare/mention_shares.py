"""How much of what was published names each place: whom the centre's news and meetings attend to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import polars as pl

from readout_nlp.compare.bootstrap import Block, check_resampling
from readout_nlp.compare.cells import Documents, Weight
from readout_nlp.compare.pooling import MIN_ITEMS
from readout_nlp.compare.shares import layout_of, share_table
from readout_nlp.corpus.corpus import Corpus, Unit
from readout_nlp.errors import InputError

NEEDED = ("doc_id", "place")


def mention_shares(
    mentions: pd.DataFrame,
    corpus: Corpus,
    *,
    by: str | Sequence[str] = "year",
    unit: Unit = "item",
    min_items: int = MIN_ITEMS,
    weight: Weight = "item",
    intervals: int = 0,
    random_state: int = 0,
    block: Block = "quarter",
) -> pd.DataFrame:
    """Give the share of documents that name each place.

    Parameters
    ----------
    mentions
        As `place_mentions` gives it, or some of its rows: a document names the places that it has a row for.
    corpus : Corpus
        The one that the mentions are from.
    by, min_items, weight, intervals, random_state, block
        As in `topic_shares`.
    unit
        The unit that the mentions were looked for in.

    Returns
    -------
    pandas.DataFrame
        As `topic_shares` gives it, with ``named`` in the place of ``topic``. A document may name several
        places or none: the shares of a cell need not sum to 1.

    Raises
    ------
    RecipeError
        If a setting cannot be used.
    InputError
        If a column is missing, or a document is not of the corpus.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=2, years=1, per_cell=2)
    >>> first = corpus.items["item_id"][0]
    >>> table = mention_shares(pd.DataFrame({"doc_id": [first], "place": ["霁川省"]}), corpus)
    >>> table["named"].tolist(), bool(table["share"].between(0, 1).all())
    (['霁川省'], True)
    """
    resampling = check_resampling(intervals, random_state, block)
    layout = layout_of(by, min_items, weight=weight, resampling=resampling)
    return share_table(measured_mentions(mentions, corpus, unit), corpus, layout)


def measured_mentions(mentions: pd.DataFrame, corpus: Corpus, unit: Unit) -> Documents:
    """Mark which places each document names; the places that any names, in the order of their names."""
    missing = [name for name in NEEDED if name not in mentions]
    if missing:
        raise InputError(
            f"mentions without {', '.join(missing)}", "doc_id and place", "make them with place_mentions"
        )
    about = corpus.documents(unit).sort("doc_id")
    names = tuple(sorted(mentions["place"].unique()))
    rows = pd.Index(about["doc_id"].to_list()).get_indexer(pd.Index(mentions["doc_id"]))
    if (rows < 0).any():
        strange = str(mentions["doc_id"].to_numpy()[rows < 0][0])
        raise InputError(
            f"mentions in documents that the corpus does not hold (first: {strange})",
            f"ids of its {unit}s",
            "pass the corpus and the unit that the mentions are from",
        )
    named = np.zeros((about.height, len(names)))
    named[rows, pd.Index(names).get_indexer(pd.Index(mentions["place"]))] = 1.0
    return Documents(
        about=about.with_columns(evidence=pl.col("text").str.len_chars() > 0),
        measured=named,
        names=names,
        label="named",
        unit=unit,
        lacking="without_text",
    )
