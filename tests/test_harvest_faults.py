"""A hundred faults: full disks, kills, damaged dumps; nothing is lost or counted twice, the rest resumes."""

from __future__ import annotations

import contextlib
import errno
import itertools
from random import Random

import pytest
from dumps_example import pages, write_dump

from readout_nlp import durable, flushing
from readout_nlp.corpus.store import open_store
from readout_nlp.errors import ReadoutNLPError
from readout_nlp.harvest.harvest import harvest_dumps

pytestmark = pytest.mark.once

FORMS = ("warc.gz", "jsonl.gz", "jsonl.zst", "jsonl", "parquet")
SMALL, WHOLE = range(12), range(12, 100)


def in_turn(work, tasks, *, workers):
    """Do shards in this process."""
    for task in tasks:
        yield task, work(task)


def files(folder):
    """Every file with its bytes."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Dumps of all formats, and what an undisturbed harvest makes of them."""
    folder = tmp_path_factory.mktemp("world")
    (folder / "dumps").mkdir()
    for n, form in enumerate(FORMS):
        rows = [(f"http://d{n}.{at[7:]}", text.replace("4月", f"{n + 1}月")) for at, text in pages()]
        write_dump(folder / "dumps" / f"{n}.{form}", rows)
    harvest_dumps(folder / "dumps", folder / "whole", spread=in_turn)
    return folder


def fail_at(moment, fault, monkeypatch):
    """Let the disk fail at one of the moments at which something is written."""
    count, flush = itertools.count(), flushing.flush

    def failing(path):
        if next(count) == moment:
            raise fault
        flush(path)

    for module in (flushing, durable):
        monkeypatch.setattr(module, "flush", failing)


def check_write_fault(world, out, seed, monkeypatch):
    rng = Random(seed)
    fault = rng.choice((OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()))
    with monkeypatch.context() as patched:
        fail_at(rng.randrange(60), fault, patched)
        with contextlib.suppress(ReadoutNLPError, KeyboardInterrupt):
            harvest_dumps(world / "dumps", out, spread=in_turn)
    if (out / "corpus").exists():
        open_store(out / "corpus")
    harvest_dumps(world / "dumps", out, spread=in_turn)
    assert files(out) == files(world / "whole")


def damaged(data, rng):
    """Cut, flip or overwrite some bytes."""
    at = rng.randrange(1, len(data))
    how = rng.choice(("cut", "flip", "garbage"))
    if how == "cut":
        return data[:at]
    if how == "flip":
        return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
    return data[:at] + rng.randbytes(40) + data[at + 40 :]


def check_damage(world, out, seed):
    rng = Random(seed)
    dumps = out / "dumps"
    dumps.mkdir(parents=True)
    for path in sorted((world / "dumps").iterdir()):
        (dumps / path.name).write_bytes(path.read_bytes())
    hit = rng.choice(sorted(dumps.iterdir()))
    hit.write_bytes(damaged(hit.read_bytes(), rng))
    done = harvest_dumps(dumps, out / "out", spread=in_turn)
    origins = set(open_store(done.corpus).readouts["origin"])
    others = {f"http://d{n}.a{at}.example/{at}.html" for n in range(len(FORMS)) for at in (1, 4)}
    number = hit.name.split(".")[0]
    assert {one for one in others if not one.startswith(f"http://d{number}.")} <= origins
    settled = done.counts["found"] + sum(done.reasons.values())  # every record, and what was no record
    assert done.counts["records"] <= settled <= done.counts["records"] + done.reasons.get("not read", 0)
    assert done.counts["found"] == done.counts["kept"] + done.counts["copies"]
    hit.write_bytes((world / "dumps" / hit.name).read_bytes())
    harvest_dumps(dumps, out / "out", spread=in_turn)
    assert files(out / "out") == files(world / "whole")


@pytest.mark.parametrize("seed", [*SMALL, *(pytest.param(seed, marks=pytest.mark.slow) for seed in WHOLE)])
def test_a_fault_costs_nothing(world, tmp_path, monkeypatch, seed):
    if seed % 2:
        check_damage(world, tmp_path, seed)
    else:
        check_write_fault(world, tmp_path / "out", seed, monkeypatch)
