"""Every item's characters by where they come from: formula, echo of above, of peers, of itself, unmatched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import RecipeError
from readout_nlp.passages.corpus_passages import corpus_passages, formula_of
from readout_nlp.passages.dated_texts import item_texts
from readout_nlp.passages.folding import fold_string
from readout_nlp.passages.occurrences import mark_formula

# What of a character's possible origins counts, the first that holds.
CLASSES = ("formula", "echo_up", "self_reuse", "echo_peer", "undirected", "unmatched")
ESTIMAND = (
    "the characters of items, each in one class: procedural wording; also in an earlier text of the reference"
    " or of a higher level; of the same place; of another place; also in a text of which it is not known"
    " whether it is earlier, or where it is from; in no earlier text"
)
_OF_RELATION = {"up": "echo_up", "own": "self_reuse", "peer": "echo_peer", "unknown": "undirected"}
_NOBODY, _FORMULA = -1, -2
Ints = npt.NDArray[np.int64]
Owners = npt.NDArray[np.int32]
Marks = npt.NDArray[np.bool_]


def echo(
    corpus: Corpus,
    reference: Corpus | Mapping[str, str] | None = None,
    *,
    reference_name: str = "reference corpus",
    passages: pd.DataFrame | None = None,
    formula: pd.DataFrame | bool = True,
    **settings: Any,
) -> pd.DataFrame:
    """Part the characters of every item by where the same wording stood before.

    The classes in their order of precedence, each with the explanation that speaks for putting it there:

    - ``formula``: procedural wording of the genre; two cities that print it have copied nobody.
    - ``echo_up``: also in an earlier text of the reference, or of a place of a higher level. A peer that
      printed it as well (``also_peer``) may have been the way it came; a common source above is enough to
      explain both.
    - ``self_reuse``: also in an earlier readout of the same place, whose office has its own files at hand.
    - ``echo_peer``: also in an earlier readout of another place of the same or a lower level.
    - ``undirected``: also in a text of which the dates do not say which is earlier (one day, no date,
      overlapping intervals), or whose place is not known.
    - ``unmatched``: in no earlier text of this corpus and this reference. That is not yet 'local': the source
      may be a text that is in neither.

    Of several sources in one class the earliest is named; the first by id of one day.

    Parameters
    ----------
    corpus : Corpus
    reference
        Texts from above, such as the centre's: a corpus or texts by id.
    reference_name
        How tables and figures are to call it.
    passages
        As `corpus_passages` gives them for the same corpus and reference, where they are at hand.
    formula
        A table as `estimate_formula` gives it, True to estimate it from this corpus, False for none.
    **settings
        To `corpus_passages`: ``reference_dates``, ``min_length`` and more.

    Returns
    -------
    pandas.DataFrame
        One row a span: ``item_id``, ``readout_id``, ``start``, ``end`` (half-open, in the item's text; the
        spans of an item cover it without overlap), ``class``, ``source_id``, ``source_start``, ``source_end``
        (null where there is none; where a passage was edited and only part of it is shown here, counted off
        in proportion), ``source_kind`` (``reference`` or ``text``), ``source_place``, ``lag_days``,
        ``also_peer``, ``also_self`` (the span is also in an earlier readout of a peer, of the place itself).

        ``attrs``: ``method``, ``estimand``, ``reference``, ``precedence``, ``unmatched_means``,
        ``characters`` (by class), ``also_peer`` (characters of ``echo_up``), ``left_out``, ``n_formula``.

    Raises
    ------
    RecipeError
        If passages are given together with settings to find them.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=1, years=1, per_cell=2)
    >>> spans = echo(corpus)
    >>> int((spans["end"] - spans["start"]).sum()) == corpus.items["text"].str.len_chars().sum()
    True
    """
    if passages is not None and settings:
        raise RecipeError(
            f"passages together with {', '.join(settings)}",
            "either passages or settings to find them",
            "give the settings to corpus_passages",
        )
    texts = item_texts(corpus)
    wording = formula_of(texts, formula)
    if passages is None:
        used = False if wording is None else wording
        passages = corpus_passages(corpus, reference, formula=used, **settings)
    edges = np.concatenate([[0], np.cumsum([len(text) for text in texts["text"]])]).astype(np.int64)
    rows = _origins(passages, texts)
    owner, also = _painted(rows, edges)
    _paint_formula(owner, edges, texts, wording)
    spans = _spans(owner, also, edges)
    return _table(spans, rows, texts, attrs=_attrs(passages, reference_name, texts))


def _origins(passages: pd.DataFrame, texts: pd.DataFrame) -> pd.DataFrame:
    """Give one row for every passage and each item that holds it as a copy, the last choice first."""
    known = passages["relation"].map(_OF_RELATION).where(passages["directed"].astype(bool), "undirected")
    rows = passages.assign(**{"class": known})
    back = rows[(rows["class"] == "undirected") & ~rows["directed"].astype(bool) & (rows["kind"] == "text")]
    rows = pd.concat([rows, _mirrored(back)], ignore_index=True) if len(back) else rows
    rows["item"] = texts.index.get_indexer(pd.Index(rows["target_id"]))
    rows["rank"] = rows["class"].map(CLASSES.index)
    # of one target, the longest lag is the earliest source; undated reference texts come before everything
    undated = rows["directed"].astype(bool) & rows["lag_days"].isna()
    rows["age"] = rows["lag_days"].where(~undated, np.inf).fillna(0.0)
    order = {"rank": False, "age": True, "source_id": False, "source_start": False}
    return rows.sort_values(list(order), ascending=list(order.values()), kind="stable", ignore_index=True)


def _mirrored(rows: pd.DataFrame) -> pd.DataFrame:
    swap = {"source": "target", "target": "source"}
    names = {
        f"{one}_{part}": f"{other}_{part}"
        for one, other in swap.items()
        for part in ("id", "start", "end", "place", "readout")
    }
    return rows.rename(columns=names)


def _painted(rows: pd.DataFrame, edges: Ints) -> tuple[Owners, dict[str, Marks]]:
    """Write over every character the passage it is of, the first choice last."""
    n = int(edges[-1])
    owner = np.full(n, _NOBODY, dtype=np.int32)  # as many as there are characters
    also = {name: np.zeros(n, dtype=np.bool_) for name in ("echo_peer", "self_reuse")}
    starts = edges[rows["item"].to_numpy(np.int64)] + rows["target_start"].to_numpy(np.int64)
    ends = edges[rows["item"].to_numpy(np.int64)] + rows["target_end"].to_numpy(np.int64)
    for row, (start, end, label) in enumerate(zip(starts, ends, rows["class"], strict=True)):
        owner[start:end] = row
        if label in also:
            also[label][start:end] = True
    return owner, also


def _paint_formula(owner: Owners, edges: Ints, texts: pd.DataFrame, formula: pd.DataFrame | None) -> None:
    if formula is None or formula.empty:
        return
    strings: dict[str, str] = dict(zip(texts.index, texts["text"], strict=True))
    found = mark_formula(strings, formula)
    base = edges[texts.index.get_indexer(pd.Index(found["id"]))]
    for first, name, start, end in zip(base, found["id"], found["start"], found["end"], strict=True):
        owner[first + start : first + end] = _FORMULA
        text = strings[name]
        while end < len(text) and owner[first + end] == _NOBODY and not fold_string(text[end]):
            owner[first + end] = _FORMULA  # the mark behind a formula, which no search looks at
            end += 1


def _spans(owner: Owners, also: dict[str, Marks], edges: Ints) -> dict[str, np.ndarray]:
    """Cut all characters where the item, the passage or a mark changes."""
    n = len(owner)
    if n == 0:
        return {name: np.zeros(0, dtype=np.int64) for name in ("item", "start", "end", "owner", *also)}
    cut = np.zeros(n, dtype=np.bool_)
    cut[edges[:-1][edges[:-1] < n]] = True
    for values in (owner, *also.values()):
        cut[1:] |= values[1:] != values[:-1]
    starts = np.flatnonzero(cut)
    ends = np.append(starts[1:], n)
    item = np.searchsorted(edges, starts, side="right") - 1
    held = {name: marks[starts] for name, marks in also.items()}
    return {
        "item": item,
        "start": starts - edges[item],
        "end": ends - edges[item],
        "owner": owner[starts],
        **held,
    }


def _table(
    spans: dict[str, np.ndarray], rows: pd.DataFrame, texts: pd.DataFrame, *, attrs: dict[str, Any]
) -> pd.DataFrame:
    owner, item = spans["owner"], spans["item"]
    matched = owner >= 0
    of = np.where(matched, owner, 0)

    def taken(name: str, empty: object) -> np.ndarray:
        if not len(rows):
            return np.full(len(owner), empty, dtype=object)
        values: npt.NDArray[Any] = rows[name].to_numpy(dtype=object)[of]
        values[~matched] = empty
        return values

    label = np.where(owner == _FORMULA, "formula", taken("class", "unmatched"))
    table = pd.DataFrame(
        {
            "item_id": texts.index.to_numpy(dtype=object)[item],
            "readout_id": texts["readout_id"].to_numpy(dtype=object)[item],
            "start": spans["start"],
            "end": spans["end"],
            "class": label.astype(object),
            "source_id": taken("source_id", None),
            **_source_span(spans, rows, matched=matched, of=of),
            "source_kind": taken("kind", None),
            "source_place": taken("source_place", None),
            "lag_days": taken("lag_days", np.nan).astype(float),
            "also_peer": spans["echo_peer"].astype(bool) & np.isin(label, ["echo_up", "self_reuse"]),
            "also_self": spans["self_reuse"].astype(bool) & (label == "echo_up"),
        }
    )
    size = table["end"] - table["start"]
    counted = size.groupby(table["class"]).sum()
    table.attrs.update(attrs)
    table.attrs["characters"] = {name: int(counted.get(name, 0)) for name in CLASSES}
    table.attrs["also_peer"] = int(size[table["also_peer"] & (table["class"] == "echo_up")].sum())
    return table


def _source_span(
    spans: dict[str, np.ndarray], rows: pd.DataFrame, *, matched: Marks, of: np.ndarray
) -> dict[str, pd.Series]:
    """Give the span's place in its source; of part of an edited passage in proportion."""
    empty = pd.Series(pd.NA, index=range(len(of)), dtype="Int64")
    if not len(rows):
        return {"source_start": empty, "source_end": empty.copy()}
    first, last = (rows[f"target_{end}"].to_numpy(np.int64)[of] for end in ("start", "end"))
    begin, stop = (rows[f"source_{end}"].to_numpy(np.int64)[of] for end in ("start", "end"))
    scale = (stop - begin) / np.maximum(last - first, 1)
    found = {}
    for name in ("start", "end"):
        at = begin + np.rint((spans[name] - first) * scale).astype(np.int64)
        found[f"source_{name}"] = pd.Series(pd.arrays.IntegerArray(at, ~matched))
    return found


def _attrs(passages: pd.DataFrame, name: str, texts: pd.DataFrame) -> dict[str, Any]:
    has = passages.attrs.get("n_reference", 0)
    told = f"the {name} ({has} texts)" if has else "no reference corpus"
    return {
        "method": "characters of items matched to earlier texts, one class each",
        "estimand": ESTIMAND,
        "precedence": list(CLASSES),
        "reference": name if has else None,
        "n_reference": has,
        "unmatched_means": f"in no earlier text of this corpus and {told}; not yet local",
        "left_out": dict(passages.attrs.get("left_out", {})),
        "undated_items": int(texts[["earliest", "latest"]].isna().all(axis=1).sum()),
        "empty_items": int((texts["text"] == "").sum()),
        "n_formula": passages.attrs.get("n_formula", 0),
    }
