"""Coefficients of all topics, their errors and their p-values, from one design."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from readout_nlp.compare.clustered import Codes
from readout_nlp.compare.clustered_rungs import Rung, rung_errors
from readout_nlp.compare.design import INTERCEPT, Design
from readout_nlp.compare.draws import posterior_draws, rubin
from readout_nlp.compare.effects_outcomes import Outcomes
from readout_nlp.topics.fit import Array

LEVEL = 0.95
NOTHING = 1e-12  # a spread of shares, or of what a regression leaves of them, that is rounding


@dataclass(frozen=True, eq=False, kw_only=True)
class Estimated:
    """Coefficients and their errors.

    Attributes
    ----------
    columns : ndarray of int, shape (n_terms,)
        The columns of the design that have a row in the table: all but the intercept.
    estimate, std_error, df : ndarray of shape (n_terms, n_topics)
        NaN where there is none.
    n_clusters : ndarray of shape (n_terms,)
    rung : ndarray of int, shape (n_terms,)
        The rung of the errors, -1 for none.
    residuals : list of ndarray of shape (n_rows, n_topics)
        One a fit.
    still, exact : ndarray of bool, shape (n_topics,)
        Topics without variation; topics that the terms fit without remainder.
    intercept : ndarray of shape (n_topics,)
    """

    columns: Codes
    estimate: Array
    std_error: Array
    df: Array
    n_clusters: Array
    rung: Codes
    residuals: list[Array]
    still: Array
    exact: Array
    intercept: Array


def estimate(outcomes: Outcomes, design: Design, ladder: Sequence[Rung], *, kind: str) -> Estimated:
    """Estimate the coefficients of every topic in every fit, and combine the fits.

    Parameters
    ----------
    outcomes, design
        What to explain, and by what.
    ladder
        From `rungs`.
    kind
        ``CR2``, with Satterthwaite degrees of freedom, or ``CV3``, with one less than there are clusters.
    """
    shares = np.stack([one[design.kept] for one in outcomes.shares])
    inner = np.einsum("nr,fnk->frk", design.basis, shares, optimize=True)
    residuals = [one - design.basis @ part for one, part in zip(shares, inner, strict=True)]
    coefficients = np.stack([design.back @ part for part in inner])
    columns = np.array([n for n, name in enumerate(design.names) if name != INTERCEPT], dtype=np.intp)
    # a column that others add up to gets no error
    wanted = columns[design.estimable[columns]]
    errors = rung_errors(design.basis, design.back[wanted], np.hstack(residuals), ladder=ladder, kind=kind)
    n_fits, n_topics = len(shares), shares.shape[2]
    df = errors.df if kind == "CR2" else errors.n_clusters - 1
    variances = errors.variance.reshape(len(wanted), n_fits, n_topics).transpose(1, 0, 2)
    combined = rubin(coefficients[:, wanted], variances, df)
    still = np.ptp(shares, axis=1).max(axis=0, initial=0.0) < NOTHING
    exact = np.sqrt(np.mean(np.square(residuals), axis=(0, 1))) < NOTHING
    if len(shares[0]) <= design.basis.shape[1]:
        exact = np.ones_like(exact)
    no_error = (still | exact)[None, :] | (errors.rung < 0)[:, None]
    own = np.flatnonzero(design.estimable[columns])
    return Estimated(
        columns=columns,
        estimate=_spread(combined.estimate, own, len(columns)),
        std_error=_spread(np.where(no_error, np.nan, np.sqrt(combined.variance)), own, len(columns)),
        df=_spread(np.where(no_error, np.nan, combined.df), own, len(columns)),
        n_clusters=_spread(errors.n_clusters[:, None], own, len(columns))[:, 0],
        rung=_rungs(errors.rung, own, len(columns)),
        residuals=residuals,
        still=still,
        exact=exact,
        intercept=_intercept(design, coefficients.mean(axis=0)),
    )


def _spread(values: Array, own: Codes, n_terms: int) -> Array:
    """Put the rows of the estimable terms among those of all terms."""
    whole = np.full((n_terms, values.shape[1]), np.nan)
    whole[own] = values
    return whole


def _rungs(rung: Codes, own: Codes, n_terms: int) -> Codes:
    whole = np.full(n_terms, -1, dtype=np.intp)
    whole[own] = rung
    return whole


def _intercept(design: Design, coefficients: Array) -> Array:
    for number, name in enumerate(design.names):
        if name == INTERCEPT and design.estimable[number]:
            return np.asarray(coefficients[number])
    return np.full(coefficients.shape[1], np.nan)


def p_values(found: Estimated) -> Array:
    """Test every coefficient against 0 by t.

    Returns
    -------
    ndarray of shape (n_terms, n_topics)
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(2 * stats.t.sf(np.abs(found.estimate) / found.std_error, found.df))


def intervals(found: Estimated, level: float = LEVEL) -> tuple[Array, Array]:
    """Give the limits of the intervals of all coefficients.

    Returns
    -------
    low, high : ndarray of shape (n_terms, n_topics)
    """
    with np.errstate(invalid="ignore"):
        reach = stats.t.ppf((1 + level) / 2, found.df) * found.std_error
    return found.estimate - reach, found.estimate + reach


def draw_errors(outcomes: Outcomes, design: Design, *, n_draws: int, random_state: int) -> Array | None:
    """Give the part of the standard errors that comes from documents being short.

    Returns
    -------
    ndarray of shape (n_terms, n_topics) or None
        The standard deviation of the coefficients over draws from each document's posterior; None where the
        lengths are not known. Over several fits, for the first.
    """
    if outcomes.lengths is None:
        return None
    shares, lengths = outcomes.shares[0][design.kept], outcomes.lengths[design.kept]
    drawn = posterior_draws(shares, lengths, n_draws=n_draws, alpha=outcomes.alpha, random_state=random_state)
    columns = [n for n, name in enumerate(design.names) if name != INTERCEPT]
    found = np.stack([design.back[columns] @ (design.basis.T @ (one - shares)) for one in drawn])
    errors = np.sqrt((found**2).mean(axis=0))  # about the estimate itself, which the draws have as their mean
    return np.where(design.estimable[columns][:, None], errors, np.nan)
