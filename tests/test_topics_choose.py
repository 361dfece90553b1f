"""Choosing the number of topics: the planted one is in the range, and what speaks against one is said."""

import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from planted_topics import plant

from readout_nlp.errors import InputError, RecipeError
from readout_nlp.topics.choice import MEASURES, recommend
from readout_nlp.topics.choose import choose_topics


@pytest.fixture(scope="module")
def planted():
    return plant(n_docs=400)


@pytest.fixture(scope="module")
def choice(planted):
    return choose_topics(planted.counts, n_topics=[2, 6, 9, 30], n_seeds=3)


def test_the_planted_number_is_recommended_and_far_ones_are_not(choice):
    low, high = choice.range
    assert low <= 6 <= high < 30
    assert not choice.table.set_index("n_topics").loc[2, "recommended"]


def test_a_number_that_is_clearly_worse_is_stopped_after_two_fits(choice):
    table = choice.table.set_index("n_topics")
    assert table.loc[2, "stopped"]
    assert table["n_fits"].to_dict() == {2: 2} | {n: 2 if table.loc[n, "stopped"] else 3 for n in (6, 9, 30)}
    assert not table.loc[6, "stopped"]
    assert any("stopped after two fits" in reason for reason in choice.reasons)


def test_bands_hold_their_means_and_measures_their_ranges(choice):
    bands = choice.bands
    assert len(bands) == len(MEASURES) * 4
    assert bands.notna().all(axis=None)
    assert (bands["low"] <= bands["mean"] + 1e-9).all()
    assert (bands["mean"] <= bands["high"] + 1e-9).all()
    ends = bands.groupby("measure")[["low", "high"]].agg({"low": "min", "high": "max"})
    assert (ends.loc[["exclusivity", "stability", "smallest"], "low"] >= 0).all()
    assert (ends.loc[["exclusivity", "stability", "smallest"], "high"] <= 1).all()
    assert ends.loc["perplexity", "low"] >= 1


def test_it_prints_and_is_plain_json(choice):
    assert json.loads(json.dumps(choice.to_dict())) == choice.to_dict()
    assert "recommended" in str(choice)
    assert all(reason in str(choice) for reason in choice.reasons)


def test_any_map_finds_the_same_and_progress_sees_every_fit(planted):
    seen = []

    def progress(results, **about):
        for result in results:
            seen.append(about["description"])
            yield result

    ways = [
        choose_topics(planted.counts, n_topics=[4, 6], n_seeds=2, map=run, progress=show)
        for run, show in ((None, progress), (map, None))
    ]
    with ThreadPoolExecutor(3) as pool:
        ways.append(choose_topics(planted.counts, n_topics=[6, 4], n_seeds=2, map=pool.map))
    assert len(seen) == 4
    for way in ways[1:]:
        pd.testing.assert_frame_equal(way.fits, ways[0].fits)


def test_another_engine_is_fitted_with_its_own_passes(planted):
    found = choose_topics(planted.counts, n_topics=[6], n_seeds=2, method="gensim", passes=2)
    assert found.fits["passes"].tolist() == [2, 2]
    assert found.range == (6, 6)


@pytest.mark.parametrize(
    "asked", [{"n_topics": []}, {"n_topics": [0, 3]}, {"n_topics": [4], "n_seeds": 1}, {"n_topics": [9999]}]
)
def test_what_cannot_be_tried_is_refused(planted, asked):
    with pytest.raises((RecipeError, InputError)):
        choose_topics(planted.counts, **asked)


def table(**columns):
    rows = pd.DataFrame({"n_topics": [10, 20, 30, 40], "stopped": [False] * 4, "smallest": 0.02, **columns})
    return rows.assign(exclusivity=0.5)


def test_coherence_alone_never_decides():
    numbers, _ = recommend(
        table(perplexity=[900, 700, 690, 695], stability=[0.9, 0.6, 0.6, 0.4], npmi=[0.9, 0.2, 0.2, 0.5])
    )
    assert numbers == [20, 30]


def test_the_reasons_warn_of_edges_and_of_unstable_topics():
    _, reasons = recommend(
        table(perplexity=[900, 800, 700, 600], stability=np.full(4, 0.3), npmi=np.full(4, 0.1))
    )
    assert any("try larger ones" in reason for reason in reasons)
    assert any("fit a consensus" in reason for reason in reasons)
    assert not any("try smaller ones" in reason for reason in reasons)
