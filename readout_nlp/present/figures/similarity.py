"""Who resembles whom: heat map and dendrogram of a similarity matrix."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from readout_nlp.compare.ordering import cluster_order
from readout_nlp.present.alt import describe_similarity
from readout_nlp.present.figures.heat import heat_map, write_values
from readout_nlp.present.names import Names, names_of
from readout_nlp.present.strings import Language, say
from readout_nlp.present.style import (
    INK,
    ONE_COLUMN,
    SMALLEST,
    TWO_COLUMNS,
    Width,
    figure_of,
    finish,
    give_title,
    inches,
    new_axes,
    row_height,
    style,
)
from readout_nlp.present.tables import off_diagonal

WRITE_UP_TO = 12  # labels; beyond that the numbers in the cells would not be read


def plot_similarity(
    matrix: pd.DataFrame,
    *,
    ordered: bool = True,
    ax: Axes | None = None,
    labels: Names | None = None,
    width: Width | None = None,
    language: Language = "zh",
    synthetic: bool = False,
) -> Axes:
    """Heat map of a similarity matrix; pairs that could not be compared are hatched.

    Parameters
    ----------
    matrix
        Square, symmetric, same labels on both axes; 1 is the same, 0 nothing in common, NaN not compared.
    ordered
        True puts labels that resemble each other side by side; False keeps the order (right for years).
    ax, labels, width, language, synthetic
        As in `plot_coverage`.

    Returns
    -------
    matplotlib.axes.Axes
    """
    with style():
        matrix = _named(matrix, labels, language)
        order = list(cluster_order(matrix).labels) if ordered else list(matrix.index)
        grid = matrix.loc[order, order]
        size = inches(width, min(TWO_COLUMNS, max(ONE_COLUMN, 1.2 + 0.17 * len(grid))))
        ax = ax or new_axes(size, size * 0.9)
        off = off_diagonal(grid)
        low = float(off.min().min()) if off.notna().any().any() else 0.0
        mesh = heat_map(ax, grid, low=low, high=1.0)
        if len(grid) <= WRITE_UP_TO:
            write_values(ax, grid, form=".2f", low=low, high=1.0)
        ax.set_aspect("equal")
        figure_of(ax).colorbar(mesh, ax=ax, shrink=0.7, label=say("figure.similarity_axis", language))
        give_title(ax, say("figure.similarity", language))
        finish(ax, describe_similarity(matrix, language), synthetic=synthetic)
    return ax


def plot_dendrogram(
    matrix: pd.DataFrame,
    *,
    ax: Axes | None = None,
    labels: Names | None = None,
    width: Width | None = None,
    language: Language = "zh",
    synthetic: bool = False,
) -> Axes:
    """Tree of a similarity matrix by average linkage: the further right two branches meet, the less alike.

    Parameters
    ----------
    matrix
        As in `plot_similarity`; labels that cannot be compared with all others are left out.
    ax, labels, width, language, synthetic
        As in `plot_coverage`.

    Returns
    -------
    matplotlib.axes.Axes
    """
    from scipy.cluster.hierarchy import dendrogram

    with style():
        matrix = _named(matrix, labels, language)
        tree = cluster_order(matrix)
        leaves = [str(label) for label in tree.clustered]
        tall = row_height(len(leaves), usual=0.16, rest=0.8)
        ax = ax or new_axes(inches(width, ONE_COLUMN), 0.8 + tall * max(len(leaves), 2))
        if len(leaves) > 1:
            dendrogram(
                tree.linkage,
                labels=leaves,
                orientation="left",
                ax=ax,
                color_threshold=0.0,
                above_threshold_color=INK,
                leaf_font_size=min(7.0, max(SMALLEST, 0.8 * 72 * tall)),
            )
        else:
            ax.set_xticks([])
            ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        ax.set_xlabel(say("figure.distance_axis", language))
        give_title(ax, say("figure.dendrogram", language))
        finish(ax, describe_similarity(matrix, language), synthetic=synthetic)
    return ax


def _named(matrix: pd.DataFrame, labels: Names | None, language: Language) -> pd.DataFrame:
    names = names_of(matrix.index, labels, language)
    return matrix.set_axis(names, axis=0).set_axis(names, axis=1)
