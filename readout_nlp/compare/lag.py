"""How long places take: the median lag to the centre's first use, with an interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from readout_nlp.compare.adoption_draws import MIN_EVENTS, Drawn, DrawnCurve, draw_curve, drawn_before
from readout_nlp.compare.lag_gaps import (
    UNLIKELY,
    Adoptions,
    DaysByPlace,
    days_by_place,
    known_lags,
    seen_adoptions,
)
from readout_nlp.compare.lifetimes import COMPARED, MODELS, Fitted, Model, parametric
from readout_nlp.compare.turnbull import (
    Array,
    Curve,
    Gaps,
    interval_of_medians,
    median_time,
    turnbull,
)
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import InputError, RecipeError

Method = Literal["turnbull", "auto", "weibull", "lognormal", "loglogistic", "piecewise"]
SELDOM = 0.15  # of adopters' readouts: in simulations a fifth is enough, a tenth hardly
COLUMNS = (
    "median",
    "low",
    "high",
    "n_places",
    "n_events",
    "n_censored",
    "n_unbounded",
    "print_rate",
    "method",
    "thin",
    "flags",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settings:
    method: Method
    n_resamples: int
    level: float
    shift: float
    min_events: int
    random_state: int


def lag_to_centre(
    table: pd.DataFrame,
    corpus: Corpus | None = None,
    *,
    by: Literal["term", "place"] = "term",
    method: Method = "turnbull",
    n_resamples: int = 500,
    level: float = 0.95,
    shift: float = 0.0,
    min_events: int = MIN_EVENTS,
    random_state: int = 0,
    drawn: Drawn | None = None,
) -> pd.DataFrame:
    """Give the number of days after the centre's first use by which half the places had adopted each term.

    Places that never adopt count: the median is of all places, and infinite if fewer than half adopt. With
    the corpus, places that have adopted but do not print the term in every readout are allowed for: an
    adoption may lie before readouts that are silent by chance, the less likely the more of them. How often
    adopters print the term is estimated from their readouts after the first with it, by a beta distribution
    over places.

    Parameters
    ----------
    table
        As `tifa_adoption` gives it.
    corpus
        The corpus that the table was made of. Without it, the first readout with the term is taken to be the
        first since the adoption, and the lag is too long where adopters are sometimes silent.
    by
        ``term``: half of the places. ``place``: half of the terms, to see which places are early.
    method
        ``turnbull``: no model of the curve (Turnbull 1976; with the corpus its smoothed form, EMS: Silverman,
        Jones, Wilson and Nychka 1990), with an interval from resampled places. Or a model of positive lags,
        with lifelines: ``weibull``, ``lognormal``, ``loglogistic``, ``piecewise``
        (constant rates between 0, 90, 180 and 365 days and after), or ``auto``: that of the first three with
        the least AIC. A model's interval takes it as true. ``piecewise`` bears places that never adopt; the
        others take them for very late ones, and their median is too long.
    n_resamples, level, random_state
        Of the interval.
    shift
        Days added to every lag before a model is fitted, and taken off again: for places ahead of the centre.
    min_events
        With fewer adoptions nothing is estimated.
    drawn
        As `draw_curves` gives them of the same table and draws, where the curve is asked for too; for
        ``turnbull`` by ``term``. None: they are drawn here.

    Returns
    -------
    pandas.DataFrame
        One row a term (or place): ``median``, ``low``, ``high`` (days; NaN where not estimated), ``n_places``
        (or terms) that count, ``n_events``, ``n_censored``, ``n_unbounded`` (adopted before anything was
        seen of them), ``print_rate`` (of adopters' readouts; NaN without the corpus), ``method`` (``auto``
        names its choice), ``thin`` (fewer than `min_events` adoptions), ``flags``, joined by semicolons:

        - ``no_reference``: no row with a reference and exposure;
        - ``few_events``: thin, so nothing is estimated;
        - ``no_print_rate``: no readout after any first use, so silence is not allowed for;
        - ``seldom_printed``: in fewer than 15 % of adopters' readouts: in simulations the median may be a
          tenth too late then, its interval too narrow (``benchmarks/validate/adoption.py --prints 0.05``);
        - ``negative_lags``: a model needs a larger `shift`;
        - ``no_fit``: the model could not be fitted; ``no_interval``: its variance is not finite;
        - ``not_half``: the median is not reached.

        ``attrs``: the settings, ``left_out`` (rows without a reference or exposure), the estimand.

    Raises
    ------
    InputError
        If the table is not one of `tifa_adoption`, or not of this corpus, or `drawn` not of this table.
    RecipeError
        If a setting cannot be used.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> from readout_nlp.compare.adoption import tifa_adoption
    >>> corpus = rn.sample_corpus(cities=1, years=2, per_cell=6)
    >>> lags = lag_to_centre(tifa_adoption(corpus, ["五源共治"]), corpus, n_resamples=99)
    >>> lags[["term", "method"]].to_numpy().tolist()
    [['五源共治', 'turnbull']]
    """
    settings = _Settings(
        method=method,
        n_resamples=n_resamples,
        level=level,
        shift=shift,
        min_events=min_events,
        random_state=random_state,
    )
    _check(table, by, settings)
    days = days_by_place(table, corpus)
    rows = []
    for name, group in table.groupby(by, sort=False):
        kept = group[known_lags(group)]
        draws = {"n_resamples": n_resamples, "random_state": random_state}
        before = drawn_before(drawn if by == "term" else None, name, kept, **draws)
        rows.append({by: name, **_median(kept, days, settings, before)})
    lags = pd.DataFrame(rows, columns=[by, *COLUMNS])
    lags.attrs = {
        "method": method,
        "level": level,
        "n_resamples": n_resamples,
        "shift": shift,
        "min_events": min_events,
        "random_state": random_state,
        "silence_allowed_for": corpus is not None,
        "left_out": int((~known_lags(table)).sum()),
        "estimand": "days after the centre's first use by which half of all places had adopted",
    }
    return lags


def _check(table: pd.DataFrame, by: str, settings: _Settings) -> None:
    needed = ("term", "place", "lag_low", "lag_high", "n_after", "n_with_after", "first_earliest")
    missing = [name for name in needed if name not in table.columns]
    if missing:
        raise InputError(f"a table without {', '.join(missing)}", "a table of adoption", "use tifa_adoption")
    faults = [f"by={by!r}"] if by not in ("term", "place") else []
    faults += [] if settings.method in get_args(Method) else [f"method={settings.method!r}"]
    faults += [] if 0 < settings.level < 1 else [f"level={settings.level!r}"]
    faults += [] if settings.n_resamples >= 1 else [f"n_resamples={settings.n_resamples!r}"]
    faults += [] if settings.min_events >= 1 else [f"min_events={settings.min_events!r}"]
    if faults:
        raise RecipeError(
            "; ".join(faults),
            f"by term or place, a method of {', '.join(get_args(Method))}, a level between 0 and 1, at least"
            " one resample and one event",
            "change them",
        )


def _median(
    kept: pd.DataFrame, days: DaysByPlace | None, settings: _Settings, before: DrawnCurve | None
) -> dict[str, object]:
    events = int(np.isfinite(kept["lag_high"]).sum())
    row: dict[str, object] = dict.fromkeys(("median", "low", "high", "print_rate"), float("nan"))
    row |= {
        "n_places": len(kept),
        "n_events": events,
        "n_censored": len(kept) - events,
        "n_unbounded": int(np.isneginf(kept["lag_low"]).sum()),
        "method": settings.method,
        "thin": events < settings.min_events,
    }
    flags = ["no_reference"] if not len(kept) else []
    if events < settings.min_events:
        return {**row, "flags": "; ".join([*flags, "few_events"])}
    seen = before.seen if before else seen_adoptions(kept, days)
    flags += ["no_print_rate"] if days is not None and seen.rate is None else []
    row["print_rate"] = float("nan") if seen.rate is None else seen.rate.mean
    flags += ["seldom_printed"] if seen.rate is not None and seen.rate.mean < SELDOM else []
    found, marks = (
        _drawn(seen, settings, before) if settings.method == "turnbull" else _fitted(seen, settings)
    )
    return {**row, **found, "flags": "; ".join([*flags, *marks])}


def _drawn(
    seen: Adoptions, settings: _Settings, before: DrawnCurve | None
) -> tuple[dict[str, object], list[str]]:
    draws = {"n_resamples": settings.n_resamples, "random_state": settings.random_state}
    one = before or draw_curve(seen, **draws)
    middle = median_time(one.curve)
    low, high = interval_of_medians(one.curve.edges, one.masses, level=settings.level)
    return {"median": middle, "low": low, "high": high}, _not_half(middle)


def _fitted(seen: Adoptions, settings: _Settings) -> tuple[dict[str, object], list[str]]:
    gaps = seen.gaps
    latest = pd.Series(gaps.high).groupby(gaps.unit).max()
    if (latest + settings.shift <= 0).any():
        return {}, ["negative_lags"]
    fit = _model(gaps, _posterior(gaps, turnbull(seen.frame)), settings)
    if fit is None:
        return {}, ["no_fit"]
    found = {name: getattr(fit, name) - settings.shift for name in ("median", "low", "high")}
    marks = ["no_interval"] if np.isnan(fit.low) or np.isnan(fit.high) else []
    return {**found, "method": fit.model}, [*_not_half(fit.median), *marks]


def _not_half(median: float) -> list[str]:
    return ["not_half"] if np.isposinf(median) else []


def _model(gaps: Gaps, weights: Array, settings: _Settings) -> Fitted | None:
    low = np.maximum(gaps.low + settings.shift, 0.0)
    high = gaps.high + settings.shift
    told = (high > 0) & ((low > 0) | np.isfinite(high)) & (weights > UNLIKELY)
    names: tuple[Model, ...] = COMPARED
    if settings.method != "auto":
        names = tuple(name for name in MODELS if name == settings.method)
    fits = [
        parametric(low[told], high[told], weights[told], model=name, level=settings.level) for name in names
    ]
    return min((fit for fit in fits if fit is not None), key=lambda fit: fit.aic, default=None)


def _posterior(gaps: Gaps, curve: Curve) -> Array:
    """Share each unit among its gaps as the curve does."""
    upto = np.cumsum(curve.mass)[:-1]
    low, high = (np.interp(at, curve.edges, upto) for at in (gaps.low, gaps.high))
    low, high = np.where(np.isneginf(gaps.low), 0.0, low), np.where(np.isposinf(gaps.high), 1.0, high)
    share = gaps.chance * np.maximum(high - low, 1e-12)
    total = np.bincount(gaps.unit, weights=share, minlength=gaps.n_units)
    return np.asarray(share / total[gaps.unit])
