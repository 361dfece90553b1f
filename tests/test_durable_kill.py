"""A small run of benchmarks/kill.py: commands killed at random moments lose nothing."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

HOME = Path(__file__).resolve().parents[1] / "benchmarks"


WORKING = """
import time
from readout_nlp.workers import parallel_map
with parallel_map(2) as spread:
    print(list(spread(abs, [-1, -2])), flush=True)
    time.sleep(600)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="looks at what is inherited")
def test_workers_end_when_the_process_that_they_work_for_is_killed():
    working = subprocess.Popen(
        [sys.executable, "-c", WORKING], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert working.stdout.readline() == "[1, 2]\n"
        working.kill()
        working.communicate(timeout=60)  # which ends when the last that could write to it has ended
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(working.pid, 9)


@pytest.fixture
def kill(monkeypatch):
    monkeypatch.syspath_prepend(HOME)
    import kill

    return kill


@pytest.mark.skipif(sys.platform == "win32", reason="kills groups of processes")
@pytest.mark.parametrize("command", ["save", "ingest"])
def test_what_was_killed_opens_and_the_next_run_ends_alike(kill, command):
    found = kill.measure(kill.TASKS[command], kills=3, jobs=2, seed=1).outcomes
    assert len(found) == 3
    for trial in found:
        assert (trial.opened, trial.lost, trial.leftovers, trial.equal) == (True, False, (), True), trial
