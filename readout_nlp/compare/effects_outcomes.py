"""What `topic_effects` is given, read: shares, documents to use, and the covariates in their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl

from readout_nlp.compare.draws import PRIOR
from readout_nlp.errors import InputError
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.infer import Inference
from readout_nlp.topics.naming import topic_names

Topics = Array | TopicFit | Inference


@dataclass(frozen=True, eq=False, kw_only=True)
class Outcomes:
    """Shares to explain, and what to explain them by.

    Attributes
    ----------
    shares : list of ndarray of shape (n_docs, n_topics)
        One a fit.
    topic_ids : tuple of str
    covariates : pandas.DataFrame
        One row a document, in the order of the shares; by ``doc_id`` where there is one, so that no order of
        rows shows in draws.
    usable : ndarray of bool, shape (n_docs,)
        False for documents whose shares are unknown, or the prior alone.
    left_out : mapping of str to int
        How many are not usable, and why.
    lengths : ndarray of shape (n_docs,) or None
    alpha : ndarray or float
        Prior of the shares.
    """

    shares: list[Array]
    topic_ids: tuple[str, ...]
    covariates: pd.DataFrame
    usable: npt.NDArray[np.bool_]
    left_out: Mapping[str, int]
    lengths: Array | None
    alpha: Array | float


def read_outcomes(
    doc_topics: Topics | Sequence[Topics],
    covariates: pd.DataFrame | pl.DataFrame,
    lengths: Array | TermMatrix | None = None,
) -> Outcomes:
    """Bring shares, covariates and lengths into one order.

    Raises
    ------
    InputError
        If their shapes or ids do not agree.

    Examples
    --------
    >>> frame = pd.DataFrame({"doc_id": ["b", "a"], "year": [2019, 2020]})
    >>> read = read_outcomes(np.array([[0.9, 0.1], [0.2, 0.8]]), frame)
    >>> read.topic_ids, read.covariates["year"].tolist(), read.shares[0][:, 0].tolist()
    (('t01', 't02'), [2020, 2019], [0.2, 0.9])
    """
    several = isinstance(doc_topics, Sequence) and not isinstance(doc_topics, np.ndarray)
    fits: list[Topics] = list(doc_topics) if several else [doc_topics]  # type: ignore[arg-type,list-item]
    if not fits:
        raise InputError("no fit in doc_topics", "an array of shares, or several", "pass at least one")
    first, frame = fits[0], covariates.to_pandas() if isinstance(covariates, pl.DataFrame) else covariates
    shares = [_shares(one) for one in fits]
    ids = _ids(first)
    _check_same(shares, [_ids(one) for one in fits])
    counted = _lengths(lengths, ids, len(shares[0]))
    frame, absent = _joined(frame, ids, len(shares[0]))
    order = _order(frame)
    without = set(_without_evidence(first))
    no_evidence = (
        np.array([one in without for one in ids], dtype=np.bool_) if without else np.zeros(len(frame), bool)
    )
    unknown = ~np.all([np.isfinite(one).all(axis=1) for one in shares], axis=0)
    counts = {"not in covariates": absent, "without_evidence": no_evidence, "unknown shares": unknown}
    return Outcomes(
        shares=[one[order] for one in shares],
        topic_ids=tuple(getattr(first, "topic_ids", None) or topic_names(shares[0].shape[1])),
        covariates=frame.iloc[order].reset_index(drop=True),
        usable=~(absent | no_evidence | unknown)[order],
        left_out={why: int(which.sum()) for why, which in counts.items() if which.any()},
        lengths=None if counted is None else counted[order],
        alpha=first.state.get("alpha", PRIOR) if isinstance(first, TopicFit) else PRIOR,
    )


def _shares(topics: Topics) -> Array:
    shares = np.asarray(topics if not hasattr(topics, "doc_topics") else topics.doc_topics, dtype=np.float64)
    if shares.ndim != 2 or not shares.shape[1]:
        raise InputError(
            f"doc_topics of shape {shares.shape}", "one row a document and one column a topic", "reshape it"
        )
    return shares


def _ids(topics: Topics) -> tuple[str, ...]:
    return tuple(getattr(topics, "doc_ids", ()))


def _without_evidence(topics: Topics) -> Sequence[str]:
    if isinstance(topics, TopicFit):
        return list(topics.params.get("without_evidence", ()))
    return topics.without_evidence if isinstance(topics, Inference) else ()


def _check_same(shares: Sequence[Array], ids: Sequence[tuple[str, ...]]) -> None:
    shapes = {one.shape for one in shares}
    if len(shapes) > 1 or len(set(ids)) > 1:
        raise InputError(
            f"fits of shapes {', '.join(map(str, sorted(shapes)))}"
            if len(shapes) > 1
            else "fits of other documents",
            "the same documents and topics in every fit, in one order",
            "infer all fits from the same counts, and match their topics first",
        )


def _lengths(lengths: Array | TermMatrix | None, ids: Sequence[str], n_docs: int) -> Array | None:
    if lengths is None:
        return None
    if isinstance(lengths, TermMatrix):
        sums = np.asarray(lengths.counts.sum(axis=1), dtype=np.float64).ravel()
        by_id = dict(zip(lengths.doc_ids, sums, strict=True))
        lengths = np.array([by_id.get(one, np.nan) for one in ids]) if ids else sums
    counted = np.asarray(lengths, dtype=np.float64)
    if counted.shape != (n_docs,) or not (counted >= 0).all():
        raise InputError(
            f"lengths of shape {counted.shape} for {n_docs} documents, or unknown or negative ones",
            "the number of tokens of every document",
            "pass the counts that the shares come from",
        )
    return counted


def _joined(
    frame: pd.DataFrame, ids: Sequence[str], n_docs: int
) -> tuple[pd.DataFrame, npt.NDArray[np.bool_]]:
    """Give the covariates of the documents, and which documents have none."""
    if "doc_id" in frame and frame["doc_id"].duplicated().any():
        raise InputError(
            f"{int(frame['doc_id'].duplicated().sum())} repeated doc_id in the covariates",
            "one row a document",
            "drop the repeated rows",
        )
    if ids and "doc_id" in frame:
        absent = ~pd.Series(ids).isin(frame["doc_id"]).to_numpy()
        if not absent.all():
            return frame.set_index("doc_id", drop=False).reindex(list(ids)).reset_index(drop=True), absent
    if len(frame) != n_docs or (ids and "doc_id" in frame and n_docs):
        raise InputError(
            f"{len(frame)} rows of covariates for {n_docs} documents"
            if len(frame) != n_docs
            else "no doc_id of the covariates among the documents",
            "one row a document, in the order of the shares or joined by doc_id",
            "make them with covariates_of from the same corpus and unit",
        )
    return frame.reset_index(drop=True), np.zeros(n_docs, dtype=np.bool_)


def _order(frame: pd.DataFrame) -> npt.NDArray[np.intp]:
    if "doc_id" not in frame or frame["doc_id"].isna().any():
        return np.arange(len(frame))
    return np.asarray(np.argsort(frame["doc_id"].astype(str).to_numpy(dtype=str), kind="stable"))
