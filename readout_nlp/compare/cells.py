"""Documents of a corpus with what is measured on each, and the cells of a table that they fall into."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import polars as pl
from polars import selectors as cs

from readout_nlp.compare.mixtures import without_evidence
from readout_nlp.corpus.corpus import Corpus, Unit
from readout_nlp.errors import InputError, RecipeError
from readout_nlp.paged import taken, zeros
from readout_nlp.paged_tables import joined_beside
from readout_nlp.readouts.readout import ACTS, LEVELS
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.infer import Inference

BY = ("place", "level", "year", "quarter", "presider", "act", "province", "prefecture")
TEXTS = ("title", "body", "attendance", "origin", "sha256")  # no variables to compare by
Weight = Literal["item", "readout"]
WEIGHTS = ("item", "readout")
Rows = npt.NDArray[np.intp]
Key = tuple[Any, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class Documents:
    """Documents in the order of their ids, so that no order of the corpus shows in any sum.

    Attributes
    ----------
    about : polars.DataFrame
        One row a document: ``doc_id``, ``readout_id``, the variables of its readout, ``act`` and ``evidence``
        (False where nothing was measured on it).
    measured : ndarray of shape (n_docs, n_names)
        Topic shares, or 1 at the document's act.
    names : tuple of str, length n_names
        Ids of the topics, or acts.
    label
        What the names are: ``topic`` or ``act``.
    unit
        What the documents are: ``item`` or ``document``.
    lacking
        What documents without evidence are called where they are counted.
    """

    about: pl.DataFrame
    measured: Array
    names: tuple[str, ...]
    label: str
    unit: Unit
    lacking: str


def measured_topics(topics: TopicFit | Inference, corpus: Corpus) -> Documents:
    """Put topic shares beside what the corpus says of their documents.

    Raises
    ------
    InputError
        If ids are in neither the items nor the readouts of the corpus.
    """
    unit = _unit(topics.doc_ids, corpus)
    rows = pl.DataFrame({"doc_id": list(topics.doc_ids)}, schema={"doc_id": pl.String}).with_row_index("row")
    about = _about(rows.join(_ids(corpus, unit), on="doc_id", how="left").sort("doc_id"), corpus)
    without = list(without_evidence(topics))
    return Documents(
        about=about.with_columns(evidence=~pl.col("doc_id").is_in(without)),
        measured=taken(topics.doc_topics, about["row"].to_numpy()),
        names=tuple(topics.topic_ids),
        label="topic",
        unit=unit,
        lacking="without_evidence",
    )


def _ids(corpus: Corpus, unit: Unit) -> pl.DataFrame:
    if unit == "item":
        return corpus.items.select("readout_id", "act", doc_id="item_id")
    return corpus.readouts.select("readout_id", act=pl.lit(None, pl.String), doc_id="readout_id")


def _about(ids: pl.DataFrame, corpus: Corpus) -> pl.DataFrame:
    """Put beside documents what is known of their readouts but lists and texts, for millions of rows."""
    about = corpus.readouts.select(~cs.by_dtype(pl.List) - cs.by_name(*TEXTS, require_all=False))
    return joined_beside(ids, about, on="readout_id")


def measured_acts(corpus: Corpus) -> Documents:
    """Mark each item's first act; the acts that the corpus holds, in the order of `ACTS`."""
    about = _about(_ids(corpus, "item").sort("doc_id"), corpus)
    found = set(about["act"].unique())
    acts = tuple(act for act in ACTS if act in found)
    values = zeros((about.height, len(acts)))
    for column, act in enumerate(acts):
        values[:, column] = (about["act"] == act).fill_null(False).to_numpy()
    return Documents(
        about=about.with_columns(evidence=pl.col("act").is_not_null()),
        measured=values,
        names=acts,
        label="act",
        unit="item",
        lacking="without_act",
    )


def checked_by(by: str | Sequence[str]) -> tuple[list[str], list[str]]:
    """Give the columns of `by`, and what is wrong with them."""
    columns = [by] if isinstance(by, str) else list(by)
    faults = [f"by={name!r}" for name in columns if name not in BY]
    faults += [f"by with {name} twice" for name in dict.fromkeys(columns) if columns.count(name) > 1]
    faults += [] if columns else ["an empty by"]
    if {"year", "quarter"} <= set(columns):
        faults.append("by both year and quarter, though a quarter is of a year")
    return columns, faults


