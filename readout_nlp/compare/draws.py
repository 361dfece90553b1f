"""Topic shares are estimates: draws from their posterior, and results from several fits combined."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from readout_nlp.errors import InputError, RecipeError
from readout_nlp.topics.fit import Array

PRIOR = 0.1  # alpha of a topic where the fit does not tell, as in `fit_lda`


@dataclass(frozen=True, eq=False, kw_only=True)
class Combined:
    """Estimates from several analyses as one.

    Attributes
    ----------
    estimate, variance, df : ndarray of shape (n_columns, n_outcomes)
    between : ndarray of shape (n_columns, n_outcomes)
        B: the variance between the analyses.
    """

    estimate: Array
    variance: Array
    df: Array
    between: Array


def posterior_draws(
    doc_topics: Array,
    lengths: Array,
    *,
    n_draws: int = 20,
    alpha: float | Array = PRIOR,
    random_state: int = 0,
) -> list[Array]:
    """Draw topic shares from each document's posterior, a Dirichlet distribution about its estimated shares.

    Under LDA with the topics known, the posterior of a document of N tokens is close to a Dirichlet with the
    parameters N_dk + alpha_k, whose mean is the estimate theta: so (N + sum of alpha) theta. Draws have theta
    as their mean. They say how far off a short document's shares may be; not how far off the topics are, for
    which there are refits.

    Parameters
    ----------
    doc_topics : ndarray of shape (n_docs, n_topics)
        Rows sum to 1.
    lengths : ndarray of shape (n_docs,)
        Counted tokens of every document.
    n_draws
        At least 1.
    alpha
        Prior of the shares, one for all topics or one a topic.
    random_state
        Seed.

    Returns
    -------
    list of ndarray
        Each like `doc_topics`; `topic_effects` takes the list in the place of one array.

    Raises
    ------
    InputError
        If shapes do not agree, or rows do not sum to 1.
    RecipeError
        If `n_draws` is not a whole number of at least 1.

    Examples
    --------
    >>> draws = posterior_draws(np.array([[0.5, 0.5], [1.0, 0.0]]), np.array([10.0, 1000.0]))
    >>> len(draws), bool(draws[0][1, 0] == 1.0)
    (20, True)
    """
    if isinstance(n_draws, bool) or not isinstance(n_draws, int) or n_draws < 1:
        raise RecipeError(f"n_draws={n_draws!r}", "a whole number of at least 1", "change it")
    check_lengths(doc_topics, lengths)
    prior = float(np.sum(np.broadcast_to(alpha, doc_topics.shape[1])))
    shape = (np.asarray(lengths, dtype=np.float64) + prior)[:, None] * doc_topics
    chance = np.random.default_rng(random_state)
    return [_normalised(chance.standard_gamma(shape), doc_topics) for _ in range(n_draws)]


def check_lengths(doc_topics: Array, lengths: Array) -> None:
    """Refuse what no posterior can be drawn from.

    Raises
    ------
    InputError
        If shapes do not agree, lengths are negative or unknown, or rows do not sum to 1.
    """
    faults = []
    if np.shape(lengths) != (len(doc_topics),):
        faults.append(f"lengths of shape {np.shape(lengths)} for {len(doc_topics)} documents")
    elif not (np.asarray(lengths, dtype=np.float64) >= 0).all():
        faults.append("lengths that are negative or unknown")
    sums = doc_topics[np.isfinite(doc_topics).all(axis=1)].sum(axis=1)
    if not np.allclose(sums, 1.0, atol=1e-6):
        faults.append("rows of doc_topics that do not sum to 1")
    if faults:
        raise InputError(
            "; ".join(faults), "topic shares and one number of tokens a document", "pass those of the fit"
        )


def _normalised(weights: Array, doc_topics: Array) -> Array:
    sums = weights.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(sums > 0, weights / sums, doc_topics))


def rubin(estimates: Array, variances: Array, df: Array) -> Combined:
    """Combine the estimates from several fits by Rubin's rules.

    With m fits: T = W + (1 + 1/m) B, W the mean of the variances, B the variance of the estimates; degrees of
    freedom as Barnard and Rubin (1999) give them for few complete-data ones.

    Parameters
    ----------
    estimates, variances : ndarray of shape (n_fits, n_columns, n_outcomes)
    df : ndarray of shape (n_columns,)
        Complete-data degrees of freedom.

    Returns
    -------
    Combined
        For a single fit, that fit.

    Examples
    --------
    >>> same = rubin(np.ones((3, 1, 1)), np.full((3, 1, 1), 4.0), np.array([10.0]))
    >>> same.variance.tolist(), same.df.round(6).tolist()
    ([[4.0]], [[10.0]])
    """
    n_fits, within = len(estimates), variances.mean(axis=0)
    whole = np.broadcast_to(df[:, None], within.shape).astype(np.float64)
    if n_fits == 1:
        return Combined(estimate=estimates[0], variance=within, df=whole, between=np.zeros_like(within))
    between = estimates.var(axis=0, ddof=1)
    total = within + (1 + 1 / n_fits) * between
    with np.errstate(invalid="ignore", divide="ignore"):
        missing = (1 + 1 / n_fits) * between / total  # lambda: the part that the fits disagree about
        observed = (whole + 1) / (whole + 3) * whole * (1 - missing)
        combined = 1 / (missing**2 / (n_fits - 1) + 1 / observed)
    settled = np.where(between > 0, combined, whole)
    return Combined(estimate=estimates.mean(axis=0), variance=total, df=settled, between=between)
