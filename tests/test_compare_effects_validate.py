"""A small run of benchmarks/validate/effects.py, with wide bounds."""

import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

VALIDATE = Path(__file__).resolve().parents[1] / "benchmarks" / "validate"


@pytest.fixture(scope="module")
def bench():
    before = list(sys.path)
    sys.path[:0] = [str(VALIDATE), str(VALIDATE.parent)]
    try:
        import effects
    finally:
        sys.path[:] = before
    return effects


@pytest.fixture(scope="module")
def model(bench):
    return bench.make_model(0, 60)


def test_fitted_topics_keep_most_of_the_planted_effects(bench, model):
    assert model.cosine > 0.8  # of one seed
    for term in ("treated", "year", "act[T.relay]"):
        planted, fitted = model.planted[term], model.truth[term]
        assert 0.5 < planted @ fitted / (planted @ planted) < 1.1


def test_most_intervals_cover_and_few_permuted_places_are_called(bench, model):
    tally = Counter()
    for run in range(8):
        bench.one_run(model, 12, np.random.default_rng(run), tally=tally, often=run == 0, whole=False)
    for term in ("treated", "year", "act[T.relay]"):
        assert tally["12", "cr2", term, "covered"] / tally["12", "cr2", term, "n"] > 0.7
    key = ("12", "permuted places", "cr2", "treated")
    assert tally[(*key, "called")] / tally[(*key, "n")] < 0.3
    key = ("12", "pure noise", "cr2", "place")
    assert tally[(*key, "n")] > 0
    assert tally[(*key, "called")] / tally[(*key, "n")] < 0.2


def test_meetings_of_a_place_are_alike_when_they_follow_each_other(bench):
    import effects_process

    chance = np.random.default_rng(0)
    place, day = np.repeat(np.arange(400), 3), np.tile([0.0, 0.01, 4.0], 400)
    shocks = effects_process._shocks(place, day, chance)[:, 0].reshape(400, 3)
    assert np.corrcoef(shocks[:, 0], shocks[:, 1])[0, 1] > 0.85
    assert abs(np.corrcoef(shocks[:, 0], shocks[:, 2])[0, 1]) < 0.15
    assert shocks.std() == pytest.approx(1, abs=0.08)
