"""One folder in the place of another: at any moment there is the old one or the whole new one."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from readout_nlp import durable


def replacing(folder: Path, *, overwrite: bool) -> AbstractContextManager[Path]:
    """Give a folder to fill; put it in the place of `folder` when the block ends without error.

    Without `overwrite`, a folder that appeared meanwhile is an error.
    """
    return durable.replacing_folder(folder) if overwrite else durable.aside_folder(folder)


def restore(folder: Path) -> None:
    """Bring the old folder back if a process died while it put the new one in its place."""
    durable.sweep(folder.absolute().parent)
