"""Which pages report one meeting: reprints on other sites, and later versions of one page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.corpus.resemblance import Fingers, fingers, same_text
from readout_nlp.readouts.spans import fold

KEPT, VERSION, REPRINT, CONFLICT = "kept", "version", "reprint", "conflict"

_COLUMNS = (
    "arrival",
    "readout_id",
    "origin",
    "ingested",
    "kind",
    "place_code",
    "place_name",
    "prefecture",
    "province",
    "meeting_date",
    "meeting_earliest",
    "meeting_latest",
    "meeting_type",
    "corrected",
)

Texts = Callable[[int], Fingers]


@dataclass(frozen=True, slots=True)
class _Page:
    """What decides whether a page reports the meeting of another, but its text."""

    arrival: int
    readout_id: str
    origin: str
    ingested: int
    place: tuple[str, ...] | None  # None where it is unknown, and for documents, which report no meeting
    day: date | None
    earliest: date
    latest: date
    meeting_type: str
    corrected: bool


class _Bodies:
    """Bodies by arrival, each taken out of the table when it is asked for: all at once take gigabytes."""

    def __init__(self, pages: pl.DataFrame) -> None:
        self._texts = pages["body"]
        self._row = {arrival: row for row, arrival in enumerate(pages["arrival"])}

    def __getitem__(self, arrival: int) -> str:
        return str(self._texts[self._row[arrival]])


def merge_pages(pages: pl.DataFrame, *, merge: bool = True) -> pl.DataFrame:
    """Say for every page which page stands for it.

    A later version of a page (same origin, other bytes, ingested later) stands for the earlier one; where
    only what surrounds the text has changed, a version that a coder corrected stands for the later. Of pages
    that report one meeting the most complete stands for the others; each of them was compared with it, so
    that no chain of small differences joins two meetings. The answer does not depend on the order of rows,
    but for a given id that stands for different texts: there the text that came first has the id.

    Parameters
    ----------
    pages
        Accepted pages, one row each: columns of the corpus and ``arrival``, ``ingested`` (number of the
        ingest), ``corrected``, ``n_items``.
    merge
        If False only word-for-word copies (pages with one id) stand for each other.

    Returns
    -------
    polars.DataFrame
        ``arrival``, ``keeper`` (an arrival), ``relation`` (``kept``, ``version``, ``reprint``, ``conflict``).
    """
    ranked = pages.sort(*_completeness(), nulls_last=True)
    about = [_page(row, merge=merge) for row in ranked.select(_COLUMNS).iter_rows()]
    bodies = _Bodies(ranked)
    heads = _versions(about, bodies) if merge else {}
    standing = [page for page in about if page.arrival not in heads]
    homes = _conflicts(standing, bodies)
    conflicts = set(homes)
    homes |= _meetings([page for page in standing if page.arrival not in homes], bodies)
    origins = {page.arrival: page.origin for page in about}
    rows = []
    for page in about:
        head = heads.get(page.arrival, page.arrival)
        same = head != page.arrival or page.origin == origins[homes[head]]
        relation = KEPT if homes[head] == page.arrival else VERSION if same else REPRINT
        rows.append((page.arrival, homes[head], CONFLICT if head in conflicts else relation))
    kinds = {"arrival": pages.schema["arrival"], "keeper": pages.schema["arrival"], "relation": pl.String()}
    return pl.DataFrame(rows, schema=kinds, orient="row")


def origin_table(corpus: Corpus) -> pd.DataFrame:
    """List every page behind the readouts of a corpus.

    Returns
    -------
    pandas.DataFrame
        ``readout``, ``origin``, ``sha256``, ``relation`` (``kept``; ``version``: another version of a page;
        ``reprint``: another page on the same meeting), ``merged_id`` (the id that the page had alone).

    Examples
    --------
    >>> import readout_nlp as rn
    >>> set(origin_table(rn.sample_corpus(cities=1, years=1, per_cell=2))["relation"])
    {'kept'}
    """
    every = corpus.readouts.select(pl.col("readout_id").alias("readout"), "origins").explode("origins")
    return every.drop_nulls("origins").unnest("origins").rename({"readout_id": "merged_id"}).to_pandas()


def _completeness() -> list[pl.Expr]:
    """Order pages, the one to keep first.

    A coder's word goes before everything; then a certain day (without it the year is lost), more items, more
    text, more that is known about it; then names, so that a tie is no accident.
    """
    known = ("title", "published", "meeting_type", "presider", "source")
    return [
        ~pl.col("corrected"),
        pl.col("meeting_date").is_null(),
        -pl.col("n_items").cast(pl.Int64),
        (pl.col("body").str.count_matches(r"\s").cast(pl.Int64) - pl.col("body").str.len_chars()),
        pl.sum_horizontal(pl.col(name).is_null().cast(pl.Int64) for name in known),
        pl.col("origin"),
        pl.col("sha256"),
        pl.col("readout_id"),
    ]


def _page(row: tuple[Any, ...], *, merge: bool) -> _Page:
    (
        arrival,
        readout_id,
        origin,
        ingested,
        kind,
        code,
        *names,
        day,
        earliest,
        latest,
        meeting_type,
        corrected,
    ) = row
    known = merge and kind == "readout" and names[0] is not None
    place = ((code,) if code else tuple(name or "" for name in names)) if known else None
    return _Page(
        arrival=arrival,
        readout_id=readout_id,
        origin=origin,
        ingested=ingested,
        place=place,
        day=day,
        earliest=earliest or date.min,
        latest=latest or date.max,
        meeting_type=re.sub(r"\W", "", fold(meeting_type or "")),
        corrected=corrected,
    )


def _versions(pages: Iterable[_Page], bodies: _Bodies) -> dict[int, int]:
    """Give for each page that a later version replaces the arrival of the latest one."""
    by_origin: dict[str, list[_Page]] = defaultdict(list)
    for page in pages:
        by_origin[page.origin].append(page)
    heads: dict[int, int] = {}
    for origin, found in by_origin.items():
        if origin and len({page.ingested for page in found}) > 1:
            texts = _texts(bodies)
            newest = sorted(found, key=lambda page: -page.ingested)
            for at, page in enumerate(newest):
                later = next((p for p in reversed(newest[:at]) if _is_version(page, p, texts)), None)
                if later is not None:
                    heads[page.arrival] = heads.get(later.arrival, later.arrival)
    return heads


def _is_version(old: _Page, new: _Page, texts: Texts) -> bool:
    """Say whether a page was edited; another text at the same address (a file name used again) is none."""
    if old.ingested == new.ingested:
        return False
    if old.readout_id == new.readout_id:
        # bytes around a text change with every visit (a counter): a coder's word on it stays in force
        return not old.corrected or new.corrected or not _same_words(old, new, texts)
    same_day = old.day is not None and old.day == new.day and old.place is not None and old.place == new.place
    return (same_day and _types_agree(old, new)) or same_text(
        texts(old.arrival), texts(new.arrival), dated=True
    )


def _conflicts(pages: Iterable[_Page], bodies: _Bodies) -> dict[int, int]:
    """Give the pages whose id stands for a text that came before, with the arrival of that text."""
    by_id: dict[str, list[int]] = defaultdict(list)
    for page in pages:
        by_id[page.readout_id].append(page.arrival)
    texts = {at: "".join(bodies[at].split()) for found in by_id.values() if len(found) > 1 for at in found}
    firsts = {at: min(found) for found in by_id.values() if len(found) > 1 for at in found}
    return {at: first for at, first in firsts.items() if texts[at] != texts[first]}


def _meetings(pages: Iterable[_Page], bodies: _Bodies) -> dict[int, int]:
    """Give for each page, the most complete first, the page kept for its meeting."""
    homes: dict[int, int] = {}
    by_id: dict[str, int] = {}
    by_place: dict[tuple[str, ...] | None, list[_Page]] = defaultdict(list)
    for page in pages:
        by_place[page.place].append(page)
    for place, found in by_place.items():
        texts = _texts(bodies)
        kept: dict[date | None, list[_Page]] = defaultdict(list)
        for page in found:
            home = by_id.get(page.readout_id)
            if home is None and place is not None:
                home = next((p.arrival for p in _near(page, kept) if _same_meeting(page, p, texts)), None)
            if home is None:
                home = page.arrival
                kept[page.day].append(page)
            by_id.setdefault(page.readout_id, home)
            homes[page.arrival] = home
    return homes


def _near(page: _Page, kept: dict[date | None, list[_Page]]) -> Iterable[_Page]:
    """Give the kept pages of the place whose day may be the page's: its own first, then those not certain."""
    if page.day is not None:
        yield from kept.get(page.day, ())
        days: list[date | None] = [None]
    else:
        days = list(kept)
    for day in days:
        for other in kept.get(day, ()):
            if page.earliest <= other.latest and other.earliest <= page.latest:
                yield other


def _same_meeting(page: _Page, other: _Page, texts: Texts) -> bool:
    dated = page.day is not None and page.day == other.day
    return _types_agree(page, other) and same_text(texts(page.arrival), texts(other.arrival), dated=dated)


def _same_words(page: _Page, other: _Page, texts: Texts) -> bool:
    return bool(np.array_equal(texts(page.arrival).every, texts(other.arrival).every))


def _types_agree(page: _Page, other: _Page) -> bool:
    """Say whether one convening body is, or is part of, the other; what is not known agrees."""
    return page.meeting_type in other.meeting_type or other.meeting_type in page.meeting_type


def _texts(bodies: _Bodies) -> Texts:
    """Give texts ready to be compared, by arrival, made on first use and forgotten with the block."""
    return cache(lambda arrival: fingers(bodies[arrival]))
