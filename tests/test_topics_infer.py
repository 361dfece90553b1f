import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted_topics import plant, reordered
from scipy.sparse import csr_matrix

from readout_nlp.errors import InputError, RecipeError
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.clusters import fit_clusters
from readout_nlp.topics.gensim_bridge import to_gensim
from readout_nlp.topics.infer import infer_topics
from readout_nlp.topics.lda import fit_lda
from readout_nlp.topics.nmf import fit_nmf

ENGINES = {"lda": fit_lda, "nmf": fit_nmf}
SIZES = (1, 2, 3, 7, 8, 20)


@pytest.fixture(scope="module")
def planted():
    return plant()


@pytest.fixture(scope="module")
def fits(planted):
    return {(name, k): fit(planted.counts, n_topics=k) for name, fit in ENGINES.items() for k in SIZES}


@pytest.fixture(scope="module", params=ENGINES)
def fit(request, fits):
    return fits[request.param, 7]


def test_fitted_documents_get_the_shares_of_the_fit_to_the_bit(fit, planted):
    assert np.array_equal(infer_topics(fit, planted.counts).doc_topics, fit.doc_topics)


@pytest.mark.parametrize("k", SIZES)
@pytest.mark.parametrize("name", ENGINES)
def test_a_document_alone_gets_the_bits_it_gets_in_a_batch(name, k, fits, planted):
    fit = fits[name, k]
    for row in range(0, 300, 17):
        alone = infer_topics(fit, reordered(planted.counts, [row]))
        assert np.array_equal(alone.doc_topics[0], fit.doc_topics[row])


@settings(max_examples=25)
@given(rows=st.lists(st.integers(0, 299), min_size=1, max_size=40, unique=True))
def test_any_batch_in_any_order_gives_the_same_bits(rows, fits, planted):
    for name in ENGINES:
        fit = fits[name, 8]
        batch = infer_topics(fit, reordered(planted.counts, rows))
        assert np.array_equal(batch.doc_topics, fit.doc_topics[rows])
        assert list(batch.doc_ids) == [planted.counts.doc_ids[row] for row in rows]


def test_blocks_of_any_size_give_the_same_bits(fit, planted, monkeypatch):
    monkeypatch.setattr("readout_nlp.topics.matrix.CELLS_AT_ONCE", 500)
    inferred = infer_topics(fit, planted.counts)
    assert np.array_equal(inferred.doc_topics, fit.doc_topics)
    assert not (inferred.novel ^ _novel_in_one_block(fit, planted)).any()


def _novel_in_one_block(fit, planted):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("readout_nlp.topics.matrix.CELLS_AT_ONCE", 10**9)
        return infer_topics(fit, planted.counts).novel


def test_the_order_of_the_new_vocabulary_changes_nothing(fit, planted):
    columns = np.random.default_rng(0).permutation(200)
    counts = planted.counts
    turned = TermMatrix(counts.counts[:, columns], [counts.vocabulary[c] for c in columns], counts.doc_ids)
    assert np.array_equal(infer_topics(fit, turned).doc_topics, fit.doc_topics)


def test_words_the_model_does_not_know_are_counted_and_change_no_share(fit, planted):
    counts = planted.counts
    extra = csr_matrix(np.full((300, 1), 20))
    wider = TermMatrix(
        csr_matrix(np.hstack([counts.counts.toarray(), extra.toarray()])),
        [*counts.vocabulary, "新词"],
        counts.doc_ids,
    )
    inferred = infer_topics(fit, wider)
    assert np.array_equal(inferred.doc_topics, fit.doc_topics)
    lengths = counts.counts.sum(axis=1)
    assert np.allclose(inferred.oov_share, 20 / (20 + np.asarray(lengths).ravel()))
    assert (infer_topics(fit, counts).oov_share == 0).all()


