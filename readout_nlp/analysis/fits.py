"""The models of an analysis: LDA and NMF with their stability, and a clustering."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pandas as pd

from readout_nlp.analysis.recipe import Recipe
from readout_nlp.analysis.workers import Map, Progress, Stopwatch, counted
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.heap import give_back
from readout_nlp.paged import allowed, is_paged
from readout_nlp.tokens.counts import TermMatrix, count_terms
from readout_nlp.tokens.tokenize import Tokens, tokenize
from readout_nlp.topics.clusters import fit_clusters
from readout_nlp.topics.consensus import OWN_THREADS, consensus, consensus_stability, own_map
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.lda import fit_lda
from readout_nlp.topics.nmf import fit_nmf
from readout_nlp.topics.stability import fit_subsamples, seed_stability
from readout_nlp.workers import is_far

MOST_PARTS = 2
SENT = 20_000_000  # counts that are copied into other processes; more would cost memory and time
TOGETHER = 5_000_000  # counts of which LDA is fitted beside other models: of more, memory is short first
BESIDE = 400  # bytes a count that other processes then take together

Job = Callable[[], TopicFit]
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
        ``lda``, the consensus of `n_seeds` fits, and ``nmf``; both on all documents. Of the two, the one that
        is not the main model may have been left out.
    stability
        For each model one row a topic: how well independent models from halves of the fits agree on it (LDA),
        or fits on 90 % of the documents find it again (NMF, which no seed can shake); None with a single fit.
    clustering
        Gives the clustering of the documents, waiting for it, and tells the watch so; None where it was left
        out. Other processes may be at it while tables are made that do not ask for it.
    seconds
        Time by model, its stability included.
    """

    models: Mapping[str, TopicFit]
    stability: Mapping[str, pd.DataFrame | None]
    clustering: Job | None
    seconds: Mapping[str, float]


def count_corpus(
    corpus: Corpus,
    recipe: Recipe,
    *,
    map: Map = map,  # noqa: A002
    progress: Progress | None = None,
) -> tuple[Tokens, TermMatrix]:
    """Cut and count the texts of a corpus as `recipe` says."""
    tokens = tokenize(
        corpus,
        unit=recipe.unit,
        segmenter=recipe.segmenter,
        tiers=recipe.stop_tiers,
        map=map,
        progress=progress,
    )
    return tokens, count_terms(tokens, min_df=recipe.min_df, max_df=recipe.max_df)


def fit_all(
    counts: TermMatrix,
    recipe: Recipe,
    *,
    map: Map,  # noqa: A002
    keep: Keep,
    watch: Stopwatch,
    progress: Progress | None = None,
) -> Fits:
    """Fit the models of `recipe`, each as often as its stability needs.

    What waits for no other model begins in other processes beside the first one that is fitted, which alone
    would leave processors idle; the time that is left to wait for it counts as its own. The clustering is
    waited for last of all, by who asks for it.
    """
    given, map = map, spread_of(map, counts)  # noqa: A001
    settings: dict[str, Any] = {"map": map, "progress": progress}
    models: dict[str, TopicFit] = {}
    stability: dict[str, pd.DataFrame | None] = {}
    doc_ids = tuple(counts.doc_ids)
    others = _Others(counts, recipe, models, **settings)

    def kept(name: str, make: Make) -> None:
        """Keep the first of several; the others, each as large, go as soon as it is compared with them."""
        several = keep(name, make)
        models[name], stability[name] = _named(several[0], doc_ids), stability_of(several)

    if "lda" in recipe.fitted:
        # partitions travel one by one, never a copy of all counts
        spread = {"map": given} if recipe.partitions else {}
        fit = partial(lda_fits, counts, recipe, **settings | spread)
        with watch.stage("lda"):
            kept("lda", others.beside(fit) if _leaves_room(counts, recipe, map) else fit)
    if "nmf" in recipe.fitted:
        with watch.stage("nmf"):
            kept("nmf", partial(others.take, "nmf"))

    def clustering() -> TopicFit:
        with watch.stage("clusters"):
            return _named(keep("clusters", partial(others.take, "clusters"))[0], doc_ids)

    return Fits(
        models=models,
        stability=stability,
        clustering=clustering if "clusters" in recipe.fitted else None,
        seconds={name: watch.seconds[name] for name in models},
    )


@dataclass(frozen=True, eq=False)
class _Others:
    """The fits that other processes make: NMF and the clustering, one kind of work, begun as one."""

    counts: TermMatrix
    recipe: Recipe
    models: Mapping[str, TopicFit]  # those made so far
    map: Map
    progress: Progress | None
    begun: dict[str, Iterable[TopicFit]] = field(default_factory=dict)

    def beside(self, make: Make) -> Make:
        """Give a `make` that has the others begin first."""

        def both() -> Sequence[TopicFit]:
            self._begin("clusters", "nmf")
            return make()

        return both

    def take(self, name: str) -> list[TopicFit]:
        """Wait for the fits of one kind; where none is begun yet, what comes after it begins with it."""
        self._begin(*(("clusters", "nmf") if name == "nmf" else (name,)))
        fits = self.begun.pop(name)
        return list(fits if self.progress is None else self.progress(fits, description="fits"))

    def _begin(self, *names: str) -> None:
        for name in names:
            if name in self.recipe.fitted and name not in self.begun and self._is_ready(name):
                self.begun[name] = self.map(_do, self._jobs(name))

    def _is_ready(self, name: str) -> bool:
        waits = name == "clusters" and self.recipe.cluster_on == "topics"
        return not waits or self.recipe.model in self.models

    def _jobs(self, name: str) -> list[Job]:
        if name == "nmf":
            return _nmf_jobs(self.counts, self.recipe)
        seen = self.models[self.recipe.model] if self.recipe.cluster_on == "topics" else None
        return [partial(cluster, self.counts, topics=seen, recipe=self.recipe)]


