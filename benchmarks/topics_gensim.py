"""How far gensim's shares of documents are from `doc_topics`, for the same topics in a real `LdaModel`.

    python benchmarks/topics_gensim.py FILE.jsonl.gz [FILE.jsonl.gz ...] [--topics 30]

`TopicFit.to_gensim()` holds the same topics, but gensim infers documents by its own variational Bayes, from a
random start. Printed is the total variation distance (half the sum of absolute differences: the part of a
document that lies elsewhere, 0 to 1) between its shares and the fit's, by item; how often the largest topic
is the same; and, for scale, how far gensim is from itself when it is asked twice.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from gensim.models import LdaModel
from topics_data import machine, quiet, read_documents
from topics_engines import bags_of

import readout_nlp as rn

QUANTILES = (0.5, 0.9, 0.99)
LONG = 50  # counted tokens of a document that is not short


def main() -> None:
    """Fit by each engine and print the distances."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--topics", type=int, default=30)
    parser.add_argument("--cache", type=Path, help="folder to keep the tokens of the files in")
    given = parser.parse_args()
    quiet()
    documents = read_documents(given.files, unit="item", cache=given.cache)
    print(f"{machine()}\n{documents}; K={given.topics}\n", flush=True)
    lengths = np.asarray(documents.matrix.counts.sum(axis=1)).ravel()
    bags = bags_of(documents.matrix.counts)
    for method in ("cvb0", "vb"):
        fit = rn.fit_lda(documents.matrix, n_topics=given.topics, method=method)
        model = fit.to_gensim()
        first, second = shares(model, bags), shares(model, bags)
        print(method)
        for name, rows in (("all documents", lengths > 0), (f"of {LONG} tokens or more", lengths >= LONG)):
            print(f"  {name} ({rows.sum():,})")
            print("    gensim and doc_topics: " + distance(first[rows], fit.doc_topics[rows]))
            print("    gensim asked twice:    " + distance(first[rows], second[rows]), flush=True)


def shares(model: LdaModel, bags: list) -> np.ndarray:
    """Ask gensim, document by document."""
    table = np.zeros((len(bags), model.num_topics))
    for row, bag in enumerate(bags):
        for topic, share in model.get_document_topics(bag, minimum_probability=0.0):
            table[row, topic] = share
    return table


def distance(one: np.ndarray, other: np.ndarray) -> str:
    """Give the mean and the quantiles of the distance, and the agreement on the largest topic."""
    apart = np.abs(one - other).sum(axis=1) / 2
    levels = ", ".join(f"{q:.0%} {np.quantile(apart, q):.3f}" for q in QUANTILES)
    same = (one.argmax(axis=1) == other.argmax(axis=1)).mean()
    return f"mean {apart.mean():.3f}, {levels}; largest topic the same in {same:.1%}"


if __name__ == "__main__":
    main()
