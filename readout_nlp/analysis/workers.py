"""What comes from above the stages: a parallel map over processes, a progress bar, a stopwatch."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from readout_nlp.workers import Map, parallel_map

__all__ = ["Map", "Progress", "Stopwatch", "parallel_map", "progress_bar"]

T = TypeVar("T")
Progress = Callable[..., Iterable[Any]]


def progress_bar(steps: Iterable[T], *, description: str = "", total: int | None = None) -> Iterable[T]:
    """Wrap an iterable in a progress bar on stderr."""
    from tqdm import tqdm

    bar: Iterable[T] = tqdm(steps, desc=description, total=total, leave=False, dynamic_ncols=True)
    return bar


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
