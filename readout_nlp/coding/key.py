"""The sealed key: the answers, kept from coders; its hash stands in the manifest before anyone codes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import ceil
from pathlib import Path
from typing import Any

from readout_nlp.coding.tasks import KINDS, Task
from readout_nlp.durable import sha256_bytes
from readout_nlp.errors import CheckError, StoreError

SCHEMA_VERSION = 1
ARTEFACT = "readout_nlp coding sheets"
KEY_ARTEFACT = "readout_nlp coding key"
KEY, MANIFEST = "key.json", "manifest.json"
LARGEST = 200_000_000  # bytes of a file that is read whole
TASK_FIELDS = ("kind", "stratum", "options", "answer", "about")


@dataclass(frozen=True, kw_only=True)
class Key:
    """What a folder of sheets asks, and what is right.

    Attributes
    ----------
    about
        The manifest: settings, coders, fingerprints, hashes.
    tasks
        Tasks by id, without their texts.
    """

    about: Mapping[str, Any]
    tasks: Mapping[str, Task]


def key_bytes(tasks: Mapping[str, Task]) -> bytes:
    """Give the key as bytes: every task without its text, so that the key can be archived openly."""
    rows = {name: {field: asdict(task)[field] for field in TASK_FIELDS} for name, task in tasks.items()}
    whole = {"artefact": KEY_ARTEFACT, "schema_version": SCHEMA_VERSION, "tasks": rows}
    return (json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def read_key(folder: str | Path) -> Key:
    """Read the key and the manifest of a folder of sheets.

    Raises
    ------
    StoreError
        There is none, a newer version of the package wrote it, or it cannot be read.
    CheckError
        The key is not the one that was sealed before the coding.
    """
    folder = Path(folder)
    about = _load(folder / MANIFEST, ARTEFACT)
    data = _bytes(folder / KEY)
    if sha256_bytes(data) != about.get("key_sha256"):
        raise CheckError(
            f"{folder / KEY} with another SHA-256 than the manifest's",
            "the key as it was sealed when the sheets were made",
            "get the key again: answers that were changed afterwards cannot validate anything",
        )
    rows = _load(folder / KEY, KEY_ARTEFACT).get("tasks", {})
    try:
        tasks = {name: _task(row) for name, row in rows.items()}
    except (KeyError, TypeError, ValueError) as fault:
        raise StoreError(
            f"a task in {folder / KEY} that cannot be read ({fault!r})", "a key", "make the sheets again"
        ) from fault
    return Key(about=about, tasks=tasks)


def _task(row: Mapping[str, Any]) -> Task:
    task = Task(
        kind=row["kind"],
        stratum=str(row["stratum"]),
        options=tuple(map(str, row["options"])),
        answer=int(row["answer"]),
        about=dict(row["about"]),
    )
    if task.kind not in KINDS or not 0 <= task.answer < len(task.options):
        raise ValueError(f"kind {task.kind!r}, answer {task.answer}")
    return task


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise StoreError(f"{path} of {path.stat().st_size} bytes", f"at most {LARGEST}", "check the path")
        return path.read_bytes()
    except OSError as fault:
        raise StoreError(
            f"no {path.name} in {path.parent}", "a folder that `readout-nlp sheets` made", "check the path"
        ) from fault


def _load(path: Path, artefact: str) -> dict[str, Any]:
    try:
        whole = json.loads(_bytes(path))
    except ValueError as fault:
        raise StoreError(f"{path} that is not JSON ({fault})", artefact, "make the sheets again") from fault
    if not isinstance(whole, dict) or whole.get("artefact") != artefact:
        raise StoreError(f"another kind of file at {path}", artefact, "check the path")
    version = whole.get("schema_version")
    if not isinstance(version, int) or version > SCHEMA_VERSION:
        raise StoreError(
            f"schema version {version} in {path}",
            f"at most version {SCHEMA_VERSION}, which this readout_nlp reads",
            "update readout_nlp (pip install --upgrade readout-nlp)",
        )
    return whole


def dealt(names: Sequence[str], coders: Sequence[str], *, shared: float) -> dict[str, list[str]]:
    """Deal tasks to coders: a shared part to all, each of the rest to two of them in turn.

    Parameters
    ----------
    names
        Tasks in the order of their making, so that every topic is spread over coders.
    coders
        Two or more.
    shared
        The part of tasks that every coder gets, 0 to 1.

    Returns
    -------
    dict
        The coders of each task.

    Examples
    --------
    >>> dealt(["w1", "w2", "w3", "w4"], ["A", "B", "C"], shared=0.25)
    {'w1': ['A', 'B', 'C'], 'w2': ['B', 'C'], 'w3': ['C', 'A'], 'w4': ['A', 'B']}
    """
    found = {}
    for number, name in enumerate(names):
        # spread evenly, so that the shared part holds every kind and topic alike
        by_all = ceil((number + 1) * shared - 1e-9) > ceil(number * shared - 1e-9)
        first = number % len(coders)
        pair = [coders[first], coders[(first + 1) % len(coders)]]
        found[name] = list(coders) if by_all or len(coders) == 2 else pair
    return found
