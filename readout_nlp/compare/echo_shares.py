"""How much of the agenda is formula, echo of above, of peers, of itself, or unmatched, by place and year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from readout_nlp.compare.bootstrap import Block, Resampling, check_resampling
from readout_nlp.compare.cells import (
    Documents,
    Key,
    Rows,
    cells,
    check_minimum,
    checked_by,
    left_out,
    refuse,
)
from readout_nlp.compare.covered import coverage_summary
from readout_nlp.compare.intervals import Units, interval_of, units_of
from readout_nlp.compare.pooling import MIN_ITEMS
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import InputError
from readout_nlp.passages.echo import CLASSES
from readout_nlp.threads import one_thread
from readout_nlp.topics.fit import Array

OF_A_PLACE = ("place", "prefecture")
ALSO = "echo_up_also_peer"
COUNTS = [
    "share",
    "low",
    "high",
    "characters",
    "n_items",
    "n_readouts",
    "n_units",
    "thin",
    "gap",
    "flag",
]
NEEDED = ("item_id", "start", "end", "class", "also_peer")


def echo_shares(
    spans: pd.DataFrame,
    corpus: Corpus,
    *,
    by: str | Sequence[str] = ("place", "year"),
    min_items: int = MIN_ITEMS,
    intervals: int = 500,
    random_state: int = 0,
    block: Block = "quarter",
) -> pd.DataFrame:
    """Give the share of characters that each class of echo holds, by place and year or other variables.

    Parameters
    ----------
    spans
        As `readout_nlp.passages.echo.echo` gives them for the corpus.
    corpus : Corpus
    by, min_items
        As in `topic_shares`.
    intervals, random_state, block
        Resamples of readouts in blocks of time within a place, or of places where a cell pools them, as in
        `topic_shares`; 0 for no intervals.

    Returns
    -------
    pandas.DataFrame
        One row for every combination of values and class: the `by` columns, ``class`` (the six of `echo`, and
        ``echo_up_also_peer``: the part of ``echo_up`` that an earlier peer holds as well, not a seventh part
        of the whole), ``share`` (0 to 1; the six sum to 1), ``low``, ``high`` (95 %; NaN where there is
        nothing to resample), ``characters`` (of the class), ``n_items``, ``n_readouts``, ``n_units`` (blocks
        or places that the interval rests on), ``thin``, ``gap`` (no item: the share is NaN), ``flag``.

        ``attrs``: ``method``, ``estimand``, ``reference``, ``unmatched_means``, ``precedence`` of the spans,
        ``left_out`` (items by unknown column, and ``without_text``), ``coverage``, ``level`` and how the
        intervals were made.

    Raises
    ------
    InputError
        If the spans are of another corpus, or no spans at all.
    RecipeError
        If a setting cannot be used.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> from readout_nlp.passages.echo import echo
    >>> corpus = rn.sample_corpus(cities=1, years=1, per_cell=3)
    >>> shares = echo_shares(echo(corpus), corpus, by="year", intervals=0)
    >>> six = shares[shares["class"] != "echo_up_also_peer"]
    >>> bool(abs(six["share"].sum() - 1) < 1e-9)
    True
    """
    columns, faults = checked_by(by)
    refuse([*faults, *check_minimum(min_items)])
    resampling = check_resampling(intervals, random_state, block)
    documents, sizes = measured_echo(spans, corpus)
    units = _units(documents, sizes, columns, resampling=resampling)
    pooled = not set(columns) & set(OF_A_PLACE)
    with one_thread():
        records = [
            record
            for key, rows in cells(documents, columns).items()
            for record in _records(
                documents, rows, units=units, key=key, pooled=pooled, resampling=resampling, least=min_items
            )
        ]
    table = pd.DataFrame(records, columns=[*columns, "class", *COUNTS]).astype({"thin": bool, "gap": bool})
    table.attrs = {
        **(resampling.about() if resampling.resamples else {}),
        "reference": spans.attrs.get("reference"),
        "unmatched_means": spans.attrs.get("unmatched_means"),
        "precedence": spans.attrs.get("precedence"),
        "method": "share of characters; " + (resampling.about()["method"] if resampling.resamples else ""),
        "estimand": "expected share of the characters of published items that are of each class",
        "by": columns,
        "min_items": min_items,
        "left_out": left_out(documents, columns),
        "coverage": coverage_summary(corpus, min_items=min_items),
    }
    return table


def measured_echo(spans: pd.DataFrame, corpus: Corpus) -> tuple[Documents, Array]:
    """Put each item's shares of the classes beside what the corpus says of it, and count its characters.

    Raises
    ------
    InputError
        If the spans are not those of `echo` for this corpus.
    """
    missing = [name for name in NEEDED if name not in spans]
    if missing:
        raise InputError(f"spans without {', '.join(missing)}", "the spans of echo", "pass what echo gives")
    about = corpus.documents("item").sort("doc_id")
    sizes = about["text"].str.len_chars().to_numpy().astype(np.float64)
    row = pd.Index(about["doc_id"].to_list()).get_indexer(pd.Index(spans["item_id"]))
    held = np.zeros((about.height, len(CLASSES) + 1))
    length = (spans["end"] - spans["start"]).to_numpy(float)
    if (row >= 0).all():
        code = spans["class"].map(CLASSES.index).to_numpy(int)
        np.add.at(held, (row, code), length)
        also = (spans["also_peer"] & (spans["class"] == "echo_up")).to_numpy(bool)
        np.add.at(held, (row[also], np.full(int(also.sum()), len(CLASSES))), length[also])
    if (row < 0).any() or not np.array_equal(held[:, : len(CLASSES)].sum(axis=1), sizes):
        raise InputError(
            "spans that do not cover the items of this corpus", "the spans of echo for it", "pass both anew"
        )
    documents = Documents(
        about=about.with_columns(evidence=pl.Series(sizes > 0)),
        measured=held / np.maximum(sizes, 1.0)[:, None],
        names=(*CLASSES, ALSO),
        label="class",
        unit="item",
        lacking="without_text",
    )
    return documents, sizes


def _units(documents: Documents, sizes: Array, columns: Sequence[str], *, resampling: Resampling) -> Units:
    """Let every item count as many as it has characters."""
    units = units_of(documents, columns, weight="item", resampling=resampling, places=True)
    return Units(
        weights=units.weights * sizes, readouts=units.readouts, places=units.places, blocks=units.blocks
    )


def _records(
    documents: Documents,
    rows: Rows | None,
    *,
    units: Units,
    key: Key,
    pooled: bool,
    resampling: Resampling,
    least: int,
) -> Iterator[tuple[Any, ...]]:
    if rows is None:
        for name in documents.names:
            yield (*key, name, np.nan, np.nan, np.nan, 0, 0, 0, 0, True, True, "gap")
        return
    found = interval_of(documents, rows, units=units, key=key, pooled=pooled, resampling=resampling)
    counted = (documents.measured[rows] * units.weights[rows][:, None]).sum(axis=0)
    n_items, n_readouts = len(rows), len(np.unique(units.readouts[rows]))
    for number, name in enumerate(documents.names):
        ends = found.share[number], found.low[number], found.high[number]
        counts = round(counted[number]), n_items, n_readouts, found.n_units
        yield (*key, name, *map(float, ends), *counts, n_items < least, False, found.flags[number])
