import logging
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from planted_topics import matched, plant, reordered
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.metrics import adjusted_rand_score

from readout_nlp.errors import InputError, RecipeError
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.check import check_topic_fit
from readout_nlp.topics.clusters import fit_clusters
from readout_nlp.topics.lda import fit_lda
from readout_nlp.topics.nmf import fit_nmf

K = 6
ENGINES = {
    "lda": partial(fit_lda, n_topics=K),
    "nmf": partial(fit_nmf, n_topics=K),
    "kmeans": partial(fit_clusters, n_clusters=K),
    "agglomerative": partial(fit_clusters, n_clusters=K, method="agglomerative"),
}
TOPIC_MODELS = ["lda", "nmf"]


@pytest.fixture(scope="module")
def planted():
    return plant()


@pytest.fixture(scope="module")
def fits(planted):
    return {name: engine(planted.counts) for name, engine in ENGINES.items()}


@pytest.mark.parametrize("name", ENGINES)
def test_a_fit_holds_distributions_over_the_labels_it_was_given(name, fits, planted):
    fit = fits[name]
    check_topic_fit(fit)
    assert fit.method == name
    assert fit.vocabulary == tuple(planted.counts.vocabulary)
    assert fit.doc_ids == tuple(planted.counts.doc_ids)
    assert list(fit.topic_ids) == sorted(set(fit.topic_ids))
    sizes = fit.doc_topics.mean(axis=0)
    assert (np.diff(sizes) <= 1e-12).all(), "the first topic is the largest"


