"""Memory that a process and those below it hold for themselves: what the system can give to nobody else."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from readout_nlp.heap import give_back

EVERY = 1.0  # seconds
PROCESSES = Path("/proc")


class HighWater:
    """The most that was held while it was looked at; 0 where the system does not tell.

    Examples
    --------
    >>> with high_water() as seen:
    ...     pass
    >>> seen.most >= 0
    True
    """

    def __init__(self) -> None:
        self.most = 0

    def look(self) -> int:
        """Look once."""
        held = held_bytes(os.getpid())
        self.most = max(self.most, held)
        return held


@contextmanager
def high_water(*, every: float = EVERY, most: int | None = None) -> Iterator[HighWater]:
    """Look every so many seconds, and at the beginning and the end, while the block goes on.

    Where more than half of `most` bytes is held, what was freed but not given back goes back to the system.
    """
    seen, over = HighWater(), threading.Event()

    def watch() -> None:
        while not over.wait(every):
            if seen.look() > (most or math.inf) / 2:
                give_back()

    seen.look()
    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()
        seen.look()


def held_bytes(process: int) -> int:
    """Give the bytes in no file that a process and all below it hold, what they share counted once.

    Pages of files are not counted: the system drops them when it needs room. 0 where it does not tell.

    Examples
    --------
    >>> held_bytes(os.getpid()) >= 0
    True
    """
    return 1024 * sum(_anonymous(one) for one in below(process))


def below(process: int) -> list[int]:
    """List a process and its children, and theirs."""
    found = [process]
    for task in (PROCESSES / str(process) / "task").glob("*/children"):
        try:
            found += [one for child in task.read_text().split() for one in below(int(child))]
        except OSError:  # it has ended meanwhile
            continue
    return found


def _anonymous(process: int) -> int:
    try:
        lines = (PROCESSES / str(process) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss_Anon:"))
