"""Work over a Dask cluster: processes of this machine, or of whatever machines a scheduler runs already."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

from readout_nlp.errors import InputError, WorkerError
from readout_nlp.threads import at_most
from readout_nlp.versions import PACKAGE, installed, library_versions, python_version
from readout_nlp.workers import at_once, in_order, undisturbed

LOCAL = "local"
EACH = 3  # calls under way a worker: one that it does, one that waits for it, one that is taken
LOGGERS = ("distributed", "distributed.client", "distributed.utils")
ALLOWED_BYTES = "4GiB"  # of one call; Dask warns from 10 MB on, but a matrix of counts has to get there


@contextmanager
def cluster_map(scheduler: str) -> Iterator[ClusterMap]:
    """Give a `map` that spreads calls over the workers of a Dask cluster, in order.

    Only some values are read ahead of the results taken, as by `workers.parallel_map`. A call whose worker
    dies is done again by another. What is under way when the block ends is given up.

    Parameters
    ----------
    scheduler
        As in `connected`.

    Raises
    ------
    InputError
        Dask is not installed, or no scheduler answers.
    WorkerError
        Where results are taken: workers die at a call each time, or the scheduler is gone.
    """
    with connected(scheduler) as client:
        yield ClusterMap(client)


@contextmanager
def connected(scheduler: str) -> Iterator[Any]:
    """Connect to a scheduler; what is under way at the end is given up.

    Parameters
    ----------
    scheduler
        An address (``tcp://host:8786``), the path of a scheduler file (as ``dask scheduler --scheduler-file``
        writes it), or ``local`` for processes of this machine. Workers need this package and the libraries
        that can change a number in the versions that are here; workers that join later are not asked.

    Raises
    ------
    InputError
        Dask is not installed, no scheduler answers, or a worker has other versions.
    """
    try:
        from distributed import Client
    except ImportError as fault:
        raise InputError(
            "no Dask", "the extra 'cluster'", "install readout-nlp[cluster], or leave out --scheduler"
        ) from fault
    try:
        with _out_of_hearing() if scheduler == LOCAL else nullcontext():
            client = Client(**_where(scheduler))  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError) as fault:
        raise InputError(
            f"no scheduler at {scheduler!r}: {fault}",
            "an address such as tcp://host:8786, a scheduler file, or 'local'",
            "start one with `dask scheduler`, and check that this machine reaches it",
        ) from fault
    with _quiet(), client:
        if scheduler != LOCAL:
            check_versions(client)
        yield client


def check_versions(client: Any) -> None:
    """Refuse workers whose results could differ from this machine's.

    Raises
    ------
    InputError
        A worker has not this package, or another version of it, of Python or of a library.
    """
    here = versions_here()
    try:
        there = client.run(versions_here)
    except ImportError as fault:
        there = {"a worker": {PACKAGE: str(fault)}}
    for worker, found in there.items():
        other = {name: found.get(name) for name in here if found.get(name) != here[name]}
        if other:
            raise InputError(
                f"{worker} with {other}",
                f"{ {name: here[name] for name in other} }, as here: results would not be the same",
                "install the same requirements.lock on this machine and on all workers",
            )


def versions_here() -> dict[str, str | None]:
    """Give what workers have to share: the versions of Python, of this package and of its libraries.

    Examples
    --------
    >>> list(versions_here())[:3]
    ['python', 'readout-nlp', 'numpy']
    """
    return {"python": python_version(), PACKAGE: installed(PACKAGE), **library_versions()}


@contextmanager
def _out_of_hearing() -> Iterator[None]:
    """Have what is started here not hear Ctrl-C, of which each would tell; this process hears it later."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    with undisturbed():
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # processes inherit it
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask from telling on stderr, with tracebacks, what is raised here as one clear error."""
    loggers = [logging.getLogger(name) for name in LOGGERS]
    levels = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.CRITICAL)
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _where(scheduler: str) -> dict[str, Any]:
    """Say where the scheduler is, as Dask asks for it; what listens here listens to this machine alone."""
    if scheduler == LOCAL:
        return {
            "processes": True,
            "threads_per_worker": 1,
            "host": "127.0.0.1",
            "dashboard_address": None,
            # it serves HTTP even so, by default at a port that another scheduler here may have, and says so
            "scheduler_kwargs": {"dashboard": False, "dashboard_address": "127.0.0.1:0"},
        }
    if "://" in scheduler:
        return {"address": scheduler, "timeout": 30}
    if not Path(scheduler).is_file():
        raise ValueError("no such file")
    return {"scheduler_file": scheduler, "timeout": 30}


@dataclass(frozen=True, eq=False)
class ClusterMap:
    """A `map` over the workers of a cluster.

    Attributes
    ----------
    client
        Connected to its scheduler.
    far
        Fits that use all processors of a machine are spread too: see `workers.is_far`.
    """

    client: Any
    far: bool = True

    def __call__(self, function: Callable[..., Any], *values: Iterable[Any]) -> Iterator[Any]:
        """Begin with the first calls at once; give results in the order of the values."""
        workers = max(1, sum(self.client.nthreads().values()))
        most = at_once(values, workers=workers, each=EACH)
        name, order = f"{name_of(function)}-{uuid4().hex[:12]}", count(0, -1)
        shared = self._shared(function, name)

        def begin(*call: Any) -> _Task:  # in order too: of what is sent together Dask would do any first
            again = partial(
                _submitted, self.client, _called, shared, *call, key=f"{name}-call", priority=next(order)
            )
            return _Task(again(), again)

        return in_order(begin, values, most=most)

    def _shared(self, function: Callable[..., Any], name: str) -> Any:
        """Send what all calls need once, to all workers: Dask would give all calls to the one that has it.

        It is a task, so that it is there again when workers have died. A function alone is sent as it is.
        """
        if not isinstance(function, partial):
            return function
        held = _submitted(self.client, _held, function, key=name)
        with asked_of_cluster(held.key):
            self.client.replicate([held])
        return held


def name_of(function: Callable[..., Any]) -> str:
    """Give the name by which a function is known, a partial's own function's.

    Examples
    --------
    >>> name_of(partial(int, base=2))
    'int'
    """
    return str(getattr(getattr(function, "func", function), "__qualname__", "work"))


@dataclass(frozen=True, eq=False)
class _Task:
    """A call under way."""

    future: Any
    begin: Callable[[], Any]

    def result(self) -> Any:
        from distributed import KilledWorker

        with asked_of_cluster(self.future.key):
            try:
                return self.future.result()
            except KilledWorker:  # it may only have waited where others killed the worker: they have ended
                return self.begin().result()


@contextmanager
def asked_of_cluster(task: str) -> Iterator[None]:
    """Say what it means when a cluster gives no result of `task`.

    Raises
    ------
    WorkerError
        Workers die at it each time, or the scheduler is gone.
    """
    from distributed import CancelledError, KilledWorker
    from distributed.comm.core import CommClosedError

    try:
        yield
    except KilledWorker as fault:
        raise WorkerError(
            f"workers that died at {task} each time it was tried",
            "workers with memory enough, which nothing ends",
            "look into their logs; give them more memory, or use fewer on a machine, and call again",
        ) from fault
    except (CancelledError, CommClosedError, TimeoutError) as fault:
        raise scheduler_gone() from fault


def results_as_they_end(futures: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """Give each future with its result, or with the fault that it ended in.

    Raises
    ------
    WorkerError
        The scheduler is gone.
    """
    from distributed import as_completed

    for future in as_completed(list(futures)):  # type: ignore[no-untyped-call]
        if future.cancelled():
            raise scheduler_gone()
        fault = future.exception()
        yield future, future.result() if fault is None else fault


def scheduler_gone() -> WorkerError:
    """Give the fault of a scheduler that no longer answers."""
    return WorkerError(
        "that the scheduler no longer answers",
        "one that runs until the work is done",
        "start it and its workers again; the same call then goes on with what is not done",
    )


def _submitted(client: Any, work: Callable[..., Any], *call: Any, key: str, priority: int = 0) -> Any:
    import dask

    with dask.config.set({"distributed.admin.large-graph-warning-threshold": ALLOWED_BYTES}):
        return client.submit(work, *call, key=f"{key}-{uuid4().hex[:12]}", pure=False, priority=priority)


def _held(function: Callable[..., Any]) -> Callable[..., Any]:
    return function


def _called(function: Callable[..., Any], *call: Any) -> Any:
    with at_most(1):  # a machine has a worker for each processor
        return function(*call)
