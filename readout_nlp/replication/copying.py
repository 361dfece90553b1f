"""Files into a package: regular ones only, under names that mean the same everywhere."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from readout_nlp.corpus.manifest import MANIFEST, is_store, read_manifest
from readout_nlp.corpus.parts import EXAMPLES, TABLES, part_file
from readout_nlp.durable import SIDE_PREFIX
from readout_nlp.errors import InputError, StoreError

NOT_TAKEN = {".lock", "__pycache__", ".ipynb_checkpoints", ".DS_Store"}
LONGEST_NAME = 200


def copy_file(source: Path, target: Path) -> None:
    """Copy one regular file; its folder is made.

    Raises
    ------
    StoreError
        It is a symbolic link, or no regular file: what a link leads to is not part of the folder.
    """
    if source.is_symlink() or not source.is_file():
        what = "a symbolic link" if source.is_symlink() else "no regular file"
        raise StoreError(f"{what} at {source}", "a regular file", "put the file there itself")
    if any(ord(character) < 32 or character == "\\" for character in source.name):
        raise StoreError(
            f"a file named {source.name!r}", "a name without control characters", "rename the file"
        )
    if len(source.name.encode("utf-8", errors="replace")) > LONGEST_NAME:
        raise StoreError(f"a file named {source.name[:40]}...", "a shorter name", "rename the file")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def copy_folder(source: Path, target: Path) -> int:
    """Copy every regular file under a folder; give how many there were.

    Raises
    ------
    InputError
        There is no such folder.
    StoreError
        It holds a symbolic link, to a file or a folder.
    """
    if source.is_symlink() or not source.is_dir():
        raise InputError(f"no folder at {source}", "a folder", "check the path")
    count = 0
    for path in files_in(source):
        copy_file(path, target / path.relative_to(source))
        count += 1
    return count


def files_in(folder: Path) -> Iterator[Path]:
    """Give every file and every link under a folder, sorted; links are not followed, leftovers left out."""
    for path in sorted(folder.iterdir()):
        if path.name in NOT_TAKEN or path.name.startswith(SIDE_PREFIX):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from files_in(path)
        else:
            yield path


def copy_store(store: Path, target: Path) -> None:
    """Copy a corpus store: the files that its manifest names, and no other.

    Raises
    ------
    StoreError
        There is no store, or it holds links.
    """
    if not is_store(store):
        raise StoreError(f"no corpus store in {store}", "the store that the run read", "check the path")
    manifest = read_manifest(store)
    names = [store / MANIFEST]
    names += [part_file(store, part, table) for part in manifest["parts"] for table in TABLES]
    names += [part_file(store, part, EXAMPLES) for part in manifest["parts"] if part.get(EXAMPLES)]
    names += [store / str(entry["file"]) for key in ("corrections", "events") if (entry := manifest.get(key))]
    for path in names:
        copy_file(path, target / path.relative_to(store))
