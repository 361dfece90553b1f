"""Errors of regression coefficients with clusters, right with few of them: CR2, CV3, many outcomes at once.

Bell and McCaffrey (2002), Pustejovsky and Tipton (2018), MacKinnon, Nielsen and Webb (2023);
docs/comparing.md gives the formulas.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from readout_nlp.topics.fit import Array

Codes = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

WHOLE = 1e-8  # a leverage this close to 1: the cluster alone decides its direction
CARRIED = 1e-5  # part of a coefficient that may lie in such a direction
BLOCK = 128  # clusters whose products are summed together
POWERS = {"CR2": 0.5, "CV3": 1.0}


@dataclass(frozen=True, eq=False, kw_only=True)
class ClusterErrors:
    """Errors of some coefficients.

    Attributes
    ----------
    variance : ndarray of shape (n_columns, n_outcomes)
    df : ndarray of shape (n_columns,)
        Satterthwaite degrees of freedom; they depend on the design alone.
    carried_by_one : ndarray of bool, shape (n_columns,)
        True where the coefficient cannot be estimated without some one cluster: what varies between clusters
        then says nothing of its error, and `variance` is not to be used.
    n_clusters : int
    """

    variance: Array
    df: Array
    carried_by_one: Flags
    n_clusters: int


def cluster_errors(
    basis: Array, back: Array, residuals: Array, *, codes: Codes, kind: str = "CR2"
) -> ClusterErrors:
    """Give cluster-robust errors of regression coefficients, for all outcomes of one design.

    With the leverage H_gg of cluster g, the residuals of the cluster are weighed by (I - H_gg)^(-1/2) for CR2
    and by (I - H_gg)^(-1) for CV3, the jackknife over clusters; Moore-Penrose inverses where a cluster alone
    decides a direction. CR2 is unbiased if documents are independent within clusters.

    Parameters
    ----------
    basis : ndarray of shape (n_rows, rank)
    back : ndarray of shape (n_columns, rank)
        Of the coefficients asked for; `Design` describes both.
    residuals : ndarray of shape (n_rows, n_outcomes)
    codes : ndarray of int, shape (n_rows,)
        The cluster of every row.
    kind
        ``CR2`` or ``CV3``.

    Returns
    -------
    ClusterErrors

    Examples
    --------
    >>> basis, back = np.full((4, 1), 0.5), np.array([[0.5]])  # a mean of four, in two clusters of two
    >>> residuals = np.array([[1.0], [1.0], [-1.0], [-1.0]])
    >>> errors = cluster_errors(basis, back, residuals, codes=np.array([0, 0, 1, 1]))
    >>> errors.variance.round(6).tolist(), errors.df.round(6).tolist()
    ([[1.0]], [1.0])
    """
    power, n_columns, rank = POWERS[kind], len(back), basis.shape[1]
    variance = np.zeros((n_columns, residuals.shape[1]))
    lost = np.zeros(n_columns)
    trace, squares = np.zeros(n_columns), np.zeros(n_columns)
    products, held = np.zeros((n_columns, rank, rank)), list[Array]()
    n_clusters = 0
    for rows in each_cluster(codes):
        sizes, axes = _leverage(basis[rows])
        along = back @ axes
        whole = sizes > 1 - WHOLE
        lost = np.maximum(lost, np.linalg.norm(along[:, whole], axis=1))
        weights = np.where(whole, 0.0, np.where(whole, 1.0, 1 - sizes) ** -power)
        variance += ((back + (along * (weights - 1)) @ axes.T) @ (basis[rows].T @ residuals[rows])) ** 2
        own, spread = (along * weights) ** 2 @ sizes, (along * weights * sizes) @ axes.T
        reach = (spread**2).sum(axis=1)
        trace += own - reach
        squares += own**2 - 2 * own * reach
        held.append(spread)
        n_clusters += 1
        if len(held) == BLOCK:
            products += _gram(held)
            held.clear()
    products += _gram(held)
    squares += (products**2).sum(axis=(1, 2))
    if kind == "CV3":
        variance *= (n_clusters - 1) / n_clusters
    with np.errstate(invalid="ignore", divide="ignore"):
        df = np.where(squares > 0, trace**2 / squares, np.nan)
    carried = lost > CARRIED * np.linalg.norm(back, axis=1)
    return ClusterErrors(variance=variance, df=df, carried_by_one=carried, n_clusters=n_clusters)


def _gram(held: Sequence[Array]) -> Array | float:
    """Sum h h' over clusters, for every column: many at once, which is much faster than one by one."""
    if not held:
        return 0.0
    stacked = np.stack(held, axis=1)
    return np.asarray(stacked.transpose(0, 2, 1) @ stacked)


def each_cluster(codes: Codes) -> Iterator[Codes]:
    """Give the rows of every cluster, in the order of the codes.

    Examples
    --------
    >>> [rows.tolist() for rows in each_cluster(np.array([1, 0, 1]))]
    [[1], [0, 2]]
    """
    order = np.argsort(codes, kind="stable")
    ends = np.flatnonzero(np.diff(codes[order])) + 1
    yield from (np.asarray(rows) for rows in np.split(order, ends) if len(rows))


def _leverage(rows: Array) -> tuple[Array, Array]:
    """Give the eigenvalues of a cluster's leverage that are not 0, and their directions in the basis."""
    if len(rows) == 1:
        size = float(rows[0] @ rows[0])
        return np.array([size]), rows.T / max(size, np.finfo(float).tiny) ** 0.5
    if len(rows) < rows.shape[1]:
        sizes, left = np.linalg.eigh(rows @ rows.T)
        sizes = np.clip(sizes, 0.0, 1.0)
        held = sizes > np.finfo(float).eps * 8
        return sizes[held], (rows.T @ left[:, held]) / np.sqrt(sizes[held])
    sizes, axes = np.linalg.eigh(rows.T @ rows)
    return np.clip(sizes, 0.0, 1.0), axes
