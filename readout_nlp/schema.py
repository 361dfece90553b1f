"""Schema versions: what a newer package wrote is refused, what an older one wrote is migrated in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from readout_nlp.errors import StoreError

VERSION = "schema_version"
KIND = "artefact"

Migration = Callable[[dict[str, Any]], dict[str, Any]]


def readable(
    manifest: object,
    *,
    artefact: str,
    version: int,
    migrations: Mapping[int, Migration],
    path: str | Path,
) -> dict[str, Any]:
    """Give a manifest as this version of the package understands it; the one on disk stays as it is.

    Parameters
    ----------
    manifest
        What was read from the file: a mapping with ``artefact`` and ``schema_version``. For a file whose
        first versions did not name their kind, pass ``{"artefact": ...} | manifest``.
    artefact
        The kind it must be.
    version
        The newest version of that kind which this package knows.
    migrations
        By version: how a manifest of it becomes one of the next. Every version that ever was has one; a
        migration need not write the new version itself.
    path
        Where it was read, for messages.

    Returns
    -------
    dict
        A manifest of `version`; a copy, so that the caller may change it.

    Raises
    ------
    StoreError
        Another kind of manifest, a newer or unknown version, or an older one that lacks what it should hold.

    Examples
    --------
    >>> steps = {1: lambda old: {**old, "tasks": []}}
    >>> old = {"artefact": "a sheet", "schema_version": 1}
    >>> readable(old, artefact="a sheet", version=2, migrations=steps, path="sheet.json")
    {'artefact': 'a sheet', 'schema_version': 2, 'tasks': []}
    >>> readable({**old, "schema_version": 3}, artefact="a sheet", version=2, migrations=steps, path="s.json")
    Traceback (most recent call last):
    readout_nlp.errors.StoreError: found schema version 3 of a sheet in s.json; expected at most version 2, \
which this readout_nlp reads; update readout_nlp (pip install --upgrade readout-nlp)
    """
    if not isinstance(manifest, Mapping) or manifest.get(KIND) != artefact:
        raise StoreError(f"another kind of manifest at {path}", f"one of a {artefact}", "check the path")
    found = manifest.get(VERSION)
    _check_version(found, version, migrations, where=f"{artefact} in {path}")
    current = deepcopy(dict(manifest))
    for step in range(current[VERSION], version):
        current = _migrated(current, migrations[step], where=f"{artefact} in {path}") | {VERSION: step + 1}
    return current


def _check_version(found: object, version: int, migrations: Mapping[int, Migration], *, where: str) -> None:
    if type(found) is int and found > version:  # True is an int too
        raise StoreError(
            f"schema version {found} of {where}",
            f"at most version {version}, which this readout_nlp reads",
            "update readout_nlp (pip install --upgrade readout-nlp)",
        )
    known = sorted({*migrations, version})
    if type(found) is not int or found not in known:
        raise StoreError(
            f"schema version {found!r} of {where}",
            f"a version among {', '.join(map(str, known))}",
            "get it again from where it was published",
        )


def _migrated(manifest: dict[str, Any], migration: Migration, *, where: str) -> dict[str, Any]:
    try:
        return migration(manifest)
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise StoreError(
            f"schema version {manifest[VERSION]} of {where} without what it should hold ({fault!r})",
            "a manifest as that version wrote it",
            "get it again from where it was published",
        ) from fault
