"""Do coders agree beyond chance: Krippendorff's alpha, with an interval over the units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats

from readout_nlp.topics.fit import Array

RESAMPLES = 1000
LEVEL = 0.95
LEAST_UNITS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Alpha:
    """Krippendorff's alpha for nominal answers.

    Attributes
    ----------
    alpha
        1: all agree; 0: as chance would have it; below 0: less. None where it is not defined: fewer than two
        units have two answers, or all answers are alike, so that there is nothing to agree on beyond chance.
    low, high
        95 % interval; None where no unit shows disagreement, for then nothing says how much there may be.
    n_units
        Units with two answers or more.
    """

    alpha: float | None
    low: float | None
    high: float | None
    n_units: int


def krippendorff(
    answers: Mapping[tuple[str, str], str], *, resamples: int = RESAMPLES, random_state: int = 0
) -> Alpha:
    """Give Krippendorff's alpha (Krippendorff 2019, ch. 12) of nominal answers.

    The value is that of `nltk.metrics.agreement.AnnotationTask`; the resamples are counted from the same
    table of coincidences, as the library takes seconds for what is needed a thousand times.

    Parameters
    ----------
    answers
        The answer by coder and unit; a unit that one coder answered says nothing.
    resamples
        How often to draw the units again.
    random_state
        Seed.

    Examples
    --------
    >>> answers = {("A", "u1"): "x", ("B", "u1"): "x", ("A", "u2"): "y", ("B", "u2"): "y",
    ...            ("A", "u3"): "x", ("B", "u3"): "y"}
    >>> found = krippendorff(answers)
    >>> round(found.alpha, 3), found.n_units
    (0.444, 3)
    """
    table = _table(answers)
    if len(table) < LEAST_UNITS or (table.sum(axis=0) > 0).sum() < 2:
        return Alpha(alpha=None, low=None, high=None, n_units=len(table))
    low, high = _interval(table, resamples, np.random.default_rng(random_state))
    return Alpha(alpha=_by_library(answers), low=low, high=high, n_units=len(table))


def alphas(table: Array, weights: Array) -> Array:
    """Give alpha for each weighting of the units.

    Parameters
    ----------
    table : ndarray of shape (n_units, n_values)
        How often each value was given to each unit; two answers or more in each row.
    weights : ndarray of shape (n_weightings, n_units)
        How often each unit counts.

    Returns
    -------
    ndarray of shape (n_weightings,)
        NaN where all answers are alike.

    Examples
    --------
    >>> alphas(np.array([[2.0, 0.0], [0.0, 2.0], [1.0, 1.0]]), np.ones((1, 3))).round(3).tolist()
    [0.444]
    """
    m = table.sum(axis=1)
    apart = (m**2 - (table**2).sum(axis=1)) / (m - 1)  # disagreeing pairs, by the m - 1 of each answer
    totals = weights @ table
    n = totals.sum(axis=1)
    expected = (n**2 - (totals**2).sum(axis=1)) / (n - 1)
    return np.asarray(1.0 - (weights @ apart) / expected)


def _interval(
    table: Array, resamples: int, chance: np.random.Generator
) -> tuple[float, float] | tuple[None, None]:
    """Draw the units again, and take percentiles corrected for bias and skew (BCa: Efron 1987).

    Plain percentiles hold less than they should with the few units that people can code; t widens them.
    """
    n = len(table)
    drawn = chance.multinomial(n, np.full(n, 1 / n), size=resamples).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        values, without = alphas(table, drawn), alphas(table, 1.0 - np.eye(n))
        found = float(alphas(table, np.ones((1, n)))[0])
    values, without = values[np.isfinite(values)], without[np.isfinite(without)]
    if not len(without):  # without any one unit, nothing is left to disagree on
        return None, None
    away = without.mean() - without
    below = float(np.mean(values < found) + np.mean(values == found) / 2) if len(values) else 0.0
    if found >= 1 or not 0 < below < 1 or not (away**2).sum() > 0:
        return None, None
    skew = float((away**3).sum() / (6 * (away**2).sum() ** 1.5))
    bias = float(stats.norm.ppf(below))
    reach = float(stats.t.ppf((1 + LEVEL) / 2, n - 1)) * (n / (n - 1)) ** 0.5
    ends = [bias + (bias + z) / (1 - skew * (bias + z)) for z in (-reach, reach)]
    low, high = (float(np.quantile(values, part)) for part in stats.norm.cdf(np.array(ends)))
    return min(low, found), max(high, found)


def _table(answers: Mapping[tuple[str, str], str]) -> Array:
    units = {name: row for row, name in enumerate(sorted({unit for _, unit in answers}))}
    values = {value: column for column, value in enumerate(sorted(set(answers.values())))}
    table = np.zeros((len(units), len(values)))
    for (_, unit), value in answers.items():
        table[units[unit], values[value]] += 1
    return np.asarray(table[table.sum(axis=1) >= 2])


def _by_library(answers: Mapping[tuple[str, str], str]) -> float:
    from nltk.metrics.agreement import AnnotationTask  # seconds to import

    return float(AnnotationTask(data=[(*who, value) for who, value in answers.items()]).alpha())
