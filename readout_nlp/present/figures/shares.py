"""Shares and distances over the years: small multiples where a gap is a gap and a thin cell is hollow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from readout_nlp.present.alt import describe_acts, describe_shares, describe_trajectories
from readout_nlp.present.figures.years import year_axis
from readout_nlp.present.names import Names, renamed
from readout_nlp.present.strings import Language, act_name, say
from readout_nlp.present.style import (
    BLUE,
    FAINT,
    VERMILION,
    Width,
    figure_of,
    finish,
    new_panels,
    panel_titles,
    same_scale,
    style,
)
from readout_nlp.present.tables import several

Panels = Literal["place", "topic", "act"]


def plot_shares_over_time(
    shares: pd.DataFrame,
    *,
    panels: Panels = "place",
    axes: Sequence[Axes] | None = None,
    labels: Names | None = None,
    titles: Names | None = None,
    width: Width | None = None,
    language: Language = "zh",
    synthetic: bool = False,
) -> list[Axes]:
    """Small multiples of shares of the published agenda by year.

    Parameters
    ----------
    shares
        Long table with ``year``, ``share``, ``n_items``, ``thin``, ``gap`` and the column `panels`. Where a
        panel holds several series (all topics of a place, or all places of a topic) each is a faint line and
        their mean, weighted by items, the strong one; so choose one topic, or one place, to compare.
    panels
        Which column makes the panels: ``place``, ``topic`` or ``act``.
    axes
        One Axes a panel; None makes a new figure.
    labels
        Names for the panels' values, e.g. topic labels, as in `plot_coverage`.
    titles
        The same, by an earlier name.
    width, language, synthetic
        As in `plot_coverage`.

    Returns
    -------
    list of matplotlib.axes.Axes
        Years without items are NaN in the lines, never zero; cells of few items are hollow markers.
    """
    with style():
        shares = renamed(shares, panels, labels=labels or titles, language=language)
        names = [str(name) for name in pd.unique(shares[panels].dropna())]
        drawn = list(axes) if axes is not None else _new(len(names), width)
        for ax, name in zip(drawn, names, strict=True):
            rows = shares[shares[panels] == name]
            _draw_panel(ax, rows, other=_other(rows, panels))
        panel_titles(drawn, names)
        _years(drawn, shares, ours=axes is None)
        for ax in drawn:
            ax.yaxis.set_major_formatter(PercentFormatter(1.0))
        figure_of(drawn[0]).supylabel(say("figure.share_axis", language), fontsize=8)
        finish(drawn[0], describe_shares(shares, panels, language), synthetic=synthetic)
    return drawn


def plot_acts(
    acts: pd.DataFrame,
    *,
    axes: Sequence[Axes] | None = None,
    labels: Names | None = None,
    width: Width | None = None,
    language: Language = "zh",
    synthetic: bool = False,
) -> list[Axes]:
    """Small multiples of what the meetings did with their items (relay, hear, decide, ...) by year.

    Parameters
    ----------
    acts
        Columns ``year``, ``act``, ``share``, ``n_items``, ``thin``, ``gap``.
    axes, labels, width, language, synthetic
        As in `plot_shares_over_time`.

    Returns
    -------
    list of matplotlib.axes.Axes
    """
    named = {str(act): act_name(str(act), language) for act in pd.unique(acts["act"].dropna())}
    settings: dict[str, Any] = {"axes": axes, "width": width, "language": language, "synthetic": synthetic}
    drawn = plot_shares_over_time(acts, panels="act", labels={**named, **(labels or {})}, **settings)
    figure_of(drawn[0]).set_label(describe_acts(acts, language))
    return drawn


def plot_trajectories(
    trajectories: pd.DataFrame,
    *,
    axes: Sequence[Axes] | None = None,
    labels: Names | None = None,
    width: Width | None = None,
    language: Language = "zh",
    synthetic: bool = False,
) -> list[Axes]:
    """Small multiples by place: distance from the other places (solid) and from its own past (dashed).

    Parameters
    ----------
    trajectories
        Columns ``place``, ``year``, ``from_previous``, ``from_others``, ``thin``; a larger distance is less
        alike.
    axes, labels, width, language, synthetic
        As in `plot_shares_over_time`.

    Returns
    -------
    list of matplotlib.axes.Axes
    """
    with style():
        trajectories = renamed(trajectories, "place", labels=labels, language=language)
        names = [str(name) for name in pd.unique(trajectories["place"].dropna())]
        drawn = list(axes) if axes is not None else _new(len(names), width)
        years = _span(trajectories)
        for ax, name in zip(drawn, names, strict=True):
            rows = trajectories[trajectories["place"] == name].set_index("year").reindex(years)
            _line(ax, rows, "from_others", color=BLUE)
            _line(ax, rows, "from_previous", color=VERMILION, dashed=True)
        panel_titles(drawn, names)
        _years(drawn, trajectories, ours=axes is None)
        handles = drawn[0].get_lines()
        keys = [say("figure.from_others", language), say("figure.from_previous", language)]
        figure_of(drawn[0]).legend([handles[0], handles[2]], keys, loc="outside upper right", ncols=2)
        finish(drawn[0], describe_trajectories(trajectories, language), synthetic=synthetic)
    return drawn


def _new(count: int, width: Width | None) -> list[Axes]:
    return new_panels(count, height=1.15, width=width)


def _other(rows: pd.DataFrame, panels: str) -> str | None:
    """Name the column that tells several series in one panel apart, if there is one."""
    columns = [name for name in ("place", "topic", "act") if name in rows and name != panels]
    return next((name for name in columns if several(rows[name])), None)


def _draw_panel(ax: Axes, rows: pd.DataFrame, *, other: str | None) -> None:
    years = _span(rows)
    if other is not None:
        for _, part in rows.groupby(other, sort=False):
            share = _observed(part.set_index("year").reindex(years), "share")
            ax.plot(years, share, color=FAINT, linewidth=0.5)
        rows = pooled(rows)
    else:
        _reach(ax, rows)
    _line(ax, rows.set_index("year").reindex(years), "share", color=BLUE)


def _reach(ax: Axes, rows: pd.DataFrame) -> None:
    """Draw the interval of every year that has one."""
    if not {"low", "high"} <= set(rows):
        return
    known = rows[rows["low"].notna() & rows["high"].notna()]
    ends = known[["low", "high"]].to_numpy(dtype=float)
    ax.vlines(
        known["year"].to_numpy(dtype=float), ends[:, 0], ends[:, 1], color=BLUE, linewidth=0.7, alpha=0.5
    )


def pooled(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a year: the mean share, weighted by items; years in which nothing was read stay NaN."""
    known = rows[rows["share"].notna()]
    weight = known["n_items"].astype(float)
    total = weight.groupby(known["year"]).sum()
    share = (known["share"].astype(float) * weight).groupby(known["year"]).sum() / total.where(total > 0)
    thin = known["thin"].astype(bool).groupby(known["year"]).all()
    years = sorted(pd.unique(rows["year"]))
    return pd.DataFrame({"share": share, "thin": thin}).reindex(years).rename_axis("year").reset_index()


