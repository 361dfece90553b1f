import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from planted_topics import matched, plant, reordered
from scipy.sparse import csr_matrix
from scipy.special import psi
from threadpoolctl import threadpool_info

from readout_nlp.errors import InputError, RecipeError
from readout_nlp.threads import one_thread, spans
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.ample import READ
from readout_nlp.topics.check import check_topic_fit
from readout_nlp.topics.cvb0 import cvb0_shares
from readout_nlp.topics.gensim_bridge import gensim_distance
from readout_nlp.topics.infer import infer_topics
from readout_nlp.topics.lda import fit_lda
from readout_nlp.topics.lda_kernel import exp_digamma
from readout_nlp.topics.matrix import clean_counts, tidy_counts
from readout_nlp.topics.vb import vb_shares

K = 6
METHODS = ["cvb0", "vb", "gensim"]


@pytest.fixture(scope="module")
def planted():
    return plant()


@pytest.fixture(scope="module")
def fits(planted):
    return {method: fit_lda(planted.counts, n_topics=K, method=method) for method in METHODS}


@pytest.fixture
def told(monkeypatch):
    """Count the documents that CVB0 settles."""
    from readout_nlp.topics import cvb0

    seen = []

    def settle(span, *rest):
        seen.append(span[1] - span[0])
        whole(span, *rest)

    whole = cvb0.settle
    monkeypatch.setattr(cvb0, "settle", settle)
    return seen


@pytest.mark.parametrize("method", ["cvb0", "vb"])
def test_any_number_of_threads_gives_the_same_bits(method):
    planted = plant(n_docs=500, n_terms=900)
    one, two, three = (
        fit_lda(planted.counts, n_topics=5, method=method, passes=3, n_threads=n) for n in (1, 2, 3)
    )
    for other in (two, three):
        assert np.array_equal(one.topic_terms, other.topic_terms)
        assert np.array_equal(one.doc_topics, other.doc_topics)


