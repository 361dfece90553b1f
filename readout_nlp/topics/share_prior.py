"""The prior of the topic shares, learnt from how many tokens each document gives each topic.

Minka's fixed point (2000), with a correction for expected counts; docs/methods.md derives it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.special import psi

from readout_nlp.topics.fit import Array
from readout_nlp.topics.padding import wide

Single = npt.NDArray[np.float32]

BEGIN = 0.2  # before it is learnt: ample, so that no document settles while the topics are vague
LEAST, MOST = 1e-3, 10.0  # of every topic: one that nobody mentions stays open to new documents
UPDATES = 8  # a pass
TINY = 1e-12


class SharePrior:
    """The prior of the documents' shares in a fit; where it is learnt, from those read since it last moved.

    Parameters
    ----------
    alpha : ndarray of shape (n_topics,)
        The prior to begin with.
    learnt
        False: it stays.
    weights : ndarray of shape (n_docs, at least n_topics)
        Of the documents in the order of learning, as they are at any time.
    lengths : ndarray of shape (n_docs,)
    edges
        Where the chunks begin, and where the last ends.
    """

    def __init__(
        self, alpha: Array, *, learnt: bool, weights: Single, lengths: Array, edges: Sequence[int]
    ) -> None:
        self.alpha, self._own = alpha, weights[:, : len(alpha)]
        self._lengths, self._edges = lengths, edges
        self._stops = _stops(len(edges) - 1) if learnt else {}

    def padded(self) -> Single:
        """Give the prior with nought for the topics that are none."""
        (row,) = wide(self.alpha[None].astype(np.float32))
        return np.asarray(row, dtype=np.float32)

    def learn(self, turn: int, number: int) -> None:
        """Move the prior where a part of a pass ends, but for the first pass, which moves it at its end."""
        if number not in self._stops or (turn == 0 and number < len(self._edges) - 2):
            return
        rows = slice(self._edges[self._stops[number]], self._edges[number + 1])
        held = np.maximum(self._own[rows] - self.alpha, 0.0)
        self.alpha = nearer_prior(held, self._lengths[rows], self.alpha)


def _stops(n_chunks: int) -> dict[int, int]:
    """Give the chunks after which the prior moves, with the first of those read since."""
    edges = np.unique(np.linspace(0, n_chunks, UPDATES + 1).astype(int)).tolist()
    return {stop - 1: start for start, stop in pairwise(edges)}


def nearer_prior(held: Array, lengths: Array, alpha: Array) -> Array:
    """Move the prior one step towards what makes the documents' shares most likely.

    Parameters
    ----------
    held : ndarray of shape (n_docs, n_topics)
        N_dk in the papers: tokens that each topic is expected to hold of a document.
    lengths : ndarray of shape (n_docs,)
        Tokens of each document, above 0.
    alpha : ndarray of shape (n_topics,)
        The prior so far.

    Returns
    -------
    ndarray of shape (n_topics,)
        Each between 0.001 and 10.

    Examples
    --------
    >>> held = np.array([[8.0, 0.0], [7.9, 0.1], [0.0, 8.0]])
    >>> nearer_prior(held, held.sum(axis=1), np.full(2, 0.2)).round(2).tolist()
    [0.21, 0.11]
    """
    # A topic is in a document if it holds any token. Expected counts give every topic a little of every
    # document: what is far below one token counts by its square. The prior would else come out too large.
    chance = -np.expm1(-held * held / (1 + held))
    where_any = held / np.maximum(chance, TINY)
    gained = (chance * (psi(where_any + alpha) - psi(alpha))).sum(axis=0)
    total = float(alpha.sum())
    spent = float((psi(lengths + total) - psi(total)).sum())
    return np.asarray(np.clip(alpha * gained / spent, LEAST, MOST), dtype=np.float64)
