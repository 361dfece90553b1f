"""A consensus: steadier than its members, no worse at foretelling, and honest about itself."""

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

import numpy as np
import pytest
from planted_topics import matched, plant, reordered

from readout_nlp.errors import RecipeError
from readout_nlp.topics.consensus import consensus, consensus_stability
from readout_nlp.topics.lda import fit_lda
from readout_nlp.topics.matching import pairwise_overlap
from readout_nlp.topics.perplexity import held_out_perplexity, hold_out
from readout_nlp.topics.stability import match_topics


@pytest.fixture(scope="module")
def planted():
    return plant()


@pytest.fixture(scope="module")
def model(planted):
    return consensus(planted.counts, n_topics=6, n_fits=8)


def agreement(fits):
    return np.mean([match_topics(a, b).jaccards.mean() for a, b in combinations(fits, 2)])


def test_it_finds_what_was_planted(planted, model):
    assert matched(planted.topic_terms, model.topic_terms)[1].mean() > 0.9


def test_independent_runs_agree_more_than_single_fits_and_foretell_no_worse(planted):
    kept, held = hold_out(planted.counts, share=0.2)
    singles = [fit_lda(kept, n_topics=12, random_state=seed, passes=3) for seed in range(4)]
    models = [consensus(kept, n_topics=12, n_fits=10, random_state=seed) for seed in range(4)]
    assert agreement(models) > agreement(singles) + 0.05
    foretold = [np.mean([held_out_perplexity(fit, held) for fit in fits]) for fits in (models, singles)]
    assert foretold[0] < foretold[1] * 1.02


def test_the_same_seed_gives_the_same_bits_under_any_map_threads_and_order(planted, model):
    turned = reordered(planted.counts, np.random.default_rng(1).permutation(300))
    with ThreadPoolExecutor(2) as pool:
        again = consensus(turned, n_topics=6, n_fits=8, map=pool.map, n_threads=1)
    assert np.array_equal(again.topic_terms, model.topic_terms)
    assert again.params["consensus"] == model.params["consensus"]


def test_two_runs_share_no_seed(planted, model):
    other = consensus(planted.counts, n_topics=6, n_fits=2, random_state=1)
    assert not set(other.params["consensus"]["seeds"]) & set(model.params["consensus"]["seeds"])


def test_the_evidence_is_what_it_says_and_plain_json(planted, model):
    evidence = model.params["consensus"]
    assert json.loads(json.dumps(evidence)) == evidence
    members = [
        fit_lda(planted.counts, n_topics=6, passes=evidence["passes"], random_state=seed)
        for seed in evidence["seeds"]
    ]
    alike = pairwise_overlap([member.topic_terms for member in members])
    centrality = (alike.sum(axis=1) - 1) / 7
    assert evidence["centrality"] == pytest.approx(centrality.tolist())
    assert centrality[evidence["centre"]] == pytest.approx(centrality.max())
    to_model = [match_topics(model, member).jaccards.mean() for member in members]
    assert evidence["to_consensus"] == pytest.approx(to_model)


def test_stability_does_not_flatter(planted):
    reported = consensus_stability(consensus(planted.counts, n_topics=12, n_fits=8))
    runs = [consensus(planted.counts, n_topics=12, n_fits=8, random_state=seed) for seed in range(4)]
    assert reported["jaccard"].mean() < agreement(runs) + 0.05
    assert (reported["unstable"] == (reported["jaccard"] < 0.5)).all()
    assert reported["n_fits"].tolist() == [3] * 12


def test_planted_topics_are_stable_and_superfluous_ones_are_less_so(planted, model):
    many = consensus(planted.counts, n_topics=30, n_fits=8)
    right = consensus_stability(model)["jaccard"].mean()
    assert right > 0.7
    assert right > consensus_stability(many)["jaccard"].mean() + 0.1


def test_a_single_fit_is_no_consensus(planted):
    assert consensus_stability(fit_lda(planted.counts, n_topics=2, passes=1)) is None
    with pytest.raises(RecipeError, match="n_fits=1"):
        consensus(planted.counts, n_topics=2, n_fits=1)
    with pytest.raises(RecipeError, match="random_state=-1"):
        consensus(planted.counts, n_topics=2, random_state=-1)


def test_another_engine_can_be_asked_for(planted):
    found = consensus(planted.counts, n_topics=4, n_fits=2, method="gensim", passes=2)
    assert found.params["engine"] == "gensim"
    assert len(consensus_stability(found)) == 4
