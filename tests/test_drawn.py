"""A part of a large corpus: whole cities, the same ones each time, never more than asked for."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.sparse import csr_matrix

import readout_nlp as rn
from readout_nlp.analysis import drawn
from readout_nlp.analysis.drawn import drawn_cities, drawn_for_echo
from readout_nlp.analysis.scrutiny import of_largest_places
from readout_nlp.passages.corpus_passages import corpus_passages
from readout_nlp.passages.expected import passages_per_pair
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics import clusters, kmeans, nmf
from readout_nlp.topics.clusters import fit_clusters
from readout_nlp.topics.nmf import fit_nmf


@pytest.fixture(scope="module")
def corpus():
    return rn.sample_corpus(cities=4, years=2, per_cell=4)


def sizes(corpus):
    homes = corpus.readouts.select("readout_id", city=pl.coalesce("prefecture", "place", pl.lit("")))
    return dict(corpus.items.join(homes, on="readout_id").group_by("city").len().rows())


@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_cities_are_drawn_whole(corpus, part):
    most = int(corpus.items.height * part)
    found = drawn_cities(corpus, most)
    assert 0 < found.n_items <= most
    assert not found.whole
    assert found.corpus.items.height == found.n_items
    every = sizes(corpus)
    assert sizes(found.corpus).items() <= every.items()
    left = every.keys() - sizes(found.corpus).keys()
    assert all(every[city] > most - found.n_items for city in left), "a city that had room was left out"


def test_all_is_taken_where_there_is_room(corpus):
    found = drawn_cities(corpus, corpus.items.height)
    assert found.whole
    assert found.corpus is corpus


def test_the_seed_alone_decides_the_lot(corpus):
    most = corpus.items.height // 2
    parts = [drawn_cities(corpus, most, random_state=seed).corpus.fingerprint for seed in (0, 0, 1, 2, 3)]
    assert parts[0] == parts[1]
    assert len(set(parts)) > 1


def test_single_readouts_are_drawn_where_no_city_fits(corpus):
    most = min(sizes(corpus).values()) // 2
    found = drawn_cities(corpus, most)
    assert 0 < found.n_items <= most


def test_texts_that_share_more_leave_room_for_fewer(corpus, monkeypatch):
    monkeypatch.setattr(drawn, "MOST_PASSAGES", 200)
    assert drawn_for_echo(corpus, most=None).n_items < corpus.items.height
    assert drawn_for_echo(corpus, most=10**6).whole
    strange = [chr(0x4E00 + 20 * n) * 30 for n in range(200)]
    assert passages_per_pair(strange) == 0


def test_the_guess_is_of_the_right_size(corpus):
    n = corpus.items.height
    guess = passages_per_pair(corpus.items["text"].to_list()) * n * (n - 1) / 2
    true = len(corpus_passages(corpus))
    assert true / 5 < guess < true * 5


def test_a_run_says_what_it_looked_at(corpus):
    recipe = rn.Recipe(n_topics=3, passes=1, n_seeds=1, scrutiny=("echo",), resamples=100, echo_items=150)
    said = [line for line in rn.analyse(corpus, recipe).warnings if "echo was looked for" in line]
    assert len(said) == 1
    assert f"of {corpus.items.height} items" in said[0]
    bare = recipe.model_copy(update={"echo_items": None})
    assert not [line for line in rn.analyse(corpus, bare).warnings if "echo was looked for" in line]


def test_the_largest_places_keep_their_documents_and_no_others(corpus):
    counts = rn.count_terms(rn.tokenize(corpus))
    some, part = of_largest_places(counts, corpus, most=2)
    items = corpus.items.join(corpus.readouts.select("readout_id", "place"), on="readout_id")
    most = items.drop_nulls("place").group_by("place").len().sort("len", "place", descending=[True, False])
    assert set(part.readouts["place"]) == set(most["place"].head(2))
    assert list(some.doc_ids) == part.items["item_id"].to_list()
    assert some.counts.shape[0] == len(some.doc_ids)
    assert of_largest_places(counts, corpus, most=100) == (counts, corpus)


def planted(n=300, groups=3, terms=12):
    """Documents of three kinds that share no word."""
    rng = np.random.default_rng(0)
    kind = np.arange(n) % groups
    counts = np.zeros((n, groups * terms))
    for row, of in enumerate(kind):
        counts[row, of * terms : (of + 1) * terms] = rng.poisson(2, terms)
    names = [f"d{number:03d}" for number in range(n)]
    return TermMatrix(csr_matrix(counts), [f"w{number}" for number in range(groups * terms)], names), kind


@pytest.mark.parametrize("on_topics", [False, True])
def test_a_part_teaches_the_groups_of_all(monkeypatch, on_topics):
    counts, kind = planted()
    on = fit_nmf(counts, n_topics=3) if on_topics else "tfidf"
    for module in (clusters, kmeans):
        monkeypatch.setattr(module, "LEARN_FROM", 60)
    monkeypatch.setattr(kmeans, "AT_ONCE", 7)
    found = fit_clusters(counts, n_clusters=3, on=on).doc_topics.argmax(axis=1)
    assert len({(a, b) for a, b in zip(found, kind, strict=True)}) == 3


def test_a_part_teaches_the_topics_of_all(monkeypatch):
    counts, kind = planted()
    whole = fit_nmf(counts, n_topics=3)
    monkeypatch.setattr(nmf, "LEARN_FROM", 60)
    part = fit_nmf(counts, n_topics=3)
    assert (whole.params["learnt_from"], part.params["learnt_from"]) == (300, 60)
    assert len({(a, b) for a, b in zip(part.doc_topics.argmax(axis=1), kind, strict=True)}) == 3


def test_shares_do_not_depend_on_how_many_are_found_together(monkeypatch):
    counts, _ = planted()
    whole = fit_nmf(counts, n_topics=3)
    monkeypatch.setattr(nmf, "AT_ONCE", 11)
    assert np.array_equal(fit_nmf(counts, n_topics=3).doc_topics, whole.doc_topics)
