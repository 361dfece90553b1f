"""One call for all of it: what it returns hangs together, and does not depend on how the work is spread."""

from __future__ import annotations

import time
from multiprocessing import active_children

import numpy as np
import pandas as pd
import polars as pl
import pytest

import readout_nlp as rn
from readout_nlp.analysis.fits import count_corpus, fit_all, lda_fits, make_anew, spread_of
from readout_nlp.analysis.scrutiny import largest_places
from readout_nlp.analysis.workers import Stopwatch, parallel_map
from readout_nlp.compare.contents import topic_profiles
from readout_nlp.errors import InputError, RecipeError

RECIPE = rn.Recipe(n_topics=5, passes=2, n_seeds=2)


@pytest.fixture(scope="module")
def corpus():
    return rn.sample_corpus(cities=3, years=2, per_cell=2)


@pytest.fixture(scope="module")
def analysis(corpus):
    return rn.analyse(corpus, RECIPE)


def test_two_processes_find_what_one_finds(corpus, analysis):
    with parallel_map(workers=2) as spread:
        again = rn.analyse(corpus, RECIPE, map=spread)
    for name, fit in analysis.models.items():
        assert np.array_equal(fit.topic_terms, again.models[name].topic_terms)
        assert np.array_equal(fit.doc_topics, again.models[name].doc_topics)


def test_the_main_model_is_the_one_the_recipe_names(corpus):
    found = rn.analyse(corpus, RECIPE.model_copy(update={"model": "nmf"}))
    assert found.topics is found.models["nmf"]
    assert "topics_lda" in found.tables


def test_other_models_that_are_let_go_change_no_table(corpus, analysis):
    alone = rn.analyse(corpus, RECIPE, only_main=True)
    assert list(alone.models) == ["lda"]
    assert alone.clusters is None
    assert list(alone.tables) == list(analysis.tables)
    for name, table in alone.tables.items():
        every = [column for column in table.columns if column != "seconds"]
        pd.testing.assert_frame_equal(table[every], analysis.tables[name][every])


def test_every_model_shares_the_ids_of_the_counts(analysis):
    fits = [*analysis.models.values(), analysis.clusters]
    assert all(
        one is other for fit in fits for one, other in zip(fit.doc_ids, analysis.counts.doc_ids, strict=True)
    )


def test_processes_end_where_the_counts_are_too_large_to_copy(analysis, monkeypatch):
    others = set(active_children())
    with parallel_map(workers=2) as spread:
        assert list(spread(abs, [-1, -2])) == [1, 2]
        assert spread_of(spread, analysis.counts) is spread
        assert set(active_children()) - others
        monkeypatch.setattr("readout_nlp.analysis.fits.SENT", 0)
        assert spread_of(spread, analysis.counts) is map
        ends = time.monotonic() + 30
        while set(active_children()) - others and time.monotonic() < ends:
            time.sleep(0.05)
        assert not set(active_children()) - others
        assert list(spread(abs, [-3])) == [3]


@pytest.mark.parametrize(
    ("changed", "first"),
    [({}, ["others", "others", "lda"]), ({"cluster_on": "topics"}, ["others", "lda"])],
    ids=["words", "topics"],
)
def test_what_waits_for_no_model_begins_before_lda(corpus, changed, first, monkeypatch):
    begun = []

    def spread(function, *values):
        begun.append("others")
        return map(function, *values)

    def fit(*args, **settings):
        begun.append("lda")
        return lda_fits(*args, **settings)

    monkeypatch.setattr("readout_nlp.analysis.fits.lda_fits", fit)
    recipe = RECIPE.model_copy(update=changed)
    counts = count_corpus(corpus, recipe)[1]
    fit_all(counts, recipe, map=spread, keep=make_anew, watch=Stopwatch())
    assert begun[: len(first)] == first
    assert begun.count("others") == 2


def test_every_item_with_place_and_year_is_counted_once_in_the_shares(analysis):
    cells = analysis.tables["shares_place_year"].drop_duplicates(["place", "year"])
    known = analysis.corpus.documents("item").drop_nulls(["place", "year"])["doc_id"]
    counted = analysis.counts.counts.getnnz(axis=1) > 0
    with_words = {doc for doc, some in zip(analysis.counts.doc_ids, counted, strict=True) if some}
    assert cells["n_items"].sum() == len(with_words & set(known))


