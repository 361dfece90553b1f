"""Durable files: write aside, flush, rename; sweep what the killed left; hash."""

from __future__ import annotations

import ctypes
import hashlib
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from readout_nlp.disk_faults import writing_to
from readout_nlp.errors import StoreError
from readout_nlp.flushing import flush, flush_renamed, flush_written, flushed_whole

SIDE_PREFIX = ".writing-"

_OLD_PREFIX = f"{SIDE_PREFIX}old-"
_DAY = 24 * 3600
_HERE, _SWAP = -100, 2  # AT_FDCWD; RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS


@contextmanager
def aside(path: Path) -> Iterator[Path]:
    """Give a path beside `path` to write to; rename it into place when the block ends without error.

    A reader of `path` sees the old file or the whole new one, never a half, also after a loss of power. A
    link at `path` is replaced, not followed.

    Raises
    ------
    StoreError
        The disk is full or read-only; what was there is untouched.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with aside(folder / "a.txt") as side:
    ...     _ = side.write_text("done", encoding="utf-8")
    >>> [p.name for p in folder.iterdir()]
    ['a.txt']
    """
    with writing_to(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with _claimed(path.parent, suffix=path.suffix) as side:
            yield side
            flush_written(side)
            side.chmod(0o644)  # mkstemp makes 0600, which a colleague on the same machine could not read
            side.replace(path)
            flush_renamed(path)


def write_bytes(path: Path, data: bytes | memoryview) -> None:
    """Write `data` to `path` whole or not at all."""
    with aside(path) as side:
        side.write_bytes(data)


def write_text(path: Path, text: str) -> None:
    r"""Write `text` as UTF-8 with ``\n`` line ends, whole or not at all."""
    write_bytes(path, text.encode("utf-8"))


@contextmanager
def aside_folder(path: Path) -> Iterator[Path]:
    """Give a folder beside `path` to fill; rename it to `path` when the block ends without error.

    What a killed process left beside `path` is removed first.

    Raises
    ------
    StoreError
        The disk is full or read-only, a link or files are at `path`; what was there is untouched.
    """
    with _filled_aside(path, Path.replace) as side:
        yield side


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """Give a folder beside `path` to fill, and put it in the place of the one at `path`, if any.

    At every moment there is the old folder or the whole new one. Where the system cannot exchange two folders
    at once, a process killed between two renames leaves the old one aside; `sweep` puts it back.

    Raises
    ------
    StoreError
        The disk is full or read-only, or a link is at `path`; what was there is untouched.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp()) / "model"
    >>> for text in ("old", "new"):
    ...     with replacing_folder(folder) as side:
    ...         _ = (side / "a.txt").write_text(text, encoding="utf-8")
    >>> (folder / "a.txt").read_text(encoding="utf-8"), len(list(folder.parent.iterdir()))
    ('new', 1)
    """
    with _filled_aside(path, _put_in_place) as side:
        yield side


def check_writable(path: Path) -> None:
    """Raise at once, before hours of work, the StoreError that writing to `path` would end in."""
    with writing_to(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with _claimed(path.parent):
            pass


def discard(folder: Path) -> None:
    """Remove a folder; a process killed meanwhile leaves it whole or gone, not half of it under its name."""
    if not folder.exists():
        return
    side = folder.with_name(f"{SIDE_PREFIX}{secrets.token_hex(4)}")
    with writing_to(folder):
        folder.replace(side)
        flush(folder.parent)
    _remove(side)


def sweep(folder: Path) -> None:
    """Remove what killed processes left half-written in `folder`, not what living ones are writing.

    A folder that was to be replaced, and is not there any more, is put back.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> (folder / f"{SIDE_PREFIX}x").mkdir()
    >>> with aside(folder / "a.txt") as side:
    ...     sweep(folder)
    ...     _ = side.write_text("done", encoding="utf-8")
    >>> [p.name for p in folder.iterdir()]
    ['a.txt']
    """
    if not folder.is_dir():
        return
    for left in sorted(folder.glob(f"{SIDE_PREFIX}*")):
        with suppress(OSError):  # held by a living process, or swept by another meanwhile
            _sweep_one(left)


def sha256_bytes(data: bytes | memoryview) -> str:
    """Hex SHA-256 of `data`.

    Examples
    --------
    >>> sha256_bytes(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(data).hexdigest()


def sha256_file(path: Path) -> str:
    """Hex SHA-256 of a file's bytes, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def _filled_aside(path: Path, place: Callable[[Path, Path], object]) -> Iterator[Path]:
    if path.is_symlink():
        raise StoreError(
            f"a symbolic link at {path}", "a folder, or nothing yet", "name the folder that it points to"
        )
    path = path.absolute()  # "." has no name to rename to
    with writing_to(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        sweep(path.parent)
        with _claimed(path.parent) as side:
            with flushed_whole(side):
                yield side
            side.chmod(0o755)
            flush_written(side)
            place(side, path)
            flush_renamed(path)


def _put_in_place(side: Path, path: Path) -> None:
    if not path.exists():
        side.replace(path)
    elif not _exchange(side, path):  # else `side` is now the old folder, which whoever made it removes
        old = path.with_name(f"{_OLD_PREFIX}{path.name}")
        path.replace(old)
        try:
            side.replace(path)
        except OSError:
            old.replace(path)
            raise
        _remove(old)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change names in one step, where the system can."""
    first, second = os.fsencode(one), os.fsencode(other)
    try:
        system = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            return bool(system.renamex_np(first, second, _SWAP) == 0)
        return bool(system.renameat2(_HERE, first, _HERE, second, _SWAP) == 0)
    except (AttributeError, OSError, TypeError):  # another system, or an older one
        return False


@contextmanager
def _claimed(parent: Path, *, suffix: str | None = None) -> Iterator[Path]:
    """Make a file, or without a suffix a folder, that `sweep` leaves alone as long as this process lives."""
    while True:
        side = _new_side(parent, suffix)
        try:
            claim = _claim(side, wait=True)
        except FileNotFoundError:  # swept before it was claimed
            continue
        if side.exists():
            break
        _close(claim)
    try:
        yield side
    finally:
        _remove(side)
        _close(claim)


def _new_side(parent: Path, suffix: str | None) -> Path:
    if suffix is None:
        return Path(tempfile.mkdtemp(prefix=SIDE_PREFIX, dir=parent))
    handle, name = tempfile.mkstemp(prefix=SIDE_PREFIX, suffix=suffix, dir=parent)
    os.close(handle)
    return Path(name)


def _claim(path: Path, *, wait: bool = False) -> int | None:
    """Lock a file or folder until the handle is closed or the process ends; None: not on this system."""
    if sys.platform == "win32":
        return None
    import fcntl

    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        os.close(handle)
        raise
    except OSError:  # a disk over the network may have no such locks
        os.close(handle)
        return None
    return handle


def _close(handle: int | None) -> None:
    if handle is not None:
        os.close(handle)


def _sweep_one(left: Path) -> None:
    claim = _claim(left)
    try:
        if claim is None and time.time() - left.lstat().st_mtime < _DAY:
            return
        target = left.with_name(left.name.removeprefix(_OLD_PREFIX))
        if left.name.startswith(_OLD_PREFIX) and not target.exists():
            left.replace(target)
        else:
            _remove(left)
    finally:
        _close(claim)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
