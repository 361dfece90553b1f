"""Readouts -> Corpus: rows in a canonical order, duplicates collapsed, places with labels of their own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

import polars as pl

from readout_nlp.corpus.corpus import ITEM_SCHEMA, QUARANTINE_SCHEMA, READOUT_SCHEMA, Corpus
from readout_nlp.readouts.readout import Readout

_PLACE_KEY = ("place_name", "place_code", "prefecture", "province")
# Content alone decides the order, so that the same pages give the same table however they came in.
_ORDER = ("place_code", "place_name", "day", "readout_id")


def build_corpus(readouts: Iterable[Readout]) -> Corpus:
    """Gather readouts into a corpus.

    Readouts with a quarantine reason are set aside. Of readouts with one id the first stays and the
    others are listed in `Corpus.quarantine`, as ``duplicate of <id>``; where a given id stands for different
    texts the reason says so.

    Parameters
    ----------
    readouts
        As `parse_page` gives them.

    Returns
    -------
    Corpus
        In the order of place, date and id, whatever the order of the input.

    Examples
    --------
    >>> build_corpus([]).readouts.height
    0
    """
    return settle(loose_corpus(readouts))


def loose_corpus(readouts: Iterable[Readout], *, known: Collection[str] = ()) -> Corpus:
    """Turn readouts into rows as they come: no order, no labels, duplicates still inside, without items.

    Parameters
    ----------
    readouts
        In the order of arrival.
    known
        Ids that arrived before these.
    """
    given = list(readouts)
    accepted = [readout for readout in given if readout.quarantine is None]
    set_aside = [(r.origin, r.sha256, r.quarantine) for r in given if r.quarantine is not None]
    return Corpus(
        readouts=pl.DataFrame([_readout_row(readout) for readout in accepted], schema=READOUT_SCHEMA),
        items=pl.DataFrame(
            [row for readout in _first_seen(accepted, known) for row in _item_rows(readout)],
            schema=ITEM_SCHEMA,
        ),
        quarantine=pl.DataFrame(set_aside, schema=QUARANTINE_SCHEMA, orient="row"),
    )


def settle(loose: Corpus) -> Corpus:
    """Collapse duplicates, give places their labels and put everything into the canonical order.

    Readouts that share an id must stand in the order of arrival; items belong to the first of them. The same
    page twice (one origin, one hash) is no duplicate.
    """
    rows = loose.readouts.with_row_index("arrival").with_columns(
        first=pl.col("arrival").min().over("readout_id"),
        page=pl.struct("origin", "sha256"),
        same=pl.col("body").str.replace_all(r"\s", "").n_unique().over("readout_id") == 1,
    )
    kept = rows.filter(pl.col("arrival") == pl.col("first")).drop("arrival", "first", "same", "page")
    kept_pages = rows.filter(pl.col("arrival") == pl.col("first"))["page"].implode()
    again = rows.filter(pl.col("arrival") != pl.col("first"), ~pl.col("page").is_in(kept_pages)).select(
        "origin", "sha256", reason=pl.when("same").then(_SAME).otherwise(_OTHER)
    )
    readouts = _labelled(kept).with_columns(day=pl.coalesce("meeting_date", "meeting_earliest", "published"))
    readouts = readouts.sort(_ORDER, nulls_last=True).drop("day").select(*READOUT_SCHEMA)
    rank = readouts.select("readout_id").with_row_index("rank")
    items = loose.items.join(rank, on="readout_id").sort("rank", "position").select(*ITEM_SCHEMA)
    quarantine = pl.concat([loose.quarantine, again]).unique(maintain_order=True)
    return Corpus(readouts, items, quarantine.sort("origin", "reason", maintain_order=True))


_SAME = pl.format("duplicate of {}", "readout_id")
_OTHER = pl.format("id {} of another text: give every text its own id", "readout_id")


def _labelled(readouts: pl.DataFrame) -> pl.DataFrame:
    """Name each place by the shortest of: name; prefecture and name; province and both; name and code."""
    places = readouts.select(_PLACE_KEY).drop_nulls("place_name").unique().sort(_PLACE_KEY, nulls_last=True)
    # one place may be seen with and without its parents; its code is then what it is
    identity = pl.coalesce("place_code", pl.concat_str(_PLACE_KEY, separator="/", ignore_nulls=True))
    places = places.with_columns(identity=identity)
    parent = pl.col("prefecture").fill_null(pl.col("province")).fill_null("")
    above = pl.concat_str("province", "prefecture", "place_name", ignore_nulls=True)
    labels = [
        pl.col("place_name"),
        pl.concat_str(parent, "place_name"),
        above,
        pl.format("{} {}", "place_name", "identity"),
    ]
    places = places.with_columns(pl.coalesce(_if_unique(label) for label in labels).alias("place"))
    places = places.with_columns(pl.col("place").first().over("identity"))
    places = places.with_columns(pl.coalesce(_if_unique(pl.col("place")), labels[-1]).alias("place"))
    return readouts.drop("place").join(
        places.drop("identity"), on=list(_PLACE_KEY), how="left", nulls_equal=True, maintain_order="left"
    )


def _if_unique(label: pl.Expr) -> pl.Expr:
    return pl.when(pl.col("identity").n_unique().over(label) == 1).then(label)


def _readout_row(readout: Readout) -> dict[str, Any]:
    place, held, chair = readout.place, readout.meeting_date, readout.presider
    year, quarter, year_from = _when(readout)
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


def _first_seen(readouts: Iterable[Readout], known: Collection[str]) -> Iterator[Readout]:
    seen = set(known)
    for readout in readouts:
        if readout.id not in seen:
            seen.add(readout.id)
            yield readout


def _when(readout: Readout) -> tuple[int | None, int | None, str | None]:
    """Give year, quarter and their basis: the meeting where its year is certain, else the publication."""
    held = readout.meeting_date
    if held is not None:
        first, last = held.value or held.earliest, held.value or held.latest
        if first and last and first.year == last.year:
            quarters = {_quarter(first), _quarter(last)}
            return first.year, quarters.pop() if len(quarters) == 1 else None, "meeting"
    if readout.published is not None:
        return readout.published.year, _quarter(readout.published), "published"
    return None, None, None


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
        }
        for position, item in enumerate(readout.items, start=1)
    ]
