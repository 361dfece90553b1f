"""The record of an evaluation: counts by field, of the body, of the agenda; as a table, text or JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from readout_nlp.evaluate.agenda import AgendaScore
from readout_nlp.evaluate.fields import OUTCOMES
from readout_nlp.evaluate.tally import Share, Tally, harmonic, share
from readout_nlp.text_tables import fold, text_table

SHARES = ("precision", "recall", "refusal", "wrong_and_certain")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One value that is not the true one: page, field, outcome, both values."""

    page: str
    field: str
    outcome: str
    truth: str | None
    found: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyScore:
    """Shingles of bodies, summed over pages: `shared` by both, in the `true` and in the `found` body.

    `pages` have a true body; on `exact` of them the bodies differ in no letter.
    """

    pages: int = 0
    exact: int = 0
    shared: int = 0
    true: int = 0
    found: int = 0

    @property
    def precision(self) -> float | None:
        """Share of what was kept that belongs to the body, in [0, 1]."""
        return self.shared / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """Share of the body that was kept, in [0, 1]."""
        return self.shared / self.true if self.true else None


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """How well pages were read, measured against their truth.

    Attributes
    ----------
    fields
        Outcomes by field.
    body
        Shingles of bodies.
    agenda
        Starts of items and their acts.
    faults
        Every value of a field that is wrong, refused or false, in the order of the truth.
    missing
        Pages of the truth that were not among those read: not scored.
    unknown
        Pages read that the truth does not name: not scored.
    """

    fields: Mapping[str, Tally]
    body: BodyScore
    agenda: AgendaScore
    faults: tuple[Fault, ...]
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def table(self) -> pd.DataFrame:
        """One row a field: ``cases``, the outcomes' counts, each share with ``_low`` and ``_high``, ``f1``.

        The rows ``body`` (shingles; no interval, as they are not independent), ``items`` (starts), ``act``
        and ``acts`` (of matched items) close it. Empty cells: not defined for the row.
        """
        return pd.DataFrame(list(self._rows())).set_index("field")

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON; what is not defined is None."""
        return {
            "fields": {str(row.pop("field")): row for row in self._rows()},
            "faults": [{name: getattr(fault, name) for name in Fault.__slots__} for fault in self.faults],
            "missing": list(self.missing),
            "unknown": list(self.unknown),
        }

    def __str__(self) -> str:
        return self.as_text()

    def as_text(self, width: int | None = None) -> str:
        """Say it for a person, in lines of at most `width` columns; None: in full.

        Where there is no room, intervals are left out first, then counts.
        """
        rows = [_printed(row) for row in self._rows()]
        table = _aligned(rows)
        if width is not None and len(table[0]) > width:
            table = _aligned([_without_intervals(row) for row in rows], width=width)
        notes = [
            f"exact bodies: {self.body.exact} of {self.body.pages}",
            "[low, high]: Wilson intervals at 95 %; body: characters in shingles of three",
            *_named("pages of the truth that were not read", self.missing),
            *_named("pages read without a truth", self.unknown),
        ]
        return "\n".join([*table, *(part for note in notes for part in fold(note, width))])

    def _rows(self) -> Iterator[dict[str, Any]]:
        for name, tally in self.fields.items():
            yield _field_row(name, tally)
        yield _row("body", self.body.true, precision=self.body.precision, recall=self.body.recall)
        items = self.agenda
        yield _row(
            "items",
            items.true,
            precision=share(items.matched, items.found),
            recall=share(items.matched, items.true),
        )
        yield _row("act", items.matched, precision=share(items.same_act, items.matched))
        yield _row("acts", items.matched, precision=share(items.same_acts, items.matched))


def _field_row(name: str, tally: Tally) -> dict[str, Any]:
    counts: dict[str, int] = {outcome: getattr(tally, outcome) for outcome in OUTCOMES}
    return _row(name, tally.pages, counts=counts, **{each: getattr(tally, each) for each in SHARES})


def _row(
    name: str,
    cases: int,
    *,
    counts: Mapping[str, int] | None = None,
    **shares: Share | float | None,
) -> dict[str, Any]:
    row: dict[str, Any] = {"field": name, "cases": cases}
    row |= {outcome: (counts or {}).get(outcome) for outcome in OUTCOMES}
    for each in SHARES:
        row |= _bounds(each, shares.get(each))
    return row | {"f1": harmonic(row["precision"], row["recall"])}


def _bounds(name: str, value: Share | float | None) -> dict[str, float | None]:
    if isinstance(value, Share):
        return {name: value.value, f"{name}_low": value.low, f"{name}_high": value.high}
    return {name: value, f"{name}_low": None, f"{name}_high": None}


def _printed(row: Mapping[str, Any]) -> dict[str, str]:
    """Give one line of the text table: counts as they are, a share as one cell with its interval."""
    cells = {name: _count(row[name]) for name in ("cases", *OUTCOMES)}
    cells |= {name.replace("_and_", "+"): _share(row, name) for name in SHARES}
    return {"field": str(row["field"]), **cells, "f1": "-" if row["f1"] is None else f"{row['f1']:.3f}"}


def _aligned(rows: list[dict[str, str]], *, width: int | None = None) -> list[str]:
    return text_table(
        list(rows[0]),
        [list(row.values()) for row in rows],
        right="<" + ">" * len(rows[0]),
        width=width,
        spare=("cases", *OUTCOMES),
    )


def _without_intervals(row: Mapping[str, str]) -> dict[str, str]:
    return {name: cell.split(" ")[0] for name, cell in row.items()}


def _count(value: int | None) -> str:
    return "-" if value is None else str(value)


def _share(row: Mapping[str, Any], name: str) -> str:
    value, low, high = row[name], row[f"{name}_low"], row[f"{name}_high"]
    if value is None:
        return "-"
    return f"{value:.3f}" if low is None else f"{value:.3f} [{low:.3f}, {high:.3f}]"


def _named(what: str, pages: tuple[str, ...]) -> list[str]:
    if not pages:
        return []
    shown = ", ".join(pages[:3]) + (", ..." if len(pages) > 3 else "")
    return [f"{what}: {len(pages)} ({shown})"]
