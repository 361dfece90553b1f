"""A Dask cluster of this machine whose parts can be killed."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

from readout_nlp.cluster import connected

DASK = [sys.executable, "-m", "dask"]
HERE = str(Path(__file__).parent)


def started(*command):
    """Start a part of a cluster that finds this module."""
    return subprocess.Popen(
        [*DASK, *command],
        env=os.environ | {"PYTHONPATH": HERE},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


@contextlib.contextmanager
def own_cluster(folder, *, workers=2):
    """Give a scheduler's file, its process, and the processes of its workers."""
    file = folder / "scheduler.json"
    listens = ("--host", "127.0.0.1", "--no-dashboard")
    scheduler = started("scheduler", *listens, "--port", "0", "--scheduler-file", str(file))
    begun = [scheduler]
    try:
        until = time.monotonic() + 60
        while not file.exists():
            assert time.monotonic() < until
            time.sleep(0.05)
        place = ("--scheduler-file", str(file), "--nthreads", "1", "--death-timeout", "60")
        begun += [started("worker", "--host", "127.0.0.1", "--no-dashboard", *place) for _ in range(workers)]
        with connected(str(file)) as client:
            client.wait_for_workers(workers, timeout=120)
        yield str(file), scheduler, begun[1:]
    finally:
        for process in begun:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, 9)
            process.wait()
