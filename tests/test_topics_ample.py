import numpy as np
import pytest
from planted_topics import plant
from scipy.cluster.hierarchy import fcluster, ward

from readout_nlp.topics.ample import READ, ample_start, merged_topics
from readout_nlp.topics.cvb0 import Cvb0Settings
from readout_nlp.topics.lda import fit_lda
from readout_nlp.topics.matrix import canonical_order, tidy_counts
from readout_nlp.topics.perplexity import held_out_perplexity, hold_out
from readout_nlp.topics.prior import even_prior

K = 6


def together(labels):
    """Tell of every two topics whether they are one, whatever their numbers."""
    return np.equal.outer(labels, labels)


def given(counts, *, seed=0, passes=1, chunksize=None):
    clean = tidy_counts(counts.counts)
    settings = Cvb0Settings(
        passes=passes, rounds=10, alpha=0.1, random_state=seed, memory=2**28, chunksize=chunksize
    )
    order = canonical_order(clean, counts.doc_ids, random_state=seed)
    prior = even_prior(0.05, n_topics=K, n_terms=clean.shape[1])
    return clean, order, {"prior": prior, "settings": settings}


@pytest.mark.parametrize("seed", range(3))
def test_the_parts_of_a_planted_topic_are_merged(seed):
    chance = np.random.default_rng(seed)
    truth = chance.permutation(np.repeat(np.arange(K), 3))
    topics = chance.dirichlet(np.full(200, 0.1), K)[truth]
    sizes = chance.integers(300, 9000, 3 * K)
    sstats = np.stack([chance.multinomial(size, row) for size, row in zip(sizes, topics, strict=True)])
    assert np.array_equal(together(merged_topics(sstats.astype(float), K)), together(truth))


@pytest.mark.parametrize("left", [1, 4, 9])
def test_topics_of_one_size_are_merged_as_ward_clustering_does(left):
    sstats = np.random.default_rng(left).dirichlet(np.full(30, 0.3), 12)
    theirs = fcluster(ward(np.sqrt(sstats)), left, criterion="maxclust")
    ours = merged_topics(sstats, left)
    assert np.array_equal(np.unique(ours), np.arange(left))
    assert np.array_equal(together(ours), together(theirs))


def test_the_first_merger_is_the_one_that_loses_least():
    chance = np.random.default_rng(5)
    sstats = chance.dirichlet(np.full(30, 0.5), 9) * chance.integers(1, 100, (9, 1))
    held, points = sstats.sum(axis=1), np.sqrt(sstats / sstats.sum(axis=1, keepdims=True))

    def lost(one, other):
        middle = np.average(points[[one, other]], axis=0, weights=held[[one, other]])
        return sum(held[each] * ((points[each] - middle) ** 2).sum() for each in (one, other))

    pairs = [(one, other) for one in range(9) for other in range(one)]
    labels = merged_topics(sstats, 8)
    one, other = min(pairs, key=lambda pair: lost(*pair))
    assert labels[one] == labels[other]


def test_a_topic_without_tokens_is_merged_like_any_other():
    sstats = np.array([[9.0, 1.0, 0.0], [0.0, 0.0, 0.0], [0.0, 1.0, 9.0]])
    labels = merged_topics(sstats, 2)
    assert labels[0] != labels[2]


def test_the_start_holds_every_token_that_it_read_once():
    counts = plant().counts
    clean, order, more = given(counts, chunksize=64)
    read = np.asarray(clean[order[: READ * K]].sum(axis=0)).ravel()
    start = ample_start(clean, order, **more)
    assert start.shape == (K, clean.shape[1])
    assert np.allclose(start.sum(axis=0), read, rtol=1e-4, atol=1e-3)


def test_any_number_of_threads_gives_the_same_start():
    clean, order, more = given(plant(n_docs=500, n_terms=900).counts)
    one, three = (ample_start(clean, order, n_threads=n, **more) for n in (1, 3))
    assert np.array_equal(one, three)


def test_only_so_many_documents_for_a_topic_are_read_to_begin_with(monkeypatch):
    monkeypatch.setattr("readout_nlp.topics.ample.READ", 10)
    clean, order, more = given(plant().counts)
    read = clean[order[: 10 * K]].sum()
    assert ample_start(clean, order, **more).sum() == pytest.approx(read, rel=1e-4)


def test_a_fit_that_begins_ample_foretells_better_than_one_that_begins_at_chance(monkeypatch):
    planted = plant(n_docs=900, n_terms=400, n_topics=20, length=80)
    kept, held = hold_out(planted.counts, share=0.2)

    def level():
        fits = [fit_lda(kept, n_topics=20, passes=3, random_state=seed) for seed in range(4)]
        return np.median([held_out_perplexity(fit, held) for fit in fits])

    ample = level()
    monkeypatch.setattr("readout_nlp.topics.ample.ample_start", lambda *_, **__: None)
    assert ample < 0.99 * level()


def test_longer_steps_come_nearer_in_as_many_passes(monkeypatch):
    planted = plant()

    def topics(stride, passes):
        monkeypatch.setattr("readout_nlp.topics.cvb0.STRIDE", stride)
        return fit_lda(planted.counts, n_topics=K, init=planted.topic_terms, passes=passes).topic_terms

    end, plain, longer = topics(1.0, 200), topics(1.0, 6), topics(1.9, 6)
    assert abs(longer - end).sum() < 0.9 * abs(plain - end).sum()
