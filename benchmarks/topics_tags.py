"""Topics against the tags that editors gave: how much of the tags the shares of documents tell.

    python benchmarks/topics_tags.py NEWS.jsonl.gz [--years 2017 2018 2019] [--topics 50]

NEWS has rows with ``id``, ``year``, ``text`` and ``tags``. Engines learn from all tagged documents of the
years, without the tags, each with the setting that `topics_speed.py` chose for it on such documents; with
``--tune``, with that (of as many) under which held-out days of these are least surprising:

- NMI: normalised mutual information of a document's tag and its largest topic, documents with one tag;
- F1: macro-averaged, of a linear probe (logistic regression on the shares) that foretells the tag of
  documents of other days, five folds, tags of 50 documents or more.

LDA engines infer their shares by one fold-in; NMF gives its own. The probe on all TF-IDF weights, for scale,
is what shares give up by being few.
"""

from __future__ import annotations

import argparse
import gzip
import json
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, normalized_mutual_info_score
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler
from topics_data import Documents, machine, quiet, read_documents, say, split
from topics_engines import CVB0, MANY, NMF, ONE, TOMOTOPY, VB, Engine, available, warm_up
from topics_speed import Plan, tuned

import readout_nlp as rn
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.cvb0 import cvb0_shares
from readout_nlp.topics.matrix import clean_counts
from readout_nlp.topics.tfidf import inverse_document_frequency, weigh

LEAST, FOLDS, IN_DOCUMENTS = 50, 5, 3
FOLD_IN = 0.1  # prior of the shares at inference, the same for every engine
CHOSEN = {  # by topics_speed.py on the first 10,000 documents of the broadcast news, 50 topics
    CVB0: {"alpha": 0.1, "eta": 0.03, "chunksize": 64},
    VB: {"alpha": 0.1, "eta": 0.05, "iterations": 5},
    MANY: {"alpha": 0.1, "eta": 0.03, "chunk": 256},
    ONE: {"alpha": 0.1, "eta": 0.03, "chunk": 1000},
    TOMOTOPY: {"alpha": 0.02, "eta": 0.03, "optimise": 10},
}
EFFORT = {CVB0: 10, VB: 20, MANY: 5, ONE: 5, TOMOTOPY: 100}
SLOW = (MANY, ONE)  # one seed


def main() -> None:
    """Print a line for every engine."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, metavar="NEWS")
    parser.add_argument("--years", type=int, nargs="+", default=[2017, 2018, 2019])
    parser.add_argument("--topics", type=int, default=50)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--tune", action="store_true", help="choose settings on these documents")
    parser.add_argument("--cache", type=Path, help="folder to keep the tokens of the file in")
    given = parser.parse_args()
    warnings.simplefilter("ignore", RuntimeWarning)  # tomotopy says that two workers are not reproducible
    quiet()
    tags = read_tags(given.file, set(given.years))
    documents = tagged(read_documents([given.file], unit="document", cache=given.cache), tags)
    only = [tags[doc_id][0] if len(tags[doc_id]) == 1 else "" for doc_id in documents.matrix.doc_ids]
    frequent = {tag for tag, n in Counter(only).items() if tag and n >= LEAST}
    rows = np.flatnonzero([tag in frequent for tag in only])
    truth, days = np.array(only)[rows], documents.groups[rows]
    print(f"{machine()}\n{documents}; {len(rows):,} with one of {len(frequent)} tags; K={given.topics}\n")
    engines = available(CVB0, VB, MANY, ONE, TOMOTOPY)
    warm_up(engines, documents.matrix)
    plan = Plan("tags", documents, given.topics)
    parts = split(documents)
    for engine in engines:
        settings = tuned(engine, parts, plan) if given.tune else CHOSEN[engine]
        seeds = range(1 if engine in SLOW else given.seeds)
        shares = [lda(engine, documents.matrix, given.topics, seed, settings)[rows] for seed in seeds]
        print(line(f"{engine.name}, {EFFORT[engine]} {engine.unit}", shares, truth, days), flush=True)
    nmf = rn.fit_nmf(documents.matrix, n_topics=given.topics).doc_topics[rows]
    print(line(NMF.name, [nmf], truth, days), flush=True)
    counts = clean_counts(documents.matrix.counts)
    every = weigh(counts, inverse_document_frequency(counts))[rows]
    print(f"{'all TF-IDF weights':<40} F1 {probe(every, truth, days):.3f}", flush=True)


def read_tags(path: Path, years: set[int]) -> dict[str, list[str]]:
    """Give the tags by document."""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as stream:
        every = (json.loads(row) for row in stream)
        return {row["id"]: row["tags"] for row in every if row["tags"] and row["year"] in years}


def tagged(documents: Documents, tags: Mapping[str, list[str]]) -> Documents:
    """Keep the documents with tags, and the terms that stand in three of them or more."""
    part = documents.rows(np.flatnonzero([doc_id in tags for doc_id in documents.matrix.doc_ids]))
    known = np.flatnonzero(part.matrix.counts.getnnz(axis=0) >= IN_DOCUMENTS)
    words = [part.matrix.vocabulary[column] for column in known]
    counts = part.matrix.counts[:, known]
    matrix = TermMatrix(counts, words, part.matrix.doc_ids)
    full = np.flatnonzero(counts.getnnz(axis=1))
    return Documents(f"{part.name}, those with tags", matrix, part.groups).rows(full)


def lda(
    engine: Engine, matrix: TermMatrix, n_topics: int, seed: int, settings: Mapping[str, Any]
) -> np.ndarray:
    """Fit and fold all documents in."""
    topics, seconds, _ = engine.final(
        matrix, n_topics=n_topics, seed=seed, settings=settings, effort=EFFORT[engine]
    )
    say(f"{engine.name}: seed {seed}, {seconds:.1f} s")
    topics = np.maximum(np.asarray(topics, dtype=float), 1e-12)
    return cvb0_shares(
        clean_counts(matrix.counts),
        topic_terms=topics / topics.sum(axis=1, keepdims=True),
        alpha=np.full(n_topics, FOLD_IN),
    )


def probe(features: Any, truth: np.ndarray, days: np.ndarray) -> float:
    """Foretell the tags of other days."""
    model = make_pipeline(MaxAbsScaler(), LogisticRegression(C=10.0, max_iter=2000))
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
    foretold = cross_val_predict(model, features, truth, groups=days, cv=folds)
    return float(f1_score(truth, foretold, average="macro"))


def line(name: str, shares: Sequence[np.ndarray], truth: np.ndarray, days: np.ndarray) -> str:
    """Give the medians over seeds."""
    nmi = median(float(normalized_mutual_info_score(truth, one.argmax(axis=1))) for one in shares)
    foretold = median(probe(one, truth, days) for one in shares)
    return f"{name:<40} F1 {foretold:.3f}  NMI {nmi:.3f}  ({len(shares)}x)"


if __name__ == "__main__":
    main()
