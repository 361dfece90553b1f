"""Memory that nothing holds any more: how often it is looked for, and given back while a process lives on."""

from __future__ import annotations

import atexit
import ctypes
import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

SELDOM = (50_000, 20, 50)
"""New containers, and rounds of the younger ones, between two searches for what only holds itself."""


def search_seldom() -> None:
    """Search less often for objects that only hold each other.

    Python searches after every 700 new containers, in the long run through all that there are: a process that
    reads tables, or draws, spends a tenth of its time on it.

    Examples
    --------
    >>> search_seldom()
    """
    gc.set_threshold(*SELDOM)


def leave_cycles_at_exit() -> None:
    """Have this process end without a last search of all that it holds: its memory goes at once in any case.

    Examples
    --------
    >>> leave_cycles_at_exit()
    """
    atexit.register(gc.freeze)


def give_back() -> None:
    """Have the C library hand freed memory to the system; nothing is done where it cannot.

    glibc keeps what was freed in small pieces for later: after a large comparison more than 100 MB, which
    processes beside this one could use.

    Examples
    --------
    >>> give_back()
    """
    _trim()(0)


@contextmanager
def without_collections() -> Iterator[None]:
    """Look for no cycles of garbage within the block; behind it, as before.

    Work that makes many small objects and hardly a cycle is interrupted hundreds of times to find nothing.
    Nor are all of them searched at once behind the block: they count as old, which only a search of
    everything looks through.

    Examples
    --------
    >>> with without_collections():
    ...     gc.isenabled()
    False
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            _age()
            gc.enable()


def _age() -> None:
    """Count young objects as old ones where they would now be searched; what a caller froze stays frozen."""
    due = gc.get_count()[0] > gc.get_threshold()[0] > 0
    if due and not gc.get_freeze_count():
        gc.freeze()
        gc.unfreeze()  # into the oldest generation


@cache
def _trim() -> Callable[[int], object]:
    if sys.platform != "linux":
        return lambda _: None
    found: Callable[[int], object] = getattr(
        ctypes.CDLL(None), "malloc_trim", lambda _: None
    )  # musl has none
    return found
