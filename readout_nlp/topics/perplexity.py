"""How well a model foretells documents that it has not seen: one estimator for all engines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix

from readout_nlp.errors import InputError, RecipeError
from readout_nlp.tokens.counts import TermMatrix, check_term_matrix
from readout_nlp.topics.cvb0 import cvb0_shares
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.matrix import clean_counts, in_vocabulary, row_blocks
from readout_nlp.topics.novelty import chances

ALPHAS = (0.02, 0.1)
FLOOR = 1e-3  # weight of the background, so that a term no topic holds is surprising, not impossible


def held_out_perplexity(
    fit: TopicFit, counts: TermMatrix, *, alpha: float | None = None, random_state: int = 0
) -> float:
    """Measure how well topics foretell one half of each document's tokens from the other half.

    Document completion (Wallach et al. 2009): every token of a held-out document falls at random on the half
    that is seen or on the half to be foretold. The shares of the document are inferred from the first by
    fixed-point updates of ``theta_k = (n_k + alpha) / (n + K alpha)``, whatever engine learnt the topics;
    then ``exp(-mean log sum_k theta_k phi_kw)`` over the tokens of the second. Engines and numbers of topics
    are compared on the same halves: these depend on the documents and the seed alone.

    Parameters
    ----------
    fit : TopicFit
        Its ``topic_terms`` (phi in the literature), mixed with a part of 0.001 of a background (half the mean
        of its topics, half uniform), so that NMF, which rules words out, stays finite.
    counts : TermMatrix
        Documents that the fit has not seen. Terms that it does not know are left out, so fits are comparable
        only over one vocabulary.
    alpha
        Prior of the shares at inference; where None, the better of 0.02 and 0.1.
    random_state
        Seed of the halves.

    Returns
    -------
    float
        At least 1; lower is better; ``n_terms`` for topics that know nothing. As if each token were drawn
        from so many equally likely words.

    Raises
    ------
    InputError
        If no document has a token in both halves, or if a topic is not a distribution.
    RecipeError
        If `alpha` is not above 0.

    Examples
    --------
    >>> from readout_nlp.topics.lda import fit_lda
    >>> counts = TermMatrix(csr_matrix([[9, 8, 0, 0], [0, 0, 9, 7]] * 3), list("abcd"), list("uvwxyz"))
    >>> 2 < held_out_perplexity(fit_lda(counts, n_topics=2), counts) < 2.5
    True
    """
    if alpha is not None and not (np.isfinite(alpha) and alpha > 0):
        raise RecipeError(f"alpha={alpha!r}", "a number above 0", "leave it out for the usual ones")
    if not np.isfinite(fit.topic_terms).all() or (fit.topic_terms < 0).any():
        raise InputError("topics that are not finite or below 0", "distributions over terms", "fit again")
    check_term_matrix(counts)
    seen, foretold = _halves(in_vocabulary(_by_id(counts), fit.vocabulary)[0], random_state)
    topics = _with_background(fit)
    losses = [_loss(seen, foretold, topics, a) for a in (ALPHAS if alpha is None else (alpha,))]
    return float(np.exp(min(losses)))


def hold_out(
    counts: TermMatrix, *, share: float = 0.1, groups: Sequence[str] | None = None, random_state: int = 0
) -> tuple[TermMatrix, TermMatrix]:
    """Split documents at random into those to learn from and those held out.

    Parameters
    ----------
    counts : TermMatrix
    share
        Part of the groups to hold out, above 0 and below 1; at least one group is.
    groups : sequence of str, length n_docs, optional
        What must not stand on both sides, such as the readout of each item: items of one meeting foretell
        each other. None: each document for itself.
    random_state

    Returns
    -------
    kept, held : TermMatrix
        The same whatever the order of the documents.

    Raises
    ------
    RecipeError
        If `share` is out of range or `groups` do not fit.

    Examples
    --------
    >>> counts = TermMatrix(csr_matrix([[1]] * 5), ["a"], list("vwxyz"))
    >>> kept, held = hold_out(counts, share=0.4, groups=["m1", "m1", "m2", "m3", "m3"])
    >>> len(kept.doc_ids), held.doc_ids
    (3, ['y', 'z'])
    """
    names = np.asarray(counts.doc_ids if groups is None else groups, dtype=str)
    distinct = np.unique(names)
    if not 0 < share < 1 or len(names) != len(counts.doc_ids) or len(distinct) < 2:
        raise RecipeError(
            f"share={share}, and {len(distinct)} groups for {len(names)} of {len(counts.doc_ids)} documents",
            "a share above 0 and below 1, and one group for each document, at least 2 in all",
            "use 0.1, and the readout of each item",
        )
    size = min(max(1, round(share * len(distinct))), len(distinct) - 1)
    chosen = np.random.default_rng(random_state).permutation(len(distinct))[:size]
    out = np.isin(names, distinct[chosen])
    return _rows(counts, np.flatnonzero(~out)), _rows(counts, np.flatnonzero(out))


def _rows(counts: TermMatrix, rows: np.ndarray) -> TermMatrix:
    return TermMatrix(counts.counts[rows], counts.vocabulary, [counts.doc_ids[row] for row in rows])


def _by_id(counts: TermMatrix) -> TermMatrix:
    return _rows(counts, np.argsort(np.asarray(counts.doc_ids, dtype=object), kind="stable"))


def _halves(known: csr_matrix, random_state: int) -> tuple[csr_matrix, csr_matrix]:
    """Deal the tokens; of a count that is not whole, the rest goes to one half as a whole."""
    chance = np.random.default_rng(random_state)
    tokens = np.floor(known.data)
    first = chance.binomial(tokens.astype(np.int64), 0.5) + (known.data - tokens) * chance.integers(
        0, 2, known.nnz
    )
    seen, foretold = (
        clean_counts(csr_matrix((data, known.indices, known.indptr), shape=known.shape))
        for data in (first, known.data - first)
    )
    both = np.flatnonzero((seen.getnnz(axis=1) > 0) & (foretold.getnnz(axis=1) > 0))
    if not len(both):
        raise InputError(
            f"{known.shape[0]} held-out documents without a known term in both halves",
            "at least one document with two tokens or more that the fit has terms for",
            "hold out more documents, or check that the vocabularies belong together",
        )
    return csr_matrix(seen[both]), csr_matrix(foretold[both])


def _with_background(fit: TopicFit) -> Array:
    topics = fit.topic_terms
    sizes = fit.doc_topics.mean(axis=0) if len(fit.doc_topics) else np.full(len(topics), 1 / len(topics))
    background = 0.5 * (sizes @ topics) + 0.5 / topics.shape[1]
    mixed: Array = (1 - FLOOR) * topics + FLOOR * background
    return mixed


def _loss(seen: csr_matrix, foretold: csr_matrix, topics: Array, alpha: float) -> float:
    """Mean negative log probability of a foretold token."""
    shares = cvb0_shares(seen, topic_terms=topics, alpha=np.full(len(topics), alpha))
    terms_first, total = np.ascontiguousarray(topics.T), 0.0
    for start, stop in row_blocks(foretold, 1):
        block = csr_matrix(foretold[start:stop])
        mixed = chances(block, shares[start:stop], terms_first=terms_first)
        total -= float(block.data @ np.log(mixed))
    return total / float(foretold.sum())
