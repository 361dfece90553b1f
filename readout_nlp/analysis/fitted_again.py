"""A saved model's fit repeated: from the recipe of its manifest, or from the settings it carries itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from readout_nlp.analysis.fits import MODELS
from readout_nlp.analysis.halves import fold, halves
from readout_nlp.analysis.recipe import Recipe, recipe_from
from readout_nlp.analysis.recount import Recount
from readout_nlp.analysis.refit_start import START_KEY, fit_from
from readout_nlp.analysis.verdicts import CannotBeCheckedError
from readout_nlp.analysis.workers import Map
from readout_nlp.errors import RecipeError
from readout_nlp.tokens.counts import TermMatrix, count_terms
from readout_nlp.topics.align import renamed
from readout_nlp.topics.clusters import fit_clusters
from readout_nlp.topics.consensus import consensus
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.lda import fit_lda
from readout_nlp.topics.matrix import in_same_terms
from readout_nlp.topics.nmf import fit_nmf

RECIPE, SETTINGS = "the recipe", "the settings of the model, over its own words"
DECISIVE = {"model", "n_topics", "min_df", "max_df"}  # a recipe without these says too little
ENGINE = ("n_topics", "random_state", "alpha", "eta", "iterations", "chunksize", "partitions")
SEEDED = ("seeds", "seed_weight")


def fitted_again(
    fit: TopicFit,
    manifest: Mapping[str, Any],
    again: Recount,
    *,
    map: Map = map,  # noqa: A002
) -> tuple[TopicFit, str]:
    """Fit a saved model once more.

    From a complete recipe everything is done again: words are counted and selected, the corpus is split if
    the recipe says so, and the model is fitted. Without one, the model's own settings are applied to the
    counts of its own words in its own documents.

    Parameters
    ----------
    fit, manifest
        A saved model.
    again
        Its documents, counted again.
    map
        Spreads fits over processes, to the same result.

    Returns
    -------
    fit : TopicFit
    basis : str
        `RECIPE` or `SETTINGS`.

    Raises
    ------
    CannotBeCheckedError
        The manifest does not hold all that the fit started from.
    """
    _check_start(fit)
    recipe = _recipe(manifest.get("recipe") or {})
    if recipe is not None and fit.method in MODELS:
        new = _by_recipe(fit, recipe, again, map=map)
        extends = manifest.get("extends") and new.n_topics == fit.n_topics
        # the ids of a model that goes on from another are those of the other, and no refit tells them
        return (renamed(new, fit.topic_ids) if extends else new), RECIPE
    found = again.found(fit.doc_ids)
    if len(found) < len(fit.doc_ids):
        raise CannotBeCheckedError(
            f"a corpus without {len(fit.doc_ids) - len(found)} of the model's {len(fit.doc_ids)} documents",
            "all of them",
            "give the corpus that the model was fitted on",
        )
    return BY_METHOD[fit.method](_own_counts(fit, again), fit.params, map), SETTINGS


def _check_start(fit: TopicFit) -> None:
    what = _unknown_start(fit)
    if what:
        raise CannotBeCheckedError(
            f"a model that its manifest alone does not make again: {what}",
            "a fit from settings and texts alone",
            "ask its maker for what it started from",
        )


def _unknown_start(fit: TopicFit) -> str | None:
    if fit.method not in BY_METHOD or "converted_from" in fit.params:
        return "one that another program fitted"
    if fit.params.get("on", "tfidf") != "tfidf":
        return f"a clustering of {fit.params['on']}"
    if fit.params.get("init") is True and "consensus" not in fit.params and START_KEY not in fit.state:
        return "one that started from the topics of another model"
    return None


def _recipe(settings: Mapping[str, Any]) -> Recipe | None:
    if not settings.keys() >= DECISIVE:
        return None
    try:
        return recipe_from(dict(settings), origin="the manifest")
    except RecipeError as fault:
        raise CannotBeCheckedError(
            f"a recipe that this version does not know ({fault.found})",
            "settings of this version",
            "check with the version that made the model",
        ) from fault


def _by_recipe(fit: TopicFit, recipe: Recipe, again: Recount, *, map: Map) -> TopicFit:  # noqa: A002
    counts = count_terms(again.tokens, min_df=recipe.min_df, max_df=recipe.max_df)
    if recipe.split is not None and again.figures["readouts_of_the_model"] != "the same":
        raise CannotBeCheckedError(
            "a model whose topics were found in one part of a corpus, and another corpus",
            "the corpus that was split",
            "give the corpus that the model was fitted on",
        )
    if START_KEY in fit.state:
        return fit_from(_start(fit, counts), counts, recipe, map=map)
    parts = halves(again.corpus, counts, recipe)
    one = (
        recipe.model_copy(update={"n_seeds": 1}) if fit.method == "nmf" else recipe
    )  # more only to be judged
    new = MODELS[fit.method](parts.discover, one, map=map)[0]
    return new if parts.record is None else fold(new, parts.estimate)


def _start(fit: TopicFit, counts: TermMatrix) -> Array:
    """Give the topics that a model went on from, in the columns of the counts."""
    if tuple(counts.vocabulary) != fit.vocabulary:
        raise CannotBeCheckedError(
            "a model that went on from topics over other words than these texts give",
            "the texts that it was fitted on",
            "give the corpus that the model was fitted on",
        )
    return fit.state[START_KEY]


def _own_counts(fit: TopicFit, again: Recount) -> TermMatrix:
    every = again.counts(fit.doc_ids)
    lost = sorted(set(fit.vocabulary) - set(every.vocabulary))
    if lost:
        raise CannotBeCheckedError(
            f"texts without {len(lost)} of the model's words (first: {lost[0]})",
            "the texts that it was fitted on",
            "give the corpus that the model was fitted on",
        )
    return TermMatrix(in_same_terms(every, fit.vocabulary), fit.vocabulary, fit.doc_ids)


def _lda(counts: TermMatrix, params: Mapping[str, Any], map: Map) -> TopicFit:  # noqa: A002
    settings = {name: params[name] for name in (*ENGINE, *SEEDED) if name in params}
    settings["method"] = params["engine"]
    agreed = params.get("consensus")
    if agreed is None:
        return fit_lda(counts, passes=params["passes"], map=map, **settings)
    spread: Mapping[str, Any] = {"map_partitions": map} if "partitions" in params else {"map": map}
    return consensus(counts, n_fits=agreed["n_fits"], passes=agreed["passes"], **spread, **settings)


def _nmf(counts: TermMatrix, params: Mapping[str, Any], map: Map) -> TopicFit:  # noqa: A002
    del map  # one fit
    return fit_nmf(counts, **{name: params[name] for name in ("n_topics", "random_state", "max_iter")})


def _clusters(method: str) -> Callable[[TermMatrix, Mapping[str, Any], Map], TopicFit]:
    def fit(counts: TermMatrix, params: Mapping[str, Any], map: Map) -> TopicFit:  # noqa: A002
        del map  # one fit
        names = ("n_clusters", "min_cluster_size", "random_state")
        return fit_clusters(counts, method=method, **{name: params[name] for name in names if name in params})

    return fit


BY_METHOD: Mapping[str, Callable[[TermMatrix, Mapping[str, Any], Map], TopicFit]] = {
    "lda": _lda,
    "nmf": _nmf,
    **{method: _clusters(method) for method in ("kmeans", "agglomerative", "hdbscan")},
}
