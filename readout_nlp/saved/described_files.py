"""Reading what describes a saved model, which may come from a stranger: bounded, no links, of known shape."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import NoneType
from typing import Any

from readout_nlp.errors import StoreError

MAX_BYTES = 256 * 1024**2
# what the card, a citation, the crate and a comparison read without looking
SHAPE: Mapping[str, type | tuple[type, ...]] = {
    "package": dict,
    "package.name": str,
    "package.version": str,
    "python": str,
    "libraries": dict,
    "corpus": (dict, NoneType),
    "model": dict,
    "model.method": str,
    "model.n_topics": int,
    "model.n_docs": int,
    "model.n_terms": int,
    "model.topic_ids": list,
    "model.params": dict,
    "model.fingerprint": str,
    "quality": dict,
    "stability": (dict, NoneType),
    "topics": list,
    "coverage": (list, NoneType),
    "validation": dict,
    "validation.state": str,
    "validation.tasks": list,
    "topic_history": list,
    "notes": list,
    "attachments": list,
    "recipe": (dict, NoneType),
    "tokens": (dict, NoneType),
    "lexicon": (dict, NoneType),
    "seed": object,
    "citation": (dict, NoneType),
}


def read_described(path: Path) -> str:
    """Read a text file of a saved model.

    Raises
    ------
    StoreError, OSError
        As in `read_bounded`.
    UnicodeDecodeError
        It is not UTF-8.
    """
    return read_bounded(path).decode("utf-8")


def read_bounded(path: Path) -> bytes:
    """Read a small file of a saved model.

    Raises
    ------
    StoreError
        It is a link to another file, no regular file, or too large to be what it should.
    OSError
        It is not there.
    """
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise StoreError(f"{path} that is a link or no file", "a file", "get the folder again")
    if path.stat().st_size > MAX_BYTES:
        raise StoreError(
            f"{path} of {path.stat().st_size} bytes", f"at most {MAX_BYTES}", "get the folder again"
        )
    return path.read_bytes()


def read_json(path: Path) -> Any:
    """Read a JSON file of a saved model.

    Raises
    ------
    ValueError
        It is not JSON, or nested deeper than any that we write.
    StoreError, OSError
        As in `read_described`.
    """
    try:
        return json.loads(read_described(path))
    except RecursionError as fault:
        raise ValueError("nested too deep") from fault


def check_shape(manifest: Mapping[str, Any], path: Path) -> None:
    """Refuse a manifest that lacks a part, naming each.

    Raises
    ------
    StoreError
        A part is missing or of another type.
    """
    faults = list(_faults(manifest))
    if faults:
        raise StoreError(
            f"in {path}: {', '.join(faults)}",
            "a manifest as save_model writes it",
            "get the folder again, or save the model again",
        )


def _faults(manifest: Mapping[str, Any]) -> Iterator[str]:
    for name, kind in SHAPE.items():
        part, _, key = name.partition(".")
        holder = manifest.get(part) if key else manifest
        if not isinstance(holder, Mapping):
            continue  # the part itself is at fault, and named
        if (key or part) not in holder:
            yield f"no {name}"
        elif not isinstance(value := holder[key or part], kind) or (kind is int and value is True):
            yield f"{name} of type {type(value).__name__}"
