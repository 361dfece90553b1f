"""Corrected estimates: unbiased where predictions err, equal to counts where they do not."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted_corpus import build, infer, readout

from readout_nlp.compare.design_covariates import covariates_of
from readout_nlp.compare.dsl import dsl_shares
from readout_nlp.compare.dsl_effects import dsl_effects
from readout_nlp.compare.dsl_outcomes import correct
from readout_nlp.compare.dsl_sample import allocated, draw_for_coding
from readout_nlp.compare.shares import act_shares
from readout_nlp.errors import InputError, RecipeError

PLACES = ("东岭市", "西河市", "南山市")
YEARS = (2018, 2019, 2020)
NAMES = ("hear", "decide")


@pytest.fixture(scope="module")
def corpus():
    cells = [(place, year) for place in PLACES for year in YEARS for _ in range(20)]
    return build([readout(number, *cell) for number, cell in enumerate(cells)], n_items=3)


@pytest.fixture(scope="module")
def acts(corpus):
    return pd.Series(corpus.items["act"].to_list(), index=corpus.items["item_id"].to_list())


@pytest.fixture(scope="module")
def wrong(corpus, acts):
    """Predict, the later the worse: what was decided is taken for heard."""
    year = covariates_of(corpus).set_index("doc_id")["year"].reindex(acts.index).astype(int)
    missed = np.random.default_rng(0).random(len(acts)) < 0.2 * (year - 2017)
    return acts.where(~(missed & (acts == "decide")), "hear")


def coded(corpus, acts, n=150, strata="year", seed=0):
    drawn = draw_for_coding(corpus, n, strata, random_state=seed)
    return drawn.assign(coded=acts.reindex(drawn["item_id"]).to_numpy())


@given(
    sizes=st.lists(st.integers(1, 50), min_size=1, max_size=8),
    part=st.floats(0.01, 1),
    how=st.sampled_from(["proportional", "equal"]),
)
def test_strata_share_a_sample_and_none_gives_more_than_it_has(sizes, part, how):
    n = max(1, int(part * sum(sizes)))
    taken = allocated(np.array(sizes), n, how)
    assert (taken <= sizes).all()
    assert (taken >= np.minimum(sizes, 2)).all()
    assert taken.sum() == max(n, np.minimum(sizes, 2).sum())


@pytest.mark.parametrize("strata", [None, "year", ("place", "year"), "act"])
@pytest.mark.parametrize("how", ["proportional", "equal"])
def test_the_chances_of_a_draw_count_the_corpus(corpus, strata, how):
    drawn = draw_for_coding(corpus, 60, strata, allocation=how)
    assert drawn["item_id"].is_unique
    assert (1 / drawn["inclusion"]).sum() == pytest.approx(corpus.items.height)
    assert drawn.equals(draw_for_coding(corpus, 60, strata, allocation=how))


def test_items_are_drawn_as_often_as_they_say(corpus):
    counts = pd.Series(0.0, index=corpus.items["item_id"].to_list())
    for seed in range(80):
        counts[draw_for_coding(corpus, 54, "year", random_state=seed)["item_id"]] += 1
    assert counts.mean() == pytest.approx(80 * 54 / corpus.items.height)
    assert counts.std() < 1.3 * np.sqrt(80 * 0.1 * 0.9)
    assert counts.min() > 0


def test_a_faulty_draw_is_refused(corpus):
    for n, strata in ((0, "year"), (10**6, "year"), (5, "colour")):
        with pytest.raises(RecipeError):
            draw_for_coding(corpus, n, strata)


@pytest.mark.parametrize("learn", ["none", "confusion"])
def test_right_predictions_are_left_as_they_are(corpus, acts, learn):
    table = dsl_shares(coded(corpus, acts), None, corpus, by=("place", "year"), learn=learn)
    counted = act_shares(corpus, by=("place", "year"))
    merged = table.merge(counted, left_on=["place", "year", "category"], right_on=["place", "year", "act"])
    assert merged["uncorrected"].to_numpy() == pytest.approx(merged["share_y"].to_numpy())
    if learn == "none":
        assert merged["share_x"].to_numpy() == pytest.approx(merged["share_y"].to_numpy())


def test_a_corpus_that_was_coded_whole_gives_what_the_codes_count(corpus, acts, wrong):
    whole = pd.DataFrame({"item_id": acts.index, "inclusion": 1.0, "coded": acts.to_numpy()})
    table = dsl_shares(whole, wrong, corpus, by="year", learn="none")
    counted = act_shares(corpus, by="year")
    merged = table.merge(counted, left_on=["year", "category"], right_on=["year", "act"])
    assert merged["share_x"].to_numpy() == pytest.approx(merged["share_y"].to_numpy())


@pytest.mark.parametrize("learn", ["none", "confusion"])
def test_the_correction_is_unbiased_where_counting_is_not(corpus, acts, wrong, learn):
    truth = act_shares(corpus, by="year").set_index(["year", "act"])["share"]
    tables = [
        dsl_shares(coded(corpus, acts, seed=seed), wrong, corpus, learn=learn, random_state=seed)
        for seed in range(30)
    ]
    estimates = pd.concat([table.set_index(["year", "category"])["share"] for table in tables], axis=1)
    error = estimates.mean(axis=1) - truth.reindex(estimates.index)
    noise = estimates.std(axis=1) / np.sqrt(30)
    assert (error.abs() < 3.5 * noise).all()
    naive = tables[0].set_index(["year", "category"])["uncorrected"] - truth.reindex(estimates.index)
    assert naive.abs().max() > 0.2


def test_learning_how_predictions_err_makes_intervals_shorter(corpus, acts, wrong):
    widths = {}
    for learn in ("none", "confusion"):
        table = dsl_shares(coded(corpus, acts), wrong, corpus, learn=learn)
        widths[learn] = (table["high"] - table["low"]).mean()
    assert widths["confusion"] < widths["none"]


def test_a_trend_that_errors_made_goes_away(corpus, acts, wrong):
    table = dsl_effects(coded(corpus, acts, 250), wrong, corpus, formula="year").set_index("category")
    assert table.loc["hear", "uncorrected_low"] > 0.05  # decisions are missed more and more
    assert table.loc["hear", "low"] < 0 < table.loc["hear", "high"]
    assert table.loc["hear", "n_clusters"] == corpus.readouts.height
    assert table.attrs["n_coded"] == 250


def test_errors_by_place_are_wider_than_by_readout_only_in_what_they_cover(corpus, acts, wrong):
    by_place = dsl_shares(coded(corpus, acts), wrong, corpus, cluster="place")
    assert (by_place["n_clusters"] == len(PLACES)).all()
    with pytest.raises(RecipeError, match="cluster"):
        dsl_shares(coded(corpus, acts), wrong, corpus, cluster="year")


def test_cells_say_how_little_they_rest_on(corpus, acts, wrong):
    codes = coded(corpus, acts, 60)
    codes = codes[~codes["item_id"].isin(only_of(corpus, "南山市"))]
    table = dsl_shares(codes, wrong, corpus, by="place").set_index(["place", "category"])
    assert table.loc[("南山市", "hear"), "flag"] == "none coded"
    assert np.isnan(table.loc[("南山市", "hear"), "share"])
    assert table.loc[("东岭市", "hear"), "flag"] == "few coded"


def only_of(corpus, place):
    frame = covariates_of(corpus)
    return set(frame.loc[frame["place"] == place, "doc_id"])


def test_topic_shares_are_corrected_by_labels_of_items(corpus):
    topics = infer(corpus, lambda _: [0.5, 0.5])
    truth = pd.Series(
        ["t01", "t01", "t02"] * (corpus.items.height // 3), index=corpus.items["item_id"].to_list()
    )
    table = dsl_shares(coded(corpus, truth, 240), topics, corpus).set_index(["year", "category"])
    assert (table["uncorrected"] == 0.5).all()
    for year in YEARS:
        assert table.loc[(year, "t01"), "low"] < 2 / 3 < table.loc[(year, "t01"), "high"]


def test_a_category_that_only_coders_know_is_found(corpus, acts, wrong):
    truth = acts.where(np.arange(len(acts)) % 5 > 0, "approve")
    table = dsl_shares(coded(corpus, truth, 200), wrong, corpus, by="year")
    new = table[table["category"] == "approve"]
    assert (new["uncorrected"] == 0).all()
    assert (new["low"] < 0.2).all()
    assert (new["high"] > 0.2).all()


def test_no_order_of_rows_shows(corpus, acts, wrong):
    codes = coded(corpus, acts)
    one = dsl_shares(codes, wrong, corpus)
    two = dsl_shares(codes.iloc[::-1], wrong.iloc[::-1], corpus)
    pd.testing.assert_frame_equal(one, two)


@settings(max_examples=20)
@given(seed=st.integers(0, 1000))
def test_pseudo_outcomes_of_an_item_sum_to_one(corpus, acts, wrong, seed):
    found = correct(coded(corpus, acts, 40, seed=seed), wrong, corpus, random_state=seed)
    assert found.outcomes.sum(axis=1) == pytest.approx(1)
    assert found.coded.sum() == 40


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda codes: codes.drop(columns="inclusion"), "without inclusion"),
        (lambda codes: codes.assign(inclusion=0.0), "not above 0"),
        (lambda codes: codes.assign(inclusion=2.0), "not above 0"),
        (lambda codes: pd.concat([codes, codes]), "coded twice"),
        (lambda codes: codes.assign(item_id="x"), "does not hold"),
        (lambda codes: codes.assign(coded=None), "without a code"),
        (lambda codes: codes.iloc[:0], "no codes"),
    ],
)
def test_faulty_codes_are_refused(corpus, acts, wrong, change, message):
    with pytest.raises(InputError, match=message):
        dsl_shares(change(coded(corpus, acts)), wrong, corpus)


def test_every_item_needs_one_prediction(corpus, acts, wrong):
    codes = coded(corpus, acts)
    with pytest.raises(InputError, match="no prediction for 1 of"):
        dsl_shares(codes, wrong.iloc[1:], corpus)
    with pytest.raises(InputError, match="twice"):
        dsl_shares(codes, pd.concat([wrong, wrong]), corpus)
    with pytest.raises(RecipeError, match="learn"):
        dsl_shares(codes, wrong, corpus, learn="deep")


def test_the_simulation_asks_what_it_says():
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks" / "validate"))
    import dsl as simulation

    found = simulation.of_seed(0, places=(12,), coded=200, strata="year")
    assert set(found["kind"]) >= set(simulation.ASKED)
    assert found["true"].notna().all()
    lines = simulation.lines(
        pd.concat([found, simulation.of_seed(1, places=(12,), coded=200, strata="year")])
    )
    assert sum("asked: 0.93" in line for line in lines) == len(simulation.ASKED)
