"""Which errors a coefficient can have: between places, or only within them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from readout_nlp.compare.clustered import ClusterErrors, Codes, Flags, cluster_errors
from readout_nlp.topics.fit import Array

LEAST_DF = 4.0  # with less, Satterthwaite's approximation is rough (Tipton 2015): a finer rung has more


@dataclass(frozen=True, eq=False, kw_only=True)
class Rung:
    """One way to say which documents belong together.

    Attributes
    ----------
    name : str
        For the table: ``by place``, ``within place, by readout``.
    codes : ndarray of int, shape (n_rows,)
    within : bool
        True if finer than the clusters asked for.
    """

    name: str
    codes: Codes
    within: bool


@dataclass(frozen=True, eq=False, kw_only=True)
class RungErrors:
    """Errors of all coefficients, each on the coarsest rung that it can have an error on.

    Attributes
    ----------
    variance : ndarray of shape (n_columns, n_outcomes)
        NaN for a coefficient that has an error on no rung.
    df, n_clusters : ndarray of shape (n_columns,)
    rung : ndarray of int, shape (n_columns,)
        Index into the rungs; -1 for none.
    """

    variance: Array
    df: Array
    n_clusters: Array
    rung: Codes


def rungs(covariates: pd.DataFrame, cluster: str | None) -> list[Rung]:
    """List the ways to group documents, the coarsest first.

    Parameters
    ----------
    covariates
        The kept rows. With ``year`` and ``quarter``, the documents of a cluster in one quarter are a rung
        between the clusters and the readouts, since readouts that follow each other are not independent; with
        ``year`` alone, those of one year, which counts the drift of a place over years as error, too.
    cluster
        A column, or None: then documents of one ``readout_id`` belong together, nothing more.

    Examples
    --------
    >>> frame = pd.DataFrame({"place": ["甲", "甲", "乙"], "readout_id": ["a", "a", "b"]})
    >>> [(rung.name, rung.codes.tolist()) for rung in rungs(frame, "place")][:2]
    [('by place', [1, 1, 0]), ('within place, by readout', [0, 0, 1])]
    """
    inside = f"within {cluster}, " if cluster else ""
    found = []
    if cluster:
        found.append(Rung(name=f"by {cluster}", codes=_codes(covariates, [cluster]), within=False))
        times = [names for names in (["year", "quarter"], ["year"]) if _known(covariates, names)]
        for names in [names for names in times if cluster not in names][:1]:
            blocks = _codes(covariates, [cluster, *names])
            found.append(Rung(name=f"{inside}by {names[-1]}", codes=blocks, within=True))
    within = cluster is not None
    if _known(covariates, ["readout_id"]) and cluster != "readout_id":
        codes = _codes(covariates, ["readout_id"])
        found.append(Rung(name=f"{inside}by readout", codes=codes, within=within))
    found.append(Rung(name=f"{inside}by document", codes=np.arange(len(covariates)), within=within))
    return found


def _known(covariates: pd.DataFrame, columns: list[str]) -> bool:
    return set(columns) <= set(covariates) and bool(covariates[columns].notna().to_numpy().all())


def _codes(covariates: pd.DataFrame, columns: Sequence[str]) -> Codes:
    """Give every row the number of its group, in the order of labels: that of rows does not matter."""
    codes = np.zeros(len(covariates), dtype=np.intp)
    for name in columns:
        found, labels = pd.factorize(covariates[name])
        ranks = np.argsort(np.argsort(labels.astype(str).to_numpy(dtype=str)))
        codes = np.unique(codes * len(labels) + ranks[found], return_inverse=True)[1]
    return codes


def rung_errors(
    basis: Array, back: Array, residuals: Array, *, ladder: Sequence[Rung], kind: str = "CR2"
) -> RungErrors:
    """Give every coefficient its errors on the coarsest rung where no one cluster carries it.

    A place's own dummy, or a variable that a single place has, cannot be estimated without that place: what
    varies between places then holds nothing about its error: the clustered variance is about 0, and all is
    significant. What such a coefficient can have is the error of describing these places, from what varies
    within them: over blocks of time where these leave `LEAST_DF` degrees of freedom, else over readouts or
    documents.

    Parameters
    ----------
    basis, back, residuals
        As in `cluster_errors`.
    ladder
        From `rungs`.
    kind
        ``CR2`` or ``CV3``.

    Returns
    -------
    RungErrors
    """
    n_columns = len(back)
    found = RungErrors(
        variance=np.full((n_columns, residuals.shape[1]), np.nan),
        df=np.full(n_columns, np.nan),
        n_clusters=np.full(n_columns, np.nan),
        rung=np.full(n_columns, -1, dtype=np.intp),
    )
    for number, rung in enumerate(ladder):
        open_ = np.flatnonzero(found.rung < 0)
        if len(open_) and rung.codes.max(initial=0) > 0:
            errors = cluster_errors(basis, back[open_], residuals, codes=rung.codes, kind=kind)
            least = LEAST_DF if rung.within and number + 1 < len(ladder) else 0.0
            fit: Flags = ~errors.carried_by_one & (errors.df > least)
            found = _taken(found, errors, open_, fit=fit, number=number)
    return found


def _taken(found: RungErrors, errors: ClusterErrors, open_: Codes, *, fit: Flags, number: int) -> RungErrors:
    columns = open_[fit]
    variance, df, rung = found.variance.copy(), found.df.copy(), found.rung.copy()
    n_clusters = found.n_clusters.copy()
    variance[columns], df[columns], rung[columns] = errors.variance[fit], errors.df[fit], number
    n_clusters[columns] = errors.n_clusters
    return replace(found, variance=variance, df=df, rung=rung, n_clusters=n_clusters)
