"""What limits the loops of CVB0, arithmetic or memory, and how near that limit they run.

    python benchmarks/topics_limit.py [--documents N] [--topics K ...]

The limits are measured on the same machine in the same run, by loops in the same compiler: fused
multiply-adds on registers, a dot product of two short arrays (as many loads as the first cache gives), a copy
of a long one (main memory). The kernel then settles planted documents for a fixed number of rounds and
replaces their statistics; its operations and bytes follow from the loops' text:

- a round of `settle` takes, for every count and topic, 2 multiply-adds (4 operations), and moves 4 bytes for
  phi twice, and a quarter of theta once and of the gains twice (four counts share them): 11 bytes, all of
  which lie in the first two caches; main memory gives a count's column, number and ratio;
- `take_in` takes 1 multiply-add for every count and topic, and moves 12 bytes (theta; sums read and written).

Topics are counted as the loops see them: padded to a multiple of eight.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from statistics import median
from time import thread_time
from typing import Any

import numpy as np
from numba import njit
from topics_data import machine, planted

from readout_nlp.topics.chunks import Chunk, cut, read_chunks
from readout_nlp.topics.lda_kernel import BLOCK, settle, take_in
from readout_nlp.topics.matrix import clean_counts
from readout_nlp.topics.padding import WIDTH

ROUNDS = 20
STEPS = 16
SHORT, LONG = 2048, 2**26  # floats: two fit the first cache twice over; no cache holds the other
HALF = np.float32(0.5), np.float32(0.5)  # numbers that neither grow nor vanish
REPEAT = 7
Work = Callable[[], Any]


@njit(fastmath={"contract"})
def _four(y: Any, a: Any, b: Any) -> Any:
    return (((y * a + b) * a + b) * a + b) * a + b


@njit(nogil=True, fastmath={"contract"})
def multiply_add(x: Any, a: Any, b: Any, times: Any) -> None:
    """Run chains of multiply-adds, many side by side: 2 * STEPS operations for each float."""
    for _ in range(times):
        for k in range(len(x)):
            x[k] = _four(_four(_four(_four(x[k], a, b), a, b), a, b), a, b)


@njit(nogil=True, fastmath=True)
def dot(x: Any, y: Any, times: Any) -> Any:
    """Sum products again and again: 8 bytes for each pair."""
    total = np.float32(0)
    for turn in range(times):
        x[turn % len(x)] += np.float32(1)  # so that the sum cannot be taken once for all
        part = np.float32(0)
        for k in range(len(x)):
            part += x[k] * y[k]
        total += part
    return total


@njit(nogil=True)
def copy(x: Any, y: Any) -> None:
    """Copy: 8 bytes for each float."""
    for k in range(len(x)):
        y[k] = x[k]


def rate(amount: float, works: list[Work]) -> float:
    """Do the works side by side, one thread each; billions of `amount` a processor second, summed.

    Processor seconds of each thread, so that other programs of a shared machine do not count.
    """

    def spend(work: Work) -> float:
        begun = thread_time()
        work()
        return thread_time() - begun

    with ThreadPoolExecutor(len(works)) as pool:
        rates = [sum(amount / spent for spent in pool.map(spend, works)) for _ in range(REPEAT + 1)]
    return median(rates[1:]) / 1e9


def limits(threads: int) -> tuple[float, float, float]:
    """Give GFLOP/s of multiply-adds, GB/s of loads from the first cache and GB/s of copies."""
    floats = partial(np.zeros, dtype=np.float32)
    arithmetic = [partial(multiply_add, floats(SHORT), *HALF, 20_000) for _ in range(threads)]
    loads = [partial(dot, floats(SHORT), floats(SHORT), 200_000) for _ in range(threads)]
    copies = [partial(copy, np.ones(LONG, np.float32), floats(LONG)) for _ in range(threads)]
    return (
        rate(SHORT * STEPS * 2 * 20_000, arithmetic),
        rate(SHORT * 8 * 200_000, loads),
        rate(LONG * 8, copies),
    )


def loops(chunk: Chunk, n_topics: int) -> tuple[Work, Work]:
    """Give the two loops on one chunk of documents under drawn topics."""
    width = n_topics + -n_topics % WIDTH
    topics = np.random.default_rng(0).gamma(1.0, 1.0, (len(chunk.terms), width)).astype(np.float32)
    topics[:, n_topics:] = 0
    topics /= topics.sum(axis=0).clip(1e-9)
    n_docs = chunk.stop - chunk.start
    weights = np.zeros((n_docs, width), np.float32)
    weights[:, :n_topics] = 1
    alpha = np.where(np.arange(width) < n_topics, 0.1, 0).astype(np.float32)
    ratios = np.zeros(len(chunk.counts), np.float32)
    rows = (chunk.indptr, chunk.columns, chunk.counts)
    held, given = np.zeros((int(chunk.terms.max()) + 1, width), np.float32), np.zeros_like(topics)
    n_blocks = -(-len(chunk.terms) // BLOCK)
    moved = np.zeros((n_blocks, width), np.float32)
    one = np.float32(1)
    settling = partial(settle, (0, n_docs), *rows, topics, alpha, (ROUNDS, np.float32(0)), weights, ratios)
    columns = (chunk.term_ends, chunk.rows, chunk.places, topics, weights, ratios, chunk.terms)
    taking = partial(take_in, (0, n_blocks), *columns, one, given, held, moved)
    return settling, taking


def many(work: Work, times: int) -> Work:
    """Do a short work so often that the clock can tell."""
    return lambda: [work() for _ in range(times)]


def main() -> None:
    """Print the limits, and each loop beside them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--topics", type=int, nargs="+", default=[32, 50])
    given = parser.parse_args()
    _, blocks = planted(given.documents)
    counts = clean_counts(next(blocks))
    edges = cut(counts.shape[0])
    _, chunk = next(read_chunks(counts, np.arange(counts.shape[0]), edges=edges, passes=1, dtype=np.float32))
    print(f"{machine()}; a chunk of {chunk.stop} documents with {len(chunk.counts):,} counts, float32\n")
    for threads in (1, 2):
        arithmetic, loads, copies = limits(threads)
        print(
            f"threads {threads}: multiply-adds {arithmetic:.1f} GFLOP/s, loads from the first cache"
            f" {loads:.0f} GB/s, copies in main memory {copies:.1f} GB/s"
        )
        for n_topics in given.topics:
            for line in kernel(chunk, n_topics, threads, arithmetic=arithmetic, loads=loads, copies=copies):
                print(f"  {line}", flush=True)