def test_shares_of_a_cell_sum_to_one_and_a_gap_has_none(analysis):
    shares = analysis.tables["shares_place_year"]
    sums = shares.groupby(["place", "year"])["share"].sum(min_count=1)
    gaps = shares.groupby(["place", "year"])["gap"].first()
    assert np.allclose(sums[~gaps], 1)
    assert sums[gaps].isna().all()


def test_of_many_places_the_largest_are_compared_in_pairs(analysis):
    profiles = topic_profiles(analysis.topics, analysis.corpus)
    items = profiles.about.select("place", n=pl.Series(profiles.n_items)).group_by("place").sum()
    largest = items.sort("n", "place", descending=[True, False])["place"].head(2).sort().to_list()
    kept = largest_places(profiles, most=2)
    assert kept.pooled(["place"]).shares.index.tolist() == largest
    assert kept.pooled(["place"]).shares.equals(profiles.pooled(["place"]).shares.loc[largest])
    assert largest_places(profiles) is profiles


def test_repairs_and_removals_are_counted(analysis):
    assert (analysis.tables["repairs"]["n_repairs"] >= analysis.tables["repairs"]["n_readouts"]).all()
    assert (analysis.tables["removed_terms"]["count"] > 0).all()


def test_the_settings_that_were_used_are_recorded_not_those_that_were_asked_for(corpus):
    found = rn.analyse(corpus, rn.Recipe(passes=1, n_seeds=1))
    assert found.recipe["n_topics"] == found.topics.n_topics


def test_documents_can_be_the_unit(corpus):
    found = rn.analyse(corpus, RECIPE.model_copy(update={"unit": "document", "n_topics": 3}))
    assert set(found.topics.doc_ids) == set(corpus.readouts["readout_id"])
    assert found.tables["representatives"]["text"].notna().all()


def test_an_empty_corpus_says_how_many_pages_were_set_aside(corpus):
    empty = rn.Corpus(corpus.readouts.clear(), corpus.items.clear(), corpus.quarantine)
    with pytest.raises(InputError, match="found 0 readouts"):
        rn.analyse(empty)


def test_more_topics_than_items_is_refused(corpus):
    with pytest.raises(RecipeError, match="9999"):
        rn.analyse(corpus, rn.Recipe(n_topics=9999))


def test_split_sample_mode_never_estimates_on_what_it_discovered_topics_in(corpus):
    found = rn.analyse(corpus, RECIPE.model_copy(update={"split": 0.5, "scrutiny": ()}))
    record = found.provenance["split"]
    assert record["estimate"]["fingerprint"] == found.corpus.fingerprint != corpus.fingerprint
    assert record["discover"]["readouts"] + record["estimate"]["readouts"] == corpus.readouts.height
    assert set(found.topics.doc_ids) <= set(found.corpus.items["item_id"])
    alone = rn.fit_lda(rn.count_terms(rn.tokenize(corpus)), n_topics=5, passes=2, random_state=0)
    assert not np.allclose(alone.topic_terms, found.topics.topic_terms)


def test_a_split_that_leaves_a_side_empty_is_refused():
    lone = rn.sample_corpus(cities=1, years=1, per_cell=2)
    one = rn.select_readouts(lone, lone.readouts["readout_id"][:1])
    two = rn.Corpus(*(pl.concat([getattr(one, name)] * 2) for name in ("readouts", "items")), one.quarantine)
    with pytest.raises(InputError, match="to estimate on"):
        rn.analyse(two, RECIPE.model_copy(update={"split": 0.5, "n_topics": 2}))


@pytest.mark.parametrize("part", ["trends", "likeness", "words", "leaders", "tifa", "echo"])
def test_each_part_of_the_scrutiny_is_made_alone(corpus, part):
    found = rn.analyse(
        corpus, RECIPE.model_copy(update={"scrutiny": (part,), "resamples": 100, "n_seeds": 1})
    )
    bare = rn.analyse(corpus, RECIPE.model_copy(update={"scrutiny": (), "resamples": 100, "n_seeds": 1}))
    assert bare.tables.keys() <= found.tables.keys()


def test_echo_is_looked_for_in_the_reference(corpus):
    recipe = RECIPE.model_copy(update={"scrutiny": ("echo",), "resamples": 100, "n_seeds": 1})
    without = rn.analyse(corpus, recipe).tables["echo_places"]
    above = rn.analyse(corpus, recipe, reference=rn.sample_reference(years=2)).tables["echo_places"]

    def echoed(table):
        rows = table[table["class"] == "echo_up"]
        return rows["characters"].sum()

    assert echoed(above) > echoed(without)
