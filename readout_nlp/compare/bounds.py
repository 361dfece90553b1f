"""What items without a certain year could do to the shares of each year: bounds over all possible years."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl

from readout_nlp.compare.cells import (
    Documents,
    Weight,
    check_minimum,
    check_weight,
    measured_topics,
    refuse,
    weights_of,
)
from readout_nlp.compare.covered import coverage_summary
from readout_nlp.compare.pooling import MIN_ITEMS
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.infer import Inference

Years = npt.NDArray[np.int64]
COLUMNS = [
    "topic",
    "year",
    "share",
    "low_bound",
    "high_bound",
    "share_earliest",
    "share_latest",
    "n_items",
    "n_undated_items",
    "n_undated_readouts",
    "thin",
    "gap",
]


def year_bounds(
    topics: TopicFit | Inference, corpus: Corpus, *, min_items: int = MIN_ITEMS, weight: Weight = "item"
) -> pd.DataFrame:
    """Bound each year's shares over every year that the readouts without a certain one may belong to.

    Such readouts are in no table by year. Their evidence leaves a range of days, ``meeting_earliest`` to
    ``meeting_latest``; an end that is not known is the end of the corpus' own span of certain years. Each may
    lie in any year of its range, with all its items. The bounds of a year are the least and the greatest
    share over **all** assignments, exactly: a readout raises the greatest share if and only if its own
    share is above it, so that the readouts in the order of their shares, taken in one by one, pass through
    it. Bounds of two years, or of two topics, need not be reached by one and the same assignment.

    Parameters
    ----------
    topics, corpus, weight
        As in `topic_shares`.
    min_items
        A year with fewer items of certain date is marked thin.

    Returns
    -------
    pandas.DataFrame
        One row a topic and year, from the corpus' first certain year to the last: ``topic``, ``year``,
        ``share`` (items of certain date alone), ``low_bound``, ``high_bound``, ``share_earliest``,
        ``share_latest`` (every readout in the first, or the last, year of its range), ``n_items``,
        ``n_undated_items``, ``n_undated_readouts`` (that may lie in the year), ``thin``, ``gap`` (no item of
        certain date: ``share`` is NaN; the bounds are over the assignments that leave the year some item).

        ``attrs``: ``undated`` (items and readouts without a certain year, and those of them ``outside``: all
        their years lie outside the span), ``open_ends`` (readouts of which an end is not known), ``bound``,
        ``left_out``, ``coverage``, and the settings.

    Raises
    ------
    RecipeError
        If an argument cannot be used.
    InputError
        If ids are in neither the items nor the readouts of the corpus.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=2, years=3, per_cell=4)
    >>> counts = rn.count_terms(rn.tokenize(corpus), min_df=2)
    >>> bounds = year_bounds(rn.fit_nmf(counts, n_topics=2), corpus)
    >>> bool((bounds["low_bound"] <= bounds["high_bound"]).all())
    True
    """
    refuse(check_minimum(min_items))
    check_weight(weight)
    documents = measured_topics(topics, corpus)
    evidence = documents.about["evidence"].to_numpy().astype(np.bool_)
    weights = weights_of(documents, evidence, weight)
    certain = documents.about["year"].is_not_null().to_numpy() & evidence
    span = _span(documents.about["year"].to_numpy()[certain])
    undated = _undated(documents, weights, span=span, chosen=~certain & evidence)
    rows = [
        row
        for year in span
        for row in _rows(documents, weights, year=year, undated=undated, min_items=min_items)
    ]
    table = pd.DataFrame(rows, columns=COLUMNS).astype({"thin": bool, "gap": bool})
    table = table.sort_values(["topic", "year"], kind="stable", ignore_index=True)
    outside = undated.first > undated.last
    table.attrs = {
        "bound": "exact: least and greatest share over all assignments of the undated readouts to years",
        "estimand": "share of the year's published agenda, were the year of every readout known",
        "undated": {
            "items": int(undated.n_items.sum()),
            "readouts": len(undated.first),
            "items_outside": int(undated.n_items[outside].sum()),
            "readouts_outside": int(outside.sum()),
        },
        "open_ends": undated.open_ends,
        "span": [span[0], span[-1]] if span else [],
        "left_out": {documents.lacking: int((~evidence).sum())},
        "unit": documents.unit,
        "min_items": min_items,
        "weight": weight,
        "coverage": coverage_summary(corpus, min_items=min_items),
    }
    return table


@dataclass(frozen=True, eq=False, kw_only=True)
class _Undated:
    """Readouts without a certain year.

    Attributes
    ----------
    first, last : ndarray of int, shape (n_readouts,)
        Years of the span that each may lie in; the first after the last where none.
    free : ndarray of bool, shape (n_readouts,)
        Whether it may also lie in no year of the span.
    wholes : ndarray of shape (n_readouts,)
        Weight of its items.
    parts : ndarray of shape (n_readouts, n_topics)
    n_items : ndarray of int, shape (n_readouts,)
    open_ends
        How many of them have an end that is not known.
    """

    first: Years
    last: Years
    free: npt.NDArray[np.bool_]
    wholes: Array
    parts: Array
    n_items: Years
    open_ends: int


def extremes(whole: float, part: Array, choice: tuple[Array, Array]) -> tuple[Array, Array]:
    """Give the least and the greatest share over all subsets of readouts that may be added.

    Maximising a ratio of sums over subsets (Dinkelbach 1967) needs no search: the best subset holds the
    readouts whose own share is above the greatest ratio.

    Parameters
    ----------
    whole, part
        Weight of what is there in any case, and what of it each topic holds.
    choice
        The same for each readout that may be added: arrays of shape (n,) and (n, n_topics).

    Returns
    -------
    low, high : ndarray of shape (n_topics,)
        NaN where nothing is there and nothing may be added.

    Examples
    --------
    >>> low, high = extremes(2.0, np.array([1.0]), (np.array([1.0, 1.0]), np.array([[1.0], [0.0]])))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.333], [0.667])
    """
    wholes, parts = choice
    order = np.argsort(-parts / wholes[:, None], axis=0, kind="stable")
    return _running(whole, part, (wholes, parts, order[::-1]), np.min), _running(
        whole, part, (wholes, parts, order), np.max
    )


def _running(whole: float, part: Array, ordered: tuple[Array, Array, Any], pick: Any) -> Array:
    wholes, parts, order = ordered
    nothing = np.zeros((1, len(part)))
    tops = part + np.concatenate([nothing, np.take_along_axis(parts, order, axis=0).cumsum(axis=0)])
    below = whole + np.concatenate([nothing, wholes[order].cumsum(axis=0)])
    begun = 1 if whole == 0 else 0  # a year without any item has no share
    if begun == len(tops):
        return np.full(len(part), np.nan)
    return np.asarray(pick(tops[begun:] / below[begun:], axis=0), dtype=np.float64)


def _span(years: npt.NDArray[Any]) -> list[int]:
    return list(range(int(years.min()), int(years.max()) + 1)) if len(years) else []


def _undated(
    documents: Documents, weights: Array, *, span: list[int], chosen: npt.NDArray[np.bool_]
) -> _Undated:
    begin, end = (span[0], span[-1]) if span else (1, 0)
    about = documents.about.with_columns(at=pl.Series(np.arange(len(chosen)))).filter(pl.Series(chosen))
    groups = (
        about.group_by("readout_id")
        .agg("at", pl.first("meeting_earliest", "meeting_latest"))
        .sort("readout_id")
    )
    earliest, latest = (groups[name].dt.year() for name in ("meeting_earliest", "meeting_latest"))
    low, high = earliest.fill_null(begin).to_numpy(), latest.fill_null(end).to_numpy()
    rows = [np.asarray(held) for held in groups["at"]]
    parts = [(weights[at, None] * documents.measured[at]).sum(axis=0) for at in rows]
    return _Undated(
        first=np.maximum(low, begin).astype(np.int64),
        last=np.minimum(high, end).astype(np.int64),
        free=(low < begin) | (high > end),
        wholes=np.array([weights[at].sum() for at in rows]),
        parts=np.array(parts).reshape(len(rows), len(documents.names)),
        n_items=np.array([len(at) for at in rows], dtype=np.int64),
        open_ends=int((earliest.is_null() | latest.is_null()).sum()),
    )


def _rows(
    documents: Documents, weights: Array, *, year: int, undated: _Undated, min_items: int
) -> Iterator[tuple[Any, ...]]:
    held = (documents.about["year"] == year).fill_null(value=False).to_numpy() & (weights > 0)
    whole = float(weights[held].sum())
    part: Array = (weights[held, None] * documents.measured[held]).sum(axis=0)
    may = (undated.first <= year) & (year <= undated.last)
    must = may & (undated.first == undated.last) & ~undated.free
    sure = (whole + float(undated.wholes[must].sum()), part + undated.parts[must].sum(axis=0))
    choice = may & ~must
    low, high = extremes(*sure, (undated.wholes[choice], undated.parts[choice]))
    ends = [_with(whole, part, undated, may & (named == year)) for named in (undated.first, undated.last)]
    counts = (int(held.sum()), int(undated.n_items[may].sum()), int(may.sum()))
    share = _ratio(part, whole)
    for number, name in enumerate(documents.names):
        values = (share[number], low[number], high[number], ends[0][number], ends[1][number])
        yield (name, year, *map(float, values), *counts, counts[0] < min_items, counts[0] == 0)


def _with(whole: float, part: Array, undated: _Undated, added: npt.NDArray[np.bool_]) -> Array:
    return _ratio(part + undated.parts[added].sum(axis=0), whole + float(undated.wholes[added].sum()))


def _ratio(part: Array, whole: float) -> Array:
    return part / whole if whole > 0 else np.full(len(part), np.nan)
