"""Who resembles whom: heat map and dendrogram of a similarity matrix."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from scipy.cluster.hierarchy import dendrogram

from readout_nlp.compare.ordering import cluster_order
from readout_nlp.present.alt import describe_similarity
from readout_nlp.present.figures.heat import heat_map, write_values
from readout_nlp.present.strings import Language, say
from readout_nlp.present.style import INK, ONE_COLUMN, figure_of, finish, new_axes, style
from readout_nlp.present.tables import off_diagonal

WRITE_UP_TO = 12  # labels; beyond that the numbers in the cells would not be read


def plot_similarity(
    matrix: pd.DataFrame,
    *,
    ordered: bool = True,
    ax: Axes | None = None,
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
    ax, language, synthetic
        As in `plot_coverage`.

    Returns
    -------
    matplotlib.axes.Axes
    """
    with style():
        labels = list(cluster_order(matrix).labels) if ordered else list(matrix.index)
        grid = matrix.loc[labels, labels]
        size = max(ONE_COLUMN, 1.2 + 0.17 * len(grid))
        ax = ax or new_axes(size, size * 0.9)
        off = off_diagonal(grid)
        low = float(off.min().min()) if off.notna().any().any() else 0.0
        mesh = heat_map(ax, grid, low=low, high=1.0)
        if len(grid) <= WRITE_UP_TO:
            write_values(ax, grid, form=".2f", low=low, high=1.0)
        ax.tick_params(axis="x", rotation=90 if len(grid) > 6 else 0)
        ax.set_aspect("equal")
        figure_of(ax).colorbar(mesh, ax=ax, shrink=0.7, label=say("figure.similarity_axis", language))
        ax.set_title(say("figure.similarity", language))
        finish(ax, describe_similarity(matrix, language), synthetic=synthetic)
    return ax


def plot_dendrogram(
    matrix: pd.DataFrame, *, ax: Axes | None = None, language: Language = "zh", synthetic: bool = False
) -> Axes:
    """Tree of a similarity matrix by average linkage: the further right two branches meet, the less alike.

    Parameters
    ----------
    matrix
        As in `plot_similarity`; labels that cannot be compared with all others are left out.
    ax, language, synthetic
        As in `plot_coverage`.

    Returns
    -------
    matplotlib.axes.Axes
    """
    with style():
        tree = cluster_order(matrix)
        labels = [str(label) for label in tree.clustered]
        ax = ax or new_axes(ONE_COLUMN, 0.8 + 0.16 * len(labels))
        if len(labels) > 1:
            dendrogram(
                tree.linkage,
                labels=labels,
                orientation="left",
                ax=ax,
                color_threshold=0.0,
                above_threshold_color=INK,
                leaf_font_size=7,
            )
        ax.spines["left"].set_visible(False)
        ax.set_xlabel(say("figure.distance_axis", language))
        ax.set_title(say("figure.dendrogram", language))
        finish(ax, describe_similarity(matrix, language), synthetic=synthetic)
    return ax
