"""The order in which labels that resemble each other stand side by side."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering
from scipy.spatial.distance import squareform


def off_diagonal(matrix: pd.DataFrame) -> pd.DataFrame:
    """Give the matrix with NaN on its diagonal, where every label is only like itself."""
    values = matrix.to_numpy(dtype=float, copy=True)
    np.fill_diagonal(values, np.nan)
    return pd.DataFrame(values, index=matrix.index, columns=matrix.columns)


def linkage_of(matrix: pd.DataFrame) -> tuple[npt.NDArray[np.float64], list[str]]:
    """Average linkage of 1 - similarity, and the labels it joins: those comparable with every other one."""
    known = comparable(matrix)
    labels = [str(name) for name in known.index]
    if len(labels) < 2:
        return np.empty((0, 4)), labels
    distance = squareform(np.clip(1.0 - known.to_numpy(dtype=float), 0.0, None), checks=False)
    return optimal_leaf_ordering(linkage(distance, "average"), distance), labels


def comparable(matrix: pd.DataFrame) -> pd.DataFrame:
    """Drop the label with most NaN again and again until none is left."""
    known = matrix
    while len(known) and known.isna().to_numpy().any():
        worst = known.isna().sum().idxmax()
        known = known.drop(index=worst, columns=worst)
    return known


def cluster_order(matrix: pd.DataFrame) -> list[str]:
    """Labels in the order of the tree's leaves; those not comparable with all others come last.

    Examples
    --------
    >>> names = ["a", "b", "c"]
    >>> rows = [[1.0, 0.1, 0.9], [0.1, 1.0, 0.1], [0.9, 0.1, 1.0]]
    >>> order = cluster_order(pd.DataFrame(rows, index=names, columns=names))
    >>> abs(order.index("a") - order.index("c"))
    1
    """
    links, labels = linkage_of(matrix)
    first = [labels[leaf] for leaf in leaves_list(links)] if len(labels) > 1 else labels
    return first + [str(name) for name in matrix.index if str(name) not in first]
