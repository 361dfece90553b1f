"""The compiled loops of LDA: one document, or one term, at a time, so that threads cannot change a bit.

Every array that runs over topics is padded to a multiple of eight by topics of weight 0: the processor then
takes eight at a time and never a rest one by one, which made rounds two to four times as long.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from readout_nlp.topics.compiled import compiled, compiled_sums

ASYMPTOTIC = 6.0
BLOCK = 256  # terms whose statistics are summed together, whatever the number of threads


@compiled_sums
def settle(
    span: Any,
    indptr: Any,
    columns: Any,
    counts: Any,
    topics: Any,
    alpha: Any,
    limits: Any,
    weights: Any,
    ratios: Any,
) -> None:
    """Update the topic weights of documents ``span[0]`` to ``span[1]`` under fixed topics, in place (CVB0).

    ``weights`` (theta before it is normalised) goes to ``alpha + theta * sum of n phi / (phi . theta)``
    until it moves by less than ``limits[1]`` of its sum, or ``limits[0]`` times; ``ratios`` keeps
    ``n / (phi . theta)`` of every count, which the statistics of the topics need.
    """
    n_topics = topics.shape[1]
    zero, tiny = weights.dtype.type(0), weights.dtype.type(1e-30)
    gained = np.empty(n_topics, weights.dtype)
    for row in range(span[0], span[1]):
        weight = weights[row]
        for turn in range(limits[0]):
            gain(indptr[row], indptr[row + 1], columns, counts, topics, weight, tiny, ratios, gained)
            moved, total = zero, zero
            for k in range(n_topics):
                new = alpha[k] + weight[k] * gained[k]
                moved += abs(new - weight[k])
                total += new
            if moved < limits[1] * total or turn == limits[0] - 1:
                break  # the weights stay those that the ratios belong to
            for k in range(n_topics):
                weight[k] = alpha[k] + weight[k] * gained[k]


@compiled_sums
def gain(
    place: Any,
    end: Any,
    columns: Any,
    counts: Any,
    topics: Any,
    weight: Any,
    least: Any,
    ratios: Any,
    gained: Any,
) -> None:
    """Sum ``n phi / (least + phi . weight)`` over a document's counts, four of them at a time."""
    n_topics = topics.shape[1]
    gained[:] = 0
    while place + 3 < end:
        a, b = topics[columns[place]], topics[columns[place + 1]]
        c, d = topics[columns[place + 2]], topics[columns[place + 3]]
        mixed_a, mixed_b, mixed_c, mixed_d = least, least, least, least
        for k in range(n_topics):
            mixed_a += a[k] * weight[k]
            mixed_b += b[k] * weight[k]
            mixed_c += c[k] * weight[k]
            mixed_d += d[k] * weight[k]
        ratio_a, ratio_b = counts[place] / mixed_a, counts[place + 1] / mixed_b
        ratio_c, ratio_d = counts[place + 2] / mixed_c, counts[place + 3] / mixed_d
        ratios[place], ratios[place + 1], ratios[place + 2], ratios[place + 3] = (
            ratio_a,
            ratio_b,
            ratio_c,
            ratio_d,
        )
        for k in range(n_topics):
            gained[k] += ratio_a * a[k] + ratio_b * b[k] + ratio_c * c[k] + ratio_d * d[k]
        place += 4
    while place < end:
        one = topics[columns[place]]
        mixed = least
        for k in range(n_topics):
            mixed += one[k] * weight[k]
        ratios[place] = counts[place] / mixed
        for k in range(n_topics):
            gained[k] += ratios[place] * one[k]
        place += 1


@compiled
def local_terms(indptr: Any, indices: Any, known: Any) -> Any:
    """Give a chunk's terms numbers as they come, and turn its rows into columns.

    ``known`` has a place for every term of the vocabulary, all of them -1 before and after. Returned are the
    terms, each count's local number, and for each term where its counts begin, their rows and their places.
    """
    columns = np.empty(len(indices), np.int32)
    terms = np.empty(len(indices), np.int32)
    n_terms = 0
    for place in range(len(indices)):
        term = indices[place]
        if known[term] < 0:
            known[term] = n_terms
            terms[n_terms] = term
            n_terms += 1
        columns[place] = known[term]
    terms = terms[:n_terms].copy()
    for term in terms:
        known[term] = -1
    starts = np.zeros(n_terms + 1, np.int64)
    for column in columns:
        starts[column + 1] += 1
    for term in range(n_terms):
        starts[term + 1] += starts[term]
    free = starts[:-1].copy()
    rows = np.empty(len(indices), np.int32)
    places = np.empty(len(indices), np.int32)
    for row in range(len(indptr) - 1):
        for place in range(indptr[row], indptr[row + 1]):
            term = columns[place]
            rows[free[term]], places[free[term]] = row, place
            free[term] += 1
    return terms, columns, starts, rows, places


@compiled_sums
def mean_topics(
    span: Any, terms: Any, held: Any, factor: Any, prior: Any, kinds: Any, inverse: Any, out: Any
) -> None:
    """Write phi of the chunk's terms ``span[0]`` to ``span[1]``: ``(held * factor + prior) * inverse``."""
    for place in range(span[0], span[1]):
        own, more = held[terms[place]], prior[kinds[terms[place]]]
        for k in range(out.shape[1]):
            out[place, k] = (own[k] * factor + more[k]) * inverse[k]


@compiled_sums
def take_in(
    span: Any,
    starts: Any,
    rows: Any,
    places: Any,
    topics: Any,
    weights: Any,
    ratios: Any,
    terms: Any,
    factor: Any,
    given: Any,
    held: Any,
    moved: Any,
) -> None:
    """Replace, in blocks ``span[0]`` to ``span[1]`` of terms, what the chunk gave by what it gives now.

    The statistics of a term are the sum over its counts of ``ratio * theta * phi``; ``held`` moves by
    ``factor`` times the difference from ``given``, never below 0, and ``moved`` sums that by block and topic.
    """
    n_topics = topics.shape[1]
    new, zero = np.empty(n_topics, topics.dtype), topics.dtype.type(0)
    for block in range(span[0], span[1]):
        for term in range(block * BLOCK, min(len(terms), (block + 1) * BLOCK)):
            new[:] = 0
            for place in range(starts[term], starts[term + 1]):
                weight, ratio = weights[rows[place]], ratios[places[place]]
                for k in range(n_topics):
                    new[k] += ratio * weight[k]
            own = held[terms[term]]
            for k in range(n_topics):
                now = new[k] * topics[term, k]
                after = max(own[k] + factor * (now - given[term, k]), zero)
                moved[block, k] += after - own[k]
                own[k], given[term, k] = after, now
