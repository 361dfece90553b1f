"""A row of a table -> a page: what is its text, what it states, and every fault of it by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from readout_nlp.durable import sha256_bytes
from readout_nlp.pages.columns import Asked, Recognised, recognise
from readout_nlp.pages.faults import RowFault, brief, place_of
from readout_nlp.pages.page import Given, Media, Page, Rejected, reject
from readout_nlp.pages.streams import LARGEST_PAGE

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]+")
_BINARY = 0.02
"""Share of control characters above which a text is taken for bytes of something else."""
_FEW = 3
_LONGEST_ID = 200
_WEB = re.compile(r"https?://[^\s/?#]", re.IGNORECASE)
_PAGE = "the page in one of 'text', 'html', 'body'"


def row_page(
    row: Mapping[str, Any], origin: str, *, asked: Asked = (), known: Recognised | None = None
) -> Page | Rejected:
    """Make a page of a row, or say why it is none.

    Parameters
    ----------
    row
        Cells by column.
    origin
        Of the page: file, ``#``, number of the row.
    asked
        What the user says of columns (`asked_columns`).
    known
        What the columns are, where that has been found already.

    Examples
    --------
    >>> row_page({"text": "会议指出", "city": "中央", "date": "2013-04-19"}, "a.jsonl#1").given.place
    '中央'
    >>> row_page({"text": " "}, "a.jsonl#2").reason
    "found an empty text; expected the page in one of 'text', 'html', 'body'; leave the row out or fill it in"
    """
    columns = known if known is not None else recognise(row, asked=asked)
    name, value = _text(row, columns.text)
    found = _unusable(row, name, value)
    if found is not None:
        return _refused(origin, found)
    text, faults = _cleaned(encodable(value), origin)
    given, more = given_of(row, columns, origin=origin)
    data = text.encode("utf-8")
    if len(data) > LARGEST_PAGE:
        return _refused(origin, f"a text of {len(data):,} bytes", f"at most {LARGEST_PAGE:,} bytes")
    media: Media | None = "html" if name in columns.html else None
    sha256 = sha256_bytes(data)
    return Page(origin=origin, data=data, sha256=sha256, media=media, given=given, faults=(*faults, *more))


def encodable(text: str) -> str:
    r"""Join surrogate pairs that JSON escapes left apart; a half of one becomes U+FFFD.

    Examples
    --------
    >>> encodable("\ud840\udc0b\ud800") == "\U0002000b\ufffd"
    True
    """
    if text.isascii():
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _text(row: Mapping[str, Any], columns: tuple[str, ...]) -> tuple[str | None, Any]:
    """Give the first text column that is filled, else the first there is."""
    present = [(name, row[name]) for name in columns if name in row]
    filled = (pair for pair in present if isinstance(pair[1], str) and pair[1].strip())
    empty = ((name, "" if value is None else value) for name, value in present)
    return next(filled, next(empty, (None, None)))


def _unusable(row: Mapping[str, Any], name: str | None, value: Any) -> str | None:
    """Say what stands there in place of a text; None if it is one."""
    if name is None:
        return f"the columns {_listed(row)}"
    if not isinstance(value, str):
        return f"a {type(value).__name__} as {name!r}"
    if not value.strip():
        return "an empty text"
    controls = sum(map(len, _CONTROL.findall(value))) if _CONTROL.search(value) else 0
    if controls > max(_FEW, _BINARY * len(value)):
        return "bytes that are no text"
    return None


def _refused(origin: str, found: str, expected: str = _PAGE) -> Rejected:
    file, row = place_of(origin)
    action = "leave the row out or fill it in"
    return reject(
        RowFault(file=file, row=row, field="text", found=found, expected=expected, action=action, kept=False)
    )


def _cleaned(text: str, origin: str) -> tuple[str, list[RowFault]]:
    """Take control characters out of a text, and tell of them and of characters that were lost before."""
    faults: list[RowFault] = []
    if "\ufffd" not in text and not _CONTROL.search(text):
        return text, faults
    if controls := sum(map(len, _CONTROL.findall(text))):
        text = _CONTROL.sub("", text)
        faults.append(_notice(origin, "text", f"{controls} control characters", "text", "they are taken out"))
    if lost := text.count("\ufffd"):
        expected = "a text that can be read whole"
        faults.append(_notice(origin, "text", f"{lost} unreadable characters", expected, "they stay U+FFFD"))
    return text, faults


def given_of(row: Mapping[str, Any], columns: Recognised, *, origin: str) -> tuple[Given, list[RowFault]]:
    """Give what a row states, and every cell that states nothing that can be used.

    Examples
    --------
    >>> given, faults = given_of({"url": "ftp://x"}, recognise(["url"]), origin="a.csv#1")
    >>> given.url, faults[0].expected
    (None, 'an address that begins with http:// or https://')
    """
    values: dict[str, str | None] = {}
    faults: list[RowFault] = []
    for field, names in columns.given:
        if not names:
            continue
        cells = [row.get(name) for name in names]
        value = next((stated for cell in cells if (stated := _stated(cell))), None)
        for cell in cells if value is None else ():
            if isinstance(cell, list | dict | bool):
                faults.append(_absent(origin, field, f"a {type(cell).__name__}", "text, a number or a date"))
        if value is not None and (fault := _fault_of(field, value, origin)) is not None:
            faults.append(fault)
            value = None
        values[field] = value
    return Given(**values), faults


def _fault_of(field: str, value: str, origin: str) -> RowFault | None:
    """Check what one cell states as far as that can be done without reading it."""
    if field == "url" and not _WEB.match(value):
        return _absent(origin, field, brief(value), "an address that begins with http:// or https://")
    if field == "retrieved" and not _is_iso(value):
        return _absent(origin, field, brief(value), "an ISO date or time, such as 2020-03-05T08:00")
    if len(value) > _LONGEST_ID and field == "id":
        return _absent(origin, field, brief(value), f"at most {_LONGEST_ID} characters")
    if not value.isprintable() and (field == "id" or _CONTROL.search(value)):
        return _absent(origin, field, brief(value), "text without control characters")
    return None


def _absent(origin: str, field: str, found: str, expected: str) -> RowFault:
    return _notice(origin, field, found, expected, "it counts as absent")


def _notice(origin: str, field: str, found: str, expected: str, action: str) -> RowFault:
    file, row = place_of(origin)
    return RowFault(file=file, row=row, field=field, found=found, expected=expected, action=action, kept=True)


def _is_iso(stated: str) -> bool:
    try:
        return bool(datetime.fromisoformat(stated))
    except ValueError:
        return False


def _stated(value: Any) -> str | None:
    if value is None or isinstance(value, (list, dict, bool)) or value != value:  # NaN
        return None
    if isinstance(value, (date, time)):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return encodable(str(value)).strip(" \t\r\n\ufeff\u3000\xa0") or None


def _listed(row: Mapping[str, Any]) -> str:
    names = [brief(name)[1:-1] for name in list(row)[:8]]
    return ", ".join(names) + (", ..." if len(row) > 8 else "")
