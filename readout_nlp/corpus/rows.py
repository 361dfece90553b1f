"""Readouts -> rows: one a page and one an item, as they came."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import polars as pl

from readout_nlp.corpus.corpus import EXAMPLE_SCHEMA, ITEM_SCHEMA, QUARANTINE_SCHEMA, READOUT_SCHEMA
from readout_nlp.readouts.readout import Readout

MOST_EXAMPLES = 3  # of one kind of repair
PAGE_SCHEMA = {name: kind for name, kind in READOUT_SCHEMA.items() if name != "origins"}
# Items belong to the text of a page: two pages may share an id and differ in white space, so in spans.
PAGE_ITEM_SCHEMA = ITEM_SCHEMA | {"sha256": pl.String()}


@dataclass(frozen=True)
class Rows:
    """Pages as rows, as they came: no order, no labels, nothing merged.

    Attributes
    ----------
    readouts, items
        Columns as in `PAGE_SCHEMA` and `PAGE_ITEM_SCHEMA`; `readouts` of a store also has ``ingested``, the
        number of the part, by which a later version of a page is told from an earlier one.
    quarantine
        Columns as in `QUARANTINE_SCHEMA`.
    examples
        At most `MOST_EXAMPLES` of each kind of repair, columns as in `EXAMPLE_SCHEMA`.
    """

    readouts: pl.DataFrame
    items: pl.DataFrame
    quarantine: pl.DataFrame
    examples: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=EXAMPLE_SCHEMA))


def page_rows(readouts: Iterable[Readout], *, known: Collection[tuple[str, str]] = ()) -> Rows:
    """Turn readouts into rows as they come.

    Parameters
    ----------
    readouts
        In the order of arrival.
    known
        Ids and hashes of pages whose items are stored already.
    """
    given = list(readouts)
    accepted = [readout for readout in given if readout.quarantine is None]
    set_aside = [(r.origin, r.sha256, r.quarantine) for r in given if r.quarantine is not None]
    return Rows(
        readouts=pl.DataFrame([_readout_row(readout) for readout in accepted], schema=PAGE_SCHEMA),
        items=pl.DataFrame(
            [row for readout in _first_seen(accepted, known) for row in _item_rows(readout)],
            schema=PAGE_ITEM_SCHEMA,
        ),
        quarantine=pl.DataFrame(set_aside, schema=QUARANTINE_SCHEMA, orient="row"),
        examples=few_examples(_example_rows(accepted)),
    )


def few_examples(found: pl.DataFrame) -> pl.DataFrame:
    """Keep at most `MOST_EXAMPLES` examples of each kind of repair, no two of the same change.

    Those of the pages with the lowest hashes stay, so that neither the order of pages nor how they came in
    batches changes the choice.

    Parameters
    ----------
    found
        Columns as in `EXAMPLE_SCHEMA`.
    """
    change = ("kind", "changed_from", "changed_to")
    ordered = found.sort("kind", "sha256", "origin", "before", nulls_last=True)
    once = ordered.unique(change, keep="first", maintain_order=True)
    return once.group_by("kind", maintain_order=True).head(MOST_EXAMPLES).select(*EXAMPLE_SCHEMA)


def _example_rows(readouts: Iterable[Readout]) -> pl.DataFrame:
    rows = [
        {"origin": one.origin, "sha256": one.sha256, **example._asdict()}
        for one in readouts
        for example in one.examples
    ]
    return pl.DataFrame(rows, schema=EXAMPLE_SCHEMA)


def when(
    held: tuple[date | None, date | None], published: date | None
) -> tuple[int | None, int | None, str | None]:
    """Give year, quarter and their basis: the meeting where its year is certain, else the publication.

    Parameters
    ----------
    held
        First and last day on which the meeting may have been.
    published
        Day of publication.

    Examples
    --------
    >>> when((date(2018, 1, 5), date(2018, 9, 1)), date(2019, 1, 1)), when((None, None), date(2018, 7, 1))
    ((2018, None, 'meeting'), (2018, 3, 'published'))
    """
    first, last = held
    if first and last and first.year == last.year:
        quarters = {_quarter(first), _quarter(last)}
        return first.year, quarters.pop() if len(quarters) == 1 else None, "meeting"
    if published is not None:
        return published.year, _quarter(published), "published"
    return None, None, None


def _readout_row(readout: Readout) -> dict[str, Any]:
    place, held, chair = readout.place, readout.meeting_date, readout.presider
    days = (held.value or held.earliest, held.value or held.latest) if held is not None else (None, None)
    year, quarter, year_from = when(days, readout.published)
    return {
        "readout_id": readout.id,
        "kind": readout.kind,
        "title": readout.title,
        "place": None,
        "place_code": place and place.code,
        "place_name": place and place.name,
        "level": place and place.level,
        "prefecture": place and place.prefecture,
        "province": place and place.province,
        "place_basis": place and place.basis,
        "place_evidence": list(place.evidence) if place else [],
        "published": readout.published,
        "meeting_date": held and held.value,
        "meeting_earliest": held and held.earliest,
        "meeting_latest": held and held.latest,
        "year_basis": held and held.year_basis,
        "date_evidence": list(held.evidence) if held else [],
        "year": year,
        "year_from": year_from,
        "quarter": quarter,
        "meeting_type": readout.meeting_type,
        "presider": chair and chair.name,
        "presider_role": chair and chair.role,
        "source": readout.source,
        "script": readout.script,
        "repairs": [asdict(repair) for repair in readout.repairs],
        "body": readout.body,
        "attendance": readout.attendance,
        "origin": readout.origin,
        "sha256": readout.sha256,
    }


def _first_seen(readouts: Iterable[Readout], known: Collection[tuple[str, str]]) -> Iterator[Readout]:
    seen = set(known)
    for readout in readouts:
        key = (readout.id, readout.sha256)
        if key not in seen:
            seen.add(key)
            yield readout


def _quarter(day: date) -> int:
    return (day.month + 2) // 3


def _item_rows(readout: Readout) -> list[dict[str, Any]]:
    return [
        {
            "item_id": item.id,
            "readout_id": readout.id,
            "position": position,
            "act": item.act,
            "acts": list(item.acts),
            "verb": item.verb,
            "subject": item.subject,
            "text": item.text,
            "start": item.start,
            "end": item.end,
            "sha256": readout.sha256,
        }
        for position, item in enumerate(readout.items, start=1)
    ]
