"""One record of a gigabyte: refused with its reason, never held, and its neighbours are kept."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from dumps_example import pages, warc

pytestmark = pytest.mark.once

MEGABYTE = 1 << 20
QUICK, REAL = 120, 1024  # the first is longer than any line that `ingest` looks for the end of
HELD = 150  # megabytes more than a dump of small pages needs: a record may have 20, and is copied
# as letters that pack a hundredfold: a file that grows to more than 300 times its size is refused as a bomb
CHUNK = Random(1).randbytes(8192).hex().encode() + b"x" * (MEGABYTE - 16384)

HARVEST = """
import json, re, sys
from pathlib import Path
from readout_nlp.harvest.shard import ShardTask, harvest_shard

def peak():  # not ru_maxrss: through exec it keeps the peak of the process that called
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024

small, large, out = map(Path, sys.argv[1:])
harvest_shard(ShardTask(path=small, folder=out / "small"))
before = peak()
marker = harvest_shard(ShardTask(path=large, folder=out / "large"))
rejects = (out / "large" / "rejects.csv").read_text(encoding="utf-8-sig")
print(json.dumps({"before": before, "after": peak(), "rejects": rejects, **marker}))
"""


def in_pieces(form, megabytes):
    """Give the bytes of a dump: a readout, a record of so many megabytes, a readout."""
    (one, first), (other, last) = (pages()[n] for n in (1, 4))
    if form.startswith("warc"):
        yield warc(one, first)
        head, tail = warc("http://large.example/", "SPLIT", codec="utf-8").split(b"SPLIT")
        length = int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])
        held = f"Content-Length: {length - len('SPLIT') + megabytes * MEGABYTE}".encode()
        yield head.replace(f"Content-Length: {length}".encode(), held)
        yield from [CHUNK] * megabytes
        yield tail + warc(other, last)
        return
    yield json.dumps({"url": one, "text": first}).encode() + b"\n"
    yield b'{"url": "http://large.example/", "text": "'
    yield from [CHUNK] * megabytes
    yield b'"}\n' + json.dumps({"url": other, "text": last}).encode() + b"\n"


def write(path, pieces):
    """Write pieces, each packed by itself where the name says so; equal ones are packed once."""
    packed = {}
    with path.open("wb") as stream:
        for piece in pieces:
            if path.suffix == ".gz" and piece not in packed:
                packed[piece] = gzip.compress(piece, mtime=0)
            stream.write(packed.get(piece, piece))
    return path


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
@pytest.mark.parametrize("megabytes", [QUICK, pytest.param(REAL, marks=pytest.mark.slow)])
@pytest.mark.parametrize("form", ["warc", "warc.gz", "jsonl", "jsonl.gz"])
def test_a_record_too_large_is_refused_and_its_neighbours_are_kept(tmp_path, form, megabytes):
    small = write(tmp_path / f"small.{form}", in_pieces(form, 1))
    large = write(tmp_path / f"large.{form}", in_pieces(form, megabytes))
    command = [sys.executable, "-c", HARVEST, small, large, tmp_path / "out"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["counts"]["kept"] == 2
    assert told["reasons"] == {"not read": 1}
    assert "more than 20,000,000 bytes" in told["rejects"]
    assert told["after"] < told["before"] + HELD
    assert told["after"] < 1024
