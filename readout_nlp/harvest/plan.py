"""What a harvest would take: time, memory and disk, told from the first records of its dumps."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from readout_nlp.harvest.dumps import form_of, read_dump
from readout_nlp.harvest.prefilter import worth_parsing
from readout_nlp.harvest.records import Record
from readout_nlp.pages.page import Rejected
from readout_nlp.readouts.parse import parse_page
from readout_nlp.room import size_text, time_text, unpacked_bytes

LOOKED_AT = 2000  # records, over all dumps that are looked at
MOST_DUMPS = 20  # spread over the list
ROW_BYTES = 4000  # of a readout on disk, its items and the store's copy: packed
BASE_MEMORY = 400_000_000  # bytes of a process with its libraries


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a harvest is expected to take; numbers from a sample, so of the right size and no more.

    Attributes
    ----------
    dumps
        How many.
    packed_bytes
        Their size on disk.
    records
        Expected in all of them.
    readouts
        Expected among these.
    seconds
        With the workers that were asked for.
    disk_bytes
        To be written.
    memory_bytes
        Of all processes together.
    looked_at
        Records in the sample.
    done
        Dumps that an earlier call has harvested; no other number counts them, but that their readouts are
        written to the store with the others'.
    """

    dumps: int
    packed_bytes: int
    records: int
    readouts: int
    seconds: float
    disk_bytes: int
    memory_bytes: int
    looked_at: int
    done: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Give it as JSON values."""
        return asdict(self)

    def __str__(self) -> str:
        """Say it to a person."""
        done = f"{self.done:,} dumps are harvested already\n" if self.done else ""
        if not self.dumps:
            return f"{done}nothing is left to harvest"
        return (
            f"{done}{self.dumps:,} dumps, {size_text(self.packed_bytes)}: about {self.records:,} records, "
            f"{self.readouts:,} of them readouts\n"
            f"about {time_text(self.seconds)}, {size_text(self.memory_bytes)} of memory, "
            f"{size_text(self.disk_bytes)} of disk (from {self.looked_at:,} records)"
        )


def estimate(
    paths: Sequence[Path],
    *,
    workers: int,
    columns: Mapping[str, str] | None = None,
    done: int = 0,
    found: int = 0,
) -> Estimate:
    """Estimate what harvesting `paths` takes, from the first records of up to `MOST_DUMPS` of them.

    Parameters
    ----------
    paths
        Dumps.
    workers
        Processes at a time.
    columns
        As in `read_dump`.
    done, found
        Dumps that are harvested already, and the readouts in them, as `left_to_do` gives them.
    """
    step = max(1, len(paths) // MOST_DUMPS)
    chosen = list(paths)[::step][:MOST_DUMPS]
    each = max(1, LOOKED_AT // max(1, len(chosen)))
    looks = [_look(path, each, columns) for path in chosen]
    seen, held = max(1, sum(one.records for one in looks)), sum(one.held for one in looks)
    packed = sum(path.stat().st_size for path in paths)
    records = round(held * packed / max(1, sum(path.stat().st_size for path in chosen)))
    readouts = round(records * sum(one.readouts for one in looks) / seen)
    return Estimate(
        dumps=len(paths),
        packed_bytes=packed,
        records=records,
        readouts=readouts,
        seconds=records * sum(one.seconds for one in looks) / seen / max(1, workers),
        disk_bytes=(2 * readouts + found) * ROW_BYTES if paths else 0,
        memory_bytes=workers * BASE_MEMORY if paths else 0,
        looked_at=sum(one.records for one in looks),
        done=done,
    )


@dataclass(frozen=True, slots=True)
class _Look:
    """What the first records of one dump show; `held`: how many the whole dump is expected to hold."""

    records: int
    readouts: int
    seconds: float
    held: float


def _look(path: Path, most: int, columns: Mapping[str, str] | None) -> _Look:
    start = time.perf_counter()
    found = [one for one in islice(read_dump(path, columns=columns), most + 1) if isinstance(one, Record)]
    readouts = sum(_is_readout(one) for one in found[:most])
    seconds = time.perf_counter() - start
    held = float(len(found))
    if len(found) > most:  # it goes on: as many as its size has room for
        name = "a.parquet" if form_of(path) == ".parquet" else path.name
        unpacked = unpacked_bytes(name, path.stat().st_size)
        held = max(held, unpacked * len(found) / max(1, sum(len(one.data) for one in found)))
    return _Look(len(found), readouts, seconds, held)


def _is_readout(record: Record) -> bool:
    if not worth_parsing(record.data):
        return False
    page = record.read()
    if isinstance(page, Rejected):
        return False
    readout = parse_page(page)
    return readout.quarantine is None and readout.kind == "readout"
