"""Several corpora -> one, each page with the corpora that it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from readout_nlp.corpus.build import settle
from readout_nlp.corpus.corpus import CORRECTION_SCHEMA, Corpus
from readout_nlp.corpus.joined_rows import (
    PAGE,
    Source,
    expanded_origins,
    joined_corrections,
    joined_events,
    joined_rows,
    provenance_table,
)
from readout_nlp.corpus.manifest import new_manifest, write_manifest
from readout_nlp.corpus.merged_from import MERGED_FROM, earlier_pages, write_pages
from readout_nlp.corpus.rows import PAGE_SCHEMA, Rows
from readout_nlp.corpus.sources import Part, sources_of
from readout_nlp.corpus.store import add_part, seal_store
from readout_nlp.durable import aside_folder
from readout_nlp.errors import StoreError


def merge_corpora(corpora: Mapping[str, Part]) -> Corpus:
    """Make one corpus of several; pages that report one meeting are merged across them as within one.

    The order of `corpora` changes nothing, and a corpus merged with itself stays as it is. Corrections of all
    are in force, events of all are kept. Where two corpora have other bytes at one address, and none of them
    has both, neither counts as the later version: the more complete one stands for the meeting.

    Parameters
    ----------
    corpora
        By name: lower-case letters, digits, ``.``, ``_`` and ``-``. Each is a corpus or the folder of a
        corpus store. Only a store knows the texts of the pages behind its readouts: of a `Corpus`, these stay
        where they were merged.

    Returns
    -------
    Corpus
        `corpora_of` says which page came from which.

    Raises
    ------
    RecipeError
        A name that cannot be one, or no corpus.
    InputError
        Two corpora correct one field of a page differently; each is named.
    StoreError
        As in `open_store`.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> both = rn.sample_corpus(cities=2, years=2, per_cell=1)
    >>> ids = both.readouts["readout_id"]
    >>> left, right = (rn.select_readouts(both, part) for part in (ids[:3], ids[2:]))
    >>> merge_corpora({"left": left, "right": right}).fingerprint == both.fingerprint
    True
    """
    sources = sources_of(corpora)
    corpus = settle(joined_rows(sources), corrections=joined_corrections(sources))
    given = [corpora[source.name] for source in sources if isinstance(corpora[source.name], Corpus)]
    corpus = _with_what_they_knew(corpus, [one for one in given if isinstance(one, Corpus)])
    return replace(corpus, events=joined_events(sources))


def merge_stores(stores: Mapping[str, str | Path], folder: str | Path) -> Path:
    """Write the pages of several corpus stores as one new store, whole or not at all.

    The stores are read, and not changed. The new one keeps in its manifest the name and fingerprint of each,
    and beside it which page came from which (`merged_from`), also when pages are added to it later.

    Parameters
    ----------
    stores
        By name, as in `merge_corpora`.
    folder
        A new or empty folder.

    Raises
    ------
    StoreError
        `folder` holds something, or a store is none.
    RecipeError, InputError
        As in `merge_corpora`.

    Examples
    --------
    >>> import tempfile
    >>> from readout_nlp.corpus.merged_from import merged_from
    >>> from readout_nlp.corpus.store import ingest
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name, matter in (("south", "防汛"), ("north", "春耕")):
    ...     page = folder / f"{name}.txt"
    ...     _ = page.write_text(f"4月2日,市委常委会召开会议。会议研究了{matter}工作。", encoding="utf-8")
    ...     _ = ingest(page, folder / name)
    >>> both = merge_stores({name: folder / name for name in ("south", "north")}, folder / "both")
    >>> sorted(merged_from(both)["corpus"])
    ['north', 'south']
    """
    folder = Path(folder)
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise StoreError(
            f"something in {folder}", "a new folder for the merged store", "choose another --corpus"
        )
    _check_apart(folder, stores)
    sources = sources_of(stores)
    rows, corrections = joined_rows(sources), joined_corrections(sources)
    pages = pl.concat([provenance_table(sources), *earlier_pages(stores)]).sort(
        "origin", "sha256", "corpus", nulls_last=True
    )
    with aside_folder(folder) as side:
        manifest: dict[str, Any] = new_manifest()
        for part in _by_version(rows):
            manifest = add_part(side, manifest, part)
        manifest[MERGED_FROM] = {
            **write_pages(side, pages),
            "corpora": [_about(source) for source in sources],
        }
        write_manifest(side, manifest)
        seal_store(side, manifest, corrections, events=joined_events(sources))
    return folder


def _with_what_they_knew(corpus: Corpus, given: Sequence[Corpus]) -> Corpus:
    """Put back what a corpus in memory no longer has as rows: merged pages, and values before corrections."""
    hidden: dict[tuple[str, ...], list[dict[str, str]]] = {}
    logs: dict[tuple[str, str], dict[str, Any]] = {}
    for one in given:
        for origins in one.readouts["origins"].to_list():
            others = (origins or [])[1:]
            if others:
                hidden.setdefault(tuple(origins[0][name] for name in PAGE), []).extend(others)
        logs |= {(row["sha256"], row["field"]): row for row in one.corrections.iter_rows(named=True)}
    readouts = expanded_origins(corpus.readouts, hidden) if hidden else corpus.readouts
    rows = []
    for row in corpus.corrections.iter_rows(named=True):
        before = logs.get((row["sha256"], row["field"]))
        if before is not None:
            status = before["status"] if row["status"] == "no such page" else row["status"]
            row |= {"before": before["before"], "status": status}
        rows.append(row)
    return replace(corpus, readouts=readouts, corrections=pl.DataFrame(rows, schema=CORRECTION_SCHEMA))


def _by_version(rows: Rows) -> list[Rows]:
    """Deal rows to parts, since the number of its part tells a later version from an earlier one."""
    parts = []
    seen = rows.readouts.clear().select("readout_id", "sha256")
    for level in range(int(rows.readouts["ingested"].max() or 0) + 1):  # type: ignore[arg-type]  # whole numbers
        pages = rows.readouts.filter(pl.col("ingested") == level).select(*PAGE_SCHEMA)
        keys = (
            pages.select("readout_id", "sha256").unique().join(seen, on=("readout_id", "sha256"), how="anti")
        )
        items = rows.items.join(keys, on=("readout_id", "sha256"), how="semi", maintain_order="left")
        first = (rows.quarantine, rows.examples)
        parts.append(Rows(pages, items, *(first if not level else (one.clear() for one in first))))
        seen = pl.concat([seen, keys])
    return parts


def _about(source: Source) -> dict[str, Any]:
    return {"name": source.name, "fingerprint": source.fingerprint, "readouts": source.readouts}


def _check_apart(folder: Path, stores: Mapping[str, str | Path]) -> None:
    for path in stores.values():
        if folder.resolve().is_relative_to(Path(path).resolve()):
            raise StoreError(
                f"{folder} within the store {path}", "a folder outside it", "choose another --corpus"
            )
