"""Corpus + Recipe -> Analysis: tokens, topics, comparisons and the tables that show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from readout_nlp.analysis.drawn import MOST_ITEMS, drawn_cities, drawn_for_echo
from readout_nlp.analysis.fits import Keep, count_corpus, fit_all, make_anew
from readout_nlp.analysis.halves import Halves, folded, halves
from readout_nlp.analysis.recipe import Recipe
from readout_nlp.analysis.scrutiny import MOST_PLACES
from readout_nlp.analysis.tables import all_tables, topic_tables, with_clusters
from readout_nlp.analysis.workers import Map, Progress, Stopwatch
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import InputError
from readout_nlp.heap import give_back
from readout_nlp.present.strings import Notice
from readout_nlp.saved.provenance import provenance
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.tokens.tokenize import Tokens
from readout_nlp.topics.fit import TopicFit

MIN_READOUTS = 2


@dataclass(frozen=True, kw_only=True, eq=False)
class Analysis:
    """Everything one analysis found, with what made it.

    Attributes
    ----------
    corpus, recipe, tokens, counts
        What went in, and how it was counted.
    topics
        The main model, the one the tables show.
    models
        ``lda`` and ``nmf``; the main one alone where the recipe, or `only_main`, leaves the other out.
    clusters
        The clustering; None where either leaves it out.
    tables
        Every table by name; each is also a file of the run. Those of parts that the recipe leaves out are not
        there.
    warnings
        What a reader must know before believing a table.
    provenance
        Versions, fingerprints, seeds, and the seconds each stage took.
    """

    corpus: Corpus
    recipe: Mapping[str, Any]
    tokens: Tokens
    counts: TermMatrix
    topics: TopicFit
    models: Mapping[str, TopicFit]
    clusters: TopicFit | None
    tables: Mapping[str, pd.DataFrame]
    warnings: tuple[str, ...]
    provenance: Mapping[str, Any]


def analyse(
    corpus: Corpus,
    recipe: Recipe | None = None,
    *,
    reference: Corpus | None = None,
    map: Map = map,  # noqa: A002  # the seam through which processes or a cluster come from above
    progress: Progress | None = None,
    keep: Keep = make_anew,
    watch: Stopwatch | None = None,
    only_main: bool = False,
) -> Analysis:
    """Do the whole analysis of a corpus in one call.

    Parameters
    ----------
    corpus
        At least two readouts.
    recipe
        The settings; None: the defaults.
    reference
        Texts from above, such as the centre's, that echo is looked for in.
    map
        Spreads the fits over seeds; the plain `map` runs them one after the other, to the same result.
    progress
        Wraps the steps of long stages, to show a bar.
    keep
        Called as ``keep(name, make)`` for every kind of model; a run gives one that reads them back.
    watch
        Collects seconds by stage.
    only_main
        Let the other model and the clustering go once their tables are made: with a million documents, each
        takes half a gigabyte.

    Returns
    -------
    Analysis

    Raises
    ------
    InputError
        Fewer than two readouts: there is nothing to compare.
    RecipeError
        The recipe asks for more topics than there are documents.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=3, years=2, per_cell=2)
    >>> analysis = rn.analyse(corpus, rn.Recipe(n_topics=5, passes=2, n_seeds=2))
    >>> analysis.topics.n_topics
    5
    >>> sorted(analysis.models)
    ['lda', 'nmf']
    """
    recipe = recipe or Recipe()
    watch = watch or Stopwatch()
    _check_size(corpus)
    with watch.stage("tokens"):
        tokens, counts = count_corpus(corpus, recipe, map=map, progress=progress)
    parts = halves(corpus, counts, recipe)
    give_back()
    fits = fit_all(parts.discover, recipe, map=map, keep=keep, watch=watch, progress=progress)
    give_back()  # what other processes then take beside this one
    settings = {**recipe.model_dump(mode="json"), "n_topics": recipe.topics_for(len(parts.discover.doc_ids))}
    if parts.record is not None:
        fits, corpus, counts = folded(fits, parts.estimate), parts.corpus, parts.estimate
    with watch.stage("tables"):
        told = topic_tables(counts, fits=fits, recipe=recipe)
        main, clustering = fits.models[recipe.model], fits.clustering
        models: Mapping[str, TopicFit] = {recipe.model: main} if only_main else fits.models
        del fits
        compared: dict[str, Any] = {"recipe": recipe, "reference": reference, "map": map}
        tables = all_tables(corpus, tokens, counts, main=main, of_models=told, **compared)
    clusters = None if clustering is None else clustering()
    if clusters is not None:
        tables = with_clusters(tables, clusters)
    made_by = provenance(corpus=corpus, tokens=tokens, recipe=settings)
    return Analysis(
        corpus=corpus,
        recipe=settings,
        tokens=tokens,
        counts=counts,
        topics=main,
        models=models,
        clusters=None if only_main else clusters,
        tables=tables,
        warnings=warnings_of(corpus, counts, tables, recipe=recipe),
        provenance={**made_by, **_split(parts), "seconds": dict(watch.seconds)},
    )


def warnings_of(
    corpus: Corpus, counts: TermMatrix, tables: Mapping[str, pd.DataFrame], *, recipe: Recipe
) -> tuple[str, ...]:
    """Say what a reader must know before believing a table.

    Returns
    -------
    tuple of str
        One sentence in English each, which the report says in Chinese too; empty if there is nothing to say.
    """
    no_year = corpus.readouts["year"].null_count()
    no_place = corpus.readouts["place"].null_count()
    not_paired = (
        corpus.readouts["place"].drop_nulls().n_unique() - MOST_PLACES if "pairs_places" in tables else 0
    )
    empty = int((counts.counts.getnnz(axis=1) == 0).sum())
    cells = tables["shares_place_year"].drop_duplicates(
        [c for c in ("place", "year") if c in tables["shares_place_year"]]
    )
    thin = int(cells["thin"].sum()) if len(cells) else 0
    unstable = int(tables["topics"]["unstable"].fillna(False).astype(bool).sum())
    said = {
        Notice("warning.synthetic"): corpus.synthetic,
        Notice("warning.no_year", n=no_year): no_year,
        Notice("warning.no_place", n=no_place): no_place,
        Notice("warning.no_words", n=empty): empty,
        Notice("warning.not_paired", n=not_paired, most=MOST_PLACES): not_paired > 0,
        **_parts_looked_at(corpus, recipe),
        Notice("warning.thin", n=thin, of=len(cells)): thin,
        Notice("warning.unstable", n=unstable, of=len(tables["topics"])): unstable,
    }
    return tuple(sentence for sentence, holds in said.items() if holds)


def _parts_looked_at(corpus: Corpus, recipe: Recipe) -> dict[Notice, bool]:
    """Say which comparisons looked at whole cities drawn by lot, where all would have been too much."""
    seed, of = recipe.random_state, corpus.items.height
    said = {}
    if "echo" in recipe.scrutiny:
        found = drawn_for_echo(corpus, most=recipe.echo_items, random_state=seed)
        said[Notice("warning.echo_part", n=found.n_items, of=of)] = not found.whole
    if "tifa" in recipe.scrutiny:
        found = drawn_cities(corpus, MOST_ITEMS, random_state=seed)
        said[Notice("warning.candidates_part", n=found.n_items, of=of)] = not found.whole
    return said


def _split(parts: Halves) -> dict[str, Any]:
    return {} if parts.record is None else {"split": dict(parts.record)}


def _check_size(corpus: Corpus) -> None:
    found = corpus.readouts.height
    if found < MIN_READOUTS:
        set_aside = f", and {corpus.quarantine.height} pages set aside" if corpus.quarantine.height else ""
        raise InputError(
            f"{found} readouts{set_aside}",
            f"at least {MIN_READOUTS}, since one text has no topics to tell apart",
            "add pages, or look at them one by one with `readout-nlp parse`",
        )
