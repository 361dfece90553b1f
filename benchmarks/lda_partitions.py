"""LDA over partitions: the same bits whoever works, quality beside the usual engine, seconds by processes.

    python benchmarks/lda_partitions.py [--documents 50000] [--topics 50] [--partitions 8]

Planted documents of 150 tokens over 20,000 terms; 1,000 more are held out. Partitions lie in files of a
temporary folder. Every timed fit learns topics alone (no shares of documents), one thread a process, after a
first fit that compiles; processor seconds are those of this process and its threads.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, vstack
from topics_data import as_matrix, machine, planted, say

import readout_nlp as rn
from readout_nlp.topics.fit import TopicFit
from readout_nlp.workers import parallel_map

HELD, LENGTH, FEW = 1000, 150, 600
BITS = (1, 2, 4)


def main() -> None:
    """Print equality, quality and seconds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=50_000)
    parser.add_argument("--topics", type=int, default=50)
    parser.add_argument("--partitions", type=int, default=8)
    parser.add_argument("--passes", type=int, default=10)
    given = parser.parse_args()
    say(f"drawing {given.documents:,} documents")
    _, blocks = planted(given.documents + HELD, n_topics=given.topics, length=LENGTH, alpha=0.1)
    drawn = csr_matrix(vstack(list(blocks)))
    drawn.sort_indices()
    train, held = (
        as_matrix(csr_matrix(drawn[: given.documents])),
        as_matrix(csr_matrix(drawn[given.documents :])),
    )
    print(
        f"{machine()}, load {os.getloadavg()[0]:.1f} before; {given.documents:,} documents of {LENGTH}"
        f" tokens, K={given.topics}, {given.passes} passes, {given.partitions} partitions\n",
        flush=True,
    )
    with tempfile.TemporaryDirectory() as folder:
        same_bits(train, Path(folder) / "few", given)
        measure(train, held, Path(folder), given)


def same_bits(train: rn.TermMatrix, folder: Path, given: argparse.Namespace) -> None:
    """Fit a tenth in several ways, documents and all, and compare every bit."""
    tenth = as_matrix(csr_matrix(train.counts[: given.documents // 10]))
    paths = rn.write_partitions(tenth, folder, n_partitions=given.partitions)
    settings = {"n_topics": given.topics, "passes": 3}
    plain = rn.fit_lda_partitions(paths, n_threads=1, **settings)
    for threads in BITS[1:]:
        told(f"{threads} threads", plain, rn.fit_lda_partitions(paths, n_threads=threads, **settings))
    for workers in BITS:
        with parallel_map(workers) as spread:
            told(f"{workers} processes", plain, rn.fit_lda_partitions(paths, map=spread, **settings))
    print(flush=True)


def told(name: str, one: TopicFit, other: TopicFit) -> None:
    """Print whether two fits are equal bit for bit."""
    same = np.array_equal(one.topic_terms, other.topic_terms) and np.array_equal(
        one.doc_topics, other.doc_topics
    )
    print(
        f"{name:<14}{'the same bits' if same else 'OTHER BITS'} as the plain map with one thread", flush=True
    )


def measure(train: rn.TermMatrix, held: rn.TermMatrix, folder: Path, given: argparse.Namespace) -> None:
    """Time each way of fitting, and judge its topics on held-out documents."""
    settings = {"n_topics": given.topics, "passes": given.passes, "documents": False}
    rn.fit_lda(as_matrix(csr_matrix(train.counts[:FEW])), n_topics=given.topics, passes=1)
    usual = timed("usual engine, one thread", held, lambda: rn.fit_lda(train, n_threads=1, **settings))
    for count in (1, given.partitions, 5 * given.partitions):
        paths = rn.write_partitions(train, folder / f"{count}", n_partitions=count)
        name = f"{count} partition{'s' * (count > 1)}, 1 process"
        timed(name, held, lambda paths=paths: rn.fit_lda_partitions(paths, n_threads=1, **settings), usual)
    paths = sorted((folder / f"{given.partitions}").iterdir())
    with parallel_map(2) as spread:
        timed(
            f"{given.partitions} partitions, 2 processes",
            held,
            lambda: rn.fit_lda_partitions(paths, map=spread, **settings),
            usual,
        )


def timed(name: str, held: rn.TermMatrix, fit: Callable[[], TopicFit], usual: float | None = None) -> float:
    """Print the seconds and the held-out perplexity of a fit; give the latter."""
    begun, spent = time.perf_counter(), time.process_time()
    made = fit()
    seconds, spent = time.perf_counter() - begun, time.process_time() - spent
    judged = rn.held_out_perplexity(made, held)
    beside = "" if usual is None else f" ({judged / usual:.3f} of the usual engine's)"
    took = f"{seconds:>7.1f} s ({spent:.1f} processor seconds)"
    print(f"{name:<28}{took}   held-out perplexity {judged:.1f}{beside}", flush=True)
    return judged


if __name__ == "__main__":
    main()
