"""LDA over partitions: every pass reads them all under the same topics, and sums what they give.

The scheme of Mr. LDA (Zhai et al. 2012) with the updates of CVB0; docs/methods.md has the formulas.
"""

from __future__ import annotations

from builtins import map as plain_map
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, vstack

from readout_nlp.threads import crew
from readout_nlp.topics.chunks import LARGEST, add_statistics, cut, read_chunks
from readout_nlp.topics.cvb0 import MOVED, SURE, TINY, Cvb0Settings, Single, even_weights, fit_cvb0
from readout_nlp.topics.fit import Array
from readout_nlp.topics.lda_engines import MEMORY, LdaSettings, Learnt, evenly
from readout_nlp.topics.lda_kernel import settle
from readout_nlp.topics.matrix import row_sums
from readout_nlp.topics.padding import wide
from readout_nlp.topics.partitions import Numbered, Partition, in_order, read_counts
from readout_nlp.topics.prior import TermPrior
from readout_nlp.workers import Map

BEGUN, BEGUN_A_TOPIC = 512, 10  # documents that topics begin with, at least; for each topic


@dataclass(frozen=True, eq=False, kw_only=True)
class Reading:
    """What all partitions are read under in one pass.

    Attributes
    ----------
    topics : ndarray of shape (n_terms, width)
        Phi, terms first, topics padded.
    n_topics, alpha, rounds
        K; prior of the topic shares; rounds of updates a document, at most.
    n_threads
    """

    topics: Single
    n_topics: int
    alpha: float
    rounds: int
    n_threads: int | None


@dataclass(frozen=True, eq=False, kw_only=True)
class Statistics:
    """What the documents of a partition give to the topics.

    Attributes
    ----------
    terms : ndarray of int
        The terms that the partition holds.
    sstats : ndarray of shape (number of these terms, width)
        Tokens of each that each topic holds.
    """

    terms: npt.NDArray[np.int32]
    sstats: Single


def learn_partitions(
    partitions: Sequence[Partition],
    settings: LdaSettings,
    *,
    tokens: float,
    sizes: Sequence[int],
    prior: TermPrior,
    start: Array | None,
    n_threads: int | None,
    map: Map,  # noqa: A002
) -> Learnt:
    """Learn topics from partitions.

    Parameters
    ----------
    partitions
        Rows without counts are passed over.
    settings : LdaSettings
    tokens
        Sum of all counts.
    sizes
        Documents with counts in each partition.
    prior, start
        As in `fit_cvb0`. Without `start`, some first documents are read once, chunk by chunk, for the
        topics that the first pass goes under.
    n_threads
        Of each call of `map`.
    map
        The plain one, or another that spreads calls over processes. Results are summed by the number of the
        partition, not as they arrive: the same bits.
    """
    begun = _begin(
        partitions[: _enough(sizes, settings.n_topics)],
        settings,
        prior=prior,
        start=start,
        n_threads=n_threads,
        map=map,
    )
    held, numbered = begun, list(enumerate(partitions))
    for turn in range(settings.passes):
        given = start is not None and turn == 0
        reading = Reading(
            topics=held.astype(np.float32) if given else _topics(held * (tokens / held.sum()), prior),
            n_topics=settings.n_topics,
            alpha=settings.first_alpha,
            rounds=settings.iterations,
            n_threads=n_threads,
        )
        held = np.zeros_like(begun)
        for part in in_order(map(partial(read_partition, reading=reading), numbered)):
            held[part.terms] += part.sstats
    sstats = np.ascontiguousarray(held[:, : settings.n_topics].T) * (tokens / held.sum())
    return evenly(sstats, settings, params={"updates": "batch"})


def threads_a_call(n_threads: int | None, map: Map) -> int | None:  # noqa: A002
    """Give each call one thread where other processes do the work and no number of threads is asked for."""
    return 1 if n_threads is None and map is not plain_map else n_threads


