"""An order for heat maps: like beside like, by hierarchical clustering."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from readout_nlp.errors import InputError

Label = str | int
Method = Literal["single", "complete", "average", "weighted"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Ordering:
    """An order of units and the tree it comes from.

    Attributes
    ----------
    labels : tuple
        All units in the order to draw them; those that were not compared come last.
    clustered : tuple
        The units of the tree, in the numbering of `linkage`.
    linkage : ndarray of shape (number of clustered units - 1, 4)
        As SciPy's `linkage` gives it; of shape (0, 4) for fewer than two units. Heights are 1 - similarity.
    """

    labels: tuple[Label, ...]
    clustered: tuple[Label, ...]
    linkage: npt.NDArray[np.float64]


def cluster_order(similarity: pd.DataFrame, *, method: Method = "average") -> Ordering:
    """Order the units of a similarity table by hierarchical clustering.

    Parameters
    ----------
    similarity
        Square and symmetric, labelled alike on both sides, 1 - distance; rows without any comparison (gaps)
        are NaN.
    method
        SciPy's linkage method. ``average`` (UPGMA), because it asks nothing of the metric; Ward's
        criterion would want Euclidean distances, which these are not.

    Returns
    -------
    Ordering
        Leaves turned so that neighbours are as alike as the tree allows (Bar-Joseph et al. 2001).

    Raises
    ------
    InputError
        If the table is not square, labelled alike and symmetric.

    Examples
    --------
    >>> units = ["甲", "乙", "丙"]
    >>> alike = pd.DataFrame([[1, 0.1, 0.9], [0.1, 1, 0.2], [0.9, 0.2, 1]], index=units, columns=units)
    >>> cluster_order(alike).labels
    ('乙', '丙', '甲')
    """
    values = _checked(similarity)
    compared = np.isfinite(np.diag(values))
    labels = similarity.index.to_numpy(dtype=object)
    clustered = tuple(labels[compared].tolist())
    rest = tuple(labels[~compared].tolist())
    if len(clustered) < 2:
        return Ordering(labels=clustered + rest, clustered=clustered, linkage=np.empty((0, 4)))
    apart = _apart(values[np.ix_(compared, compared)])
    from scipy.cluster.hierarchy import leaves_list, linkage  # not for every figure

    tree = linkage(apart, method=method, optimal_ordering=True)
    ordered = tuple(clustered[leaf] for leaf in leaves_list(tree))
    return Ordering(labels=ordered + rest, clustered=clustered, linkage=tree)


def _checked(similarity: pd.DataFrame) -> npt.NDArray[np.float64]:
    values = similarity.to_numpy(dtype=np.float64)
    square = values.shape[0] == values.shape[1] and list(similarity.index) == list(similarity.columns)
    if not square or not np.allclose(values, values.T, equal_nan=True):
        raise InputError(
            f"a table of shape {values.shape} that is not square, labelled alike and symmetric",
            "a similarity table",
            "make it with similarity",
        )
    return values


def _apart(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    distance = np.clip(1.0 - values, 0.0, None)
    distance[np.isnan(distance)] = 1.0  # a pair that was not compared is as far apart as can be
    np.fill_diagonal(distance, 0.0)
    from scipy.spatial.distance import squareform

    return np.asarray(squareform(distance, checks=False), dtype=np.float64)
