"""How far places move from their own last year."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from readout_nlp.present.alt_evidence import describe_place_drift
from readout_nlp.present.figures.rows import flagged
from readout_nlp.present.figures.years import year_axis
from readout_nlp.present.names import Names, renamed
from readout_nlp.present.strings import Language, say
from readout_nlp.present.style import (
    BLUE,
    VERMILION,
    Width,
    figure_of,
    finish,
    new_panels,
    panel_titles,
    same_scale,
    style,
)


def plot_drift(
    drift: pd.DataFrame,
    *,
    axes: Sequence[Axes] | None = None,
    labels: Names | None = None,
    width: Width | None = None,
    language: Language = "zh",
    synthetic: bool = False,
) -> list[Axes]:
    """Small multiples by place: the distance to its own last year, beside that of readouts dealt by chance.

    Parameters
    ----------
    drift
        As `readout_nlp.drift` gives it: ``place``, ``year``, ``distance``, ``low``, ``high``, ``expected``,
        ``thin``.
    axes, labels, width, language, synthetic
        As in `plot_shares_over_time`.

    Returns
    -------
    list of matplotlib.axes.Axes
        A year with few readouts lies far from any other by chance: read the distance against the dashed line.
    """
    with style():
        rows = renamed(drift, "place", labels=labels, language=language)
        names = [str(name) for name in pd.unique(rows["place"].dropna())]
        drawn = list(axes) if axes is not None else new_panels(len(names), height=1.15, width=width)
        for ax, name in zip(drawn, names, strict=True):
            _one(ax, rows[rows["place"] == name])
        panel_titles(drawn, names)
        if axes is None:
            same_scale(drawn, "y")
        for ax in drawn:
            ax.set_ylim(bottom=0)
            year_axis(ax, int(rows["year"].min()), int(rows["year"].max()))
        keys = [say("figure.drift_observed", language), say("figure.drift_expected", language)]
        figure_of(drawn[0]).legend(drawn[0].get_lines()[:2], keys, loc="outside upper right", ncols=2)
        figure_of(drawn[0]).supylabel(say("figure.drift", language), fontsize=8)
        finish(drawn[0], describe_place_drift(rows, language), synthetic=synthetic)
    return drawn


def _one(ax: Axes, rows: pd.DataFrame) -> None:
    first, last = int(rows["year"].min()), int(rows["year"].max())
    rows = rows.set_index("year").reindex(range(first, last + 1))
    years = rows.index.to_numpy(float)
    distance, expected = rows["distance"].to_numpy(float), rows["expected"].to_numpy(float)
    ax.plot(years, distance, "o-", color=BLUE)
    ax.plot(years, expected, color=VERMILION, linestyle="--")
    ax.vlines(years, *rows[["low", "high"]].to_numpy(float).T, color=BLUE, linewidth=0.7, alpha=0.5)
    hollow = np.where(flagged(rows["thin"], len(rows)), distance, np.nan)
    ax.plot(years, hollow, "o", color=BLUE, markerfacecolor="white")
