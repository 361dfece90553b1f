"""The first pages of some of many files, and how many pages all of them are expected to hold."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, replace
from itertools import chain, islice, zip_longest
from pathlib import Path
from typing import IO, Any

from readout_nlp.pages.columns import asked_columns
from readout_nlp.pages.formats import is_single_page, read_source
from readout_nlp.pages.listing import Sized
from readout_nlp.pages.page import Page, Rejected
from readout_nlp.pages.sources import file_source
from readout_nlp.pages.streams import UNREADABLE
from readout_nlp.pages.tables import FileLook, Reading
from readout_nlp.pages.zips import read_zip
from readout_nlp.room import unpacked_bytes

MOST_TABLES = 20
MOST_READ = 20_000_000  # bytes of all tables together, by whose rows the others are counted
AT_LEAST = 1_000_000  # bytes of one table
_WHOLE = {".json", ".xlsx", ".xlsm", ".xls", ".ods"}  # read at once in any case: their rows are counted
_HEAD = 1 << 20
_PIECE = 1 << 16
_LARGEST_HEAD = 100_000_000

Pages = list[Page | Rejected]
Opener = Callable[[], AbstractContextManager[IO[bytes]]]


@dataclass(frozen=True, slots=True)
class FirstPages:
    """Some pages, and what they stand for.

    Attributes
    ----------
    expected
        How many pages all the files are expected to hold.
    pages
        Some of them, in an order in which any beginning is spread over the files.
    """

    expected: int
    pages: Pages


def first_pages(
    files: Sequence[Sized], *, most: int, columns: Mapping[str, str] | None = None
) -> list[FirstPages]:
    """Read up to `most` pages of files that are a page each, and as many of tables and archives.

    Parameters
    ----------
    files
        As `page_files` gives them.
    most
        Pages of a kind.
    columns
        As in `read_pages`.

    Returns
    -------
    list of FirstPages
        One for each of the two kinds that there is.
    """
    loose = [path for path, _ in files if is_single_page(file_source(path))]
    tables = [one for one in files if not is_single_page(file_source(one[0]))]
    reading = Reading(asked_columns(columns), _silent)
    found = []
    if loose:
        read = (_read(path, reading) for path in _spread(loose, most))
        found.append(FirstPages(len(loose), [page for pages in read for page in islice(pages, 1)]))
    if tables:
        found.append(_of_tables(tables, reading, most=most))
    return found


def _of_tables(tables: Sequence[Sized], reading: Reading, *, most: int) -> FirstPages:
    chosen = _spread(tables, MOST_TABLES)
    limit = max(AT_LEAST, MOST_READ // len(chosen))
    looks = [_look(path, reading, limit=limit) for path, _ in chosen]
    looked_at = sum(unpacked_bytes(path.name, size) for path, size in chosen)
    share = sum(unpacked_bytes(path.name, size) for path, size in tables) / max(1.0, looked_at)
    mixed = chain.from_iterable(zip_longest(*(pages[:most] for _, pages in looks)))
    pages = list(islice(filter(None, mixed), most))
    return FirstPages(round(share * sum(held for held, _ in looks)), pages)


def _look(path: Path, reading: Reading, *, limit: int) -> tuple[float, Pages]:
    """Give how many pages a table or an archive is expected to hold, and its first ones."""
    suffix = file_source(path).suffix
    if suffix in _WHOLE:
        pages = list(_read(path, reading))
        return float(len(pages)), pages
    if suffix in {".parquet", ".zip"}:
        return _by_texts(path, reading, limit=limit)
    begun = _Begun(limit)
    pages = list(_read(path, reading, begun=begun))
    if not begun.cut:
        return float(len(pages)), pages
    whole = pages[:-1] or pages  # the last row was cut
    return _unpacked(path) * len(whole) / limit, whole


def _by_texts(path: Path, reading: Reading, *, limit: int) -> tuple[float, Pages]:
    """Read rows or members until there is enough text; a Parquet file knows how many it has."""
    pages, seen = list[Page | Rejected](), 0
    with closing(_read(path, reading)) as found:
        for page in found:
            pages.append(page)
            seen += len(page.data) if isinstance(page, Page) else 0
            if seen >= limit:
                break
        else:
            return float(len(pages)), pages
    if path.suffix.lower() != ".parquet":
        return max(float(len(pages)), _unpacked(path) * len(pages) / seen), pages
    import polars as pl

    return float(pl.scan_parquet(path, glob=False).select(pl.len()).collect().item()), pages


def _read(
    path: Path, reading: Reading, *, begun: _Begun | None = None
) -> Generator[Page | Rejected, None, None]:
    source = file_source(path)
    if begun is not None:
        source = replace(source, open=begun.opener(source.open))
    try:
        yield from read_zip(path, reading) if path.suffix.lower() == ".zip" else read_source(source, reading)
    except UNREADABLE:
        return


@dataclass(slots=True)
class _Begun:
    """Opens files that end after `limit` bytes, and knows whether one was `cut` there."""

    limit: int
    cut: bool = False

    def opener(self, whole: Opener) -> Opener:
        @contextmanager
        def opened() -> Iterator[IO[bytes]]:
            with whole() as stream:
                head = self._head(stream)
            yield io.BytesIO(head)

        return opened

    def _head(self, stream: IO[bytes]) -> bytes:
        head = bytearray()
        try:
            while piece := stream.read(min(_PIECE, self.limit + 1 - len(head))):
                head += piece
        except UNREADABLE:  # what stands before the damage is read
            if not head:
                raise
        self.cut = len(head) > self.limit
        return bytes(head[: self.limit])


def _unpacked(path: Path) -> float:
    """Give the bytes of a file unpacked, of a .gz as its beginning grows."""
    size = path.stat().st_size
    if path.suffix.lower() != ".gz":
        return unpacked_bytes(path.name, size)
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    packer = zlib.decompressobj(wbits=31)
    try:
        grown = len(packer.decompress(head, _LARGEST_HEAD))
    except zlib.error:
        return unpacked_bytes(path.name, size)
    used = len(head) - len(packer.unused_data) - len(packer.unconsumed_tail)
    return size * grown / max(1, used)


def _spread(values: Sequence[Any], most: int) -> list[Any]:
    """Take at most `most` values, evenly spread.

    Examples
    --------
    >>> _spread(range(10), 3), _spread([1, 2], 3)
    ([0, 3, 6], [1, 2])
    """
    count = min(most, len(values))
    return [values[position * len(values) // count] for position in range(count)]


def _silent(look: FileLook) -> None:
    """Tell nobody: what is read in earnest will."""
    del look
