"""Zero-order collapsed variational Bayes (CVB0) for LDA, learnt chunk by chunk.

Asuncion et al. (2009), Foulds et al. (2013); docs/methods.md derives the updates.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from readout_nlp.topics.cvb0_kernel import by_term, gather, settle
from readout_nlp.topics.fit import Array

Single = npt.NDArray[np.float32]

CHUNK = 256
MEMORY = 2**30  # bytes that the statistics of all chunks may take together
MOVED = 1e-3  # a document has settled when its weights move by less than this share of their sum
PARTS = 4  # pieces of work for each thread, so that long documents do not keep the others waiting
FOLD_ROUNDS, FOLD_MOVED = 200, 1e-8


@dataclass(frozen=True, eq=False)
class Chunk:
    """Documents learnt from together: their counts with columns numbered within the chunk.

    Attributes
    ----------
    start, stop
        Rows of the counts.
    terms
        The columns that the chunk holds, sorted.
    indptr, columns, counts
        The chunk's rows in CSR, a column being a place in `terms`.
    """

    start: int
    stop: int
    terms: npt.NDArray[np.intp]
    indptr: npt.NDArray[np.int64]
    columns: npt.NDArray[np.int32]
    counts: Single


def fit_cvb0(
    counts: csr_matrix,
    *,
    n_topics: int,
    passes: int,
    rounds: int,
    alpha: float,
    eta: Array,
    random_state: int,
    n_threads: int | None = None,
    start: Array | None = None,
) -> Array:
    """Learn the statistics of topics: how many tokens of each term each topic holds.

    Every chunk's share in the statistics is kept and replaced when the chunk is read again (incremental EM:
    Neal and Hinton 1998), so that there is no learning rate to choose and a pass never undoes another.

    Parameters
    ----------
    counts : csr_matrix of shape (n_docs, n_terms)
        As `clean_counts` leaves them, rows in the order to learn from.
    n_topics, passes, rounds
        K; passes over the documents; rounds of updates a document and pass, at most.
    alpha : float
    eta : ndarray of shape (n_terms,) or (n_topics, n_terms)
    random_state
        Of the first topics, where `start` is None.
    n_threads
        None: one for each processor. The result is the same bit for bit whatever it is.
    start : ndarray of shape (n_topics, n_terms), optional
        Topics to begin with; the first pass reads all documents under them.

    Returns
    -------
    ndarray of shape (n_topics, n_terms)
        N_kw in the papers; sums to the number of tokens.
    """
    prior = np.broadcast_to(eta, (n_topics, counts.shape[1])).T
    first = _first(counts.shape[1], n_topics, random_state) if start is None else _smooth(start)
    held, sizes, whole = np.zeros(prior.shape), np.zeros(n_topics), prior.sum(axis=0)
    chunks = plan(counts, n_topics)
    given: list[Single | None] = [None] * len(chunks)
    weights = _even(counts, n_topics, alpha)
    with ThreadPoolExecutor(n_threads or os.cpu_count()) as pool:
        for turn, (number, chunk) in product(range(passes), enumerate(chunks)):
            own, old = chunk.terms, given[number]
            begins = turn == 0 and (start is not None or number == 0)
            topics = first[own] if begins else (held[own] + prior[own]) / (sizes + whole)
            new = _learn(pool, chunk, topics.astype(np.float32), weights, alpha=alpha, rounds=rounds)
            after = np.maximum(held[own] + (new if old is None else new - old), 0.0)
            sizes += (after - held[own]).sum(axis=0)
            held[own], given[number] = after, new
    return np.ascontiguousarray(held.T)


def plan(counts: csr_matrix, n_topics: int) -> list[Chunk]:
    """Cut the documents into chunks, longer ones where the statistics of all would not fit in memory.

    Examples
    --------
    >>> [(one.start, one.stop) for one in plan(csr_matrix(np.ones((300, 1))), 2)]
    [(0, 256), (256, 300)]
    """
    size = CHUNK
    while size < counts.shape[0] and _statistics(counts, size, n_topics) > MEMORY:
        size *= 2
    edges = [*range(0, counts.shape[0], size), counts.shape[0]]
    return [_chunk(counts, start, stop) for start, stop in pairwise(edges)]


def _statistics(counts: csr_matrix, size: int, n_topics: int) -> float:
    """Bound the bytes of one chunk's statistics by its counts and by the terms, times the chunks."""
    n_chunks = -(-counts.shape[0] // size)
    return n_chunks * min(counts.shape[1], counts.nnz / n_chunks) * n_topics * np.float32().itemsize


def _chunk(counts: csr_matrix, start: int, stop: int) -> Chunk:
    low, high = counts.indptr[start], counts.indptr[stop]
    terms, columns = np.unique(counts.indices[low:high], return_inverse=True)
    return Chunk(
        start=start,
        stop=stop,
        terms=terms.astype(np.intp),
        indptr=(counts.indptr[start : stop + 1] - low).astype(np.int64),
        columns=columns.astype(np.int32),
        counts=counts.data[low:high].astype(np.float32),
    )


def _first(n_terms: int, n_topics: int, random_state: int) -> Single:
    """Draw topics that are nearly even: enough to tell them apart, too little to bind them."""
    draw: Single = np.random.default_rng(random_state).standard_gamma(100, (n_terms, n_topics), np.float32)
    return draw


def _smooth(start: Array) -> Array:
    """Turn given topics, terms first, and leave no term that none of them knows."""
    even: Array = 0.999 * start.T + 0.001 / start.shape[1]
    return even


def _even(counts: csr_matrix, n_topics: int, alpha: float) -> Single:
    lengths = np.asarray(counts.sum(axis=1), dtype=np.float32)
    return np.repeat(lengths / n_topics + np.float32(alpha), n_topics, axis=1)


def _learn(
    pool: ThreadPoolExecutor, chunk: Chunk, topics: Single, weights: Single, *, alpha: float, rounds: int
) -> Single:
    """Settle a chunk's documents under `topics`; give the statistics of its terms."""
    ratios = np.zeros(len(chunk.counts), np.float32)
    own = weights[chunk.start : chunk.stop]
    rows = (chunk.indptr, chunk.columns, chunk.counts, topics, np.full(len(topics.T), alpha, np.float32))
    limits = (rounds, np.float32(MOVED))
    waiting = _spread(pool, settle, chunk.indptr, (*rows, limits, own, ratios))
    starts, docs, places = by_term(chunk.indptr, chunk.columns, len(chunk.terms))
    _wait(waiting)
    new = np.zeros(topics.shape, np.float32)
    _wait(_spread(pool, gather, starts, (starts, docs, places, topics, own, ratios, new)))
    return new


def _spread(
    pool: ThreadPoolExecutor, work: Callable[..., None], ends: npt.NDArray[np.int64], rest: tuple[Any, ...]
) -> list[Future[None]]:
    """Cut the work where about equally many counts lie between; the cuts change no result."""
    parts = PARTS * pool._max_workers
    edges = np.unique(np.searchsorted(ends, np.linspace(0, ends[-1], parts + 1)))
    edges[0], edges[-1] = 0, len(ends) - 1
    return [pool.submit(work, span, *rest) for span in pairwise(edges.tolist())]


def _wait(waiting: list[Future[None]]) -> None:
    for one in waiting:
        one.result()


def cvb0_shares(counts: csr_matrix, *, topic_terms: Array, alpha: Array) -> Array:
    """Topic shares of documents under fixed topics; every document by itself.

    Parameters
    ----------
    counts : csr_matrix of shape (n_docs, n_terms)
        As `clean_counts` leaves them.
    topic_terms : ndarray of shape (n_topics, n_terms)
    alpha : ndarray of shape (n_topics,)

    Returns
    -------
    ndarray of shape (n_docs, n_topics)
        ``(N_dk + alpha) / (N_d + K alpha)`` in the papers; rows sum to 1. A row without counts gives the mean
        of the prior. Float64, in an order that only the row decides: alone or in any batch, the same bits.

    Examples
    --------
    >>> topics = np.array([[0.9, 0.1], [0.1, 0.9]])
    >>> shares = cvb0_shares(csr_matrix([[9.0, 0.0], [0.0, 0.0]]), topic_terms=topics, alpha=np.full(2, 0.5))
    >>> shares.round(2).tolist()
    [[0.94, 0.06], [0.5, 0.5]]
    """
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    weights = lengths[:, None] * (alpha / alpha.sum()) + alpha
    known, columns = np.unique(counts.indices, return_inverse=True)
    terms = np.ascontiguousarray(topic_terms.T[known])
    rows = (counts.indptr.astype(np.int64), columns.astype(np.int32), counts.data, terms, alpha)
    settle((0, counts.shape[0]), *rows, (FOLD_ROUNDS, FOLD_MOVED), weights, np.zeros(counts.nnz))
    shares: Array = weights / weights.sum(axis=1, keepdims=True)
    return shares
