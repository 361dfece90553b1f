"""Latent Dirichlet allocation (Blei, Ng and Jordan 2003): one call, three engines, one record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import compress
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.check import check_method, check_request
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.matrix import canonical_order, clean_counts
from readout_nlp.topics.naming import by_size, topic_names
from readout_nlp.topics.novelty import with_novelty_limit
from readout_nlp.topics.start import given_topics
from readout_nlp.topics.vb import vb_shares

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class LdaSettings:
    """What an engine is told: all of it goes into `TopicFit.params`."""

    n_topics: int
    passes: int
    iterations: int
    random_state: int
    alpha: float
    eta: float


@dataclass(frozen=True, kw_only=True)
class _Defaults:
    passes: int
    iterations: int
    alpha: float | None  # None: 1 / K
    eta: float


CVB0 = _Defaults(passes=10, iterations=20, alpha=0.1, eta=0.01)
VB = _Defaults(passes=20, iterations=5, alpha=None, eta=0.05)


def fit_lda(
    counts: TermMatrix,
    *,
    n_topics: int,
    passes: int | None = None,
    random_state: int = 0,
    method: str = "cvb0",
    alpha: float | None = None,
    eta: float | None = None,
    iterations: int | None = None,
    init: TopicFit | Array | None = None,
    n_threads: int | None = None,
) -> TopicFit:
    """Fit LDA: every document a mix of topics, every topic a distribution over terms.

    Three engines learn the same model. ``cvb0`` (zero-order collapsed variational Bayes, learnt chunk by
    chunk) is the fastest and finds the best topics. ``gensim`` is stock `LdaModel` in float64 and one
    process, in batch mode: all documents in one chunk and every pass a full update (``decay`` 0), because
    gensim's online updates with small chunks merge topics. The order of the documents does not matter to
    any: they are sorted by id and shuffled by the seed.

    Parameters
    ----------
    counts : TermMatrix
        Shape (n_docs, n_terms); floats and empty columns are legal. A document without counts gets the mean
        of the prior and stands in ``params["without_evidence"]``.
    n_topics
        K, at most the number of documents and of terms with counts.
    passes
        Exactly so many passes over the documents; where None, 10 for ``cvb0`` and 20 for the others.
    random_state
        Seed of the start, 0 to 2**32 - 1. The same seed gives the same bits.
    method
        The engine: ``cvb0`` or ``gensim``.
    alpha
        Dirichlet prior of the topic shares, the same for every topic; where None, 0.1 for ``cvb0`` and
        1 / `n_topics` for the others.
    eta
        Dirichlet prior of the topics (beta in some papers), the same for every term; where None, 0.01 for
        ``cvb0`` and 0.05 for the others.
    iterations
        Rounds of inference a document and pass, at most; where None, 20 for ``cvb0`` and 5 for the others,
        few on purpose: in batch learning a document that settles fully while the topics are still vague
        settles into the wrong ones, and the next passes cannot mend it.
    init : TopicFit or ndarray of shape (n_topics, n_terms), optional
        Topics to start from in place of a random start. The terms of a `TopicFit` are joined by their text;
        an array has the columns of `counts`.
    n_threads
        Threads of ``cvb0``, one for each processor where None; the result is the same bit for bit.

    Returns
    -------
    TopicFit
        ``topic_terms`` (n_topics, n_terms), phi in the literature; ``doc_topics`` (n_docs, n_topics), theta,
        by `infer_topics`, so that the fitted documents and new ones are measured alike. Topics are ordered by
        size; ``state`` holds ``sstats``, ``alpha``, ``eta`` and ``novelty_limit``.

    Raises
    ------
    InputError, RecipeError
        If the counts or the settings cannot be fitted; the message lists every fault.

    Examples
    --------
    >>> counts = TermMatrix(csr_matrix([[9, 8, 0, 0], [0, 0, 9, 7]] * 3), list("abcd"), list("uvwxyz"))
    >>> fit = fit_lda(counts, n_topics=2)
    >>> [fit.vocabulary[i] for i in fit.topic_terms.argmax(axis=1)] in (["a", "c"], ["c", "a"])
    True
    """
    check_method(method, ENGINES)
    own = DEFAULTS[method]
    wanted: dict[str, Any] = {
        "n_topics": n_topics,
        "passes": own.passes if passes is None else passes,
        "iterations": own.iterations if iterations is None else iterations,
        "random_state": random_state,
        "alpha": own.alpha if alpha is None else alpha,
        "eta": own.eta if eta is None else eta,
    }
    check_request(counts, **(wanted | {"alpha": 1.0 if wanted["alpha"] is None else wanted["alpha"]}))
    wanted["alpha"] = float(wanted["alpha"] or 1 / n_topics)
    settings = LdaSettings(**{name: _plain(value) for name, value in wanted.items()})
    start = None if init is None else given_topics(init, n_topics=settings.n_topics, counts=counts)
    clean = clean_counts(counts.counts)
    order = canonical_order(clean, counts.doc_ids, random_state=random_state)
    prior = np.full(clean.shape[1], settings.eta)
    sstats, more = ENGINES[method](clean[order], settings, eta=prior, start=start, n_threads=n_threads)
    params = {"engine": method, **asdict(settings), **more, "init": init is not None}
    return _as_fit(counts, clean, {"sstats": sstats, "eta": prior}, params)


def lda_shares(counts: csr_matrix, fit: TopicFit) -> tuple[Array, Flags]:
    """Topic shares of documents under a fitted LDA, by the inference of its own engine.

    Parameters
    ----------
    counts : csr_matrix of shape (n_docs, n_terms)
        As `clean_counts` leaves them, in the columns of the fit.
    fit : TopicFit

    Returns
    -------
    doc_topics : ndarray of shape (n_docs, n_topics)
    evidence : ndarray of bool, shape (n_docs,)
        False for a document without counts, whose shares are the mean of the prior.
    """
    evidence = counts.getnnz(axis=1) > 0
    if fit.params.get("engine") != "cvb0":
        return vb_shares(counts, fit.state), evidence
    from readout_nlp.topics.cvb0 import cvb0_shares

    return cvb0_shares(counts, topic_terms=fit.topic_terms, alpha=fit.state["alpha"]), evidence


def _as_fit(
    counts: TermMatrix, clean: csr_matrix, state: dict[str, Array], params: dict[str, Any]
) -> TopicFit:
    n_topics = len(state["sstats"])
    learnt = TopicFit(
        topic_terms=_topic_terms(state),
        doc_topics=np.empty((0, n_topics)),
        vocabulary=tuple(counts.vocabulary),
        doc_ids=tuple(counts.doc_ids),
        topic_ids=topic_names(n_topics),
        method="lda",
        params=params,
        state={**state, "alpha": np.full(n_topics, params["alpha"], dtype=np.float64)},
    )
    size = by_size(lda_shares(clean, learnt)[0])
    sstats = np.ascontiguousarray(state["sstats"][size])
    ordered = replace(
        learnt,
        topic_terms=_topic_terms({**state, "sstats": sstats}),
        state={**learnt.state, "sstats": sstats},
    )
    doc_topics, evidence = lda_shares(clean, ordered)
    without = {"without_evidence": list(compress(counts.doc_ids, ~evidence))}
    return with_novelty_limit(replace(ordered, doc_topics=doc_topics, params={**params, **without}), clean)


def _topic_terms(state: Mapping[str, Array]) -> Array:
    weight = state["sstats"] + state["eta"]
    topic_terms: Array = weight / weight.sum(axis=1, keepdims=True)
    return topic_terms


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _by_cvb0(
    counts: csr_matrix, settings: LdaSettings, *, eta: Array, start: Array | None, n_threads: int | None
) -> tuple[Array, dict[str, Any]]:
    from readout_nlp.topics.cvb0 import fit_cvb0

    sstats = fit_cvb0(
        counts,
        n_topics=settings.n_topics,
        passes=settings.passes,
        rounds=settings.iterations,
        alpha=settings.alpha,
        eta=eta,
        random_state=settings.random_state,
        n_threads=n_threads,
        start=start,
    )
    return sstats, {}


def _by_gensim(
    counts: csr_matrix, settings: LdaSettings, *, eta: Array, start: Array | None, n_threads: int | None
) -> tuple[Array, dict[str, Any]]:
    from readout_nlp.topics.gensim_bridge import DECAY, fit_gensim

    del n_threads
    return fit_gensim(counts, settings, eta=eta, start=start), {"chunksize": counts.shape[0], "decay": DECAY}


Engine = Callable[..., tuple[Array, dict[str, Any]]]
ENGINES: Mapping[str, Engine] = {"cvb0": _by_cvb0, "gensim": _by_gensim}
DEFAULTS: Mapping[str, _Defaults] = {"cvb0": CVB0, "gensim": VB}
