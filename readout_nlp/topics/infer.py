"""New documents under a fitted model, without changing the model or any earlier number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import compress

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from readout_nlp.errors import RecipeError
from readout_nlp.tokens.counts import TermMatrix, check_term_matrix
from readout_nlp.topics.check import check_method
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.lda import lda_shares
from readout_nlp.topics.matrix import in_vocabulary
from readout_nlp.topics.nmf import nmf_shares
from readout_nlp.topics.novelty import is_novel, surprise

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False, kw_only=True)
class Inference:
    """Topic shares of documents under a model that is not changed by them.

    Attributes
    ----------
    doc_topics : ndarray of shape (n_docs, n_topics)
        Rows sum to 1; usable wherever `TopicFit.doc_topics` is.
    doc_ids : tuple of str, length n_docs
    topic_ids : tuple of str, length n_topics
    oov_share : ndarray of shape (n_docs,)
        Share of the document's counts that the model has no term for, 0 to 1; NaN without any count.
    novel : ndarray of bool, shape (n_docs,)
        True where over half of the counts are out of vocabulary, or where the known ones surprise the model
        more than 99 % of its own documents did.
    without_evidence : tuple of str
        Ids of documents without a term that the model knows: their shares are the prior, not a finding.
    """

    doc_topics: Array
    doc_ids: tuple[str, ...]
    topic_ids: tuple[str, ...]
    oov_share: Array
    novel: Flags
    without_evidence: tuple[str, ...] = ()


def infer_topics(fit: TopicFit, counts: TermMatrix) -> Inference:
    """Give the topic shares of documents under a fitted LDA or NMF.

    A document gets the same shares alone, in any batch and in any order, bit for bit; the documents of the
    fit get the shares of the fit.

    Parameters
    ----------
    fit : TopicFit
        Of method ``lda`` or ``nmf``.
    counts : TermMatrix
        Shape (n_docs, any number of terms), with a vocabulary of its own: terms are joined by their text.

    Returns
    -------
    Inference

    Raises
    ------
    InputError
        If the counts are faulty; the message lists every fault.
    RecipeError
        If `fit` is a clustering, or was imported from another program.

    Examples
    --------
    >>> from readout_nlp.topics.nmf import fit_nmf
    >>> old = TermMatrix(csr_matrix([[4, 2, 0, 0], [2, 3, 0, 0], [0, 0, 3, 1]]), list("abcd"), list("xyz"))
    >>> new = infer_topics(fit_nmf(old, n_topics=2), TermMatrix(csr_matrix([[1, 1]]), ["c", "新"], ["n"]))
    >>> new.doc_topics.tolist(), new.oov_share.tolist()
    ([[0.0, 1.0]], [0.5])
    """
    if fit.method == "imported":  # only its shares came over, not what its program infers with
        raise RecipeError(
            "a model imported from another program", "an LDA or NMF fitted here", "infer with that program"
        )
    check_method(fit.method, METHODS, name="fit.method")
    check_term_matrix(counts)
    known, oov_share = in_vocabulary(counts, fit.vocabulary)
    doc_topics, evidence = METHODS[fit.method](fit, known)
    limit = float(fit.state["novelty_limit"][0])
    return Inference(
        doc_topics=doc_topics,
        doc_ids=tuple(counts.doc_ids),
        topic_ids=fit.topic_ids,
        oov_share=oov_share,
        novel=is_novel(surprise(known, doc_topics, fit.topic_terms), oov_share, limit),
        without_evidence=tuple(compress(counts.doc_ids, ~evidence)),
    )


def _lda(fit: TopicFit, known: csr_matrix) -> tuple[Array, Flags]:
    return lda_shares(known, fit)


def _nmf(fit: TopicFit, known: csr_matrix) -> tuple[Array, Flags]:
    return nmf_shares(known, {**fit.state, "topic_terms": fit.topic_terms})


METHODS: Mapping[str, Callable[[TopicFit, csr_matrix], tuple[Array, Flags]]] = {"lda": _lda, "nmf": _nmf}
