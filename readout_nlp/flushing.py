"""When the disk is told to hold what was written: at once, with the folder around it, or beside the work."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import Path

from readout_nlp.disk_faults import writing_to


@dataclass(frozen=True)
class _When:
    """Folders that are flushed whole once they are filled; what flushes the rest later, None: at once."""

    whole: tuple[Path, ...] = ()
    later: Callable[[Path], object] | None = None

    def holds(self, path: Path) -> bool:
        return any(folder in path.parents for folder in self.whole)


_WHEN: ContextVar[_When] = ContextVar("_WHEN", default=_When())  # noqa: B039  # frozen


@contextmanager
def flushed_beside() -> Iterator[None]:
    """Have a thread flush the files that the block writes, while it goes on; at its end all are flushed.

    Readers see whole files at every moment, but until the end a loss of power may empty some: for what is
    made anew by the next call where this one did not end. Of many small files, each waits longer for the disk
    than it takes to write.

    Raises
    ------
    StoreError
        The disk could not hold a file after all.

    Examples
    --------
    >>> with flushed_beside():
    ...     flush_renamed(Path(__file__))
    """
    begun: list[Future[None]] = []
    with ThreadPoolExecutor(1) as pool:
        with _set(replace(_WHEN.get(), later=lambda path: begun.append(pool.submit(_flush_told, path)))):
            yield
        for one in begun:
            one.result()


@contextmanager
def flushed_whole(folder: Path) -> Iterator[None]:
    """Leave what the block writes in `folder` to `flush_written` of the folder itself."""
    when = _WHEN.get()
    with _set(replace(when, whole=(*when.whole, folder))):
        yield


def flush_written(path: Path) -> None:
    """Flush a file, or all of a folder, before it gets its name: a loss of power then loses nothing.

    Where files are left for later, folders are not: a half of one would stand in the way of the next call.
    """
    when = _WHEN.get()
    if when.holds(path) or (when.later is not None and not path.is_dir()):
        return
    for one in _all_of(path):
        flush(one)


def flush_renamed(path: Path) -> None:
    """Flush that `path` has its name; a file also itself, where that was left for later."""
    when = _WHEN.get()
    if when.holds(path):
        return
    if when.later is None:
        flush(path.parent)
        return
    for one in (path, path.parent):
        when.later(one)


def flush(path: Path) -> None:
    """Have the disk hold a file, or the names in a folder; nothing is done where nothing is."""
    if path.is_file() and not path.is_symlink():
        with path.open("rb+") as stream:
            os.fsync(stream.fileno())
    elif path.is_dir() and sys.platform != "win32":
        handle = os.open(path, os.O_RDONLY)
        try:
            with suppress(OSError):  # some disks cannot do this for a folder
                os.fsync(handle)
        finally:
            os.close(handle)


def _flush_told(path: Path) -> None:
    with writing_to(path):
        flush(path)


def _all_of(path: Path) -> list[Path]:
    return [*path.rglob("*"), path] if path.is_dir() else [path]


@contextmanager
def _set(when: _When) -> Iterator[None]:
    before = _WHEN.set(when)
    try:
        yield
    finally:
        _WHEN.reset(before)
