"""The fields that are scored: where the truth and the record hold each, and when two values are the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from readout_nlp.evaluate.matching import bare
from readout_nlp.evaluate.truth import Record
from readout_nlp.readouts.readout import Readout

Outcome = Literal["right", "wrong", "refused", "false", "null"]
OUTCOMES: tuple[Outcome, ...] = ("right", "wrong", "refused", "false", "null")

SET_ASIDE = "set aside"
UNSTATED = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: `truth` gives its value or `UNSTATED`, `found` that of the parsed page."""

    name: str
    truth: Callable[[Record], Any]
    found: Callable[[Readout], Any]
    same: Callable[[Any, Any], bool]


def judge(field: Field, truth: Record, readout: Readout) -> Outcome | None:
    """Compare one field of one page; None where the truth says nothing about it.

    ``right`` and ``wrong``: known and given; ``refused``: known, but not given; ``false``: given, though it
    cannot be known from the page; ``null``: neither.

    Examples
    --------
    >>> from readout_nlp.readouts.parse import parse_page
    >>> page = parse_page("4月2日,市委常委会召开会议。会议听取了春耕情况汇报。")
    >>> by_name = {field.name: field for field in FIELDS}
    >>> judge(by_name["meeting_type"], {"kind": "readout", "meeting_type": "市委常委会"}, page)
    'right'
    >>> judge(by_name["published"], {"kind": "readout", "published": "2020-04-03"}, page)
    'refused'
    """
    known, given = field.truth(truth), field.found(readout)
    if known is UNSTATED:
        return None
    if known is None:
        return "null" if given is None else "false"
    if given is None:
        return "refused"
    return "right" if field.same(known, given) else "wrong"


def is_readout(truth: Record) -> bool:
    """Say whether the page reports a meeting: `kind` is not null and `quarantine` is."""
    return truth.get("kind", "readout") is not None and truth.get("quarantine") is None


def _same_text(known: str, given: str) -> bool:
    return bare(known) == bare(given)


def _covers(known: tuple[str, str], given: tuple[date | None, date | None]) -> bool:
    first, last = map(date.fromisoformat, known)
    earliest, latest = given
    return (earliest is None or earliest <= first) and (latest is None or last <= latest)


def _plain(key: str) -> Callable[[Record], Any]:
    return lambda truth: truth.get(key, UNSTATED) if is_readout(truth) else UNSTATED


def _inner(outer: str, key: str) -> Callable[[Record], Any]:
    def get(truth: Record) -> Any:
        if not is_readout(truth) or outer not in truth:
            return UNSTATED
        value: Mapping[str, Any] | None = truth[outer]
        return None if value is None else value.get(key, UNSTATED)

    return get


def _set_aside(truth: Record) -> str | None:
    return None if is_readout(truth) else SET_ASIDE


def _days_left(truth: Record) -> Any:
    """Give the first and last day that the page leaves possible, where the truth states them."""
    bounds = tuple(_inner("meeting_date", end)(truth) for end in ("earliest", "latest"))
    return UNSTATED if UNSTATED in bounds or None in bounds else bounds


def _interval(readout: Readout) -> tuple[date | None, date | None] | None:
    held = readout.meeting_date
    return None if held is None or held.earliest == held.latest is None else (held.earliest, held.latest)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _text_field(name: str, found: Callable[[Readout], Any]) -> Field:
    outer, _, key = name.partition(".")
    return Field(name=name, truth=_inner(outer, key) if key else _plain(name), found=found, same=_same_text)


FIELDS: tuple[Field, ...] = (
    Field(
        name="quarantine",
        truth=_set_aside,
        # a row of a table is kept, but as no readout
        found=lambda r: SET_ASIDE if r.quarantine is not None or r.kind == "document" else None,
        same=_same_text,
    ),
    _text_field("title", lambda r: r.title),
    _text_field("source", lambda r: r.source),
    _text_field("script", lambda r: r.script),
    _text_field("published", lambda r: _iso(r.published)),
    _text_field("place.code", lambda r: r.place and r.place.code),
    _text_field("place.name", lambda r: r.place and r.place.name),
    _text_field("place.level", lambda r: r.place and r.place.level),
    _text_field("place.prefecture", lambda r: r.place and r.place.prefecture),
    _text_field("place.province", lambda r: r.place and r.place.province),
    _text_field("meeting_date.value", lambda r: r.meeting_date and _iso(r.meeting_date.value)),
    _text_field("meeting_date.year_basis", lambda r: r.meeting_date and r.meeting_date.year_basis),
    Field(name="meeting_date.interval", truth=_days_left, found=_interval, same=_covers),
    _text_field("meeting_type", lambda r: r.meeting_type),
    _text_field("presider.name", lambda r: r.presider and r.presider.name),
    _text_field("presider.role", lambda r: r.presider and r.presider.role),
    _text_field("attendance", lambda r: r.attendance),
)
