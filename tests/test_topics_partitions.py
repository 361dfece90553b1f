"""Partitions: the same bits whoever does the work, as good as the usual engine, clear where it cannot be."""

import random
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace

import numpy as np
import pytest
from planted_topics import matched, plant, reordered
from scipy.sparse import csr_matrix, vstack

from readout_nlp.errors import InputError, RecipeError, StoreError
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.check import check_topic_fit
from readout_nlp.topics.infer import infer_topics
from readout_nlp.topics.lda import fit_lda
from readout_nlp.topics.lda_partitions import fit_lda_partitions
from readout_nlp.topics.partitions import in_order, write_partitions
from readout_nlp.topics.perplexity import held_out_perplexity
from readout_nlp.workers import parallel_map

K = 6
TOLERANCE = 1.03  # held-out perplexity beside the usual engine's


@pytest.fixture(scope="module")
def planted():
    return plant(n_docs=400)


@pytest.fixture(scope="module")
def world():
    return plant(n_docs=2200)


@pytest.fixture(scope="module")
def paths(planted, tmp_path_factory):
    return write_partitions(planted.counts, tmp_path_factory.mktemp("dealt") / "partitions", n_partitions=4)


@pytest.fixture(scope="module")
def from_files(paths):
    return fit_lda_partitions(paths, n_topics=K)


def same(one, other):
    """Say whether two fits have the same bits, and tell the same of themselves."""
    assert np.array_equal(one.topic_terms, other.topic_terms)
    assert np.array_equal(one.doc_topics, other.doc_topics)
    assert one.state.keys() == other.state.keys()
    assert all(np.array_equal(one.state[name], other.state[name]) for name in one.state)
    return (one.params, one.doc_ids, one.topic_ids) == (other.params, other.doc_ids, other.topic_ids)


def late_first(function, values):
    """Begin the last call first, and let the first ones take longest: results in order."""
    values = list(values)
    done = {}
    for turn in reversed(range(len(values))):
        time.sleep(0.001)
        done[turn] = function(values[turn])
    return [done[turn] for turn in range(len(values))]


def as_they_arrive(function, values):
    """Give results in the order that they end in, which chance decides."""
    values = list(values)

    def slow(value):
        time.sleep(random.random() / 50)
        return function(value)

    with ThreadPoolExecutor(4) as pool:
        return [ended.result() for ended in as_completed([pool.submit(slow, value) for value in values])]


@pytest.mark.parametrize("spread", [late_first, as_they_arrive])
@pytest.mark.parametrize("n_threads", [1, 2, 3])
def test_any_order_of_work_and_any_threads_give_the_same_bits(spread, n_threads, paths, from_files):
    assert same(from_files, fit_lda_partitions(paths, n_topics=K, n_threads=n_threads, map=spread))


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_any_number_of_processes_gives_the_same_bits(workers, planted, paths, from_files):
    with parallel_map(workers) as spread:
        assert same(from_files, fit_lda_partitions(paths, n_topics=K, map=spread))
        in_memory = fit_lda(planted.counts, n_topics=K, partitions=4, map=spread)
    assert np.array_equal(in_memory.topic_terms, from_files.topic_terms)


def test_files_and_memory_give_the_same_bits(planted, from_files):
    in_memory = fit_lda(planted.counts, n_topics=K, partitions=4)
    row = {doc_id: number for number, doc_id in enumerate(in_memory.doc_ids)}
    rows = [row[doc_id] for doc_id in from_files.doc_ids]
    aligned = replace(in_memory, doc_ids=from_files.doc_ids, doc_topics=in_memory.doc_topics[rows])
    assert same(aligned, from_files)
    assert in_memory.doc_ids == tuple(planted.counts.doc_ids)


def test_results_are_taken_by_their_number():
    numbered = list(enumerate("abcdefgh"))
    random.Random(1).shuffle(numbered)
    assert "".join(in_order(iter(numbered))) == "abcdefgh"


