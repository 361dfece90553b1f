"""What comparisons rest on: trends three ways, origins of the wording, a map, intervals in a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse
from matplotlib.ticker import MaxNLocator, PercentFormatter

from readout_nlp.compare.maps import ELLIPSE
from readout_nlp.present.alt import describe_echo, describe_intervals, describe_map, describe_trends
from readout_nlp.present.strings import Language, say, strings
from readout_nlp.present.style import (
    BLUE,
    FAINT,
    GREEN,
    INK,
    ONE_COLUMN,
    TWO_COLUMNS,
    VERMILION,
    figure_of,
    finish,
    new_axes,
    new_panels,
    panel_titles,
    same_scale,
    style,
)

WAYS = {"all": BLUE, "panel": VERMILION, "place_weighted": GREEN}
ECHO_COLOURS = {
    "formula": "#d8d2c4",
    "echo_up": VERMILION,
    "self_reuse": "#56b4e9",
    "echo_peer": "#e69f00",
    "undirected": "#b9b4aa",
    "unmatched": "#f0eee8",
}
MOST_SPOTS = 18  # more names cover each other


def plot_year_trends(
    trends: pd.DataFrame,
    *,
    titles: Mapping[str, str] | None = None,
    axes: Sequence[Axes] | None = None,
    language: Language = "zh",
    synthetic: bool = False,
) -> list[Axes]:
    """Small multiples by topic: all places with their interval, the fixed panel, and places of one weight.

    Parameters
    ----------
    trends
        As `readout_nlp.year_trends` gives it.
    titles
        Names for the topics.
    axes, language, synthetic
        As in `plot_shares_over_time`.

    Returns
    -------
    list of matplotlib.axes.Axes
        Where the three part, who is in the record changed as well as what they wrote.
    """
    with style():
        names = [str(name) for name in pd.unique(trends["topic"].dropna())]
        drawn = (
            list(axes)
            if axes is not None
            else new_panels(len(names), columns=4, width=TWO_COLUMNS, height=1.15)
        )
        for ax, name in zip(drawn, names, strict=True):
            _three_ways(ax, trends[trends["topic"] == name])
        panel_titles(drawn, [(titles or {}).get(name, name) for name in names])
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
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=4))
    ax.yaxis.set_major_formatter(PercentFormatter(1.0))


def plot_echo(
    echo: pd.DataFrame, *, ax: Axes | None = None, language: Language = "zh", synthetic: bool = False
) -> Axes:
    """Bars of where the wording of each place's (or year's) agenda comes from, with the interval of echo.

    Parameters
    ----------
    echo
        As `readout_nlp.echo_shares` gives it by one column.
    ax, language, synthetic
        As in `plot_coverage`.

    Returns
    -------
    matplotlib.axes.Axes
        The line across the second class is its 95 % interval, moved to where the class begins.
    """
    by = str(echo.columns[0])
    with style():
        wide = echo[~echo["gap"].astype(bool)].pivot_table(
            index=by, columns="class", values="share", sort=False
        )
        wide = wide.reindex(columns=list(ECHO_COLOURS), fill_value=0.0).astype(float)
        wide = wide.sort_values("unmatched", ascending=False, kind="stable") if by == "place" else wide[::-1]
        ax = ax or new_axes(TWO_COLUMNS, 0.9 + 0.19 * len(wide))
        begin, at = np.zeros(len(wide)), np.arange(len(wide))
        for name, colour in ECHO_COLOURS.items():
            ax.barh(
                at, wide[name], left=begin, color=colour, height=0.74, label=say(f"echo.{name}", language)
            )
            if name == "echo_up":
                _reach(ax, echo, wide.index, by=by, begin=begin)
            begin = begin + wide[name].to_numpy()
        ax.set_yticks(at, [str(label) for label in wide.index])
        ax.set_xlim(0, 1)
        ax.set_ylim(-0.6, max(len(wide), 1) - 0.4)
        ax.xaxis.set_major_formatter(PercentFormatter(1.0))
        figure_of(ax).legend(loc="outside upper center", ncols=len(ECHO_COLOURS))
        finish(ax, describe_echo(echo, language), synthetic=synthetic)
    return ax


def _reach(ax: Axes, echo: pd.DataFrame, order: pd.Index, *, by: str, begin: np.ndarray) -> None:
    if "low" not in echo:
        return
    rows = echo[echo["class"] == "echo_up"].set_index(by).reindex(order)
    ends = rows[["low", "high"]].to_numpy(float)
    ax.hlines(np.arange(len(order)), begin + ends[:, 0], begin + ends[:, 1], color=INK, linewidth=0.8)


def plot_place_map(
    places: pd.DataFrame, *, ax: Axes | None = None, language: Language = "zh", synthetic: bool = False
) -> Axes:
    """Map of places by the likeness of their agendas, each with the ellipse that resamples leave it in.

    Parameters
    ----------
    places
        As `readout_nlp.place_map` gives it.
    ax, language, synthetic
        As in `plot_coverage`.

    Returns
    -------
    matplotlib.axes.Axes
        Distances approximate those between agendas; directions mean nothing. Hollow: few items. At most the
        places with most readouts, since names cover each other.
    """
    with style():
        known = places[places["x"].notna()].sort_values("n_readouts", ascending=False, kind="stable")
        ax = ax or new_axes(ONE_COLUMN * 1.4, ONE_COLUMN * 1.2)
        for row in known.head(MOST_SPOTS).to_dict("records"):
            _spot(ax, row)
        ax.set_aspect("equal")
        ax.set_xticks([])
        ax.set_yticks([])
        ax.set_title(say("evidence.map", language))
        finish(ax, describe_map(known, language), synthetic=synthetic)
    return ax


def _spot(ax: Axes, row: Mapping[Any, Any]) -> None:
    x, y, sd_x, sd_y, corr = (float(row[name]) for name in ("x", "y", "sd_x", "sd_y", "corr"))
    if np.isfinite([sd_x, sd_y, corr]).all():
        spread = np.array([[sd_x**2, corr * sd_x * sd_y], [corr * sd_x * sd_y, sd_y**2]])
        size, axes = np.linalg.eigh(spread)
        wide, high = 2 * ELLIPSE * np.sqrt(np.maximum(size, 0.0))
        angle = float(np.degrees(np.arctan2(axes[1, 0], axes[0, 0])))
        ax.add_patch(Ellipse((x, y), wide, high, angle=angle, facecolor=BLUE, alpha=0.07, linewidth=0))
    ax.plot(x, y, "o", color=BLUE, markerfacecolor="white" if row["thin"] else BLUE)
    ax.annotate(str(row["place"]), (x, y), xytext=(3, 2), textcoords="offset points", fontsize=6)


def plot_intervals(
    table: pd.DataFrame,
    *,
    label: str,
    value: str,
    zero: float | None = 0.0,
    title: str = "",
    ax: Axes | None = None,
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
    ax, language, synthetic
        As in `plot_coverage`.

    Returns
    -------
    matplotlib.axes.Axes
        Hollow: thin.
    """
    with style():
        known = table[np.isfinite(table[value].astype(float))][::-1]
        ax = ax or new_axes(ONE_COLUMN, 0.6 + 0.17 * max(len(known), 1))
        at, values = np.arange(len(known)), known[value].to_numpy(float)
        ends = known[["low", "high"]].to_numpy(float)
        room = np.concatenate([values, ends[np.isfinite(ends)], [] if zero is None else [zero]])
        edge = (room.min(), room.max()) if len(room) else (0.0, 1.0)
        ax.hlines(at, *np.clip(np.nan_to_num(ends, nan=np.nan), *edge).T, color=BLUE, linewidth=1)
        ax.plot(values, at, "o", color=BLUE)
        thin = known["thin"].astype(bool).to_numpy() if "thin" in known else np.zeros(len(known), bool)
        ax.plot(values[thin], at[thin], "o", color=BLUE, markerfacecolor="white")
        if zero is not None:
            ax.axvline(zero, color=FAINT, linewidth=0.8, zorder=0)
        ax.set_yticks(at, [str(name) for name in known[label]])
        ax.set_title(say(title, language) if title in strings() else title)
        finish(ax, describe_intervals(known, language, label=label, value=value), synthetic=synthetic)
    return ax
