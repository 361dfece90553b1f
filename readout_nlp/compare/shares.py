"""Shares of the published agenda by place, year and other variables, with counts, thin cells and gaps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from readout_nlp.compare.pooling import MIN_ITEMS
from readout_nlp.corpus.corpus import Corpus, Unit
from readout_nlp.errors import InputError, RecipeError
from readout_nlp.readouts.readout import ACTS, LEVELS
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.infer import Inference

BY = ("place", "level", "year", "quarter", "presider", "act", "province", "prefecture")


def topic_shares(
    topics: TopicFit | Inference,
    corpus: Corpus,
    *,
    by: str | Sequence[str] = ("place", "year"),
    min_items: int = MIN_ITEMS,
) -> pd.DataFrame:
    """Give the share of the published agenda that each topic holds, by place and year or other variables.

    A share is the mean of the items' topic shares in the cell, every item of one weight: what part of what
    was published, not of what was thought. A district is a place of its own and is never counted into its
    city.

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

    Returns
    -------
    pandas.DataFrame
        One row for every combination of values and topic: the `by` columns, ``topic``, ``share`` (0 to 1,
        sums to 1 over the topics of a cell), ``n_items`` (documents in the cell), ``n_readouts``, ``thin``
        (fewer than `min_items`), ``gap`` (no item at all: the share is NaN, never 0). Years run from the
        first to the last without a hole.

        ``attrs["left_out"]`` counts the documents that are in no cell: by each column whose value is unknown,
        as ``without_evidence`` (no term that the model knows), and as ``total``. ``attrs`` also holds ``by``,
        ``unit`` and ``min_items``.

    Raises
    ------
    RecipeError
        If `by` names no variable of the corpus, or `min_items` is not a whole number of at least 1.
    InputError
        If ids are in neither the items nor the readouts of the corpus.

    Examples
    --------
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
    columns = _checked_by(by, min_items)
    unit = _unit(topics.doc_ids, corpus)
    found = _variables(corpus.documents(unit), columns)
    rows = pl.DataFrame({"doc_id": list(topics.doc_ids)}, schema={"doc_id": pl.String}).join(
        found, on="doc_id", how="left", maintain_order="left"
    )
    without = set(_without_evidence(topics))
    rows = rows.with_columns(evidence=~pl.col("doc_id").is_in(list(without)))
    table = _table(rows, columns, labels=("topic", topics.topic_ids), weights=topics.doc_topics)
    return _finish(table, rows, columns, min_items=min_items, unit=unit, lacking="without_evidence")


def act_shares(
    corpus: Corpus, *, by: str | Sequence[str] = "year", min_items: int = MIN_ITEMS
) -> pd.DataFrame:
    """Give the share of items whose first act is each act: relayed, heard, decided and so on.

    Parameters
    ----------
    corpus : Corpus
    by, min_items
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
        If `by` or `min_items` cannot be used.

    Examples
    --------
    >>> readouts = pl.DataFrame(
    ...     {"readout_id": ["r"], "body": [""], "place": ["甲市"], "year": [2020], "quarter": [1]})
    >>> items = pl.DataFrame(
    ...     {"item_id": ["a", "b"], "readout_id": "r", "text": "", "act": ["hear", "decide"]})
    >>> corpus = Corpus(readouts, items, pl.DataFrame())
    >>> act_shares(corpus)[["year", "act", "share"]].to_numpy().tolist()
    [[2020, 'hear', 0.5], [2020, 'decide', 0.5]]
    """
    columns = _checked_by(by, min_items)
    if "act" in columns:
        raise RecipeError("by='act' for shares of acts", "another variable", "use by='year' or by='place'")
    documents = corpus.documents("item")
    rows = _variables(documents, columns).with_columns(evidence=documents["act"].is_not_null())
    acts = [act for act in ACTS if act in set(documents["act"])]
    weights = np.array([[act == one for one in acts] for act in documents["act"]], dtype=np.float64)
    table = _table(rows, columns, labels=("act", acts), weights=weights.reshape(len(rows), len(acts)))
    return _finish(table, rows, columns, min_items=min_items, unit="item", lacking="without_act")


def _checked_by(by: str | Sequence[str], min_items: int) -> list[str]:
    columns = [by] if isinstance(by, str) else list(by)
    faults = [f"by={name!r}" for name in columns if name not in BY]
    faults += [f"by with {name} twice" for name in dict.fromkeys(columns) if columns.count(name) > 1]
    faults += [] if columns else ["an empty by"]
    if {"year", "quarter"} <= set(columns):
        faults.append("by both year and quarter, though a quarter is of a year")
    if isinstance(min_items, bool) or not isinstance(min_items, int) or min_items < 1:
        faults.append(f"min_items={min_items!r}")
    if faults:
        raise RecipeError(
            "; ".join(faults),
            f"one or several of {', '.join(BY)}, and min_items of at least 1",
            "change them",
        )
    return columns


