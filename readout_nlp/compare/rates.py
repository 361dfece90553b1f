"""How often places print a wording: a beta distribution of their rates, from counts of readouts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betaln

Array = npt.NDArray[np.float64]

STEADIEST = 1e4  # a + b where the places' rates differ no more than chance makes them


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A beta distribution of the rate at which a place's readouts print a wording.

    Attributes
    ----------
    a, b
        Its parameters; NaN where nothing is known.
    mean
        The rate over all readouts together.
    correlation
        Of two readouts of one place (rho, the intra-class correlation); 0 where places do not differ.
    n_places, n_readouts
        What it rests on.
    """

    a: float
    b: float
    mean: float
    correlation: float
    n_places: int
    n_readouts: int


def beta_rate(hits: npt.ArrayLike, trials: npt.ArrayLike, *, predictive: bool = False) -> Rate:
    """Estimate how a rate is spread over places, by moments.

    The intra-class correlation is the analysis-of-variance estimator for binary data (Ridout, Demetrio and
    Firth 1999), cut off at 0; the mean is the pooled rate, drawn in from 0 and 1 by half a readout.

    Parameters
    ----------
    hits, trials : array-like of shape (n_places,)
        Readouts that print the wording, and readouts in all; places without a readout do not count.
    predictive
        Widen the distribution by the sampling error of its mean: what a place not among these may show.

    Examples
    --------
    >>> beta_rate([0, 10, 0, 10], [10, 10, 10, 10]).correlation
    1.0
    >>> beta_rate([5, 5, 5, 5], [10, 10, 10, 10]).correlation
    0.0
    """
    some = np.asarray(trials, dtype=np.float64) > 0
    k, n = np.asarray(hits, dtype=np.float64)[some], np.asarray(trials, dtype=np.float64)[some]
    if not len(n):
        nan = float("nan")
        return Rate(a=nan, b=nan, mean=nan, correlation=nan, n_places=0, n_readouts=0)
    mean = float((k.sum() + 0.5) / (n.sum() + 1))
    rho = _correlation(k, n)
    spread = rho
    if predictive:
        design = (1 + (n - 1) * rho) * n
        error = design.sum() / n.sum() ** 2  # the variance of the mean over mean (1 - mean)
        spread = min(rho + error * (1 - rho), 1.0)
    size = min(1 / spread - 1, STEADIEST) if spread > 0 else STEADIEST
    size = max(size, 1 / STEADIEST)
    return Rate(
        a=mean * size,
        b=(1 - mean) * size,
        mean=mean,
        correlation=rho,
        n_places=len(n),
        n_readouts=int(n.sum()),
    )


def _correlation(k: Array, n: Array) -> float:
    places, total = len(n), n.sum()
    if places < 2 or total <= places:
        return 0.0
    within = (k - k**2 / n).sum() / (total - places)
    between = ((k**2 / n).sum() - k.sum() ** 2 / total) / (places - 1)
    size = (total - (n**2).sum() / total) / (places - 1)
    below = between + (size - 1) * within
    return float(np.clip((between - within) / below, 0.0, 1.0)) if below > 0 else 0.0


def silent(rate: Rate, n: npt.ArrayLike, *, hits: npt.ArrayLike = 0, trials: npt.ArrayLike = 0) -> Array:
    """Give the probability that `n` further readouts of a place all lack the wording.

    The place's own record (`hits` of `trials` readouts) is taken into account: B(a', b' + n) / B(a', b') with
    a' = a + hits and b' = b + trials - hits.

    Examples
    --------
    >>> steady = beta_rate([50, 50], [100, 100])
    >>> bool(abs(silent(steady, 3) - 0.125) < 1e-3)
    True
    """
    a = rate.a + np.asarray(hits, dtype=np.float64)
    b = rate.b + np.asarray(trials, dtype=np.float64) - np.asarray(hits, dtype=np.float64)
    return np.asarray(np.exp(betaln(a, b + np.asarray(n, dtype=np.float64)) - betaln(a, b)))
