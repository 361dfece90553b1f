"""WARC and WET -> records: what a crawler was answered, or the text that was made of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from io import RawIOBase
from typing import Any

from readout_nlp.durable import sha256_bytes
from readout_nlp.harvest.records import Record
from readout_nlp.pages.faults import ascii_controls
from readout_nlp.pages.page import Given, Media, Page, Rejected, reject_file
from readout_nlp.pages.streams import LARGEST_PAGE

_KINDS = frozenset({"response", "resource", "conversion"})
_TEXTUAL = ("text/", "application/xhtml", "application/xml")


def warc_records(stream: RawIOBase, name: str) -> Iterator[Record | Rejected]:
    """Give a record for each answer (``response``), file (``resource``) or text (``conversion``) of a page.

    Parameters
    ----------
    stream
        The unpacked dump.
    name
        Of the dump, for what cannot be read.
    """
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    try:
        for number, found in enumerate(ArchiveIterator(stream), start=1):
            if found.rec_type in _KINDS:
                one = _record(found, f"{name}#{number}")
                if one is not None:
                    yield one
    except ArchiveLoadFailed as fault:
        yield _unfit(name, f"{fault}; what stood before was read")


def _record(found: Any, place: str) -> Record | Rejected | None:
    kind = _content_type(found)
    if kind and not kind.startswith(_TEXTUAL):
        return None
    address = ascii_controls(found.rec_headers.get_header("WARC-Target-URI") or "")
    origin = address or place
    data = found.content_stream().read(LARGEST_PAGE + 1)
    if len(data) > LARGEST_PAGE:
        return _unfit(origin, f"a page of more than {LARGEST_PAGE:,} bytes")
    when = found.rec_headers.get_header("WARC-Date")
    media: Media = "html" if "html" in kind else "text"
    return Record(origin, data, partial(_page, data, origin, address=address, when=when, media=media))


def _content_type(found: Any) -> str:
    """Give what the server said it sent; of a text made of a page, what the crawler calls it."""
    answered = found.http_headers.get_header("Content-Type") if found.http_headers else None
    kind = answered or found.rec_headers.get_header("Content-Type") or ""
    return str(kind).lower()


def _page(data: bytes, origin: str, *, address: str, when: str | None, media: Media) -> Page:
    given = Given(url=address or None, retrieved=when)
    return Page(origin=origin, data=data, sha256=sha256_bytes(data), media=media, given=given)


def _unfit(origin: str, found: str) -> Rejected:
    return reject_file(origin, found, expected="a record of a page", action="the rest is read")
