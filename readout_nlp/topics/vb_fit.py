"""Variational Bayes for LDA with gensim's own mathematics, in compiled loops."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.special import psi

from readout_nlp.threads import Run, crew
from readout_nlp.topics.chunks import Chunk, add_statistics, read_chunks
from readout_nlp.topics.fit import Array
from readout_nlp.topics.lda_kernel import exp_digamma, settle_gamma
from readout_nlp.topics.matrix import Indices
from readout_nlp.topics.padding import wide
from readout_nlp.topics.prior import TermPrior

SHOWN = 5  # topics that gensim logs
GAMMA_THRESHOLD = 0.01  # mean change of gamma below which a document has settled
EPSILON = float(np.finfo(np.float64).eps)  # as in gensim: a term that no topic holds then counts for nothing


@dataclass(frozen=True, kw_only=True)
class VbSettings:
    """How to learn, by gensim's names.

    Attributes
    ----------
    passes, iterations
        Passes over the documents; rounds of the E step a document and pass, at most.
    alpha
        Prior of the topic shares.
    random_state
        Seed of the first topics and of every first gamma.
    chunksize
        Documents read between two updates of the topics; all of them for batch learning.
    decay, offset
        The step size of an update is ``(offset + pass + updates / chunksize) ** -decay``.
    """

    passes: int
    iterations: int
    alpha: float
    random_state: int
    chunksize: int
    decay: float
    offset: float = 1.0


def fit_vb(
    counts: csr_matrix,
    order: Indices,
    *,
    prior: TermPrior,
    settings: VbSettings,
    n_threads: int | None = None,
    start: Array | None = None,
) -> Array:
    """Learn ``sstats`` of shape (n_topics, n_terms) as `LdaModel.update` does (Hoffman, Blei and Bach 2010).

    The random draws are gensim's, in its order, so that both agree to rounding; should one stop a document a
    round earlier or later for a last digit, the passes after that part a little.

    Parameters
    ----------
    counts, order, prior, n_threads
        As in `fit_cvb0`.
    settings : VbSettings
    start : ndarray of shape (n_topics, n_terms), optional
        Topics to begin with in place of drawn ones.
    """
    n_topics = prior.kinds.shape[1]
    chance = np.random.RandomState(settings.random_state)  # the generator of gensim
    drawn = chance.gamma(100.0, 0.01, (n_topics, counts.shape[1]))
    state = _Topics(wide(np.ascontiguousarray(drawn.T)), np.zeros(wide(prior.kinds).shape), prior.kind_of)
    kinds = wide(prior.kinds)
    if start is not None:
        state = _Topics(wide(np.ascontiguousarray(start.T)) * (counts.sum() / n_topics), kinds, prior.kind_of)
    alpha = wide(np.full((1, n_topics), settings.alpha))[0]
    limits = (settings.iterations, GAMMA_THRESHOLD * n_topics, EPSILON)
    size = min(settings.chunksize, len(order))
    edges = [*range(0, len(order), size), len(order)]
    updates = 0
    with crew(n_threads) as run:
        for turn, chunk in read_chunks(counts, order, edges=edges, passes=settings.passes, dtype=np.float64):
            topics = state.expected(run, chunk)
            gamma = wide(chance.gamma(100.0, 0.01, (chunk.stop - chunk.start, n_topics)))
            weights, ratios = np.empty_like(gamma), np.empty_like(chunk.counts)
            rows = (chunk.indptr, chunk.columns, chunk.counts)
            run(settle_gamma, chunk.indptr, *rows, topics, alpha, limits, gamma, weights, ratios)
            rate = (settings.offset + turn + updates / size) ** -settings.decay
            stretch = rate * len(order) / (chunk.stop - chunk.start)
            held = state.held * (1 - rate)
            add_statistics(run, chunk, topics, weights, ratios, held=held, factor=stretch)
            state = _Topics(held, kinds, prior.kind_of)
            updates += (chunk.stop - chunk.start) * (turn == 0)
            if n_topics > SHOWN:
                chance.rand(n_topics)  # gensim logs some topics after every update, and draws which
    return np.ascontiguousarray(state.held[:, :n_topics].T)


@dataclass(frozen=True, eq=False)
class _Topics:
    """Lambda in the paper: what the topics hold of every term, and the prior."""

    held: Array
    kinds: Array
    kind_of: npt.NDArray[np.int32]

    def expected(self, run: Run, chunk: Chunk[np.float64]) -> Array:
        """Give ``exp(E[log beta])`` of the chunk's terms, shape (terms of the chunk, width)."""
        whole = self.held.sum(axis=0)
        whole += (self.kinds * np.bincount(self.kind_of, minlength=len(self.kinds))[:, None]).sum(axis=0)
        topics = self.held[chunk.terms] + self.kinds[self.kind_of[chunk.terms]]
        expected = np.empty_like(topics)
        run(_exp_digamma, np.arange(len(topics) + 1), topics, expected)
        expected /= np.exp(psi(np.where(whole > 0, whole, 1.0)))  # the padding holds nothing
        return expected


def _exp_digamma(span: tuple[int, int], rows: Array, out: Array) -> None:
    flat = rows[span[0] : span[1]].reshape(-1)
    exp_digamma(flat, out[span[0] : span[1]].reshape(-1), np.empty(len(flat), np.int64))
