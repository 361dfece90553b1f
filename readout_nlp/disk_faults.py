"""Faults of the disk: full, read-only, no right; each is one line that a user can act on."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from readout_nlp.errors import StoreError

_ROOM = ("room for the result", "free some space, or write to another disk")
_RIGHT = ("a folder that you may write to", "choose another folder, or change its rights")
_SIDE = ".writing-"  # a half-written file or folder: the user knows only what it was to become part of
_FAULTS: dict[int, tuple[str, str, str]] = {
    errno.ENOSPC: ("no space left on the disk", *_ROOM),
    errno.EDQUOT: ("your quota of the disk used up", *_ROOM),
    errno.EFBIG: ("a file larger than the system allows", "a higher limit", "raise it (ulimit -f)"),
    errno.EROFS: ("a read-only disk", *_RIGHT),
    errno.EACCES: ("no right to read or write", *_RIGHT),
    errno.EPERM: ("no right to read or write", *_RIGHT),
    errno.ENOTDIR: ("a file where a folder must be", "folders on the whole path", "choose another path"),
    errno.EEXIST: ("a file where a folder must be", "folders on the whole path", "choose another path"),
    errno.ENOTEMPTY: ("a folder not empty any more", "a new or empty one", "choose another folder"),
    errno.EISDIR: ("a folder where a file must be", "a path to a file", "choose another path"),
    errno.ELOOP: ("a symbolic link that leads nowhere", "a path to a real folder", "remove the link"),
    errno.ENAMETOOLONG: ("a name too long for the disk", "a shorter one", "choose another path"),
}


class DiskError(StoreError, OSError):
    """The system refuses to write: to a caller an OSError still, to a user one line."""

    def __str__(self) -> str:
        return str(self.args[0])


def disk_fault(fault: OSError, path: str | Path) -> DiskError:
    """Say what the system has against reading or writing `path`, and what to do.

    Examples
    --------
    >>> print(disk_fault(OSError(errno.ENOSPC, "No space left on device"), "out"))
    found no space left on the disk (out); expected room for the result; free some space, or write to \
another disk
    """
    known = _FAULTS.get(fault.errno or 0)
    if known is None:
        found = fault.strerror or str(fault) or type(fault).__name__
        known = (found, "a path that can be read and written", "check the path and the disk")
    said = DiskError(f"{known[0]} ({_known(Path(path))})", *known[1:])
    said.errno, said.strerror = fault.errno, fault.strerror
    return said


@contextmanager
def writing_to(path: Path) -> Iterator[None]:
    """Turn a fault of the disk in the block into one line that a user can act on.

    Raises
    ------
    DiskError
        The disk is full or read-only, a right is missing, a folder on the way is a file.
    """
    try:
        yield
    except DiskError:  # told already
        raise
    except OSError as fault:
        # of what was being written alone: a file that could not be read is no fault of this disk
        if fault.filename is None or _is_near(str(fault.filename), path):
            raise disk_fault(fault, path) from fault
        raise


def _known(path: Path) -> Path:
    while any(part.startswith(_SIDE) for part in path.parts):
        path = path.parent
    return path


def _is_near(name: str, path: Path) -> bool:
    return Path(name).absolute().is_relative_to(path.absolute().parent)
