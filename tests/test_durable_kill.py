"""A small run of benchmarks/kill.py: commands killed at random moments lose nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[1] / "benchmarks"


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
