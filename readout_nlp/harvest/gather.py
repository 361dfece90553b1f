"""What the shards hold -> a corpus store without copies, the counts, and a sample of what was left out."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from readout_nlp.corpus.corpus import EVENT_SCHEMA, QUARANTINE_SCHEMA
from readout_nlp.corpus.manifest import new_manifest, write_manifest
from readout_nlp.corpus.parts import write_frame
from readout_nlp.corpus.rows import Rows
from readout_nlp.corpus.store import add_part, seal_store
from readout_nlp.durable import replacing_folder, write_bytes, write_text
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
    readouts, items = (_files(markers, table) for table in ("readouts", "items"))
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


def _files(markers: Mapping[Path, Mapping[str, Any]], table: str) -> list[Path]:
    """List the files of one table of all shards, in their order."""
    return [
        shard / f"{table}-{number:05d}.parquet"
        for shard, marker in markers.items()
        for number in range(marker["parts"])
    ]


def _copies(readouts: Sequence[Path]) -> pl.DataFrame:
    if not readouts:
        return find_copies(pl.DataFrame(), [])
    pages = (
        pl.scan_parquet(list(readouts), glob=False)
        .select(
            *("readout_id", "origin", "sha256", "place_code", "meeting_date", "date_evidence", "body"),
            n_repairs=pl.col("repairs").list.eval(pl.element().struct.field("count")).list.sum(),
        )
        .collect()
    )
    return find_copies(pages.drop("body"), pages["body"].to_list())


def _rejects(markers: Mapping[Path, Mapping[str, Any]]) -> Iterator[Reject]:
    for shard in markers:
        with (shard / REJECTS).open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.reader(stream)
            next(rows, None)
            yield from (Reject(*map(unguard, row)) for row in rows)


def _store(folder: Path, readouts: Sequence[Path], items: Sequence[Path], *, copies: pl.DataFrame) -> None:
    """Write what is kept as a corpus store, and put it in the place of the one of an earlier call."""
    with replacing_folder(folder) as side:
        manifest = new_manifest()
        write_manifest(side, manifest)
        for rows in _in_parts(_kept(readouts, items, copies)):
            manifest = add_part(side, manifest, rows)
        seal_store(side, manifest, None, events=pl.DataFrame(schema=EVENT_SCHEMA))


def _kept(
    readouts: Sequence[Path], items: Sequence[Path], copies: pl.DataFrame
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Give the pages of each file that are no copies, with their items; every file is read once."""
    copied, first = copies["row"].implode(), 0
    for pages_file, items_file in zip(readouts, items, strict=True):
        pages = pl.read_parquet(pages_file).with_row_index("row", offset=first)
        first += pages.height
        kept = pages.filter(~pl.col("row").is_in(copied)).drop("row")
        if kept.is_empty():
            continue
        own = kept.select(_PAGE).unique()
        yield kept, pl.read_parquet(items_file).join(own, on=_PAGE, how="semi", maintain_order="left")


def _in_parts(files: Iterable[tuple[pl.DataFrame, pl.DataFrame]]) -> Iterator[Rows]:
    """Put small files together, up to about `ROWS_A_PART` pages a part of the store."""
    held: list[tuple[pl.DataFrame, pl.DataFrame]] = []
    for pages, items in files:
        if held and sum(one.height for one, _ in held) + pages.height > ROWS_A_PART:
            yield _joined(held)
            held = []
        held.append((pages, items))
    if held:
        yield _joined(held)


def _joined(files: Sequence[tuple[pl.DataFrame, pl.DataFrame]]) -> Rows:
    pages, items = (pl.concat(tables) for tables in zip(*files, strict=True))
    return Rows(pages, items, pl.DataFrame(schema=QUARANTINE_SCHEMA))
