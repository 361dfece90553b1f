"""The three engines of LDA behind one signature: settings in, statistics of the topics out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy.sparse import csr_matrix

from readout_nlp.topics.fit import Array
from readout_nlp.topics.matrix import Indices
from readout_nlp.topics.prior import TermPrior
from readout_nlp.topics.share_prior import BEGIN

Learned = Literal["auto"]
AUTO: Learned = "auto"

MEMORY = 2**30  # bytes that the old statistics of all chunks may take together
BATCH_DECAY, CHUNK_DECAY = 0.0, 0.5


@dataclass(frozen=True, kw_only=True)
class LdaSettings:
    """What an engine is told: all of it goes into `TopicFit.params`."""

    n_topics: int
    passes: int
    iterations: int
    random_state: int
    alpha: float | Learned
    eta: float
    chunksize: int | None = None

    @property
    def first_alpha(self) -> float:
        """Prior of the topic shares to begin with."""
        return BEGIN if isinstance(self.alpha, str) else self.alpha

    def decay(self) -> float:
        """Step sizes of gensim's updates: 0 where every update sees all documents, else gensim's 0.5."""
        return BATCH_DECAY if self.chunksize is None else CHUNK_DECAY


@dataclass(frozen=True, kw_only=True)
class Defaults:
    """Settings of an engine where none are given; ``alpha`` None stands for 1 / K.

    ``learns_alpha`` is True where the engine can learn it.
    """

    passes: int
    iterations: int
    alpha: float | None
    eta: float
    learns_alpha: bool = False


@dataclass(frozen=True, eq=False, kw_only=True)
class Learnt:
    """What an engine has learnt.

    Attributes
    ----------
    sstats : ndarray of shape (n_topics, n_terms)
        Tokens of each term that each topic holds, without the prior.
    sizes : ndarray of shape (n_topics,)
        About how large each topic is, in any unit.
    alpha : ndarray of shape (n_topics,)
        Prior of the topic shares.
    params
        What else the engine has to tell.
    """

    sstats: Array
    sizes: Array
    alpha: Array
    params: dict[str, Any]


def _by_cvb0(
    counts: csr_matrix,
    order: Indices,
    settings: LdaSettings,
    *,
    n_threads: int | None,
    prior: TermPrior,
    start: Array | None,
) -> Learnt:
    from readout_nlp.topics.ample import ample_start
    from readout_nlp.topics.cvb0 import Cvb0Settings, fit_cvb0

    own = Cvb0Settings(
        passes=settings.passes,
        rounds=settings.iterations,
        alpha=settings.first_alpha,
        learn_alpha=settings.alpha == AUTO,
        random_state=settings.random_state,
        memory=MEMORY,
        chunksize=settings.chunksize,
    )
    begun = None
    if start is None:
        begun = ample_start(counts, order, prior=prior, settings=own, n_threads=n_threads)
    more: dict[str, Any] = {"n_threads": n_threads, "start": start, "begun": begun}
    found = fit_cvb0(counts, order, prior=prior, settings=own, **more)
    updates = "incremental" if found.kept else "stepwise"
    return Learnt(sstats=found.sstats, sizes=found.sizes, alpha=found.alpha, params={"updates": updates})


def _by_vb(
    counts: csr_matrix,
    order: Indices,
    settings: LdaSettings,
    *,
    n_threads: int | None,
    prior: TermPrior,
    start: Array | None,
) -> Learnt:
    from readout_nlp.topics.vb_fit import VbSettings, fit_vb

    own = VbSettings(
        passes=settings.passes,
        iterations=settings.iterations,
        alpha=settings.first_alpha,
        random_state=settings.random_state,
        chunksize=settings.chunksize or len(order),
        decay=settings.decay(),
    )
    sstats = fit_vb(counts, order, prior=prior, settings=own, n_threads=n_threads, start=start)
    return evenly(sstats, settings, params={"decay": own.decay})


def _by_gensim(
    counts: csr_matrix,
    order: Indices,
    settings: LdaSettings,
    *,
    n_threads: int | None,
    prior: TermPrior,
    start: Array | None,
) -> Learnt:
    from readout_nlp.topics.gensim_bridge import fit_gensim

    del n_threads  # one process: LdaMulticore's results depend on the number of workers
    sstats = fit_gensim(csr_matrix(counts[order]), settings, eta=prior.full(), start=start)
    return evenly(sstats, settings, params={"decay": settings.decay()})


def evenly(sstats: Array, settings: LdaSettings, *, params: dict[str, Any]) -> Learnt:
    """Give what was learnt under a prior of the topic shares that is the same for every topic."""
    alpha = np.full(len(sstats), settings.first_alpha)
    return Learnt(sstats=sstats, sizes=sstats.sum(axis=1), alpha=alpha, params=params)


Engine = Callable[..., Learnt]
ENGINES: Mapping[str, Engine] = {"cvb0": _by_cvb0, "vb": _by_vb, "gensim": _by_gensim}
DEFAULTS: Mapping[str, Defaults] = {
    "cvb0": Defaults(passes=10, iterations=10, alpha=0.1, eta=0.05, learns_alpha=True),
    "vb": Defaults(passes=20, iterations=5, alpha=None, eta=0.05),
    "gensim": Defaults(passes=20, iterations=5, alpha=None, eta=0.05),
}
