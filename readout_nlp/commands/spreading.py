"""The options by which heavy commands spread their work over processes and machines."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from readout_nlp.workers import Map

Scheduler = Annotated[
    str | None,
    typer.Option("--scheduler", help="Dask: tcp://host:8786, a scheduler file, or 'local'."),
]

Partitions = Annotated[
    int | None,
    typer.Option(
        "--partitions",
        min=0,
        help="Parts of the documents that processes share each LDA fit by (cvb0); 0: none.",
    ),
]


def over(scheduler: str | None, here: Map) -> AbstractContextManager[Map]:
    """Give the map of a cluster; the one of this machine where no scheduler was named.

    Examples
    --------
    >>> with over(None, map) as spread:
    ...     list(spread(abs, [-1]))
    [1]
    """
    if scheduler is None:
        return nullcontext(here)
    from readout_nlp.cluster import cluster_map

    return cluster_map(scheduler)
