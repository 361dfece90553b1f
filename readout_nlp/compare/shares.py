"""Shares of the published agenda by place, year and other variables, with counts, thin cells and gaps."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.compare.bootstrap import Block, Resampling, check_resampling
from readout_nlp.compare.cells import (
    Documents,
    Key,
    Rows,
    Weight,
    cells,
    check_minimum,
    check_weight,
    checked_by,
    left_out,
    measured_acts,
    measured_topics,
    refuse,
)
from readout_nlp.compare.covered import coverage_summary
from readout_nlp.compare.districts import Districts, about_districts, with_districts
from readout_nlp.compare.intervals import Units, interval_of, units_of
from readout_nlp.compare.pooling import MIN_ITEMS
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import RecipeError
from readout_nlp.threads import one_thread
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.infer import Inference

OF_A_PLACE = ("place", "prefecture")  # a cell by one of these is of one place: its units are blocks of time


def topic_shares(
    topics: TopicFit | Inference,
    corpus: Corpus,
    *,
    by: str | Sequence[str] = ("place", "year"),
    min_items: int = MIN_ITEMS,
    weight: Weight = "item",
    districts: Districts = "apart",
    intervals: int = 0,
    random_state: int = 0,
    block: Block = "quarter",
) -> pd.DataFrame:
    """Give the share of the published agenda that each topic holds, by place and year or other variables.

    A share is the mean of the items' topic shares in the cell: what part of what was published, not of what
    was thought. A district is a place of its own unless asked otherwise.

    Parameters
    ----------
    topics : TopicFit or Inference
        Its ``doc_ids`` are ids of items or of readouts of the corpus; which, is found from them.
    corpus : Corpus
    by
        One or several of ``place``, ``level``, ``year``, ``quarter`` (such as 2016Q3), ``presider``, ``act``,
        ``province``, ``prefecture``.
    min_items
        A cell with fewer items is marked thin.
    weight
        ``item``: every item counts 1. ``readout``: every readout counts 1, which its items share; a long
        agenda then counts no more than a short one.
    districts
        ``apart``: a district or county is a place. ``into city``: it counts into its prefecture city.
    intervals
        How often to resample for the columns ``low`` and ``high``: 0 for none, else at least 100.
    random_state
        Seed of the resamples.
    block
        What is resampled within a place: stretches of a ``month``, ``quarter`` or ``year``, or each
        ``readout``. Neighbouring readouts of a place are alike, so that single ones would give intervals
        that are too narrow; but a cell of one place and quarter has no quarters to resample.

    Returns
    -------
    pandas.DataFrame
        One row for every combination of values and topic: the `by` columns, ``topic``, ``share`` (0 to 1,
        sums to 1 over the topics of a cell), ``n_items`` (documents in the cell), ``n_readouts``, ``thin``
        (fewer than `min_items`), ``gap`` (no item at all: the share is NaN, never 0). Years run from the
        first to the last without a hole.

        With `intervals`: also ``low`` and ``high`` (95 %; how: `readout_nlp.compare.bootstrap`), ``n_units``
        (what was resampled: places where the cell pools several, else, and by prefecture, blocks of time) and
        ``flag``: ``gap``; ``one readout`` or ``one block`` (nothing to resample: NaN); ``no spread`` (all
        units have one share: NaN, or a bound where it is 0 or 1); ``one place`` (a pooled cell that holds
        one: the interval speaks of that place alone); ``few places``, ``few blocks`` (worth fewer than five
        places, three blocks, of equal size: the interval is wide because little is known, and rightly so).

        ``attrs["left_out"]`` counts the documents that are in no cell: by each column whose value is unknown,
        as ``without_evidence`` (no term that the model knows), and as ``total``. ``attrs`` also holds ``by``,
        ``unit``, ``min_items``, ``weight``, ``districts``, ``coverage`` (a digest; `readout_nlp.coverage` has
        it whole) and, with `intervals`, how they were made and what they estimate.

    Raises
    ------
    RecipeError
        If `by` names no variable of the corpus, or another argument cannot be used.
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
    >>> topic_shares(inferred, corpus)[["place", "year", "topic", "share", "n_items"]].to_numpy().tolist()
    [['甲市', 2020, 't01', 0.75, 2], ['甲市', 2020, 't02', 0.25, 2]]
    """
    resampling = check_resampling(intervals, random_state, block)
    layout = layout_of(by, min_items, weight=weight, resampling=resampling)
    counted = with_districts(corpus, districts)
    table = share_table(measured_topics(topics, counted), counted, layout)
    table.attrs |= about_districts(corpus, districts)
    return table


def act_shares(
    corpus: Corpus,
    *,
    by: str | Sequence[str] = "year",
    min_items: int = MIN_ITEMS,
    weight: Weight = "item",
    districts: Districts = "apart",
    intervals: int = 0,
    random_state: int = 0,
    block: Block = "quarter",
) -> pd.DataFrame:
    """Give the share of items whose first act is each act: relayed, heard, decided and so on.

    Parameters
    ----------
    corpus : Corpus
    by, min_items, weight, districts, intervals, random_state, block
        As in `topic_shares`; `by` cannot hold ``act``.

    Returns
    -------
    pandas.DataFrame
        As `topic_shares` gives it, with ``act`` in the place of ``topic``; the acts that the corpus holds, in
        the order of `readout_nlp.readouts.readout.ACTS`. ``attrs["left_out"]`` counts ``without_act`` instead
        of ``without_evidence``.

    Raises
    ------
    RecipeError
        If `by` or another argument cannot be used.

    Examples
    --------
    >>> import polars as pl
    >>> readouts = pl.DataFrame(
    ...     {"readout_id": ["r"], "body": [""], "place": ["甲市"], "year": [2020], "quarter": [1]})
    >>> items = pl.DataFrame(
    ...     {"item_id": ["a", "b"], "readout_id": "r", "text": "", "act": ["hear", "decide"]})
    >>> corpus = Corpus(readouts, items, pl.DataFrame())
    >>> act_shares(corpus)[["year", "act", "share"]].to_numpy().tolist()
    [[2020, 'hear', 0.5], [2020, 'decide', 0.5]]
    """
    resampling = check_resampling(intervals, random_state, block)
    layout = layout_of(by, min_items, weight=weight, resampling=resampling)
    if "act" in layout.columns:
        raise RecipeError("by='act' for shares of acts", "another variable", "use by='year' or by='place'")
    counted = with_districts(corpus, districts)
    table = share_table(measured_acts(counted), counted, layout)
    table.attrs |= about_districts(corpus, districts)
    return table


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What a share table is to show, as `layout_of` checks it."""

    columns: list[str]
    min_items: int
    weight: str
    resampling: Resampling

    @property
    def pooled(self) -> bool:
        """Whether a cell may hold several places."""
        return not set(self.columns) & set(OF_A_PLACE)


