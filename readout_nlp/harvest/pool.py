"""Shards over processes of this machine: one that kills its process is tried again alone, then set aside."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any, TypeVar

from readout_nlp.workers import end_with_parent

T = TypeVar("T")

Work = Callable[[T], dict[str, Any]]
Outcome = tuple[T, dict[str, Any] | BaseException]


def over_processes(
    work: Work[T], tasks: Sequence[T], *, workers: int, retries: int = 2
) -> Iterator[Outcome[T]]:
    """Do `work` for each task in processes of its own; give each task with what came of it, as they end.

    A task that fails is tried `retries` times more. Where a process dies, nobody knows which of the tasks
    under way killed it: each of them is done again alone, so that only the culprit is set aside.

    Parameters
    ----------
    work
        A function of a module, as processes start anew and import it.
    tasks
        What to do it for.
    workers
        Processes at a time.
    retries
        How often a task is tried again.

    Yields
    ------
    (task, dict or exception)
        The exception of the last try where none succeeded.
    """
    waiting = deque(tasks)
    while waiting:
        suspects: list[T] = []
        with _pool(workers) as pool:
            for task, outcome in _until_one_dies(work, waiting, pool, workers=workers):
                if isinstance(outcome, BaseException):
                    suspects.append(task)
                else:
                    yield task, outcome
        for task in suspects:
            yield task, _alone(work, task, tries=retries)


def _until_one_dies(
    work: Work[T], waiting: deque[T], pool: ProcessPoolExecutor, *, workers: int
) -> Iterator[Outcome[T]]:
    """Take tasks off the queue, as many at a time as there are workers, until all are done or one died."""
    under_way: dict[Future[dict[str, Any]], T] = {}
    broken = False
    while under_way or (waiting and not broken):
        while waiting and not broken and len(under_way) < workers:
            try:
                begun = pool.submit(work, waiting[0])
            except BrokenProcessPool:  # a process died since the last look: what it did is told below
                broken = True
            else:
                under_way[begun] = waiting.popleft()
        for future in wait(under_way, return_when=FIRST_COMPLETED).done:
            task, fault = under_way.pop(future), future.exception()
            broken = broken or isinstance(fault, BrokenProcessPool)
            yield task, future.result() if fault is None else fault


def _alone(work: Work[T], task: T, *, tries: int) -> dict[str, Any] | BaseException:
    fault: BaseException = RuntimeError("not tried")
    for _ in range(max(1, tries)):
        with _pool(1) as pool:
            future = pool.submit(work, task)
            found = future.exception()
            if found is None:
                return future.result()
            fault = found
    return fault


def _pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=end_with_parent)
