"""Memory that nothing holds any more, given back to the system while a process lives on."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from functools import cache


def give_back() -> None:
    """Have the C library hand freed memory to the system; nothing is done where it cannot.

    glibc keeps what was freed in small pieces for later: after a large comparison more than 100 MB, which
    processes beside this one could use.

    Examples
    --------
    >>> give_back()
    """
    _trim()(0)


@cache
def _trim() -> Callable[[int], object]:
    if sys.platform != "linux":
        return lambda _: None
    found: Callable[[int], object] = getattr(
        ctypes.CDLL(None), "malloc_trim", lambda _: None
    )  # musl has none
    return found