def layout_of(by: str | Sequence[str], min_items: int, *, weight: str, resampling: Resampling) -> Layout:
    """Check what a share table is asked to show.

    Raises
    ------
    RecipeError
        Naming every fault.
    """
    columns, faults = checked_by(by)
    refuse([*faults, *check_minimum(min_items)])
    check_weight(weight)
    return Layout(columns=columns, min_items=min_items, weight=weight, resampling=resampling)


def share_table(documents: Documents, corpus: Corpus, layout: Layout) -> pd.DataFrame:
    """Lay out every cell of what is measured on documents, with counts, marks and intervals."""
    units = units_of(documents, layout.columns, weight=layout.weight, resampling=layout.resampling)
    columns = COLUMNS if layout.resampling.resamples else [name for name in COLUMNS if name not in RESAMPLED]
    with one_thread():
        records = [
            record
            for key, rows in cells(documents, layout.columns).items()
            for record in _records(documents, layout, units=units, key=key, rows=rows)
        ]
    names = [*layout.columns, documents.label, *COLUMNS]
    table = pd.DataFrame(records, columns=names)[[*layout.columns, documents.label, *columns]]
    table = table.astype({"thin": bool, "gap": bool})  # also where there is no row
    about: dict[Hashable, Any] = {
        "left_out": left_out(documents, layout.columns),
        "by": layout.columns,
        "unit": documents.unit,
        "min_items": layout.min_items,
        "weight": layout.weight,
        "estimand": _estimand(documents, layout),
        "coverage": coverage_summary(corpus, min_items=layout.min_items),
        **(layout.resampling.about() if layout.resampling.resamples else {}),
    }
    table.attrs = about
    return table


def _records(
    documents: Documents, layout: Layout, *, units: Units, key: Key, rows: Rows | None
) -> Iterator[tuple[Any, ...]]:
    """Give a cell's row for every topic."""
    if rows is None:
        for name in documents.names:
            yield (*key, name, np.nan, np.nan, np.nan, 0, 0, 0, True, True, "gap")
        return
    n_items, n_readouts = len(rows), len(np.unique(units.readouts[rows]))
    shares = _means(documents.measured[rows], units.weights[rows], layout.weight)
    ends, n_units, flags = _ends(documents, layout, units=units, key=key, rows=rows)
    counts = (n_items, n_readouts, n_units, n_items < layout.min_items, False)
    for number, name in enumerate(documents.names):
        yield (*key, name, shares[number], *ends[number], *counts, flags[number])


def _ends(
    documents: Documents, layout: Layout, *, units: Units, key: Key, rows: Rows
) -> tuple[list[tuple[float, float]], int, list[str]]:
    """Give the ends of a cell's intervals, how many units they rest on, and what to mind."""
    resampling = layout.resampling
    if not resampling.resamples:
        return [(np.nan, np.nan)] * len(documents.names), 0, [""] * len(documents.names)
    alone = "presider" in layout.columns and len(np.unique(units.places[rows])) == 1
    pooled = layout.pooled and not alone  # a presider is of a place, unless two have one name
    found = interval_of(documents, rows, units=units, key=key, pooled=pooled, resampling=resampling)
    return list(zip(found.low.tolist(), found.high.tolist(), strict=True)), found.n_units, found.flags


def _means(values: Array, weights: Array, weight: str) -> list[float]:
    if weight == "item":
        return list(map(float, values.mean(axis=0)))
    total: Array = (weights[:, None] * values).sum(axis=0) / weights.sum()
    return list(map(float, total))


def _estimand(documents: Documents, layout: Layout) -> str:
    what = OF_WHAT[documents.label]
    each = f"each {documents.unit}" if layout.weight == "item" else "each readout"
    over = (
        "over the places that those of the corpus stand for"
        if layout.pooled
        else "over the readouts that the place might have published in that time"
    )
    return f"expected share of the published agenda of each {what} {over}, {each} counting 1"


OF_WHAT = {
    "topic": "topic, as this model infers it,",
    "act": "first act",
    "named": "place that documents name (a document may name several, or none)",
}
COLUMNS = ["share", "low", "high", "n_items", "n_readouts", "n_units", "thin", "gap", "flag"]
RESAMPLED = ("low", "high", "n_units", "flag")
