"""Topics: their words, their sizes, their stability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from readout_nlp.present.alt import describe_sizes, describe_stability, describe_terms
from readout_nlp.present.figures.rows import name_rows
from readout_nlp.present.names import Names, in_language, labels_of, name_of, names_of
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
    same_scale,
    style,
)
from readout_nlp.topics.fit import TopicFit

UNSTABLE_BELOW = 0.5


def plot_topic_terms(
    topics: TopicFit,
    *,
    labels: Sequence[str] | Names | None = None,
    n_terms: int = 8,
    axes: Sequence[Axes] | None = None,
    width: Width | None = None,
    language: Language = "zh",
    synthetic: bool = False,
) -> list[Axes]:
    """Small multiples, a panel a topic: bars of its most probable terms.

    Parameters
    ----------
    topics
        Any fit; `topic_terms` of shape (n_topics, n_terms).
    labels
        Titles in the order of `topic_ids`, or by topic; default the ids.
    n_terms
        Bars a panel.
    axes
        One Axes a topic; None makes a new figure.
    width, language, synthetic
        As in `plot_coverage`.

    Returns
    -------
    list of matplotlib.axes.Axes
    """
    with style():
        titles = _titles(topics, labels, language)
        height = 0.35 + 0.115 * n_terms
        panels = list(axes) if axes is not None else _new(topics.n_topics, height=height, width=width)
        for row, ax in enumerate(panels):
            best = np.argsort(-topics.topic_terms[row], kind="stable")[:n_terms]
            ax.barh(np.arange(len(best)), topics.topic_terms[row][best], color=BLUE, height=0.72)
            ax.set_yticks(np.arange(len(best)), labels=[topics.vocabulary[term] for term in best])
            ax.invert_yaxis()
            ax.tick_params(axis="y", length=0)
        if axes is None:
            same_scale(panels, "x")
        panel_titles(panels, titles)
        figure_of(panels[0]).supxlabel(say("figure.probability", language), fontsize=8)
        finish(panels[0], describe_terms(topics, titles, language), synthetic=synthetic)
    return panels


def plot_topic_sizes(
    topics: pd.DataFrame,
    *,
    ax: Axes | None = None,
    labels: Names | None = None,
    width: Width | None = None,
    language: Language = "zh",
    synthetic: bool = False,
) -> Axes:
    """Bars of how much of the published agenda each topic holds, largest on top.

    Parameters
    ----------
    topics
        Columns ``topic``, ``label``, ``size`` (share of all items, 0 to 1).
    ax, labels, width, language, synthetic
        As in `plot_coverage`.

    Returns
    -------
    matplotlib.axes.Axes
    """
    with style():
        rows = topics.sort_values(["size", "topic"], ascending=[True, False])
        ax = ax or _rows(len(rows), width=width)
        ax.barh(np.arange(len(rows)), rows["size"].astype(float) * 100, color=BLUE, height=0.7)
        name_rows(ax, topic_names(rows, labels, language))
        ax.set_xlabel(say("figure.percent_of_agenda", language))
        give_title(ax, say("figure.sizes", language), room=0.58)
        finish(ax, describe_sizes(topics, language), synthetic=synthetic)
    return ax


def plot_stability(
    topics: pd.DataFrame,
    *,
    ax: Axes | None = None,
    labels: Names | None = None,
    width: Width | None = None,
    language: Language = "zh",
    synthetic: bool = False,
) -> Axes:
    """Dots of each topic's stability over seeds or subsamples; unstable topics are hollow.

    Parameters
    ----------
    topics
        Columns ``topic``, ``label``, ``stability`` (0 to 1, higher is steadier; null if not measured).
    ax, labels, width, language, synthetic
        As in `plot_coverage`.

    Returns
    -------
    matplotlib.axes.Axes
    """
    with style():
        rows = topics.sort_values(["stability", "topic"], ascending=[True, False], na_position="first")
        value = rows["stability"].astype(float).to_numpy()
        height = np.arange(len(rows), dtype=float)
        ax = ax or _rows(len(rows), width=width)
        ax.hlines(height, 0, np.nan_to_num(value), color=FAINT, linewidth=0.6)
        ax.axvline(UNSTABLE_BELOW, color=VERMILION, linewidth=0.8, linestyle=(0, (4, 2)))
        weak = value < UNSTABLE_BELOW
        ax.plot(value[~weak], height[~weak], "o", color=BLUE)
        ax.plot(value[weak], height[weak], "o", markerfacecolor="white", color=BLUE)
        name_rows(ax, topic_names(rows, labels, language))
        ax.set_xlim(0, 1.02)
        ax.set_xlabel(say("figure.stability_axis", language))
        give_title(ax, say("figure.stability", language), room=0.58)
        finish(ax, describe_stability(topics, language), synthetic=synthetic)
    return ax


def topic_names(rows: pd.DataFrame, labels: Names | None, language: Language) -> list[str]:
    """Id and label of each topic: the reader's label, or the one in the table."""
    known: Names = labels_of(rows) if "label" in rows else {}
    return [
        f"{topic}  {name_of(topic, {**known, **(labels or {})}, language)}".removesuffix(f"  {topic}")
        for topic in rows["topic"].astype(str)
    ]


def _titles(topics: TopicFit, labels: Sequence[str] | Names | None, language: Language) -> list[str]:
    if labels is None or isinstance(labels, Mapping):
        return names_of(topics.topic_ids, labels, language)
    return [in_language(label, language) for label in labels]


def _rows(count: int, *, width: Width | None) -> Axes:
    tall = row_height(count, usual=0.17, rest=0.7)
    return new_axes(inches(width, ONE_COLUMN), 0.7 + tall * count)


def _new(count: int, *, height: float, width: Width | None) -> list[Axes]:
    """Panels that share the scale of probability but not the terms."""
    return new_panels(count, height=height, width=width, own_y=True)
