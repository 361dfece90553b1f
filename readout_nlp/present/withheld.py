"""An analysis without its texts, for a report that may be shown where the corpus may not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import polars as pl
from pandas.api.types import is_numeric_dtype

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.passages.known_tifa import known_tifa
from readout_nlp.present.tables import AnalysisLike
from readout_nlp.reference.terms import undated_terms
from readout_nlp.topics.fit import TopicFit

RUN = 12  # so many characters of a body in a row are a passage of it
KEPT = 8  # characters of a string that are left where it holds such a run
# Columns that hold passages of the texts, in whatever table they stand.
TEXT_COLUMNS = frozenset(
    [
        *("text", "subject", "body", "left", "right", "before", "after"),
        *("source_before", "source_text", "source_after", "target_before", "target_text", "target_after"),
    ]
)
_OF_READOUTS = ("body", "attendance", "place_evidence", "date_evidence", "origins")
_OF_ITEMS = ("subject", "text", "verb")
_OF_CORRECTIONS = ("value", "before", "reason")


@dataclass(frozen=True, kw_only=True)
class Withheld:
    """An analysis as the report reads it, texts taken out."""

    corpus: Corpus
    recipe: Mapping[str, Any]
    topics: TopicFit
    models: Mapping[str, TopicFit]
    clusters: TopicFit | None
    tables: Mapping[str, pd.DataFrame]
    warnings: tuple[str, ...]
    provenance: Mapping[str, Any]


def without_texts(analysis: AnalysisLike) -> Withheld:
    """Take every passage of a text out of an analysis: no part of the page can then show one.

    Titles, names, dates, places, acts, words and numbers stay; of an example of a repair, what was changed.
    A title, a name or a phrase that has `RUN` characters in a row with some body is cut short, unless it is
    one word of the vocabulary or an official term that the package itself lists.

    Parameters
    ----------
    analysis
        As made by `readout_nlp.analyse`; it is not changed.
    """
    corpus = analysis.corpus
    tables = {name: _without(name, table) for name, table in analysis.tables.items()}
    readouts = _emptied(corpus.readouts, _OF_READOUTS)
    items = _emptied(corpus.items, _OF_ITEMS)
    strings = {one for table in tables.values() for one in _strings(table)}
    strings |= {one for name in _names(readouts) for one in readouts[name].unique().drop_nulls()}
    words = {*known_tifa(corpus)["term"], *undated_terms(), *analysis.topics.vocabulary}
    cut = _too_telling(strings - words, corpus.readouts["body"].drop_nulls())
    return Withheld(
        corpus=Corpus(
            readouts=readouts.with_columns(pl.col(_names(readouts)).replace(cut)),
            items=items,
            quarantine=corpus.quarantine,
            corrections=_emptied(corpus.corrections, _OF_CORRECTIONS),
            events=corpus.events,
        ),
        recipe=analysis.recipe,
        topics=analysis.topics,
        models=analysis.models,
        clusters=analysis.clusters,
        tables={name: _cut(table, cut) for name, table in tables.items()},
        warnings=analysis.warnings,
        provenance=analysis.provenance,
    )


def _emptied(table: pl.DataFrame, columns: Collection[str]) -> pl.DataFrame:
    return table.with_columns(
        pl.lit("" if kind == pl.String else None, kind).alias(name)
        for name, kind in table.schema.items()
        if name in columns
    )


def _without(name: str, table: pd.DataFrame) -> pd.DataFrame:
    held = [c for c in table.columns if str(c) in TEXT_COLUMNS and not is_numeric_dtype(table[c])]
    if name == "repair_examples":
        changed = {c: table[c].str.slice(0, KEPT) for c in ("changed_from", "changed_to")}
        return table.assign(**changed, before=changed["changed_from"], after=changed["changed_to"])
    return table.assign(**dict.fromkeys(map(str, held), "")) if held else table


def _names(table: pl.DataFrame) -> list[str]:
    """Columns of strings, but ids: they are keys to other tables."""
    return [name for name, kind in table.schema.items() if kind == pl.String and not _is_key(name)]


def _is_key(name: str) -> bool:
    return name.endswith(("_id", "sha256"))


def _strings(table: pd.DataFrame) -> Iterator[str]:
    for name in table.columns:
        if not is_numeric_dtype(table[name]) and not _is_key(str(name)):
            yield from (one for one in table[name] if isinstance(one, str))


def _too_telling(strings: Iterable[str], bodies: Iterable[str]) -> dict[str, str]:
    """Give the strings that hold a run of a body, each with what may stand for it."""
    of_run: dict[str, set[str]] = {}
    for one in strings:
        for run in _runs(one):
            of_run.setdefault(run, set()).add(one)
    found: set[str] = set()
    for body in bodies:
        for run in of_run.keys() & set(_runs(body)):
            found |= of_run[run]
    return {one: f"{one[:KEPT]}…" for one in sorted(found)}


def _runs(text: str) -> Iterator[str]:
    return (text[at : at + RUN] for at in range(len(text) - RUN + 1))


def _cut(table: pd.DataFrame, cut: Mapping[str, str]) -> pd.DataFrame:
    held = {
        str(name): [cut.get(one, one) if isinstance(one, str) else one for one in table[name]]
        for name in table.columns
        if not is_numeric_dtype(table[name]) and not _is_key(str(name))
    }
    changed = {name: cells for name, cells in held.items() if cells != table[name].tolist()}
    return table.assign(**changed) if changed else table