@pytest.mark.parametrize("partitions", [2, 3, 40])
def test_the_number_of_partitions_changes_rounding_alone(partitions, world):
    one, other = (fit_lda(world.counts, n_topics=K, partitions=n) for n in (1, partitions))
    assert np.allclose(one.topic_terms, other.topic_terms, atol=1e-3)


def test_the_order_of_the_documents_does_not_matter(planted, from_files, tmp_path):
    rows = np.random.default_rng(3).permutation(len(planted.counts.doc_ids))
    again = write_partitions(reordered(planted.counts, rows), tmp_path / "again", n_partitions=4)
    assert same(from_files, fit_lda_partitions(again, n_topics=K))


def test_one_pass_sums_what_each_partition_gives_alone(planted, paths):
    """Under given topics, statistics add up: the whole is the sum of its parts, whatever their number."""
    start = planted.topic_terms
    settings = {"n_topics": K, "passes": 1, "init": start, "documents": False}
    whole = fit_lda(planted.counts, partitions=1, **settings).state["sstats"]
    parts = [fit_lda_partitions([path], **settings).state["sstats"] for path in paths]
    assert np.allclose(sum(parts), whole, rtol=1e-4, atol=1e-3)
    assert whole.sum() == pytest.approx(planted.counts.counts.sum())


@pytest.mark.parametrize("partitions", [1, 3, 40])
@pytest.mark.parametrize("seed", [0, 1])
def test_any_number_of_partitions_finds_planted_topics_as_well_as_the_usual_engine(partitions, seed, world):
    n_docs = len(world.counts.doc_ids)
    train = reordered(world.counts, range(n_docs - 200))
    held = reordered(world.counts, range(n_docs - 200, n_docs))
    usual = fit_lda(train, n_topics=K, random_state=seed, documents=False)
    fit = fit_lda(train, n_topics=K, random_state=seed, documents=False, partitions=partitions)
    assert held_out_perplexity(fit, held) <= TOLERANCE * held_out_perplexity(usual, held)
    assert matched(world.topic_terms, fit.topic_terms)[1].min() > 0.9


def test_a_fit_of_partitions_is_a_fit_like_any_other(planted, from_files):
    check_topic_fit(from_files)
    assert from_files.params["partitions"] == 4
    assert from_files.params["updates"] == "batch"
    shares = infer_topics(from_files, planted.counts)
    row = {doc_id: number for number, doc_id in enumerate(shares.doc_ids)}
    rows = [row[doc_id] for doc_id in from_files.doc_ids]
    assert np.array_equal(shares.doc_topics[rows], from_files.doc_topics)
    assert (from_files.doc_topics.mean(axis=0).argsort()[::-1] == np.arange(K)).all()


def test_seeds_and_given_topics_steer_partitions_too(planted):
    words = [planted.counts.vocabulary[i] for i in planted.topic_terms[2].argsort()[-5:]]
    seeded = fit_lda(planted.counts, n_topics=K, partitions=3, seeds={"named": words})
    assert seeded.topic_ids[0] == "named"
    assert matched(planted.topic_terms[2:3], seeded.topic_terms[:1])[1].min() > 0.7
    given = fit_lda(planted.counts, n_topics=K, partitions=3, init=planted.topic_terms)
    assert matched(planted.topic_terms, given.topic_terms)[1].min() > 0.85


def test_documents_without_counts_change_nothing_but_stand_in_the_fit(planted, tmp_path, from_files):
    counts = planted.counts
    more = TermMatrix(
        csr_matrix(vstack([csr_matrix((2, counts.counts.shape[1])), counts.counts])),
        counts.vocabulary,
        ["empty1", "empty2", *counts.doc_ids],
    )
    fit = fit_lda_partitions(write_partitions(more, tmp_path / "more", n_partitions=4), n_topics=K)
    assert fit.params["without_evidence"] == ["empty1", "empty2"]
    assert np.array_equal(fit.topic_terms, from_files.topic_terms)
    assert np.allclose(fit.doc_topics[-2:], 1 / K)


