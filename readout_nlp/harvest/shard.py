"""One dump in, one folder of rows out: whole or not there at all, and the same whoever made it."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from readout_nlp.corpus.parts import write_frame
from readout_nlp.corpus.rows import page_rows
from readout_nlp.durable import aside_folder, discard, sha256_bytes, write_bytes, write_text
from readout_nlp.harvest.dumps import read_dump
from readout_nlp.harvest.official import NO_ORGAN, names_organ
from readout_nlp.harvest.prefilter import worth_parsing
from readout_nlp.harvest.records import Record
from readout_nlp.harvest.samples import Reject, RejectSample
from readout_nlp.pages.page import Page, Rejected
from readout_nlp.readouts.parse import parse_page
from readout_nlp.readouts.readout import Readout

MARKER = "shard.json"
REJECTS = "rejects.csv"
NO_WORD = "no word of a meeting, or of an organ of Party or state"
UNREAD = "not read"
NO_REPORT = "a text, but no report of a meeting"
SCHEMA_VERSION = 1
_ROWS = 1000  # readouts held before they are written
_ENDS = 1 << 20  # bytes at either end of a dump by which it is known again


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardTask:
    """One dump to harvest.

    Attributes
    ----------
    path
        The dump.
    folder
        Where its rows go: a folder that is there once they are complete.
    columns
        As in `read_pages`.
    samples
        Rejects of each reason to keep.
    """

    path: Path
    folder: Path
    columns: tuple[tuple[str, str], ...] = ()
    samples: int = 5


@dataclass(slots=True)
class _Tally:
    """What one pass over a dump has met so far."""

    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    sample: RejectSample = field(default_factory=lambda: RejectSample(0))

    def reject(self, reason: str, origin: str, data: bytes = b"") -> None:
        self.reasons[reason] += 1
        self.sample.offer(reason, origin, data)


def harvest_shard(task: ShardTask) -> dict[str, Any]:
    """Harvest one dump; nothing is done if its folder is there and of the same dump and settings.

    Parameters
    ----------
    task
        The dump and where its rows go.

    Returns
    -------
    dict
        The marker that the folder holds: ``counts`` (``records``, ``bytes``, ``parsed``, ``kept``),
        ``reasons`` (how many records were left out for which), ``parts``, ``input``.
    """
    known = fingerprint(task)
    done = finished(task.folder)
    if done is not None and done["input"] == known:
        return done
    discard(task.folder)
    with aside_folder(task.folder) as side:
        return _harvested(task, side, known)


def finished(folder: Path) -> dict[str, Any] | None:
    """Give the marker of a shard that is done; None for one that is not."""
    try:
        marker = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return marker if isinstance(marker, dict) and marker.get("schema_version") == SCHEMA_VERSION else None


def fingerprint(task: ShardTask) -> dict[str, Any]:
    """Say what a shard is made from: name, size and both ends of the dump, and the settings."""
    with task.path.open("rb") as stream:
        ends = stream.read(_ENDS)
        size = task.path.stat().st_size
        stream.seek(max(0, size - _ENDS))
        ends += stream.read(_ENDS)
    settings = {"columns": dict(task.columns), "samples": task.samples}
    return {"name": task.path.name, "bytes": size, "ends": sha256_bytes(ends), **settings}


def _harvested(task: ShardTask, side: Path, known: Mapping[str, Any]) -> dict[str, Any]:
    tally, parts, seen = _Tally(sample=RejectSample(task.samples)), 0, set[tuple[str, str]]()
    held: list[Readout] = []
    for readout in _readouts(task, tally):
        held.append(readout)
        if len(held) == _ROWS:
            _write_part(side, parts, held, seen)
            parts, held = parts + 1, []
    if held:
        _write_part(side, parts, held, seen)
        parts += 1
    write_bytes(side / REJECTS, as_csv(tally.sample.rejects()))
    marker = {
        "schema_version": SCHEMA_VERSION,
        "input": dict(known),
        "parts": parts,
        "counts": dict(sorted(tally.counts.items())),
        "reasons": dict(sorted(tally.reasons.items())),
    }
    write_text(side / MARKER, json.dumps(marker, ensure_ascii=False, indent=2) + "\n")
    return marker


def _readouts(task: ShardTask, tally: _Tally) -> Iterator[Readout]:
    for record in read_dump(task.path, columns=dict(task.columns)):
        if isinstance(record, Rejected):
            tally.reject(UNREAD, record.origin, record.reason.encode())
            continue
        tally.counts["records"] += 1
        tally.counts["bytes"] += len(record.data)
        if not worth_parsing(record.data):
            tally.reject(NO_WORD, record.origin, record.data)
        elif (readout := _parsed(record, tally)) is not None:
            tally.counts["kept"] += 1
            yield readout


def _parsed(record: Record, tally: _Tally) -> Readout | None:
    page = record.read()
    if isinstance(page, Rejected):
        tally.reject(UNREAD, page.origin, page.reason.encode())
        return None
    tally.counts["parsed"] += 1
    page = _at_address(page)
    readout = parse_page(page)
    reason = readout.quarantine or (NO_REPORT if readout.kind != "readout" else None)
    if reason is None and not names_organ(readout):
        reason = NO_ORGAN
    if reason is not None:
        tally.reject(reason, page.origin, page.data)
        return None
    return readout


def _at_address(page: Page) -> Page:
    """Give a page its own address as origin, where its row states one: the dump is only where it lay."""
    url = page.given.url if page.given else None
    return replace(page, origin=url) if url else page


def _write_part(side: Path, number: int, held: list[Readout], seen: set[tuple[str, str]]) -> None:
    rows = page_rows(held, known=seen)
    seen.update((readout.id, readout.sha256) for readout in held)
    write_frame(side / f"readouts-{number:05d}.parquet", rows.readouts)
    write_frame(side / f"items-{number:05d}.parquet", rows.items)


def as_csv(rejects: Iterator[Reject] | list[Reject]) -> bytes:
    """Write rejects as a table that a spreadsheet opens without running a formula of a page."""
    from readout_nlp.pages.cells import guard

    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(Reject._fields)
    for one in rejects:
        writer.writerow([guard(value) for value in one])
    return ("\ufeff" + stream.getvalue()).encode("utf-8", "replace")
