"""The shares of a saved model, inferred again from the texts and held against the stored ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from readout_nlp.analysis.recount import Recount
from readout_nlp.analysis.verdicts import CannotBeCheckedError, Level
from readout_nlp.errors import CheckError
from readout_nlp.saved.alike import conditions, same_bits_expected
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.infer import METHODS, infer_topics

TOLERANCE = 1e-6
SHOWN = 5


def reinfer(fit: TopicFit, manifest: Mapping[str, Any], again: Recount) -> Level:
    """Infer the shares of a model's documents again and compare.

    `infer_topics` gives the documents of a fit the very shares of the fit, bit for bit, whatever engine
    learnt the topics, so that no difference is due to the comparison.

    Parameters
    ----------
    fit, manifest
        A saved model.
    again
        Its documents, counted again.

    Returns
    -------
    Level
        ``passed`` if every document was found and no share differs by more than the tolerance: 0 under the
        library versions and the kind of processor that made the model, else `TOLERANCE`.

    Raises
    ------
    CannotBeCheckedError
        A method that does not infer documents one by one, such as a clustering.
    """
    if fit.method not in METHODS:
        raise CannotBeCheckedError(
            f"a model of method {fit.method}, whose documents are not inferred one by one",
            "an LDA or an NMF",
            "fit it again (--refit)",
        )
    ids = again.found(fit.doc_ids)
    stored, found = rows_of(fit, ids), infer_topics(fit, again.counts(ids)).doc_topics
    gap = np.abs(found - stored)
    tolerance = 0.0 if same_bits_expected(manifest) else TOLERANCE
    figures = {
        "documents_compared": len(ids),
        "documents_missing": len(fit.doc_ids) - len(ids),
        "documents_extra": again.n_given - len(ids),
        "documents_that_differ": int((gap.max(axis=1) > tolerance).sum()),
        "max_difference": float(gap.max()),
        "mean_difference": float(gap.mean()),
        "same_largest_topic": float((found.argmax(axis=1) == stored.argmax(axis=1)).mean()),
        "tolerance": tolerance,
        **again.figures,
        **conditions(manifest),
        "largest_differences": _largest(fit, ids, stored=stored, found=found, tolerance=tolerance),
    }
    return _judged(figures)


def rows_of(fit: TopicFit, doc_ids: Sequence[str]) -> Array:
    """Give the stored shares of some documents, in the order given."""
    place = {doc_id: row for row, doc_id in enumerate(fit.doc_ids)}
    rows: Array = fit.doc_topics[[place[doc_id] for doc_id in doc_ids]]
    return rows


def tolerance_said(tolerance: float) -> str:
    """Say how close is close enough, and why.

    Examples
    --------
    >>> tolerance_said(1e-6)
    'within 1e-06, as other library versions or another kind of processor may round'
    """
    if tolerance:
        return f"within {tolerance:g}, as other library versions or another kind of processor may round"
    return "bit for bit, as library versions and kind of processor are those that made the model"


def _judged(figures: Mapping[str, Any]) -> Level:
    expected = f"every document there and its shares equal {tolerance_said(figures['tolerance'])}"
    if not (figures["documents_missing"] or figures["documents_that_differ"]):
        says = (
            f"{figures['documents_compared']} documents, shares equal {tolerance_said(figures['tolerance'])}"
        )
        return Level(name="shares", state="passed", says=says, figures=figures)
    found = (
        f"{figures['documents_missing']} documents of the model missing from the corpus and shares of"
        f" {figures['documents_that_differ']} documents that differ, by up to {figures['max_difference']:.3g}"
    )
    fault = CheckError(found, expected, _advice(figures))
    return Level(name="shares", state="failed", says=found, figures=figures, fault=fault)


def _advice(figures: Mapping[str, Any]) -> str:
    if figures["corpus"] == "another":
        return "give the corpus that the model was fitted on: this one has another fingerprint"
    if figures["tokens"] == "another":
        return "the same texts give other tokens: check with the version that made the model"
    return "do not cite these shares before their publisher has explained the difference"


def _largest(
    fit: TopicFit, ids: Sequence[str], *, stored: Array, found: Array, tolerance: float
) -> list[dict[str, Any]]:
    """Name the documents that differ most, each with the topic in which it does."""
    gap = np.abs(found - stored)
    column = gap.argmax(axis=1)
    worst = gap.max(axis=1)
    rows = [row for row in np.argsort(-worst, kind="stable")[:SHOWN] if worst[row] > tolerance]
    return [
        {
            "document": ids[row],
            "topic": fit.topic_ids[column[row]],
            "stored": float(stored[row, column[row]]),
            "inferred": float(found[row, column[row]]),
        }
        for row in rows
    ]
