"""What a corpus of pages would hold and take, told from a sample of them; nothing is written."""

from __future__ import annotations

import io
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from readout_nlp.corpus.manifest import is_store, read_manifest
from readout_nlp.corpus.parsing import parse_pages
from readout_nlp.corpus.parts import TABLES, part_file
from readout_nlp.corpus.rows import page_rows
from readout_nlp.corpus.store import page_paths
from readout_nlp.errors import InputError
from readout_nlp.pages.first_pages import FirstPages, first_pages
from readout_nlp.pages.listing import Sized, page_files
from readout_nlp.pages.page import Page
from readout_nlp.pages.sources import origin_of
from readout_nlp.readouts.readout import Readout
from readout_nlp.room import require_room, unpacked_bytes

LOOKED_AT = 300  # pages parsed, of web pages and of tables each
SECONDS = 10.0  # after which no more are
STORE_SHARE = 0.6  # of the input's bytes unpacked: twice what the store of the synthetic sample has
EVENT_BYTES = 48  # of a page in the list of events, most of them its hash: measured on the synthetic sample


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusEstimate:
    """What a corpus is expected to be and to take; numbers from a sample, so of the right size and no more.

    Attributes
    ----------
    files, input_bytes
        That may hold pages, and their size on disk; without those that the store has read.
    pages
        In them.
    readouts, items, characters
        Among these, before pages of one meeting are merged; characters of the readouts' texts.
    seconds
        To read and parse them with one process.
    store_bytes
        To be written.
    looked_at
        Pages in the sample.
    """

    files: int
    input_bytes: int
    pages: int
    readouts: int
    items: int
    characters: int
    seconds: float
    store_bytes: int
    looked_at: int


def estimate_corpus(
    paths: Sequence[Path], *, store: Path | None = None, columns: Mapping[str, str] | None = None
) -> CorpusEstimate:
    """Estimate what a corpus of `paths` will hold, from pages spread over them.

    Parameters
    ----------
    paths
        As in `read_corpus`; of a corpus store its own tables tell; none: the built-in sample.
    store
        Where it would be kept; files whose pages are there already do not count.
    columns
        As in `read_corpus`.

    Raises
    ------
    InputError
        A path does not exist, or no page was found in what was read.
    """
    if not paths:
        return _of_sample()
    if len(paths) == 1 and is_store(paths[0]):
        return _of_store(paths[0])
    files = list(page_files(_there(page_paths(list(paths)))))
    left = _unread(files, store)
    looks = first_pages(left, most=LOOKED_AT, columns=columns)
    if not any(look.pages for look in looks) and len(left) == len(files):
        raise InputError(
            "no page in what was looked at", "pages or tables of them", "look with `readout-nlp check`"
        )
    return _estimate(left, looks, kept=True)


def with_stored(left: CorpusEstimate, store: Path) -> CorpusEstimate:
    """Add to what is left to read what a store holds already; time and disk stay those of the rest."""
    if not is_store(store):
        return left
    has = _of_store(store)
    counts = {name: getattr(left, name) + getattr(has, name) for name in _COUNTS}
    return replace(left, **counts)


def require_store_room(paths: Sequence[Path], store: Path) -> None:
    """Refuse to begin a corpus store that the disk cannot hold.

    Parameters
    ----------
    paths
        Pages to add; what is no page file, or is in the store already, asks for nothing.
    store
        Its folder.

    Raises
    ------
    StoreError
        Too little is free.
    """
    files = _unread(list(page_files(paths)), store)
    require_room(store, STORE_SHARE * sum(unpacked_bytes(path.name, size) for path, size in files))


def _there(paths: list[Path]) -> list[Path]:
    for path in paths:
        if not path.exists():
            raise InputError(f"no file or folder {origin_of(path)!r}", "pages", "check the path")
    return paths


