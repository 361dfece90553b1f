"""One file of any format, on disk or in an archive -> pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from readout_nlp.durable import sha256_bytes
from readout_nlp.pages.delimited import open_csv
from readout_nlp.pages.excel import open_excel
from readout_nlp.pages.json_rows import open_json, open_jsonl
from readout_nlp.pages.page import Media, Page, Rejected, reject_file
from readout_nlp.pages.parquet import open_parquet
from readout_nlp.pages.sources import Source
from readout_nlp.pages.tables import Opener, Reading, table_pages

OPENERS: Mapping[str, Opener] = {
    ".jsonl": open_jsonl,
    ".ndjson": open_jsonl,
    ".json": open_json,
    ".csv": open_csv,
    ".tsv": open_csv,
    ".parquet": open_parquet,
    ".xlsx": open_excel,
    ".xlsm": open_excel,
    ".xls": open_excel,
    ".ods": open_excel,
}
_MEDIA: Mapping[str, Media] = {
    ".html": "html",
    ".htm": "html",
    ".shtml": "html",
    ".xhtml": "html",
}
NO_PAGES = re.compile(
    r"\.(?:md|rst|css|js|py|ipynb|toml|ya?ml|ini|cfg|log|lock|xml|png|jpe?g|gif|svg|ico|webp|bmp|mp[34]|woff2?|ttf|otf"
    r"|docx?|pptx?|wps|pdf|ofd|xlsb|safetensors|np[yz]|pkl|sqlite|db)"
)
DOCUMENTS = re.compile(r"\.(?:docx?|pptx?|wps|pdf|ofd|xlsb)")
"""Formats that may hold texts but are not read: a folder with some is told so."""
ARCHIVES = re.compile(r"\.(?:tar|tgz|tbz2?|txz|rar|7z|bz2|xz|zst)")
"""Archives and packed files that are refused."""
TRUTH_FILE = "truth.jsonl"
"""The answers that a sample folder holds beside its pages: never read as pages."""

_LooksLike = Callable[[Source, Reading], Iterator[Page | Rejected]]


def read_source(source: Source, reading: Reading) -> Iterator[Page | Rejected]:
    """Read one file by its ending, or by a look where that says nothing."""
    suffix = source.suffix
    if suffix in OPENERS:
        yield from table_pages(source, OPENERS[suffix], reading)
    elif is_single_page(source):
        yield from read_page(source)
    elif ARCHIVES.fullmatch(suffix):
        yield refused(source.origin, f"an archive or packed file ({suffix})", _UNPACK)
    else:
        yield from _by_look(source, reading)


_UNPACK = "a folder of pages, or a .zip: unpack it first"


def is_table(source: Source) -> bool:
    """Say whether a file is a table, by its ending."""
    return source.suffix in OPENERS


def is_single_page(source: Source) -> bool:
    """Say whether a file is one web page or text, by its ending."""
    return source.suffix == ".txt" or source.suffix in _MEDIA


def read_page(source: Source) -> Iterator[Page | Rejected]:
    """Read a web page or a text."""
    data = source.read()
    if not data.strip(b"\xef\xbb\xbf \t\r\n\0"):
        yield refused(source.origin, "an empty file", "a page: leave it out")
        return
    media = _MEDIA.get(source.suffix)  # a .txt may hold a saved web page: left to a look
    yield Page(origin=source.origin, data=data, sha256=sha256_bytes(data), media=media)


def refused(origin: str, found: str, expected: str = "a readable page: check the file") -> Rejected:
    """Make the record of a file of which nothing can be read."""
    expected, _, action = expected.partition(": ")
    return reject_file(origin, found, expected=expected, action=action)


def _by_look(source: Source, reading: Reading) -> Iterator[Page | Rejected]:
    """Choose the reader for a file whose ending says nothing."""
    with source.open() as stream:
        head = stream.read(1 << 16)
    if head.startswith(b"PAR1"):
        yield from table_pages(source, open_parquet, reading)
    elif head.startswith((b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")):
        yield refused(source.origin, "an archive or packed file", f"{_UNPACK}, or give it its ending")
    elif head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        yield from table_pages(source, open_jsonl, reading)
    elif head.count(0) > len(head) // 20 and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield refused(source.origin, "bytes that are no text")
    else:
        yield from read_page(source)
