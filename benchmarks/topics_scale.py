"""Seconds and peak memory of `fit_lda` as documents grow, up to a million.

    python benchmarks/topics_scale.py [NEWS.jsonl.gz] [--synthetic 10000 100000 1000000] [--topics 50]

The first 1,000, 10,000 and all (40,000) documents of NEWS, and planted documents of 300 tokens over 20,000
terms (drawn by another process and kept in a temporary folder). Every fit runs in a process of its own, which
first compiles on a few documents; its peak memory counts everything: interpreter, libraries, counts, fit. The
whole call is timed, shares of all documents included. The exponent is the slope of log seconds on log tokens
over the planted sizes (1: linear).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from topics_data import as_matrix, machine, planted, read_documents, say

import readout_nlp as rn

NEWS = (1000, 10_000, None)
ASKED_GIB, AT = 6.0, 1_000_000
THREADS, FEW = 2, 300


def main() -> None:
    """Print a line for every size; with --one, be the process that fits."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("news", nargs="?", type=Path)
    parser.add_argument("--synthetic", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--topics", type=int, default=50)
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--cache", type=Path, help="folder to keep the tokens of the file in")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--draw", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.draw:
        store(given.one, planted(given.draw)[1])
    elif given.one:
        print(json.dumps(fit(given.one, given.topics, given.passes)))
    else:
        measure_all(given)


def measure_all(given: argparse.Namespace) -> None:
    """Measure every size in its own processes."""
    print(f"{machine()}; cvb0, K={given.topics}, {given.passes} passes, {THREADS} threads\n", flush=True)
    points = []
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        for limit in NEWS if given.news else ():
            documents = read_documents([given.news], unit="document", limit=limit, cache=given.cache)
            store(at, [documents.matrix.counts])
            print(line("news", run(at, given)), flush=True)
        for size in given.synthetic:
            say(f"drawing {size:,} documents")
            subprocess.run([*itself(at), "--draw", str(size)], check=True)
            points.append(run(at, given))
            print(line("planted", points[-1]), flush=True)
    if len(points) > 1:
        for what in ("seconds", "cpu"):
            tokens, spent = (np.log([point[axis] for point in points]) for axis in ("tokens", what))
            slope = np.polyfit(tokens, spent, 1)[0]
            print(f"exponent of the {'processor ' if what == 'cpu' else ''}seconds: {slope:.2f}", flush=True)
    if points and points[-1]["documents"] >= AT:
        peak = points[-1]["peak"]
        print(f"peak: {peak:.2f} GiB (asked: {ASKED_GIB:g}: {'yes' if peak <= ASKED_GIB else 'NO'})")


def itself(at: Path) -> list[str]:
    """Give the command of a process that works on a folder."""
    return [sys.executable, str(Path(__file__).resolve()), "--one", str(at)]


def run(at: Path, given: argparse.Namespace) -> dict[str, Any]:
    """Fit in a process of its own."""
    command = [*itself(at), "--topics", str(given.topics), "--passes", str(given.passes)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def store(at: Path, blocks: Iterable[csr_matrix]) -> None:
    """Write counts block by block, so that the writer needs no memory for the whole."""
    lengths, n_terms = [np.zeros(1, np.int64)], 0
    with (at / "indices").open("wb") as indices, (at / "data").open("wb") as data:
        for block in blocks:
            block.indices.astype(np.int32).tofile(indices)
            block.data.astype(np.float32).tofile(data)
            lengths.append(np.diff(block.indptr))
            n_terms = block.shape[1]
    np.cumsum(np.concatenate(lengths)).astype(np.int32).tofile(at / "indptr")
    (at / "n_terms").write_text(str(n_terms))


def fit(at: Path, n_topics: int, passes: int) -> dict[str, Any]:
    """Fit the counts in a folder."""
    data, indices = np.fromfile(at / "data", np.float32), np.fromfile(at / "indices", np.int32)
    indptr = np.fromfile(at / "indptr", np.int32)
    shape = (len(indptr) - 1, int((at / "n_terms").read_text()))
    matrix = as_matrix(csr_matrix((data, indices, indptr), shape=shape))
    few = as_matrix(matrix.counts[:FEW])
    settings = {"n_topics": n_topics, "passes": passes, "n_threads": THREADS}
    rn.fit_lda(few, **settings)
    begun, spent = time.perf_counter(), cpu()
    made = rn.fit_lda(matrix, **settings)
    seconds, spent = time.perf_counter() - begun, cpu() - spent
    return {
        "documents": shape[0],
        "counts": len(data),
        "tokens": float(data.sum(dtype=np.float64)),
        "seconds": seconds,
        "cpu": spent,
        "updates": made.params["updates"],
        "peak": peak(),
    }


def peak() -> float:
    """Give the most memory that this process has held, in GiB (Linux; getrusage would count its parent's)."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(row.split()[1]) for row in status if row.startswith("VmHWM")) / 2**20


def cpu() -> float:
    """Processor seconds of this process so far."""
    spent = os.times()
    return spent.user + spent.system


def line(name: str, measured: dict[str, Any]) -> str:
    """Give one size."""
    return (
        f"{name:<8}{measured['documents']:>10,} documents {measured['tokens'] / 1e6:>7.1f} million tokens:"
        f" {measured['seconds']:.2f} s ({measured['cpu']:.1f} processor seconds),"
        f" peak {measured['peak']:.2f} GiB, {measured['updates']} updates"
    )


if __name__ == "__main__":
    main()
