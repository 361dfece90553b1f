"""A harvest over a cluster whose scheduler or workers are killed: the next call does the rest, if any."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest
from cluster_example import own_cluster
from dumps_example import pages, write_dump
from test_harvest_faults import files, in_turn

from readout_nlp.errors import EXIT_WRONG_CALL
from readout_nlp.harvest.cluster import over_cluster
from readout_nlp.harvest.harvest import harvest_dumps

pytestmark = [pytest.mark.xdist_group("cluster"), pytest.mark.once]
DUMPS = 40


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Dumps, and what an undisturbed harvest makes of them."""
    folder = tmp_path_factory.mktemp("world")
    (folder / "dumps").mkdir()
    for n in range(DUMPS):
        rows = [(f"http://d{n}.{at[7:]}", text.replace("4月", f"{n % 12 + 1}月")) for at, text in pages()]
        write_dump(folder / "dumps" / f"{n:02d}.jsonl", rows)
    harvest_dumps(folder / "dumps", folder / "whole", spread=in_turn)
    return folder


def harvest(world, out, scheduler):
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "readout_nlp",
            "harvest",
            world / "dumps",
            "--out",
            out,
            "--scheduler",
            scheduler,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONWARNINGS": "error"},
    )


def until_some_are_done(out, harvesting):
    until = time.monotonic() + 120
    while not any(out.glob("shards/*/shard.json")):
        assert harvesting.poll() is None
        assert time.monotonic() < until
        time.sleep(0.002)


def test_a_killed_scheduler_ends_a_harvest_that_the_next_call_goes_on_with(world, tmp_path):
    out = tmp_path / "out"
    with own_cluster(tmp_path) as (file, scheduler, _):
        harvesting = harvest(world, out, file)
        until_some_are_done(out, harvesting)
        scheduler.kill()
        _, told = harvesting.communicate(timeout=120)
    assert harvesting.returncode == EXIT_WRONG_CALL
    assert told.count("\n") == 1, told
    assert "the scheduler no longer answers" in told
    done = len(list(out.glob("shards/*/shard.json")))
    assert 0 < done < DUMPS
    assert not (out / "corpus").exists()
    (tmp_path / "second").mkdir()
    with own_cluster(tmp_path / "second") as (file, _, _):
        harvesting = harvest(world, out, file)
        harvesting.communicate(timeout=120)
    assert harvesting.returncode == 0
    assert files(out) == files(world / "whole")


def test_a_killed_worker_costs_a_harvest_nothing(world, tmp_path):
    out = tmp_path / "out"
    with own_cluster(tmp_path) as (file, _, workers), over_cluster(file) as spread:
        killed = []

        def kill_once(outcomes, **_):
            for outcome in outcomes:
                if not killed:
                    os.killpg(workers[0].pid, 9)
                    killed.append(True)
                yield outcome

        done = harvest_dumps(world / "dumps", out, spread=spread, progress=kill_once)
    assert killed
    assert not done.failed
    assert files(out) == files(world / "whole")