def test_documents_without_evidence_get_the_prior_and_are_named(fit):
    words = [fit.vocabulary[0], "未知"]
    counts = TermMatrix(csr_matrix([[0, 0], [0, 4], [3, 0]]), words, ["none", "unknown", "known"])
    inferred = infer_topics(fit, counts)
    assert np.allclose(inferred.doc_topics[:2], 1 / fit.n_topics)
    assert np.isnan(inferred.oov_share[0])
    assert inferred.oov_share[1:].tolist() == [1.0, 0.0]
    assert inferred.without_evidence == ("none", "unknown")
    assert inferred.novel[:2].tolist() == [False, True]


def test_novel_documents_are_flagged_and_the_models_own_rarely(fit, planted):
    own = infer_topics(fit, planted.counts).novel.mean()
    chance = np.random.default_rng(5)
    noise = chance.multinomial(60, np.full(200, 1 / 200), size=50)
    strange = infer_topics(fit, TermMatrix(csr_matrix(noise), fit.vocabulary, [str(i) for i in range(50)]))
    assert own <= 0.01
    assert strange.novel.mean() > 0.8


def test_float_counts_may_be_inferred(fit):
    counts = TermMatrix(csr_matrix([[0.5, 1.25]]), list(fit.vocabulary[:2]), ["f"])
    assert infer_topics(fit, counts).doc_topics.sum() == pytest.approx(1)


def test_faulty_counts_are_refused(fit):
    with pytest.raises(InputError, match="negative"):
        infer_topics(fit, TermMatrix(csr_matrix([[-1.0]]), ["a"], ["x"]))


def test_a_clustering_cannot_infer(planted):
    with pytest.raises(RecipeError, match="kmeans"):
        infer_topics(fit_clusters(planted.counts, n_clusters=3), planted.counts)


def test_gensim_rebuilt_holds_the_same_topics_to_the_bit(fits):
    fit = fits["lda", 7]
    model = to_gensim(fit)
    assert np.array_equal(model.get_topics(), fit.topic_terms)
    assert np.array_equal(fit.to_gensim().get_topics(), fit.topic_terms)
    shown = dict(model.show_topics(num_topics=7, num_words=5, formatted=False))
    assert set(shown) == set(range(7))
    for k, words in shown.items():
        best = np.argsort(-fit.topic_terms[k], kind="stable")[:5]
        assert [word for word, _ in words] == [fit.vocabulary[column] for column in best]


def test_gensim_infers_nearly_the_same_shares(planted):
    fit = fit_lda(planted.counts, n_topics=7, method="gensim")
    model = to_gensim(fit)
    model.iterations = 200
    bags = [list(zip(row.indices.tolist(), row.data.tolist(), strict=True)) for row in planted.counts.counts]
    gamma, _ = model.inference(bags)
    theirs = gamma / gamma.sum(axis=1, keepdims=True)
    apart = np.abs(theirs - fit.doc_topics).sum(axis=1) / 2
    assert np.median(apart) < 0.005
    assert (theirs.argmax(axis=1) == fit.doc_topics.argmax(axis=1)).mean() > 0.95


def test_gensim_saves_loads_and_measures_what_was_rebuilt(fits, tmp_path):
    from gensim.models import CoherenceModel, LdaModel

    model = to_gensim(fits["lda", 3])
    model.save(str(tmp_path / "lda"))
    loaded = LdaModel.load(str(tmp_path / "lda"))
    assert np.array_equal(loaded.get_topics(), fits["lda", 3].topic_terms)
    texts = [["w0001", "w0002"], ["w0002", "w0003"]]
    topics = [[model.id2word[i] for i, _ in model.get_topic_terms(k, topn=3)] for k in range(3)]
    assert CoherenceModel(topics=topics, texts=texts, dictionary=model.id2word, coherence="u_mass")


def test_only_an_lda_becomes_gensim(fits):
    with pytest.raises(RecipeError, match="nmf"):
        to_gensim(fits["nmf", 3])