def _unread(files: list[Sized], store: Path | None) -> list[Sized]:
    """Leave out the files of which a store has pages."""
    if store is None or not is_store(store):
        return files
    manifest, known = read_manifest(store), set[str]()
    for part in manifest["parts"]:
        for table in ("readouts", "quarantine"):
            origins = pl.scan_parquet(part_file(store, part, table), glob=False).select(
                pl.col("origin").str.replace(r"#\d+$", "").unique()
            )
            known.update(origins.collect()["origin"])
    return [one for one in files if origin_of(one[0]) not in known]


def _estimate(files: Iterable[Sized], looks: Sequence[FirstPages], *, kept: bool) -> CorpusEstimate:
    found = [_measure(look, seconds=SECONDS / len(looks)) for look in looks]
    sums = {name: sum(one[name] for one in found) for name in found[0]} if found else dict.fromkeys(_EACH, 0)
    sizes = [size for _, size in files]
    return CorpusEstimate(
        files=len(sizes),
        input_bytes=sum(sizes),
        pages=sum(look.expected for look in looks),
        readouts=round(sums["readouts"]),
        items=round(sums["items"]),
        characters=round(sums["characters"]),
        seconds=sums["seconds"],
        store_bytes=round(sums["store_bytes"]) if kept else 0,
        looked_at=round(sums["looked_at"]),
    )


_COUNTS = ("pages", "readouts", "items", "characters", "looked_at")
_EACH = ("readouts", "items", "characters", "seconds", "store_bytes", "looked_at")


def _measure(look: FirstPages, *, seconds: float) -> dict[str, float]:
    """Parse pages until the time is over, and scale what is found to the pages that they stand for."""
    if not look.pages:
        return dict.fromkeys(_EACH, 0)
    list(parse_pages(look.pages[:1]))  # lexicons are read once, whatever there is to parse
    parsed: list[Readout] = []
    start = time.perf_counter()
    for page in look.pages:
        parsed.extend(parse_pages([page]))
        if time.perf_counter() - start > seconds:
            break
    rows = page_rows(parsed)
    stored = sum(_packed(getattr(rows, table)) for table in TABLES) + EVENT_BYTES * len(parsed)
    scale = look.expected / len(parsed)
    return {
        "readouts": scale * rows.readouts.height,
        "items": scale * rows.items.height,
        "characters": scale * sum(len(readout.body) for readout in parsed if readout.quarantine is None),
        "seconds": scale * (time.perf_counter() - start),
        "store_bytes": scale * stored,
        "looked_at": len(parsed),
    }


def _packed(frame: pl.DataFrame) -> int:
    stream = io.BytesIO()
    frame.write_parquet(stream, compression="zstd")
    return stream.tell()


def _of_store(folder: Path) -> CorpusEstimate:
    """Tell what a store holds; opening it is the whole work, and nothing is written."""
    manifest, start = read_manifest(folder), time.perf_counter()
    frames = {
        table: [pl.scan_parquet(part_file(folder, part, table), glob=False) for part in manifest["parts"]]
        for table in ("readouts", "items")
    }
    told = [
        frame.select(pl.len(), pl.col("body").str.len_chars().sum()).collect() for frame in frames["readouts"]
    ]
    items = [int(frame.select(pl.len()).collect().item()) for frame in frames["items"]]
    sizes = [path.stat().st_size for path in folder.rglob("*.parquet")]
    readouts = sum(int(one["len"].item()) for one in told)
    return CorpusEstimate(
        files=len(sizes),
        input_bytes=sum(sizes),
        pages=readouts,
        readouts=readouts,
        items=sum(items),
        characters=sum(int(one["body"].item() or 0) for one in told),
        seconds=time.perf_counter() - start,
        store_bytes=0,
        looked_at=readouts,
    )


def _of_sample() -> CorpusEstimate:
    from readout_nlp.sample.generate import SampleSettings, generate_sample  # real pages need none of it

    pages = [Page(origin=file.path, data=file.data, sha256="") for file in generate_sample(SampleSettings())]
    spread = pages[:: -(-len(pages) // LOOKED_AT)]
    return _estimate([], [FirstPages(len(pages), list(spread))], kept=False)
