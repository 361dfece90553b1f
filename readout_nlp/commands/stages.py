"""The stages of a run as a person sees them: which of how many, how far, how fast, how long."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO, TypeVar

from readout_nlp.analysis.workers import Map, Stopwatch, counted, progress_bar
from readout_nlp.commands.terminal import is_live
from readout_nlp.text_tables import columns_of, display_width, pad, shorten

T = TypeVar("T")

TITLES = {
    "corpus": "Reading pages",
    "tokens": "Cutting into words",
    "lda": "Topics: LDA",
    "nmf": "Topics: NMF",
    "tables": "Comparing",
    "clusters": "Clusters",
    "write": "Tables and model",
    "report": "Report",
    "figures": "Figures",
}
UNITS = {
    "corpus": "pages",
    "lda": "fits",
    "nmf": "fits",
    "clusters": "fits",
    "tables": "parts",
    "figures": "figures",
}
TOLD = {"pages", "fits"}  # of these, number and rate say something once they are done
CALLED = {"tokens": "steps"}  # texts, or parts of many texts
PAGE_ENDINGS = {".html", ".htm", ".shtml", ".xhtml", ".txt"}

_TITLE_WIDTH = max(map(len, TITLES.values()))

FITTED = ("lda", "nmf", "clusters")


def titles_for(fitted: Collection[str]) -> Mapping[str, str]:
    """Give the stages of a run that fits only these.

    Examples
    --------
    >>> [name for name in titles_for(["nmf"]) if name in FITTED]
    ['nmf']
    """
    return {name: title for name, title in TITLES.items() if name not in FITTED or name in fitted}


class StageList(Stopwatch):
    """A stopwatch that says which stage goes on, and how far it is.

    On a terminal the stage that goes on has a bar; in a pipe there is one line a stage, once it has ended.

    Parameters
    ----------
    stream
        Where it is said.
    titles
        Stages in their order, with what they are called.
    n_pages
        How many pages there are to read, if that is known.
    """

    def __init__(
        self, stream: TextIO, *, titles: Mapping[str, str] = TITLES, n_pages: int | None = None
    ) -> None:
        super().__init__()
        self._stream, self._titles, self._n_pages = stream, titles, n_pages
        self._live, self._busy, self._head, self._unit = is_live(stream), False, "", ""
        self._counts: dict[str, int] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Say that stage `name` goes on, then that it has ended, with its seconds."""
        number = [*self._titles, name].index(name) + 1
        title = pad(self._titles.get(name, name), _TITLE_WIDTH)
        self._head, self._counts = f"[{number}/{len(self._titles)}] {title}", {}
        self._unit = UNITS.get(name, "steps")
        self._rewrite(self._head.rstrip())
        before = self.seconds.get(name, 0.0)
        try:
            with super().stage(name):
                yield
        finally:
            self._rewrite("")
        print_line(self._stream, self._ended(self.seconds[name] - before))

    def progress(self, steps: Iterable[T], *, description: str = "", total: int | None = None) -> Iterator[T]:
        """Show how far a stage is, and count; within another's steps, those alone are shown."""
        if self._busy:
            yield from steps
            return
        self._busy = True
        description = CALLED.get(description, description or self._unit)
        if description == "pages":
            total = total or self._n_pages
        shown = self._bar(steps, description, total) if self._live and total != 1 else steps
        try:
            for step in shown:
                self._counts[description] = self._counts.get(description, 0) + 1
                yield step
        finally:
            self._busy = False

    def map(self, spread: Map) -> Map:
        """Give a map whose results are counted, as what the stage is about in which they are asked for."""
        return counted(spread, self.progress, description="")

    def _bar(self, steps: Iterable[T], description: str, total: int | None) -> Iterable[T]:
        self._rewrite("")
        return progress_bar(steps, description=self._head.rstrip(), total=total, unit=description)

    def _ended(self, seconds: float) -> str:
        line = f"{self._head} {seconds:7.1f} s"
        told = [
            f"  {count:,} {unit}, {count / max(seconds, 1e-9):,.1f}/s"
            for unit, count in self._counts.items()
            if unit in TOLD and count > 1
        ]
        whole, width = line + "".join(told), columns_of(self._stream)
        return whole if width is None or display_width(whole) <= width else shorten(line, width)

    def _rewrite(self, text: str) -> None:
        """Put `text` in the place of the line that is there, by spaces: not every console knows codes."""
        if self._live:
            width = (columns_of(self._stream) or 80) - 1
            shown = shorten(text, width)
            self._stream.write(f"\r{' ' * width}\r{shown}")
            self._stream.flush()


def print_line(stream: TextIO, text: str) -> None:
    """Write a line at once, so that a log shows it when it happens."""
    stream.write(f"{text}\n")
    stream.flush()


def count_pages(paths: Iterable[Path]) -> int | None:
    """Count the pages below `paths` where each is a file; None where a table or anything else is there.

    Examples
    --------
    >>> count_pages([])
    0
    """
    endings = [_ending(file) for path in paths for file in _files(path)]
    return len(endings) if set(endings) <= PAGE_ENDINGS else None


def _files(path: Path) -> Iterator[str]:
    if not path.is_dir():
        yield path.name
        return
    for _, folders, files in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (name for name in files if not name.startswith("."))


def _ending(name: str) -> str:
    return Path(name.lower().removesuffix(".gz")).suffix
