"""What comparisons rest on: trends three ways, origins of the wording, a map, intervals in a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse
from matplotlib.ticker import PercentFormatter

from readout_nlp.present.alt_evidence import describe_echo, describe_intervals, describe_map, describe_trends
from readout_nlp.present.figures.placing import place_names
from readout_nlp.present.figures.rows import dots_with_reach, flagged, legend_above, name_rows
from readout_nlp.present.figures.years import year_axis
from readout_nlp.present.names import Names, renamed
from readout_nlp.present.palette import ECHO_COLOURS
from readout_nlp.present.strings import Language, say, strings
from readout_nlp.present.style import (
    BLUE,
    GREEN,
    INK,
    ONE_COLUMN,
    TWO_COLUMNS,
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

WAYS = {"all": BLUE, "panel": VERMILION, "place_weighted": GREEN}
MOST_SPOTS = 18  # more names cover each other


def plot_year_trends(
    trends: pd.DataFrame,
    *,
    axes: Sequence[Axes] | None = None,
    labels: Names | None = None,
    titles: Names | None = None,
    width: Width | None = None,
    language: Language = "zh",
    synthetic: bool = False,
) -> list[Axes]:
    """Small multiples by topic: all places with their interval, the fixed panel, and places of one weight.

    Parameters
    ----------
    trends
        As `readout_nlp.year_trends` gives it.
    axes, labels, titles, width, language, synthetic
        As in `plot_shares_over_time`.

    Returns
    -------
    list of matplotlib.axes.Axes
        Where the three part, who is in the record changed as well as what they wrote.
    """
    with style():
        trends = renamed(trends, "topic", labels=labels or titles, language=language)
        names = [str(name) for name in pd.unique(trends["topic"].dropna())]
        drawn = list(axes) if axes is not None else new_panels(len(names), height=1.15, width=width)
        for ax, name in zip(drawn, names, strict=True):
            _three_ways(ax, trends[trends["topic"] == name])
        panel_titles(drawn, names)
        if axes is None:
            same_scale(drawn, "y")  # before the lower end is set, which would keep the upper one where it is
        for ax in drawn:
            ax.set_ylim(bottom=0)
        handles = [drawn[0].get_lines()[at] for at in range(len(WAYS))]
        keys = [say(f"figure.way_{way}", language) for way in WAYS]
        figure_of(drawn[0]).legend(handles, keys, loc="outside upper right", ncols=3)
        finish(drawn[0], describe_trends(trends, language), synthetic=synthetic)
    return drawn


def _three_ways(ax: Axes, rows: pd.DataFrame) -> None:
    years = rows["year"].astype(int).to_numpy()
    for way, colour in WAYS.items():
        ax.plot(years, rows[f"share_{way}"].to_numpy(float), color=colour, marker="o", markersize=2.2)
    low, high = rows["low_all"].to_numpy(float), rows["high_all"].to_numpy(float)
    ax.fill_between(years, low, high, color=BLUE, alpha=0.15, linewidth=0)
    year_axis(ax)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0))


def plot_echo(
    echo: pd.DataFrame,
    *,
    ax: Axes | None = None,
    labels: Names | None = None,
    width: Width | None = None,
    language: Language = "zh",
    synthetic: bool = False,
) -> Axes:
    """Bars of where the wording of each place's (or year's) agenda comes from, with the interval of echo.

    Parameters
    ----------
    echo
        As `readout_nlp.echo_shares` gives it by one column.
    ax, labels, width, language, synthetic
        As in `plot_coverage`.

    Returns
    -------
    matplotlib.axes.Axes
        The line across the second class is its 95 % interval, moved to where the class begins.
    """
    by = str(echo.columns[0])
    with style():
        echo = renamed(echo, by, labels=labels, language=language)
        wide = echo[~echo["gap"].astype(bool)].pivot_table(
            index=by, columns="class", values="share", sort=False
        )
        wide = wide.reindex(columns=list(ECHO_COLOURS), fill_value=0.0).astype(float)
        wide = wide.sort_values("unmatched", ascending=False, kind="stable") if by == "place" else wide[::-1]
        tall = row_height(len(wide), usual=0.19, rest=0.9)
        ax = ax or new_axes(inches(width, TWO_COLUMNS), 0.9 + tall * max(len(wide), 3))
        begin, at = np.zeros(len(wide)), np.arange(len(wide))
        for name, colour in ECHO_COLOURS.items():
            ax.barh(
                at, wide[name], left=begin, color=colour, height=0.74, label=say(f"echo.{name}", language)
            )
            if name == "echo_up":
                _reach(ax, echo, wide.index, by=by, begin=begin)
            begin = begin + wide[name].to_numpy()
        name_rows(ax, [str(label) for label in wide.index])
        ax.set_xlim(0, 1)
        ax.xaxis.set_major_formatter(PercentFormatter(1.0))
        legend_above(ax, len(ECHO_COLOURS))
        finish(ax, describe_echo(echo, language), synthetic=synthetic)
    return ax


def _reach(ax: Axes, echo: pd.DataFrame, order: pd.Index, *, by: str, begin: np.ndarray) -> None:
    if "low" not in echo:
        return
    rows = echo[echo["class"] == "echo_up"].set_index(by).reindex(order)
    ends = rows[["low", "high"]].to_numpy(float)
    ax.hlines(np.arange(len(order)), begin + ends[:, 0], begin + ends[:, 1], color=INK, linewidth=0.8)


def plot_place_map(
    places: pd.DataFrame,
    *,
    ax: Axes | None = None,
    labels: Names | None = None,
    width: Width | None = None,
    language: Language = "zh",
    synthetic: bool = False,
) -> Axes:
    """Map of places by the likeness of their agendas, each with the ellipse that resamples leave it in.

    Parameters
    ----------
    places
        As `readout_nlp.place_map` gives it.
    ax, labels, width, language, synthetic
        As in `plot_coverage`.

    Returns
    -------
    matplotlib.axes.Axes
        Distances approximate those between agendas; directions mean nothing. Hollow: few items. Of many
        places those with most readouts are shown; a name without room is left out.
    """
    with style():
        known = renamed(places[places["x"].notna()], "place", labels=labels, language=language)
        known = known.sort_values("n_readouts", ascending=False, kind="stable")
        wide = inches(width, ONE_COLUMN * 1.4)
        ax = ax or new_axes(wide, wide * 0.86)
        shown = known.head(MOST_SPOTS)
        for row in shown.to_dict("records"):
            _spot(ax, row)
        ax.set_aspect("equal")
        ax.set_xticks([])
        ax.set_yticks([])
        ax.spines[:].set_visible(False)  # directions mean nothing
        give_title(ax, say("figure.map", language))
        finish(ax, describe_map(known, language), synthetic=synthetic)
        place_names(ax, shown[["x", "y"]].to_numpy(float), [str(name) for name in shown["place"]])
    return ax


def _spot(ax: Axes, row: Mapping[Any, Any]) -> None:
    from readout_nlp.compare.maps import ELLIPSE  # beside it stands what draws maps anew: half a second

    x, y, sd_x, sd_y, corr = (float(row[name]) for name in ("x", "y", "sd_x", "sd_y", "corr"))
    if np.isfinite([sd_x, sd_y, corr]).all():
        spread = np.array([[sd_x**2, corr * sd_x * sd_y], [corr * sd_x * sd_y, sd_y**2]])
        size, axes = np.linalg.eigh(spread)
        wide, high = 2 * ELLIPSE * np.sqrt(np.maximum(size, 0.0))
        angle = float(np.degrees(np.arctan2(axes[1, 0], axes[0, 0])))
        ax.add_patch(Ellipse((x, y), wide, high, angle=angle, facecolor=BLUE, alpha=0.07, linewidth=0))
    ax.plot(x, y, "o", color=BLUE, markerfacecolor="white" if row["thin"] else BLUE)


def plot_intervals(
    table: pd.DataFrame,
    *,
    label: str,
    value: str,
    zero: float | None = 0.0,
    title: str = "",
    ax: Axes | None = None,
    labels: Names | None = None,
    width: Width | None = None,
    language: Language = "zh",
    synthetic: bool = False,
) -> Axes:
    """Values with their intervals, one below the other: lags of tifa, leaders, effects, keyness.

    Parameters
    ----------
    table
        With ``low`` and ``high`` beside the value; rows without a value are left out, an interval without an
        end is drawn to the edge.
    label, value
        Columns to name the rows by and to draw.
    zero
        Where a line stands for no difference; None for no line.
    title
        What the values are, with their unit; a key of the interface's strings stands for its text.
    ax, labels, width, language, synthetic
        As in `plot_coverage`.

    Returns
    -------
    matplotlib.axes.Axes
        Hollow: thin.
    """
    with style():
        known = renamed(
            table[np.isfinite(table[value].astype(float))][::-1], label, labels=labels, language=language
        )
        tall = row_height(len(known), usual=0.17, rest=0.6)
        ax = ax or new_axes(inches(width, ONE_COLUMN), 0.6 + tall * max(len(known), 1))
        thin = flagged(known.get("thin"), len(known))
        values, ends = known[value].to_numpy(float), known[["low", "high"]].to_numpy(float)
        dots_with_reach(ax, values, ends, hollow=thin, zero=zero)
        name_rows(ax, [str(name) for name in known[label]])
        give_title(ax, say(title, language) if title in strings() else title, room=0.58)
        finish(ax, describe_intervals(known, language, label=label, value=value), synthetic=synthetic)
    return ax
