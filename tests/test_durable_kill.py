"""A small run of benchmarks/kill.py: commands killed at random moments lose nothing."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
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

HARVESTING = """
import functools, time
from readout_nlp.harvest.pool import over_processes
for done in over_processes(functools.partial(print, flush=True), ["[1, 2]"], workers=2):
    time.sleep(600)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="looks at what is inherited")
@pytest.mark.parametrize("code", [WORKING, HARVESTING], ids=["map", "harvest"])
def test_workers_end_when_the_process_that_they_work_for_is_killed(code):
    working = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, start_new_session=True
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
    assert [trial.faults for trial in found] == [(), (), ()]


@pytest.mark.skipif(sys.platform == "win32", reason="kills groups of processes")
def test_an_exit_code_is_read_while_another_thread_starts_a_process(kill, monkeypatch, tmp_path):
    from multiprocessing import forkserver  # not on every system

    quick = kill.Task(name="quick", code="", set_up=lambda _: None, check=lambda *_: None)
    read, reading, started = forkserver.read_signed, threading.Event(), threading.Event()

    def late(pipe):
        if threading.current_thread() is not threading.main_thread():
            reading.set()
            started.wait(1)  # whoever starts a process looks whether others have ended
        return read(pipe)

    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    monkeypatch.setattr(forkserver, "read_signed", late)
    with ThreadPoolExecutor(1) as pool:
        code = pool.submit(kill.exit_code, kill.start(quick, first))
        assert reading.wait(600)
        other = kill.start(quick, second)
        started.set()
        assert (code.result(), kill.exit_code(other)) == (0, 0)


def test_a_trial_says_which_files_differ_and_where(kill):
    def table(**columns):
        stream = io.BytesIO()
        pl.DataFrame(columns).write_parquet(stream)
        return stream.getvalue()

    expected = {
        "a.parquet": table(n=[1, 2], t=["甲", "乙"]),
        "b.json": b"{\n1\n}",
        "c": b"\xff\x01",
        "d": b"",
    }
    found = {"a.parquet": table(n=[1, 2], t=["甲", "丙"]), "b.json": b"{\n2\n}", "c": b"\xff\x02", "e": b""}
    trial = kill.Trial(opened=True, second=255, differs=kill.differences(found, expected))
    assert trial.faults == (
        "the second run ended with exit code 255",
        "a.parquet: row 1, t: '丙', expected '乙'",
        "b.json: line 2: '2', expected '1'",
        "c: byte 1 of 2, expected 2",
        "d: missing",
        "e: more than expected",
        "said: ",
    )
    assert not kill.differences(found, found)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"n": [1]}, "1 rows, expected 2"),
        ({"n": ["1", "2"]}, "columns "),
        ({"n": [1, 2]}, "the same rows in other bytes"),
    ],
)
def test_tables_that_differ_in_no_value_are_told_apart(kill, found, said):
    one, other = io.BytesIO(), io.BytesIO()
    pl.DataFrame(found).write_parquet(one, compression="zstd")
    pl.DataFrame({"n": [1, 2]}).write_parquet(other, compression="uncompressed")
    (told,) = kill.differences({"a.parquet": one.getvalue()}, {"a.parquet": other.getvalue()})
    assert told.startswith(f"a.parquet: {said}")
