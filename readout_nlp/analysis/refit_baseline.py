"""What a refit changes where nothing has drifted: the same step, within the old documents alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from readout_nlp.analysis.fits import MODELS
from readout_nlp.analysis.recipe import Recipe
from readout_nlp.analysis.refit_start import Start, fit_from
from readout_nlp.analysis.workers import Map, Progress
from readout_nlp.compare.topic_drift import Change, change_between
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.consensus import REFIT_PASSES
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.perplexity import hold_out
from readout_nlp.topics.stability import UNMATCHED, match_topics
from readout_nlp.topics.start import given_topics

BASELINE = 10


def baseline_of(
    earlier: TopicFit,
    counts: TermMatrix,
    *,
    groups: Sequence[str],
    recipe: Recipe,
    start: Start,
    n: int,
    map: Map = map,  # noqa: A002
    progress: Progress | None = None,
) -> list[Change]:
    """Refit `n` times where no document is new, and give what changed for each topic of `earlier`.

    Each time a model of a random part of the old documents (whole readouts) is carried on to all of them.
    The part is such that the step tells as much that is new as the step from the old documents to the grown
    corpus does, if both are drawn alike: by the variance of a mean, ``1/part - 1/old = 1/old - 1/all``. A
    refit that starts anew is compared with `earlier` itself, from another seed: its topics need not be found
    again at all.

    Parameters
    ----------
    earlier
    counts
        Of all documents, old and new.
    groups : sequence of str, length n_docs
        The readout of each document.
    """
    known = set(earlier.doc_ids)
    rows = np.array([row for row, name in enumerate(counts.doc_ids) if name in known], dtype=np.intp)
    old = TermMatrix(counts.counts[rows], counts.vocabulary, [counts.doc_ids[row] for row in rows])
    readouts = [groups[row] for row in rows]
    if len(set(readouts)) < 2:
        return []
    grown = max(
        1 - len(rows) / len(counts.doc_ids), 0.1
    )  # the part of all that is new; of none, as if a tenth
    left_out = 1 - 1 / (1 + grown)
    seeds = range(recipe.random_state + 1, recipe.random_state + 1 + n)
    one = partial(_carried_on if start == "earlier" else _anew, earlier, old, readouts, left_out, recipe, map)
    return [one(seed) for seed in (progress(seeds, description="baseline") if progress else seeds)]


def _carried_on(
    earlier: TopicFit,
    old: TermMatrix,
    readouts: Sequence[str],
    left_out: float,
    recipe: Recipe,
    map: Map,  # noqa: A002
    seed: int,
) -> Change:
    part, _ = hold_out(old, share=left_out, groups=readouts, random_state=seed)
    start = given_topics(earlier, n_topics=earlier.n_topics, counts=part)
    # a consensus is one pass from the mean of its fits: further passes are part of what a refit changes
    passes = REFIT_PASSES if "consensus" in earlier.params else None
    before = fit_from(start, part, recipe, passes=passes, random_state=seed, map=map)
    after = fit_from(
        given_topics(before, n_topics=before.n_topics, counts=old), old, recipe, random_state=seed, map=map
    )
    return _for_topics_of(earlier, before, change_between(before, after))


def _anew(
    earlier: TopicFit,
    old: TermMatrix,
    readouts: Sequence[str],
    left_out: float,
    recipe: Recipe,
    map: Map,  # noqa: A002
    seed: int,
) -> Change:
    part, _ = hold_out(old, share=left_out, groups=readouts, random_state=seed)
    changes = {"random_state": seed}
    if recipe.model == "nmf":
        changes["n_seeds"] = 1  # its further fits tell of stability alone
    again = MODELS[recipe.model](part, recipe.model_copy(update=changes), map=map)[0]
    return change_between(earlier, again)


def _for_topics_of(earlier: TopicFit, before: TopicFit, change: Change) -> Change:
    """Give a change that was measured on `before` for the topics of `earlier` that it started from."""
    rows = match_topics(earlier, before).permutation
    lost = rows == UNMATCHED
    return replace(
        change,
        cosines=np.where(lost, 0.0, change.cosines[rows]),
        jaccards=np.where(lost, 0.0, change.jaccards[rows]),
        shares=np.where(lost, np.nan, change.shares[rows]),
    )
