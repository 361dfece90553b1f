"""Tifa found verbatim, on the characters of the body, before any cut into words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import pandas as pd
import polars as pl

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.passages.variants import Wording, read_terms
from readout_nlp.readouts.spans import fold

COLUMNS = (
    "term",
    "readout_id",
    "item_id",
    "start",
    "end",
    "place",
    "date",
    "quoted",
    "head",
    "within",
)
AT_ONCE = 20_000  # readouts searched together
OPENING, CLOSING = "“「『‘\"'", "”」』’\"'"

_HIT = {
    "term": pl.String,
    "readout_id": pl.String,
    "start": pl.Int64,
    "end": pl.Int64,
    "quoted": pl.Boolean,
    "within": pl.String,
}
Hit = tuple[int, int, str]


def match_tifa(corpus: Corpus, terms: Sequence[str] | pd.DataFrame, *, nested: bool = False) -> pd.DataFrame:
    """Find every occurrence of the terms in the bodies of a corpus.

    Wordings are matched character by character (full-width letters, digits and marks as half-width ones),
    each on its own: no two are merged, and none is matched loosely. Of a term inside a longer one only the
    longer counts, unless `nested`; terms that merely overlap both count.

    Parameters
    ----------
    corpus : Corpus
    terms
        Wordings, or a table with ``term`` and perhaps ``reference_date`` and ``variant_of``.
    nested
        Give also the occurrences inside a longer term; ``within`` then names the longer one.

    Returns
    -------
    pandas.DataFrame
        One row an occurrence, by date: ``term``, ``readout_id``, ``item_id`` (null outside the items),
        ``start`` and ``end`` (in characters of the body), ``place``, ``date`` (of the meeting; null where
        it is not certain), ``quoted`` (quotation marks stand close on both sides), ``head`` (the wording the
        user's table puts it under), ``within``.

        ``attrs``: ``contained`` [{term, inside, n}]: which terms were printed inside which longer ones, and
        how often (see also `contained_terms`); ``never_found``; ``nested``; ``n_readouts`` searched.

    Raises
    ------
    RecipeError
        If the terms cannot be used.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> from readout_nlp.passages.tifa_match import match_tifa
    >>> corpus = rn.sample_corpus(cities=1, years=3, per_cell=8)
    >>> set(match_tifa(corpus, ["五源共治", "查无此词"])["term"])
    {'五源共治'}
    """
    words = read_terms(terms)
    table, swallowed = occurrences(corpus, words, nested=nested)
    found = set(table["term"])
    table.attrs = {
        "contained": [
            {"term": term, "inside": outer, "n": n} for (term, outer), n in sorted(swallowed.items())
        ],
        "never_found": [word.term for word in words if word.term not in found],
        "nested": nested,
        "n_readouts": corpus.readouts.height,
    }
    return table


def occurrences(
    corpus: Corpus, words: Sequence[Wording], *, nested: bool
) -> tuple[pd.DataFrame, Counter[tuple[str, str]]]:
    """Give the table of `match_tifa`, and how often each term lay inside which longer one.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=1, years=1, per_cell=1)
    >>> occurrences(corpus, read_terms(["查无此词"]), nested=True)[0].empty
    True
    """
    hits, swallowed = _all_hits(corpus, words, nested=nested)
    table = _about(hits, corpus, words).to_pandas()
    return table.astype({"date": "datetime64[s]", "quoted": bool}), swallowed


def _all_hits(
    corpus: Corpus, words: Sequence[Wording], *, nested: bool
) -> tuple[pl.DataFrame, Counter[tuple[str, str]]]:
    printed = {fold(word.term): word.term for word in words}
    rows, swallowed = [], Counter[tuple[str, str]]()
    for readout, body, found in _holding(corpus, list(printed)):
        spans = _spans(body, found)
        for (start, end, term), outer in _longest(spans):
            if outer is not None:
                swallowed[printed[term], printed[outer]] += 1
            if nested or outer is None:
                within = None if outer is None else printed[outer]
                rows.append((printed[term], readout, start, end, is_quoted(body, start, end), within))
    return pl.DataFrame(rows, schema=_HIT, orient="row"), swallowed


def _holding(corpus: Corpus, terms: list[str]) -> Iterator[tuple[str, str, set[str]]]:
    """Give readouts with their folded body and the terms in it, some at a time: all bodies take gigabytes."""
    for some in corpus.readouts.select("readout_id", "body").iter_slices(AT_ONCE):
        bodies = [fold(body or "") for body in some["body"].to_list()]
        held = pl.Series(bodies, dtype=pl.String).str.extract_many(terms, overlapping=True)
        for readout, body, found in zip(some["readout_id"], bodies, held.to_list(), strict=True):
            yield readout, body, set(found)


def _spans(body: str, terms: set[str]) -> list[Hit]:
    spans = []
    for term in terms:
        start = body.find(term)
        while start >= 0:
            spans.append((start, start + len(term), term))
            start = body.find(term, start + 1)
    return sorted(spans, key=lambda span: (span[0], -span[1]))


def _longest(spans: list[Hit]) -> Iterator[tuple[Hit, str | None]]:
    """Give every span with the outermost term that holds it, if any; they come by start, longest first."""
    outer: Hit = (-1, -1, "")
    for span in spans:
        inside = span[1] <= outer[1]
        yield span, outer[2] if inside else None
        if not inside:
            outer = span


def is_quoted(body: str, start: int, end: int) -> bool:
    """Say whether quotation marks stand close on both sides of a span.

    Examples
    --------
    >>> is_quoted("做到“两个维护”", 3, 7), is_quoted("做到“两个维护”", 3, 5)
    (True, False)
    """
    return start > 0 and end < len(body) and body[start - 1] in OPENING and body[end] in CLOSING


def _about(hits: pl.DataFrame, corpus: Corpus, words: Sequence[Wording]) -> pl.DataFrame:
    items = corpus.items.select(
        "readout_id", "item_id", pl.col("start", "end").cast(pl.Int64).name.prefix("i_")
    )
    key = ["readout_id", "start", "end"]
    inside = (
        hits.select(key)
        .unique()
        .join(items, on="readout_id")
        .filter((pl.col("i_start") <= pl.col("start")) & (pl.col("end") <= pl.col("i_end")))
        .group_by(key)
        .agg(pl.col("item_id").min())
    )
    heads = pl.DataFrame({"term": [w.term for w in words], "head": [w.head for w in words]})
    about = corpus.readouts.select("readout_id", "place", date="meeting_date")
    return (
        hits.join(about, on="readout_id", how="left")
        .join(inside, on=key, how="left")
        .join(heads, on="term", how="left")
        .sort("date", "readout_id", "start", "end", nulls_last=True)
        .select(COLUMNS)
    )
