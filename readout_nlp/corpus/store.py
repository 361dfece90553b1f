"""Corpus <-> disk: an immutable Parquet part for each batch of pages, and a manifest written last."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

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
    EVENTS,
    Sightings,
    read_again,
    read_events,
    with_sightings,
    write_events,
)
from readout_nlp.corpus.parsing import batches, one_ahead, parse_pages
from readout_nlp.corpus.parts import PARTS, TABLES, Manifest, check_file, part_file, read_columns, read_rows
from readout_nlp.corpus.rows import Rows, page_rows
from readout_nlp.durable import aside_folder, locked, sha256_bytes, sha256_file, write_bytes, write_text
from readout_nlp.errors import InputError, StoreError
from readout_nlp.pages.page import Page, Rejected
from readout_nlp.pages.read import read_pages

# 2: items of every page, with its hash, so that any of several pages can be the kept one; 3: events
SCHEMA_VERSION = 3
ARTEFACT = "readout_nlp corpus"
MANIFEST = "manifest.json"
BATCH_SIZE = 1000

_CORRECTIONS = "corrections-"
_OURS = {MANIFEST, PARTS, ".lock"}


def ingest(
    paths: str | Path | Sequence[str | Path],
    store: str | Path,
    *,
    batch_size: int = BATCH_SIZE,
    corrections: str | Path | None = None,
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
    progress, map
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
        The folder holds something else, a newer store, or another process is writing to it.

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
    _check_is_ours(folder)
    asked = None if corrections is None else read_corrections(corrections)
    listed, seen_now = page_paths(paths), Sightings()
    past = read_events(folder, _read_manifest(folder)) if is_store(folder) else None
    pages = read_pages(listed) if past is None else read_again(listed, past)
    pages = seen_now.watch(pages)
    if progress:
        pages = progress(pages, description="pages")
    with locked(folder):
        manifest = _read_manifest(folder) if is_store(folder) else _manifest([]) | {"events": None}
        seen, known = _seen_pages(folder, manifest), _known_items(folder, manifest)
        parsed = (parse_pages(batch, map=map) for batch in batches(_unseen(pages, seen), batch_size))
        for readouts in one_ahead(parsed):
            rows = page_rows(readouts, known=known)
            known |= set(rows.readouts.select("readout_id", "sha256").iter_rows())
            manifest = _add_part(folder, manifest, rows)
        found = with_sightings(read_events(folder, manifest), listed, seen_now)
        return _seal(folder, manifest, asked, events=found)


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
    where = Path(folder)
    manifest = _read_manifest(where)
    for part in manifest["parts"]:
        for table, expected in part["sha256"].items():
            check_file(part_file(where, part, table), expected)
    wanted = _kept_corrections(where, manifest) if corrections is None else corrections
    corpus = settle(read_rows(where, manifest), merge=merge, corrections=wanted)
    return replace(corpus, events=read_events(where, manifest))


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
    corpus, manifest = open_store(folder), _read_manifest(Path(folder))
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


def is_store(folder: str | Path) -> bool:
    """Say whether a folder is a corpus store (of any version)."""
    path = Path(folder) / MANIFEST
    if not path.is_file():
        return False
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return False
    return isinstance(manifest, dict) and manifest.get("artefact") == ARTEFACT


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
        if is_store(path):
            raise InputError(
                f"corpus store {path} among pages to read",
                "paths to pages",
                "open a store alone, as a corpus",
            )
    return listed


def _add_part(folder: Path, manifest: Manifest, rows: Rows) -> Manifest:
    name = f"part-{len(manifest['parts']):05d}"
    target = folder / PARTS / name
    shutil.rmtree(target, ignore_errors=True)  # left by a run that was killed before its manifest
    with aside_folder(target) as side:
        for table in TABLES:
            frame: pl.DataFrame = getattr(rows, table)
            frame.write_parquet(side / f"{table}.parquet", compression="zstd")
        sums = {table: sha256_file(side / f"{table}.parquet") for table in TABLES}
    counts = {table: getattr(rows, table).height for table in TABLES}
    part = {"name": name, "rows": counts, "sha256": sums}
    kept = {key: manifest[key] for key in ("corrections", "events") if key in manifest}
    grown = manifest | _manifest([*manifest["parts"], part]) | kept
    _write_manifest(folder, grown)
    return grown


def _seal(
    folder: Path, manifest: Manifest, asked: list[Correction] | None, *, events: pl.DataFrame
) -> Corpus:
    """Settle what the store holds, keep corrections and events, and write the fingerprint."""
    corrections = _kept_corrections(folder, manifest) if asked is None else asked
    corpus = settle(read_rows(folder, manifest), corrections=corrections)
    require_applied(asked or (), corpus.corrections)
    before, table = manifest.get("corrections"), as_csv(corrections)
    name = f"{_CORRECTIONS}{sha256_bytes(table)[:12]}.csv" if corrections else None
    if name is not None:
        write_bytes(folder / name, table)
    sealed = _manifest(manifest["parts"], fingerprint=corpus.fingerprint)
    sealed["corrections"] = {"file": name, "sha256": sha256_bytes(table)} if name else None
    sealed["events"] = write_events(folder, events)
    _write_manifest(folder, sealed)
    for old, new in ((before, sealed["corrections"]), (manifest.get("events"), sealed["events"])):
        if old and old != new:
            (folder / old["file"]).unlink(missing_ok=True)
    return replace(corpus, events=events)


def _kept_corrections(folder: Path, manifest: Manifest) -> list[Correction]:
    kept = manifest.get("corrections")
    if not kept:
        return []
    file = folder / str(kept["file"])
    check_file(file, kept["sha256"], remedy="give the table of corrections to ingest again")
    return parse_corrections(file.read_bytes(), name=str(file))


def _manifest(parts: list[dict[str, Any]], *, fingerprint: str | None = None) -> Manifest:
    # between the first batch and the last the fingerprint is not known: merging needs them all
    return {
        "artefact": ARTEFACT,
        "schema_version": SCHEMA_VERSION,
        "fingerprint": fingerprint,
        "parts": parts,
        "corrections": None,
    }


def _write_manifest(folder: Path, manifest: Manifest) -> None:
    write_text(folder / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=2) + "\n")


def _read_manifest(folder: Path) -> Manifest:
    if not is_store(folder):
        raise StoreError(
            f"no corpus store in {folder}",
            f"a folder with the {MANIFEST} of a corpus",
            "make one with ingest",
        )
    manifest: Manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    version = manifest.get("schema_version")
    if not isinstance(version, int) or version > SCHEMA_VERSION:
        raise StoreError(
            f"schema version {version} in {folder}",
            f"at most version {SCHEMA_VERSION}, which this readout_nlp reads",
            "update readout_nlp (pip install --upgrade readout-nlp)",
        )
    return manifest


def _check_is_ours(folder: Path) -> None:
    if folder.is_file() or (folder.is_dir() and not is_store(folder) and _others(folder)):
        raise StoreError(
            f"{folder} holding {', '.join(_others(folder)[:3]) or 'a file'}",
            "a new or empty folder, or a corpus store",
            "choose another folder",
        )


def _others(folder: Path) -> list[str]:
    # parts without a manifest: the very first batch was cut short
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    return sorted(name for name in names if name not in _OURS and not name.startswith((_CORRECTIONS, EVENTS)))


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
