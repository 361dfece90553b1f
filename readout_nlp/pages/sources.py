"""A file to read, on disk or inside an archive: its name as data, and how to open it."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from readout_nlp.pages.faults import ascii_controls
from readout_nlp.pages.streams import LARGEST_PAGE, TooLargeError, opened, whole


@dataclass(frozen=True, slots=True)
class Source:
    """One file.

    Attributes
    ----------
    origin
        What messages and pages call it.
    name
        Its own name, whose ending tells the format; of a packed file without the ``.gz``.
    open
        Opens it for reading bytes, unpacked.
    path
        The file itself where it lies on disk as it is.
    """

    origin: str
    name: str
    open: Callable[[], AbstractContextManager[IO[bytes]]]
    path: Path | None = None

    @property
    def suffix(self) -> str:
        """The ending in lower case.

        Examples
        --------
        >>> file_source(Path("a/B.CSV.gz")).suffix
        '.csv'
        """
        stem, _, ending = self.name.lower().rpartition(".")
        return f".{ending}" if stem and ending else ""

    def read(self, *, limit: int = LARGEST_PAGE) -> bytes:
        """Read all bytes.

        Raises
        ------
        TooLargeError
            If there are more than `limit`.
        """
        if limit > LARGEST_PAGE and self.path is not None and self.path.stat().st_size > limit:
            raise TooLargeError(f"larger than {limit:,} bytes")
        with self.open() as stream:
            return whole(stream, limit=limit)


def file_source(path: Path) -> Source:
    """Give the source that a file on disk is."""
    packed = path.name.lower().endswith(".gz")
    name = path.name[:-3] if packed else path.name
    return Source(origin_of(path), name, partial(opened, path), None if packed else path)


def origin_of(path: str | os.PathLike[str]) -> str:
    r"""Give a path as the text that pages have as their origin: printable, whatever bytes the name has.

    Examples
    --------
    >>> print(origin_of("a\nb.txt"), origin_of(os.fsdecode(b"\xff.txt")))
    a\nb.txt \xff.txt
    """
    return ascii_controls(os.fspath(path))
