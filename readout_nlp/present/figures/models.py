"""Models beside models: how many topics, and what a refit changed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from readout_nlp.present.alt_evidence import describe_choice, describe_topic_drift
from readout_nlp.present.figures.rows import legend_above, name_rows
from readout_nlp.present.names import Names, renamed
from readout_nlp.present.palette import VERDICT_COLOURS, VERDICT_MARKS
from readout_nlp.present.strings import Language, say
from readout_nlp.present.style import (
    BLUE,
    FAINT,
    INK,
    ONE_COLUMN,
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
from readout_nlp.topics.choice import TopicChoice


def plot_choice(
    choice: TopicChoice,
    *,
    axes: Sequence[Axes] | None = None,
    width: Width | None = None,
    language: Language = "zh",
    synthetic: bool = False,
) -> list[Axes]:
    """Small multiples of what was measured for each number of topics: the mean over seeds and its range.

    Parameters
    ----------
    choice
        As `readout_nlp.choose_topics` gives it.
    axes
        Five; None makes a new figure.
    width, language, synthetic
        As in `plot_coverage`.

    Returns
    -------
    list of matplotlib.axes.Axes
        Perplexity, NPMI, exclusivity, stability, size of the smallest topic. The shaded range is recommended.
    """
    with style():
        bands = choice.bands
        names = list(pd.unique(bands["measure"]))
        drawn = (
            list(axes) if axes is not None else new_panels(len(names), height=1.4, width=width, own_y=True)
        )
        for ax, name in zip(drawn, names, strict=True):
            _band(ax, bands[bands["measure"] == name], choice.range)
        panel_titles(drawn, [say(f"measure.{name}", language) for name in names])
        figure_of(drawn[0]).supxlabel(say("figure.n_topics", language), fontsize=8)
        handles = drawn[0].patches[:1]
        figure_of(drawn[0]).legend(handles, [say("figure.recommended", language)], loc="outside upper right")
        numbers = [int(number) for number in choice.table["n_topics"]]
        finish(drawn[0], describe_choice(numbers, choice.range, language), synthetic=synthetic)
    return drawn


def _band(ax: Axes, rows: pd.DataFrame, recommended: tuple[int, int]) -> None:
    number = rows["n_topics"].to_numpy(float)
    step = 0.25 * float(np.diff(number).min()) if len(number) > 1 else 0.5
    ax.axvspan(recommended[0] - step, recommended[1] + step, color="#e3e7eb", zorder=0, linewidth=0)
    ax.fill_between(
        number, rows["low"].to_numpy(float), rows["high"].to_numpy(float), color=BLUE, alpha=0.2, linewidth=0
    )
    ax.plot(number, rows["mean"].to_numpy(float), "o-", color=BLUE)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    ax.yaxis.set_major_locator(MaxNLocator(nbins=4))


def plot_topic_drift(
    drift: pd.DataFrame,
    *,
    ax: Axes | None = None,
    labels: Names | None = None,
    width: Width | None = None,
    language: Language = "zh",
    synthetic: bool = False,
) -> Axes:
    """Likeness of every topic to itself after a refit, beside the lowest that refits without news show.

    Parameters
    ----------
    drift
        As `readout_nlp.topic_drift` gives it: ``topic``, ``verdict``, ``cosine``, ``baseline_lowest``,
        ``beyond_chance``.
    ax, labels, width, language, synthetic
        As in `plot_coverage`.

    Returns
    -------
    matplotlib.axes.Axes
        Colour and shape are the verdict; hollow: chance alone does as much. A new topic has nothing to be
        like, and lies at 0.
    """
    with style():
        rows = renamed(drift, "topic", labels=labels, language=language)[::-1]
        tall = row_height(len(rows), usual=0.17, rest=1.3)
        ax = ax or new_axes(inches(width, ONE_COLUMN), 1.3 + tall * max(len(rows), 2))
        at = np.arange(len(rows))
        cosine = np.nan_to_num(rows["cosine"].to_numpy(float))
        ax.hlines(at, 0, cosine, color=FAINT, linewidth=0.6)
        for verdict, colour in VERDICT_COLOURS.items():
            _verdict(ax, rows, verdict, colour=colour, language=language)
        lowest = rows["baseline_lowest"].to_numpy(float)
        if np.isfinite(lowest).any():
            said = say("figure.topic_drift_baseline", language)
            ax.plot(lowest, at, "|", color=INK, markersize=7, linestyle="", label=said)
        name_rows(ax, [str(name) for name in rows["topic"]])
        ax.set_xlim(-0.03, 1.03)
        ax.set_xlabel(say("figure.topic_drift_axis", language))
        give_title(ax, say("figure.topic_drift", language), room=0.58)
        legend_above(ax, 5)
        finish(ax, describe_topic_drift(rows, language), synthetic=synthetic)
    return ax


def _verdict(ax: Axes, rows: pd.DataFrame, verdict: str, *, colour: str, language: Language) -> None:
    chosen = (rows["verdict"] == verdict).to_numpy(bool)
    if not chosen.any():
        return
    at, cosine = np.arange(len(rows)), np.nan_to_num(rows["cosine"].to_numpy(float))
    chance = ~rows["beyond_chance"].astype("boolean").fillna(value=True).to_numpy(bool)
    mark, said = VERDICT_MARKS[verdict], say(f"verdict.{verdict}", language)
    sure, unsure = chosen & ~chance, chosen & chance
    ax.plot(cosine[sure], at[sure], mark, color=colour, linestyle="", label=said)
    hollow_label = None if sure.any() else said
    ax.plot(
        cosine[unsure],
        at[unsure],
        mark,
        color=colour,
        markerfacecolor="white",
        linestyle="",
        label=hollow_label,
    )
