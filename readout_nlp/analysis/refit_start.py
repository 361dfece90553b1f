"""Where a refit starts from: the topics before, and room for what only new documents speak of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import numpy as np

from readout_nlp.analysis.recipe import Recipe
from readout_nlp.analysis.workers import Map
from readout_nlp.errors import RecipeError
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.check import usable_size
from readout_nlp.topics.consensus import MEMBER_PASSES
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.infer import infer_topics
from readout_nlp.topics.lda import fit_lda
from readout_nlp.topics.matching import unit_rows
from readout_nlp.topics.start import given_topics

Start = Literal["earlier", "anew"]
STARTS: Mapping[str, Start] = {"earlier": "earlier", "anew": "anew"}
START_KEY = "start"  # kept in the state of the fit: with it, corpus and recipe give the same bits again


def chosen_start(asked: str | None, earlier: TopicFit) -> Start:
    """Check how to start: LDA from the topics before unless asked otherwise, NMF always anew.

    Raises
    ------
    RecipeError
        The model cannot start so.
    """
    usual: Start = "earlier" if earlier.method == "lda" else "anew"
    possible = {name for name in STARTS if name == "anew" or earlier.method == "lda"}
    if asked is None:
        return usual
    if asked not in possible:
        raise RecipeError(
            f"start={asked!r} for a model of method {earlier.method}",
            "earlier (LDA alone) or anew",
            "leave it out for the usual one",
        )
    return STARTS[asked]


def fit_from(
    start: Array,
    counts: TermMatrix,
    recipe: Recipe,
    *,
    passes: int | None = None,
    random_state: int | None = None,
    map: Map = map,  # noqa: A002
) -> TopicFit:
    """Fit LDA by the recipe from given topics, and keep them beside it.

    Parameters
    ----------
    start : ndarray of shape (n_topics, n_terms)
    passes
        None: those of the recipe, or as many as each fit of a consensus makes.
    random_state
        None: that of the recipe.
    map
        Spreads partitions, where the recipe has them.
    """
    fit = fit_lda(
        counts,
        n_topics=len(start),
        passes=passes or recipe.passes or MEMBER_PASSES.get(recipe.engine),
        method=recipe.engine,
        random_state=recipe.random_state if random_state is None else random_state,
        init=start,
        partitions=recipe.partitions,
        map=map,
    )
    return replace(fit, state={**fit.state, START_KEY: start})


def starting_topics(earlier: TopicFit, counts: TermMatrix, *, n_topics: int, recipe: Recipe) -> Array:
    """Give as many topics to start from as asked for, over the terms of the counts.

    Returns
    -------
    ndarray of shape (n_topics, n_terms)
        The topics of `earlier` in its order. Of fewer, those with the largest share of all documents. Of
        more, also topics of the new documents alone, those that resemble an old topic least.
    """
    old = given_topics(earlier, n_topics=earlier.n_topics, counts=counts)
    if n_topics <= len(old):
        sizes = infer_topics(earlier, counts).doc_topics.mean(axis=0)
        return old[np.sort(np.argsort(-sizes, kind="stable")[:n_topics])]
    return np.concatenate([old, _unlike(old, _only_new(earlier, counts), n_topics, recipe)])


def _only_new(earlier: TopicFit, counts: TermMatrix) -> TermMatrix:
    known = set(earlier.doc_ids)
    rows = [row for row, name in enumerate(counts.doc_ids) if name not in known]
    return TermMatrix(counts.counts[rows], counts.vocabulary, [counts.doc_ids[row] for row in rows])


def _unlike(old: Array, added: TermMatrix, n_topics: int, recipe: Recipe) -> Array:
    wanted = n_topics - len(old)
    possible = min(n_topics, *usable_size(added)) if added.doc_ids else 0
    if possible < wanted:  # too few new documents to have topics of their own: chance has to open the room
        chance = np.random.default_rng(recipe.random_state)
        return chance.dirichlet(np.ones(old.shape[1]), size=wanted)
    found = fit_lda(
        added, n_topics=possible, passes=recipe.passes, method=recipe.engine, random_state=recipe.random_state
    ).topic_terms
    likeness = (unit_rows(found) @ unit_rows(old).T).max(axis=1)
    return found[np.sort(np.argsort(likeness, kind="stable")[:wanted])]
