"""Pages from wherever a reader has them -> the corpus store that a run read, page by page by hash."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import polars as pl

from readout_nlp.analysis.workers import Map, Progress
from readout_nlp.corpus.manifest import new_manifest, read_manifest, write_manifest
from readout_nlp.corpus.parsing import parse_pages
from readout_nlp.corpus.parts import (
    EXAMPLES,
    PARTS,
    TABLES,
    part_name,
    read_rows,
    write_examples,
    write_frame,
)
from readout_nlp.corpus.rows import Rows, page_rows
from readout_nlp.durable import aside_folder, sha256_bytes, sha256_file
from readout_nlp.pages.page import Page, Rejected
from readout_nlp.pages.read import read_pages
from readout_nlp.replication.pagelist import Listed, list_pages

STEPS = re.compile(r"[/\\#]")  # of an origin: folders, the file, the row


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A page that was listed and is not there: missing, or at its place with other bytes."""

    page: Listed
    found_at: str = ""
    found_sha256: str = ""

    def __str__(self) -> str:
        if self.found_at:
            return f"{self.page.origin} changed: {self.found_at} has SHA-256 {self.found_sha256[:12]}"
        return f"{self.page.origin} missing (SHA-256 {self.page.sha256[:12]})"


@dataclass
class Found:
    """The pages that a reader has: those that are wanted whole, of the others where they are."""

    pages: dict[str, list[Page | Rejected]] = field(default_factory=lambda: defaultdict(list))
    others: list[tuple[str, str]] = field(default_factory=list)


def find_pages(
    listed: Sequence[Listed], paths: Sequence[Path], *, progress: Progress | None = None
) -> tuple[list[Page | Rejected | None], list[Lost]]:
    """Look for every listed page among files and folders, by its SHA-256.

    Where several pages have the same bytes, the one whose path ends most like the listed one is taken; a page
    is then given under the origin that it had, for the choice between copies of a page depends on it.

    Returns
    -------
    pages : list
        In the order of `listed`; None for one that is lost.
    lost : list of Lost
        The missing, and the changed: at a place with the same ending, other bytes.

    Raises
    ------
    InputError
        A path does not exist, or holds no page at all.
    """
    found = _found({one.sha256 for one in listed}, paths, progress)
    pages = [_choose(one, found) for one in listed]
    lost = [one for one, page in zip(listed, pages, strict=True) if page is None]
    endings: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for origin, sha256 in found.others:
        endings[_steps(origin)[-1]].append((origin, sha256))
    return pages, [_what_became(one, endings) for one in lost]


def restore_store(
    listed: Sequence[Listed],
    pages: Sequence[Page | Rejected],
    store: Path,
    *,
    map: Map = map,  # noqa: A002
) -> list[tuple[Listed, Listed]]:
    """Write the corpus store that `listed` describes from its pages, whole or not at all.

    Returns
    -------
    list of (Listed, Listed)
        Pages that are read as something else than they were, and as what.
    """
    known: set[tuple[str, str]] = set()
    manifest: dict[str, Any] = new_manifest()
    with aside_folder(store) as side:
        both = zip(listed, pages, strict=True)
        for number, (_, group) in enumerate(groupby(both, key=lambda pair: pair[0].part)):
            readouts = list(parse_pages([page for _, page in group], map=map))
            rows = page_rows(readouts, known=known)
            known |= set(rows.readouts.select("readout_id", "sha256").iter_rows())
            manifest["parts"].append(_write_part(side, number, rows))
        write_manifest(side, manifest)
    return misread(listed, store)


def misread(listed: Sequence[Listed], store: Path) -> list[tuple[Listed, Listed]]:
    """Give the pages that a store holds otherwise than they are listed: what is listed, and what it holds."""
    if not listed:
        return []
    held = list_pages(store, listed[0].role)
    by_page = {(one.part, one.origin, one.sha256): one for one in held}
    nothing = replace(listed[0], readout_id="", text_sha256="", reason="not there")
    pairs = ((one, by_page.get((one.part, one.origin, one.sha256), nothing)) for one in listed)
    return [(one, other) for one, other in pairs if _read(one) != _read(other)]


def torn_items(store: Path) -> list[str]:
    """Name the items whose text is not the part of their page's text that they claim to be."""
    rows = read_rows(store, read_manifest(store))
    pages = rows.readouts.select("readout_id", "sha256", "body").iter_rows()
    bodies = {(readout, sha256): body for readout, sha256, body in pages}
    items = rows.items.select("item_id", "readout_id", "sha256", "text", "start", "end").iter_rows()
    return [
        item
        for item, readout, sha256, text, start, end in items
        if bodies.get((readout, sha256), "")[start:end] != text
    ]


def _read(one: Listed) -> tuple[str, str, str]:
    return one.readout_id, one.text_sha256, one.reason


def _write_part(folder: Path, number: int, rows: Rows) -> dict[str, Any]:
    name = part_name(number)
    frames: dict[str, pl.DataFrame] = {table: getattr(rows, table) for table in TABLES}
    paths = {table: folder / PARTS / name / f"{table}.parquet" for table in TABLES}
    for table, frame in frames.items():
        write_frame(paths[table], frame)
    part: dict[str, Any] = {
        "name": name,
        "rows": {table: frame.height for table, frame in frames.items()},
        "sha256": {table: sha256_file(path) for table, path in paths.items()},
    }
    seen = write_examples(folder / PARTS / name, rows.examples)
    return part | ({EXAMPLES: seen} if seen else {})


def _found(wanted: set[str], paths: Sequence[Path], progress: Progress | None) -> Found:
    found = Found()
    pages: Iterable[Page | Rejected] = read_pages(paths) if paths else ()
    if progress is not None:
        pages = progress(pages, description="pages")
    for page in pages:
        if page.sha256 in wanted:
            found.pages[page.sha256].append(page)
        else:
            found.others.append((page.origin, page.sha256 or ""))
    return found


def _choose(one: Listed, found: Found) -> Page | Rejected | None:
    candidates = found.pages.get(one.sha256)
    if candidates:
        best = max(candidates, key=lambda page: _alike(page.origin, one.origin))
        return replace(best, origin=one.origin)
    if one.reason and one.sha256 == sha256_bytes(one.origin.encode()):
        # what could not be read has no bytes; that it was there is known from the list alone
        return Rejected(origin=one.origin, reason=one.reason)
    return None


def _what_became(one: Listed, endings: dict[str, list[tuple[str, str]]]) -> Lost:
    least = 2 if "#" in one.origin else 1  # every table has a row of this number: the file must agree too
    near = endings.get(_steps(one.origin)[-1], [])
    best = max(near, key=lambda other: _alike(other[0], one.origin), default=None)
    if best is None or _alike(best[0], one.origin) < least:
        return Lost(page=one)
    return Lost(page=one, found_at=best[0], found_sha256=best[1])


def _alike(one: str, other: str) -> int:
    """Count the steps in which two origins agree, from the end."""
    pairs: Iterator[tuple[str, str]] = zip(reversed(_steps(one)), reversed(_steps(other)), strict=False)
    count = 0
    for left, right in pairs:
        if left != right:
            break
        count += 1
    return count


def _steps(origin: str) -> list[str]:
    return STEPS.split(origin)
