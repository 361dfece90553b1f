"""What was read: places by years."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from readout_nlp.present.alt import describe_coverage
from readout_nlp.present.figures.heat import heat_map, write_values
from readout_nlp.present.names import Names, renamed
from readout_nlp.present.strings import Language, say
from readout_nlp.present.style import (
    TWO_COLUMNS,
    Width,
    finish,
    give_title,
    inches,
    new_axes,
    row_height,
    style,
)
from readout_nlp.present.tables import coverage_grid


def plot_coverage(
    coverage: pd.DataFrame,
    *,
    ax: Axes | None = None,
    labels: Names | None = None,
    width: Width | None = None,
    language: Language = "zh",
    synthetic: bool = False,
) -> Axes:
    """Heat map of readouts read, places by years, with the counts written in; gaps are hatched.

    Parameters
    ----------
    coverage
        Columns ``place``, ``year``, ``n_readouts``, ``n_items``, ``gap``.
    ax
        Where to draw; None makes a new figure.
    labels
        What to call places, topics or terms instead of their names in the table: a text by name, or a mapping
        of ``zh`` and ``en`` to texts. A text ``中文 | English`` holds both.
    width
        Of a new figure: ``one`` or ``two`` columns of a journal, or inches; None: what the data need, at
        most two columns. Letters keep their size.
    language
        Of title, labels and legend, ``zh`` or ``en``.
    synthetic
        True writes into the figure that the data are made up.

    Returns
    -------
    matplotlib.axes.Axes
        Its figure's label is the alt text.

    Examples
    --------
    >>> rows = {"place": ["甲市"], "year": [2020], "n_readouts": [3], "n_items": [9], "gap": [False]}
    >>> plot_coverage(pd.DataFrame(rows), language="en").figure.get_label()
    '3 readouts of 1 places, 2020; gaps among the 1 place-years: 0.'
    """
    with style():
        coverage = renamed(coverage, "place", labels=labels, language=language)
        grid = coverage_grid(coverage)
        wide = inches(width, min(TWO_COLUMNS, 1.6 + 0.5 * len(grid.columns)))
        rows = max(len(grid.index), 2)
        ax = ax or new_axes(wide, 0.9 + rows * row_height(rows, usual=0.19, rest=0.9))
        high = float(grid.max().max()) if grid.notna().any().any() else 1.0
        heat_map(ax, grid, low=0.0, high=high)
        write_values(ax, grid, form=".0f", low=0.0, high=high)
        give_title(ax, say("figure.coverage", language), room=0.58)
        finish(ax, describe_coverage(coverage, language), synthetic=synthetic)
    return ax
