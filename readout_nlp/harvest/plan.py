"""What a harvest would take: time, memory and disk, told from the first records of its dumps."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from readout_nlp.errors import StoreError
from readout_nlp.harvest.dumps import form_of, read_dump
from readout_nlp.harvest.prefilter import worth_parsing
from readout_nlp.harvest.records import Record
from readout_nlp.pages.page import Rejected
from readout_nlp.readouts.parse import parse_page

LOOKED_AT = 2000  # records, over all dumps that are looked at
MOST_DUMPS = 20  # spread over the list
ROW_BYTES = 4000  # of a readout on disk, its items and the store's copy: packed
BASE_MEMORY = 400_000_000  # bytes of a process with its libraries
_RATIO = {".gz": 4.0, ".zst": 4.5, ".parquet": 2.5}  # how much dumps of prose grow when they are unpacked


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
    """

    dumps: int
    packed_bytes: int
    records: int
    readouts: int
    seconds: float
    disk_bytes: int
    memory_bytes: int
    looked_at: int

    def to_dict(self) -> dict[str, Any]:
        """Give it as JSON values."""
        return asdict(self)

    def __str__(self) -> str:
        """Say it to a person."""
        return (
            f"{self.dumps:,} dumps, {self.packed_bytes / 1e9:.2f} GB: about {self.records:,} records, "
            f"{self.readouts:,} of them readouts\n"
            f"about {self.seconds / 60:,.0f} minutes, {self.memory_bytes / 1e9:.1f} GB of memory, "
            f"{self.disk_bytes / 1e9:.2f} GB of disk (from {self.looked_at:,} records)"
        )


def estimate(paths: Sequence[Path], *, workers: int, columns: Mapping[str, str] | None = None) -> Estimate:
    """Estimate what harvesting `paths` takes, from the first records of up to `MOST_DUMPS` of them.

    Parameters
    ----------
    paths
        Dumps.
    workers
        Processes at a time.
    columns
        As in `read_dump`.
    """
    step = max(1, len(paths) // MOST_DUMPS)
    chosen = list(paths)[::step][:MOST_DUMPS]
    each = max(1, LOOKED_AT // len(chosen))
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
        disk_bytes=2 * readouts * ROW_BYTES,
        memory_bytes=workers * BASE_MEMORY,
        looked_at=sum(one.records for one in looks),
    )


def require_room(folder: Path, needed: int) -> None:
    """Refuse to begin what the disk cannot hold.

    Raises
    ------
    StoreError
        Less is free than `needed`.
    """
    there = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    free = shutil.disk_usage(there).free
    if free < needed:
        raise StoreError(
            f"{free / 1e9:.1f} GB free for {folder}",
            f"about {needed / 1e9:.1f} GB",
            "make room, or choose a folder on another disk",
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
        unpacked = path.stat().st_size * _RATIO.get(_packing(path), 1.0)
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


def _packing(path: Path) -> str:
    return ".parquet" if form_of(path) == ".parquet" else path.suffix.lower()
