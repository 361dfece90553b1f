"""Compiled loops over spans of work, by threads of this call alone: no setting outside it is touched."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from itertools import pairwise
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

PARTS = 4  # pieces of work for each thread, so that long documents do not keep the others waiting

Span = tuple[int, int]
Run = Callable[..., None]

_MOST: ContextVar[int | None] = ContextVar("_MOST", default=None)
_HELD, _INSIDE, _LIMIT = Lock(), [0], ExitStack()


@contextmanager
def crew(n_threads: int | None) -> Iterator[Run]:
    """Give ``run(work, ends, *rest)``: call ``work(span, *rest)`` for spans that together cover all.

    Parameters
    ----------
    n_threads
        None: as many as processors that this process may use.

    Examples
    --------
    >>> seen = []
    >>> with crew(1) as run:
    ...     run(lambda span, into: into.append(span), np.array([0, 2, 9]), seen)
    >>> seen
    [(0, 2)]
    """
    threads = available() if n_threads is None else n_threads
    if threads == 1:
        yield alone
        return
    with ThreadPoolExecutor(threads - 1) as pool:

        def run(work: Callable[..., None], ends: npt.NDArray[np.integer[Any]], *rest: Any) -> None:
            left = iter(spans(ends, PARTS * threads))  # each thread takes the next one

            def take() -> None:
                for span in left:
                    work(span, *rest)

            others = [pool.submit(take) for _ in range(threads - 1)]
            take()
            for other in others:
                other.result()

        yield run


def alone(work: Callable[..., None], ends: npt.NDArray[np.integer[Any]], *rest: Any) -> None:
    """Do all of the work here: what is soon done takes less time than to share it out.

    Examples
    --------
    >>> alone(lambda span, into: into.append(span), np.array([0, 2, 9]), seen := [])
    >>> seen
    [(0, 2)]
    """
    work((0, len(ends) - 1), *rest)


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep the linear algebra of libraries to one thread; what was set before is set again at the end.

    Their sums depend on the number of threads in the last digits, and so would the results; and small
    products wait for threads that other work keeps busy, many times as long as they take. Only libraries
    that are loaded by then are kept to it. Also a decorator. Calls from several threads share one limit,
    which the last to leave takes away.

    Examples
    --------
    >>> from threadpoolctl import threadpool_info
    >>> with one_thread():
    ...     {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}
    {1}
    """
    with _HELD:
        _INSIDE[0] += 1
        if _INSIDE[0] == 1:
            _LIMIT.enter_context(threadpool_limits(limits=1))
    try:
        yield
    finally:
        with _HELD:
            _INSIDE[0] -= 1
            if _INSIDE[0] == 0:
                _LIMIT.close()


def side_by_side(work: Callable[..., Any], *values: Iterable[Any]) -> Iterator[Any]:
    """Give what `map` gives, calls of it running beside each other, each with one processor of its own.

    Of work that is cut into small pieces, several whole calls end sooner than one after the other with every
    piece shared out: no thread waits for another.

    Examples
    --------
    >>> list(side_by_side(lambda one: (one, available()), "ab"))
    [('a', 1), ('b', 1)]
    """
    with ThreadPoolExecutor(available(), initializer=_MOST.set, initargs=(1,)) as pool:
        yield from pool.map(work, *values)


def available() -> int:
    """Count the processors that this process may use.

    Examples
    --------
    >>> available() >= 1
    True
    """
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(here, _MOST.get() or here)


@contextmanager
def at_most(n_threads: int) -> Iterator[None]:
    """Have `available` count no more processors than these: others of its kind use the rest.

    Examples
    --------
    >>> with at_most(1):
    ...     available()
    1
    """
    before = _MOST.set(n_threads)
    try:
        yield
    finally:
        _MOST.reset(before)


def spans(ends: npt.NDArray[np.integer[Any]], parts: int) -> list[Span]:
    """Cut rows into at most so many spans with about equally many counts each.

    Parameters
    ----------
    ends : ndarray of int, shape (n_rows + 1,)
        Where the counts of each row begin, and where the last ends.
    parts

    Examples
    --------
    >>> spans(np.array([0, 8, 9, 10, 16]), 2)
    [(0, 1), (1, 4)]
    """
    wanted = np.linspace(ends[0], ends[-1], parts + 1)
    edges = np.unique(np.searchsorted(ends, wanted[1:-1]))
    inner = edges[(edges > 0) & (edges < len(ends) - 1)]
    return list(pairwise([0, *inner.tolist(), len(ends) - 1]))
