from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from planted_topics import plant
from scipy.sparse import csr_matrix

from readout_nlp.errors import InputError, RecipeError
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.coherence import npmi
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.lda import fit_lda
from readout_nlp.topics.nmf import fit_nmf
from readout_nlp.topics.quality import (
    exclusivity,
    frex,
    representatives,
    top_terms,
    topic_sizes,
    topic_table,
)
from readout_nlp.topics.stability import fit_seeds, fit_subsamples, match_topics, seed_stability


@pytest.fixture(scope="module")
def planted():
    return plant()


@pytest.fixture(scope="module")
def fit(planted):
    return fit_nmf(planted.counts, n_topics=6)


def hand_made(topic_terms, doc_topics=None, **params):
    topic_terms = np.asarray(topic_terms, dtype=float)
    k, v = topic_terms.shape
    doc_topics = np.eye(k) if doc_topics is None else np.asarray(doc_topics, dtype=float)
    return TopicFit(
        topic_terms=topic_terms,
        doc_topics=doc_topics,
        vocabulary=tuple("abcdefgh"[:v]),
        doc_ids=tuple(f"d{row}" for row in range(len(doc_topics))),
        topic_ids=tuple(f"t{number:02d}" for number in range(1, k + 1)),
        method="lda",
        params=params,
    )


def slow_npmi(counts, words):
    present = counts.toarray() > 0
    present = present[present.any(axis=1)]
    scores = []
    for i, j in combinations(words, 2):
        p_i, p_j, p_ij = present[:, i].mean(), present[:, j].mean(), (present[:, i] & present[:, j]).mean()
        scores.append(-1.0 if p_ij == 0 else np.log(p_ij / (p_i * p_j)) / -np.log(p_ij))
    return np.mean(scores)


def test_sparse_npmi_equals_the_definition(fit, planted):
    expected = [slow_npmi(planted.counts.counts, np.argsort(-row)[:10]) for row in fit.topic_terms]
    assert np.allclose(npmi(fit, planted.counts), expected)


def test_planted_topics_cohere_more_than_shuffled_words(fit, planted):
    chance = np.random.default_rng(0)
    noise = replace(fit, topic_terms=chance.permuted(fit.topic_terms, axis=1))
    assert npmi(fit, planted.counts).mean() > npmi(noise, planted.counts).mean() + 0.1


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([[1, 0], [0, 1], [0, 1]], -1.0),
        ([[1, 1], [1, 1], [0, 0]], 1.0),
        ([[1, 1], [0, 0], [1, 1], [0, 3]], None),
        ([[1, 0], [2, 0]], -1.0),
    ],
    ids=["never together", "in every document", "in between", "a word that no document holds"],
)
def test_npmi_is_defined_at_its_ends(rows, expected):
    counts = TermMatrix(csr_matrix(rows), ["a", "b"], [str(i) for i in range(len(rows))])
    (value,) = npmi(hand_made([[0.6, 0.4]], [[1.0]]), counts)
    assert -1 <= value <= 1
    if expected is not None:
        assert value == expected


def test_a_topic_of_one_word_has_no_pair():
    counts = TermMatrix(csr_matrix([[1, 1]]), ["a", "b"], ["x"])
    assert npmi(hand_made([[1.0, 0.0]], [[1.0]]), counts).tolist() == [0.0]


def test_npmi_refuses_counts_over_other_terms(fit, planted):
    part = TermMatrix(planted.counts.counts[:, :10], planted.counts.vocabulary[:10], planted.counts.doc_ids)
    with pytest.raises(InputError, match="190 terms"):
        npmi(fit, part)
    with pytest.raises(RecipeError, match="n=1"):
        npmi(fit, planted.counts, n=1)


def test_exclusivity_runs_from_equal_topics_to_disjoint_ones():
    equal = hand_made([[0.5, 0.5], [0.5, 0.5]])
    disjoint = hand_made([[0.5, 0.5, 0, 0], [0, 0, 0.5, 0.5]])
    assert exclusivity(equal).tolist() == [0.5, 0.5]
    assert exclusivity(disjoint).tolist() == [1.0, 1.0]


def test_frex_prefers_the_exclusive_of_two_equally_frequent_words():
    topics = np.array([[0.4, 0.4, 0.2, 0.0], [0.4, 0.0, 0.2, 0.4]])
    scores = frex(topics)
    assert scores[0, 1] > scores[0, 0]
    assert scores[0, 3] == 0
    assert ((scores >= 0) & (scores <= 1)).all()
    by_frequency = frex(topics, weight=0.0)
    assert by_frequency[0, 0] == by_frequency[0, 1]


def test_words_without_weight_are_never_shown():
    fit = hand_made([[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]])
    for by in ("probability", "frex"):
        assert top_terms(fit, by=by) == [("a", "b"), ("c",)]
    with pytest.raises(RecipeError, match="by='size'"):
        top_terms(fit, by="size")


