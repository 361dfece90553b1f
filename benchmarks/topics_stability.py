"""How far fits from other seeds agree: single fits beside independent consensus models.

    python benchmarks/topics_stability.py FILE.jsonl.gz [FILE.jsonl.gz ...]

For 20, 25 and 30 topics, over all pairs of models from 20 seeds: topics matched one to one by cosine
(Hungarian method), mean Jaccard overlap of their ten first words. Every consensus model has seeds of its own,
none of them shared. Perplexity is on whole days held out, outside of which other models of the same kind are
fitted (three of each).
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import mean, median

import numpy as np
from topics_data import Split, machine, perplexity, quiet, read_documents, say, split
from topics_engines import TOMOTOPY, available

import readout_nlp as rn
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.consensus import FITS
from readout_nlp.topics.matching import pairwise_overlap

ASKED, FROM_TOPICS = 0.60, 20
RIVALS = 5  # seeds of tomotopy, which takes long
HELD_OUT = 3
Fit = Callable[..., np.ndarray]  # the counts, a seed, and how many topics


def single(matrix: TermMatrix, seed: int, *, n_topics: int) -> np.ndarray:
    """Fit once, with the package's own settings."""
    return rn.fit_lda(matrix, n_topics=n_topics, random_state=seed, documents=False).topic_terms


def agreed(matrix: TermMatrix, seed: int, *, n_topics: int) -> np.ndarray:
    """Make one consensus; its seeds come from `seed`."""
    return rn.consensus(matrix, n_topics=n_topics, random_state=seed).topic_terms


def sampled(matrix: TermMatrix, seed: int, *, n_topics: int) -> np.ndarray:
    """Fit tomotopy, 100 sweeps."""
    settings = {"alpha": 0.1, "eta": 0.05, "optimise": 10}
    return TOMOTOPY.final(matrix, n_topics=n_topics, seed=seed, settings=settings, effort=100)[0]


def main() -> None:
    """Print a line for every kind of model and number of topics."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--topics", type=int, nargs="+", default=[20, 25, 30])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--cache", type=Path, help="folder to keep the tokens of the files in")
    given = parser.parse_args()
    warnings.simplefilter("ignore", RuntimeWarning)  # tomotopy says that two workers are not reproducible
    quiet()
    documents = read_documents(given.files, unit="item", cache=given.cache)
    parts = split(documents)
    print(f"{machine()}\n{documents}\n", flush=True)
    kinds: list[tuple[str, Fit, int]] = [
        ("cvb0, single fits", single, given.seeds),
        (f"cvb0, consensus of {FITS}", agreed, given.seeds),
        *[("tomotopy, 100 sweeps", sampled, min(RIVALS, given.seeds)) for _ in available(TOMOTOPY)],
    ]
    met = []
    for n_topics in given.topics:
        for name, fit, seeds in kinds:
            level, text = measure(partial(fit, n_topics=n_topics), documents.matrix, parts, seeds)
            print(f"K={n_topics}, {name:<24} {text}", flush=True)
            if fit is agreed and n_topics >= FROM_TOPICS:
                met.append(level)
    if met:
        print(f"\nconsensus, lowest: {min(met):.3f} (asked: {ASKED}: {'yes' if min(met) >= ASKED else 'NO'})")


def measure(fit: Fit, matrix: TermMatrix, parts: Split, seeds: int) -> tuple[float, str]:
    """Fit from every seed; the mean overlap, and a line."""
    models, spent = [], []
    for seed in range(seeds):
        begun = time.perf_counter()
        models.append(fit(matrix, seed))
        spent.append(time.perf_counter() - begun)
        say(f"seed {seed}: {spent[-1]:.2f} s")
    alike = pairwise_overlap(models)[np.triu_indices(seeds, k=1)]
    levels = [
        perplexity(fit(parts.train, seed), parts.train.vocabulary, parts.test) for seed in range(HELD_OUT)
    ]
    text = (
        f"Jaccard {alike.mean():.3f} ({alike.min():.3f} to {alike.max():.3f} over {len(alike)} pairs,"
        f" {seeds} seeds); perplexity {mean(levels):.0f}; {median(spent):.2f} s a model"
    )
    return float(alike.mean()), text


if __name__ == "__main__":
    main()