def test_an_empty_partition_gives_nothing(paths, from_files, tmp_path):
    with np.load(paths[0]) as kept:
        n_terms = len(kept["vocabulary"])
        none = {"data": kept["data"][:0], "indices": kept["indices"][:0], "doc_ids": kept["doc_ids"][:0]}
        np.savez(
            tmp_path / "none.npz",
            **none,
            indptr=kept["indptr"][:1],
            shape=[0, n_terms],
            vocabulary=kept["vocabulary"],
        )
    fit = fit_lda_partitions([tmp_path / "none.npz", *paths], n_topics=K)
    assert same(replace(from_files, params={**from_files.params, "partitions": 5}), fit)
    with pytest.raises(RecipeError, match="0 documents"):
        fit_lda_partitions([tmp_path / "none.npz"], n_topics=1)


def test_one_document(tmp_path):
    one = TermMatrix(csr_matrix([[3, 0, 2]]), list("abc"), ["d"])
    fit = fit_lda_partitions(write_partitions(one, tmp_path / "one", n_partitions=1), n_topics=1)
    assert fit.doc_topics.tolist() == [[1.0]]
    assert same(fit, fit_lda(one, n_topics=1, partitions=1))


@pytest.mark.parametrize("partitions", [0, -1, 401, 1.5, True])
def test_a_number_of_partitions_that_cannot_be_is_refused(partitions, planted, tmp_path):
    with pytest.raises(RecipeError, match="partitions"):
        fit_lda(planted.counts, n_topics=K, partitions=partitions)
    with pytest.raises(RecipeError, match="partitions"):
        write_partitions(planted.counts, tmp_path / "no", n_partitions=partitions)
    assert not (tmp_path / "no").exists()


@pytest.mark.parametrize("other", [{"method": "vb"}, {"method": "gensim"}, {"chunksize": 70}])
def test_partitions_are_of_cvb0_alone(other, planted):
    with pytest.raises(RecipeError, match="partitions"):
        fit_lda(planted.counts, n_topics=K, partitions=2, **other)


def test_files_that_are_no_partitions_are_named(planted, paths, tmp_path):
    with pytest.raises(InputError, match="no partition"):
        fit_lda_partitions([], n_topics=K)
    with pytest.raises(InputError, match=r"gone\.npz"):
        fit_lda_partitions([*paths, tmp_path / "gone.npz"], n_topics=K)
    (tmp_path / "cut.npz").write_bytes(paths[0].read_bytes()[:-100])
    with pytest.raises(InputError, match=r"cut\.npz"):
        fit_lda_partitions([tmp_path / "cut.npz"], n_topics=K)
    with pytest.raises(InputError, match="repeated doc_ids"):
        fit_lda_partitions([*paths, paths[0]], n_topics=K)
    few = TermMatrix(
        planted.counts.counts[:9, :50], planted.counts.vocabulary[:50], planted.counts.doc_ids[:9]
    )
    other = write_partitions(few, tmp_path / "few", n_partitions=1)
    with pytest.raises(InputError, match="one vocabulary"):
        fit_lda_partitions([*paths, *other], n_topics=K)
    with pytest.raises(RecipeError, match="401"):
        fit_lda_partitions(paths, n_topics=401)


def test_a_folder_with_files_is_not_written_over(planted, tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(StoreError):
        write_partitions(planted.counts, tmp_path, n_partitions=2)
    assert (tmp_path / "mine.txt").read_text() == "keep"


def test_what_is_sent_does_not_grow_with_the_documents(paths):
    """Topics go out, statistics come back; a partition in a file travels as its name."""
    import pickle

    sent = []

    def spread(function, values):
        values = list(values)
        sent.extend(len(pickle.dumps((function, value))) for value in values)
        return map(function, values)

    fit_lda_partitions(paths, n_topics=K, passes=2, documents=False, map=spread)
    assert max(sent) < 4 * 8 * 200 + 6000  # K padded x V in float32, and what a call is wrapped in
