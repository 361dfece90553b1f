"""What meetings do with each topic: shares of acts among its items, with intervals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.compare.bootstrap import Resampling, check_resampling, codes_of, place_codes, time_blocks
from readout_nlp.compare.cells import Documents, check_minimum, measured_acts, measured_topics, refuse
from readout_nlp.compare.intervals import Units, interval_of
from readout_nlp.compare.pooling import MIN_ITEMS
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.threads import one_thread
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.infer import Inference

COLUMNS = ["topic", "act", "share", "low", "high", "n_items", "n_units", "thin", "gap", "flag"]


@one_thread()
def topic_acts(
    topics: TopicFit | Inference,
    corpus: Corpus,
    *,
    min_items: int = MIN_ITEMS,
    intervals: int = 0,
    random_state: int = 0,
) -> pd.DataFrame:
    """Give the share of each first act among the items of each topic.

    An item counts for a topic as much as the topic holds of it: for topic t and act a, the sum of shares of t
    over the items whose first act is a, over the sum of shares of t over all items.

    Parameters
    ----------
    topics : TopicFit or Inference
        Over the items of the corpus.
    corpus : Corpus
    min_items
        A topic that holds less than so many items' worth is marked thin.
    intervals
        How often to resample for ``low`` and ``high``: 0 for none, else at least 100. Drawn are places, or
        quarters where one place alone holds the topic, as for `topic_shares`.
    random_state
        Seed of the resamples.

    Returns
    -------
    pandas.DataFrame
        ``topic``, ``act`` (those the corpus holds, in their order), ``share`` (0 to 1, sums to 1 over the
        acts of a topic), ``low`` and ``high`` (95 %; NaN without resamples or where all units agree),
        ``n_items`` (the topic's items' worth: the sum of its shares), ``n_units`` (what was resampled),
        ``thin``, ``gap`` (the topic holds nothing: shares are NaN) and ``flag``: ``gap``, and with
        `intervals` what `topic_shares` says there, of a topic as of a cell that pools places. No rows where
        the documents are readouts, of which each has many acts.

    Raises
    ------
    RecipeError
        If an argument cannot be used.
    InputError
        If ids are in neither the items nor the readouts of the corpus.

    Examples
    --------
    >>> import polars as pl
    >>> readouts = pl.DataFrame(
    ...     {"readout_id": ["r"], "body": [""], "place": ["甲市"], "year": [2020], "quarter": [1]})
    >>> items = pl.DataFrame(
    ...     {"item_id": ["a", "b"], "readout_id": "r", "text": "", "act": ["hear", "decide"]})
    >>> corpus = Corpus(readouts, items, pl.DataFrame())
    >>> inferred = Inference(doc_topics=np.array([[1.0, 0.0], [0.5, 0.5]]), doc_ids=("a", "b"),
    ...                      topic_ids=("t01", "t02"), oov_share=np.zeros(2), novel=np.zeros(2, dtype=bool))
    >>> topic_acts(inferred, corpus)[["topic", "act", "share"]].round(2).to_numpy().tolist()
    [['t01', 'hear', 0.67], ['t01', 'decide', 0.33], ['t02', 'hear', 0.0], ['t02', 'decide', 1.0]]
    """
    refuse(check_minimum(min_items))
    resampling = check_resampling(intervals, random_state, "quarter")
    held = measured_topics(topics, corpus)
    done = measured_acts(corpus)
    rows = list(_rows(held, done, resampling, min_items=min_items)) if held.unit == "item" else []
    table = pd.DataFrame(rows, columns=COLUMNS).astype({"thin": bool, "gap": bool})
    table.attrs = {
        "min_items": min_items,
        "estimand": "share of each first act in what a topic holds of the published agenda",
        **(resampling.about() if intervals else {}),
    }
    return table


def _rows(
    held: Documents, done: Documents, resampling: Resampling, *, min_items: int
) -> Iterator[tuple[Any, ...]]:
    """Both tables list documents by id, so that a model of some of the items finds its own among all."""
    known = held.about["evidence"].to_numpy() & held.about["act"].is_not_null().to_numpy()
    mine = np.searchsorted(done.about["doc_id"].to_numpy(), held.about["doc_id"].to_numpy()[known])
    about = done.about
    units = {
        "readouts": codes_of(about["readout_id"]),
        "places": place_codes(about),
        "blocks": time_blocks(about, resampling.block),
    }
    for number, topic in enumerate(held.names):
        shares = held.measured[known, number]  # of one topic: those of all would be as large as the model's
        rows, weights = mine[shares > 0], np.zeros(about.height)
        weights[mine] = shares
        worth = float(shares.sum())
        if not len(rows):
            yield from ((topic, act, *[np.nan] * 3, 0.0, 0, True, True, "gap") for act in done.names)
            continue
        found = interval_of(
            done,
            rows,
            units=Units(weights=weights, **units),
            key=(topic,),
            pooled=True,
            resampling=resampling,
        )
        for act, *cell, flag in zip(done.names, found.share, found.low, found.high, found.flags, strict=True):
            yield (topic, act, *map(float, cell), worth, found.n_units, worth < min_items, False, flag)
