"""Corpora and stores by name -> what is to be merged, in the order of their names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.corpus.corrections import COLUMNS, Correction
from readout_nlp.corpus.joined_rows import Source
from readout_nlp.corpus.manifest import read_manifest
from readout_nlp.corpus.parts import read_rows
from readout_nlp.corpus.rows import PAGE_ITEM_SCHEMA, PAGE_SCHEMA, Rows
from readout_nlp.corpus.store import open_store
from readout_nlp.corpus.store_names import check_name
from readout_nlp.errors import RecipeError

Part = Corpus | str | Path


def sources_of(corpora: Mapping[str, Part]) -> list[Source]:
    """Read every corpus or store, in the order of the names.

    Raises
    ------
    RecipeError
        A name that cannot be one, or no corpus.
    StoreError
        As in `open_store`.
    """
    if not corpora:
        raise RecipeError("no corpus to merge", "at least one", "name the corpora")
    for name in corpora:
        check_name(name)
    return [_source(name, corpora[name]) for name in sorted(corpora)]


def _source(name: str, part: Part) -> Source:
    if isinstance(part, Corpus):
        return _source_of(name, part, _rows_of(part))
    folder = Path(part)
    while True:
        manifest = read_manifest(folder)
        corpus = open_store(folder)  # checks the hash of every part
        rows = read_rows(folder, manifest)
        if read_manifest(folder) == manifest:  # else a writer has ended meanwhile: read what it left
            return _source_of(name, corpus, rows)


def _source_of(name: str, corpus: Corpus, rows: Rows) -> Source:
    log = corpus.corrections.select(*COLUMNS).iter_rows(named=True)
    return Source(
        name=name,
        fingerprint=corpus.fingerprint,
        rows=rows,
        corrections=[Correction(row=row, **one) for row, one in enumerate(log, start=2)],
        events=corpus.events,
        readouts=corpus.readouts.height,
    )


def _rows_of(corpus: Corpus) -> Rows:
    """Give the kept pages of a corpus as rows, all of one time."""
    pages = corpus.readouts.select(*PAGE_SCHEMA).with_columns(ingested=pl.lit(0, pl.Int32))
    hashes = corpus.readouts.select("readout_id", "sha256")
    items = corpus.items.join(hashes, on="readout_id", maintain_order="left").select(*PAGE_ITEM_SCHEMA)
    return Rows(pages, items, corpus.quarantine, corpus.repair_examples)
