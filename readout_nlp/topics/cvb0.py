"""Zero-order collapsed variational Bayes (CVB0) for LDA, learnt chunk by chunk.

Asuncion et al. (2009), Foulds et al. (2013); docs/methods.md derives the updates.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from readout_nlp.paged import Drawer, empty, zeros
from readout_nlp.threads import Run, alone, crew
from readout_nlp.topics.chunks import Chunk, cut, read_chunks
from readout_nlp.topics.fit import Array
from readout_nlp.topics.fold_in import Rows, fold_in
from readout_nlp.topics.lda_kernel import BLOCK, mean_topics, settle, take_in
from readout_nlp.topics.matrix import Indices, row_sums
from readout_nlp.topics.padding import WIDTH, wide
from readout_nlp.topics.prior import TermPrior
from readout_nlp.topics.share_prior import SharePrior

Single = npt.NDArray[np.float32]

MOVED = 1e-3  # a document has settled when its weights move by less than this share of their sum
FOLD_ROUNDS, FOLD_MOVED = 200, 1e-5
OFFSET, KAPPA = 10.0, 0.7  # of the step size (t0 + t)^-kappa where old statistics cannot be kept
SHARED = 20_000  # counts of a chunk whose sums are shared out; fewer are done before a thread has begun
STRIDE = 1.9  # times the step of a chunk that is read again; at 2 it would swing for ever
SURE = 0.999  # weight of given topics, the rest being uniform
LEAST_SCALE = 1e-10
TINY = np.finfo(np.float64).tiny


@dataclass(frozen=True, kw_only=True)
class Cvb0Settings:
    """How to learn.

    Attributes
    ----------
    passes, rounds
        Passes over the documents; rounds of updates a document and pass, at most.
    alpha, learn_alpha
        Prior of the topic shares; whether it is only the first, to be learnt from the documents.
    random_state
        Seed of the first topics, where none are given.
    memory
        Bytes that the statistics of all chunks may take together.
    chunksize
        Documents in a chunk; where None, by their number.
    """

    passes: int
    rounds: int
    alpha: float
    random_state: int
    memory: int
    chunksize: int | None = None
    learn_alpha: bool = False


@dataclass(frozen=True, eq=False, kw_only=True)
class Cvb0Topics:
    """What was learnt.

    Attributes
    ----------
    sstats : ndarray of shape (n_topics, n_terms)
        N_kw in the papers; sums to the number of tokens.
    sizes : ndarray of shape (n_topics,)
        Mean share of each topic in the documents, as far as they have settled.
    alpha : ndarray of shape (n_topics,)
        Prior of the topic shares, given or learnt.
    kept : bool
        False where old statistics were forgotten step by step.
    """

    sstats: Array
    sizes: Array
    alpha: Array
    kept: bool


@dataclass(kw_only=True)
class _Statistics:
    """What the topics hold: ``scale * held`` tokens of each term (N_kw in the papers), ``sizes`` in all.

    ``given`` is what each chunk has in it since it was last read, None where that takes too much memory;
    ``updates`` counts the chunks taken in; ``drawer`` is where these statistics lie. ``begun`` is what stands
    for the documents of the first pass until they are read, if anything does. ``rooms`` are written over by
    every chunk: a fresh array of that size costs more to be given by the system than to be filled.
    """

    held: Single
    sizes: Array
    prior: Single
    kind_of: npt.NDArray[np.int32]
    whole: Array
    tokens: float
    given: dict[int, Single] | None
    drawer: Drawer
    once: bool
    rooms: dict[str, Single]
    begun: Single | None = None
    scale: float = 1.0
    updates: int = 0

    def begin(self, sstats: Array) -> None:
        """Put in what stands for documents not read yet; for all of them, where old ones are forgotten."""
        more = 1.0 if self.given is not None else self.tokens / sstats.sum()
        self.begun = wide(np.ascontiguousarray(sstats.T * more)).astype(np.float32)
        self.held, self.sizes = self.begun.copy(), self.begun.sum(axis=0, dtype=np.float64)

    def first_pass_ends(self) -> None:
        """Take out what stood for documents that are all read now."""
        if self.begun is not None and self.given is not None:
            np.maximum(self.held - self.begun, np.float32(0), out=self.held)
            self.sizes = self.held.sum(axis=0, dtype=np.float64)
        self.begun = None

    def topics(self, run: Run, chunk: Chunk[np.float32]) -> Single:
        """Give phi of the chunk's terms, shape (terms of the chunk, width), until the next chunk's.

        What was read so far stands for all documents: the prior would else outweigh the first chunks of a
        pass, and the topics that happen to be largest would take everything.
        """
        scale = np.float32(self.tokens / self.sizes.sum())
        out = self._room("topics", len(chunk.terms))
        inverse = (1 / np.maximum(self.sizes * scale + self.whole, TINY)).astype(np.float32)
        prior = (self.prior, self.kind_of)
        run(mean_topics, chunk.term_ends, chunk.terms, self.held, scale, *prior, inverse, out)
        return out

    def take(self, run: Run, chunk: Chunk[np.float32], *learnt: Single, share: float, stride: float) -> None:
        """Put in what the chunk, a `share` of all tokens, gives under `learnt`: topics, weights, ratios."""
        factor, given = self._step(chunk, share, stride)
        blocks = np.minimum(np.arange(0, len(chunk.terms) + BLOCK, BLOCK), len(chunk.terms))
        moved = np.zeros((len(blocks) - 1, len(self.sizes)), np.float32)
        places = (chunk.term_ends, chunk.rows, chunk.places)
        run(take_in, chunk.term_ends[blocks], *places, *learnt, chunk.terms, factor, given, self.held, moved)
        self.sizes += moved.sum(axis=0, dtype=np.float64)

    def _step(self, chunk: Chunk[np.float32], share: float, stride: float) -> tuple[np.float32, Single]:
        shape = (len(chunk.terms), len(self.sizes))
        if self.given is not None:
            if chunk.number in self.given:
                return np.float32(stride), self.given[chunk.number]
            if not self.once:
                self.given[chunk.number] = self.drawer.zeros(shape, np.float32)
            return np.float32(1), self._nothing(shape) if self.once else self.given[chunk.number]
        rate = (OFFSET + self.updates) ** -KAPPA
        self.updates += 1
        self.scale *= 1 - rate
        if self.scale < LEAST_SCALE:
            self.held *= np.float32(self.scale)
            self.sizes *= self.scale
            self.scale = 1.0
        return np.float32(rate / share / self.scale), self._nothing(shape)

    def _nothing(self, shape: tuple[int, int]) -> Single:
        room = self._room("given", shape[0])
        room[:] = 0
        return room

    def _room(self, name: str, n_terms: int) -> Single:
        if name not in self.rooms or len(self.rooms[name]) < n_terms:
            self.rooms[name] = np.empty((n_terms + n_terms // 4, len(self.sizes)), np.float32)
        return self.rooms[name][:n_terms]


def fit_cvb0(
    counts: csr_matrix,
    order: Indices,
    *,
    prior: TermPrior,
    settings: Cvb0Settings,
    n_threads: int | None = None,
    start: Array | None = None,
    begun: Array | None = None,
) -> Cvb0Topics:
    """Learn the statistics of topics: how many tokens of each term each topic holds.

    Every chunk's share in the statistics is kept and moved when the chunk is read again (incremental EM:
    Neal and Hinton 1998; by a longer step: Salakhutdinov and Roweis 2003), so that there is no learning rate
    to choose and a pass never undoes another. Where
    the shares of all chunks would take more than ``memory`` bytes, none is kept: the statistics then forget
    old chunks step by step (Cappe and Moulines 2009).

    Parameters
    ----------
    counts : csr_matrix of shape (n_docs, n_terms)
        As `clean_counts` leaves them.
    order : ndarray of int
        The rows to learn from, in this order; none of them empty.
    prior : TermPrior
        Eta (beta) of K topics.
    settings : Cvb0Settings
    n_threads
        None: one for each processor. The result is the same bit for bit whatever it is.
    start : ndarray of shape (n_topics, n_terms), optional
        Topics to begin with; the first pass reads all documents under them.
    begun : ndarray of shape (n_topics, n_terms), optional
        Statistics to begin with, as of `ample_start`: they stand beside what the first pass gives until it
        ends. Without them and `start`, topics are drawn for the first chunk.

    Returns
    -------
    Cvb0Topics
    """
    n_topics = prior.kinds.shape[1]
    edges = cut(len(order), settings.chunksize)
    lengths = row_sums(counts)[order]
    state = _begin(counts, prior, edges, tokens=lengths.sum(), settings=settings)
    if begun is not None:
        state.begin(begun)
    weights = even_weights(lengths, n_topics, settings.alpha)
    alpha = np.full(n_topics, settings.alpha)
    shares = SharePrior(alpha, learnt=settings.learn_alpha, weights=weights, lengths=lengths, edges=edges)
    limits = (settings.rounds, np.float32(MOVED))
    first = _first_topics(state, n_topics, settings.random_state, start)
    with crew(n_threads) as run:
        for turn, chunk in read_chunks(counts, order, edges=edges, passes=settings.passes, dtype=np.float32):
            begins = turn == 0 and begun is None and (start is not None or chunk.number == 0)
            sums = run if len(chunk.counts) >= SHARED else alone
            topics = first(chunk) if begins else state.topics(sums, chunk)
            own, ratios = weights[chunk.start : chunk.stop], np.zeros(len(chunk.counts), np.float32)
            rows = (chunk.indptr, chunk.columns, chunk.counts)
            run(settle, chunk.indptr, *rows, topics, shares.padded(), limits, own, ratios)
            share = lengths[chunk.start : chunk.stop].sum() / state.tokens
            stride = STRIDE if turn < settings.passes - 1 else 1.0  # at the end, what each chunk gives
            state.take(sums, chunk, topics, own, ratios, share=share, stride=stride)
            if chunk.number == len(edges) - 2 and turn == 0:
                state.first_pass_ends()
            shares.learn(turn, chunk.number)
    held = np.ascontiguousarray(state.held[:, :n_topics].T, dtype=np.float64)
    sstats = held * (state.tokens / state.sizes.sum())  # in float64: numpy 2.1 promotes otherwise in threads
    return Cvb0Topics(
        sstats=sstats,
        sizes=_mean_shares(weights[:, :n_topics]),
        alpha=shares.alpha,
        kept=state.given is not None,
    )


def _begin(
    counts: csr_matrix, prior: TermPrior, edges: Sequence[int], *, tokens: float, settings: Cvb0Settings
) -> _Statistics:
    n_chunks, n_topics = len(edges) - 1, prior.kinds.shape[1]
    kinds = wide(prior.kinds).astype(np.float32)
    width = kinds.shape[1]
    most = int(n_chunks * min(counts.shape[1], counts.nnz / n_chunks) * width * np.float32().itemsize)
    once = settings.passes == 1  # nothing is read again, and need not be kept
    fits = once or most <= settings.memory
    return _Statistics(
        held=np.zeros((counts.shape[1], width), np.float32),
        sizes=np.zeros(width),
        prior=kinds,
        kind_of=prior.kind_of,
        whole=np.append(prior.by_topic, np.ones(width - n_topics)),
        tokens=tokens,
        given={} if fits else None,
        drawer=Drawer(most if fits and not once else 0),
        once=once,
        rooms={},
    )


def _first_topics(
    state: _Statistics, n_topics: int, random_state: int, start: Array | None
) -> Callable[[Chunk[np.float32]], Single]:
    """Give the topics that a chunk of the first pass is read under.

    Drawn ones are nearly even: enough to tell them apart, too little to bind them; a term's own prior speaks
    louder. Given ones leave no term that none of them knows.
    """
    if start is not None:
        given = wide(np.ascontiguousarray(SURE * start.T + (1 - SURE) / start.shape[1])).astype(np.float32)
        return lambda chunk: given[chunk.terms]

    def draw(chunk: Chunk[np.float32]) -> Single:
        shape = (len(chunk.terms), n_topics)
        even = np.random.default_rng(random_state).standard_gamma(100, shape, np.float32)
        prior = state.prior[state.kind_of[chunk.terms], :n_topics]
        return wide(even * prior)

    return draw


def even_weights(lengths: Array, n_topics: int, alpha: float) -> Single:
    """Give the weights of documents that hold every topic alike, padded, from the sums of their counts."""
    weights = zeros((len(lengths), n_topics + -n_topics % WIDTH), np.float32)
    weights[:, :n_topics] = (lengths / n_topics + alpha).astype(np.float32)[:, None]
    return weights


def _mean_shares(weights: Single) -> Array:
    total, shares = weights.sum(axis=1, keepdims=True), empty(weights.shape, np.float32)
    return np.asarray(np.divide(weights, total, out=shares).mean(axis=0), dtype=np.float64)


def cvb0_shares(
    counts: csr_matrix, *, topic_terms: Array, alpha: Array, n_threads: int | None = None
) -> Array:
    """Topic shares of documents under fixed topics; every document by itself.

    Parameters
    ----------
    counts : csr_matrix of shape (n_docs, n_terms)
        As `clean_counts` leaves them.
    topic_terms : ndarray of shape (n_topics, n_terms)
    alpha : ndarray of shape (n_topics,)
    n_threads
        As in `fit_cvb0`.

    Returns
    -------
    ndarray of shape (n_docs, n_topics)
        ``(N_dk + alpha) / (N_d + K alpha)`` in the papers; rows sum to 1. A row without counts gives the mean
        of the prior. Float64, in an order that only the row decides: alone or in any batch, and
        whatever the order of the topics, the same bits.

    Examples
    --------
    >>> topics = np.array([[0.9, 0.1], [0.1, 0.9]])
    >>> shares = cvb0_shares(csr_matrix([[9.0, 0.0], [0.0, 0.0]]), topic_terms=topics, alpha=np.full(2, 0.5))
    >>> shares.round(2).tolist()
    [[0.94, 0.06], [0.5, 0.5]]
    """
    return fold_in(counts, topics=topic_terms, alpha=alpha, settle=_settled, n_threads=n_threads)


def _settled(run: Run, rows: Rows, lengths: Array) -> Array:
    """Settle documents from where every topic holds its part of the prior."""
    indptr, _, counts, _, prior = rows
    weights: Array = lengths[:, None] * (prior / prior.sum()) + prior
    run(settle, indptr, *rows, (FOLD_ROUNDS, FOLD_MOVED), weights, np.empty(len(counts)))
    return weights