def read_partition(numbered: Numbered, *, reading: Reading) -> tuple[int, Statistics]:
    """Settle the documents of a partition, each from even shares, and sum what they give to the topics."""
    number, partition = numbered
    counts = read_counts(partition)
    rows = np.flatnonzero(counts.getnnz(axis=1))
    lengths, held = row_sums(counts)[rows], np.zeros_like(reading.topics)
    alpha = wide(np.full((1, reading.n_topics), reading.alpha, np.float32))[0]
    limits, edges = (reading.rounds, np.float32(MOVED)), cut(len(rows), LARGEST)
    with crew(reading.n_threads) as run:
        for _, chunk in read_chunks(counts, rows, edges=edges, passes=1, dtype=np.float32):
            topics, ratios = reading.topics[chunk.terms], np.zeros(len(chunk.counts), np.float32)
            weights = even_weights(lengths[chunk.start : chunk.stop], reading.n_topics, reading.alpha)
            documents = (chunk.indptr, chunk.columns, chunk.counts)
            run(settle, chunk.indptr, *documents, topics, alpha, limits, weights, ratios)
            add_statistics(run, chunk, topics, weights, ratios, held=held, factor=1)
    terms = np.flatnonzero(np.bincount(counts.indices, minlength=len(held))).astype(np.int32)
    return number, Statistics(terms=terms, sstats=held[terms])


def first_statistics(
    partitions: Sequence[Partition], *, prior: TermPrior, settings: Cvb0Settings, n_threads: int | None
) -> Array:
    """Read some first documents once, chunk by chunk, as `fit_cvb0` does: shape (n_topics, n_terms).

    Few on purpose: topics that have settled on a part of the corpus hold on to it. As many whatever the
    number of partitions, which then does not change what the first pass goes under.
    """
    counts = csr_matrix(vstack([read_counts(partition) for partition in partitions]))
    rows = np.flatnonzero(counts.getnnz(axis=1))[: _to_begin(prior.kinds.shape[1])]
    return fit_cvb0(counts, rows, prior=prior, settings=settings, n_threads=n_threads).sstats


def _enough(sizes: Sequence[int], n_topics: int) -> int:
    """Count the first partitions that together hold the documents to begin with."""
    wanted = min(_to_begin(n_topics), sum(sizes))
    return int(np.searchsorted(np.cumsum(sizes), wanted)) + 1


def _to_begin(n_topics: int) -> int:
    return max(BEGUN, BEGUN_A_TOPIC * n_topics)


def _begin(
    partitions: Sequence[Partition],
    settings: LdaSettings,
    *,
    prior: TermPrior,
    start: Array | None,
    n_threads: int | None,
    map: Map,  # noqa: A002
) -> Array:
    """Give what the first pass goes under, terms first: given topics, or statistics of some documents."""
    if start is not None:
        return wide(np.ascontiguousarray(SURE * start.T + (1 - SURE) / start.shape[1]))
    own = Cvb0Settings(
        passes=1,
        rounds=settings.iterations,
        alpha=settings.first_alpha,
        random_state=settings.random_state,
        memory=MEMORY,
    )
    begin = partial(first_statistics, prior=prior, settings=own, n_threads=n_threads)
    # a little work: what is in memory here need not travel for it
    spread = map if any(isinstance(partition, Path) for partition in partitions) else plain_map
    (sstats,) = spread(begin, [list(partitions)])
    return wide(np.ascontiguousarray(sstats.T))


def _topics(held: Array, prior: TermPrior) -> Single:
    """Give phi, the mean of the topics; the padding stays 0."""
    width = held.shape[1]
    whole = np.append(prior.by_topic, np.ones(width - len(prior.by_topic)))
    topics = held + wide(prior.kinds)[prior.kind_of]
    topics /= np.maximum(held.sum(axis=0) + whole, TINY)
    return np.asarray(topics, dtype=np.float32)
