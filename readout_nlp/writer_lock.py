"""The lock of the only writer of a directory: held by one process, and ended with it."""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from readout_nlp.disk_faults import writing_to
from readout_nlp.errors import StoreError

if TYPE_CHECKING:
    from filelock import BaseFileLock

_log = logging.getLogger(__name__)


@contextmanager
def locked(folder: Path, *, timeout: float = 0.0) -> Iterator[None]:
    """Hold the only writer's lock of `folder`, which ends with its process.

    Parameters
    ----------
    folder
        Made where it is missing.
    timeout
        Seconds to wait for another writer to end; a warning says that this one waits.

    Raises
    ------
    StoreError
        Another process has the lock still, or the folder cannot be written to.
    """
    from filelock import FileLock, Timeout

    with writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / ".lock").is_symlink():  # not every version of filelock refuses it
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(folder / ".lock"))
        lock = FileLock(folder / ".lock")
        try:
            _acquire(lock, folder, timeout=timeout)
        except Timeout as busy:
            raise StoreError(
                f"{folder} locked by another process",
                "one writer at a time",
                "wait for the other run to end, or write to another directory",
            ) from busy
    try:
        yield
    finally:
        lock.release()


def _acquire(lock: BaseFileLock, folder: Path, *, timeout: float) -> None:
    from filelock import Timeout

    try:
        lock.acquire(timeout=0)
    except Timeout:
        if timeout <= 0:
            raise
        _log.warning("%s: another process is writing; waiting up to %.0f s", folder, timeout)
        lock.acquire(timeout=timeout, poll_interval=0.1)
