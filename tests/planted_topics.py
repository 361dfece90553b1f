"""Counts with known topics, for the tests of topics and comparisons."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix

from readout_nlp.tokens.counts import TermMatrix


@dataclass(frozen=True)
class Planted:
    """Counts, the topics they were drawn from and the shares of every document."""

    counts: TermMatrix
    topic_terms: np.ndarray
    doc_topics: np.ndarray


def plant(*, n_docs=300, n_terms=200, n_topics=6, length=60, common=0.2, seed=0):
    """Draw documents from topics over a shared, skewed vocabulary, with a part of formula common to all."""
    chance = np.random.default_rng(seed)
    skew = 1 / np.arange(1, n_terms + 1) ** 0.8
    skew = chance.permutation(skew) / skew.sum()
    topics = np.stack([chance.dirichlet(skew * n_terms * 0.05 + 1e-6) for _ in range(n_topics)])
    formula = chance.dirichlet(skew * n_terms)
    shares = chance.dirichlet(np.full(n_topics, 0.1), n_docs)
    words = (1 - common) * shares @ topics + common * formula
    lengths = chance.poisson(length, n_docs) + 5
    rows = [chance.multinomial(n, row / row.sum()) for n, row in zip(lengths, words, strict=True)]
    return Planted(
        TermMatrix(
            csr_matrix(np.array(rows)),
            [f"w{column:04d}" for column in range(n_terms)],
            [f"d{row:04d}" for row in range(n_docs)],
        ),
        topics,
        shares,
    )


def cosines(left, right):
    """Cosine of every row of one array with every row of the other."""
    return (left / np.linalg.norm(left, axis=1, keepdims=True)) @ (
        right / np.linalg.norm(right, axis=1, keepdims=True)
    ).T


def matched(truth, found):
    """Best one-to-one matching by cosine: the columns of `found` in the order of `truth`, and the cosines."""
    alike = cosines(truth, found)
    rows, columns = linear_sum_assignment(-alike)
    return columns, alike[rows, columns]


def reordered(counts, rows):
    """Give the same documents in another order."""
    rows = np.asarray(rows)
    return TermMatrix(counts.counts[rows], counts.vocabulary, [counts.doc_ids[row] for row in rows])
