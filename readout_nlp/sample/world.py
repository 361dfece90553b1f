"""The fictional province: its places, officials and calendar (``reference/data/fictional.source.md``)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

FIRST_YEAR = 2012
LAST_YEAR = 2023
CENTRE = "中枢政务会"
NOTICE = "合成样本(虚构省份,非真实文件)"


@dataclass(frozen=True, slots=True)
class FictionalPlace:
    """A fictional unit: `unit` is the last character of its name, `prefecture` the name of the city above."""

    code: str
    name: str
    level: str
    prefecture: str
    province: str

    @property
    def unit(self) -> str:
        """市, 区 or 县."""
        return self.name[-1]

    @property
    def short(self) -> str:
        """The name without its unit."""
        return self.name[:-1]

    def record(self) -> dict[str, str]:
        """Plain values in the shape of a parsed page's place."""
        return {
            "code": self.code,
            "name": self.name,
            "level": self.level,
            "prefecture": self.prefecture,
            "province": self.province,
        }


@dataclass(frozen=True, slots=True)
class Official:
    """A fictional officeholder: name and role as printed."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Event:
    """A dated fictional event: a `session` of the centre, or a `year` that pages call by name."""

    kind: str
    name: str
    day: date


@cache
def all_cities() -> tuple[FictionalPlace, ...]:
    """Give the fictional prefecture-level cities in the order of their codes.

    Examples
    --------
    >>> all_cities()[0].record()["code"], all_cities()[0].unit
    ('990100', '市')
    """
    return tuple(place for place in _places() if place.level == "prefecture")


@cache
def counties(city: str) -> tuple[FictionalPlace, ...]:
    """Give the districts, counties and county-level cities of the city with this code."""
    return tuple(place for place in _places() if place.level == "county" and place.code[:4] == city[:4])


@cache
def events(kind: str) -> tuple[Event, ...]:
    """Give the events of one kind in order of time.

    Examples
    --------
    >>> [event.name for event in events("session")][:1]
    ['中枢政务会第一次会议']
    """
    rows = _rows("fictional_events.csv")
    return tuple(
        Event(kind, row["name"], date.fromisoformat(row["date"])) for row in rows if row["kind"] == kind
    )


@cache
def tifa_first_used() -> dict[str, date]:
    """Give the fictional tifa with the day the fictional centre first printed each."""
    return {row["term"]: date.fromisoformat(row["first_used"]) for row in _rows("fictional_tifa.csv")}


def in_office(code: str, day: date, *, deputy: bool = False) -> Official:
    """Name the secretary of a place on a day, or the deputy secretary who heads the government."""
    for row, begin, end in _tenures()[code, deputy]:
        if begin <= day <= end:
            return row
    raise LookupError(f"{code} has nobody in office on {day}")


@cache
def _tenures() -> dict[tuple[str, bool], list[tuple[Official, date, date]]]:
    tenures: dict[tuple[str, bool], list[tuple[Official, date, date]]] = {}
    for row in _rows("fictional_officials.csv"):
        span = date.fromisoformat(row["valid_from"]), date.fromisoformat(row["valid_to"])
        key = row["code"], "副书记" in row["role"]
        tenures.setdefault(key, []).append((Official(row["name"], row["role"]), *span))
    return tenures


@cache
def _places() -> tuple[FictionalPlace, ...]:
    rows = _rows("fictional_divisions.csv")
    names = {row["code"]: row["name"] for row in rows}
    return tuple(
        FictionalPlace(row["code"], row["name"], row["level"], names[row["code"][:4] + "00"], names["990000"])
        for row in rows
        if row["level"] != "province"
    )


def _rows(name: str) -> list[dict[str, str]]:
    path = files("readout_nlp.reference") / "data" / name
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
