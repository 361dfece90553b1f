"""The compiled loops of CVB0: one document, or one term, at a time, so that threads cannot change a bit."""

from __future__ import annotations

from typing import Any

import numpy as np

from readout_nlp.topics.compiled import compiled, compiled_sums


@compiled_sums
def settle(
    span: Any,
    indptr: Any,
    columns: Any,
    counts: Any,
    terms: Any,
    alpha: Any,
    rounds: Any,
    weights: Any,
    ratios: Any,
) -> None:
    """Update the topic weights of documents ``span[0]`` to ``span[1]`` under fixed topics, in place.

    ``weights`` (theta before it is normalised) goes to ``alpha + theta * sum of n phi / (phi . theta)``
    until it moves by less than ``rounds[1]`` of its sum, or ``rounds[0]`` times; ``ratios`` keeps
    ``n / (phi . theta)`` of every count, which the statistics of the topics need.
    """
    n_topics = terms.shape[1]
    zero, tiny = weights.dtype.type(0), weights.dtype.type(1e-30)
    gained = np.empty(n_topics, weights.dtype)
    for row in range(span[0], span[1]):
        weight = weights[row]
        for turn in range(rounds[0]):
            gained[:] = zero
            for place in range(indptr[row], indptr[row + 1]):
                term = terms[columns[place]]
                mixed = tiny
                for k in range(n_topics):
                    mixed += term[k] * weight[k]
                ratio = counts[place] / mixed
                ratios[place] = ratio
                for k in range(n_topics):
                    gained[k] += ratio * term[k]
            moved = zero
            total = zero
            for k in range(n_topics):
                new = alpha[k] + weight[k] * gained[k]
                moved += abs(new - weight[k])
                total += new
            if moved < rounds[1] * total or turn == rounds[0] - 1:
                break  # the weights stay those that the ratios belong to
            for k in range(n_topics):
                weight[k] = alpha[k] + weight[k] * gained[k]


@compiled_sums
def gather(
    span: Any, starts: Any, rows: Any, places: Any, terms: Any, weights: Any, ratios: Any, out: Any
) -> None:
    """Sum, for terms ``span[0]`` to ``span[1]``, what each topic is given by the documents that hold them."""
    n_topics = terms.shape[1]
    for term in range(span[0], span[1]):
        given = out[term]
        for place in range(starts[term], starts[term + 1]):
            weight = weights[rows[place]]
            ratio = ratios[places[place]]
            for k in range(n_topics):
                given[k] += ratio * weight[k]
        for k in range(n_topics):
            given[k] *= terms[term, k]


@compiled
def by_term(indptr: Any, columns: Any, n_terms: Any) -> Any:
    """Turn rows of counts into columns: where each term's counts begin, their rows and their places."""
    starts = np.zeros(n_terms + 1, np.int64)
    for column in columns:
        starts[column + 1] += 1
    for term in range(n_terms):
        starts[term + 1] += starts[term]
    free = starts[:-1].copy()
    rows = np.empty(len(columns), np.int32)
    places = np.empty(len(columns), np.int32)
    for row in range(len(indptr) - 1):
        for place in range(indptr[row], indptr[row + 1]):
            term = columns[place]
            rows[free[term]] = row
            places[free[term]] = place
            free[term] += 1
    return starts, rows, places
