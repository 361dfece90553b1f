"""Latent Dirichlet allocation (Blei, Ng and Jordan 2003): one call, three engines, one record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from functools import partial
from itertools import compress
from math import fsum
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from readout_nlp.errors import RecipeError
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.check import check_method, check_request
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.lda_engines import AUTO, DEFAULTS, ENGINES, Defaults, LdaSettings, Learned
from readout_nlp.topics.matrix import Indices, canonical_order, row_sums, tidy_counts
from readout_nlp.topics.naming import by_size, topic_names
from readout_nlp.topics.novelty import with_novelty_limit
from readout_nlp.topics.partition_passes import learn_partitions, threads_a_call
from readout_nlp.topics.partitions import deal
from readout_nlp.topics.prior import even_prior
from readout_nlp.topics.seeded import Seeds, first_topics, seeded_prior
from readout_nlp.topics.start import given_topics
from readout_nlp.workers import Map

Flags = npt.NDArray[np.bool_]

DEAD = 1e-3
AT_ONCE = 20_000  # documents whose topics are put in order together


def fit_lda(
    counts: TermMatrix,
    *,
    n_topics: int,
    passes: int | None = None,
    random_state: int = 0,
    method: str = "cvb0",
    alpha: float | Learned | None = None,
    eta: float | None = None,
    iterations: int | None = None,
    init: TopicFit | Array | None = None,
    n_threads: int | None = None,
    chunksize: int | None = None,
    seeds: Seeds | None = None,
    seed_weight: float = 0.1,
    documents: bool = True,
    partitions: int | None = None,
    map: Map = map,  # noqa: A002
) -> TopicFit:
    """Fit LDA: every document a mix of topics, every topic a distribution over terms.

    Three engines learn the same model. ``cvb0`` (zero-order collapsed variational Bayes, learnt chunk by
    chunk) is the fastest and finds the best topics. ``gensim`` is stock `LdaModel` in float64 and one
    process, by default in batch mode: all documents in one chunk and every pass a full update (``decay`` 0).
    ``vb`` is the same mathematics with the same random draws in compiled loops, several times as fast; its
    topics agree with gensim's in all digits but the last. The order of the documents does not matter to any:
    they are sorted by id and shuffled by the seed. docs/methods.md derives the updates.

    Parameters
    ----------
    counts : TermMatrix
        Shape (n_docs, n_terms); floats and empty columns are legal. A document without counts gets the mean
        of the prior and stands in ``params["without_evidence"]``.
    n_topics
        K, at most the number of documents and of terms with counts.
    passes
        Exactly so many passes over the documents; where None, 10 for ``cvb0`` and 20 for the others. Before
        them, ``cvb0`` without `init`, `seeds` and `partitions` reads 200 documents for each topic to begin.
    random_state
        Seed of the start, 0 to 2**32 - 1. The same seed gives the same bits.
    method
        The engine: ``cvb0``, ``vb`` or ``gensim``.
    alpha
        Dirichlet prior of the topic shares, the same for every topic; where None, 0.1 for ``cvb0`` and
        1 / `n_topics` for the others. ``"auto"``, of ``cvb0`` without partitions, learns one number a topic.
    eta
        Dirichlet prior of the topics (beta in some papers), the same for every term; 0.05 where None.
    iterations
        Rounds of inference a document and pass, at most; where None, 10 for ``cvb0`` and 5 for the others,
        few on purpose: in batch learning a document that settles fully while the topics are still vague
        settles into the wrong ones, and the next passes cannot mend it.
    init : TopicFit or ndarray of shape (n_topics, n_terms), optional
        Topics to start from in place of a random start. The terms of a `TopicFit` are joined by their text;
        an array has the columns of `counts`.
    n_threads
        Threads of ``cvb0`` and ``vb``, one for each processor where None; the result is the same bit for bit.
    chunksize
        Documents read between two updates of the topics; where None, about a hundredth of them for ``cvb0``
        and all of them for the others, whose small chunks merge topics (with them, the step size decays as
        gensim's does).
    seeds : mapping of str to sequence of str, optional
        Words that steer topics, by the name of the topic: these topics come first, under their names. Words
        that the counts do not hold are logged and stand in ``params["seeds_missing"]``.
    seed_weight
        Prior weight of a seed word in its topic, as a part of its count in the corpus; above 0.
    documents
        False leaves the documents out: ``doc_topics`` has no rows and topics come in no order. Enough to
        compare the topics of many fits, and much sooner where passes are few.
    partitions
        Of ``cvb0``: deal the documents at random to so many partitions, read all of them under the same
        topics in every pass, and sum what they give (batch learning). The number is part of the model: with
        another one the fit is as good, not the same. `fit_lda_partitions` learns from files instead.
    map
        A `map` that spreads partitions over processes or a cluster; the result is the same bit for bit. Where
        `n_threads` is None, each call then has one thread.

    Returns
    -------
    TopicFit
        ``topic_terms`` (n_topics, n_terms), phi in the literature; ``doc_topics`` (n_docs, n_topics), theta,
        by `infer_topics`, so that the fitted documents and new ones are measured alike. Topics are ordered by
        size; one that holds no tokens stays the prior and stands in ``params["dead_topics"]``. ``state``
        holds ``sstats``, ``alpha``, ``eta`` and ``novelty_limit``.

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
    _check_partitions(partitions, method=method, chunksize=chunksize)
    settings = settings_of(
        partial(check_request, counts),
        DEFAULTS[method] if partitions is None else replace(DEFAULTS[method], learns_alpha=False),
        optional={"chunksize": chunksize, "n_threads": n_threads, "partitions": partitions},
        n_topics=n_topics,
        passes=passes,
        iterations=iterations,
        random_state=random_state,
        alpha=alpha,
        eta=eta,
    )
    prior, told = even_prior(settings.eta, n_topics=settings.n_topics, n_terms=len(counts.vocabulary)), {}
    start = None if init is None else given_topics(init, n_topics=settings.n_topics, counts=counts)
    if seeds:
        prior, missing = seeded_prior(
            seeds, counts, n_topics=settings.n_topics, eta=settings.eta, weight=seed_weight
        )
        told = {
            "seeds": {k: list(v) for k, v in seeds.items()},
            "seeds_missing": missing,
            "seed_weight": seed_weight,
        }
        start = first_topics(prior, random_state=settings.random_state) if start is None else start
    clean = tidy_counts(counts.counts)
    order = canonical_order(clean, counts.doc_ids, random_state=settings.random_state)
    given: dict[str, Any] = {"prior": prior, "start": start, "n_threads": n_threads}
    if partitions is None:
        learnt = ENGINES[method](clean, order, settings, **given)
    else:
        dealt, given["n_threads"] = deal(clean, order, partitions), threads_a_call(n_threads, map)
        sizes, tokens = [part.shape[0] for part in dealt], fsum(row_sums(clean))
        learnt = learn_partitions(dealt, settings, sizes=sizes, tokens=tokens, map=map, **given)
        told["partitions"] = partitions
    params = {"engine": method, **asdict(settings), **learnt.params, "init": init is not None, **told}
    fit = as_fit(counts, {"sstats": learnt.sstats, "alpha": learnt.alpha, "eta": prior.full()}, params)
    return _with_documents(fit, clean, learnt.sizes, n_threads=n_threads) if documents else fit


def _check_partitions(partitions: int | None, *, method: str, chunksize: int | None) -> None:
    if partitions is not None and (method != "cvb0" or chunksize is not None):
        raise RecipeError(
            f"partitions={partitions!r} with method={method!r} and chunksize={chunksize!r}",
            "method cvb0 and no chunksize: with partitions, topics change once a pass",
            "leave partitions out, or the others",
        )


def settings_of(
    check: Callable[..., None], own: Defaults, *, optional: Mapping[str, int | None], **given: Any
) -> LdaSettings:
    """Fill in what is not given, and refuse with `check` what cannot be."""
    wanted: dict[str, Any] = {
        name: getattr(own, name, None) if value is None else value for name, value in given.items()
    }
    if wanted["alpha"] == AUTO and not own.learns_alpha:
        raise RecipeError(
            f"alpha={AUTO!r} for an engine that does not learn it",
            "method cvb0 without partitions, or alpha above 0",
            "choose these, or give a number such as 0.1",
        )
    told = {name: value for name, value in optional.items() if value is not None}
    check(**(wanted | {"alpha": 1.0 if wanted["alpha"] in (None, AUTO) else wanted["alpha"]} | told))
    wanted["chunksize"] = optional.get("chunksize")
    wanted["alpha"] = wanted["alpha"] or 1 / wanted["n_topics"]
    return LdaSettings(**{name: v.item() if isinstance(v, np.generic) else v for name, v in wanted.items()})


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
        from readout_nlp.topics.vb import vb_shares

        return vb_shares(counts, fit.state, n_threads=n_threads), evidence
    from readout_nlp.topics.cvb0 import cvb0_shares

    alpha = fit.state["alpha"]
    return cvb0_shares(counts, topic_terms=fit.topic_terms, alpha=alpha, n_threads=n_threads), evidence


def as_fit(counts: TermMatrix, state: dict[str, Array], params: dict[str, Any]) -> TopicFit:
    """Make the record of topics, without documents."""
    n_topics, seeded = len(state["sstats"]), list(params.get("seeds", {}))
    return TopicFit(
        topic_terms=_topic_terms(state),
        doc_topics=np.empty((0, n_topics)),
        vocabulary=tuple(counts.vocabulary),
        doc_ids=tuple(counts.doc_ids),
        topic_ids=(*seeded, *topic_names(n_topics)[: n_topics - len(seeded)]),
        method="lda",
        params=params,
        state=state,
    )


def _with_documents(fit: TopicFit, clean: csr_matrix, sizes: Array, *, n_threads: int | None) -> TopicFit:
    """Add the documents' shares; topics without a name of their own come in the order of their mean."""
    named = len(fit.params.get("seeds", {}))
    fit = reordered(fit, largest_first(sizes, named))
    doc_topics, evidence = lda_shares(clean, fit, n_threads=n_threads)
    order = largest_first(doc_topics.mean(axis=0), named)
    fit = reordered(fit, order)
    if fit.params["engine"] == "cvb0":  # its inference does not see the order of the topics, the others' does
        for begin in range(0, len(doc_topics), AT_ONCE):  # in place: a copy of all may be half a gigabyte
            doc_topics[begin : begin + AT_ONCE] = doc_topics[begin : begin + AT_ONCE, order]
    elif (np.diff(order) < 0).any():
        doc_topics, evidence = lda_shares(clean, fit, n_threads=n_threads)
    without = {
        "without_evidence": list(compress(fit.doc_ids, ~evidence)),
        "dead_topics": list(compress(fit.topic_ids, dead(fit.state["sstats"]))),
    }
    fit = replace(fit, doc_topics=doc_topics, params={**fit.params, **without})
    return with_novelty_limit(fit, clean, n_threads=n_threads)


def largest_first(sizes: Array, named: int) -> Indices:
    """Order topics by size, but for the first ones, which have names of their own."""
    return np.append(np.arange(named), named + by_size(sizes[None, named:]))


def reordered(fit: TopicFit, order: Indices) -> TopicFit:
    """Give the topics of a fit, without documents, in another order under the same names."""
    moved = {name: np.ascontiguousarray(fit.state[name][order]) for name in ("sstats", "alpha")}
    state = {**fit.state, **moved}
    return replace(fit, topic_terms=_topic_terms(state), state=state)


def dead(sstats: Array) -> Flags:
    """Find the topics that hold next to nothing: less than a thousandth of an even part of the tokens."""
    held = sstats.sum(axis=1)
    return np.asarray(held < DEAD * held.mean(), dtype=np.bool_)


def _topic_terms(state: Mapping[str, Array]) -> Array:
    weight = state["sstats"] + state["eta"]
    topic_terms: Array = weight / weight.sum(axis=1, keepdims=True)
    return topic_terms
