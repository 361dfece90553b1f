"""The prior of the topic shares, learnt from how many tokens each document gives each topic.

Minka's fixed point (2000), with a correction for expected counts; docs/methods.md derives it.
"""

from __future__ import annotations

import numpy as np
from scipy.special import psi

from readout_nlp.topics.fit import Array

BEGIN = 0.2  # before it is learnt: ample, so that no document settles while the topics are vague
LEAST, MOST = 1e-3, 10.0  # of every topic: one that nobody mentions stays open to new documents
UPDATES = 8  # a pass
TINY = 1e-12


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
