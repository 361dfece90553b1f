"""Corpus -> a smaller corpus: some of its readouts, with their items."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import polars as pl

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import InputError


def select_readouts(corpus: Corpus, readout_ids: Iterable[str]) -> Corpus:
    """Give the corpus of some readouts, in the order of `corpus`.

    Parameters
    ----------
    corpus
    readout_ids
        Ids of readouts of the corpus, in any order.

    Returns
    -------
    Corpus
        Readouts and their items; of corrections and events those of the pages behind these readouts. No page
        in quarantine: it belongs to no selection.

    Raises
    ------
    InputError
        If an id is no readout of the corpus.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=1, years=1, per_cell=3)
    >>> select_readouts(corpus, corpus.readouts["readout_id"][:2]).readouts.height
    2
    """
    wanted = set(readout_ids)
    strange = sorted(wanted.difference(corpus.readouts["readout_id"]))
    if strange:
        raise InputError(
            f"{len(strange)} ids that are no readouts of the corpus (first: {strange[0]})",
            "ids of its readouts",
            "take them from corpus.readouts['readout_id']",
        )
    readouts = corpus.readouts.filter(pl.col("readout_id").is_in(wanted))
    pages = _pages(readouts)
    return Corpus(
        readouts=readouts,
        items=corpus.items.filter(pl.col("readout_id").is_in(wanted)),
        quarantine=corpus.quarantine.clear(),
        corrections=_of(corpus.corrections, pages),
        events=_of(corpus.events, pages),
        repair_examples=_of(corpus.repair_examples, pages),
    )


def _pages(readouts: pl.DataFrame) -> set[str]:
    """Hashes of every page behind the readouts: the kept ones and those merged into them."""
    merged = readouts["origins"].explode().drop_nulls()
    hashes = set(readouts["sha256"].drop_nulls())
    return hashes | set(merged.struct.field("sha256").drop_nulls()) if len(merged) else hashes


def _of(table: pl.DataFrame, pages: Collection[str]) -> pl.DataFrame:
    return table.filter(pl.col("sha256").is_in(list(pages))) if table.height else table
