"""A parallel map over processes, handed from above to every stage; it loads none of the packages itself."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any, Protocol

from readout_nlp.errors import WorkerError
from readout_nlp.heap import search_seldom

Map = Callable[..., Iterable[Any]]


class Promise(Protocol):
    """A call under way."""

    def result(self) -> Any:
        """Wait for what comes of it."""


# What the processes will need, imported once in the server that they are forked from: they start at once and
# share its memory. Nothing in it has begun a thread of its own by then.
PRELOAD = ("readout_nlp.corpus.parsing", "readout_nlp.readouts.parse", "readout_nlp.present.figures")
FITTING = ("readout_nlp.compiled", "scipy.sparse")  # also, where they will fit and compare as well

SHORT = 64  # so many values are all handed over at the call; of more, or of who knows how many, a part
EACH = 8  # calls under way a process where there are more: work goes on while results are made use of


@contextmanager
def parallel_map(workers: int | None = None, *, also: Sequence[str] = ()) -> Iterator[Map]:
    """Give a `map` that spreads calls over processes, in order; the plain one where there is one core.

    Work begins at the call of the map. Of many values, or of who knows how many, it reads only some ahead of
    the results taken from it: a million pages are never in memory at once.

    The processes are forked from a server that imports what they need while the caller does the same: what
    parses and draws, and the modules in `also` unless the server is there already. Another kind of work
    begins in new ones: what the last kind kept in memory ends with it.

    Raises
    ------
    WorkerError
        A process was ended from outside.

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
    context, shifts, kind = _processes(also), list[_Shift](), ""

    def spread(function: Callable[..., Any], *values: Iterable[Any]) -> Iterable[Any]:
        nonlocal kind
        work = getattr(function, "func", function).__qualname__  # a partial's own function
        if work != kind:
            for shift in shifts:
                shift.end()
            shifts.append(_Shift(ProcessPoolExecutor(count, mp_context=context, initializer=_begin_work)))
            kind = work
        return shifts[-1].do(function, values, most=at_once(values, workers=count))

    others = set(multiprocessing.active_children())
    try:
        yield spread
    except BaseException as stop:  # also Ctrl-C: nobody waits for what was begun
        _stop(shifts, set(multiprocessing.active_children()) - others)
        if isinstance(stop, BrokenProcessPool):
            raise _died() from stop
        raise
    for shift in shifts:
        shift.pool.shutdown(wait=True)


@dataclass(eq=False)
class _Shift:
    """The processes of one kind of work: they end once another begins, but for values not yet handed over."""

    pool: ProcessPoolExecutor
    reading: int = 0  # iterables with values left
    over: bool = False

    def do(
        self, function: Callable[..., Any], values: tuple[Iterable[Any], ...], *, most: int
    ) -> Iterator[Any]:
        self.reading += 1
        return in_order(partial(self._begin, function), values, most=most, read=self._read)

    def end(self) -> None:
        self.over = True
        if not self.reading:
            self.pool.shutdown(wait=False)  # each process once what was handed to it is done

    def _begin(self, function: Callable[..., Any], *call: Any) -> Future[Any]:
        with undisturbed():  # the pool's own map may be stopped half-way through starting a process
            return self.pool.submit(function, *call)

    def _read(self) -> None:
        self.reading -= 1
        if self.over:
            self.end()


def _died() -> WorkerError:
    return WorkerError(
        "that a process of this machine ended while it worked",
        "processes that nothing ends, as the system does when memory runs out",
        "close other programs or use a machine with more memory, and call again",
    )


def is_far(map: Map) -> bool:  # noqa: A002
    """Tell whether a map gives work to other machines, where threads of this one do not compete with it.

    Examples
    --------
    >>> is_far(map)
    False
    """
    return bool(getattr(map, "far", False))


def at_once(values: Iterable[Iterable[Any]], *, workers: int, each: int = EACH) -> int:
    """Say how many calls are to be under way at a time: all of a short list, else enough to keep all busy.

    Examples
    --------
    >>> at_once([["a", "b"]], workers=2), at_once([iter("ab")], workers=2)
    (64, 16)
    """
    short = any(isinstance(each, Sized) and len(each) <= SHORT for each in values)
    return max(SHORT if short else 0, each * workers)


def in_order(
    begin: Callable[..., Promise],
    values: Iterable[Iterable[Any]],
    *,
    most: int,
    read: Callable[[], None] = lambda: None,
) -> Iterator[Any]:
    """Begin the first calls now, each further one when a result is taken; give results in order.

    Parameters
    ----------
    begin
        Begins one call, with a value of each iterable, and gives what its result is asked of.
    values
        Iterables, as a map is given them.
    most
        Calls under way at a time.
    read
        Called once no value is left to begin with.
    """
    calls = zip(*values, strict=False)
    begun = deque(begin(*call) for call in islice(calls, most))
    if len(begun) < most:
        read()
        return _results(begun, iter(()))
    return _results(begun, _further(begin, calls, read))


def _further(
    begin: Callable[..., Promise], calls: Iterable[Any], read: Callable[[], None]
) -> Iterator[Promise]:
    try:
        for call in calls:
            yield begin(*call)
    finally:
        read()


def _results(begun: deque[Promise], further: Iterator[Promise]) -> Iterator[Any]:
    while begun:
        result = [begun.popleft().result()]
        begun.extend(islice(further, 1))  # before the result is made use of
        yield result.pop()  # let go of at once: results are large


def _begin_work() -> None:
    """Have this process end with the one that it works for, and not before.

    Ctrl-C reaches all processes of a terminal; that one alone says what came of it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()  # modules never go: not searched, their pages stay shared with the server
    search_seldom()
    end_with_parent()


def end_with_parent() -> None:
    """Have this process end when the one that it works for is killed: it would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _stop(shifts: Iterable[_Shift], processes: Iterable[BaseProcess]) -> None:
    for shift in shifts:  # not cancelled: a pool that then breaks could not say so of what is cancelled
        shift.pool.shutdown(wait=False)
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
def undisturbed() -> Iterator[None]:
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


def _processes(also: Sequence[str]) -> BaseContext:
    """Never a fork of this process: it would inherit locks of Polars' and BLAS' threads, and may hang."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    from multiprocessing import forkserver

    forkserver.set_forkserver_preload([*PRELOAD, *also])
    with _deaf():
        forkserver.ensure_running()
    return multiprocessing.get_context("forkserver")
