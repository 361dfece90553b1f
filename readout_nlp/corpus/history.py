"""What became of each page from one ingest to the next: added, edited, vanished, returned."""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import polars as pl

from readout_nlp.corpus.corpus import EVENT_SCHEMA
from readout_nlp.corpus.parts import Manifest, check_file, read_columns
from readout_nlp.corpus.row_schema import read_noted
from readout_nlp.durable import sha256_bytes, write_bytes
from readout_nlp.errors import InputError
from readout_nlp.pages.page import Page, Rejected

EVENTS = "events-"
ADDED, EDITED, VANISHED, RETURNED = "added", "edited", "vanished", "returned"

_log = logging.getLogger(__name__)


@dataclass
class Sightings:
    """What one ingest meets on its way: pages by origin, and origins where something could not be read."""

    pages: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)

    def watch(self, pages: Iterable[Page | Rejected]) -> Iterator[Page | Rejected]:
        """Pass pages on, and note each."""
        for page in pages:
            if isinstance(page, Page):
                self.pages[page.origin] = (page.sha256, page.given.retrieved if page.given else None)
            else:
                self.unread.add(page.origin)
            yield page


def read_again(
    paths: Sequence[Path], past: pl.DataFrame, *, columns: Mapping[str, str] | None = None
) -> Iterable[Page | Rejected]:
    """Read pages; a path that an earlier ingest found pages at may by now be empty or gone.

    Raises
    ------
    InputError
        As in `read_pages`, for paths that are new.
    """
    known = {above for origin in past["origin"].unique() for above in _above(origin)}
    fresh = [path for path in paths if str(path) not in known]
    first = read_noted(fresh, columns=columns) if fresh or not paths else iter(())
    return chain(first, *(_what_is_left(path, columns) for path in paths if str(path) in known))


def read_events(folder: Path, manifest: Manifest) -> pl.DataFrame:
    """Read the events of a store; those of versions 1 and 2, which kept none, are told from its parts.

    Raises
    ------
    StoreError
        The file is missing or changed.
    """
    if "events" not in manifest:
        return _told_by_parts(folder, manifest)
    kept = manifest["events"]
    if not kept:
        return pl.DataFrame(schema=EVENT_SCHEMA)
    file = folder / str(kept["file"])
    check_file(file, kept["sha256"])
    return pl.read_parquet(file)


def write_events(folder: Path, events: pl.DataFrame) -> dict[str, str] | None:
    """Write events under a name of their own; give what the manifest says of the file."""
    if not events.height:
        return None
    stream = io.BytesIO()
    events.write_parquet(stream, compression="zstd")
    sha256 = sha256_bytes(stream.getvalue())
    name = f"{EVENTS}{sha256[:12]}.parquet"
    write_bytes(folder / name, stream.getvalue())
    return {"file": name, "sha256": sha256}


def with_sightings(past: pl.DataFrame, paths: Iterable[Path], seen: Sightings) -> pl.DataFrame:
    """Add to the events what an ingest that has read all of `paths` has found.

    A page has vanished if it lies under one of `paths` and was not met there, unless it or something above
    it could not be read: then nothing is known.
    """
    batch = int(past["batch"].max() or 0) + 1  # type: ignore[arg-type]  # a column of whole numbers
    last, here = _state(past.select("event", "origin", "sha256").iter_rows())
    rows: list[tuple[str, str, str | None, str | None, int]] = []
    for origin, (sha256, retrieved) in seen.pages.items():
        if origin in last and origin not in here:
            rows.append((RETURNED, origin, sha256, retrieved, batch))
        if last.get(origin) != sha256:
            rows.append((EDITED if origin in last else ADDED, origin, sha256, retrieved, batch))
    read = {str(path) for path in paths}
    for origin in sorted(here - seen.pages.keys()):
        above = set(_above(origin))
        if above & read and not above & seen.unread:
            rows.append((VANISHED, origin, last[origin], None, batch))
    return pl.concat([past, pl.DataFrame(rows, schema=EVENT_SCHEMA, orient="row")])


def _state(events: Iterable[tuple[str, str, str]]) -> tuple[dict[str, str], set[str]]:
    """Give the latest bytes of each origin, and the origins that are there."""
    last: dict[str, str] = {}
    here: set[str] = set()
    for event, origin, sha256 in events:
        last[origin] = sha256
        if event == VANISHED:
            here.discard(origin)
        else:
            here.add(origin)
    return last, here


def _above(origin: str) -> Iterator[str]:
    """Give an origin, the table it is a row of, and the folders above."""
    yield origin
    file, mark, _ = origin.rpartition("#")
    if mark:
        yield file
    above = os.path.dirname(file or origin)  # noqa: PTH120  # of every page in a store: a Path each is slow
    while above:
        yield above
        higher = os.path.dirname(above)  # noqa: PTH120
        if higher == above:
            return
        above = higher
    if not origin.startswith(os.pardir):
        yield os.curdir


def _what_is_left(path: Path, columns: Mapping[str, str] | None) -> Iterator[Page | Rejected]:
    try:
        yield from read_noted([path], columns=columns)
    except InputError as nothing:
        _log.warning("pages vanished: %s", nothing)


def _told_by_parts(folder: Path, manifest: Manifest) -> pl.DataFrame:
    rows: list[tuple[str, str, str, None, int]] = []
    last: dict[str, str] = {}
    for batch, part in enumerate(manifest["parts"], start=1):
        for table in ("readouts", "quarantine"):
            one: Manifest = {"parts": [part]}
            for origin, sha256 in read_columns(folder, one, table=table, columns=["origin", "sha256"]):
                if sha256 is not None and last.get(origin) != sha256:
                    rows.append((EDITED if origin in last else ADDED, origin, sha256, None, batch))
                    last[origin] = sha256
    return pl.DataFrame(rows, schema=EVENT_SCHEMA, orient="row")
