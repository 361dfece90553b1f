"""Clusters: planted groups come back on words, on shares and on vectors; noise is told apart."""

from __future__ import annotations

import numpy as np
import pytest
from planted_topics import plant, reordered
from scipy.sparse import csr_matrix, vstack
from sklearn.metrics import adjusted_rand_score

from readout_nlp.errors import InputError, RecipeError
from readout_nlp.saved.models import load_model, save_model
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.check import check_topic_fit
from readout_nlp.topics.clusters import fit_clusters
from readout_nlp.topics.nmf import fit_nmf
from readout_nlp.topics.quality import topic_table

GROUPS, EACH, STRAY = 4, 30, 12
TRUTH = np.repeat([*range(GROUPS), -1], [EACH] * GROUPS + [STRAY])
IN_GROUP = TRUTH >= 0
KIND = np.array([*np.repeat(range(GROUPS), EACH), *range(GROUPS, GROUPS + STRAY)])
WORDS = 10
SIZE = {
    "kmeans": {"n_clusters": GROUPS},
    "agglomerative": {"n_clusters": GROUPS},
    "hdbscan": {"min_cluster_size": STRAY + 1},
}


@pytest.fixture(scope="module")
def counts():
    """Four groups with words of their own beside common ones, and strays with words that no other has."""
    chance = np.random.default_rng(3)
    own = np.kron(np.eye(GROUPS + STRAY), np.ones(WORDS)) + 0.01
    common = np.full((GROUPS + STRAY, WORDS), 1.0)
    common[GROUPS:] = 0.01
    words = np.hstack([own, common])[KIND]
    rows = np.array([chance.multinomial(40, row / row.sum()) for row in words])
    return TermMatrix(
        csr_matrix(rows),
        [f"w{i:03d}" for i in range(rows.shape[1])],
        [f"d{i:03d}" for i in range(len(rows))],
    )


@pytest.fixture(scope="module")
def vectors():
    """Vectors that a language model might give: groups a little apart on a sphere, strays anywhere."""
    chance = np.random.default_rng(5)
    axes = np.linalg.qr(chance.normal(size=(48, 48)))[0]
    kinds = axes[: GROUPS + STRAY].copy()
    kinds[:GROUPS] += axes[-1]  # what all groups share
    rows = kinds[KIND] + chance.normal(scale=0.03, size=(len(KIND), 48))
    return rows * chance.uniform(1, 9, size=(len(rows), 1))  # length says nothing


def agreement(fit):
    return adjusted_rand_score(TRUTH[IN_GROUP], fit.doc_topics.argmax(axis=1)[IN_GROUP])


