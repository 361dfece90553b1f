"""Which fields a coder may correct, and how a written value becomes columns of the corpus."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from readout_nlp.readouts.readout import ACTS
from readout_nlp.reference.gazetteer import above, by_code

ITEM_FIELD = re.compile(r"items\[(\d{1,4})\]\.(act|acts|subject)")

_BASIS = "corrected"
_CENTRE = "中央"


class FaultyValueError(ValueError):
    """A value that its field cannot take."""


def _text(column: str) -> Callable[[str], dict[str, Any]]:
    return lambda value: {column: value or None}


def _published(value: str) -> dict[str, Any]:
    return {"published": _day(value) if value else None}


def _meeting_date(value: str) -> dict[str, Any]:
    first, _, last = value.partition("/")
    earliest = _day(first) if value else None
    latest = _day(last) if last else earliest
    if earliest and latest and earliest > latest:
        raise FaultyValueError
    return {
        "meeting_date": None if last else earliest,
        "meeting_earliest": earliest,
        "meeting_latest": latest,
        "year_basis": _BASIS if value and not last else None,
    }


def _place(value: str) -> dict[str, Any]:
    if value in ("", _CENTRE):
        level = "centre" if value else None
        return _place_columns(None, value or None, level) | {"prefecture": None, "province": None}
    unit = by_code(value)
    if unit is None:
        raise FaultyValueError
    names = {one.level: one.name for one in (*reversed(above(unit)), unit)}
    upper = {level: names.get(level) for level in ("prefecture", "province")}
    return _place_columns(unit.code, unit.name, unit.level) | upper


def _place_columns(code: str | None, name: str | None, level: str | None) -> dict[str, Any]:
    basis = _BASIS if name else None
    return {"place_code": code, "place_name": name, "level": level, "place_basis": basis}


def _presider(value: str) -> dict[str, Any]:
    return {"presider": value or None, "presider_role": None}  # the role printed beside was another person's


def _subject(value: str) -> dict[str, Any]:
    if not value:
        raise FaultyValueError
    return {"subject": value}


def _act(value: str) -> dict[str, Any]:
    if value not in ACTS:
        raise FaultyValueError
    return {"act": value}


def _acts(value: str) -> dict[str, Any]:
    acts = [act.strip() for act in value.split(";")]
    if len(set(acts)) < len(acts) or not set(acts) <= set(ACTS):
        raise FaultyValueError
    return {"act": acts[0], "acts": acts}


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as wrong:
        raise FaultyValueError from wrong


Rule = tuple[Callable[[str], dict[str, Any]], str]
_ANY = "a text, or nothing where it cannot be known"
FIELDS: dict[str, Rule] = {
    "title": (_text("title"), _ANY),
    "place": (_place, f"a six-digit code of the gazetteer, {_CENTRE}, or nothing where it cannot be known"),
    "published": (_published, "a day as 2018-04-02, or nothing"),
    "meeting_date": (_meeting_date, "a day as 2018-04-02, an interval as 2018-04-01/2018-04-30, or nothing"),
    "presider": (_presider, _ANY),
    "presider_role": (_text("presider_role"), _ANY),
    "meeting_type": (_text("meeting_type"), _ANY),
    "source": (_text("source"), _ANY),
}
_ITEM_FIELDS: dict[str, Rule] = {
    "act": (_act, f"one of {', '.join(ACTS)}"),
    "acts": (_acts, f"acts in order, parted by semicolons, each one of {', '.join(ACTS)}"),
    "subject": (_subject, "a text"),
}


def rule_of(field: str) -> Rule:
    """Give what turns a correction's value into columns, and what values it takes in words.

    The function raises `FaultyValueError` for a value that the field cannot take.

    Examples
    --------
    >>> rule_of("items[2].subject")[0]("春耕备耕")
    {'subject': '春耕备耕'}
    """
    found = ITEM_FIELD.fullmatch(field)
    return _ITEM_FIELDS[found[2]] if found else FIELDS[field]
