"""A .zip of pages, read member by member: nothing is written to disk, nothing unpacked beyond reason."""

from __future__ import annotations

import io
import logging
import lzma
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Any

from readout_nlp.pages.decode import decode
from readout_nlp.pages.faults import ascii_controls
from readout_nlp.pages.formats import ARCHIVES, NO_PAGES, TRUTH_FILE, read_source, refused
from readout_nlp.pages.page import Page, Rejected
from readout_nlp.pages.sources import Source, origin_of
from readout_nlp.pages.streams import LARGEST_RATIO, UNREADABLE, UNSUSPECTED, TooLargeError
from readout_nlp.pages.tables import Reading

_log = logging.getLogger(__name__)

_LARGEST_DIRECTORY = 100_000_000
"""Bytes of the list of members, all of which is read at once; about a million of them."""
_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_NAME_IS_UTF8 = 0x800
_PASSWORD = 0x1
_BROKEN = (*UNREADABLE, zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, lzma.LZMAError)
_UNPACK = "pages: unpack it by hand if you trust it"


class _OverspentError(TooLargeError):
    """The archive as a whole unpacks beyond reason."""


def read_zip(path: Path, reading: Reading) -> Iterator[Page | Rejected]:
    """Read the pages and tables in a .zip; their origin is the archive, ``/`` and the member's name."""
    origin = origin_of(path)
    if _directory_size(path) > _LARGEST_DIRECTORY:
        yield refused(origin, "an archive of more than a million members", _UNPACK)
        return
    try:
        with zipfile.ZipFile(path) as archive:
            yield from _members(archive, origin, reading)
    except _OverspentError as fault:
        yield refused(origin, str(fault), _UNPACK)
    except _BROKEN as fault:
        yield refused(origin, f"a damaged archive ({fault})", "a .zip file: pack it again")


def _members(archive: zipfile.ZipFile, origin: str, reading: Reading) -> Iterator[Page | Rejected]:
    budget = _Budget(Path(str(archive.filename)).stat().st_size)
    seen: set[str] = set()
    named = sorted((_name(member), at) for at, member in enumerate(archive.infolist()))
    for name, at in named:
        member = archive.infolist()[at]
        if member.is_dir() or _is_no_page(name):
            continue
        whole = f"{origin}/{ascii_controls(name)}"
        fault = _why_not(name, member, seen)
        seen.add(name)
        if fault is not None:
            yield refused(whole, *fault)
            continue
        source = Source(whole, PurePosixPath(name).name, partial(_opened, archive, member, budget))
        try:
            yield from read_source(source, reading)
        except _OverspentError:
            raise
        except _BROKEN as broken:
            yield refused(whole, str(getattr(broken, "strerror", None) or broken))


def _name(member: zipfile.ZipInfo) -> str:
    """Give a member's name; archives made in Windows write it in the encoding of the machine."""
    if member.flag_bits & _NAME_IS_UTF8 or member.filename.isascii():
        return member.filename
    return decode(member.filename.encode("cp437", "replace")).text


def _is_no_page(name: str) -> bool:
    path = PurePosixPath(name)
    hidden = any(part.startswith(".") and part != ".." for part in path.parts) or "__MACOSX" in path.parts
    if not hidden and path.name != TRUTH_FILE and not NO_PAGES.fullmatch(path.suffix.lower()):
        return False
    _log.info("skipped %s: no page format", ascii_controls(name))
    return True


def _why_not(name: str, member: zipfile.ZipInfo, seen: set[str]) -> tuple[str, str] | None:
    if member.flag_bits & _PASSWORD:
        return "a member with a password", "one without: unpack it by hand"
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in {".zip", ".gz"} or ARCHIVES.fullmatch(suffix):
        return "an archive within an archive", "pages: unpack it by hand if you trust it"
    if name in seen:
        return "a second member of this name", "one member a name: pack it again"
    return None


@contextmanager
def _opened(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: _Budget) -> Iterator[IO[bytes]]:
    with archive.open(member) as inside, io.BufferedReader(_Counted(inside, budget), 1 << 16) as stream:
        yield stream


class _Budget:
    """How much more may be unpacked of one archive."""

    def __init__(self, size: int) -> None:
        self._left = max(UNSUSPECTED, LARGEST_RATIO * size)

    def spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise _OverspentError(f"an archive that unpacks to more than {LARGEST_RATIO} times its size")


class _Counted(io.RawIOBase):
    """A member's bytes, each counted against the budget of its archive."""

    def __init__(self, inside: IO[bytes], budget: _Budget) -> None:
        self._inside, self._budget = inside, budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._inside.read(len(buffer))
        buffer[: len(piece)] = piece
        self._budget.spend(len(piece))
        return len(piece)


def _directory_size(path: Path) -> int:
    """Give the bytes of the list of members, as its end says; it is by this that the library reads it."""
    with path.open("rb") as stream:
        size = stream.seek(0, io.SEEK_END)
        stream.seek(max(0, size - (1 << 16) - _END.size - 256))
        tail = stream.read()
    wide = tail.rfind(b"PK\x06\x06")
    if wide >= 0 and len(tail) >= wide + _END_64.size:
        return int(_END_64.unpack_from(tail, wide)[8])
    end = tail.rfind(b"PK\x05\x06")
    return int(_END.unpack_from(tail, end)[5]) if 0 <= end <= len(tail) - _END.size else 0
