"""The figures on the card of a saved model, computed again from its numbers and texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.analysis.recount import Recount
from readout_nlp.corpus.coverage import coverage
from readout_nlp.saved.manifest import coverage_part
from readout_nlp.saved.provenance import corpus_facts
from readout_nlp.saved.tables import plain
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.consensus import consensus_stability
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.matrix import in_vocabulary
from readout_nlp.topics.quality import topic_table

TOLERANCE = 1e-6
NOT_OF_TEXTS = {"n_quarantined"}  # pages set aside are not part of every form of a corpus
SHOWN = 20


def card_differences(fit: TopicFit, manifest: Mapping[str, Any], again: Recount) -> list[str]:
    """Name the figures on a model's card that its numbers and texts do not give.

    What is compared: counts and coverage of the corpus, if it is at hand whole, and of every topic its words,
    size, coherence and exclusivity, and its stability if the model is a consensus.

    Parameters
    ----------
    fit, manifest
        A saved model.
    again
        All of its documents, counted again.

    Returns
    -------
    list of str
        One a figure, at most the first 20: what is stated and what was found.
    """
    found = [*_of_corpus(manifest, again), *_of_topics(fit, manifest, again)]
    return found[:SHOWN]


def _of_corpus(manifest: Mapping[str, Any], again: Recount) -> Iterator[str]:
    stated = manifest.get("corpus") or {}
    if stated.get("fingerprint") != again.corpus.fingerprint:
        return
    facts = corpus_facts(again.corpus)
    for name in stated.keys() & facts.keys() - NOT_OF_TEXTS:
        yield from _differ(f"corpus {name}", stated[name], facts[name])
    if manifest.get("coverage") is not None:
        yield from _differ("coverage", manifest["coverage"], coverage_part(coverage(again.corpus)))


def _of_topics(fit: TopicFit, manifest: Mapping[str, Any], again: Recount) -> Iterator[str]:
    rows = {row["topic"]: row for row in manifest.get("topics") or []}
    if not rows:
        return
    table = _table(fit, again, n=max(len(str(row.get("top_terms", "")).split()) for row in rows.values()))
    for row in table.to_dict(orient="records"):
        stated = rows[row["topic"]]
        for name in sorted(stated.keys() & row.keys()):
            yield from _differ(f"{name} of {row['topic']}", stated[name], plain(row[name]))
    for name, value in (manifest.get("quality") or {}).items():
        held = [row[name] for row in rows.values() if row.get(name) is not None]
        yield from _differ(f"mean {name}", value, float(np.mean(held)) if held else None)


def _table(fit: TopicFit, again: Recount, *, n: int) -> pd.DataFrame:
    """Measure the topics; where no evidence of stability is kept, it is left out."""
    every = again.counts(fit.doc_ids)
    counts = TermMatrix(in_vocabulary(every, fit.vocabulary)[0], fit.vocabulary, fit.doc_ids)
    stability = consensus_stability(fit)
    table = topic_table(fit, counts, stability=stability, n=max(n, 1))
    return table.drop(columns=["stability", "unstable"]) if stability is None else table


def _differ(name: str, stated: Any, found: Any) -> Iterator[str]:
    if isinstance(stated, float) and isinstance(found, float):
        same = abs(stated - found) <= TOLERANCE
    else:
        same = stated == found
    if not same:
        yield f"{name}: {stated} stated, {found} found" if name != "coverage" else "coverage"
