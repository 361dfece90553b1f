"""Latent Dirichlet allocation (Blei, Ng and Jordan 2003), and the only door to gensim."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import compress, pairwise

import numpy as np
from gensim.corpora import Dictionary
from gensim.models import LdaModel
from scipy.sparse import csr_matrix

from readout_nlp.errors import RecipeError
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.check import check_method, check_request, usable_size
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.matrix import canonical_order, clean_counts
from readout_nlp.topics.naming import by_size, topic_names
from readout_nlp.topics.novelty import with_novelty_limit
from readout_nlp.topics.vb import lda_shares

GENSIM_LOGGER = "gensim.models.ldamodel"
GAMMA_THRESHOLD = 0.01


@dataclass(frozen=True, kw_only=True)
class LdaSettings:
    """What an engine is told: all of it goes into `TopicFit.params`."""

    n_topics: int
    passes: int
    iterations: int
    random_state: int
    alpha: float
    eta: float
    chunksize: int
    decay: float


def fit_lda(
    counts: TermMatrix,
    *,
    n_topics: int,
    passes: int = 20,
    random_state: int = 0,
    method: str = "gensim",
    alpha: float | None = None,
    eta: float = 0.05,
    iterations: int = 5,
) -> TopicFit:
    """Fit LDA: every document a mix of topics, every topic a distribution over terms.

    The engine is gensim's `LdaModel` in float64 and one process, in batch mode: all documents in one chunk
    and every pass a full update (``decay`` 0), because gensim's online updates with small chunks merge
    topics. The order of the documents does not matter: they are sorted by id and shuffled by the seed.

    Parameters
    ----------
    counts : TermMatrix
        Shape (n_docs, n_terms); floats and empty columns are legal. A document without counts gets the mean
        of the prior and stands in ``params["without_evidence"]``.
    n_topics
        K, at most the number of documents and of terms with counts.
    passes
        Exactly so many passes over the documents.
    random_state
        Seed of the start, 0 to 2**32 - 1. The same seed gives the same bits.
    method
        The engine; so far ``gensim``.
    alpha
        Dirichlet prior of the topic shares, the same for every topic; 1 / `n_topics` where None.
    eta
        Dirichlet prior of the topics (beta in some papers), the same for every term.
    iterations
        Rounds of variational inference a document and pass, at most. Few on purpose: while the topics are
        still vague, a document that settles fully settles into the wrong ones, and the next passes cannot
        mend it. Few rounds and many passes find planted topics better, and in less time, than the reverse.

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
    check_request(
        counts,
        n_topics=n_topics,
        passes=passes,
        iterations=iterations,
        random_state=random_state,
        alpha=1.0 if alpha is None else alpha,
        eta=eta,
    )
    clean = clean_counts(counts.counts)
    settings = LdaSettings(
        n_topics=int(n_topics),
        passes=int(passes),
        iterations=int(iterations),
        random_state=int(random_state),
        alpha=1 / n_topics if alpha is None else float(alpha),
        eta=float(eta),
        chunksize=usable_size(counts)[0],
        decay=0.0,
    )
    order = canonical_order(clean, counts.doc_ids, random_state=random_state)
    sstats = ENGINES[method](clean[order], settings)
    return _as_fit(counts, clean, sstats, {"engine": method, **asdict(settings)})


def to_gensim(fit: TopicFit) -> LdaModel:
    """Rebuild a real gensim `LdaModel` whose ``get_topics()`` equals ``fit.topic_terms`` bit for bit.

    gensim infers documents from a random start, so that its shares differ a little from ``doc_topics`` and
    from call to call; `infer_topics` is what the project's numbers come from.

    Parameters
    ----------
    fit : TopicFit
        Of method ``lda``.

    Returns
    -------
    gensim.models.LdaModel
        With a `gensim.corpora.Dictionary` over the fit's vocabulary.

    Raises
    ------
    RecipeError
        If `fit` is not an LDA.
    """
    if fit.method != "lda":
        raise RecipeError(f"a fit of method {fit.method!r}", "an LDA", "fit with fit_lda to use gensim")
    return _rebuild(fit.state, fit.vocabulary, int(fit.params.get("random_state", 0)))


def _as_fit(counts: TermMatrix, clean: csr_matrix, sstats: Array, params: Mapping[str, object]) -> TopicFit:
    n_topics, n_terms = sstats.shape
    state = {
        "sstats": sstats,
        "alpha": np.full(n_topics, params["alpha"], dtype=np.float64),
        "eta": np.full(n_terms, params["eta"], dtype=np.float64),
    }
    size = by_size(lda_shares(clean, state)[0])
    state["sstats"] = np.ascontiguousarray(sstats[size])
    doc_topics, evidence = lda_shares(clean, state)
    fit = TopicFit(
        topic_terms=_rebuild(state, counts.vocabulary, 0).get_topics(),
        doc_topics=doc_topics,
        vocabulary=tuple(counts.vocabulary),
        doc_ids=tuple(counts.doc_ids),
        topic_ids=topic_names(n_topics),
        method="lda",
        params={
            **params,
            "without_evidence": list(compress(counts.doc_ids, ~evidence)),
        },
        state=state,
    )
    return with_novelty_limit(fit, clean)


def _fit_gensim(counts: csr_matrix, settings: LdaSettings) -> Array:
    model = LdaModel(
        id2word={column: str(column) for column in range(counts.shape[1])},
        num_topics=settings.n_topics,
        alpha=np.full(settings.n_topics, settings.alpha),
        eta=settings.eta,
        passes=settings.passes,
        iterations=settings.iterations,
        chunksize=settings.chunksize,
        decay=settings.decay,
        gamma_threshold=GAMMA_THRESHOLD,
        eval_every=None,
        random_state=settings.random_state,
        dtype=np.float64,
    )
    with _without_advice():
        model.update(_bags(counts))
    return np.asarray(model.state.sstats, dtype=np.float64)


def _bags(counts: csr_matrix) -> list[list[tuple[int, float]]]:
    columns, values = counts.indices.tolist(), counts.data.tolist()
    return [
        list(zip(columns[start:stop], values[start:stop], strict=True))
        for start, stop in pairwise(counts.indptr.tolist())
    ]


@contextmanager
def _without_advice() -> Iterator[None]:
    """Keep back gensim's line about too few updates: it counts chunks, and a batch pass is one."""
    logger = logging.getLogger(GENSIM_LOGGER)

    def keep(record: logging.LogRecord) -> bool:
        return not record.getMessage().startswith("too few updates")

    logger.addFilter(keep)
    try:
        yield
    finally:
        logger.removeFilter(keep)


def _rebuild(state: Mapping[str, Array], vocabulary: Sequence[str], random_state: int) -> LdaModel:
    model = LdaModel(
        id2word=_dictionary(vocabulary),
        num_topics=len(state["alpha"]),
        alpha=state["alpha"].copy(),
        eta=state["eta"].copy(),
        random_state=random_state,
        dtype=np.float64,
    )
    model.state.sstats = state["sstats"].copy()
    model.sync_state()
    return model


def _dictionary(vocabulary: Sequence[str]) -> Dictionary:
    dictionary = Dictionary()
    dictionary.token2id = {term: number for number, term in enumerate(vocabulary)}
    dictionary.id2token = dict(enumerate(vocabulary))
    return dictionary


ENGINES: Mapping[str, Callable[[csr_matrix, LdaSettings], Array]] = {"gensim": _fit_gensim}
