"""Bytes of a packed dump, as far as they go: what stands before damage is given, and a bomb is refused."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from readout_nlp.pages.streams import LARGEST_RATIO, UNSUSPECTED, TooLargeError

_PIECE = 1 << 16
_SMALL = 1 << 12  # a piece that meets the damage is lost
_GZIP = 31  # window bits that make zlib read gzip


class DamagedError(OSError):
    """A packed file that ends, or goes wrong, in its middle."""


@contextmanager
def unpacked(path: Path) -> Iterator[io.RawIOBase]:
    """Open a dump for reading bytes, unpacking ``.gz`` and ``.zst``.

    Reading gives what there is, at most as much as asked for. Where the file is damaged it raises an OSError,
    after all that stood before; where it grows beyond reason, TooLargeError.
    """
    suffix = path.suffix.lower()
    with path.open("rb", buffering=0) as packed:
        if suffix not in (".gz", ".zst"):
            yield packed
            return
        pieces = _inflated(packed) if suffix == ".gz" else _of_zstd(packed)
        yield _Pieces(pieces, packed.tell)


class _Pieces(io.RawIOBase):
    """A stream of pieces, refused once they are many times what was packed."""

    def __init__(self, pieces: Iterator[bytes], read_so_far: Callable[[], int]) -> None:
        self._pieces, self._read_so_far = pieces, read_so_far
        self._rest, self._given = memoryview(b""), 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        self._given += count
        if self._given > max(UNSUSPECTED, LARGEST_RATIO * self._read_so_far()):
            raise TooLargeError(f"unpacks to more than {LARGEST_RATIO} times its size")
        return count


def _inflated(packed: IO[bytes]) -> Iterator[bytes]:
    """Unpack gzip, a member after the other: crawlers pack each record by itself."""
    member, begun = zlib.decompressobj(_GZIP), False
    while data := packed.read(_PIECE):
        while data:
            begun = True
            try:
                piece = member.decompress(data, _PIECE)
            except zlib.error as fault:
                raise DamagedError(f"damaged gzip: {fault}") from fault
            if piece:
                yield piece
            data = member.unconsumed_tail
            if member.eof:
                data, member, begun = member.unused_data.lstrip(b"\0"), zlib.decompressobj(_GZIP), False
    if begun:
        raise DamagedError("a gzip file that ends in the middle")


def _of_zstd(packed: IO[bytes]) -> Iterator[bytes]:
    import pyarrow as pa

    try:
        with pa.CompressedInputStream(pa.PythonFile(packed, "r"), "zstd") as stream:
            while piece := stream.read(_SMALL):
                yield piece
    except (OSError, pa.ArrowException) as fault:
        raise DamagedError(f"damaged zstd: {fault}") from fault