@pytest.mark.parametrize("method", SIZE)
@pytest.mark.parametrize("on", ["tfidf", "shares", "vectors"])
def test_planted_groups_come_back(method, on, counts, vectors):
    seen = {"tfidf": "tfidf", "shares": fit_nmf(counts, n_topics=GROUPS), "vectors": vectors}[on]
    fit = fit_clusters(counts, method=method, on=seen, **SIZE[method])
    check_topic_fit(fit)
    assert agreement(fit) > 0.9
    assert fit.method == method
    names = [name for name in fit.topic_ids if name != fit.params["noise"]]
    own_words = [set(row.argsort()[-WORDS:] // WORDS) for row in fit.topic_terms[: len(names)]]
    assert len(names) == GROUPS
    assert all(len(groups) == 1 for groups in own_words), "the words of a cluster are its members' words"


@pytest.mark.parametrize("on", ["tfidf", "vectors"])
def test_noise_is_a_group_of_its_own_and_holds_the_strays(on, counts, vectors):
    fit = fit_clusters(
        counts, method="hdbscan", on=vectors if on == "vectors" else on, min_cluster_size=STRAY + 1
    )
    assert fit.topic_ids == ("c01", "c02", "c03", "c04", "noise")
    assert fit.params["noise"] == "noise"
    noise = fit.doc_topics[:, -1] == 1
    assert noise[~IN_GROUP].mean() > 0.5
    assert noise[IN_GROUP].mean() < 0.1


def test_without_strays_there_is_no_noise():
    counts = TermMatrix(
        csr_matrix(np.repeat(np.eye(2, dtype=int) * 5, 6, axis=0)),
        ["a", "b"],
        [f"d{i:02d}" for i in range(12)],
    )
    fit = fit_clusters(counts, method="hdbscan", min_cluster_size=3)
    assert fit.topic_ids == ("c01", "c02")
    assert fit.params["noise"] is None


def test_noise_stays_last_even_where_it_is_the_largest(counts, vectors):
    fit = fit_clusters(counts, method="hdbscan", on=vectors, min_cluster_size=20)
    many = np.random.default_rng(0).normal(size=vectors.shape)
    many[:20] = vectors[:20]
    scattered = fit_clusters(counts, method="hdbscan", on=many, min_cluster_size=15)
    sizes = scattered.doc_topics.sum(axis=0)
    assert scattered.topic_ids[-1] == "noise"
    assert sizes[-1] > sizes[:-1].max()
    assert (np.diff(fit.doc_topics.sum(axis=0)[:GROUPS]) <= 0).all()


@pytest.mark.parametrize("method", SIZE)
def test_the_order_of_documents_changes_nothing_and_empty_ones_are_flagged(method, counts):
    fit = fit_clusters(counts, method=method, **SIZE[method])
    rows = np.random.default_rng(1).permutation(len(TRUTH))
    turned = fit_clusters(reordered(counts, rows), method=method, **SIZE[method])
    assert np.array_equal(turned.doc_topics, fit.doc_topics[rows])
    more = TermMatrix(
        csr_matrix(vstack([counts.counts, csr_matrix((1, counts.counts.shape[1]))])),
        counts.vocabulary,
        [*counts.doc_ids, "e"],
    )
    with_empty = fit_clusters(more, method=method, **SIZE[method])
    assert with_empty.params["without_evidence"] == ["e"]
    assert np.allclose(with_empty.doc_topics[-1], 1 / fit.n_topics)
    assert np.array_equal(with_empty.doc_topics[:-1], fit.doc_topics)


@pytest.mark.parametrize("method", SIZE)
def test_the_length_of_a_vector_says_nothing(method, counts, vectors):
    scaled = vectors * np.random.default_rng(2).uniform(0.1, 10, size=(len(vectors), 1))
    one, other = (fit_clusters(counts, method=method, on=on, **SIZE[method]) for on in (vectors, scaled))
    assert np.array_equal(one.doc_topics, other.doc_topics)


def test_an_encoder_sees_the_texts_in_the_order_of_the_counts(counts, vectors):
    row_of = {f"text of {doc_id}": row for row, doc_id in enumerate(counts.doc_ids)}

    def encode(texts):
        return [vectors[row_of[text]].astype(np.float32) for text in texts]

    texts = {doc_id: f"text of {doc_id}" for doc_id in reversed(counts.doc_ids)}
    fit = fit_clusters(counts, method="hdbscan", on=encode, texts=texts, min_cluster_size=STRAY + 1)
    given = fit_clusters(counts, method="hdbscan", on=vectors, min_cluster_size=STRAY + 1)
    assert np.array_equal(fit.doc_topics, given.doc_topics)
    assert fit.params["on"] == "embeddings of 48 dimensions"
    with pytest.raises(RecipeError, match="without texts"):
        fit_clusters(counts, n_clusters=2, on=encode)
    with pytest.raises(InputError, match=r"131 documents without a text \(d001, d002, d003\)"):
        fit_clusters(counts, n_clusters=2, on=encode, texts={"d000": ""})


def test_a_clustering_with_noise_is_tabled_and_saved_like_any_fit(counts, tmp_path):
    fit = fit_clusters(counts, method="hdbscan", min_cluster_size=STRAY + 1)
    assert list(topic_table(fit, counts)["topic"]) == list(fit.topic_ids)
    save_model(fit, tmp_path / "model")
    again = load_model(tmp_path / "model")
    assert again.topic_ids == fit.topic_ids
    assert again.params["noise"] == "noise"
    assert np.array_equal(again.doc_topics, fit.doc_topics)


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({"method": "hdbscan", "n_clusters": 4}, "n_clusters=4 for hdbscan"),
        ({"method": "hdbscan", "min_cluster_size": 1}, "min_cluster_size=1"),
        ({"method": "hdbscan", "min_cluster_size": 0}, "min_cluster_size=0"),
        ({"method": "hdbscan", "min_cluster_size": 500}, "no group of 500 documents or more in 132"),
        ({"method": "kmeans"}, "without n_clusters"),
        ({"method": "dbscan", "n_clusters": 4}, "dbscan"),
        ({"on": "words", "n_clusters": 4}, "on='words'"),
    ],
)
def test_settings_that_cannot_be_used_are_told(settings, found, counts):
    with pytest.raises(RecipeError, match=found):
        fit_clusters(counts, **settings)


@pytest.mark.parametrize(
    ("harm", "found"),
    [
        (lambda v: v[1:], r"shape \(131, 48\)"),
        (lambda v: v[:, 0], r"shape \(132,\)"),
        (lambda v: v[:, :0], r"shape \(132, 0\)"),
        (lambda v: np.where(v == v[0, 0], np.nan, v), "1 embeddings that are NaN"),
    ],
)
def test_vectors_that_cannot_be_used_are_told(harm, found, counts, vectors):
    with pytest.raises(InputError, match=found):
        fit_clusters(counts, n_clusters=2, on=harm(vectors))


def test_a_fit_over_other_documents_is_refused(counts):
    other = fit_nmf(plant().counts, n_topics=3)
    with pytest.raises(InputError, match="other documents"):
        fit_clusters(counts, n_clusters=2, on=other)
