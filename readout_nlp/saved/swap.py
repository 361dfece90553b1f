"""One folder in the place of another: the old one steps aside, and comes back if no new one arrives."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from readout_nlp import durable


@contextmanager
def replacing(folder: Path, *, overwrite: bool) -> Iterator[Path]:
    """Give a folder to fill; put it in the place of `folder` when the block ends without error.

    At any moment the old folder is whole, in its place or, for the time of two renames, beside it, from
    where `restore` brings it back. Without `overwrite`, a folder that appeared meanwhile is an error.
    """
    old = _beside(folder)
    shutil.rmtree(old, ignore_errors=True)
    try:
        with durable.aside_folder(folder) as side:
            yield side
            if overwrite and folder.exists():
                folder.replace(old)
    except BaseException:
        restore(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def restore(folder: Path) -> None:
    """Bring the old folder back if a process died between the two renames of `replacing`."""
    old = _beside(folder)
    if old.exists() and not folder.exists():
        old.replace(folder)


def _beside(folder: Path) -> Path:
    path = folder.absolute()  # of "." there is no name to put a prefix before
    return path.with_name(f"{durable.SIDE_PREFIX}old-{path.name}")
