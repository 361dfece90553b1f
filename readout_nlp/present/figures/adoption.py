"""How a wording spreads over places."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from readout_nlp.present.alt_evidence import describe_adoption
from readout_nlp.present.figures.rows import legend_above
from readout_nlp.present.names import Names, renamed
from readout_nlp.present.palette import CURVES, DASHES
from readout_nlp.present.strings import Language, say
from readout_nlp.present.style import FAINT, ONE_COLUMN, Width, finish, inches, new_axes, style

MOST_BANDS = 3  # more bands upon each other could not be told apart


def plot_adoption(
    curves: pd.DataFrame,
    *,
    terms: Sequence[str] | None = None,
    ax: Axes | None = None,
    labels: Names | None = None,
    width: Width | None = None,
    language: Language = "zh",
    synthetic: bool = False,
) -> Axes:
    """Curves of the share of places that had adopted a wording by so many days after the centre did.

    Parameters
    ----------
    curves
        As `readout_nlp.adoption_curve` gives it: ``term``, ``lag_days``, ``share``, ``low``, ``high``.
    terms
        Which to draw, in this order; None: all. The first six have colours, the others are faint.
    ax, labels, width, language, synthetic
        As in `plot_coverage`.

    Returns
    -------
    matplotlib.axes.Axes
        The vertical line is the day of the centre's first use. Bands are drawn for up to three wordings.

    Examples
    --------
    >>> rows = {"term": "五源共治", "lag_days": [0, 90], "share": [0.1, 0.6], "low": 0.0, "high": 0.9}
    >>> plot_adoption(pd.DataFrame(rows), language="en").get_xlabel()
    "Days after the centre's first use"
    """
    with style():
        wanted = list(pd.unique(curves["term"])) if terms is None else list(terms)
        chosen = renamed(curves[curves["term"].isin(wanted)], "term", labels=labels, language=language)
        named = renamed(pd.DataFrame({"term": wanted}), "term", labels=labels, language=language)["term"]
        wide = inches(width, ONE_COLUMN)
        ax = ax or new_axes(wide, min(0.75 * wide, 3.6))
        for position, term in enumerate(named):
            _curve(ax, chosen[chosen["term"] == term], position, band=len(wanted) <= MOST_BANDS)
        ax.axvline(0, color=FAINT, linewidth=0.8, zorder=0)
        ax.set_ylim(0, 1)
        ax.margins(x=0.02)
        ax.yaxis.set_major_formatter(PercentFormatter(1.0))
        ax.set_xlabel(say("figure.adoption_lag", language))
        ax.set_ylabel(say("figure.adoption", language))
        legend_above(ax, len(wanted))
        finish(ax, describe_adoption(chosen, language), synthetic=synthetic)
    return ax


def _curve(ax: Axes, rows: pd.DataFrame, position: int, *, band: bool) -> None:
    """Draw straight lines from row to row: the estimate says how much lies between two days, not when."""
    rows = rows.sort_values("lag_days", kind="stable")
    days, share = rows["lag_days"].to_numpy(float), rows["share"].to_numpy(float)
    if position >= len(CURVES):
        ax.plot(days, share, color=FAINT, linewidth=0.6)
        return
    colour = CURVES[position]
    ax.plot(
        days,
        share,
        color=colour,
        linestyle=DASHES[position],
        label=str(rows["term"].iloc[0]) if len(rows) else None,
    )
    if band:
        ends = rows[["low", "high"]].to_numpy(float).T
        ax.fill_between(days, *ends, color=colour, alpha=0.13, linewidth=0)
