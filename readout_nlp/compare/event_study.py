"""Attention before and after a dated event, beside the same on all dates on which nothing is known to be."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from readout_nlp.compare.attention_windows import Attention, attention_of, event_error, placebo_days, steps
from readout_nlp.compare.discovery_rate import discovery_rate
from readout_nlp.compare.mixtures import readout_mixtures
from readout_nlp.compare.time_blocks import LEVEL, Array, half_width, varied
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import RecipeError
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.infer import Inference

METHOD = "difference of mean shares after and before, judged by placebo dates"
ESTIMAND = (
    "mean share of a topic in the published agenda of the places that published on both sides of the"
    " date, after it less before it"
)
MIN_SIDE, MIN_DISJOINT = 10, 19
Weight = Literal["readout", "place"]
COLUMNS = [
    "topic",
    "before",
    "after",
    "effect",
    "low",
    "high",
    "p_placebo",
    "q",
    "placebo_low",
    "placebo_high",
    "n_before",
    "n_after",
    "n_places",
    "n_placebos",
    "n_disjoint",
    "thin",
]
STEP_COLUMNS = ["topic", "step", "start", "end", "share", "low", "high", "n_readouts", "thin"]


def event_study(
    topics: TopicFit | Inference,
    corpus: Corpus,
    date: datetime.date | str,
    *,
    topic: str | Sequence[str] | None = None,
    window_days: int = 90,
    places: Sequence[str] | None = None,
    weight: Weight = "readout",
) -> pd.DataFrame:
    """Compare attention before and after a dated event, and hold the difference against placebo dates.

    The interval tells how sure the difference is, given that readouts of a place within 30 days are alike.
    It does not tell whether the event made it: agendas move all the time. That is what placebo dates are
    for, all days of the record whose windows lie within it and do not touch the event's; for each the same
    difference is taken over the same places, and `p_placebo` is the share of dates with at least as large a
    one.

    Parameters
    ----------
    topics, corpus
        As in `resonance`.
    date
        The day of the event, ISO; it belongs to the time after.
    topic
        One or several topic ids; all where None.
    window_days
        Length of each window.
    places
        Which places to take; all where None. Only those with readouts in both windows enter. Where no
        readout has a place, all are taken for one.
    weight
        ``readout``: every readout counts alike; ``place``: every place counts alike.

    Returns
    -------
    pandas.DataFrame
        One row a topic: ``topic``, ``before``, ``after`` (mean shares), ``effect`` (after less before, -1
        to 1), ``low``, ``high`` (95 %, from 30-day blocks of a place), ``p_placebo`` (two-sided, never
        below 1 / (n_placebos + 1)), ``q`` (Benjamini and Hochberg over the topics), ``placebo_low``,
        ``placebo_high`` (between which lie 95 % of the placebo effects), ``n_before``, ``n_after``
        (readouts), ``n_places``, ``n_placebos``, ``n_disjoint`` (how many pairs of windows without overlap
        the record holds: placebo dates near each other tell the same), ``thin`` (fewer than 10 readouts on
        a side, or fewer than 19 disjoint placebos, with which p < .05 is beyond reach or chance).

        Effects are NaN where a window is empty, intervals with one block a side, ``p_placebo`` without
        placebo dates. ``attrs["left_out"]`` counts, beside what `resonance` counts, readouts in the windows
        of places that have none on the other side (``one_sided``).

    Raises
    ------
    RecipeError
        If an argument is none of the above, or the date is not in the record.
    InputError
        As in `resonance`.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=3, years=4, per_cell=12)
    >>> topics = rn.fit_nmf(rn.count_terms(rn.tokenize(corpus)), n_topics=4)
    >>> table = event_study(topics, corpus, "2014-01-01")
    >>> bool(np.allclose(table["after"] - table["before"], table["effect"]))
    True
    """
    day = _day(date)
    if isinstance(window_days, bool) or not isinstance(window_days, int) or window_days < 1:
        raise RecipeError(f"window_days={window_days!r}", "a number of days, at least 1", "change it")
    if weight not in ("readout", "place"):
        raise RecipeError(f"weight={weight!r}", "'readout' or 'place'", "choose one of these")
    held, left_out = _held(topics, corpus, day, topic=topic, places=places)
    held, one_sided = held.on_both_sides(day, window_days)
    before, after = held.means(np.array([day]), window_days, weight)
    tried, n_disjoint = placebo_days(held.span, day, window_days)
    placebos = np.subtract(*held.means(tried, window_days, weight)[::-1])
    placebos = placebos[np.isfinite(placebos).all(axis=1)]
    error, df = event_error(held, day, window=window_days, weight=weight)
    n_before, n_after = held.counts(day, window_days)
    effect = (after - before)[0]
    wide = half_width(varied(error), df)
    low, high = _band(placebos)
    table = pd.DataFrame(
        {
            "topic": list(held.topic_ids),
            "before": before[0],
            "after": after[0],
            "effect": effect,
            "low": effect - wide,
            "high": effect + wide,
            "p_placebo": _p_placebo(effect, placebos),
            "q": np.nan,
            "placebo_low": low,
            "placebo_high": high,
            "n_before": n_before,
            "n_after": n_after,
            "n_places": len(set(held.places.tolist())),
            "n_placebos": len(placebos),
            "n_disjoint": n_disjoint,
            "thin": min(n_before, n_after) < MIN_SIDE or n_disjoint < MIN_DISJOINT,
        }
    )
    table["q"] = discovery_rate(table["p_placebo"].to_numpy(float))
    table.attrs = _about(day, {**left_out, "one_sided": one_sided}, window_days=window_days, weight=weight)
    return table[COLUMNS]


def leads_and_lags(
    topics: TopicFit | Inference,
    corpus: Corpus,
    date: datetime.date | str,
    *,
    topic: str | Sequence[str] | None = None,
    step_days: int = 30,
    n_steps: int = 6,
    places: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Give the path of attention around an event in steps of equal length, for a figure.

    Parameters
    ----------
    topics, corpus, date, topic, places
        As in `event_study`.
    step_days, n_steps
        Length of a step, and how many on each side.

    Returns
    -------
    pandas.DataFrame
        One row a topic and step: ``topic``, ``step`` (-n_steps to n_steps - 1; the event opens step 0),
        ``start``, ``end`` (dates; the end is not in it), ``share`` (mean over the step's readouts),
        ``low``, ``high`` (95 %; readouts of a place in one step are one observation, unless there is one
        place), ``n_readouts``, ``thin`` (fewer than 5). An empty step is NaN. All places enter: composition
        may change from step to step.

    Raises
    ------
    RecipeError, InputError
        As in `event_study`.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=2, years=2, per_cell=12)
    >>> topics = rn.fit_nmf(rn.count_terms(rn.tokenize(corpus)), n_topics=2)
    >>> leads_and_lags(topics, corpus, "2013-01-01", topic="t01", n_steps=2)["step"].tolist()
    [-2, -1, 0, 1]
    """
    day = _day(date)
    if step_days < 1 or n_steps < 1:
        raise RecipeError(f"step_days={step_days}, n_steps={n_steps}", "1 or more of each", "change them")
    held, left_out = _held(topics, corpus, day, topic=topic, places=places)
    table = pd.DataFrame(steps(held, day, step_days=step_days, n_steps=n_steps), columns=STEP_COLUMNS)
    table.attrs = _about(day, left_out, step_days=step_days, n_steps=n_steps)
    return table


