"""Split-sample mode: topics are discovered on some readouts, every table estimated on the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from readout_nlp.analysis.fits import Fits
from readout_nlp.analysis.recipe import Recipe
from readout_nlp.compare.split import split_corpus
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import InputError
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.infer import infer_topics


@dataclass(frozen=True, eq=False, kw_only=True)
class Halves:
    """What topics are found in, and what they are then measured on; the same where nothing is split.

    Attributes
    ----------
    discover
        Counts to fit on.
    estimate, corpus
        Counts and readouts that every table is of.
    record
        How the split came about, for the manifest; None without one.
    """

    discover: TermMatrix
    estimate: TermMatrix
    corpus: Corpus
    record: Mapping[str, Any] | None


def halves(corpus: Corpus, counts: TermMatrix, recipe: Recipe) -> Halves:
    """Split as the recipe says: texts that topics were found in flatter what is then estimated on them.

    Raises
    ------
    InputError
        One part of the split has no document.
    """
    if recipe.split is None:
        return Halves(discover=counts, estimate=counts, corpus=corpus, record=None)
    parts = split_corpus(corpus, share=recipe.split, random_state=recipe.random_state)
    ids = [set(part.documents(recipe.unit)["doc_id"]) for part in parts]
    discover, estimate = (_rows(counts, wanted) for wanted in ids)
    if not (discover.doc_ids and estimate.doc_ids):
        raise InputError(
            f"{len(discover.doc_ids)} documents to discover in, {len(estimate.doc_ids)} to estimate on",
            "some on both sides",
            "add readouts, or leave out split",
        )
    return Halves(discover=discover, estimate=estimate, corpus=parts.estimate, record=parts.record)


def folded(fits: Fits, counts: TermMatrix) -> Fits:
    """Give the same models with the shares of other documents, inferred under fixed topics."""
    return replace(fits, models={name: fold(fit, counts) for name, fit in fits.models.items()})


def fold(fit: TopicFit, counts: TermMatrix) -> TopicFit:
    """Give one model with the shares of other documents, inferred under fixed topics."""
    found = infer_topics(fit, counts)
    params = {**fit.params, "without_evidence": list(found.without_evidence)}
    return replace(fit, doc_topics=found.doc_topics, doc_ids=found.doc_ids, params=params)


def _rows(counts: TermMatrix, wanted: Iterable[str]) -> TermMatrix:
    known = set(wanted)
    rows = np.array([row for row, name in enumerate(counts.doc_ids) if name in known], dtype=np.intp)
    return TermMatrix(counts.counts[rows], counts.vocabulary, [counts.doc_ids[row] for row in rows])
