"""What a run says of itself on disk: the call while it goes on, the manifest once it is done."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from readout_nlp.analysis.recipe import Recipe
from readout_nlp.durable import SIDE_PREFIX, sha256_file
from readout_nlp.errors import StoreError
from readout_nlp.schema import KIND, VERSION, Migration, readable
from readout_nlp.versions import library_versions

SCHEMA_VERSION = 2  # 2: names its kind
ARTEFACT = "readout_nlp run"
UNFINISHED = "readout_nlp run, unfinished"
STARTED = "started.json"
MANIFEST = "manifest.json"

_MIGRATIONS: dict[int, Migration] = {1: dict}


def as_call(
    paths: Sequence[Path],
    recipe: Recipe,
    *,
    corrections: Path | None = None,
    reference: Sequence[Path] = (),
) -> dict[str, Any]:
    """Give what makes two runs the same: pages, corrections, settings and versions."""
    return {
        KIND: UNFINISHED,
        VERSION: SCHEMA_VERSION,
        "pages": [str(path) for path in paths] or "the built-in sample",
        "reference": [str(path) for path in reference],
        "corrections": sha256_file(corrections) if corrections and corrections.is_file() else None,
        "recipe": recipe.model_dump(mode="json"),
        "libraries": library_versions(),
    }


def run_manifest(
    call: Mapping[str, Any],
    provenance: Mapping[str, Any],
    *,
    synthetic: bool,
    warnings: Sequence[str],
    seconds: Mapping[str, float],
) -> dict[str, Any]:
    """Give what the run was: the call, the provenance, what a reader must know, and seconds by stage."""
    return {
        KIND: ARTEFACT,
        **provenance,
        VERSION: SCHEMA_VERSION,
        "pages": call["pages"],
        "reference": call["reference"],
        "synthetic": synthetic,
        "warnings": list(warnings),
        "seconds": dict(seconds),
    }


def read_run_manifest(out: str | Path) -> dict[str, Any]:
    """Read the manifest of a finished run, of this version or an older one.

    Raises
    ------
    StoreError
        No finished run is there, or a newer version of the package made it.
    """
    path = Path(out) / MANIFEST
    if not path.is_file():
        raise StoreError(f"no {MANIFEST} in {out}", "the folder of a finished run", "check the path")
    return _read(path, ARTEFACT)


def check_free(out: Path, call: Mapping[str, Any]) -> None:
    """Refuse a directory that holds anything but this call's own unfinished run.

    Raises
    ------
    StoreError
        A finished run, an unfinished one of another call or a newer version, other files, or links where a
        run writes folders of its own.
    """
    if out.exists() and not out.is_dir():
        raise StoreError(f"{out} is a file", "a directory to write to", "choose another --out")
    inside = list(out.iterdir()) if out.exists() else []
    names = sorted(path.name for path in inside if not _is_transient(path.name))
    if STARTED in names:
        _check_same(out, call)
    elif MANIFEST in names:
        raise StoreError(f"a finished run in {out}", "a new directory", "choose another --out, or remove it")
    elif names:
        raise StoreError(
            f"{len(names)} other files in {out} ({', '.join(names[:3])})",
            "a new or empty directory",
            "choose another --out",
        )
    links = sorted(path.name for path in inside if path.is_symlink())
    if links:
        raise StoreError(
            f"symbolic links in {out} ({', '.join(links[:3])})", "files of the run", "remove the links"
        )


def _is_transient(name: str) -> bool:
    return name == ".lock" or name.startswith(SIDE_PREFIX)


def _check_same(out: Path, call: Mapping[str, Any]) -> None:
    found = _read(out / STARTED, UNFINISHED)
    # a setting that there was not yet when the run began has its default
    settings = Recipe().model_dump(mode="json") | found.get("recipe", {})
    if found | {"recipe": settings} != call:
        raise StoreError(
            f"an unfinished run of other pages, settings or versions in {out}",
            "a new directory, or the same call again",
            "choose another --out, or remove it",
        )


def _read(path: Path, artefact: str) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise StoreError(
            f"{path} that cannot be read ({fault})", "what a run writes there", "choose another folder"
        ) from fault
    if isinstance(found, dict):
        found = {KIND: artefact} | found  # version 1 did not name its kind
    return readable(found, artefact=artefact, version=SCHEMA_VERSION, migrations=_MIGRATIONS, path=path)
