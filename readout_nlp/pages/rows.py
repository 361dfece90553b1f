"""A row of a table -> a page: which columns are the text, and what the row states about it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from readout_nlp.durable import sha256_bytes
from readout_nlp.pages.page import Given, Media, Page, Rejected

_log = logging.getLogger(__name__)
TEXT_COLUMNS = ("text", "html", "body")
GIVEN_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id",),
    "title": ("title",),
    "place": ("place", "city"),
    "date": ("date",),
    "source": ("source",),
    "url": ("url",),
    "retrieved": ("retrieved",),
}


def text_column(columns: Iterable[str]) -> str | None:
    """Give the column that holds the page, None if there is none.

    Examples
    --------
    >>> text_column(["id", "body", "html"]), text_column(["id", "item"])
    ('html', None)
    """
    present = set(columns)
    return next((name for name in TEXT_COLUMNS if name in present), None)


def row_page(row: Mapping[str, Any], origin: str) -> Page | Rejected:
    """Make a page of a row, or say why it is none.

    Examples
    --------
    >>> row_page({"text": "会议指出", "city": "中央", "date": "2013-04-19"}, "a.jsonl#1").given.place
    '中央'
    >>> row_page({"text": " "}, "a.jsonl#2").reason
    "found an empty text; expected the page in one of 'text', 'html', 'body'; leave the row out or fill it in"
    """
    name, value = _text(row)
    if not isinstance(value, str):
        return Rejected(
            origin=origin,
            reason=_reason(
                f"a {type(value).__name__} as {name!r}" if name else f"the columns {_listed(row)}"
            ),
        )
    if not value.strip():
        return Rejected(origin=origin, reason=_reason("an empty text"))
    data = encodable(value).encode("utf-8")
    media: Media | None = "html" if name == "html" else None
    return Page(origin=origin, data=data, sha256=sha256_bytes(data), media=media, given=_given(row))


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


def _text(row: Mapping[str, Any]) -> tuple[str | None, Any]:
    """Give the first text column that is filled, else the first there is."""
    present = [(name, row[name]) for name in TEXT_COLUMNS if name in row]
    filled = (pair for pair in present if isinstance(pair[1], str) and pair[1].strip())
    empty = ((name, "" if value is None else value) for name, value in present)
    return next(filled, next(empty, (None, None)))


def _given(row: Mapping[str, Any]) -> Given:
    values = {
        field: next((stated for name in names if (stated := _stated(row.get(name)))), None)
        for field, names in GIVEN_COLUMNS.items()
    }
    values["retrieved"] = _iso(values["retrieved"])
    return Given(**values)


def _iso(stated: str | None) -> str | None:
    """Give a date or time as it is stated if it is one by ISO 8601; of anything else nothing is known."""
    try:
        return stated if stated and datetime.fromisoformat(stated) else None
    except ValueError:
        _log.info("found %r as 'retrieved'; expected an ISO date or time; it is left out", stated)
        return None


def _stated(value: Any) -> str | None:
    if value is None or isinstance(value, (list, dict, bool)) or value != value:  # NaN
        return None
    if isinstance(value, (date, datetime)):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return encodable(str(value)).strip() or None


def _reason(found: str) -> str:
    columns = ", ".join(map(repr, TEXT_COLUMNS))
    return f"found {found}; expected the page in one of {columns}; leave the row out or fill it in"


def _listed(row: Mapping[str, Any]) -> str:
    names = [str(name) for name in row]
    return ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")
