"""A first pass with twice the topics, the most alike of which are then one: what `cvb0` begins with.

Topics that begin at chance share a subject between two of them and hold two subjects in one, and passes
mend neither. Among twice as many, nearly every subject has one of its own; docs/methods.md has the cost.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from readout_nlp.threads import one_thread
from readout_nlp.topics.chunks import cut
from readout_nlp.topics.cvb0 import Cvb0Settings, fit_cvb0
from readout_nlp.topics.fit import Array
from readout_nlp.topics.matrix import Indices
from readout_nlp.topics.prior import TermPrior

TIMES = 2  # as many topics to begin with
READ = 200  # documents for each topic asked for
AT_ONCE = 4096  # terms whose weights are compared together
TINY = 1e-12

Labels = npt.NDArray[np.intp]


def ample_start(
    counts: csr_matrix,
    order: Indices,
    *,
    prior: TermPrior,
    settings: Cvb0Settings,
    n_threads: int | None = None,
) -> Array:
    """Read some first documents once under twice the topics, and merge these.

    Parameters
    ----------
    counts, order, prior, settings, n_threads
        As in `fit_cvb0`. A prior of topics that differ is not for this: merged ones would lose their own.

    Returns
    -------
    ndarray of shape (n_topics, n_terms)
        Statistics to begin with. The same bit for bit whatever the number of threads.
    """
    n_topics = prior.kinds.shape[1]
    first = replace(
        settings,
        passes=1,
        alpha=settings.alpha / TIMES,
        learn_alpha=False,
        chunksize=cut(len(order), settings.chunksize)[1],
    )
    many = TermPrior(np.repeat(prior.kinds, TIMES, axis=1), prior.kind_of)
    rows = order[: READ * n_topics]
    sstats = fit_cvb0(counts, rows, prior=many, settings=first, n_threads=n_threads).sstats
    merged = np.zeros((n_topics, sstats.shape[1]))
    for label, row in zip(merged_topics(sstats, n_topics), sstats, strict=True):
        merged[label] += row
    return merged


def merged_topics(sstats: Array, n_topics: int) -> Labels:
    """Merge the two topics whose merger loses least, until `n_topics` are left (Ward 1963).

    A topic is a point, the square roots of its shares of the terms, as heavy as the tokens it holds:
    distances between such points are Hellinger's, and a merger loses what it adds to the weighted sum of
    squares within topics.

    Parameters
    ----------
    sstats : ndarray of shape (n_first, n_terms)
        Tokens of each term that each topic holds.
    n_topics
        At most ``n_first``.

    Returns
    -------
    ndarray of int, shape (n_first,)
        The number of the merged topic that each belongs to, 0 to `n_topics` - 1.

    Examples
    --------
    >>> sstats = np.array([[9.0, 1.0, 0.0], [0.0, 1.0, 9.0], [8.0, 2.0, 0.0]])
    >>> merged_topics(sstats, 2).tolist()
    [0, 1, 0]
    """
    held = np.maximum(sstats.sum(axis=1), TINY)
    lost = held[:, None] * held / (held[:, None] + held) * _square_distances(sstats, held)
    np.fill_diagonal(lost, np.inf)
    labels = np.arange(len(held))
    for _ in range(len(held) - n_topics):
        one, other = sorted(divmod(int(np.argmin(lost)), len(lost)))
        lost[one] = lost[:, one] = _lost_after(lost, held, one, other)
        lost[other] = lost[:, other] = np.inf
        held[one] += held[other]
        labels[labels == other] = one
    return np.unique(labels, return_inverse=True)[1].astype(np.intp)


def _lost_after(lost: Array, held: Array, one: int, other: int) -> Array:
    """Give what it loses to merge each topic with these two, once they are one (Lance and Williams 1967)."""
    both = held[one] + held[other]
    more = (held[one] + held) * lost[one] + (held[other] + held) * lost[other]
    gone = np.isinf(more)  # itself, the other one, and those that are part of a topic already
    after = (np.where(gone, 0.0, more) - held * lost[one, other]) / (both + held)
    return np.where(gone, np.inf, after)


def _square_distances(sstats: Array, held: Array) -> Array:
    products = np.zeros((len(sstats), len(sstats)))
    with one_thread():  # the sums of linear algebra depend on the number of threads
        for begin in range(0, sstats.shape[1], AT_ONCE):
            roots = np.sqrt(sstats[:, begin : begin + AT_ONCE] / held[:, None]).astype(np.float32)
            products += roots @ roots.T
    squares = np.diag(products)
    return np.maximum(squares[:, None] + squares - 2 * products, 0.0)
