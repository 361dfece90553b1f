"""The benchmark of the intervals of shares, run small."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

SCRIPT = Path(__file__).resolve().parents[1] / "benchmarks" / "validate" / "shares.py"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("validate_shares", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    path = list(sys.path)
    spec.loader.exec_module(module)
    sys.path[:] = path
    return module


def test_intervals_hold_the_truth_about_as_often_as_they_say(script):
    found = script.simulate(4, models=1, places=[8, 16], workers=1)
    totals = found.groupby("kind")[["inside", "n", "without"]].sum()
    coverage = totals["inside"] / totals["n"]
    assert set(coverage.index) == {"place", "year", "change", "place x year", "year, by place"}
    assert coverage["place"] > 0.88
    assert coverage["year"] > 0.8
    assert totals.loc["place", "without"] == 0
    assert len(script.lines(found)) == 1 + 7


def test_the_truth_is_a_distribution_and_finds_the_planted_topics(script):
    process = script.plant(np.random.default_rng(3))
    drawn = script.draw(process, 12, np.random.default_rng(4))
    fit = script.rn.fit_lda(drawn.counts, n_topics=script.N_TOPICS, passes=3, random_state=0)
    truth = script.measure(process, fit, np.random.default_rng(5))
    assert np.allclose(truth.shown.sum(axis=1), 1)
    assert np.allclose(truth.years.sum(axis=1), 1)
    assert (truth.shown.max(axis=1) > 0.5).sum() >= 5


def test_the_true_shares_of_a_year_are_what_many_places_show(script):
    process = script.plant(np.random.default_rng(3))
    drawn = script.draw(process, 300, np.random.default_rng(6))
    topic = np.array([script.chances(level).tolist() for level in process.levels])
    assert topic.shape == (len(script.YEARS), script.N_TOPICS)
    identity = script.Truth(
        years=np.empty(0),
        disturbances=np.random.default_rng(7).normal(0, np.hypot(0.5, 0.4), (300, 8)),
        shown=np.eye(8),
    )
    true = script.by_place(process, drawn, identity).mean(axis=0)
    about = drawn.corpus.documents("item")
    counted = drawn.counts.counts @ np.linalg.pinv(process.topics)
    years = about["year"].to_numpy()
    shown = np.array([counted[years == year].sum(axis=0) for year in script.YEARS])
    assert np.allclose(shown / shown.sum(axis=1, keepdims=True), true, atol=0.02)