def _day(date: datetime.date | str) -> float:
    try:
        found = datetime.date.fromisoformat(date) if isinstance(date, str) else date
        return float((found - datetime.date(1970, 1, 1)).days)
    except (ValueError, TypeError) as fault:
        raise RecipeError(f"date={date!r}", "a day such as 2018-03-21", "write it like this") from fault


def _held(
    topics: TopicFit | Inference,
    corpus: Corpus,
    day: float,
    *,
    topic: str | Sequence[str] | None,
    places: Sequence[str] | None,
) -> tuple[Attention, dict[str, int]]:
    placed = corpus.readouts["place"].null_count() < corpus.readouts.height
    mixtures = readout_mixtures(topics, corpus, with_place=placed)  # without any place all are one
    wanted = mixtures.topic_ids if topic is None else (topic,) if isinstance(topic, str) else tuple(topic)
    faults = [f"topic {name!r}" for name in wanted if name not in mixtures.topic_ids]
    faults += [f"place {name!r}" for name in places or () if name not in set(corpus.readouts["place"])]
    faults += [] if wanted else ["no topic"]
    if faults:
        raise RecipeError("; ".join(faults), "topics of the model and places of the corpus", "change them")
    held = attention_of(mixtures, wanted, places)
    first, last = held.span
    if len(held.days) and not first <= day <= last:
        record = " to ".join(str(np.datetime64(int(end), "D")) for end in (first, last))
        raise RecipeError(
            f"the date {np.datetime64(int(day), 'D')}", f"a day of the record, {record}", "choose one within"
        )
    return held, mixtures.left_out


def _p_placebo(effect: Array, placebos: Array) -> Array:
    """Give the share of dates, the event's among them, with an effect at least as large."""
    if not len(placebos):
        return np.full(len(effect), np.nan)
    as_large = (np.abs(placebos) >= np.abs(effect) - 1e-12).sum(axis=0)
    return np.where(np.isfinite(effect), (1 + as_large) / (1 + len(placebos)), np.nan)


def _band(placebos: Array) -> tuple[Array, Array]:
    if not len(placebos):
        nothing = np.full(placebos.shape[1], np.nan)
        return nothing, nothing
    low, high = np.quantile(placebos, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return low, high


def _about(day: float, left_out: dict[str, int], **settings: Any) -> dict[Any, Any]:
    about = {"method": METHOD, "estimand": ESTIMAND, "level": LEVEL, "left_out": left_out}
    return {**about, "date": str(np.datetime64(int(day), "D")), **settings}