def check_minimum(min_items: int) -> list[str]:
    """Say what is wrong with the least number of items, if anything is."""
    whole = isinstance(min_items, int) and not isinstance(min_items, bool)
    return [] if whole and min_items >= 1 else [f"min_items={min_items!r}"]


def refuse(faults: Sequence[str]) -> None:
    """Raise one error that tells every fault of a call.

    Raises
    ------
    RecipeError
        If there is any.
    """
    if faults:
        raise RecipeError(
            "; ".join(faults),
            f"one or several of {', '.join(BY)}, and min_items of at least 1",
            "change them",
        )


def kept_rows(documents: Documents, columns: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Mark the documents that are in a cell: measured, and known in every column."""
    about = with_quarter(documents.about)
    known = about.select(pl.all_horizontal("evidence", pl.col(*columns).is_not_null())).to_series()
    return known.to_numpy().astype(np.bool_)


def with_quarter(about: pl.DataFrame) -> pl.DataFrame:
    """Name each quarter with its year, such as 2016Q3; null where either is unknown."""
    return about.with_columns(quarter=pl.format("{}Q{}", "year", "quarter"))


def cells(documents: Documents, columns: Sequence[str]) -> dict[Key, Rows | None]:
    """Lay out every combination of the known values, in order, with the rows of each (None: a gap)."""
    kept = np.flatnonzero(kept_rows(documents, columns))
    about = with_quarter(documents.about)[kept].with_columns(row=pl.Series(kept))
    found = about.group_by(columns, maintain_order=True).agg("row")
    keys = found.select(columns).iter_rows()
    groups = {key: rows.to_numpy() for key, rows in zip(keys, found["row"], strict=True)}
    spans = [_span(name, about[name]) for name in columns]
    return {key: groups.get(key) for key in product(*spans)}


def weights_of(documents: Documents, kept: npt.NDArray[np.bool_], weight: str) -> Array:
    """Give every document its weight: 1, or its part of its readout's 1; 0 where it is not kept."""
    if weight == "item":
        return kept.astype(np.float64)
    readout = documents.about["readout_id"].rank("dense").to_numpy().astype(np.intp)
    held = np.bincount(readout, weights=kept)
    return np.where(kept, 1 / np.maximum(held[readout], 1), 0.0)


def check_weight(weight: str) -> None:
    """Refuse a weight that is neither of the two.

    Raises
    ------
    RecipeError
        If it is not there.
    """
    if weight not in WEIGHTS:
        raise RecipeError(f"weight={weight!r}", " or ".join(map(repr, WEIGHTS)), "say what is to count 1")


def left_out(documents: Documents, columns: Sequence[str]) -> dict[str, int]:
    """Count the documents that are in no cell: by unknown column, without evidence, and in all."""
    counted = {name: int(documents.about[name].null_count()) for name in columns}
    if "quarter" in columns:
        counted["quarter"] = int(with_quarter(documents.about)["quarter"].null_count())
    counted[documents.lacking] = int((~documents.about["evidence"]).sum())
    counted["total"] = int((~kept_rows(documents, columns)).sum())
    return counted


def _unit(doc_ids: Sequence[str], corpus: Corpus) -> Unit:
    asked = pl.Series(doc_ids, dtype=pl.String)
    known: dict[Unit, pl.Series] = {
        "item": asked.is_in(corpus.items["item_id"].implode()),
        "document": asked.is_in(corpus.readouts["readout_id"].implode()),
    }
    for unit, held in known.items():
        if held.all():
            return unit
    strange = asked.filter(~(known["item"] | known["document"])).to_list()
    raise InputError(
        f"{len(strange)} of {len(doc_ids)} doc_ids that the corpus does not hold (first: {strange[0]})"
        if strange
        else "doc_ids of items mixed with doc_ids of readouts",
        "ids of its items, or of its readouts",
        "pass the corpus that the tokens were made from",
    )


def _span(name: str, values: pl.Series) -> list[Any]:
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


SPANS: Mapping[str, Callable[[list[Any]], list[Any]]] = {
    "year": _years,
    "quarter": _quarters,
    "level": _levels,
    "act": _acts,
}
