"""The manifest of a corpus store: which parts it has, and whether a folder is a store at all."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from readout_nlp.corpus.history import EVENTS
from readout_nlp.corpus.parts import EXAMPLES, PARTS, TABLES, Manifest, part_name
from readout_nlp.durable import write_text
from readout_nlp.errors import StoreError
from readout_nlp.schema import Migration, readable

# 2: items of every page, with its hash, so that any of several pages can be the kept one; 3: events
SCHEMA_VERSION = 3
ARTEFACT = "readout_nlp corpus"
MANIFEST = "manifest.json"
CORRECTIONS = "corrections-"

# What is new in a version is told from the parts where it is missing: see `parts` and `history`.
_MIGRATIONS: dict[int, Migration] = {1: lambda old: old | {"corrections": old.get("corrections")}, 2: dict}
_SIDE_FILES = {"corrections": CORRECTIONS, "events": EVENTS}
_HASHED = r"[0-9a-f]{12}\.(?:csv|parquet)"


def new_manifest() -> Manifest:
    """Give the manifest of a store without a page."""
    return {
        "artefact": ARTEFACT,
        "schema_version": SCHEMA_VERSION,
        "fingerprint": None,
        "parts": [],
        "corrections": None,
        "events": None,
    }


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, which makes what it names part of the store."""
    write_text(folder / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=2) + "\n")


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a store, of this version or an older one.

    Raises
    ------
    StoreError
        There is no store, a newer version wrote it, or it names files that no store has.
    """
    kept = _kept(folder)
    if kept is None:
        raise StoreError(
            f"no corpus store in {folder}",
            f"a folder with the {MANIFEST} of a corpus",
            "make one with ingest",
        )
    path = folder / MANIFEST
    manifest = readable(kept, artefact=ARTEFACT, version=SCHEMA_VERSION, migrations=_MIGRATIONS, path=path)
    if not _names_own_files(manifest):
        raise StoreError(f"a list of other files in {path}", "parts as ingest names them", "restore it")
    _check_links(folder, manifest)
    return manifest


def is_store(folder: str | Path) -> bool:
    """Say whether a folder is a corpus store (of any version)."""
    return _kept(Path(folder)) is not None


def check_is_ours(folder: Path) -> None:
    """Refuse a folder that is neither a store nor what a first batch cut short leaves.

    Raises
    ------
    StoreError
        It is a file, or holds other files; a manifest that cannot be read or parts without one are such.
    """
    others = [] if is_store(folder) else _others(folder)
    if folder.is_file() or others:
        raise StoreError(
            f"{folder} holding {', '.join(others[:3]) or 'a file'}",
            "a new or empty folder, or a corpus store",
            "choose another folder",
        )


def clear_unlisted(folder: Path, manifest: Manifest) -> None:
    """Remove corrections and events that the manifest does not name, or does not name any more."""
    named = {entry["file"] for key in _SIDE_FILES if (entry := manifest.get(key))}
    for path in folder.iterdir():
        ours = any(re.fullmatch(prefix + _HASHED, path.name) for prefix in _SIDE_FILES.values())
        if ours and path.name not in named:
            path.unlink(missing_ok=True)


def _kept(folder: Path) -> dict[str, Any] | None:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return manifest if isinstance(manifest, dict) and manifest.get("artefact") == ARTEFACT else None


def _others(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    # of a first batch that was cut short: a lock, files half-written, one part, corrections and events
    ours = re.compile(rf"\.lock|\.writing-.*|{PARTS}|(?:{CORRECTIONS}|{EVENTS}){_HASHED}")
    names = [path.name for path in folder.iterdir() if not ours.fullmatch(path.name)]
    parts = folder / PARTS
    begun = re.compile(rf"{part_name(0)}|\.writing-.*")
    if parts.is_dir():
        names += [f"{PARTS}/{path.name}" for path in parts.iterdir() if not begun.fullmatch(path.name)]
    return sorted(names)


def _names_own_files(manifest: Manifest) -> bool:
    """Tell whether each name is one that a store gives: none leads elsewhere."""
    parts, entries = manifest.get("parts"), {key: manifest.get(key) for key in _SIDE_FILES}
    return (
        isinstance(parts, list)
        and all(isinstance(part, dict) and set(part.get("sha256") or ()) == set(TABLES) for part in parts)
        and all(re.fullmatch(r"part-\d{5,}", str(part.get("name"))) for part in parts)
        and all(
            re.fullmatch(_SIDE_FILES[key] + _HASHED, str(dict(entry).get("file")))
            for key, entry in entries.items()
            if entry
        )
    )


def _check_links(folder: Path, manifest: Manifest) -> None:
    parts = folder / PARTS
    own = [parts, *(parts / str(part["name"]) for part in manifest["parts"])]
    own += [parts / str(part["name"]) / f"{table}.parquet" for part in manifest["parts"] for table in TABLES]
    own += [parts / str(part["name"]) / f"{EXAMPLES}.parquet" for part in manifest["parts"]]
    own += [folder / str(entry["file"]) for key in _SIDE_FILES if (entry := manifest.get(key))]
    for path in own:
        if path.is_symlink():
            raise StoreError(
                f"a symbolic link at {path}", "the store's own file", "put the file there itself"
            )