def _span(rows: pd.DataFrame) -> list[int]:
    known = rows["year"].dropna().astype(int)
    return list(range(int(known.min()), int(known.max()) + 1)) if len(known) else []


def _observed(rows: pd.DataFrame, column: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Values with NaN for every gap: matplotlib breaks the line there instead of drawing zero."""
    value = pd.to_numeric(rows[column], errors="coerce")
    if "gap" in rows:
        value = value.mask(rows["gap"].astype("boolean").fillna(value=True).astype(bool))
    return value.to_numpy(dtype=float)


def _line(ax: Axes, rows: pd.DataFrame, column: str, *, color: str, dashed: bool = False) -> None:
    value = _observed(rows, column)
    thin = rows["thin"].astype("boolean").fillna(value=False).to_numpy(dtype=bool)
    ax.plot(rows.index, value, color=color, linestyle="--" if dashed else "-", marker="o")
    hollow = np.where(thin, value, np.nan)
    ax.plot(rows.index, hollow, "o", color=color, markerfacecolor="white")


def _years(axes: Sequence[Axes], rows: pd.DataFrame, *, ours: bool) -> None:
    """Scale by years and from 0; panels of a caller keep their own heights."""
    span = _span(rows)
    if ours:
        same_scale(axes, "y")
    for ax in axes:
        ax.set_ylim(bottom=0)
        year_axis(ax, *span[:1], *span[-1:])
