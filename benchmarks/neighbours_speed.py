"""How long the nearest neighbours of all documents of a corpus take, beside scikit-learn and hashing.

    python benchmarks/neighbours_speed.py CORPUS [--first N] [--queries 2000] [--cache DIR]

Every document is compared with every other by `neighbours`, the 50 nearest kept: on counts of words
weighted by TF-IDF, and on runs of four characters. Beside it, on the words:

- scikit-learn's NearestNeighbors (brute force, cosine) on the same weighted matrix. It is asked for some of
  the documents only, evenly spread; every document costs it alike, so its time for all is extrapolated in
  proportion.
- datasketch's MinHashLSHForest (128 permutations, 8 trees) over the sets of words (Jaccard, so another
  order), which finds the likely nearest in a part of the time: recall is the share of the exact 10 and 50
  nearest that are among its 50 answers. All documents are hashed and put in; it is asked for the same
  documents as scikit-learn.

Each runs in a process of its own; memory is that process' peak, with the counts of the corpus in it.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from scipy.sparse import csr_matrix, load_npz, save_npz
from topics_data import machine, read_documents, say

import readout_nlp as rn
from readout_nlp.compare.neighbours import character_grams, neighbours
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.tfidf import inverse_document_frequency, weigh

K, PERMUTATIONS, TREES = 50, 128, 8
ASKED_SECONDS, ASKED_GIB, ASKED_DOCS = 600, 6, 40_000


def main() -> None:
    """Print a line for each contender."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--first", type=int)
    parser.add_argument("--queries", type=int, default=2000)
    parser.add_argument("--cache", type=Path)
    given = parser.parse_args()
    words = read_documents([given.corpus], unit="document", limit=given.first, cache=given.cache)
    print(f"{machine()}; {words}\n", flush=True)
    with TemporaryDirectory() as folder:
        stored = Path(folder) / "words.npz"
        save_npz(stored, words.matrix.counts)
        asked = np.unique(np.linspace(0, len(words.groups) - 1, given.queries).astype(int))
        near, seconds, gib = alone(exact, stored)
        line("neighbours, words", seconds, gib, f"the {K} nearest of {len(near):,} documents")
        report(len(near), seconds, gib)
        texts = Path(folder) / "grams.npz"
        n_grams = alone(count_grams, given.corpus, given.first, texts)
        print(
            f"  ({n_grams[0]:,} runs of four characters in two or more texts, counted in {n_grams[1]:.1f} s)"
        )
        some, seconds, gib = alone(exact, texts)
        line("neighbours, runs of 4 characters", seconds, gib, f"the {K} nearest of {len(some):,} documents")
        report(len(some), seconds, gib)
        found, seconds, gib = alone(by_scikit_learn, stored, asked)
        whole = seconds * len(near) / len(asked)
        line("scikit-learn, brute force", whole, gib, f"extrapolated from {seconds:.1f} s for {len(asked):,}")
        print(f"  recall of the {K} nearest: {recall(near[asked], found, K):.4f} (ties apart: the same)")
        if find_spec("datasketch"):
            found, seconds, gib = alone(by_hashing, stored, asked)
            line("datasketch MinHashLSHForest", seconds, gib, f"all put in, {len(asked):,} asked")
            print(
                f"  recall of the 10 nearest: {recall(near[asked], found, 10):.3f}; of the {K}:"
                f" {recall(near[asked], found, K):.3f}"
            )


