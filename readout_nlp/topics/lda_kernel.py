"""The compiled loops of LDA: one document, or one term, at a time, so that threads cannot change a bit.

Every array that runs over topics is padded to a multiple of eight by topics of weight 0: the processor then
takes eight at a time and never a rest one by one, which made rounds two to four times as long.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from readout_nlp.compiled import compiled, compiled_products, compiled_sums

INV_LN2 = 1.4426950408889634
LN2_HIGH, LN2_LOW = (
    6.93147180369123816490e-01,
    1.90821492927058770002e-10,
)  # a product with the first is exact
LEAP, FARTHEST = 4, 20.0  # rounds between two leaps; how many steps a leap may add
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
    ``n / (phi . theta)`` of every count, which the statistics of the topics need. Steps shrink by about the
    same factor each round: every fourth goes at once where that geometric series leads, which halves the
    rounds and changes nothing of where they end (one maximum, since its logarithm is concave).
    """
    n_topics = topics.shape[1]
    zero, one, tiny = weights.dtype.type(0), weights.dtype.type(1), weights.dtype.type(1e-30)
    gained = np.empty(n_topics, weights.dtype)
    for row in range(span[0], span[1]):
        weight, before = weights[row], zero
        for turn in range(limits[0]):
            gain(indptr[row], indptr[row + 1], columns, counts, topics, weight, tiny, ratios, gained)
            moved, total = zero, zero
            for k in range(n_topics):
                new = alpha[k] + weight[k] * gained[k]
                moved += abs(new - weight[k])
                total += new
            if moved < limits[1] * total or turn == limits[0] - 1:
                break  # the weights stay those that the ratios belong to
            step = one
            if turn % LEAP == LEAP - 1 and moved < before:
                step += min(moved / (before - moved), weights.dtype.type(FARTHEST))
            before = moved
            for k in range(n_topics):
                new = alpha[k] + weight[k] * gained[k]
                weight[k] = max(weight[k] + step * (new - weight[k]), alpha[k])


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


@compiled_sums
def settle_gamma(
    span: Any,
    indptr: Any,
    columns: Any,
    counts: Any,
    topics: Any,
    alpha: Any,
    limits: Any,
    gamma: Any,
    weights: Any,
    ratios: Any,
) -> None:
    """Run the E step of variational Bayes on documents ``span[0]`` to ``span[1]``, in place, as gensim does.

    ``gamma`` goes to ``alpha + weights * sum of n phi / (phi . weights)``, ``weights`` being
    ``exp(E[log theta])``, until its mean change is below ``limits[1]``, or ``limits[0]`` times; the weights
    and ``ratios`` are then those of the last gamma.
    """
    n_topics = topics.shape[1]
    gained, whole, bits = np.empty(n_topics), np.empty(2), np.empty(n_topics, np.int64)
    for row in range(span[0], span[1]):
        own, weight, settled = gamma[row], weights[row], False
        expected_weights(own, weight, whole, bits)
        for turn in range(limits[0] + 1):
            gain(indptr[row], indptr[row + 1], columns, counts, topics, weight, limits[2], ratios, gained)
            if settled or turn == limits[0]:
                break
            moved = 0.0
            for k in range(n_topics):
                new = alpha[k] + weight[k] * gained[k]
                moved += abs(new - own[k])
                own[k] = new
            expected_weights(own, weight, whole, bits)
            settled = moved < limits[1]


@compiled_sums
def expected_weights(gamma: Any, weights: Any, whole: Any, bits: Any) -> None:
    """Write ``exp(psi(gamma) - psi(sum of gamma))``, the exponent of the expected log of a Dirichlet draw."""
    total = 0.0
    for k in range(len(gamma)):
        total += gamma[k]
    whole[0] = total
    exp_digamma(whole[:1], whole[1:], bits)
    exp_digamma(gamma, weights, bits)
    for k in range(len(weights)):
        weights[k] /= whole[1]


@compiled_products
def exp_digamma(x: Any, out: Any, bits: Any) -> None:
    """Write ``exp(psi(x))`` for x of at least 0 to ``out``, which is not ``x``, without branch or logarithm.

    ``psi(x) = psi(x + 6) - sum of 1 / (x + i) for i < 6``, and the series of ``psi(y)`` for large y
    begins with ``log(y)``, which the exponential takes back (Abramowitz and Stegun 6.3.6, 6.3.18).
    That is a power of two, written as the bits of a float, times the Taylor series of what is left.
    """
    for k in range(len(x)):
        y = x[k] + 6.0
        a = x[k] * (x[k] + 5.0)  # (x)(x + 5); the pairs (x + 1)(x + 4) and (x + 2)(x + 3) are 4 and 6 more
        b, c = a + 4.0, a + 6.0
        below = (2.0 * x[k] + 5.0) * (b * c + a * c + a * b) / (a * b * c)
        r = 1.0 / (y * y)
        series = r * (
            1 / 12 - r * (1 / 120 - r * (1 / 252 - r * (1 / 240 - r * (1 / 132 - r * 691 / 32760))))
        )
        minus = min(below + 0.5 / y + series, 700.0)
        power = int(minus * INV_LN2 + 0.5)
        z = (power * LN2_HIGH - minus) + power * LN2_LOW
        e = 1 / 479001600 + z / 6227020800
        e = 1 / 3628800 + z * (1 / 39916800 + z * e)
        e = 1 / 5040 + z * (1 / 40320 + z * (1 / 362880 + z * e))
        e = 1 / 24 + z * (1 / 120 + z * (1 / 720 + z * e))
        e = 1.0 + z * (1.0 + z * (1 / 2 + z * (1 / 6 + z * e)))
        bits[k] = (1023 - power) << 52
        out[k] = y * e
    powers = bits.view(np.float64)
    for k in range(len(x)):
        out[k] *= powers[k]


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
def mixed_chances(span: Any, indptr: Any, columns: Any, shares: Any, topics: Any, out: Any) -> None:
    """Write ``theta . phi`` of every count of documents ``span[0]`` to ``span[1]``; ``topics`` by term."""
    for row in range(span[0], span[1]):
        own = shares[row]
        for place in range(indptr[row], indptr[row + 1]):
            one, mixed = topics[columns[place]], 0.0
            for k in range(shares.shape[1]):
                mixed += own[k] * one[k]
            out[place] = mixed


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
    """Move, in blocks ``span[0]`` to ``span[1]`` of terms, what the chunk gave towards what it gives now.

    The statistics of a term are the sum over its counts of ``ratio * theta * phi``; ``given`` goes ``factor``
    times the way from where it is to them, never below 0, and ``held`` moves with it; ``moved`` sums that by
    block and topic.
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
                now = max(given[term, k] + factor * (new[k] * topics[term, k] - given[term, k]), zero)
                after = max(own[k] + (now - given[term, k]), zero)
                moved[block, k] += after - own[k]
                own[k], given[term, k] = after, now
