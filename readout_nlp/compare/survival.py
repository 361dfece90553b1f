"""Curves of adoption: the share of places still without a tifa, by days after the centre's first use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, get_args

import numpy as np
import pandas as pd

from readout_nlp.compare.adoption import as_days
from readout_nlp.compare.lifetimes import Model, kaplan_meier, parametric
from readout_nlp.compare.turnbull import exact_frame, plain_gaps, turnbull
from readout_nlp.errors import InputError, RecipeError

COLUMNS = ("term", "method", "lag", "survival", "low", "high", "n_at_risk", "n_events", "n_censored", "thin")
METHODS = ("kaplan_meier", "turnbull", *get_args(Model))
MIN_EVENTS = 5


def adoption_curves(
    table: pd.DataFrame,
    *,
    methods: Sequence[str] = ("kaplan_meier", "turnbull", "piecewise"),
    level: float = 0.95,
    shift: float = 0.0,
    min_events: int = MIN_EVENTS,
) -> pd.DataFrame:
    """Give the share of places without each term over the days since the centre's first use.

    Parameters
    ----------
    table
        As `tifa_adoption` gives it.
    methods
        ``kaplan_meier``: of the day a place was first *seen* to print the term; right-censored, places enter
        when they come at risk, and those that have the term in their first readout are left out of it.
        ``turnbull``: of the adoption itself, known to lie between two readouts. ``weibull``, ``lognormal``,
        ``loglogistic``, ``piecewise``: the same with a model of positive lags.
    level
        Of the pointwise intervals. Those of ``turnbull`` are not confidence limits: since the row before, the
        share is only known to lie between ``high`` and ``low``.
    shift
        Days added to every lag before a model is fitted, and taken off again.
    min_events
        A term with fewer adoptions is marked thin; a model is not fitted to it.

    Returns
    -------
    pandas.DataFrame
        ``term``, ``method``, ``lag`` (days), ``survival``, ``low``, ``high``, ``n_at_risk`` (Kaplan-Meier
        only), ``n_events``, ``n_censored``, ``thin``. Where nothing can be estimated: one row with NaN.
        ``attrs["left_out"]`` counts rows by reason: ``no_lag`` (no reference or no exposure),
        ``entered_with`` (had the term in its first readout: Kaplan-Meier), ``ahead`` (adopted before the
        shifted origin: models).

    Raises
    ------
    InputError
        If the table is not one of `tifa_adoption`.
    RecipeError
        If a method is unknown.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> from readout_nlp.compare.adoption import tifa_adoption
    >>> table = tifa_adoption(rn.sample_corpus(cities=1, years=2, per_cell=6), ["五源共治"])
    >>> curves = adoption_curves(table, methods=["kaplan_meier"])
    >>> list(curves.columns[:4])
    ['term', 'method', 'lag', 'survival']
    """
    _check(table, methods)
    known = table[np.isfinite(table["lag_low"]) | np.isfinite(table["lag_high"])]
    left = {"no_lag": len(table) - len(known), "entered_with": 0, "ahead": 0}
    parts = []
    for term in dict.fromkeys(table["term"]):
        own = known[known["term"] == term]
        events = int(np.isfinite(own["lag_high"]).sum())
        left["entered_with"] += int(_entered_with(own).sum())
        left["ahead"] += int((own["lag_high"] + shift <= 0).sum())
        about = {"term": term, "n_events": events, "n_censored": len(own) - events}
        for method in methods:
            curve = _curve(own, method, level=level, shift=shift, thin=events < min_events)
            parts.append(curve.assign(method=method, thin=events < min_events, **about))
    empty = pd.DataFrame(columns=list(COLUMNS))
    curves = pd.concat(parts, ignore_index=True)[list(COLUMNS)] if parts else empty
    curves.attrs = {
        "methods": list(methods),
        "level": level,
        "shift": shift,
        "min_events": min_events,
        "left_out": left,
        "estimand": "share of places that have not printed the term, by days after the centre's first use",
    }
    return curves


def _check(table: pd.DataFrame, methods: Sequence[str]) -> None:
    missing = [name for name in ("term", "lag_low", "lag_high", "at_risk_from") if name not in table.columns]
    if missing:
        raise InputError(f"a table without {', '.join(missing)}", "a table of adoption", "use tifa_adoption")
    unknown = [repr(name) for name in methods if name not in METHODS]
    if unknown or not methods:
        raise RecipeError(
            f"methods with {', '.join(unknown)}" if unknown else "no method",
            f"one or several of {', '.join(METHODS)}",
            "change methods",
        )


def _entered_with(own: pd.DataFrame) -> pd.Series:
    return own["lag_low"] == -np.inf


def _curve(own: pd.DataFrame, method: str, *, level: float, shift: float, thin: bool) -> pd.DataFrame:
    curve: pd.DataFrame | None = None
    if len(own) and method in _FREE:
        curve = _FREE[method](own, level)
    elif len(own) and not thin:
        curve = _modelled(own, method, level=level, shift=shift)
    if curve is None or curve.empty:
        curve = pd.DataFrame({name: [np.nan] for name in ("lag", "survival", "low", "high")})
    return curve if "n_at_risk" in curve.columns else curve.assign(n_at_risk=np.nan)


def _seen(own: pd.DataFrame, level: float) -> pd.DataFrame | None:
    watched = own[~_entered_with(own)]
    if watched.empty:
        return None
    observed = np.isfinite(watched["lag_high"].to_numpy())
    until = np.where(observed, watched["lag_high"], watched["lag_low"])
    reference = as_days(watched["reference_first"])
    # at risk from the first readout on: a half day before it, so that one readout is a time at risk too
    entry = np.minimum(as_days(watched["at_risk_from"]) - reference, until) - 0.5
    return kaplan_meier(until, observed, entry, level=level)


def _between(own: pd.DataFrame, level: float) -> pd.DataFrame:
    del level  # the bounds are not confidence limits
    curve = turnbull(exact_frame(plain_gaps(own["lag_low"], own["lag_high"])))
    after = np.clip(1 - np.cumsum(curve.mass)[:-1], 0.0, 1.0)
    before = np.concatenate([[1.0], after])[:-1]
    # within a cell the share is known only to lie between its ends
    return pd.DataFrame({"lag": curve.edges, "survival": after, "low": after, "high": before})


_FREE: dict[str, Callable[[pd.DataFrame, float], pd.DataFrame | None]] = {
    "kaplan_meier": _seen,
    "turnbull": _between,
}


def _modelled(own: pd.DataFrame, method: Any, *, level: float, shift: float) -> pd.DataFrame | None:
    low = np.maximum(own["lag_low"].to_numpy() + shift, 0.0)
    high = own["lag_high"].to_numpy() + shift
    told = (high > 0) & ((low > 0) | np.isfinite(high))
    if not np.isfinite(high[told]).any():
        return None
    fit = parametric(low[told], high[told], np.ones(int(told.sum())), model=method, level=level)
    return None if fit is None else fit.curve.assign(lag=fit.curve["lag"] - shift)
