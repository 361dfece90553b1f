"""Opening what a user points at without being hurt by it: compressed or not, never more than a limit."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

LARGEST_PAGE = 20_000_000
"""Bytes of one page, one line of a table file or one field of it."""

LARGEST_RATIO = 300
"""A compressed file that grows more than this is a bomb; gzip makes prose about 3 times smaller."""

LONGEST_LINE = 100_000_000
"""Bytes of a line, most of them skipped, at which the reading of a file ends."""

LARGEST_TABLE = 500_000_000
"""Bytes of a table that can only be read as a whole: JSON, Excel, Parquet in an archive."""

_FIRST_PIECE = 1 << 17  # most pages are smaller: room for the largest is not made for each
UNSUSPECTED = 50_000_000
"""Bytes up to which nothing that was packed is suspected."""


class TooLargeError(Exception):
    """More bytes than a page can have; the message says how many were allowed."""


class EndlessError(TooLargeError):
    """A line so long that the file is not read further."""


class Unpacked(io.RawIOBase):
    """The bytes in a gzip file, refused once they grow beyond reason.

    Parameters
    ----------
    path
        The gzip file.
    """

    def __init__(self, path: Path) -> None:
        self._packed = path.open("rb")
        self._stream = gzip.GzipFile(fileobj=self._packed)
        self._given = 0

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer`; raise TooLargeError where the file grows beyond reason."""
        piece = self._stream.read(len(buffer))
        buffer[: len(piece)] = piece
        self._given += len(piece)
        if self._given > max(UNSUSPECTED, LARGEST_RATIO * self._packed.tell()):
            raise TooLargeError(f"unpacks to more than {LARGEST_RATIO} times its size")
        return len(piece)

    def close(self) -> None:
        """Close the file."""
        self._stream.close()
        self._packed.close()
        super().close()


UNREADABLE = (OSError, EOFError, zlib.error, TooLargeError)
"""What reading a damaged, forbidden or oversized file can raise."""


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open `path` for reading bytes, unpacking ``.gz``."""
    if path.suffix.lower() == ".gz":
        with io.BufferedReader(Unpacked(path), 1 << 16) as stream:
            yield stream
    else:
        with path.open("rb") as plain:
            yield plain


def whole(stream: IO[bytes], *, limit: int = LARGEST_PAGE) -> bytes:
    """Read all bytes of `stream`.

    Raises
    ------
    TooLargeError
        If there are more than `limit`.

    Examples
    --------
    >>> whole(io.BytesIO(b"page"))
    b'page'
    """
    data = stream.read(min(_FIRST_PIECE, limit + 1))
    if len(data) == _FIRST_PIECE:
        data += stream.read(limit + 1 - _FIRST_PIECE)
    if len(data) > limit:
        raise TooLargeError(f"larger than {limit:,} bytes")
    return data


def bounded_lines(
    stream: IO[bytes], *, limit: int = LARGEST_PAGE, longest: float = LONGEST_LINE
) -> Iterator[bytes | None]:
    r"""Give the lines of `stream`, None for a line longer than `limit`; no more than one line is held.

    Raises
    ------
    EndlessError
        At a line of more than `longest` bytes: not even its end is looked for.

    Examples
    --------
    >>> list(bounded_lines(io.BytesIO(b"ab\nlong line\nc"), limit=4))
    [b'ab\n', None, b'c']
    """
    while line := stream.readline(limit + 1):
        if len(line) <= limit:
            yield line
            continue
        skipped = len(line)
        while line and not line.endswith(b"\n"):
            line = stream.readline(limit)
            skipped += len(line)
            require_an_end(skipped, longest=longest)
        yield None


def require_an_end(skipped: int, *, longest: float = LONGEST_LINE) -> None:
    """Give up on a line of which so much has been skipped that not even its end is looked for.

    Raises
    ------
    EndlessError
        If that is more than `longest` bytes.
    """
    if skipped > longest:
        raise EndlessError(f"a line of more than {longest:,} bytes, behind which nothing is read")
