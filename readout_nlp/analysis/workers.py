"""What comes from above the stages: a parallel map over processes, a progress bar, a stopwatch."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from readout_nlp.text_tables import columns_of
from readout_nlp.workers import Map, is_far, parallel_map

__all__ = ["Map", "Progress", "Stopwatch", "counted", "parallel_map", "progress_bar"]

T = TypeVar("T")
Progress = Callable[..., Iterable[Any]]

_ROOMY = 72  # columns from which a bar has room for rate and remaining time
_UNITS = {"sample": "files", "inferring": "readouts", "baseline": "refits"}


def progress_bar(
    steps: Iterable[T], *, description: str = "", total: int | None = None, unit: str | None = None
) -> Iterable[T]:
    """Wrap an iterable in a progress bar on stderr: how many of how many, rate, remaining time.

    Parameters
    ----------
    steps
        What is gone through.
    description
        Stands before the bar.
    total
        How many there will be; None: its length, if it has one.
    unit
        What is counted; None: what the description says.

    Examples
    --------
    >>> list(progress_bar([1, 2], description="fits"))
    [1, 2]
    """
    from tqdm import tqdm

    count = total if total is not None else len(steps) if isinstance(steps, Sized) else None
    bar: Iterable[T] = tqdm(
        steps,
        desc=description,
        total=count,
        unit=f" {unit or _UNITS.get(description, description)}",
        leave=False,
        dynamic_ncols=True,
        ascii=" =",  # block characters are two columns wide in some Chinese consoles
        bar_format=_form(known=count is not None),
    )
    return bar


def counted(map: Map, progress: Progress | None, *, description: str) -> Map:  # noqa: A002
    """Give a map that shows how many of its results have come; the same one if nothing is to be shown.

    The work begins at the call, as that of the map itself.

    Examples
    --------
    >>> def told(steps, *, description, total):
    ...     print(description, total)
    ...     return steps
    >>> list(counted(map, told, description="fits")(abs, [-1, -2]))
    fits 2
    [1, 2]
    """
    if progress is None:
        return map

    return _Counted(map, progress, description, is_far(map))


@dataclass(frozen=True, eq=False)
class _Counted:
    map: Map
    progress: Progress
    description: str
    far: bool

    def __call__(self, function: Callable[..., Any], *values: Iterable[Any]) -> Iterable[Any]:
        total = min((len(each) for each in values if isinstance(each, Sized)), default=None)
        return self.progress(self.map(function, *values), description=self.description, total=total)


class Stopwatch:
    """Seconds spent by named stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time of the block to stage `name`."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start


def _form(*, known: bool) -> str:
    """Give the form of a bar, a short one where the terminal is narrow."""
    roomy = (columns_of(sys.stderr) or _ROOMY) >= _ROOMY
    if known:
        long = "{desc}: {percentage:3.0f}% [{bar}] {n_fmt} of {total_fmt}, {rate_noinv_fmt}, {remaining} left"
        return long if roomy else "{desc}: {percentage:3.0f}%, {remaining} left"
    return "{desc}: {n_fmt}{unit}, {rate_noinv_fmt}, {elapsed}" if roomy else "{desc}: {n_fmt}, {elapsed}"
