"""Durable files: write aside then rename, lock a directory, hash what is on disk."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from readout_nlp.errors import StoreError

SIDE_PREFIX = ".writing-"


@contextmanager
def aside(path: Path) -> Iterator[Path]:
    """Give a path beside `path` to write to; rename it into place when the block ends without error.

    A reader of `path` sees the old file or the whole new one, never a half.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with aside(folder / "a.txt") as side:
    ...     _ = side.write_text("done", encoding="utf-8")
    >>> [p.name for p in folder.iterdir()]
    ['a.txt']
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=SIDE_PREFIX, suffix=path.suffix, dir=path.parent)
    os.close(handle)
    side = Path(name)
    try:
        yield side
        _flush(side)
        side.chmod(0o644)  # mkstemp makes 0600, which a colleague on the same machine could not read
        side.replace(path)
    finally:
        side.unlink(missing_ok=True)


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data` to `path` whole or not at all."""
    with aside(path) as side:
        side.write_bytes(data)


def write_text(path: Path, text: str) -> None:
    r"""Write `text` as UTF-8 with ``\n`` line ends, whole or not at all."""
    write_bytes(path, text.encode("utf-8"))


@contextmanager
def aside_folder(path: Path) -> Iterator[Path]:
    """Give a folder beside `path` to fill; rename it to `path` when the block ends without error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    side = Path(tempfile.mkdtemp(prefix=SIDE_PREFIX, dir=path.parent))
    try:
        yield side
        side.chmod(0o755)
        side.replace(path)
    finally:
        shutil.rmtree(side, ignore_errors=True)


@contextmanager
def locked(folder: Path, *, timeout: float = 0.0) -> Iterator[None]:
    """Hold the only writer's lock of `folder`; a second writer gets a StoreError, not a mixed result."""
    from filelock import FileLock, Timeout

    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / ".lock", timeout=timeout):
            yield
    except Timeout as busy:
        raise StoreError(
            f"{folder} locked by another process",
            "one writer at a time",
            "wait for the other run to end, or write to another directory",
        ) from busy


def sha256_bytes(data: bytes) -> str:
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


def _flush(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())
