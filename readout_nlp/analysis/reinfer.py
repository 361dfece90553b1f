"""The shares of a saved model, inferred again from the texts and held against the stored ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from readout_nlp.analysis.card_check import card_differences
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
        ``passed`` if every document was found, no share differs by more than the tolerance (0 under the
        library versions and the kind of processor that made the model, else `TOLERANCE`), and the figures on
        the card are those that texts and numbers give.

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
    missing = len(fit.doc_ids) - len(ids)
    tolerance = 0.0 if same_bits_expected(manifest) else TOLERANCE
    figures = {
        "documents_compared": len(ids),
        "documents_missing": missing,
        "documents_extra": again.n_given - len(ids),
        "documents_that_differ": int((gap.max(axis=1) > tolerance).sum()),
        "max_difference": float(gap.max()),
        "mean_difference": float(gap.mean()),
        "same_largest_topic": float((found.argmax(axis=1) == stored.argmax(axis=1)).mean()),
        "tolerance": tolerance,
        **again.figures,
        **conditions(manifest),
        "card_figures_that_differ": [] if missing else card_differences(fit, manifest, again),
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
    asked = tolerance_said(figures["tolerance"])
    faults = list(_faults(figures))
    if not faults:
        same = "bit for bit" if figures["max_difference"] == 0 else f"but for {figures['max_difference']:.1e}"
        says = f"shares of {figures['documents_compared']} documents equal {same}; asked for: {asked}"
        return Level(name="shares", state="passed", says=says, figures=figures)
    fault = CheckError(
        "; ".join(faults), f"every document there, its shares equal {asked}, a true card", _advice(figures)
    )
    return Level(name="shares", state="failed", says=fault.found, figures=figures, fault=fault)


def _faults(figures: Mapping[str, Any]) -> Iterator[str]:
    if missing := figures["documents_missing"]:
        yield f"{missing} documents of the model that the corpus lacks"
    if differ := figures["documents_that_differ"]:
        yield f"other shares for {differ} documents, by up to {figures['max_difference']:.3g}"
    if card := figures["card_figures_that_differ"]:
        yield f"{len(card)} figures on the card that the texts do not give (first: {card[0]})"


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
