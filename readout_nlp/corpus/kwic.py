"""Keyword in context: passages to cite, with readout, item and span."""

from __future__ import annotations

import re

import pandas as pd
import polars as pl

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import RecipeError

COLUMNS = ("readout", "item", "start", "end", "left", "match", "right", "place", "date", "origin", "sha256")


def kwic(corpus: Corpus, pattern: str | re.Pattern[str], *, width: int = 20) -> pd.DataFrame:
    """Find a wording in every body of a corpus.

    Parameters
    ----------
    corpus
        Where to look, in its order.
    pattern
        Text, taken literally; or a compiled regular expression.
    width
        Characters of context on each side.

    Returns
    -------
    pandas.DataFrame
        One row an occurrence: ``readout``, ``item`` (null outside the items), ``start`` and ``end`` (in
        characters of the readout's body), ``left``, ``match``, ``right``, ``place``, ``date`` (of
        the meeting, null where it is not certain), ``origin`` and ``sha256`` of the page: what a citation
        needs.

    Raises
    ------
    RecipeError
        The pattern is empty, or a width is negative.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> from readout_nlp.corpus.kwic import kwic
    >>> found = kwic(rn.sample_corpus(cities=1, years=1, per_cell=2), "会议", width=4)
    >>> set(found["match"])
    {'会议'}
    """
    if not pattern or width < 0:
        raise RecipeError(
            f"pattern {pattern!r} with width {width}", "a text to find and a width of 0 or more", "give both"
        )
    wanted = re.compile(re.escape(pattern)) if isinstance(pattern, str) else pattern
    columns = ("readout_id", "body", "place", "meeting_date", "origin", "sha256")
    found = [
        (readout, *_context(body, hit, width), *about)
        for readout, body, *about in corpus.readouts.select(columns).iter_rows()
        for hit in wanted.finditer(body)
        if hit.group()
    ]
    spans = _item_spans(corpus, {readout for readout, *_ in found})
    rows = [(first, _item_at(spans.get(first, ()), (rest[0], rest[1])), *rest) for first, *rest in found]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.astype({"date": "datetime64[s]"})


def _context(body: str, hit: re.Match[str], width: int) -> tuple[int, int, str, str, str]:
    start, end = hit.span()
    return start, end, body[max(0, start - width) : start], hit.group(), body[end : end + width]


def _item_spans(corpus: Corpus, readouts: set[str]) -> dict[str, list[tuple[int, int, str]]]:
    spans: dict[str, list[tuple[int, int, str]]] = {}
    items = corpus.items.select("readout_id", "start", "end", "item_id")
    for readout, *span in items.filter(pl.col("readout_id").is_in(readouts)).iter_rows():
        spans.setdefault(readout, []).append((span[0], span[1], span[2]))
    return spans


def _item_at(spans: list[tuple[int, int, str]] | tuple[()], hit: tuple[int, int]) -> str | None:
    start, end = hit
    return next((item for first, last, item in spans if first <= start and end <= last), None)
