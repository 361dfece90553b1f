"""What the shards hold -> a corpus store without copies, the counts, and a sample of what was left out."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from readout_nlp.corpus.corpus import EVENT_SCHEMA, QUARANTINE_SCHEMA
from readout_nlp.corpus.manifest import new_manifest, write_manifest
from readout_nlp.corpus.parts import write_frame
from readout_nlp.corpus.rows import Rows
from readout_nlp.corpus.store import add_part, seal_store
from readout_nlp.durable import aside_folder, discard, write_bytes, write_text
from readout_nlp.harvest.copies import find_copies
from readout_nlp.harvest.samples import Reject, drawn
from readout_nlp.harvest.shard import REJECTS, as_csv, finished
from readout_nlp.pages.cells import unguard

CORPUS = "corpus"
COPIES = "copies.parquet"
REPORT = "harvest.json"
ROWS_A_PART = 5000
_PAGE = ["readout_id", "sha256"]


def gather(
    folder: Path, shards: Sequence[Path], failed: Mapping[str, str], *, samples: int
) -> dict[str, dict[str, Any]]:
    """Make the store and the reports of the shards that are done.

    Parameters
    ----------
    folder
        The folder of the harvest.
    shards
        Folders of its shards, in the order of the dumps.
    failed
        Dumps without a shard, each with the reason.
    samples
        Rejects of each reason to keep.

    Returns
    -------
    dict
        ``counts``, ``reasons`` and ``failed``, as ``harvest.json`` holds them.
    """
    markers = {shard: marker for shard in shards if (marker := finished(shard))}
    counts, reasons = Counter[str](), Counter[str]()
    for marker in markers.values():
        counts.update(marker["counts"])
        reasons.update(marker["reasons"])
    readouts, items = (_frame(markers, table) for table in ("readouts", "items"))
    copies = _copies(readouts)
    write_frame(folder / COPIES, copies.drop("row"))
    write_bytes(folder / REJECTS, as_csv(drawn(_rejects(markers), samples)))
    _store(folder / CORPUS, readouts, items, copies=copies)
    told = {
        "dumps": len(shards),
        **{name: counts[name] for name in ("records", "bytes", "parsed")},
        "found": counts["kept"],
        "copies": copies.height,
        "kept": counts["kept"] - copies.height,
    }
    report: dict[str, dict[str, Any]] = {
        "counts": told,
        "reasons": dict(sorted(reasons.items())),
        "failed": dict(sorted(failed.items())),
    }
    write_text(folder / REPORT, json.dumps(report, ensure_ascii=False, indent=2) + "\n")
    return report


def _frame(markers: Mapping[Path, Mapping[str, Any]], table: str) -> pl.LazyFrame | None:
    """Give one table of all shards, in their order; nothing is read yet."""
    files = [
        shard / f"{table}-{number:05d}.parquet"
        for shard, marker in markers.items()
        for number in range(marker["parts"])
    ]
    return pl.scan_parquet(files, glob=False) if files else None


def _copies(readouts: pl.LazyFrame | None) -> pl.DataFrame:
    if readouts is None:
        return find_copies(pl.DataFrame(), [])
    pages = readouts.select(
        *("readout_id", "origin", "sha256", "place_code", "meeting_date", "date_evidence", "body"),
        n_repairs=pl.col("repairs").list.eval(pl.element().struct.field("count")).list.sum(),
    ).collect()
    return find_copies(pages.drop("body"), pages["body"].to_list())


def _rejects(markers: Mapping[Path, Mapping[str, Any]]) -> Iterator[Reject]:
    for shard in markers:
        with (shard / REJECTS).open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.reader(stream)
            next(rows, None)
            yield from (Reject(*map(unguard, row)) for row in rows)


def _store(
    folder: Path, readouts: pl.LazyFrame | None, items: pl.LazyFrame | None, *, copies: pl.DataFrame
) -> None:
    """Write what is kept as a corpus store, in the place of the one of an earlier call."""
    discard(folder)
    with aside_folder(folder) as side:
        manifest = new_manifest()
        write_manifest(side, manifest)
        if readouts is not None and items is not None:
            for rows in _kept(readouts, items, copies):
                manifest = add_part(side, manifest, rows)
        seal_store(side, manifest, None, events=pl.DataFrame(schema=EVENT_SCHEMA))


def _kept(readouts: pl.LazyFrame, items: pl.LazyFrame, copies: pl.DataFrame) -> Iterator[Rows]:
    """Give the pages that are no copies, a part of the store at a time."""
    copied = copies["row"].implode()
    kept = readouts.with_row_index("row").filter(~pl.col("row").is_in(copied)).drop("row")
    total = kept.select(pl.len()).collect().item()
    nothing = pl.DataFrame(schema=QUARANTINE_SCHEMA)
    for start in range(0, total, ROWS_A_PART):
        pages = kept.slice(start, ROWS_A_PART).collect()
        own = pages.lazy().select(_PAGE).unique()
        rows = items.join(own, on=_PAGE, how="semi", maintain_order="left").collect()
        yield Rows(pages, rows, nothing)
