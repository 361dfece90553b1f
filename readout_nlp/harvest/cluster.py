"""Shards over a Dask cluster: processes of this machine, or whatever scheduler runs already."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

from readout_nlp.cluster import connected, results_as_they_end
from readout_nlp.harvest.pool import Outcome, Work

T = TypeVar("T")


@contextmanager
def over_cluster(scheduler: str) -> Iterator[Callable[..., Iterator[Outcome[Any]]]]:
    """Connect to a scheduler and give a function that does shards there, as `over_processes` does here.

    Parameters
    ----------
    scheduler
        As in `readout_nlp.cluster.connected`. The paths of dumps and results have to be the same files for
        the workers.

    Raises
    ------
    InputError
        Dask is not installed, or no scheduler answers.
    WorkerError
        While shards are done: the scheduler is gone.
    """
    with connected(scheduler) as client:
        yield partial(_over_client, client)


def _over_client(
    client: Any, work: Work[T], tasks: Sequence[T], *, workers: int = 0, retries: int = 2
) -> Iterator[Outcome[T]]:
    """Do `work` for each task on the cluster; one whose workers die each time is given with its fault."""
    if workers and client.cluster is not None:
        client.cluster.scale(workers)
    futures = {client.submit(work, task, pure=False, retries=retries): task for task in tasks}
    for future, outcome in results_as_they_end(futures):
        yield futures[future], outcome
        future.release()  # the rows are on disk; the scheduler need not remember
