"""The one door to lifelines: curves of the share that has not yet adopted, with and without a model.

lifelines is loaded by the first curve that is asked for: it brings autograd and matplotlib along. Turnbull's
estimate is `compare.turnbull`'s own, because that of lifelines knows no silence after the event; a test holds
the one against the other.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]
Model = Literal["weibull", "lognormal", "loglogistic", "piecewise"]

MODELS: tuple[Model, ...] = ("weibull", "lognormal", "loglogistic", "piecewise")
COMPARED: tuple[Model, ...] = ("weibull", "lognormal", "loglogistic")  # of the same two parameters
BREAKS = (90.0, 180.0, 365.0)  # days at which the piecewise model's rate may change
NO_SPREAD = 1e-6  # of the longest time: intervals that differ by less are one
_POINTS = 400


@dataclass(frozen=True, eq=False, kw_only=True)
class Fitted:
    """A parametric curve.

    Attributes
    ----------
    model
        Its name.
    median, low, high
        The time by which half have adopted, and its interval; infinite where the curve or its bound does
        not fall to one half within the times looked at, NaN where the fit has no finite variance.
    aic
        Akaike's criterion: the lower, the better.
    curve : pandas.DataFrame
        ``lag``, ``survival``, ``low``, ``high``.
    """

    model: str
    median: float
    low: float
    high: float
    aic: float
    curve: pd.DataFrame


def kaplan_meier(
    duration: Array, observed: npt.NDArray[np.bool_], entry: Array, *, level: float
) -> pd.DataFrame:
    """Estimate the share without the event over time, units entering late and leaving early.

    Parameters
    ----------
    duration, entry : ndarray of shape (n_units,)
        When each was last seen at risk or had the event, and from when on it was at risk (before that).
        Times may be negative: only differences count.
    observed
        Whether it had the event.
    level
        Of the pointwise interval (exponential Greenwood).

    Returns
    -------
    pandas.DataFrame
        ``lag``, ``survival``, ``low``, ``high``, ``n_at_risk``, one row a time at which anything happens.
    """
    from lifelines import KaplanMeierFitter

    begin = float(min(entry.min(), duration.min()))
    with _quiet():
        fitter = KaplanMeierFitter(alpha=1 - level)
        fitter.fit(duration - begin, event_observed=observed, entry=entry - begin)
    curve = _curve(fitter.survival_function_.iloc[:, 0], fitter.confidence_interval_)
    at_risk = fitter.event_table["at_risk"].reindex(curve["lag"]).to_numpy()
    return curve.assign(lag=curve["lag"] + begin, n_at_risk=at_risk)


def parametric(low: Array, high: Array, weights: Array, *, model: Model, level: float) -> Fitted | None:
    """Fit a curve of a known shape to intervals; None where there is none to find, or lifelines finds none.

    Parameters
    ----------
    low, high : ndarray of shape (n_rows,)
        Positive times, 0 and infinite allowed as bounds.
    weights : ndarray of shape (n_rows,)
        How much each interval counts.
    model, level
    """
    from lifelines.exceptions import ConvergenceError, StatError

    if not _spread(low, high):
        return None
    last = float(max(high[np.isfinite(high)].max(initial=1.0), low[np.isfinite(low)].max(initial=1.0)))
    times = np.concatenate(
        [np.linspace(last / _POINTS, 2 * last, 2 * _POINTS), last * np.geomspace(2.01, 50, 60)]
    )
    fitter, begin = _fitter(model, 1 - level, low=low, high=high)
    try:
        with _quiet():
            fitter.fit_interval_censoring(low, high, timeline=times, weights=weights, initial_point=begin)
            bands = fitter.confidence_interval_survival_function_
    except (ConvergenceError, StatError, np.linalg.LinAlgError):
        return None
    curve = _curve(fitter.survival_function_.iloc[:, 0], bands)
    if not np.isfinite(curve["survival"]).all():
        return None
    return Fitted(
        model=model,
        median=crossing(curve["lag"].to_numpy(), curve["survival"].to_numpy()),
        low=crossing(curve["lag"].to_numpy(), curve["low"].to_numpy()),
        high=crossing(curve["lag"].to_numpy(), curve["high"].to_numpy()),
        aic=float(fitter.AIC_),
        curve=curve,
    )


def _spread(low: Array, high: Array) -> bool:
    """Say whether the ends of adoption differ: of one and the same day some optimisers seek for ever."""
    ends = high[np.isfinite(high)]
    return len(ends) > 0 and bool(np.ptp(ends) + np.ptp(low) > NO_SPREAD * max(1.0, float(np.max(ends))))


def crossing(lags: Array, survival: Array, level: float = 0.5) -> float:
    """Give the first time at which a falling curve is at or below a level, between points in a straight line.

    Infinite where it never is, NaN where the curve is not known.

    Examples
    --------
    >>> crossing(np.array([0.0, 10.0]), np.array([1.0, 0.0])), crossing(np.array([0.0]), np.array([0.9]))
    (5.0, inf)
    """
    below = np.flatnonzero(survival <= level)
    if np.isnan(survival).any():
        return float("nan")
    if not len(below):
        return float("inf")
    at = int(below[0])
    if at == 0:
        return float(lags[0])
    fall = survival[at - 1] - survival[at]
    return float(lags[at - 1] + (lags[at] - lags[at - 1]) * (survival[at - 1] - level) / fall)


def _fitter(model: Model, alpha: float, *, low: Array, high: Array) -> tuple[Any, Array | None]:
    """Give lifelines' fitter, and where to begin if its own beginning does not do."""
    import lifelines

    if model == "piecewise":
        # From rates as high as lifelines begins with, every likelihood is 0 and so is every gradient.
        breaks = _breaks(low, high)
        lasting = np.full(len(breaks) + 1, max(float(np.mean(low)), 1.0))
        if not breaks:
            return lifelines.ExponentialFitter(alpha=alpha), lasting
        return lifelines.PiecewiseExponentialFitter(breaks, alpha=alpha), lasting
    names = {
        "weibull": "WeibullFitter",
        "lognormal": "LogNormalFitter",
        "loglogistic": "LogLogisticFitter",
    }
    return getattr(lifelines, names[model])(alpha=alpha), None


def _breaks(low: Array, high: Array) -> list[float]:
    """Leave out the breaks between which nothing happens: a rate there could not be known."""
    kept: list[float] = []
    for at in BREAKS:
        begin = kept[-1] if kept else 0.0
        if ((high > begin) & (high <= at)).any() and (np.isfinite(high) & (low >= at)).any():
            kept.append(at)
    return kept


def _curve(survival: pd.Series, bands: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "lag": survival.index.to_numpy(dtype=float),
            "survival": survival.to_numpy(dtype=float),
            "low": bands.min(axis=1).to_numpy(dtype=float),
            "high": bands.max(axis=1).to_numpy(dtype=float),
        }
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep lifelines' remarks to itself: what they warn of is in the columns (n, thin, NaN)."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield
