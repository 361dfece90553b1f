"""Similarity on the built-in sample, of which the attention is planted."""

import numpy as np
import pandas as pd
import pytest

import readout_nlp as rn
from readout_nlp.compare.before_after import similarity_before_after
from readout_nlp.compare.contents import tifa_profiles, topic_profiles
from readout_nlp.compare.distance import jensen_shannon
from readout_nlp.compare.formula_mask import formula_terms
from readout_nlp.compare.pairs import pairs
from readout_nlp.reference.terms import fictional_tifa
from readout_nlp.sample.planted import planted_truth
from readout_nlp.sample.settings import SampleSettings
from readout_nlp.sample.world import all_cities

SIZE = {"cities": 6, "years": 6, "per_cell": 8}


@pytest.fixture(scope="module")
def corpus():
    return rn.sample_corpus(**SIZE)


@pytest.fixture(scope="module")
def counts(corpus):
    return rn.count_terms(rn.tokenize(corpus), max_df=1.0)


def test_cities_are_alike_as_planted(corpus, counts):
    topics = rn.fit_nmf(counts, n_topics=20)
    table = pairs(topic_profiles(topics, corpus, by=("prefecture", "place", "year")), resamples=50)
    names = {city.code: city.name for city in all_cities()}
    truth = planted_truth(SampleSettings(**SIZE))["attention"]
    agenda = pd.DataFrame([{"city": names[row["code"]], **row["shares"]} for row in truth])
    agenda = agenda.groupby("city").mean()
    scaled = agenda.div(agenda.sum(axis=1), axis=0)
    alike = pd.DataFrame(1 - jensen_shannon(scaled.to_numpy()), agenda.index, agenda.index)
    planted = [alike.loc[a, b] for a, b in table[["one", "other"]].to_numpy()]
    assert np.corrcoef(table["corrected"], planted)[0, 1] > 0.5


def test_there_is_formula_and_no_tifa_is_of_it(corpus, counts):
    table = formula_terms(counts, corpus)
    assert 3 <= table["formula"].sum() <= 0.05 * len(table)
    assert not (table["formula"] & table["official"]).any()
    found = similarity_before_after(counts, corpus, formula=table, between="prefecture", resamples=10)
    assert (found["difference"] < 0).mean() > 0.9, "formula had made the cities alike"


def test_tifa_make_profiles_too(corpus):
    items = corpus.items.select("item_id", "text").iter_rows()
    terms = [entry.term for entry in fictional_tifa()]
    mentions = [(term, item) for item, text in items for term in terms if term in text]
    matches = pd.DataFrame(mentions, columns=["term", "item_id"])
    profiles = tifa_profiles(matches, corpus, by="prefecture")
    assert set(profiles.labels) <= set(terms)
    assert profiles.left_out["without_evidence"] > 0
    table = pairs(profiles, resamples=20)
    assert len(table) == 15
    assert table["similarity"].between(0, 1).all()
