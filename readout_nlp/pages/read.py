"""What a user points at -> pages: folders, web pages, texts and tables, each also compressed."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from readout_nlp.durable import sha256_bytes
from readout_nlp.errors import InputError
from readout_nlp.pages.page import Media, Page, Rejected
from readout_nlp.pages.streams import UNREADABLE, opened, read_whole
from readout_nlp.pages.tables import read_csv, read_json, read_jsonl, read_parquet, skip

_log = logging.getLogger(__name__)
Reader = Callable[[Path], Iterator[Page | Rejected]]

_TABLES: Mapping[str, Reader] = {
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
    ".json": read_json,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".parquet": read_parquet,
}
_MEDIA: Mapping[str, Media] = {
    ".html": "html",
    ".htm": "html",
    ".shtml": "html",
    ".xhtml": "html",
}
_NO_PAGES = re.compile(
    r"\.(?:md|rst|css|js|py|ipynb|toml|ya?ml|ini|cfg|log|lock|xml|png|jpe?g|gif|svg|ico|webp|bmp|mp[34]|woff2?|ttf|otf"
    r"|docx?|xlsx?|pptx?|wps|pdf|ofd|zip|rar|7z|tar|tgz|safetensors|np[yz]|pkl|sqlite|db)"
)
TRUTH_FILE = "truth.jsonl"
"""The answers that a sample folder holds beside its pages: never read as pages."""


def read_pages(paths: Iterable[str | os.PathLike[str]]) -> Iterator[Page | Rejected]:
    """Read pages from files and folders, in the order given; inside a folder sorted by path.

    Parameters
    ----------
    paths
        Web pages (``.html``), texts (``.txt``), tables (``.jsonl``, ``.json``, ``.csv``, ``.parquet``), each
        also as ``.gz``, or folders of them (read through, hidden files left out).

    Yields
    ------
    Page or Rejected
        One a page. What cannot be read is a Rejected with the reason, and the rest goes on.

    Raises
    ------
    InputError
        If a path does not exist (at once), or a folder holds nothing that can be read.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.txt").write_text("会议指出", encoding="utf-8")
    >>> [page.data.decode() for page in read_pages([folder])]
    ['会议指出']
    """
    given = [Path(path) for path in paths]
    for path in given:
        if not path.exists() and not path.is_symlink():
            raise InputError(
                f"no file or folder {str(path)!r}",
                "a folder of pages, or files",
                "check the path and its spelling",
            )
    return _read_all(given)


def _read_all(given: Iterable[Path]) -> Iterator[Page | Rejected]:
    total = 0
    for path in given:
        count = 0
        for one in _read_folder(path) if path.is_dir() else _read_file(path):
            count += 1
            yield one
        if not count and path.is_dir():
            raise _no_page(f"no page in the folder {str(path)!r}")
        total += count
    if not total:
        raise _no_page("no page in what was given")


def _no_page(found: str) -> InputError:
    return InputError(
        found,
        "files such as .html, .txt, .jsonl, .csv, .parquet (tables with a column text, html or body)",
        "point at the folder or the file that holds the pages",
    )


def _read_folder(folder: Path) -> Iterator[Page | Rejected]:
    for found in _walk(folder):
        if isinstance(found, Rejected):
            yield found
        else:
            yield from _read_file(found)


def _walk(folder: Path, above: tuple[str, ...] = ()) -> Iterator[Path | Rejected]:
    """Files under `folder`, sorted; a link back to a folder that leads here is refused."""
    real = os.path.realpath(folder)
    if real in above:
        yield Rejected(
            origin=str(folder), reason="found a link back to a folder above it; expected none; remove it"
        )
        return
    try:
        paths = sorted(folder.iterdir())
    except OSError as fault:
        yield Rejected(
            origin=str(folder), reason=f"found {fault.strerror}; expected a readable folder; check its rights"
        )
        return
    for path in paths:
        if path.name.startswith("."):
            continue
        if path.is_dir():
            yield from _walk(path, (*above, real))
        elif path.name == TRUTH_FILE:
            skip(path, "it holds the answers of a sample")
        elif _NO_PAGES.fullmatch(_suffix(path)):
            _log.info("skipped %s: no page format", path)
        else:
            yield path


def _read_file(path: Path) -> Iterator[Page | Rejected]:
    try:
        if not path.is_file():
            what = "a broken link" if path.is_symlink() else "a device or pipe"
            yield _unreadable(path, what)
            return
        yield from _reader(path)(path)
    except UNREADABLE as fault:
        yield _unreadable(path, str(getattr(fault, "strerror", None) or fault))


def _unreadable(path: Path, found: str) -> Rejected:
    return Rejected(origin=str(path), reason=f"found {found}; expected a readable page; check the file")


def _suffix(path: Path) -> str:
    """Give the ending in lower case, that of the packed file for ``.gz``."""
    name = path.name.lower()
    return Path(name.removesuffix(".gz")).suffix


def _reader(path: Path) -> Reader:
    suffix = _suffix(path)
    if suffix in _TABLES:
        return _TABLES[suffix]
    if suffix == ".txt" or suffix in _MEDIA:
        return _read_page
    return _reader_by_look(path)


def _reader_by_look(path: Path) -> Reader:
    """Choose the reader for a file whose ending says nothing."""
    with opened(path) as stream:
        head = stream.read(1 << 16)
    if head.startswith(b"PAR1"):
        return read_parquet
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return read_jsonl
    if head.count(0) > len(head) // 20 and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _reject_binary
    return _read_page


def _reject_binary(path: Path) -> Iterator[Page | Rejected]:
    yield _unreadable(path, "bytes that are no text")


def _read_page(path: Path) -> Iterator[Page | Rejected]:
    data = read_whole(path)
    if not data.strip(b"\xef\xbb\xbf \t\r\n\0"):
        yield Rejected(origin=str(path), reason="found an empty file; expected a page; leave it out")
        return
    suffix = _suffix(path)
    media = _MEDIA.get(suffix)  # a .txt may hold a saved web page: left to a look
    yield Page(origin=str(path), data=data, sha256=sha256_bytes(data), media=media)
