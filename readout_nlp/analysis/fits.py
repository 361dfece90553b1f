"""The models of an analysis: LDA and NMF with their stability, and a clustering."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from readout_nlp.analysis.recipe import Recipe
from readout_nlp.analysis.workers import Map, Stopwatch
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.clusters import fit_clusters
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.lda import fit_lda
from readout_nlp.topics.nmf import fit_nmf
from readout_nlp.topics.stability import fit_seeds, fit_subsamples, seed_stability

Make = Callable[[], Sequence[TopicFit]]
Keep = Callable[[str, Make], Sequence[TopicFit]]


def make_anew(name: str, make: Make) -> Sequence[TopicFit]:
    """Keep nothing: fit every model now."""
    del name
    return make()


@dataclass(frozen=True)
class Fits:
    """What was fitted.

    Attributes
    ----------
    models
        ``lda`` and ``nmf``, fitted on all documents from the recipe's seed.
    stability
        For each model one row a topic: how well the fits from other seeds (LDA) or on 90 % of the documents
        (NMF, which no seed can shake) find it again; None with a single fit.
    clusters
        The clustering of the documents.
    seconds
        Time by model, its stability included.
    """

    models: Mapping[str, TopicFit]
    stability: Mapping[str, pd.DataFrame | None]
    clusters: TopicFit
    seconds: Mapping[str, float]


def fit_all(counts: TermMatrix, recipe: Recipe, *, map: Map, keep: Keep, watch: Stopwatch) -> Fits:  # noqa: A002
    """Fit the models of `recipe`, each as often as its stability needs."""
    makers: Mapping[str, Make] = {
        "lda": lambda: lda_fits(counts, recipe, map=map),
        "nmf": lambda: nmf_fits(counts, recipe, map=map),
    }
    fits: dict[str, Sequence[TopicFit]] = {}
    for name, make in makers.items():
        with watch.stage(name):
            fits[name] = keep(name, make)
    models = {name: several[0] for name, several in fits.items()}
    with watch.stage("clusters"):
        clusters = keep("clusters", lambda: [cluster(counts, models[recipe.model], recipe)])[0]
    return Fits(
        models=models,
        stability={name: seed_stability(f) if len(f) > 1 else None for name, f in fits.items()},
        clusters=clusters,
        seconds={name: watch.seconds[name] for name in fits},
    )


def lda_fits(counts: TermMatrix, recipe: Recipe, *, map: Map) -> list[TopicFit]:  # noqa: A002
    """Fit LDA from `n_seeds` seeds, the recipe's own first."""
    seeds = range(recipe.random_state, recipe.random_state + recipe.n_seeds)
    n_topics = recipe.topics_for(len(counts.doc_ids))
    return fit_seeds(counts, fit=fit_lda, n_topics=n_topics, seeds=seeds, map=map, passes=recipe.passes)


def nmf_fits(counts: TermMatrix, recipe: Recipe, *, map: Map) -> list[TopicFit]:  # noqa: A002
    """Fit NMF on all documents, then on `n_seeds` - 1 random parts of them."""
    seeds = range(recipe.random_state + 1, recipe.random_state + recipe.n_seeds)
    n_topics = recipe.topics_for(len(counts.doc_ids))
    whole = fit_nmf(counts, n_topics=n_topics, random_state=recipe.random_state)
    return [whole, *fit_subsamples(counts, fit=fit_nmf, n_topics=n_topics, seeds=seeds, map=map)]


def cluster(counts: TermMatrix, topics: TopicFit, recipe: Recipe) -> TopicFit:
    """Cluster the documents by their words or by their topic shares."""
    return fit_clusters(
        counts,
        n_clusters=recipe.n_clusters or topics.n_topics,
        method=recipe.cluster_method,
        on=topics if recipe.cluster_on == "topics" else "tfidf",
        random_state=recipe.random_state,
    )