def alone(work: Callable, *arguments):
    """Run in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def line(name: str, seconds: float, gib: float, about: str) -> None:
    """Print one contender."""
    print(f"{name:<34} {seconds:8.1f} s  peak {gib:5.2f} GiB  {about}", flush=True)


def report(n_docs: int, seconds: float, gib: float) -> None:
    """Print what is asked beside what was measured."""
    good = seconds < ASKED_SECONDS and gib < ASKED_GIB
    asked = f"below {ASKED_SECONDS // 60} minutes and {ASKED_GIB} GiB for {ASKED_DOCS:,} documents"
    verdict = "NO" if not good else "yes" if n_docs >= 0.99 * ASKED_DOCS else "on fewer documents, yes"
    print(f"  asked: {asked}: {verdict}")


def exact(stored: Path) -> tuple[np.ndarray, float, float]:
    """Find the neighbours by the package."""
    counts = load_npz(stored)
    neighbours(as_matrix(counts[:20]), k=2)  # compiled once, and kept on disk
    begun = time.perf_counter()
    table = neighbours(as_matrix(counts), k=K)
    seconds = time.perf_counter() - begun
    near = np.full((counts.shape[0], K), -1)
    near[table["doc_id"].astype(int), table["rank"] - 1] = table["neighbour_id"].astype(int)
    return near, seconds, peak()


def by_scikit_learn(stored: Path, asked: np.ndarray) -> tuple[np.ndarray, float, float]:
    """Ask scikit-learn for some of the documents."""
    from sklearn.neighbors import NearestNeighbors

    counts = csr_matrix(load_npz(stored), dtype=float)
    weighed = weigh(counts, inverse_document_frequency(counts))
    begun = time.perf_counter()
    model = NearestNeighbors(n_neighbors=K + 1, metric="cosine", algorithm="brute").fit(weighed)
    found = model.kneighbors(weighed[asked], return_distance=False)
    return without_itself(found, asked), time.perf_counter() - begun, peak()


def by_hashing(stored: Path, asked: np.ndarray) -> tuple[np.ndarray, float, float]:
    """Hash all documents, and ask for some."""
    from datasketch import MinHash, MinHashLSHForest

    counts = load_npz(stored)
    names = [str(column).encode() for column in range(counts.shape[1])]
    begun = time.perf_counter()
    forest, hashes = MinHashLSHForest(num_perm=PERMUTATIONS, l=TREES), []
    for row in range(counts.shape[0]):
        own = MinHash(num_perm=PERMUTATIONS)
        own.update_batch(
            [names[column] for column in counts.indices[counts.indptr[row] : counts.indptr[row + 1]]]
        )
        hashes.append(own)
        forest.add(row, own)
    forest.index()
    found = np.full((len(asked), K + 1), -1)
    for at, row in enumerate(asked):
        answer = forest.query(hashes[row], K + 1)
        found[at, : len(answer)] = answer
    return without_itself(found, asked), time.perf_counter() - begun, peak()


def without_itself(found: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Leave every document out of its own neighbours."""
    kept = [
        [other for other in row if other not in (own, -1)][:K] for row, own in zip(found, asked, strict=True)
    ]
    return np.array([row + [-1] * (K - len(row)) for row in kept])


def recall(near: np.ndarray, found: np.ndarray, k: int) -> float:
    """Give the share of the exact `k` nearest that were found."""
    shares = [
        np.isin(one[:k][one[:k] >= 0], other).mean()
        for one, other in zip(near, found, strict=True)
        if one[0] >= 0
    ]
    return float(np.mean(shares))


def count_grams(path: Path, first: int | None, stored: Path) -> tuple[int, float]:
    """Count runs of four characters of the bodies, and keep the counts."""
    corpus = rn.read_corpus([path], merge=False)
    bodies = corpus.readouts["body"].to_list()[:first]
    say(f"{sum(map(len, bodies)):,} characters")
    begun = time.perf_counter()
    grams = character_grams({str(row): body for row, body in enumerate(bodies)})
    seconds = time.perf_counter() - begun
    save_npz(stored, csr_matrix(grams.counts))
    return len(grams.vocabulary), seconds


def as_matrix(counts: csr_matrix) -> TermMatrix:
    """Name rows by their numbers, so that ids sort as rows."""
    width = len(str(counts.shape[0]))
    ids = [f"{row:0{width}}" for row in range(counts.shape[0])]
    return TermMatrix(csr_matrix(counts), [str(column) for column in range(counts.shape[1])], ids)


def peak() -> float:
    """Give the most memory that this process has had, in GiB; on Linux not what its parent held."""
    status = Path("/proc/self/status").read_text()
    held = next(row for row in status.splitlines() if row.startswith("VmHWM"))
    return int(held.split()[1]) / 2**20


if __name__ == "__main__":
    main()
