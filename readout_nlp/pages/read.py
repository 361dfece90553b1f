"""What a user points at -> pages: folders, web pages, texts and tables, each also compressed."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from readout_nlp.errors import InputError
from readout_nlp.pages.columns import asked_columns
from readout_nlp.pages.formats import (
    DOCUMENTS,
    NO_PAGES,
    TRUTH_FILE,
    is_table,
    read_source,
    refused,
)
from readout_nlp.pages.metadata_table import Metadata, find_metadata
from readout_nlp.pages.page import Page, Rejected
from readout_nlp.pages.sources import file_source, origin_of
from readout_nlp.pages.streams import UNREADABLE
from readout_nlp.pages.tables import FileLook, Reading, Report, log_look
from readout_nlp.pages.zips import read_zip

_log = logging.getLogger(__name__)

_DEEPEST = 100
Found = tuple[Path, Metadata | None]


def read_pages(
    paths: Iterable[str | os.PathLike[str]],
    *,
    columns: Mapping[str, str] | None = None,
    report: Report = log_look,
    prepare: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None,
) -> Iterator[Page | Rejected]:
    """Read pages from files and folders, in the order given; inside a folder sorted by path.

    Parameters
    ----------
    paths
        Web pages (``.html``), texts (``.txt``), tables (``.jsonl``, ``.json``, ``.csv``, ``.parquet``), each
        also as ``.gz``, workbooks (``.xlsx``, ``.xls``, ``.ods``), a ``.zip`` of any of these, or folders of
        them (read through, hidden files left out). Where a table named ``metadata`` with a column ``file``
        stands in a folder, its rows are what is given of the pages that they name.
    columns
        Which column of a table is which field: ``{"text": "正文", "date": "日期"}``; see `asked_columns`.
    report
        Told of every table what it was taken for; by default what is left aside goes to the log.
    prepare
        Makes of a row of a table the row that is read.

    Yields
    ------
    Page or Rejected
        One a page. What cannot be read is a Rejected with the reason, and the rest goes on.

    Raises
    ------
    InputError
        If a path does not exist, or a field of `columns` is none of ours (at once); or a folder holds nothing
        that can be read.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.txt").write_text("会议指出", encoding="utf-8")
    >>> [page.data.decode() for page in read_pages([folder])]
    ['会议指出']
    """
    given = [path if isinstance(path, Path) else Path(path) for path in paths]  # to parse one anew is slow
    for path in given:
        if not path.exists() and not path.is_symlink():
            raise InputError(
                f"no file or folder {origin_of(path)!r}",
                "a folder of pages, or files",
                "check the path and its spelling",
            )
    return _read_all(given, Reading(asked_columns(columns), report, prepare))


def _read_all(given: Iterable[Path], reading: Reading) -> Iterator[Page | Rejected]:
    total = 0
    for path in given:
        count = 0
        for one in _read_folder(path, reading) if path.is_dir() else _read_file(path, reading):
            count += 1
            yield one
        if not count and path.is_dir():
            raise _no_page(f"no page in the folder {origin_of(path)!r}")
        total += count
    if not total:
        raise _no_page("no page in what was given")


def _no_page(found: str) -> InputError:
    return InputError(
        found,
        "files such as .html, .txt, .jsonl, .csv, .xlsx, .parquet, .zip (tables with a column text, html or"
        " body, or another that --columns names)",
        "point at the folder or the file that holds the pages; `readout-nlp check` shows what was seen",
    )


def _read_folder(folder: Path, reading: Reading) -> Iterator[Page | Rejected]:
    unread: Counter[str] = Counter()
    for found in _walk(folder, reading, unread=unread):
        if isinstance(found, Rejected):
            yield found
            continue
        path, metadata = found
        pages = _read_file(path, reading)
        if metadata is None or is_table(file_source(path)) or path.suffix.lower() == ".zip":
            yield from pages
        else:
            yield from (metadata.attach(page, path) for page in pages)
    if unread:
        kinds = ", ".join(f"{number} {suffix}" for suffix, number in sorted(unread.items()))
        skipped = f"{kinds}: documents of these formats are not read; save them as .txt or .html"
        reading.report(FileLook(file=origin_of(folder), form="folder", skipped=skipped))


def _walk(
    folder: Path,
    reading: Reading,
    *,
    unread: Counter[str],
    above: tuple[str, ...] = (),
    metadata: Metadata | None = None,
) -> Iterator[Found | Rejected]:
    """Give the files under `folder`, sorted, each with the metadata table that speaks of it."""
    real = os.path.realpath(folder)
    try:
        paths = _listed(folder, real, above)
        own = find_metadata(
            folder, (path for path in paths if path.stem.lower().startswith("metadata")), reading
        )
    except (*UNREADABLE, _UnfitError) as fault:
        expected = "a readable folder: check it and its rights"
        yield refused(origin_of(folder), str(getattr(fault, "strerror", None) or fault), expected)
        return
    if own is not None:
        metadata = own
        yield from own.rejected
    for path in paths:
        if path.name.startswith(".") or (metadata is not None and path == metadata.table):
            continue
        if path.is_dir():
            yield from _walk(path, reading, unread=unread, above=(*above, real), metadata=metadata)
        elif path.name == TRUTH_FILE:
            skip = FileLook(file=origin_of(path), form="jsonl", skipped="it holds the answers of a sample")
            reading.report(skip)
        elif NO_PAGES.fullmatch(suffix := PurePosixPath(path.name.lower().removesuffix(".gz")).suffix):
            unread.update([suffix] if DOCUMENTS.fullmatch(suffix) else [])
            _log.info("skipped %s: no page format", origin_of(path))
        else:
            yield path, metadata


class _UnfitError(Exception):
    """A folder that is not read; the message says what was found."""


def _listed(folder: Path, real: str, above: tuple[str, ...]) -> list[Path]:
    if real in above:
        raise _UnfitError("a link back to a folder above it")
    if len(above) >= _DEEPEST:
        raise _UnfitError(f"folders within folders, more than {_DEEPEST} deep")
    return sorted(folder.iterdir())


def _read_file(path: Path, reading: Reading) -> Iterator[Page | Rejected]:
    try:
        if not path.is_file():
            yield refused(origin_of(path), _what_it_is(path))
        elif path.suffix.lower() == ".zip":
            yield from read_zip(path, reading)
        else:
            yield from read_source(file_source(path), reading)
    except UNREADABLE as fault:
        yield refused(origin_of(path), str(getattr(fault, "strerror", None) or fault))


def _what_it_is(path: Path) -> str:
    if path.is_symlink():
        return "a broken link"
    return "a device or pipe" if path.exists() else "a file that is gone"
