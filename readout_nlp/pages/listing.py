"""The files below what a user points at that may hold pages, with their sizes; none is opened."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from readout_nlp.pages.formats import ARCHIVES, NO_PAGES, TRUTH_FILE

Sized = tuple[Path, int]
"""A file and its bytes."""

_DEEPEST = 100


def page_files(paths: Iterable[Path]) -> Iterator[Sized]:
    """Give the files that `read_pages` would try, in its order; what cannot be looked at is left out.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name in ("b.txt", "a.html", "style.css", ".hidden"):
    ...     _ = (folder / name).write_text("页")
    >>> [(path.name, size) for path, size in page_files([folder])]
    [('a.html', 3), ('b.txt', 3)]
    """
    for path in paths:
        if path.is_dir():
            yield from _below(path, ())
        elif path.is_file():
            yield path, path.stat().st_size


def _below(folder: Path, above: tuple[str, ...]) -> Iterator[Sized]:
    real = os.path.realpath(folder)
    if real in above or len(above) >= _DEEPEST:
        return
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _below(Path(entry.path), (*above, real))
        elif _may_hold_pages(entry.name) and entry.is_file():
            yield Path(entry.path), entry.stat().st_size


def _may_hold_pages(name: str) -> bool:
    suffix = PurePosixPath(name.lower().removesuffix(".gz")).suffix
    return name != TRUTH_FILE and not NO_PAGES.fullmatch(suffix) and not ARCHIVES.fullmatch(suffix)
