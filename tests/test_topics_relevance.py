"""Relevance: its ends are probability and lift; the table holds whatever any weight could show."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

import readout_nlp as rn
from readout_nlp.errors import InputError, RecipeError
from readout_nlp.topics.coherence import largest
from readout_nlp.topics.relevance import (
    STEPS,
    ever_relevant,
    first_relevant,
    log_scores,
    relevance,
    relevant_terms,
)


@pytest.fixture(scope="module")
def model():
    rng = np.random.default_rng(3)
    planted = np.full((3, 60), 0.002)
    for topic in range(3):
        planted[topic, 20 * topic : 20 * topic + 8] = 0.1
    planted /= planted.sum(axis=1, keepdims=True)
    shares = rng.dirichlet(np.full(3, 0.2), size=80)
    rows = np.array([rng.multinomial(60, share @ planted) for share in shares])
    counts = rn.TermMatrix(
        csr_matrix(rows), [f"w{n:02d}" for n in range(60)], [f"d{n:02d}" for n in range(80)]
    )
    return rn.fit_lda(counts, n_topics=3, passes=5, random_state=0), counts


def test_weight_one_is_probability_and_weight_zero_is_lift():
    rng = np.random.default_rng(0)
    phi, p = rng.dirichlet(np.ones(50), size=4), rng.dirichlet(np.ones(50))
    assert np.array_equal(np.argsort(-relevance(phi, p, weight=1.0)), np.argsort(-phi))
    assert np.array_equal(np.argsort(-relevance(phi, p, weight=0.0)), np.argsort(-phi / p))


def test_it_is_the_formula_of_the_paper():
    phi, p = np.array([[0.2, 0.8]]), np.array([0.5, 0.5])
    expected = 0.3 * np.log(phi) + 0.7 * np.log(phi / p)
    np.testing.assert_allclose(relevance(phi, p, weight=0.3), expected)


@pytest.mark.parametrize("weight", [0.0, 0.6, 1.0])
def test_words_that_topic_or_corpus_lack_are_never_relevant(weight):
    scores = relevance(np.array([[0.0, 0.5, 0.5]]), np.array([0.5, 0.5, 0.0]), weight=weight)
    assert np.isfinite(scores).tolist() == [[False, True, False]]


@pytest.mark.parametrize("weight", [-0.1, 1.1, float("nan")])
def test_a_weight_outside_is_refused(weight):
    with pytest.raises(RecipeError, match="0 to 1"):
        relevance(np.array([[1.0]]), np.array([1.0]), weight=weight)


@pytest.mark.parametrize("weight", [0.0, 0.25, 0.6, 1.0])
def test_the_table_holds_the_first_words_at_every_weight(model, weight):
    fit, counts = model
    table = relevant_terms(fit, counts, n=10)
    total = np.asarray(counts.counts.sum(axis=0)).ravel()
    scores = relevance(fit.topic_terms, total / total.sum(), weight=weight)
    for row, topic in enumerate(fit.topic_ids):
        mine = first_relevant(table[table["topic"] == topic], weight=weight, n=10)["term"].tolist()
        assert mine == [fit.vocabulary[at] for at in np.argsort(-scores[row], kind="stable")[:10]]


def test_counts_of_a_topic_never_exceed_those_of_the_corpus(model):
    fit, counts = model
    table = relevant_terms(fit, counts)
    assert (table["n_topic"] <= table["n"]).all()
    assert (table["n_topic"] > 0).all()
    of_corpus = dict(zip(counts.vocabulary, np.asarray(counts.counts.sum(axis=0)).ravel(), strict=True))
    assert all(of_corpus[term] == n for term, n in zip(table["term"], table["n"], strict=True))


def test_a_word_of_no_document_is_left_out():
    log_probability, log_lift = log_scores(np.array([[0.5, 0.25, 0.25]]), np.array([0.5, 0.5, 0.0]))
    assert ever_relevant(log_probability[0], log_lift[0]).tolist() == [0, 1]


def test_counts_of_other_documents_are_refused(model):
    fit, counts = model
    other = rn.TermMatrix(counts.counts[:5], counts.vocabulary, list(counts.doc_ids)[:5])
    with pytest.raises(InputError, match="5 documents"):
        relevant_terms(fit, other)


@pytest.mark.parametrize("seed", range(5))
def test_every_weight_was_asked_for_whatever_words_are_passed_over(seed):
    chance = np.random.default_rng(seed)
    log_probability = np.log(chance.dirichlet(np.full(500, 0.05)) + 1e-12)
    log_lift = chance.normal(size=500).round(1)  # many ties
    seen = {
        int(word)
        for at in np.linspace(0, 1, STEPS + 1)
        for word in largest(at * log_probability + (1 - at) * log_lift, 20)
    }
    assert 20 < len(seen) < 200
    assert ever_relevant(log_probability, log_lift, 20).tolist() == sorted(seen)