@pytest.mark.parametrize("name", TOPIC_MODELS)
def test_planted_topics_and_shares_are_found_again(name):
    cosines, correlations = [], []
    for seed in range(6):  # a single run of LDA may fall into a poor optimum
        planted = plant(seed=seed // 2)
        fit = ENGINES[name](planted.counts, random_state=seed)
        order, alike = matched(planted.topic_terms, fit.topic_terms)
        cosines.append(alike.mean())
        pairs = zip(planted.doc_topics.T, fit.doc_topics[:, order].T, strict=True)
        correlations.append(np.mean([np.corrcoef(true, found)[0, 1] for true, found in pairs]))
    assert np.mean(cosines) > 0.9
    assert np.mean(correlations) > 0.85


def test_few_rounds_of_inference_find_planted_topics_better_than_many():
    planted = plant(n_docs=300, n_terms=300, n_topics=10, common=0.3)

    def recovery(iterations):
        fits = [
            fit_lda(planted.counts, n_topics=10, method="gensim", iterations=iterations, random_state=s)
            for s in range(2)
        ]
        return np.mean([matched(planted.topic_terms, fit.topic_terms)[1].mean() for fit in fits])

    assert recovery(5) > recovery(50)


@pytest.mark.parametrize("name", ["kmeans", "agglomerative"])
def test_planted_groups_are_found_again(name):
    chance = np.random.default_rng(3)
    topics = np.kron(np.eye(4), np.ones(10)) + 0.05
    truth = np.repeat(np.arange(4), 25)
    rows = [chance.multinomial(40, topics[group] / topics[group].sum()) for group in truth]
    counts = TermMatrix(
        csr_matrix(np.array(rows)), [f"w{i:02d}" for i in range(40)], [f"d{i:03d}" for i in range(100)]
    )
    fit = fit_clusters(counts, n_clusters=4, method=name)
    assert set(np.unique(fit.doc_topics)) == {0.0, 1.0}
    assert adjusted_rand_score(truth, fit.doc_topics.argmax(axis=1)) > 0.95
    shown = [set(row.argsort()[-10:] // 10) for row in fit.topic_terms]
    assert all(len(words) == 1 for words in shown), "the words of a cluster are its members' words"


def test_clusters_on_topic_shares_follow_the_largest_topic(fits, planted):
    fit = fit_clusters(planted.counts, n_clusters=K, on=fits["nmf"])
    alike = adjusted_rand_score(fits["nmf"].doc_topics.argmax(axis=1), fit.doc_topics.argmax(axis=1))
    assert alike > 0.5
    assert fit.params["on"] == "topic shares of nmf"


@pytest.mark.parametrize("name", ENGINES)
def test_the_same_seed_gives_the_same_bits(name, fits, planted):
    again = ENGINES[name](planted.counts)
    assert np.array_equal(again.topic_terms, fits[name].topic_terms)
    assert np.array_equal(again.doc_topics, fits[name].doc_topics)


def test_another_seed_gives_another_lda_and_the_same_nmf(fits, planted):
    other = {name: ENGINES[name](planted.counts, random_state=7) for name in TOPIC_MODELS}
    assert not np.allclose(other["lda"].topic_terms, fits["lda"].topic_terms)
    assert np.allclose(other["nmf"].topic_terms, fits["nmf"].topic_terms, atol=1e-3)


@pytest.mark.parametrize("name", ENGINES)
def test_the_order_of_documents_changes_nothing(name, fits, planted):
    rows = np.random.default_rng(1).permutation(300)
    turned = ENGINES[name](reordered(planted.counts, rows))
    assert np.array_equal(turned.doc_topics, fits[name].doc_topics[rows])
    if name in TOPIC_MODELS:
        assert np.array_equal(turned.topic_terms, fits[name].topic_terms)
    else:
        assert np.allclose(turned.topic_terms, fits[name].topic_terms, rtol=1e-12)


@pytest.mark.parametrize("name", ENGINES)
def test_an_empty_document_is_flagged_and_leaves_the_others_where_they_were(name, fits, planted):
    counts = planted.counts
    more = TermMatrix(
        csr_matrix(vstack([counts.counts, csr_matrix((1, 200))])), counts.vocabulary, [*counts.doc_ids, "e"]
    )
    fit = ENGINES[name](more)
    assert fit.params["without_evidence"] == ["e"]
    assert np.allclose(fit.doc_topics[-1], 1 / K)
    assert fits[name].params["without_evidence"] == []
    assert np.array_equal(fit.doc_topics[:-1], fits[name].doc_topics)
    assert np.array_equal(fit.topic_terms, fits[name].topic_terms)


@pytest.mark.parametrize("name", TOPIC_MODELS)
def test_empty_columns_and_float_counts_are_legal(name, fits, planted):
    counts = planted.counts
    wide = TermMatrix(
        csr_matrix(hstack([csr_matrix((300, 1)), counts.counts * 1.0])),
        ["never", *counts.vocabulary],
        counts.doc_ids,
    )
    fit = ENGINES[name](wide)
    check_topic_fit(fit)
    assert fit.topic_terms[:, 0].max() < 1e-3
    half = ENGINES[name](TermMatrix(counts.counts * 0.5, counts.vocabulary, counts.doc_ids))
    check_topic_fit(half)
    if name == "nmf":
        assert np.allclose(half.topic_terms, fits["nmf"].topic_terms, atol=1e-9), "TF-IDF has no scale"


@pytest.mark.parametrize("name", ENGINES)
def test_messy_storage_of_the_same_counts_changes_nothing(name, fits, planted):
    counts = planted.counts.counts.tocoo()
    rows, columns = np.concatenate([counts.row, counts.row]), np.concatenate([counts.col, counts.col])
    halves = csr_matrix((np.tile(counts.data * 0.5, 2), (rows, columns)), shape=counts.shape)
    unsorted = csr_matrix(halves[:, ::-1])[:, ::-1]
    messy = TermMatrix(csr_matrix(unsorted), planted.counts.vocabulary, planted.counts.doc_ids)
    before = messy.counts.data.copy()
    assert np.array_equal(ENGINES[name](messy).topic_terms, fits[name].topic_terms)
    assert np.array_equal(messy.counts.data, before), "the counts given are not changed"


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("k", [1, 2])
def test_one_topic_and_tiny_corpora_have_defined_results(name, k):
    counts = TermMatrix(csr_matrix([[2, 1], [0, 3]]), ["a", "b"], ["x", "y"])
    engine = ENGINES[name].func
    size = {"n_topics": k} if name in TOPIC_MODELS else {"n_clusters": k, "method": name}
    fit = engine(counts, **size)
    check_topic_fit(fit)
    assert fit.n_topics == k


def test_a_topic_that_dies_is_uniform_and_named():
    counts = TermMatrix(csr_matrix(np.ones((4, 3))), list("abc"), list("wxyz"))
    fit = fit_nmf(counts, n_topics=3)
    check_topic_fit(fit)
    dead = [fit.topic_ids.index(name) for name in fit.params["dead_topics"]]
    assert len(dead) < 3
    for topic in dead:
        assert np.allclose(fit.topic_terms[topic], 1 / 3)
        assert fit.doc_topics[:, topic].max() == 0


@pytest.mark.parametrize("name", ENGINES)
def test_more_topics_than_documents_is_refused_with_both_numbers(name):
    counts = TermMatrix(csr_matrix(np.ones((3, 9))), list("abcdefghi"), list("xyz"))
    with pytest.raises(RecipeError, match=r"=6 for 3 documents"):
        ENGINES[name](counts)


@pytest.mark.parametrize("name", TOPIC_MODELS)
def test_more_topics_than_terms_is_refused(name):
    counts = TermMatrix(csr_matrix(np.ones((9, 2))), ["a", "b"], list("abcdefghi"))
    with pytest.raises(RecipeError, match="n_topics=6 for 2 terms"):
        ENGINES[name](counts)


@pytest.mark.parametrize("k", [0, -1, 2.5, True, "3"])
def test_a_number_of_topics_that_is_none_is_refused(k, planted):
    for engine in (fit_lda, fit_nmf):
        with pytest.raises(RecipeError, match="n_topics="):
            engine(planted.counts, n_topics=k)
    with pytest.raises(RecipeError, match="n_clusters="):
        fit_clusters(planted.counts, n_clusters=k)


def test_every_fault_is_told_at_once():
    counts = TermMatrix(csr_matrix([[-1.0, np.nan], [1.0, 2.0]]), ["a", "a"], ["x", "x"])
    with pytest.raises(InputError) as caught:
        fit_lda(counts, n_topics=0, passes=0, alpha=-1.0)
    for fault in (
        "negative",
        "NaN",
        "repeated vocabulary",
        "repeated doc_ids",
        "n_topics=0",
        "passes=0",
        "alpha",
    ):
        assert fault in str(caught.value)


@pytest.mark.parametrize("name", ENGINES)
def test_counts_without_any_count_are_refused(name):
    with pytest.raises(RecipeError, match="for 0 documents"):
        ENGINES[name](TermMatrix(csr_matrix((8, 8)), list("abcdefgh"), list("abcdefgh")))


@pytest.mark.parametrize(
    ("engine", "settings"),
    [
        (fit_lda, {"n_topics": 2, "method": "vbb"}),
        (fit_lda, {"n_topics": 2, "random_state": -1}),
        (fit_lda, {"n_topics": 2, "eta": float("nan")}),
        (fit_nmf, {"n_topics": 2, "random_state": 2**32}),
        (fit_clusters, {"n_clusters": 2, "method": "dbscan"}),
        (fit_clusters, {"n_clusters": 2, "on": "words"}),
    ],
)
def test_a_setting_that_does_not_exist_is_refused(engine, settings, planted):
    with pytest.raises(RecipeError):
        engine(planted.counts, **settings)


def test_clusters_refuse_shares_of_other_documents(fits, planted):
    part = reordered(planted.counts, range(100))
    with pytest.raises(InputError, match="other documents"):
        fit_clusters(part, n_clusters=3, on=fits["lda"])


def test_exactly_so_many_passes_are_made(planted, monkeypatch):
    from gensim.models import LdaModel

    steps = []
    whole = LdaModel.do_mstep
    monkeypatch.setattr(LdaModel, "do_mstep", lambda self, *a, **k: (steps.append(1), whole(self, *a, **k)))
    for passes in (1, 3):
        steps.clear()
        fit_lda(planted.counts, n_topics=2, method="gensim", passes=passes)
        assert len(steps) == passes


def test_gensim_is_silent_and_its_logger_is_left_as_it_was(planted, caplog):
    logger = logging.getLogger("gensim.models.ldamodel")
    before = (logger.level, list(logger.filters), list(logger.handlers))
    with caplog.at_level(logging.WARNING):
        fit_lda(planted.counts, n_topics=2, method="gensim", passes=1)
    assert not caplog.records
    assert (logger.level, list(logger.filters), list(logger.handlers)) == before


@pytest.mark.parametrize("name", TOPIC_MODELS)
def test_params_are_plain_json(name, fits):
    import json

    assert json.loads(json.dumps(fits[name].params)) == fits[name].params


def test_a_fit_that_is_not_one_is_refused_with_every_fault(fits):
    broken = replace(fits["lda"], topic_terms=fits["lda"].topic_terms * 2, doc_ids=("a",) * 300)
    with pytest.raises(InputError, match=r"summing to.*repeated doc_ids"):
        check_topic_fit(broken)
