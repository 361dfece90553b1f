"""Shards over a Dask cluster: processes of this machine, or whatever scheduler runs already."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from readout_nlp.errors import InputError
from readout_nlp.harvest.pool import Outcome, Work

T = TypeVar("T")

LOCAL = "local"


@contextmanager
def over_cluster(scheduler: str) -> Iterator[Callable[..., Iterator[Outcome[Any]]]]:
    """Connect to a scheduler and give a function that does shards there, as `over_processes` does here.

    Parameters
    ----------
    scheduler
        An address (``tcp://host:8786``), the path of a scheduler file (as ``dask scheduler --scheduler-file``
        writes it), or ``local`` for processes of this machine. Workers need this package, and the paths of
        dumps and results to be the same files.

    Raises
    ------
    InputError
        Dask is not installed, or no scheduler answers.
    """
    try:
        from distributed import Client
    except ImportError as fault:
        raise InputError(
            "no Dask", "the extra 'cluster'", "install readout-nlp[cluster], or leave out --scheduler"
        ) from fault
    try:
        client = Client(**_where(scheduler))  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError) as fault:
        raise InputError(
            f"no scheduler at {scheduler!r}: {fault}",
            "an address such as tcp://host:8786, a scheduler file, or 'local'",
            "start one with `dask scheduler`, and check that this machine reaches it",
        ) from fault
    with client:
        yield partial(_over_client, client)


def _where(scheduler: str) -> dict[str, Any]:
    """Say where the scheduler is, as Dask asks for it; what listens here listens to this machine alone."""
    if scheduler == LOCAL:
        return {
            "processes": True,
            "threads_per_worker": 1,
            "host": "127.0.0.1",
            "dashboard_address": None,
        }
    if "://" in scheduler:
        return {"address": scheduler, "timeout": 30}
    if not Path(scheduler).is_file():
        raise ValueError("no such file")
    return {"scheduler_file": scheduler, "timeout": 30}


def _over_client(
    client: Any, work: Work[T], tasks: Sequence[T], *, workers: int = 0, retries: int = 2
) -> Iterator[Outcome[T]]:
    """Do `work` for each task on the cluster; one whose workers die each time is given with its fault."""
    from distributed import as_completed

    if workers and client.cluster is not None:
        client.cluster.scale(workers)
    futures = {client.submit(work, task, pure=False, retries=retries): task for task in tasks}
    for future in as_completed(futures):  # type: ignore[no-untyped-call]
        fault = future.exception()
        yield futures[future], future.result() if fault is None else fault
        future.release()  # the rows are on disk; the scheduler need not remember
