"""The prior of the topic shares, learnt from documents whose prior is known."""

import numpy as np
import pytest
from planted_topics import Planted, matched, reordered
from scipy.sparse import csr_matrix

from readout_nlp.errors import RecipeError
from readout_nlp.saved.models import load_model, save_model
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.gensim_bridge import to_gensim
from readout_nlp.topics.infer import infer_topics
from readout_nlp.topics.lda import fit_lda
from readout_nlp.topics.lda_partitions import fit_lda_partitions
from readout_nlp.topics.partitions import write_partitions
from readout_nlp.topics.share_prior import LEAST, MOST, nearer_prior

UNEVEN = np.geomspace(0.02, 0.6, 6)  # some topics are everywhere, others in a document of fifty
K = len(UNEVEN)


def plant_uneven(seed=0, *, n_docs=900, n_terms=300, length=80):
    chance = np.random.default_rng(seed)
    topics = chance.dirichlet(np.full(n_terms, 0.05), K)
    shares = chance.dirichlet(UNEVEN, n_docs)
    rows = np.array([chance.multinomial(length, row / row.sum()) for row in shares @ topics])
    words, names = [f"w{n:03}" for n in range(n_terms)], [f"d{n:04}" for n in range(n_docs)]
    return Planted(TermMatrix(csr_matrix(rows), words, names), topics, shares)


def off(fit, columns, planted):
    """How far the shares lie from the truth, on the average."""
    return np.abs(fit.doc_topics[:, columns] - planted.doc_topics).sum(axis=1).mean()


@pytest.fixture(scope="module")
def planted():
    return plant_uneven()


@pytest.fixture(scope="module")
def learnt(planted):
    return fit_lda(planted.counts, n_topics=K, alpha="auto")


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_an_uneven_prior_is_found_and_with_it_better_shares(seed):
    planted = plant_uneven(seed)
    fit, even = (fit_lda(planted.counts, n_topics=K, alpha=alpha) for alpha in ("auto", None))
    columns, _ = matched(planted.topic_terms, fit.topic_terms)
    found = fit.state["alpha"][columns]
    assert np.corrcoef(np.log(found), np.log(UNEVEN))[0, 1] > 0.95
    assert found.sum() == pytest.approx(UNEVEN.sum(), rel=0.4)
    assert off(fit, columns, planted) < off(even, matched(planted.topic_terms, even.topic_terms)[0], planted)
    assert fit.params["alpha"] == "auto"


def test_any_number_of_threads_and_any_order_of_documents_give_the_same_bits(planted, learnt):
    rows = np.random.default_rng(1).permutation(len(planted.counts.doc_ids))
    others = [
        fit_lda(planted.counts, n_topics=K, alpha="auto", n_threads=1),
        fit_lda(planted.counts, n_topics=K, alpha="auto", n_threads=3),
        fit_lda(reordered(planted.counts, rows), n_topics=K, alpha="auto"),
    ]
    for other in others:
        assert np.array_equal(other.state["alpha"], learnt.state["alpha"])
        assert np.array_equal(other.topic_terms, learnt.topic_terms)


def test_each_topic_keeps_its_own_prior_in_inference_and_on_disk(planted, learnt, tmp_path):
    for fit in (learnt, load_model(save_model(learnt, tmp_path / "model"))):
        assert np.array_equal(infer_topics(fit, planted.counts).doc_topics, learnt.doc_topics)
    empty = TermMatrix(csr_matrix((1, len(learnt.vocabulary))), learnt.vocabulary, ["nothing"])
    alpha = learnt.state["alpha"]
    assert infer_topics(learnt, empty).doc_topics[0] == pytest.approx(alpha / alpha.sum())
    assert to_gensim(learnt).alpha == pytest.approx(alpha)


def test_the_settings_that_a_fit_carries_make_it_again(planted, learnt):
    names = ("n_topics", "passes", "random_state", "alpha", "eta", "iterations", "chunksize")
    again = fit_lda(planted.counts, **{name: learnt.params[name] for name in names})
    assert np.array_equal(again.doc_topics, learnt.doc_topics)


def test_named_topics_keep_their_prior_too(planted):
    words = [planted.counts.vocabulary[n] for n in planted.topic_terms[0].argsort()[-3:]]
    fit = fit_lda(planted.counts, n_topics=K, alpha="auto", seeds={"small": words}, seed_weight=1.0)
    assert fit.topic_ids[0] == "small"
    assert fit.doc_topics[:, 0].argmax() == planted.doc_topics[:, 0].argmax()
    assert np.corrcoef(fit.state["alpha"], fit.doc_topics.mean(axis=0))[0, 1] > 0.9


def test_the_first_pass_already_learns_and_a_given_prior_stays(planted):
    (one,) = {*fit_lda(planted.counts, n_topics=K, passes=1).state["alpha"]}
    assert one == 0.1
    assert len({*fit_lda(planted.counts, n_topics=K, passes=1, alpha="auto").state["alpha"]}) == K


def test_the_prior_rises_where_documents_mix_topics_and_falls_where_they_do_not():
    even = np.full(3, 0.2)
    alone, mixed = np.repeat(30 * np.eye(3), 20, axis=0), np.full((60, 3), 10.0)
    lengths = np.full(60, 30.0)
    low, high = even, even
    for _ in range(200):
        low, high = nearer_prior(alone, lengths, low), nearer_prior(mixed, lengths, high)
    assert (low < 0.02).all()
    assert (low >= LEAST).all()
    assert (high == MOST).all()
    assert np.ptp(low) < 1e-12


def test_a_topic_that_no_document_mentions_keeps_the_least():
    held = np.column_stack([np.full(9, 20.0), np.zeros(9)])
    first, second = nearer_prior(held, np.full(9, 20.0), np.full(2, 0.5))
    assert second == LEAST < first


@pytest.mark.parametrize("other", [{"method": "vb"}, {"method": "gensim"}, {"partitions": 2}])
def test_engines_that_do_not_learn_it_say_so(other, planted):
    with pytest.raises(RecipeError, match="alpha='auto'"):
        fit_lda(planted.counts, n_topics=K, alpha="auto", **other)


def test_partitions_in_files_say_so_too(planted, tmp_path):
    paths = write_partitions(planted.counts, tmp_path / "parts", n_partitions=2)
    with pytest.raises(RecipeError, match="alpha='auto'"):
        fit_lda_partitions(paths, n_topics=K, alpha="auto")


@pytest.mark.parametrize("wrong", ["asymmetric", "0.1", 0, -1.0, np.nan])
def test_a_prior_that_cannot_be_is_refused(wrong, planted):
    with pytest.raises(RecipeError, match="alpha="):
        fit_lda(planted.counts, n_topics=K, alpha=wrong)