def test_representatives_hold_the_largest_shares_and_evidence():
    shares = [[0.9, 0.1], [0.2, 0.8], [0.9, 0.1], [0.5, 0.5], [1.0, 0.0]]
    fit = hand_made(np.eye(2), shares, without_evidence=["d3"])
    table = representatives(fit, n=2)
    assert table["doc_id"].tolist() == ["d4", "d0", "d1", "d0"]
    assert table["rank"].tolist() == [1, 2, 1, 2]
    everyone = representatives(fit, n=9)
    assert "d3" not in set(everyone["doc_id"])
    assert (everyone["share"] > 0).all()


def test_sizes_leave_out_documents_without_evidence():
    fit = hand_made(np.eye(2), [[1, 0], [1, 0], [0.5, 0.5]], without_evidence=["d2"])
    assert topic_sizes(fit).tolist() == [1.0, 0.0]


def test_the_topic_table_says_unmeasured_where_nothing_was_measured(fit, planted):
    table = topic_table(fit, planted.counts)
    assert table.columns.tolist() == [
        "topic",
        "label",
        "top_terms",
        "frex_terms",
        "size",
        "npmi",
        "exclusivity",
        "stability",
        "unstable",
    ]
    assert table["stability"].isna().all()
    assert table["unstable"].isna().all()
    assert table["size"].sum() == pytest.approx(1)
    assert (table["label"].str.count("·") == 2).all()
    assert (table["top_terms"].str.split().str.len() == 10).all()


def test_the_topic_table_joins_stability_by_topic(fit, planted):
    measured = pd.DataFrame(
        {
            "topic": list(fit.topic_ids)[::-1],
            "jaccard": [0.9, 0.8, 0.7, 0.6, 0.5, 0.4],
            "cosine": 1.0,
            "unstable": [False] * 5 + [True],
        }
    )
    table = topic_table(fit, planted.counts, stability=measured)
    assert table["stability"].tolist() == [0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    assert table["unstable"].tolist() == [True] + [False] * 5
    with pytest.raises(InputError, match="stability"):
        topic_table(fit, planted.counts, stability=measured.head(3))


def test_a_renumbered_fit_is_matched_back(fit):
    order = np.array([3, 0, 5, 1, 4, 2])
    turned = replace(fit, topic_terms=fit.topic_terms[order])
    match = match_topics(fit, turned)
    assert np.array_equal(order[match.permutation], np.arange(6))
    assert np.allclose(match.cosines, 1)
    assert match.jaccards.tolist() == [1.0] * 6


def test_a_reordered_vocabulary_matches_by_word(fit):
    columns = np.random.default_rng(2).permutation(200)
    turned = replace(
        fit,
        topic_terms=fit.topic_terms[:, columns],
        vocabulary=tuple(fit.vocabulary[column] for column in columns),
    )
    assert match_topics(fit, turned).permutation.tolist() == list(range(6))


def test_a_topic_without_partner_says_so(fit):
    fewer = replace(fit, topic_terms=fit.topic_terms[:4], topic_ids=fit.topic_ids[:4])
    match = match_topics(fit, fewer)
    assert match.permutation.tolist() == [0, 1, 2, 3, -1, -1]
    assert match.cosines[4:].tolist() == [0.0, 0.0]
    assert match.jaccards[4:].tolist() == [0.0, 0.0]


def test_topics_of_other_words_are_unstable_and_equal_ones_are_not():
    first = hand_made([[0.6, 0.4, 0, 0, 0, 0], [0, 0, 0.6, 0.4, 0, 0]])
    other = hand_made([[0, 0, 0.4, 0.6, 0, 0], [0, 0, 0, 0, 0.5, 0.5]])
    table = seed_stability([first, other])
    assert table["jaccard"].tolist() == [0.0, 1.0]
    assert table["unstable"].tolist() == [True, False]
    assert table["n_fits"].tolist() == [1, 1]
    with pytest.raises(RecipeError, match="1 fits"):
        seed_stability([first])


def test_planted_topics_are_stable_and_too_many_topics_are_less_so(planted):
    right = seed_stability(fit_seeds(planted.counts, fit=fit_lda, n_topics=6, seeds=range(3)))
    many = seed_stability(fit_seeds(planted.counts, fit=fit_lda, n_topics=30, seeds=range(3)))
    assert right["jaccard"].mean() > 0.5
    assert right["jaccard"].mean() > many["jaccard"].mean() + 0.1


def test_seeds_run_alike_under_any_map(planted):
    with ThreadPoolExecutor(2) as pool:
        ways = [
            fit_seeds(planted.counts, fit=fit_nmf, n_topics=3, seeds=[4, 2], map=run)
            for run in (map, pool.map)
        ]
    for one, other in zip(*ways, strict=True):
        assert one.params == other.params
        assert np.array_equal(one.topic_terms, other.topic_terms)


def test_subsamples_leave_documents_out_and_keep_the_terms(planted, fit):
    parts = fit_subsamples(planted.counts, fit=fit_nmf, n_topics=6, seeds=[1, 2])
    assert [len(part.doc_ids) for part in parts] == [270, 270]
    assert parts[0].doc_ids != parts[1].doc_ids
    assert all(part.vocabulary == fit.vocabulary for part in parts)
    assert seed_stability([fit, *parts])["jaccard"].mean() > 0.6
    with pytest.raises(RecipeError, match="share"):
        fit_subsamples(planted.counts, fit=fit_nmf, n_topics=6, seeds=[1], share=1.5)
