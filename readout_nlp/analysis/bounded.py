"""The memory that a run is asked to keep to: refused where it could not, told where it did not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from readout_nlp.errors import RecipeError
from readout_nlp.held import HighWater, high_water
from readout_nlp.paged import paged_to
from readout_nlp.room import size_text


class Least(NamedTuple):
    """What a run holds whose large arrays and texts lie in files."""

    base_bytes: int = 1_250_000_000
    worker_bytes: int = 150_000_000
    item_bytes: int = 1_500  # ids, tables of places and years, what one comparison needs at a time


LEAST = Least()


def least_memory(n_items: int, *, workers: int | None = None) -> int:
    """Give the bytes below which a run of so many items cannot go.

    Parameters
    ----------
    n_items
    workers
        Processes at a time; None: one for each processor.

    Examples
    --------
    >>> least_memory(1000, workers=2) < least_memory(1_000_000, workers=2)
    True
    """
    count = workers or os.cpu_count() or 1
    return LEAST.base_bytes + (count if count > 1 else 0) * LEAST.worker_bytes + LEAST.item_bytes * n_items


def require_memory(memory: int | None, n_items: int, *, workers: int | None = None) -> None:
    """Refuse a bound that a run of so many items could not keep.

    Raises
    ------
    RecipeError
        It is too low.

    Examples
    --------
    >>> require_memory(None, 1000)
    """
    least = least_memory(n_items, workers=workers)
    if memory is not None and memory < least:
        raise RecipeError(
            f"--memory of {size_text(memory)}",
            f"at least about {size_text(least)} for {n_items:,} items",
            "raise it, leave it out, or give fewer pages",
        )


@contextmanager
def bounded(memory: int | None, folder: Path) -> Iterator[HighWater]:
    """Have what is large lie in files in `folder` where a bound is given, and look how much is held."""
    if memory is None:
        yield HighWater()
        return
    with paged_to(folder, memory=memory), high_water(most=memory) as seen:
        yield seen


def overrun(memory: int | None, held: int) -> str | None:
    """Say that more was held than was asked for; None where it was not.

    Examples
    --------
    >>> overrun(2_000_000_000, 2_100_000_000)
    '2.1 GB of memory were held at most, more than the 2.0 GB of --memory'
    """
    if memory is None or held <= memory:
        return None
    return f"{size_text(held)} of memory were held at most, more than the {size_text(memory)} of --memory"
