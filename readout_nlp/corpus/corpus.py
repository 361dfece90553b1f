"""The corpus: an immutable table of readouts, one of items, and what was set aside."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import polars as pl

Unit = Literal["item", "document"]

SYNTHETIC_CODES = "99"

READOUT_SCHEMA: dict[str, pl.DataType] = {
    "readout_id": pl.String(),
    "kind": pl.String(),
    "title": pl.String(),
    "place": pl.String(),  # a label unique in the corpus: the name, with its prefecture where two share it
    "place_code": pl.String(),
    "place_name": pl.String(),
    "level": pl.String(),
    "prefecture": pl.String(),
    "province": pl.String(),
    "place_basis": pl.String(),
    "place_evidence": pl.List(pl.String()),
    "published": pl.Date(),
    "meeting_date": pl.Date(),
    "meeting_earliest": pl.Date(),
    "meeting_latest": pl.Date(),
    "year_basis": pl.String(),
    "date_evidence": pl.List(pl.String()),
    "year": pl.Int32(),  # the meeting's year, else the published one; null where neither is certain
    "year_from": pl.String(),  # "meeting", "published" or null: the basis of `year`
    "quarter": pl.Int32(),
    "meeting_type": pl.String(),
    "presider": pl.String(),
    "presider_role": pl.String(),
    "source": pl.String(),
    "script": pl.String(),
    "repairs": pl.List(pl.Struct({"kind": pl.String(), "count": pl.Int64()})),
    "body": pl.String(),
    "attendance": pl.String(),
    "origin": pl.String(),
    "sha256": pl.String(),
    # every page that reports this meeting, the kept one first; `relation`: kept, version, reprint
    "origins": pl.List(
        pl.Struct(
            {
                "origin": pl.String(),
                "sha256": pl.String(),
                "relation": pl.String(),
                "readout_id": pl.String(),
            }
        )
    ),
}
ITEM_SCHEMA: dict[str, pl.DataType] = {
    "item_id": pl.String(),
    "readout_id": pl.String(),
    "position": pl.Int32(),  # 1 for the first item of its readout
    "act": pl.String(),
    "acts": pl.List(pl.String()),
    "verb": pl.String(),
    "subject": pl.String(),
    "text": pl.String(),
    "start": pl.Int32(),
    "end": pl.Int32(),
}
QUARANTINE_SCHEMA: dict[str, pl.DataType] = {
    "origin": pl.String(),
    "sha256": pl.String(),
    "reason": pl.String(),
}
CORRECTION_SCHEMA: dict[str, pl.DataType] = {
    "sha256": pl.String(),
    "field": pl.String(),
    "value": pl.String(),
    "coder": pl.String(),
    "reason": pl.String(),
    "before": pl.String(),  # what the parser had found
    "status": pl.String(),  # applied, merged, set aside, no such page, no such item
}

EXAMPLE_SCHEMA: dict[str, pl.DataType] = {
    "kind": pl.String(),
    "origin": pl.String(),
    "sha256": pl.String(),
    "before": pl.String(),  # some characters of a line before this kind of repair, and after it
    "after": pl.String(),
    "changed_from": pl.String(),  # the one repair meant, within them
    "changed_to": pl.String(),
}
EVENT_SCHEMA: dict[str, pl.DataType] = {
    "event": pl.String(),  # added, edited, vanished, returned
    "origin": pl.String(),
    "sha256": pl.String(),
    "retrieved": pl.String(),  # when the page was fetched, as its row states it: ISO date or time
    "batch": pl.Int64(),  # the number of the ingest, from 1
}


@dataclass(frozen=True)
class Corpus:
    """Readouts, their items and the pages set aside; it never changes: a function that adds makes a new one.

    Attributes
    ----------
    readouts
        One row a readout, columns as in `READOUT_SCHEMA`.
    items
        One row an item, columns as in `ITEM_SCHEMA`.
    quarantine
        One row a page that is not in the corpus, with the reason.
    corrections
        One row a correction by a coder, columns as in `CORRECTION_SCHEMA`.
    events
        One row an event in the life of a page, columns as in `EVENT_SCHEMA`; only a store has any.
    repair_examples
        A few repairs of each kind in their lines, columns as in `EXAMPLE_SCHEMA`.
    """

    readouts: pl.DataFrame
    items: pl.DataFrame
    quarantine: pl.DataFrame
    corrections: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CORRECTION_SCHEMA))
    events: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=EVENT_SCHEMA))
    repair_examples: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=EXAMPLE_SCHEMA))

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the sorted readout ids, which are hashes of content, and the corrections applied."""
        applied = self.corrections.filter(pl.col("status") == "applied").select("sha256", "field", "value")
        changes = sorted(json.dumps(row, ensure_ascii=False) for row in applied.iter_rows())
        text = "\n".join([*self.readouts["readout_id"].sort(), *changes])
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def merged(self) -> int:
        """How many pages stand behind the kept ones: ``readouts + merged + quarantine`` is every page."""
        others = self.readouts["origins"].list.len().fill_null(1) - 1
        return int(others.cast(pl.Int64).sum())

    @property
    def synthetic(self) -> bool:
        """True if any place is fictional (a code beginning 99); every output then says so."""
        return bool(self.readouts["place_code"].str.starts_with(SYNTHETIC_CODES).fill_null(False).any())

    def documents(self, unit: Unit = "item") -> pl.DataFrame:
        """Give the texts to count, one row a unit, with the readout's variables beside each.

        Parameters
        ----------
        unit
            ``item``: every item's own text. ``document``: every readout's body.

        Returns
        -------
        polars.DataFrame
            ``doc_id``, ``readout_id``, ``text``, ``act`` (null for documents), then all columns of
            `readouts` but the body, in the order of the corpus.
        """
        about = self.readouts.drop("body")
        ids = ["doc_id", "readout_id", "text", "act"]
        return self._units(unit).select(ids).join(about, on="readout_id", how="left", maintain_order="left")

    def texts(self, unit: Unit = "item") -> pl.DataFrame:
        """Give the texts to count alone: ``doc_id`` and ``text``, as `documents` has them."""
        return self._units(unit).select("doc_id", "text")

    def _units(self, unit: Unit) -> pl.DataFrame:
        if unit == "item":
            return self.items.select("readout_id", "text", "act", doc_id="item_id")
        return self.readouts.select(
            "readout_id", doc_id="readout_id", text="body", act=pl.lit(None, pl.String)
        )
