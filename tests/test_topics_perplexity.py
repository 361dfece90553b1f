"""Held-out perplexity: equal to its definition, fair to every engine, blind to the order of documents."""

from dataclasses import replace

import numpy as np
import pytest
from planted_topics import plant, reordered
from scipy.sparse import csr_matrix

from readout_nlp.errors import InputError, RecipeError
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.lda import fit_lda
from readout_nlp.topics.nmf import fit_nmf
from readout_nlp.topics.perplexity import FLOOR, _halves, held_out_perplexity, hold_out

ENGINES = {
    "cvb0": lambda counts: fit_lda(counts, n_topics=6),
    "gensim": lambda counts: fit_lda(counts, n_topics=6, method="gensim", passes=5),
    "nmf": lambda counts: fit_nmf(counts, n_topics=6),
}


@pytest.fixture(scope="module")
def planted():
    return plant()


@pytest.fixture(scope="module")
def parts(planted):
    return hold_out(planted.counts, share=0.2)


def with_topics(counts, topic_terms):
    k = len(topic_terms)
    return TopicFit(
        topic_terms=np.asarray(topic_terms, dtype=float),
        doc_topics=np.full((1, k), 1 / k),
        vocabulary=tuple(counts.vocabulary),
        doc_ids=("d",),
        topic_ids=tuple(f"t{number:02d}" for number in range(1, k + 1)),
        method="lda",
        params={},
    )


def by_definition(fit, counts, *, alpha):
    """Loops over documents and tokens, with nothing shared but the halves."""
    seen, foretold = (half.toarray() for half in _halves(csr_matrix(counts.counts, dtype=float), 0))
    phi = fit.topic_terms
    background = (fit.doc_topics.mean(axis=0) @ phi + 1 / phi.shape[1]) / 2
    phi = (1 - FLOOR) * phi + FLOOR * background
    loss = 0.0
    for first, second in zip(seen, foretold, strict=True):
        theta = np.full(len(phi), 1 / len(phi))
        for _ in range(5000):
            belongs = theta[:, None] * phi
            belongs /= belongs.sum(axis=0)
            held = belongs @ first + alpha
            theta = held / held.sum()
        loss -= sum(n * np.log(theta @ phi[:, word]) for word, n in enumerate(second) if n)
    return np.exp(loss / foretold.sum())


@pytest.mark.parametrize("alpha", [0.1, 1.0])
def test_it_equals_its_definition(alpha):
    small = plant(n_docs=12, n_terms=30, n_topics=3)
    fit = fit_lda(small.counts, n_topics=3)
    measured = held_out_perplexity(fit, small.counts, alpha=alpha)
    assert measured == pytest.approx(by_definition(fit, small.counts, alpha=alpha), rel=1e-4)


def test_topics_that_know_nothing_are_as_perplexed_as_there_are_terms(planted):
    flat = with_topics(planted.counts, np.full((3, 200), 1 / 200))
    assert held_out_perplexity(flat, planted.counts) == pytest.approx(200)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_lies_between_the_truth_and_knowing_nothing(engine):
    pure = plant(common=0)
    kept, held = hold_out(pure.counts, share=0.2)
    found = held_out_perplexity(ENGINES[engine](kept), held)
    assert held_out_perplexity(with_topics(kept, pure.topic_terms), held) < found < 200


def test_the_order_of_documents_changes_nothing(planted, parts):
    kept, held = parts
    fit = fit_lda(kept, n_topics=6)
    turned = reordered(held, np.random.default_rng(1).permutation(len(held.doc_ids)))
    assert held_out_perplexity(fit, turned) == held_out_perplexity(fit, held)
    assert held_out_perplexity(fit, held, random_state=1) != held_out_perplexity(fit, held)


def test_parts_of_counts_are_dealt_as_well(planted, parts):
    kept, held = parts
    halved = TermMatrix(held.counts * 0.5, held.vocabulary, held.doc_ids)
    assert np.isfinite(held_out_perplexity(fit_lda(kept, n_topics=6), halved))


def test_what_is_not_a_number_is_an_error(planted):
    fit = fit_lda(planted.counts, n_topics=2)
    with pytest.raises(InputError, match="not finite"):
        held_out_perplexity(replace(fit, topic_terms=fit.topic_terms * np.nan), planted.counts)
    with pytest.raises(InputError, match="without a known term in both halves"):
        held_out_perplexity(fit, TermMatrix(csr_matrix([[1]]), [fit.vocabulary[0]], ["x"]))
    with pytest.raises(RecipeError, match="alpha=0"):
        held_out_perplexity(fit, planted.counts, alpha=0)


def test_a_group_is_held_out_whole_whatever_the_order(planted):
    counts = planted.counts
    groups = [f"m{row // 4}" for row in range(len(counts.doc_ids))]
    kept, held = hold_out(counts, share=0.3, groups=groups)
    of = dict(zip(counts.doc_ids, groups, strict=True))
    assert not {of[name] for name in kept.doc_ids} & {of[name] for name in held.doc_ids}
    assert sorted([*kept.doc_ids, *held.doc_ids]) == sorted(counts.doc_ids)
    rows = np.random.default_rng(2).permutation(len(groups))
    again = hold_out(reordered(counts, rows), share=0.3, groups=[groups[row] for row in rows])
    assert sorted(again[1].doc_ids) == sorted(held.doc_ids)
    for faulty in ({"share": 1.0}, {"groups": ["one"] * len(groups)}, {"groups": groups[:-1]}):
        with pytest.raises(RecipeError):
            hold_out(counts, **faulty)
