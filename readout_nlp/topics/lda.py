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
from readout_nlp.topics.matrix import Indices, canonical_order, clean_counts
from readout_nlp.topics.naming import by_size, topic_names
from readout_nlp.topics.novelty import with_novelty_limit
from readout_nlp.topics.prior import even_prior
from readout_nlp.topics.start import given_topics
from readout_nlp.topics.vb import vb_shares

Flags = npt.NDArray[np.bool_]

MEMORY = 2**30  # bytes that the old statistics of all chunks may take together
TRIES = 3


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
    documents: bool = True,
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
    documents
        False leaves the documents out: ``doc_topics`` has no rows and topics come in no order. Enough to
        compare the topics of many fits, and much sooner where passes are few.

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
    prior = even_prior(settings.eta, n_topics=settings.n_topics, n_terms=clean.shape[1])
    sstats, sizes, more = ENGINES[method](
        clean, order, settings, prior=prior, start=start, n_threads=n_threads
    )
    params = {"engine": method, **asdict(settings), **more, "init": init is not None}
    fit = _as_fit(counts, {"sstats": sstats, "eta": prior.full()}, params)
    return _with_documents(fit, clean, sizes, n_threads=n_threads) if documents else fit


def lda_shares(counts: csr_matrix, fit: TopicFit, *, n_threads: int | None = None) -> tuple[Array, Flags]:
    """Topic shares of documents under a fitted LDA, by the inference of its own engine.

    Parameters
    ----------
    counts : csr_matrix of shape (n_docs, n_terms)
        As `clean_counts` leaves them, in the columns of the fit.
    fit : TopicFit
    n_threads
        As in `fit_lda`.

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

    alpha = fit.state["alpha"]
    return cvb0_shares(counts, topic_terms=fit.topic_terms, alpha=alpha, n_threads=n_threads), evidence


def _as_fit(counts: TermMatrix, state: dict[str, Array], params: dict[str, Any]) -> TopicFit:
    n_topics = len(state["sstats"])
    return TopicFit(
        topic_terms=_topic_terms(state),
        doc_topics=np.empty((0, n_topics)),
        vocabulary=tuple(counts.vocabulary),
        doc_ids=tuple(counts.doc_ids),
        topic_ids=topic_names(n_topics),
        method="lda",
        params=params,
        state={**state, "alpha": np.full(n_topics, params["alpha"], dtype=np.float64)},
    )


def _with_documents(fit: TopicFit, clean: csr_matrix, sizes: Array, *, n_threads: int | None) -> TopicFit:
    """Add the documents' shares, the topics in the order of their mean."""
    for _ in range(TRIES):  # the sizes known before are near, so that the first try nearly always does
        fit = _reordered(fit, by_size(sizes[None]))
        doc_topics, evidence = lda_shares(clean, fit, n_threads=n_threads)
        sizes = doc_topics.mean(axis=0)
        if (np.diff(sizes) <= 0).all():
            break
    without = {"without_evidence": list(compress(fit.doc_ids, ~evidence))}
    return with_novelty_limit(replace(fit, doc_topics=doc_topics, params={**fit.params, **without}), clean)


def _reordered(fit: TopicFit, order: Indices) -> TopicFit:
    state = {**fit.state, "sstats": np.ascontiguousarray(fit.state["sstats"][order])}
    return replace(fit, topic_terms=_topic_terms(state), state=state)


def _topic_terms(state: Mapping[str, Array]) -> Array:
    weight = state["sstats"] + state["eta"]
    topic_terms: Array = weight / weight.sum(axis=1, keepdims=True)
    return topic_terms


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _by_cvb0(
    counts: csr_matrix, order: Indices, settings: LdaSettings, *, n_threads: int | None, **given: Any
) -> Learnt:
    from readout_nlp.topics.cvb0 import Cvb0Settings, fit_cvb0

    own = Cvb0Settings(
        passes=settings.passes,
        rounds=settings.iterations,
        alpha=settings.alpha,
        random_state=settings.random_state,
        memory=MEMORY,
    )
    sstats, sizes, kept = fit_cvb0(counts, order, settings=own, n_threads=n_threads, **given)
    return sstats, sizes, {"updates": "incremental" if kept else "stepwise"}


def _by_gensim(counts: csr_matrix, order: Indices, settings: LdaSettings, **given: Any) -> Learnt:
    from readout_nlp.topics.gensim_bridge import DECAY, fit_gensim

    sstats = fit_gensim(counts[order], settings, eta=given["prior"].full(), start=given["start"])
    return sstats, sstats.sum(axis=1), {"chunksize": len(order), "decay": DECAY}


Learnt = tuple[Array, Array, dict[str, Any]]  # sstats, sizes, more params
Engine = Callable[..., Learnt]
ENGINES: Mapping[str, Engine] = {"cvb0": _by_cvb0, "gensim": _by_gensim}
DEFAULTS: Mapping[str, _Defaults] = {"cvb0": CVB0, "gensim": VB}
