"""Corrections on rows: what a coder says takes the place of what the parser found, and both are logged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import polars as pl

from readout_nlp.corpus.corrections import Correction
from readout_nlp.corpus.rows import when

Row = dict[str, Any]
Amended = tuple[Correction, str | None, bool]
"""A correction, what was there before, and whether it found its page and item."""


def amend(
    pages: pl.DataFrame, items: pl.DataFrame, corrections: Sequence[Correction]
) -> tuple[pl.DataFrame, pl.DataFrame, list[Amended]]:
    """Put corrected values into rows; `pages` get a column ``corrected``.

    Ids stay: a readout that is cited stays citable. The order of `corrections` counts, as in the file.
    """
    wanted: dict[str, list[Correction]] = defaultdict(list)
    for one in corrections:
        wanted[one.sha256].append(one)
    hit = pl.col("sha256").is_in(list(wanted))
    pages = pages.with_columns(corrected=hit)
    if not wanted:
        return pages, items, []
    found_pages = pages.filter(hit).sort("sha256", "origin", "readout_id").to_dicts()
    numbered = items.with_row_index("at")
    found_items = numbered.filter(hit).to_dicts()
    before = _before(found_pages, found_items, corrections)
    for row in found_pages:
        _amend_page(row, wanted[row["sha256"]])
    for row in found_items:
        _amend_item(row, wanted[row["sha256"]])
    return (
        _put_back(pages, found_pages, by="arrival"),
        _put_back(numbered, found_items, by="at").drop("at"),
        [(one, before.get(key), key in before) for one in corrections for key in [(one.sha256, one.field)]],
    )


def log_of(
    amended: Iterable[Amended],
    *,
    kept: Collection[str],
    merged: Collection[str],
    set_aside: Collection[str],
) -> list[tuple[str | None, ...]]:
    """Give the log: each correction, what was there before, and what became of it.

    Parameters
    ----------
    amended
        As `amend` gives them.
    kept, merged, set_aside
        Hashes of the pages that stand in the corpus, of all its pages, and of those in quarantine.

    Returns
    -------
    list of tuple
        ``applied``; ``merged``: the page is corrected but another stands for it; ``set aside``: the page is
        in quarantine; ``no such page``: it is not here (yet); ``no such item``.
    """
    here = {"applied": set(kept), "merged": set(merged), "set aside": set(set_aside)}
    rows: list[tuple[str | None, ...]] = []
    for one, before, found in amended:
        status = next((word for word, hashes in here.items() if one.sha256 in hashes), "no such page")
        if status in ("applied", "merged") and not found:
            status = "no such item"
        rows.append((one.sha256, one.field, one.value, one.coder, one.reason, before, status))
    return rows


def _before(
    pages: list[Row], items: list[Row], corrections: Iterable[Correction]
) -> dict[tuple[str, str], str | None]:
    """Give for each correction that finds its place, by page and field, what the parser found."""
    by_page = {row["sha256"]: row for row in reversed(pages)}
    by_item = {(row["sha256"], row["position"]): row for row in reversed(items)}
    found: dict[tuple[str, str], str | None] = {}
    for one in corrections:
        row = by_page.get(one.sha256) if one.item is None else by_item.get((one.sha256, one.item))
        if row is not None:
            found[one.sha256, one.field] = _printed(one, row)
    return found


def _printed(one: Correction, row: Row) -> str | None:
    """Write what stands in a row as a correction would write it, so that it can be put back."""
    if one.field == "place":
        value = row["place_code"] or row["place_name"]
    elif one.field == "meeting_date":
        interval = row["meeting_earliest"] and row["meeting_latest"]
        span = f"{row['meeting_earliest']}/{row['meeting_latest']}" if interval else None
        value = row["meeting_date"] or span
    else:
        value = row[one.field.rpartition(".")[2]]
    return ";".join(value) if isinstance(value, list) else None if value is None else str(value)


def _amend_page(row: Row, corrections: Iterable[Correction]) -> None:
    for one in corrections:
        if one.item is None:
            row |= one.columns
            if one.field in ("place", "meeting_date"):
                row["place_evidence" if one.field == "place" else "date_evidence"] = [
                    f"{one.coder}: {one.reason}"
                ]
    first, last = (row["meeting_date"] or row[bound] for bound in ("meeting_earliest", "meeting_latest"))
    row["year"], row["quarter"], row["year_from"] = when((first, last), row["published"])


def _amend_item(row: Row, corrections: Iterable[Correction]) -> None:
    for one in corrections:
        if one.item == row["position"]:
            changes = one.columns
            if set(changes) == {"act"}:
                changes["acts"] = [changes["act"], *(act for act in row["acts"][1:] if act != changes["act"])]
            row |= changes


def _put_back(frame: pl.DataFrame, rows: list[Row], *, by: str) -> pl.DataFrame:
    changed = pl.DataFrame(rows, schema=frame.schema)
    rest = frame.join(changed.select(by), on=by, how="anti")
    return pl.concat([rest, changed]).sort(by)
