"""A parallel map over processes, handed from above to every stage; it loads none of the packages itself."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any

Map = Callable[..., Iterable[Any]]

# What the processes will need, imported once in the server that they are forked from: they start at once and
# share its memory. Nothing in it has begun a thread of its own by then.
PRELOAD = ("readout_nlp.corpus.parsing", "readout_nlp.present.figures")


@contextmanager
def parallel_map(workers: int | None = None) -> Iterator[Map]:
    """Give a `map` that spreads calls over processes, in order; the plain one where there is one core.

    The processes are forked from a server that imports what they need while the caller does the same. Another
    kind of work begins in new ones: what the last kind kept in memory ends with it.

    Examples
    --------
    >>> with parallel_map(workers=1) as spread:
    ...     list(spread(abs, [-1, -2]))
    [1, 2]
    """
    count = workers or os.cpu_count() or 1
    if count == 1:
        yield map
        return
    context, pools, kind = _processes(), list[ProcessPoolExecutor](), ""

    def spread(function: Callable[..., Any], *values: Iterable[Any]) -> Iterable[Any]:
        nonlocal kind
        work = getattr(function, "func", function).__qualname__  # a partial's own function
        if work != kind:
            _end(pools, wait=False)  # each once what was handed to it is done
            pools.append(ProcessPoolExecutor(count, mp_context=context, initializer=_end_with_parent))
            kind = work
        return _handed_over(pools[-1], function, values)

    others = set(multiprocessing.active_children())
    try:
        yield spread
    except BaseException:  # also Ctrl-C: nobody waits for what was begun
        _stop(pools, set(multiprocessing.active_children()) - others)
        raise
    _end(pools, wait=True)


def _handed_over(
    pool: ProcessPoolExecutor, function: Callable[..., Any], values: Iterable[Iterable[Any]]
) -> Iterator[Any]:
    """Do as the pool's own map, which Ctrl-C may stop half-way through starting a process."""
    futures = []
    for each in zip(*values, strict=False):
        with _undisturbed():
            futures.append(pool.submit(function, *each))
    return _results(futures)


def _results(futures: list[Future[Any]]) -> Iterator[Any]:
    futures.reverse()
    while futures:
        yield futures.pop().result()  # let go of at once: results are large


def _end_with_parent() -> None:
    """Have this process end when the one that it works for is killed: it would wait for work for ever.

    Ctrl-C reaches all processes of a terminal; that one alone says what came of it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _end(pools: Iterable[ProcessPoolExecutor], *, wait: bool) -> None:
    for pool in pools:
        pool.shutdown(wait=wait)


def _stop(pools: Iterable[ProcessPoolExecutor], processes: Iterable[BaseProcess]) -> None:
    _end(pools, wait=False)  # not cancelled: a pool that then breaks could not say so of what is cancelled
    for process in processes:
        process.terminate()


@contextmanager
def _deaf() -> Iterator[None]:
    """Have what is started here not hear Ctrl-C, which would end its imports with a traceback of its own."""
    if threading.current_thread() is not threading.main_thread():  # others may not change signals
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Hear Ctrl-C only once the block is done: a process half started would end with a traceback."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if heard:
            signal.raise_signal(signal.SIGINT)


def _processes() -> BaseContext:
    """Never a fork of this process: it would inherit locks of Polars' and BLAS' threads, and may hang."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    from multiprocessing import forkserver

    forkserver.set_forkserver_preload(list(PRELOAD))
    with _deaf():
        forkserver.ensure_running()
    return multiprocessing.get_context("forkserver")