def _leaves_room(counts: TermMatrix, recipe: Recipe, map: Map) -> bool:  # noqa: A002
    """Tell whether others may be fitted beside LDA: it needs no processes, and there is memory for both."""
    return _is_here(recipe, map) and counts.counts.nnz <= TOGETHER and not is_paged()


def _is_here(recipe: Recipe, map: Map) -> bool:  # noqa: A002
    """Tell whether LDA is fitted in this process, by threads."""
    return not recipe.partitions and recipe.engine in OWN_THREADS and not is_far(map)


def _named(fit: TopicFit, doc_ids: tuple[str, ...]) -> TopicFit:
    """Give a fit of these documents their own ids: read back, it has a million of the same beside them."""
    return replace(fit, doc_ids=doc_ids) if fit.doc_ids == doc_ids else fit


def spread_of(map: Map, counts: TermMatrix) -> Map:  # noqa: A002
    """Give the map for work on all of `counts`: that of this process where they are too large to copy.

    The other processes end then: another kind of work, of nothing, lets go of what the last one kept.
    """
    if counts.counts.nnz <= allowed(SENT, 1 / BESIDE):
        return map
    _done([], map=map, progress=None)
    return builtins.map


def stability_of(fits: Sequence[TopicFit]) -> pd.DataFrame | None:
    """Give the stability of the first fit: its own evidence if it is a consensus, else against the others."""
    return seed_stability(fits) if len(fits) > 1 else consensus_stability(fits[0])


def lda_fits(
    counts: TermMatrix,
    recipe: Recipe,
    *,
    map: Map,  # noqa: A002
    progress: Progress | None = None,
) -> list[TopicFit]:
    """Fit LDA from `n_seeds` seeds and give what they agree on; `map` spreads fits, or partitions of each."""
    settings: dict[str, Any] = {
        "n_topics": recipe.topics_for(len(counts.doc_ids)),
        "passes": recipe.passes,
        "method": recipe.engine,
        "random_state": recipe.random_state,
        "partitions": recipe.partitions,
    }
    if recipe.n_seeds == 1:
        return [fit_lda(counts, map=map, **settings)]
    own = recipe.partitions or _is_here(recipe, map)
    here = own_map(counts, method=recipe.engine, partitions=recipe.partitions)
    spread = counted(here if own else map, progress, description="fits")
    return [consensus(counts, n_fits=recipe.n_seeds, map=spread, map_partitions=map, **settings)]


def nmf_fits(
    counts: TermMatrix,
    recipe: Recipe,
    *,
    map: Map,  # noqa: A002
    progress: Progress | None = None,
) -> list[TopicFit]:
    """Fit NMF on all documents, then on random parts; their libraries stay in other processes."""
    return _done(_nmf_jobs(counts, recipe), map=map, progress=progress)


def _nmf_jobs(counts: TermMatrix, recipe: Recipe) -> list[Job]:
    parts = min(recipe.n_seeds - 1, MOST_PARTS)
    seeds = range(recipe.random_state + 1, recipe.random_state + 1 + parts)
    n_topics = recipe.topics_for(len(counts.doc_ids))
    whole = partial(fit_nmf, counts, n_topics=n_topics, random_state=recipe.random_state)
    return [whole, *(partial(_nmf_of_part, counts, n_topics, seed) for seed in seeds)]


def _nmf_of_part(counts: TermMatrix, n_topics: int, seed: int) -> TopicFit:
    fit = fit_subsamples(counts, fit=fit_nmf, n_topics=n_topics, seeds=[seed])[0]
    # its topics alone are compared; of its documents one stays, for there is no model of none
    return replace(fit, doc_topics=fit.doc_topics[:1].copy(), doc_ids=fit.doc_ids[:1])


def _done(
    jobs: Sequence[Job],
    *,
    map: Map,  # noqa: A002
    progress: Progress | None,
) -> list[TopicFit]:
    """Do the jobs as one kind of work: the same processes take all, and load their libraries once."""
    return list(counted(map, progress, description="fits")(_do, jobs))


def _do(job: Job) -> TopicFit:
    fit = job()
    give_back()
    return fit


def cluster(counts: TermMatrix, *, topics: TopicFit | None, recipe: Recipe) -> TopicFit:
    """Cluster the documents by their topic shares; None: by their words."""
    return fit_clusters(
        counts,
        n_clusters=recipe.n_clusters or recipe.topics_for(len(counts.doc_ids)),
        method=recipe.cluster_method,
        on="tfidf" if topics is None else topics,
        random_state=recipe.random_state,
    )


MODELS: Mapping[str, Callable[..., Sequence[TopicFit]]] = {"lda": lda_fits, "nmf": nmf_fits}
