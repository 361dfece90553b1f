"""What meetings did with the items of each topic."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from readout_nlp.present.alt_evidence import describe_topic_acts
from readout_nlp.present.figures.rows import flagged, legend_above, name_rows
from readout_nlp.present.names import Names, renamed
from readout_nlp.present.palette import ACT_COLOURS
from readout_nlp.present.strings import Language, act_name, say
from readout_nlp.present.style import FAINT, TWO_COLUMNS, Width, finish, inches, new_axes, row_height, style


def plot_topic_acts(
    acts: pd.DataFrame,
    *,
    ax: Axes | None = None,
    labels: Names | None = None,
    width: Width | None = None,
    language: Language = "zh",
    synthetic: bool = False,
) -> Axes:
    """Stacked bars, a topic a row: the share of its items that were relayed, heard, decided, ...

    Parameters
    ----------
    acts
        Columns ``topic``, ``act``, ``share`` (0 to 1 within the topic), ``thin``.
    ax, labels, width, language, synthetic
        As in `plot_coverage`.

    Returns
    -------
    matplotlib.axes.Axes
        Topics in the order of the table, from the top; the bars of a thin one are hatched.

    Examples
    --------
    >>> rows = {"topic": "t01", "act": ["hear", "relay"], "share": [0.7, 0.3], "thin": False}
    >>> [text.get_text() for text in plot_topic_acts(pd.DataFrame(rows), language="en").get_yticklabels()]
    ['t01']
    """
    with style():
        rows = renamed(acts, "topic", labels=labels, language=language)
        order = list(pd.unique(rows["topic"].dropna()))[::-1]
        known = [*ACT_COLOURS, *sorted(set(rows["act"].dropna()) - set(ACT_COLOURS))]
        wide = rows.pivot_table(index="topic", columns="act", values="share", aggfunc="sum").reindex(order)
        thin = rows.groupby("topic")["thin"].any().reindex(order)
        tall = row_height(len(order), usual=0.19, rest=0.9)
        ax = ax or new_axes(inches(width, TWO_COLUMNS), 0.9 + tall * max(len(order), 1))
        _bars(ax, wide.reindex(columns=[act for act in known if act in wide]).fillna(0.0), thin, language)
        name_rows(ax, [str(name) for name in order])
        ax.set_xlim(0, 1)
        ax.xaxis.set_major_formatter(PercentFormatter(1.0))
        ax.set_xlabel(say("figure.share_of_items", language))
        legend_above(ax, len(wide.columns))
        finish(ax, describe_topic_acts(rows, language), synthetic=synthetic)
    return ax


def _bars(ax: Axes, wide: pd.DataFrame, thin: pd.Series, language: Language) -> None:
    at, begin = np.arange(len(wide)), np.zeros(len(wide))
    hatched = flagged(thin, len(wide))
    for act in wide:
        share = wide[act].to_numpy(float)
        colour = ACT_COLOURS.get(str(act), FAINT)
        bars = ax.barh(
            at,
            share,
            left=begin,
            color=colour,
            height=0.74,
            edgecolor="white",
            linewidth=0.4,
            label=act_name(str(act), language),
        )
        for row in np.flatnonzero(hatched):
            bars[row].set_hatch("////")
        begin = begin + share