def kernel(
    chunk: Chunk, n_topics: int, threads: int, *, arithmetic: float, loads: float, copies: float
) -> list[str]:
    """Measure the two loops and say which limit is nearer."""
    cells = len(chunk.counts) * (n_topics + -n_topics % WIDTH)
    pairs = [loops(chunk, n_topics) for _ in range(threads)]
    lines = []
    for name, place, flops, moved, streamed in (
        (
            f"settle, {ROUNDS} rounds",
            0,
            4 * cells * ROUNDS,
            11 * cells * ROUNDS,
            12 * len(chunk.counts) * ROUNDS,
        ),
        ("take_in", 1, 2 * cells, 12 * cells, 12 * len(chunk.counts)),
    ):
        per_second = rate(1, [many(pair[place], 10) for pair in pairs]) * 1e9 * 10
        of = {
            "arithmetic": flops * per_second / 1e9 / arithmetic,
            "the first cache": moved * per_second / 1e9 / loads,
            "main memory": streamed * per_second / 1e9 / copies,
        }
        nearest = max(of, key=lambda limit: of[limit])
        lines.append(
            f"{name}, K={n_topics}: {flops * per_second / 1e9:.1f} GFLOP/s,"
            f" {moved * per_second / 1e9:.0f} GB/s: "
            + ", ".join(f"{share:.0%} of {limit}" for limit, share in of.items())
            + f"; nearest limit: {nearest}"
        )
    return lines


if __name__ == "__main__":
    main()