def _unit(doc_ids: Sequence[str], corpus: Corpus) -> Unit:
    known: dict[Unit, set[str]] = {
        "item": set(corpus.items["item_id"]),
        "document": set(corpus.readouts["readout_id"]),
    }
    for unit, ids in known.items():
        if ids.issuperset(doc_ids):
            return unit
    strange = [name for name in doc_ids if not any(name in ids for ids in known.values())]
    raise InputError(
        f"{len(strange)} of {len(doc_ids)} doc_ids that the corpus does not hold (first: {strange[0]})"
        if strange
        else "doc_ids of items mixed with doc_ids of readouts",
        "ids of its items, or of its readouts",
        "pass the corpus that the tokens were made from",
    )


def _without_evidence(topics: TopicFit | Inference) -> Sequence[str]:
    if isinstance(topics, Inference):
        return topics.without_evidence
    return list(topics.params.get("without_evidence", ()))


def _variables(documents: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    quarter = pl.format("{}Q{}", "year", "quarter")  # null if either is
    return documents.with_columns(quarter=quarter).select("doc_id", "readout_id", *columns)


def _table(
    rows: pl.DataFrame, columns: Sequence[str], *, labels: tuple[str, Sequence[str]], weights: Array
) -> pd.DataFrame:
    """Lay out every combination of the known values, and fill in what the rows hold."""
    what, names = labels
    known = rows["evidence"] & rows.select(pl.all_horizontal(pl.col(*columns).is_not_null())).to_series()
    kept = rows.with_columns(row=pl.int_range(pl.len())).filter(known)
    groups = {
        key: (group["row"].to_numpy(), group["readout_id"].n_unique())
        for key, group in kept.group_by(columns, maintain_order=True)
    }
    ids = rows["doc_id"].to_numpy()
    spans = [_span(name, kept[name]) for name in columns]
    records = [
        (*key, name, share, n_items, n_readouts)
        for key in product(*spans)
        for name, share, n_items, n_readouts in _cell(groups.get(key), names, weights, ids)
    ]
    return pd.DataFrame(records, columns=[*columns, what, "share", "n_items", "n_readouts"])


def _cell(
    group: tuple[np.ndarray, int] | None, names: Sequence[str], weights: Array, ids: np.ndarray
) -> list[tuple[str, float, int, int]]:
    if group is None:
        return [(name, float("nan"), 0, 0) for name in names]
    rows, n_readouts = group
    rows = rows[
        np.argsort(ids[rows])
    ]  # in the order of ids, so that no order of the corpus shows in the bits
    means = weights[rows].mean(axis=0)
    return [(name, float(share), len(rows), n_readouts) for name, share in zip(names, means, strict=True)]


def _span(name: str, values: pl.Series) -> list[str] | list[int]:
    """List the values a table shows: years and quarters without a hole, levels and acts in their order."""
    found = values.unique().to_list()
    order = SPANS.get(name)
    return order(found) if order else sorted(found)


def _years(found: list[int]) -> list[int]:
    return list(range(min(found), max(found) + 1)) if found else []


def _quarters(found: list[str]) -> list[str]:
    numbers = [int(label[:4]) * 4 + int(label[5:]) - 1 for label in found]
    return [f"{number // 4}Q{number % 4 + 1}" for number in _years(numbers)]


def _levels(found: list[str]) -> list[str]:
    return [level for level in LEVELS if level in found]


def _acts(found: list[str]) -> list[str]:
    return [act for act in ACTS if act in found]


def _finish(
    table: pd.DataFrame,
    rows: pl.DataFrame,
    columns: Sequence[str],
    *,
    min_items: int,
    unit: str,
    lacking: str,
) -> pd.DataFrame:
    table["thin"] = table["n_items"] < min_items
    table["gap"] = table["n_items"] == 0
    unknown = {name: int(rows[name].null_count()) for name in columns}
    unknown[lacking] = int((~rows["evidence"]).sum())
    unknown["total"] = len(rows) - _kept(table)
    table.attrs = {"left_out": unknown, "by": list(columns), "unit": unit, "min_items": min_items}
    return table


def _kept(table: pd.DataFrame) -> int:
    label = table.columns[list(table.columns).index("share") - 1]
    if table.empty:
        return 0
    return int(table.loc[table[label] == table[label].iloc[0], "n_items"].sum())


SPANS: Mapping[str, Callable[[list[Any]], list[Any]]] = {
    "year": _years,
    "quarter": _quarters,
    "level": _levels,
    "act": _acts,
}
