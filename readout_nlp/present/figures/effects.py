"""Differences with their intervals: effects on topics, a dated event, formula masked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, PercentFormatter

from readout_nlp.errors import InputError
from readout_nlp.present.alt_evidence import describe_effects, describe_masking, describe_steps
from readout_nlp.present.figures.rows import dots_with_reach, flagged, legend_above, name_rows
from readout_nlp.present.names import Names, renamed
from readout_nlp.present.strings import Language, say
from readout_nlp.present.style import (
    BLUE,
    FAINT,
    ONE_COLUMN,
    VERMILION,
    Width,
    figure_of,
    finish,
    give_title,
    inches,
    new_axes,
    new_panels,
    panel_titles,
    row_height,
    style,
)

LEVEL = 0.05  # of q
SHOWN_PAIRS = 20


def plot_effects(
    effects: pd.DataFrame,
    *,
    term: str | None = None,
    ax: Axes | None = None,
    labels: Names | None = None,
    width: Width | None = None,
    language: Language = "zh",
    synthetic: bool = False,
) -> Axes:
    """Coefficients of one variable on the share of every topic, with their intervals, the largest on top.

    Parameters
    ----------
    effects
        As `readout_nlp.topic_effects` gives it: ``topic``, ``term``, ``estimate``, ``low``, ``high``, ``q``.
    term
        Which variable; may be left out where the table holds one only.
    ax, labels, width, language, synthetic
        As in `plot_coverage`; `labels` also names the term.

    Returns
    -------
    matplotlib.axes.Axes
        Filled: q < .05 over the topics; hollow: not told from 0.

    Raises
    ------
    InputError
        If the table holds several terms and none is chosen, or not this one.

    Examples
    --------
    >>> rows = {"topic": ["t01", "t02"], "term": "year", "estimate": [0.05, -0.05], "low": [0.04, -0.06],
    ...         "high": [0.06, -0.04], "q": 0.01}
    >>> ax = plot_effects(pd.DataFrame(rows), labels={"t01": "教育 | Schools"}, language="en")
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['t02', 'Schools']
    """
    term = _one_term(effects, term)
    with style():
        rows = effects[effects["term"].astype(str) == term]
        rows = renamed(
            renamed(rows, "topic", labels=labels, language=language), "term", labels=labels, language=language
        )
        rows = rows[rows["estimate"].notna()].sort_values("estimate", kind="stable")
        ax = _effect_rows(rows, "estimate", ax=ax, width=width)
        named = str(rows["term"].iloc[0]) if len(rows) else term
        give_title(ax, say("figure.effects", language, term=named), room=0.58)
        finish(ax, describe_effects(rows, language, value="estimate"), synthetic=synthetic)
    return ax


def _one_term(effects: pd.DataFrame, term: str | None) -> str:
    known = [str(name) for name in pd.unique(effects["term"])]
    if term is None and len(known) == 1:
        return known[0]
    if term not in known:
        raise InputError(f"term={term!r}", f"one of {', '.join(known)}", "choose a term")
    return str(term)


def _effect_rows(
    rows: pd.DataFrame, value: str, *, ax: Axes | None, width: Width | None, rest: float = 0.85
) -> Axes:
    tall = row_height(len(rows), usual=0.17, rest=rest)
    ax = ax or new_axes(inches(width, ONE_COLUMN), rest + tall * max(len(rows), 2))
    unsure = ~(rows["q"].to_numpy(float) < LEVEL) if "q" in rows else np.zeros(len(rows), bool)
    values, ends = rows[value].to_numpy(float), rows[["low", "high"]].to_numpy(float)
    dots_with_reach(ax, values, ends, hollow=unsure | flagged(rows.get("thin"), len(rows)))
    name_rows(ax, [str(name) for name in rows["topic"]])
    ax.xaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:g}"))
    return ax


def plot_event_study(
    event: pd.DataFrame,
    *,
    ax: Axes | None = None,
    labels: Names | None = None,
    width: Width | None = None,
    language: Language = "zh",
    synthetic: bool = False,
) -> Axes:
    """Change of every topic's share after a dated event, upon the range of what other dates show.

    Parameters
    ----------
    event
        As `readout_nlp.event_study` gives it.
    ax, labels, width, language, synthetic
        As in `plot_coverage`.

    Returns
    -------
    matplotlib.axes.Axes
        Grey: where 95 % of the placebo dates lie. Filled: q < .05 against these; hollow: not, or thin.
    """
    with style():
        rows = renamed(event, "topic", labels=labels, language=language)
        rows = rows[rows["effect"].notna()].sort_values("effect", kind="stable")
        ax = _effect_rows(rows, "effect", ax=ax, width=width, rest=1.15)
        band = rows[["placebo_low", "placebo_high"]].to_numpy(float).T
        at = np.arange(len(rows))
        ax.barh(
            at,
            band[1] - band[0],
            left=band[0],
            height=0.7,
            color="#e3e7eb",
            zorder=0,
            label=say("figure.placebo", language),
        )
        date = str(event.attrs.get("date", ""))
        key = "figure.event" if date else "figure.event_undated"
        give_title(ax, say(key, language, date=date) if date else say(key, language), room=0.58)
        legend_above(ax, 1)
        finish(ax, describe_effects(rows, language, value="effect", key="alt.event"), synthetic=synthetic)
    return ax


def plot_event_steps(
    steps: pd.DataFrame,
    *,
    axes: Sequence[Axes] | None = None,
    labels: Names | None = None,
    width: Width | None = None,
    language: Language = "zh",
    synthetic: bool = False,
) -> list[Axes]:
    """Small multiples by topic: its share in every step of time before and after a dated event.

    Parameters
    ----------
    steps
        As `readout_nlp.leads_and_lags` gives it.
    axes, labels, width, language, synthetic
        As in `plot_shares_over_time`.

    Returns
    -------
    list of matplotlib.axes.Axes
        The vertical line is the event; hollow: thin. An interval may reach beyond the scale, which is set by
        the shares.
    """
    with style():
        rows = renamed(steps, "topic", labels=labels, language=language)
        names = [str(name) for name in pd.unique(rows["topic"])]
        drawn = list(axes) if axes is not None else new_panels(len(names), height=1.15, width=width)
        for ax, name in zip(drawn, names, strict=True):
            _steps(ax, rows[rows["topic"] == name])
        panel_titles(drawn, names)
        top = 1.5 * float(np.nan_to_num(rows["share"].to_numpy(float), nan=0.1).max(initial=0.1))
        for ax in drawn:
            ax.set_ylim(0, min(1.0, top))
        figure_of(drawn[0]).supxlabel(say("figure.event_days", language), fontsize=8)
        figure_of(drawn[0]).supylabel(say("figure.share_axis", language), fontsize=8)
        finish(drawn[0], describe_steps(rows, language), synthetic=synthetic)
    return drawn


def _steps(ax: Axes, rows: pd.DataFrame) -> None:
    event = rows.loc[rows["step"] == 0, "start"].iloc[0]  # it opens step 0
    ends_at = [(pd.to_datetime(rows[name]) - pd.Timestamp(event)).dt.days for name in ("start", "end")]
    middle = (ends_at[0].to_numpy(float) + ends_at[1].to_numpy(float)) / 2
    share, ends = rows["share"].to_numpy(float), rows[["low", "high"]].to_numpy(float).T
    ax.vlines(middle, *ends, color=BLUE, linewidth=0.7, alpha=0.5)
    ax.plot(middle, share, "o-", color=BLUE)
    thin = flagged(rows.get("thin"), len(rows))
    ax.plot(middle[thin], share[thin], "o", color=BLUE, markerfacecolor="white")
    ax.axvline(0, color=VERMILION, linewidth=0.8, linestyle=(0, (4, 2)))
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))


def plot_masking(
    masked: pd.DataFrame,
    *,
    most: int = SHOWN_PAIRS,
    ax: Axes | None = None,
    labels: Names | None = None,
    width: Width | None = None,
    language: Language = "zh",
    synthetic: bool = False,
) -> Axes:
    """Paired dots of the similarity of two places with the formula of the genre and without it.

    Parameters
    ----------
    masked
        As `readout_nlp.similarity_before_after` gives it: ``one``, ``other``, ``before``, ``after``.
    most
        How many pairs, those that change most.
    ax, labels, width, language, synthetic
        As in `plot_coverage`.

    Returns
    -------
    matplotlib.axes.Axes
        The pair that is most alike without formula on top.
    """
    with style():
        rows = renamed(
            renamed(masked, "one", labels=labels, language=language),
            "other",
            labels=labels,
            language=language,
        )
        rows = rows[rows["before"].notna() & rows["after"].notna()]
        change = (rows["after"] - rows["before"]).abs().to_numpy(float)
        rows = rows.iloc[np.argsort(-change, kind="stable")[:most]].sort_values("after", kind="stable")
        tall = row_height(len(rows), usual=0.17, rest=0.9)
        ax = ax or new_axes(inches(width, ONE_COLUMN), 0.9 + tall * max(len(rows), 2))
        _paired(ax, rows, language)
        ax.set_xlabel(say("figure.similarity_axis", language))
        give_title(ax, say("figure.masking", language), room=0.58)
        legend_above(ax, 2)
        finish(ax, describe_masking(rows, language), synthetic=synthetic)
    return ax


def _paired(ax: Axes, rows: pd.DataFrame, language: Language) -> None:
    at = np.arange(len(rows))
    before, after = (rows[side].to_numpy(float) for side in ("before", "after"))
    ax.hlines(at, before, after, color=FAINT, linewidth=1)
    how: dict[str, Any] = {"linestyle": "", "marker": "o"}
    ax.plot(before, at, color=FAINT, label=say("figure.before", language), **how)
    ax.plot(after, at, color=BLUE, label=say("figure.after", language), **how)
    name_rows(ax, [f"{one} – {other}" for one, other in zip(rows["one"], rows["other"], strict=True)])
