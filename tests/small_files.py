"""A system that refuses large files, as a full disk does."""

from __future__ import annotations

from contextlib import contextmanager

from readout_nlp.workers import parallel_map


@contextmanager
def files_of_at_most(size):
    """Let the system refuse larger files.

    Processes of the pool come from one server, which keeps the limits that it was born with: had it begun
    within the block, every later test that starts a process here would meet the limit too.
    """
    import resource

    with parallel_map(2) as spread:
        list(spread(abs, [1, 2]))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
