"""The records of a readout: what `parse_page` returns and every later stage reads."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from readout_nlp.pages.page import RepairExample

Kind = Literal["readout", "document"]
Level = Literal["centre", "province", "prefecture", "county", "township", "other"]
YearBasis = Literal["stated", "publication", "inferred"]
Act = Literal["relay", "hear", "analyse", "deliberate", "decide", "approve", "deploy", "residual", "unstated"]

LEVELS: tuple[Level, ...] = ("centre", "province", "prefecture", "county", "township", "other")
ACTS: tuple[Act, ...] = (
    "relay",
    "hear",
    "analyse",
    "deliberate",
    "decide",
    "approve",
    "deploy",
    "residual",
    "unstated",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The administrative unit whose meeting it was.

    `code` is the six-digit division code (GB/T 2260), null where the unit has none; `basis` names the kind
    of evidence that decided (``given``, ``title``, ``site_code``, ``host``, ``source``, ``named``, ...) and
    `evidence` quotes it.
    """

    code: str | None
    name: str
    level: Level
    prefecture: str | None
    province: str | None
    basis: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingDate:
    """The day of the meeting, or the interval that is left when the clues do not give one day."""

    value: date | None
    earliest: date | None
    latest: date | None
    year_basis: YearBasis | None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Presider:
    """Who chaired the meeting, with the office as printed."""

    name: str
    role: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One matter on the agenda, the unit of analysis: ``text == body[start:end]``."""

    id: str
    act: Act
    acts: tuple[Act, ...]
    verb: str | None
    subject: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairCount:
    """How often one kind of repair was made on the page."""

    kind: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Readout:
    """One published report of one meeting, or the reason why the page is not one (`quarantine`)."""

    id: str
    origin: str
    sha256: str
    kind: Kind
    title: str | None
    place: Place | None
    published: date | None
    meeting_date: MeetingDate | None
    meeting_type: str | None
    presider: Presider | None
    source: str | None
    script: str
    repairs: tuple[RepairCount, ...]
    body: str
    attendance: str | None
    items: tuple[Item, ...]
    quarantine: str | None = None
    examples: tuple[RepairExample, ...] = ()  # of repairs; no part of the record that is written as JSON

    def to_dict(self) -> dict[str, Any]:
        """Plain values: dates as ISO strings, tuples as lists, ready for JSON."""
        record: dict[str, Any] = json.loads(self.to_json())
        return record

    def to_json(self) -> str:
        """One line of JSON in the field order of this class, Chinese characters as they are."""
        record = asdict(self)
        del record["examples"]
        return json.dumps(record, ensure_ascii=False, default=_iso)


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
