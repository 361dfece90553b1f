"""Corpus <-> disk: an immutable Parquet part for each batch of pages, and a manifest written last."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from readout_nlp.corpus.build import settle
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.corpus.corrections import (
    Correction,
    as_csv,
    parse_corrections,
    read_corrections,
    require_applied,
)
from readout_nlp.corpus.history import (
    Sightings,
    read_again,
    read_events,
    with_sightings,
    write_events,
)
from readout_nlp.corpus.manifest import (
    CORRECTIONS,
    check_is_ours,
    clear_unlisted,
    is_store,
    new_manifest,
    read_manifest,
    write_manifest,
)
from readout_nlp.corpus.parsing import batches, one_ahead, parse_pages
from readout_nlp.corpus.parts import (
    EXAMPLES,
    PARTS,
    TABLES,
    Manifest,
    check_file,
    part_file,
    part_name,
    read_columns,
    read_rows,
    write_examples,
    write_frame,
)
from readout_nlp.corpus.row_schema import read_noted
from readout_nlp.corpus.rows import Rows, page_rows
from readout_nlp.durable import aside_folder, discard, sha256_bytes, sha256_file, sweep, write_bytes
from readout_nlp.errors import InputError, StoreError
from readout_nlp.pages.page import Page, Rejected
from readout_nlp.writer_lock import locked

__all__ = ["describe_store", "ingest", "is_store", "open_store", "page_paths"]

T = TypeVar("T")

BATCH_SIZE = 1000
WAIT_SECONDS = 3600.0


def ingest(
    paths: str | Path | Sequence[str | Path],
    store: str | Path,
    *,
    batch_size: int = BATCH_SIZE,
    corrections: str | Path | None = None,
    wait: float = WAIT_SECONDS,
    columns: Mapping[str, str] | None = None,
    progress: Callable[..., Iterable[Any]] | None = None,
    map: Callable[..., Iterable[Any]] = map,  # noqa: A002  # the seam through which processes come from above
) -> Corpus:
    """Add pages to a corpus store; make the store where there is none.

    It may be stopped at any moment: finished batches stay, the rest is read again by the next call. Pages
    that the store has seen (same origin, same bytes) are skipped, so that adding them again changes nothing.
    A page whose bytes have changed is a later version: it stands for the earlier one, which stays in the
    store and in `origins`; a page that vanished stays too (`events`). Nothing is merged on disk: pages stay
    as they came, and are merged when opened.

    Parameters
    ----------
    paths
        One path or several, as in `read_corpus`.
    store
        A folder: new, empty, or a corpus store.
    batch_size
        Pages a part.
    corrections
        A table of corrections (`read_corrections`), kept in the store from now on in place of the table that
        was there, if any: a row taken out is undone. None leaves that table as it is.
    wait
        Seconds to wait while another process adds to the store; its pages are there when this one begins.
    columns, progress, map
        As in `read_corpus`.

    Returns
    -------
    Corpus
        All that the store now holds.

    Raises
    ------
    InputError
        A new path does not exist, or nothing readable is in it; or corrections are faulty, each named.
        Pages are added even if a correction then fits none of its page's items; the old corrections stay.
    StoreError
        The folder holds something else or a newer store, cannot be written to, or another process still
        writes to it after `wait` seconds.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> page = "4月2日,市委常委会召开会议。会议听取了全市春耕备耕工作情况的汇报。"
    >>> _ = (folder / "page.txt").write_text(page, encoding="utf-8")
    >>> ingest(folder / "page.txt", folder / "store").readouts.height
    1
    >>> ingest(folder / "page.txt", folder / "store").fingerprint == open_store(folder / "store").fingerprint
    True
    """
    folder = Path(store)
    asked = None if corrections is None else read_corrections(corrections)
    listed, seen_now = page_paths(paths), Sightings()
    check_is_ours(folder)
    # a path that is not there is told before a folder is made, or waited for
    _reading(folder, listed, columns)
    with locked(folder, timeout=wait):
        manifest = _begun(folder)
        pages: Iterable[Page | Rejected] = seen_now.watch(_reading(folder, listed, columns))
        seen, known = _seen_pages(folder, manifest), _known_items(folder, manifest)
        parsed = (parse_pages(batch, map=map) for batch in batches(_unseen(pages, seen), batch_size))
        flow: Iterable[Any] = chain.from_iterable(one_ahead(parsed))
        if progress:
            flow = progress(flow, description="pages")
        for readouts in batches(flow, batch_size):
            rows = page_rows(readouts, known=known)
            known |= set(rows.readouts.select("readout_id", "sha256").iter_rows())
            manifest = add_part(folder, manifest, rows)
        found = with_sightings(read_events(folder, manifest), listed, seen_now)
        return seal_store(folder, manifest, asked, events=found)


def open_store(
    folder: str | Path, *, merge: bool = True, corrections: Sequence[Correction] | None = None
) -> Corpus:
    """Open a corpus store.

    Parameters
    ----------
    folder
        A corpus store, of this version or an older one.
    merge
        As in `build_corpus`.
    corrections
        Used instead of those in the store; an empty list: what the parser found.

    Raises
    ------
    StoreError
        There is no store, a newer version wrote it, or a part is missing or changed.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "page.txt").write_text("4月2日,市委常委会召开会议。会议研究了防汛。", encoding="utf-8")
    >>> ingest(folder / "page.txt", folder / "store").fingerprint == open_store(folder / "store").fingerprint
    True
    """
    return _opened(Path(folder), merge=merge, corrections=corrections)[0]


def describe_store(folder: str | Path) -> dict[str, Any]:
    """Say what a store holds, without reading its texts' parts twice; JSON values.

    Returns
    -------
    dict
        ``fingerprint``, ``readouts``, ``items``, ``merged`` (pages behind the kept ones), ``quarantined``,
        ``corrections`` (applied), ``documents`` (readouts of that kind), ``places``, ``first_year``,
        ``last_year``, ``without_place``, ``without_year``, ``parts``, ``schema_version``.

    Raises
    ------
    StoreError
        As in `open_store`.
    """
    corpus, manifest = _opened(Path(folder))
    years = corpus.readouts["year"].drop_nulls()
    return {
        "fingerprint": corpus.fingerprint,
        "readouts": corpus.readouts.height,
        "items": corpus.items.height,
        "merged": corpus.merged,
        "quarantined": corpus.quarantine.height,
        "corrections": corpus.corrections.filter(pl.col("status") == "applied").height,
        "documents": corpus.readouts.filter(pl.col("kind") == "document").height,
        "places": corpus.readouts["place"].drop_nulls().n_unique(),
        "first_year": years.min(),
        "last_year": years.max(),
        "without_place": corpus.readouts["place"].null_count(),
        "without_year": corpus.readouts["year"].null_count(),
        "parts": len(manifest["parts"]),
        "schema_version": manifest["schema_version"],
    }


def page_paths(paths: str | Path | Sequence[str | Path]) -> list[Path]:
    """Give one path or several as a list of paths to pages; a corpus store among them is refused.

    The tables of a store have a column of text too: read as pages, every item would become a document.

    Raises
    ------
    InputError
        A path is a corpus store.
    """
    listed = [Path(paths)] if isinstance(paths, str | Path) else [Path(path) for path in paths]
    for path in listed:
        if path.is_dir() and is_store(path):
            raise InputError(
                f"corpus store {path} among pages to read",
                "paths to pages",
                "open a store alone, as a corpus",
            )
    return listed


def _opened(
    folder: Path, *, merge: bool = True, corrections: Sequence[Correction] | None = None
) -> tuple[Corpus, Manifest]:
    def read(manifest: Manifest) -> tuple[Corpus, Manifest]:
        for part in manifest["parts"]:
            for table, expected in part["sha256"].items():
                check_file(part_file(folder, part, table), expected)
            if part.get(EXAMPLES):
                check_file(part_file(folder, part, EXAMPLES), part[EXAMPLES])
        wanted = _kept_corrections(folder, manifest) if corrections is None else corrections
        corpus = settle(read_rows(folder, manifest), merge=merge, corrections=wanted)
        return replace(corpus, events=read_events(folder, manifest)), manifest

    return _steadily(folder, read)


def _steadily(folder: Path, read: Callable[[Manifest], T]) -> T:
    """Read what one manifest names: as before, or as a writer who ended meanwhile has left it."""
    manifest = read_manifest(folder)
    while True:
        try:
            return read(manifest)
        except (StoreError, OSError):
            older, manifest = manifest, read_manifest(folder)
            if manifest == older:
                raise


def _reading(folder: Path, paths: list[Path], columns: Mapping[str, str] | None) -> Iterable[Page | Rejected]:
    if not is_store(folder):
        return read_noted(paths, columns=columns)
    past = _steadily(folder, lambda manifest: read_events(folder, manifest))
    return read_again(paths, past, columns=columns)


def _begun(folder: Path) -> Manifest:
    """Give the manifest to go on from, once what a killed run left is cleared away; the lock is held."""
    check_is_ours(folder)
    manifest = read_manifest(folder) if is_store(folder) else new_manifest()
    sweep(folder)
    sweep(folder / PARTS)
    clear_unlisted(folder, manifest)
    discard(folder / PARTS / part_name(len(manifest["parts"])))  # whole, but its manifest was never written
    if "events" not in manifest:  # of version 1 or 2: they are told from the parts that were there before
        manifest["events"] = write_events(folder, read_events(folder, manifest))
        write_manifest(folder, manifest)
    return manifest


def add_part(folder: Path, manifest: Manifest, rows: Rows) -> Manifest:
    """Write rows as one more part, and the manifest that names it; the fingerprint is open until sealed."""
    name = part_name(len(manifest["parts"]))
    frames: dict[str, pl.DataFrame] = {table: getattr(rows, table) for table in TABLES}
    with aside_folder(folder / PARTS / name) as side:
        for table, frame in frames.items():
            write_frame(side / f"{table}.parquet", frame)
        sums = {table: sha256_file(side / f"{table}.parquet") for table in TABLES}
        seen = write_examples(side, rows.examples)
    part = {"name": name, "rows": {table: frame.height for table, frame in frames.items()}, "sha256": sums}
    part |= {EXAMPLES: seen} if seen else {}
    # until the last batch is in, the fingerprint is not known: merging needs them all
    grown = manifest | {"fingerprint": None, "parts": [*manifest["parts"], part]}
    write_manifest(folder, grown)
    return grown


def seal_store(
    folder: Path, manifest: Manifest, asked: list[Correction] | None, *, events: pl.DataFrame
) -> Corpus:
    """Settle what the store holds, keep corrections and events, and write the fingerprint."""
    corrections = _kept_corrections(folder, manifest) if asked is None else asked
    corpus = settle(read_rows(folder, manifest), corrections=corrections)
    require_applied(asked or (), corpus.corrections)
    table = as_csv(corrections)
    name = f"{CORRECTIONS}{sha256_bytes(table)[:12]}.csv" if corrections else None
    if name is not None:
        write_bytes(folder / name, table)
    sealed = manifest | {"fingerprint": corpus.fingerprint}
    sealed["corrections"] = {"file": name, "sha256": sha256_bytes(table)} if name else None
    sealed["events"] = write_events(folder, events)
    write_manifest(folder, sealed)
    clear_unlisted(folder, sealed)
    return replace(corpus, events=events)


def _kept_corrections(folder: Path, manifest: Manifest) -> list[Correction]:
    kept = manifest.get("corrections")
    if not kept:
        return []
    file = folder / str(kept["file"])
    check_file(file, kept["sha256"], remedy="give the table of corrections to ingest again")
    return parse_corrections(file.read_bytes(), name=str(file))


def _seen_pages(folder: Path, manifest: Manifest) -> set[tuple[str, str | None]]:
    columns = ["origin", "sha256"]
    return {
        (origin, sha256)
        for table in ("readouts", "quarantine")
        for origin, sha256 in read_columns(folder, manifest, table=table, columns=columns)
    }


def _known_items(folder: Path, manifest: Manifest) -> set[tuple[str, str]]:
    columns = ["readout_id", "sha256"]
    return {
        (name, sha256) for name, sha256 in read_columns(folder, manifest, table="readouts", columns=columns)
    }


def _unseen(pages: Iterable[Page | Rejected], seen: set[tuple[str, str | None]]) -> Iterator[Page | Rejected]:
    for page in pages:
        key = (page.origin, page.sha256)
        if key not in seen:
            seen.add(key)
            yield page
