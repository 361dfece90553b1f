"""Corpus <-> disk: an immutable Parquet part for each batch of pages, and a manifest written last."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from readout_nlp.corpus.build import loose_corpus, settle
from readout_nlp.corpus.corpus import ITEM_SCHEMA, QUARANTINE_SCHEMA, READOUT_SCHEMA, Corpus
from readout_nlp.corpus.parsing import batches, parse_pages
from readout_nlp.durable import aside_folder, locked, sha256_file, write_text
from readout_nlp.errors import InputError, StoreError
from readout_nlp.pages.page import Page, Rejected
from readout_nlp.pages.read import read_pages

SCHEMA_VERSION = 1
ARTEFACT = "readout_nlp corpus"
MANIFEST = "manifest.json"
BATCH_SIZE = 1000

_TABLES = {"readouts": READOUT_SCHEMA, "items": ITEM_SCHEMA, "quarantine": QUARANTINE_SCHEMA}
_PARTS = "parts"
_OURS = {MANIFEST, _PARTS, ".lock"}

Manifest = dict[str, Any]


def ingest(
    paths: str | Path | Sequence[str | Path],
    store: str | Path,
    *,
    batch_size: int = BATCH_SIZE,
    progress: Callable[..., Iterable[Any]] | None = None,
    map: Callable[..., Iterable[Any]] = map,  # noqa: A002  # the seam through which processes come from above
) -> Corpus:
    """Add pages to a corpus store; make the store where there is none.

    It may be stopped at any moment: finished batches stay, the rest is read again by the next call. Pages
    that the store has seen (same origin, same bytes) are skipped, so that adding them again changes nothing.

    Parameters
    ----------
    paths
        One path or several, as in `read_corpus`.
    store
        A folder: new, empty, or a corpus store.
    batch_size
        Pages a part.
    progress, map
        As in `read_corpus`.

    Returns
    -------
    Corpus
        All that the store now holds.

    Raises
    ------
    InputError
        A path does not exist, or nothing readable is in it.
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
    pages: Iterable[Page | Rejected] = read_pages(page_paths(paths))
    if progress:
        pages = progress(pages, description="pages")
    with locked(folder):
        manifest = _read_manifest(folder) if is_store(folder) else _manifest([], ())
        seen, known = _seen_pages(folder, manifest), _known_ids(folder, manifest)
        for batch in batches(_unseen(pages, seen), batch_size):
            loose = loose_corpus(parse_pages(batch, map=map), known=known)
            known |= set(loose.readouts["readout_id"])
            manifest = _add_part(folder, manifest, loose, known=known)
        if not is_store(folder):
            _write_manifest(folder, manifest)
    return open_store(folder)


def open_store(folder: str | Path) -> Corpus:
    """Open a corpus store.

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
            _check_file(_part_file(where, part, table), expected)
    return settle(Corpus(*(_read_table(where, manifest, table) for table in _TABLES)))


def describe_store(folder: str | Path) -> dict[str, Any]:
    """Say what a store holds, without reading its texts' parts twice; JSON values.

    Returns
    -------
    dict
        ``fingerprint``, ``readouts``, ``items``, ``quarantined``, ``documents`` (readouts of that kind),
        ``places``, ``first_year``, ``last_year``, ``without_place``, ``without_year``, ``parts``,
        ``schema_version``.

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
        "quarantined": corpus.quarantine.height,
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


def _add_part(folder: Path, manifest: Manifest, loose: Corpus, *, known: set[str]) -> Manifest:
    name = f"part-{len(manifest['parts']):05d}"
    target = folder / _PARTS / name
    shutil.rmtree(target, ignore_errors=True)  # left by a run that was killed before its manifest
    with aside_folder(target) as side:
        for table in _TABLES:
            frame: pl.DataFrame = getattr(loose, table)
            frame.write_parquet(side / f"{table}.parquet", compression="zstd")
        sums = {table: sha256_file(side / f"{table}.parquet") for table in _TABLES}
    rows = {table: getattr(loose, table).height for table in _TABLES}
    grown = _manifest([*manifest["parts"], {"name": name, "rows": rows, "sha256": sums}], known)
    _write_manifest(folder, grown)
    return grown


def _manifest(parts: list[dict[str, Any]], known: Iterable[str]) -> Manifest:
    return {
        "artefact": ARTEFACT,
        "schema_version": SCHEMA_VERSION,
        "fingerprint": hashlib.sha256("\n".join(sorted(known)).encode()).hexdigest(),
        "parts": parts,
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
    return sorted(path.name for path in folder.iterdir() if path.name not in _OURS) if folder.is_dir() else []


def _check_file(path: Path, expected: str) -> None:
    if not path.is_file() or sha256_file(path) != expected:
        raise StoreError(
            f"{path} {'changed' if path.is_file() else 'missing'}",
            "the file that its manifest names",
            "restore it from a copy, or ingest the pages again into a new folder",
        )


def _part_file(folder: Path, part: dict[str, Any], table: str) -> Path:
    return folder / _PARTS / str(part["name"]) / f"{table}.parquet"


def _read_table(
    folder: Path, manifest: Manifest, table: str, columns: list[str] | None = None
) -> pl.DataFrame:
    schema = _TABLES[table]
    empty = pl.DataFrame(schema={name: schema[name] for name in columns or schema})
    files = [_part_file(folder, part, table) for part in manifest["parts"]]
    return pl.concat([empty, *(pl.read_parquet(file, columns=columns) for file in files)])


def _seen_pages(folder: Path, manifest: Manifest) -> set[tuple[str, str | None]]:
    columns = ["origin", "sha256"]
    tables = (_read_table(folder, manifest, table, columns) for table in ("readouts", "quarantine"))
    return {(origin, sha256) for table in tables for origin, sha256 in table.iter_rows()}


def _known_ids(folder: Path, manifest: Manifest) -> set[str]:
    return set(_read_table(folder, manifest, "readouts", ["readout_id"])["readout_id"])


def _unseen(pages: Iterable[Page | Rejected], seen: set[tuple[str, str | None]]) -> Iterator[Page | Rejected]:
    for page in pages:
        key = (page.origin, page.sha256)
        if key not in seen:
            seen.add(key)
            yield page