@pytest.mark.parametrize("method", METHODS)
def test_the_topics_hold_every_token_once(method, fits, planted):
    sstats = fits[method].state["sstats"]
    assert (sstats >= 0).all()
    assert sstats.sum() == pytest.approx(planted.counts.counts.sum(), rel=1e-5)
    columns = np.asarray(planted.counts.counts.sum(axis=0)).ravel()
    assert np.allclose(sstats.sum(axis=0), columns, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("chunksize", [None, 70])
@pytest.mark.parametrize("iterations", [5, 50])
def test_vb_learns_what_gensim_learns(chunksize, iterations, planted):
    made = [
        fit_lda(
            planted.counts,
            n_topics=K,
            method=method,
            passes=8,
            iterations=iterations,
            chunksize=chunksize,
            random_state=3,
        )
        for method in ("vb", "gensim")
    ]
    assert np.allclose(made[0].topic_terms, made[1].topic_terms, rtol=1e-7, atol=1e-12)
    assert np.allclose(made[0].doc_topics, made[1].doc_topics, atol=1e-7)
    assert made[0].params["decay"] == made[1].params["decay"] == (0.0 if chunksize is None else 0.5)


def test_chunks_change_what_vb_learns(planted):
    whole, parts = (
        fit_lda(planted.counts, n_topics=K, method="vb", passes=2, chunksize=size) for size in (None, 70)
    )
    assert not np.allclose(whole.topic_terms, parts.topic_terms, atol=1e-4)


def test_the_exponential_of_digamma_is_right_in_nearly_all_digits():
    x = np.geomspace(0.01, 1e7, 5000)
    out = np.empty_like(x)
    exp_digamma(x, out, np.empty(len(x), np.int64))
    assert np.allclose(out, np.exp(psi(x)), rtol=1e-11, atol=0)


def test_cvb0_shares_are_where_the_update_leads_nowhere_else(planted):
    counts = clean_counts(planted.counts.counts)
    alpha = np.array([0.1, 0.2, 0.3, 0.1, 0.2, 0.4])
    shares = cvb0_shares(counts, topic_terms=planted.topic_terms, alpha=alpha)
    dense = counts.toarray()
    total = dense.sum(axis=1, keepdims=True) + alpha.sum()
    for _ in range(5):
        mixed = shares @ planted.topic_terms
        ratio = np.divide(dense, mixed, out=np.zeros_like(dense), where=dense > 0)
        again = (alpha + shares * (ratio @ planted.topic_terms.T)) / total
        assert np.abs(again - shares).sum(axis=1).max() < 1e-4


def test_shares_do_not_depend_on_the_order_of_the_topics(planted):
    counts, order = clean_counts(planted.counts.counts), np.array([4, 2, 0, 5, 1, 3])
    alpha = np.full(K, 0.1)
    straight = cvb0_shares(counts, topic_terms=planted.topic_terms, alpha=alpha)
    turned = cvb0_shares(counts, topic_terms=planted.topic_terms[order], alpha=alpha)
    assert np.array_equal(turned, straight[:, order])


@pytest.mark.parametrize("passes", [1, 3])
def test_cvb0_makes_exactly_so_many_passes_after_its_start(passes, told, planted):
    fit_lda(planted.counts, n_topics=2, passes=passes, n_threads=1, documents=False)
    assert sum(told) == passes * 300 + min(300, 2 * READ)


def test_old_statistics_that_take_too_much_memory_are_forgotten_step_by_step(planted, fits, monkeypatch):
    monkeypatch.setattr("readout_nlp.topics.lda_engines.MEMORY", 0)
    fit = fit_lda(planted.counts, n_topics=K, passes=20)
    check_topic_fit(fit)
    assert fit.params["updates"] == "stepwise"
    assert fits["cvb0"].params["updates"] == "incremental"
    assert fit.state["sstats"].sum() == pytest.approx(planted.counts.counts.sum(), rel=0.05)
    again = fit_lda(planted.counts, n_topics=K, passes=20, n_threads=1)
    assert np.array_equal(again.topic_terms, fit.topic_terms)
    assert matched(planted.topic_terms, fit.topic_terms)[1].mean() > 0.8


@pytest.mark.parametrize("kept", [0, 2**28])
def test_chunks_read_anew_or_kept_give_the_same_bits(kept, fits, planted, monkeypatch):
    monkeypatch.setattr("readout_nlp.topics.chunks.KEPT", kept)
    assert np.array_equal(fit_lda(planted.counts, n_topics=K).topic_terms, fits["cvb0"].topic_terms)


@pytest.mark.parametrize("method", METHODS)
def test_a_fit_from_given_topics_finds_them(method, planted):
    truth = planted.topic_terms + 1e-6
    fit = fit_lda(planted.counts, n_topics=K, method=method, init=truth)
    assert fit.params["init"] is True
    assert matched(planted.topic_terms, fit.topic_terms)[1].mean() > 0.95


def test_given_topics_are_joined_by_their_words(fits, planted):
    columns = np.random.default_rng(2).permutation(200)
    counts = planted.counts
    turned = TermMatrix(counts.counts[:, columns], [counts.vocabulary[c] for c in columns], counts.doc_ids)
    there = fit_lda(turned, n_topics=K, init=fits["cvb0"])
    here = fit_lda(counts, n_topics=K, init=fits["cvb0"])
    assert np.allclose(there.topic_terms, here.topic_terms[:, columns], atol=1e-4)


@pytest.mark.parametrize(
    "init",
    [
        np.ones((2, 200)),
        np.ones((K, 9)),
        np.full((K, 200), -1.0),
        np.zeros((K, 200)),
        np.full((K, 200), np.nan),
    ],
)
def test_topics_that_do_not_fit_are_refused(init, planted):
    with pytest.raises(InputError, match="init"):
        fit_lda(planted.counts, n_topics=K, init=init)


def test_a_fit_over_another_vocabulary_is_refused(fits):
    other = TermMatrix(csr_matrix(np.eye(8)), list("abcdefgh"), list("abcdefgh"))
    with pytest.raises(InputError, match="without any term"):
        fit_lda(other, n_topics=K, init=fits["cvb0"])


@pytest.mark.parametrize("method", METHODS)
def test_seed_words_steer_the_topic_of_their_name(method, planted, caplog):
    truth = planted.topic_terms
    best = [[planted.counts.vocabulary[c] for c in np.argsort(-row)[:5]] for row in truth]
    seeds = {"later": [*best[4], "nowhere"], "first": best[1]}
    with caplog.at_level(logging.WARNING, "readout_nlp"):
        fit = fit_lda(planted.counts, n_topics=K, method=method, seeds=seeds)
    check_topic_fit(fit)
    assert fit.topic_ids == ("later", "first", "t01", "t02", "t03", "t04")
    assert fit.params["seeds_missing"] == {"later": ["nowhere"]}
    assert "nowhere" in caplog.text
    alike = np.corrcoef(np.vstack([truth, fit.topic_terms]))[:K, K:]
    assert alike[:, 0].argmax() == 4
    assert alike[:, 1].argmax() == 1
    assert (np.diff(fit.doc_topics[:, 2:].mean(axis=0)) <= 1e-12).all()
    assert np.array_equal(fit.to_gensim().get_topics(), fit.topic_terms)
    assert np.array_equal(infer_topics(fit, planted.counts).doc_topics, fit.doc_topics)


@pytest.mark.parametrize(
    ("seeds", "settings"),
    [
        ({"t01": ["w0001"]}, {}),
        ({" ": ["w0001"]}, {}),
        ({"a": "w0001"}, {}),
        ({"a": []}, {}),
        ({"a": ["nowhere"]}, {}),
        ({name: ["w0001"] for name in "abc"}, {}),
        ({"a": ["w0001"]}, {"seed_weight": 0}),
        ({"a": ["w0001"]}, {"seed_weight": float("nan")}),
    ],
)
def test_seeds_that_steer_nothing_are_refused(seeds, settings, planted):
    with pytest.raises(RecipeError):
        fit_lda(planted.counts, n_topics=2, seeds=seeds, **settings)


@pytest.mark.parametrize("wrong", [{"n_threads": 0}, {"chunksize": 0}, {"n_threads": 1.5}, {"chunksize": -1}])
def test_threads_and_chunks_are_whole_numbers(wrong, planted):
    with pytest.raises(RecipeError, match=next(iter(wrong))):
        fit_lda(planted.counts, n_topics=2, **wrong)


def test_one_topic_is_the_smoothed_count_of_every_term():
    counts = TermMatrix(csr_matrix([[2, 1, 0], [0, 3, 0]]), ["a", "b", "c"], ["x", "y"])
    fit = fit_lda(counts, n_topics=1, eta=0.5)
    assert np.allclose(fit.topic_terms, np.array([[2.5, 4.5, 0.5]]) / 7.5, atol=1e-6)
    assert np.array_equal(fit.doc_topics, [[1.0], [1.0]])


@pytest.mark.parametrize("method", METHODS)
def test_documents_of_one_word_have_defined_shares(method):
    counts = TermMatrix(csr_matrix(np.eye(5)[[0, 1, 2, 3, 4, 0, 1]]), list("abcde"), list("tuvwxyz"))
    fit = fit_lda(counts, n_topics=3, method=method)
    check_topic_fit(fit)
    assert fit.params["without_evidence"] == []


def test_a_topic_that_dies_stays_the_prior_and_is_named():
    groups = np.kron(np.eye(2), np.full((20, 6), 3.0))
    words = [f"w{i:02d}" for i in range(12)] + ["never"]
    counts = TermMatrix(csr_matrix(np.pad(groups, ((0, 0), (0, 1)))), words, [f"d{i}" for i in range(40)])
    init = np.zeros((3, 13))
    init[0, :6] = init[1, 6:12] = init[2, 12] = 1.0
    fit = fit_lda(counts, n_topics=3, init=init, alpha=1e-4)
    check_topic_fit(fit)
    assert fit.params["dead_topics"] == ["t03"]
    assert np.allclose(fit.topic_terms[2], 1 / 13, atol=0.02)
    assert fit.doc_topics[:, 2].max() < 1e-3
    assert fit_lda(counts, n_topics=2).params["dead_topics"] == []


def test_a_million_terms_are_learnt_where_few_are_used():
    n_terms = 1_000_000
    columns = np.array([0, 5, 999_999, 5, 77_777, 0])
    rows = csr_matrix((np.ones(6), (np.arange(6), columns)), shape=(6, n_terms))
    counts = TermMatrix(rows, [f"w{i}" for i in range(n_terms)], list("uvwxyz"))
    fit = fit_lda(counts, n_topics=2, passes=2)
    assert fit.topic_terms.shape == (2, n_terms)
    assert set(np.argsort(-fit.topic_terms.sum(axis=0))[:4]) == {0, 5, 77_777, 999_999}


@pytest.mark.parametrize("dtype", [np.int64, np.int32, np.float32, np.float64])
def test_counts_of_any_type_give_the_same_bits_and_are_not_copied(dtype, fits, planted):
    counts = planted.counts.counts.astype(dtype)
    assert tidy_counts(counts) is counts
    fit = fit_lda(TermMatrix(counts, planted.counts.vocabulary, planted.counts.doc_ids), n_topics=K)
    assert np.array_equal(fit.topic_terms, fits["cvb0"].topic_terms)
    assert np.array_equal(fit.doc_topics, fits["cvb0"].doc_topics)


def test_without_documents_the_topics_are_the_same_but_for_their_order(fits, planted):
    quick = fit_lda(planted.counts, n_topics=K, documents=False)
    assert quick.doc_topics.shape == (0, K)
    assert matched(quick.topic_terms, fits["cvb0"].topic_terms)[1].min() > 1 - 1e-12


def test_a_model_without_a_named_engine_infers_by_variational_bayes(fits, planted):
    old = replace(fits["vb"], params={k: v for k, v in fits["vb"].params.items() if k != "engine"})
    part = reordered(planted.counts, range(20))
    theirs = vb_shares(clean_counts(part.counts), old.state)
    assert np.array_equal(infer_topics(old, part).doc_topics, theirs)


@pytest.mark.parametrize("method", METHODS)
def test_gensim_shows_saves_infers_and_measures_every_engine(method, fits, planted, tmp_path):
    from gensim.models import CoherenceModel, LdaModel

    model = fits[method].to_gensim()
    model.save(str(tmp_path / "lda"))
    loaded = LdaModel.load(str(tmp_path / "lda"))
    assert np.array_equal(loaded.get_topics(), fits[method].topic_terms)
    assert len(loaded.show_topics(num_topics=K)) == K
    row = planted.counts.counts[0]
    bag = list(zip(row.indices.tolist(), row.data.tolist(), strict=True))
    shares = loaded.get_document_topics(bag, minimum_probability=0.0)
    assert sum(share for _, share in shares) == pytest.approx(1, abs=1e-6)
    coherence = CoherenceModel(model=loaded, corpus=[bag] * 3, coherence="u_mass").get_coherence()
    assert np.isfinite(coherence)
    apart = gensim_distance(fits[method], planted.counts)
    assert apart.shape == (300,)
    assert np.median(apart) < (0.1 if method == "cvb0" else 0.005)


def test_spans_cover_all_rows_once_and_share_out_the_counts():
    chance = np.random.default_rng(0)
    for parts in (1, 2, 7, 64):
        ends = np.concatenate([[0], chance.integers(0, 9, 40).cumsum()])
        cut = spans(ends, parts)
        assert [row for start, stop in cut for row in range(start, stop)] == list(range(40))
        assert all(ends[stop] - ends[start] <= ends[-1] / parts + 9 for start, stop in cut)


def test_loops_compile_where_no_cache_can_be_written():
    code = """
from numba.core import caching
caching.CacheImpl._locator_classes = []
caching.CompileResultCacheImpl._locator_classes = []
import numpy as np
from scipy.sparse import csr_matrix
from readout_nlp import TermMatrix, fit_lda
fit = fit_lda(TermMatrix(csr_matrix(np.eye(3)), list("abc"), list("xyz")), n_topics=1, passes=1)
from readout_nlp.topics.lda_kernel import settle
print(type(settle._cache).__name__, fit.n_topics)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["NullCache", "1"], done.stderr[-500:]


def test_libraries_are_kept_to_one_thread_and_then_set_free_again():
    def threads():
        return [one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"]

    before = threads()
    with ThreadPoolExecutor(2) as pool, one_thread():
        inside = pool.submit(one_thread()(threads)).result()
        assert set(inside) == set(threads()) == {1}
    assert threads() == before
