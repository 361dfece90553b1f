"""Shares right with their intervals: coders are given, tasks are a sample of those the model might pose.

Two coders cannot stand for all coders, so that no interval here speaks of others than those who coded. What
is random is which tasks were drawn for each topic. The answers of several coders to one task are not
independent; a task counts once, by the mean of its answers. The interval is Wilson's, with the number of
answers that would be as informative (Dean and Pagano 2015), because it stays within 0 and 1 and holds its
level near them; a bootstrap over tasks does not where nearly all are right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from readout_nlp.compare.clustered import Codes
from readout_nlp.topics.fit import Array

LEVEL = 0.95
THIN = 10  # tasks: with fewer, the interval of a topic says little


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A mean over tasks with its 95 % interval; None where one task, or none, leaves it open."""

    score: float
    low: float | None
    high: float | None
    n: int


def share_right(
    values: Array, strata: Codes, *, weights: Array | None = None, part: Array | None = None
) -> Rate:
    """Give the share right, tasks being drawn apart in each stratum.

    Parameters
    ----------
    values : ndarray of shape (n_tasks,)
        Mean of the answers to each task, 0 to 1.
    strata : ndarray of int, shape (n_tasks,)
        The topic of each task, or what it was drawn by.
    weights : ndarray of shape (n_tasks,), optional
        What each stratum weighs (one value in each): None for all alike, as topics do.
    part : ndarray of shape (n_tasks,), optional
        The part of the stratum that was drawn, where it is finite.

    Returns
    -------
    Rate

    Examples
    --------
    >>> rate = share_right(np.array([1.0, 1.0, 1.0, 0.0]), np.array([0, 0, 1, 1]))
    >>> rate.score, round(rate.low, 2), round(rate.high, 2)
    (0.75, 0.1, 0.99)
    """
    score, variance, df = _stratified(values, strata, weights=weights, part=part, uneven=weights is not None)
    if len(values) < 2:
        return Rate(score=score, low=None, high=None, n=len(values))
    low, high = wilson(score, _effective(score, variance, len(values)), df=df)
    return Rate(score=score, low=low, high=high, n=len(values))


def mean_of(values: Array, strata: Codes) -> Rate:
    """Give the mean of values without bounds, such as log odds, with a t interval over tasks.

    Examples
    --------
    >>> mean_of(np.array([-1.0, -1.0, -3.0, -3.0]), np.array([0, 0, 1, 1])).score
    -2.0
    """
    score, variance, df = _stratified(values, strata, weights=None, part=None, uneven=True)
    if len(values) < 2:
        return Rate(score=score, low=None, high=None, n=len(values))
    reach = float(stats.t.ppf((1 + LEVEL) / 2, df)) * variance**0.5
    return Rate(score=score, low=score - reach, high=score + reach, n=len(values))


def wilson(share: float, n: float, *, df: float = np.inf) -> tuple[float, float]:
    """Give Wilson's interval for a share of `n` answers, with the quantile of t for `df`.

    Examples
    --------
    >>> [round(end, 3) for end in wilson(0.5, 10)]
    [0.237, 0.763]
    """
    z = float(stats.t.ppf((1 + LEVEL) / 2, df))
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    reach = z * (share * (1 - share) / n + z**2 / (4 * n**2)) ** 0.5 / (1 + z**2 / n)
    return max(0.0, min(share, middle - reach)), min(1.0, max(share, middle + reach))


def by_stratum(values: Array, strata: Codes) -> dict[int, Rate]:
    """Give the share right of each stratum; what a task tells is pooled, since few are in one."""
    found = {}
    within = _within(values, strata)
    for code in np.unique(strata):
        own = values[strata == code]
        score = float(own.mean())
        low, high = wilson(score, _effective(score, within / len(own), len(own)))
        found[int(code)] = Rate(score=score, low=low, high=high, n=len(own))
    return found


def _effective(score: float, variance: float, n_tasks: int) -> float:
    """How many answers, independent and of one chance, would leave as much open as these tasks do.

    Never fewer than the tasks, each of which is at least one answer, and never more than six times as many:
    a variance that happens to be small in few tasks must not make the interval vanish.
    """
    spread = score * (1 - score)
    if spread <= 0 or variance <= 0:
        return float(n_tasks)
    return float(np.clip(spread / variance, n_tasks, MOST * n_tasks))


MOST = 6.0


def _within(values: Array, strata: Codes) -> float:
    codes, sizes = np.unique(strata, return_counts=True)
    spread = sum(
        float(((values[strata == code] - values[strata == code].mean()) ** 2).sum()) for code in codes
    )
    freedom = int((sizes - 1).sum())
    return spread / freedom if freedom else float(values.var(ddof=1)) if len(values) > 1 else 0.0


def _stratified(
    values: Array, strata: Codes, *, weights: Array | None, part: Array | None, uneven: bool
) -> tuple[float, float, float]:
    """Give the weighted mean over strata, its variance, and degrees of freedom.

    `uneven`: strata may differ in variance by much, because they weigh differently or the values are skewed.
    """
    codes, first, sizes = np.unique(strata, return_index=True, return_counts=True)
    whole = np.ones(len(codes)) if weights is None else weights[first]
    whole = whole / whole.sum()
    left = np.ones(len(codes)) if part is None else 1 - part[first]
    means = np.array([values[strata == code].mean() for code in codes])
    score = float(whole @ means)
    pooled = _within(values, strata)
    freedom = float((sizes - 1).sum())
    if freedom == 0:  # one task a topic: topics stand for tasks
        spread = float(values.var(ddof=1)) if len(values) > 1 else 0.0
        return score, float((whole**2 * left).sum()) * spread, max(1.0, len(values) - 1.0)
    spreads = [
        float(values[strata == code].var(ddof=1)) if size > 1 else pooled
        for code, size in zip(codes, sizes, strict=True)
    ]
    parts = whole**2 * left * np.array(spreads) / sizes
    variance = float(parts.sum())
    if uneven and variance > 0:  # Satterthwaite: a few strata carry most of the variance
        held = np.maximum(sizes - 1, 1)
        freedom = max(1.0, variance**2 / float((parts**2 / held).sum()))
    return score, variance, freedom
