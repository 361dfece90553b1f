"""The only door to gensim: its own engine, and every LDA of the package as a real `LdaModel`."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from gensim.corpora import Dictionary
from gensim.models import LdaModel
from scipy.sparse import csr_matrix

from readout_nlp.errors import RecipeError
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.matrix import in_same_terms

if TYPE_CHECKING:
    from readout_nlp.topics.lda_engines import LdaSettings

GENSIM_LOGGER = "gensim.models.ldamodel"
GAMMA_THRESHOLD = 0.01


def to_gensim(fit: TopicFit) -> LdaModel:
    """Rebuild a real gensim `LdaModel` whose ``get_topics()`` equals ``fit.topic_terms`` bit for bit.

    gensim infers documents by its own variational Bayes and from a random start, so that its shares
    differ from ``doc_topics``, and a little from call to call; `infer_topics` is what the project's numbers
    come from.

    Parameters
    ----------
    fit : TopicFit
        Of method ``lda``, whatever its engine.

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


def gensim_distance(fit: TopicFit, counts: TermMatrix, *, iterations: int = 200) -> Array:
    """Tell how far the shares that gensim infers for the fit's documents lie from ``doc_topics``.

    gensim infers by variational Bayes from a random start, `infer_topics` by the fit's own engine.

    Parameters
    ----------
    fit : TopicFit
        Of method ``lda``.
    counts : TermMatrix
        The counts that it was fitted to, rows in the order of ``fit.doc_ids``.
    iterations
        Rounds of gensim's inference, at most.

    Returns
    -------
    ndarray of shape (n_docs,)
        Half the sum of the absolute differences of a document's shares: 0 (alike) to 1.

    Examples
    --------
    >>> from readout_nlp.topics.lda import fit_lda
    >>> counts = TermMatrix(csr_matrix([[9, 8, 0, 0], [0, 0, 9, 7]] * 3), list("abcd"), list("uvwxyz"))
    >>> bool((gensim_distance(fit_lda(counts, n_topics=2), counts) < 0.1).all())
    True
    """
    model = to_gensim(fit)
    model.iterations = iterations
    gamma, _ = model.inference(_bags(in_same_terms(counts, fit.vocabulary)))
    theirs = gamma / gamma.sum(axis=1, keepdims=True)
    return np.asarray(np.abs(theirs - fit.doc_topics).sum(axis=1) / 2, dtype=np.float64)


def fit_gensim(counts: csr_matrix, settings: LdaSettings, *, eta: Array, start: Array | None) -> Array:
    """Learn ``sstats`` of shape (n_topics, n_terms) by gensim's `LdaModel` in float64 and one process."""
    model = LdaModel(
        id2word={column: str(column) for column in range(counts.shape[1])},
        num_topics=settings.n_topics,
        alpha=np.full(settings.n_topics, settings.first_alpha),
        eta=eta,
        passes=settings.passes,
        iterations=settings.iterations,
        chunksize=settings.chunksize or counts.shape[0],
        decay=settings.decay(),
        gamma_threshold=GAMMA_THRESHOLD,
        eval_every=None,
        random_state=settings.random_state,
        dtype=np.float64,
    )
    if start is not None:
        model.state.sstats = start * (float(counts.sum()) / len(start))
        model.sync_state()
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
