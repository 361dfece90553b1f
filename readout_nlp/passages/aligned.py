"""Passages to read beside their sources: the longest of each class, and some drawn by chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import RecipeError
from readout_nlp.passages.corpus_passages import MIN_LENGTH
from readout_nlp.passages.dated_texts import item_texts, reference_texts

CLASSES = ("echo_up", "self_reuse", "echo_peer", "undirected")
COLUMNS = {
    "class": "object",
    "sampled": "object",
    **{
        f"{side}_{name}": kind
        for side in ("target", "source")
        for name, kind in (
            *(("id", "object"), ("readout", "object"), ("place", "object"), ("date", "object")),
            *(("start", "int64"), ("end", "int64")),
            *(("before", "object"), ("text", "object"), ("after", "object")),
        )
    },
    "source_kind": "object",
    "directed": "bool",
    "lag_days": "float64",
    "characters": "int64",
    "length": "int64",
    "similarity": "float64",
}
CONTEXT = 24  # characters shown before and after a passage
_EPOCH = date(1970, 1, 1)


def aligned_passages(
    spans: pd.DataFrame,
    passages: pd.DataFrame,
    corpus: Corpus,
    *,
    reference: Corpus | Mapping[str, str] | None = None,
    longest: int = 4,
    drawn: int = 4,
    random_state: int = 0,
) -> pd.DataFrame:
    """Choose passages of every class of echo, with the words of the text and of its source.

    The longest show what copying looks like at its clearest; those drawn by chance show what most of it looks
    like. A passage is of the class that `echo` gave at least `MIN_LENGTH` of its characters, so that none is
    shown as a peer's that has a source above.

    Parameters
    ----------
    spans, passages, corpus, reference
        As `echo` gives and takes them, of one corpus and one reference.
    longest, drawn
        How many of each class; of the longest, one for each item. Nothing is chosen twice.
    random_state
        Of the draw: every passage of a class is as likely.

    Returns
    -------
    pandas.DataFrame
        One row a passage: ``class``, ``sampled`` (``longest`` or ``random``), then of the ``target_`` and of
        the ``source_``: ``id``, ``readout`` (null for a text of the reference), ``place``, ``date`` (ISO; two
        with a slash for an interval; null where nothing is known), ``start`` and ``end`` (in the text of that
        id), ``before``, ``text`` and ``after`` (the passage and some characters around it); ``source_kind``
        (``reference`` or ``text``), ``directed`` (False: the dates do not tell which is earlier),
        ``lag_days``, ``characters`` (those that count for this class and source), ``length`` (matched
        characters), ``similarity``.

        ``attrs``: ``n`` (passages of each class that were chosen from), ``random_state``.

    Raises
    ------
    RecipeError
        If a number is negative.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> from readout_nlp.passages.corpus_passages import corpus_passages
    >>> from readout_nlp.passages.echo import echo
    >>> corpus = rn.sample_corpus(cities=2, years=1, per_cell=3)
    >>> shared = corpus_passages(corpus)
    >>> found = aligned_passages(echo(corpus, passages=shared), shared, corpus, longest=1, drawn=1)
    >>> set(found["sampled"]) <= {"longest", "random"}
    True
    """
    if min(longest, drawn) < 0:
        raise RecipeError(f"longest={longest!r}; drawn={drawn!r}", "numbers of 0 or more", "change them")
    counted = _counted(spans, passages)
    draw = np.random.default_rng(random_state)
    chosen = [
        part
        for label in CLASSES
        for part in _chosen(counted[counted["class"] == label], longest=longest, drawn=drawn, draw=draw)
    ]
    rows = pd.concat([part for part in chosen if len(part)] or [counted.iloc[:0].assign(sampled="")])
    table = _with_texts(rows, item_texts(corpus), None if reference is None else reference_texts(reference))
    table.attrs = {
        "n": {label: int((counted["class"] == label).sum()) for label in CLASSES},
        "random_state": random_state,
    }
    return table


def _counted(spans: pd.DataFrame, passages: pd.DataFrame) -> pd.DataFrame:
    """Give the passages whose characters `echo` put in a class for their sake, and how many."""
    names = {"item_id": "target_id", "start": "span_start", "end": "span_end"}
    own = spans.loc[spans["source_id"].notna(), [*names, "source_id", "class"]].rename(columns=names)
    pairs = passages.reset_index(drop=True).rename_axis("passage").reset_index()
    pairs = pairs.merge(own, on=["target_id", "source_id"])
    last = pairs[["target_end", "span_end"]].min(axis=1)
    pairs["characters"] = (last - pairs[["target_start", "span_start"]].max(axis=1)).clip(lower=0)
    held = pairs.groupby(["passage", "class"], as_index=False)["characters"].sum()
    held = held[held["characters"] >= MIN_LENGTH].drop_duplicates("passage")
    rows = passages.reset_index(drop=True).loc[held["passage"]].reset_index(drop=True)
    rows = rows.assign(**{name: held[name].to_numpy() for name in ("class", "characters")})
    order = {"characters": False, "target_id": True, "target_start": True, "source_id": True}
    rows = rows.sort_values(list(order), ascending=list(order.values()), ignore_index=True)
    return pd.DataFrame(rows)


def _chosen(
    rows: pd.DataFrame, *, longest: int, drawn: int, draw: np.random.Generator
) -> Iterator[pd.DataFrame]:
    first = rows.drop_duplicates("target_id").head(longest)
    yield first.assign(sampled="longest")
    rest = rows.drop(index=first.index)
    at = np.sort(draw.choice(len(rest), size=min(drawn, len(rest)), replace=False))
    yield rest.iloc[at].assign(sampled="random")


def _with_texts(rows: pd.DataFrame, texts: pd.DataFrame, above: pd.DataFrame | None) -> pd.DataFrame:
    records = []
    for row in rows.to_dict("records"):
        sources = above if row["kind"] == "reference" and above is not None else texts
        record = {name: row[name] for name in COLUMNS if name in row}
        record |= {"source_kind": row["kind"]}
        record |= {"source_readout": None} if row["kind"] == "reference" else {}  # it is none of the corpus
        record |= _told(row, "target", texts) | _told(row, "source", sources)
        records.append(record)
    return pd.DataFrame(records, columns=list(COLUMNS)).astype(COLUMNS)


def _told(row: Mapping[Any, Any], side: str, texts: pd.DataFrame) -> dict[str, Any]:
    """Give the words of one side, those around them, and the day."""
    about = texts.loc[row[f"{side}_id"]]
    start, end, text = int(row[f"{side}_start"]), int(row[f"{side}_end"]), str(about["text"])
    return {
        f"{side}_date": _day_text(about["earliest"], about["latest"]),
        f"{side}_before": text[max(0, start - CONTEXT) : start],
        f"{side}_text": text[start:end],
        f"{side}_after": text[end : end + CONTEXT],
    }


def _day_text(earliest: float, latest: float) -> str | None:
    known = [
        (_EPOCH + timedelta(days=int(day))).isoformat() for day in (earliest, latest) if np.isfinite(day)
    ]
    return "/".join(dict.fromkeys(known)) or None
