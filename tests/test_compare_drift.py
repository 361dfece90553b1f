from datetime import date

import numpy as np
import pandas as pd
import pytest
from planted_corpus import build, infer, readout
from test_compare_pairs import shuffled

from readout_nlp.compare.contents import act_profiles, topic_profiles
from readout_nlp.compare.drift import COLUMNS, drift
from readout_nlp.compare.shares import topic_shares
from readout_nlp.compare.trajectories import trajectories
from readout_nlp.errors import RecipeError

QUICK = {"resamples": 60, "block": "readout"}
STILL, MOVED = np.array([0.6, 0.3, 0.1]), np.array([0.1, 0.2, 0.7])


def planted(cells, *, sharpness=6.0, seed=0):
    """甲城 stands still, 乙城 moves in 2020."""
    rows = [cell[:2] for cell in cells for _ in range(cell[2])]
    corpus = build([readout(n, *cell) for n, cell in enumerate(rows)])
    rng = np.random.default_rng(seed)

    def shares(row):
        moved = row["place"] == "乙城" and row["year"] >= 2020
        return rng.dirichlet(sharpness * (MOVED if moved else STILL))

    return infer(corpus, shares), corpus


CELLS = [(place, year, 15) for place in ("甲城", "乙城") for year in (2018, 2019, 2020)]


@pytest.fixture(scope="module")
def table():
    return drift(topic_profiles(*planted(CELLS)), **QUICK)


def test_the_distance_is_that_of_the_trajectories(table):
    topics, corpus = planted(CELLS)
    steps = trajectories(topic_shares(topics, corpus)).sort_values(["place", "year"], ignore_index=True)
    assert table.columns.tolist() == COLUMNS
    assert np.allclose(table["distance"], steps["from_previous"], equal_nan=True)
    assert table["previous_year"].equals(steps["previous_year"])
    assert table["n_items"].tolist() == steps["n_items"].tolist()


def test_a_place_that_moves_is_told_from_one_that_stands_still(table):
    row = table.set_index(["place", "year"])
    moved = row.loc["乙城", 2020]
    assert moved["p"] < 0.01
    assert moved["q"] < 0.05
    assert moved["low"] <= np.sqrt(true_divergence()) <= moved["high"]
    assert moved["excess"] > 0.2
    for still in (("甲城", 2019), ("甲城", 2020), ("乙城", 2019)):
        assert row.loc[still, "p"] > 0.01
        assert row.loc[still, "low"] < 0.05
        assert abs(row.loc[still, "excess"]) < 0.1
    assert row.loc["甲城", 2018]["flag"] == "first"


def true_divergence():
    middle = (STILL + MOVED) / 2
    return sum((p * np.log2(p / middle)).sum() for p in (STILL, MOVED)) / 2


def test_chance_explains_the_distances_of_small_years():
    topics, corpus = planted([("甲城", 2018, 3), ("甲城", 2019, 3), ("乙城", 2018, 60), ("乙城", 2019, 60)])
    rows = drift(topic_profiles(topics, corpus), **QUICK).set_index(["place", "year"])
    small, large = rows.loc["甲城", 2019], rows.loc["乙城", 2019]
    assert small["expected"] > 2 * large["expected"]
    assert small["flag"] == "few blocks"
    assert large["flag"] == ""


def test_steps_go_over_gaps_which_are_shown():
    topics, corpus = planted([("甲城", 2018, 6), ("甲城", 2021, 6), ("乙城", 2019, 6)])
    rows = drift(topic_profiles(topics, corpus), **QUICK)
    assert len(rows) == 8
    step = rows.set_index(["place", "year"]).loc["甲城", 2021]
    assert step[["previous_year", "years_between"]].tolist() == [2018, 3]
    gaps = rows[rows["gap"]]
    assert len(gaps) == 5
    assert gaps[["distance", "low", "expected", "p", "previous_year"]].isna().all(axis=None)
    assert (gaps["n"] == 0).all()


def test_degenerate_input_has_flags_and_no_numbers():
    one_year = drift(topic_profiles(*planted([("甲城", 2018, 6)])), **QUICK)
    assert one_year["flag"].tolist() == ["first"]
    assert one_year[["distance", "p", "q"]].isna().all(axis=None)
    lone = drift(topic_profiles(*planted([("甲城", 2018, 6), ("甲城", 2019, 1)])), **QUICK).iloc[1]
    assert lone["flag"] == "one block"
    assert lone["thin"]
    assert np.isnan(lone[["corrected", "low", "high"]].astype(float)).all()
    assert np.isfinite(lone["distance"])
    corpus = build([readout(n, "甲城", 2018 + n % 2) for n in range(8)])
    same = drift(topic_profiles(infer(corpus, lambda _: [0.5, 0.5]), corpus), **QUICK).iloc[1]
    assert same["distance"] == 0
    assert np.isnan(same["p"])
    assert "nothing to deal" in same["flag"]
    assert drift(act_profiles(build([readout(0, None, 2018)])), **QUICK).empty


def test_results_do_not_depend_on_the_order_of_the_corpus(table):
    topics, corpus = planted(CELLS)
    again = drift(topic_profiles(topics, shuffled(corpus)), **QUICK)
    pd.testing.assert_frame_equal(again, table)


def test_readouts_of_a_month_may_be_drawn_and_dealt_together():
    topics, corpus = planted(CELLS)
    days = [date(row["year"], 1 + n % 12, 1) for n, row in enumerate(corpus.readouts.iter_rows(named=True))]
    readouts = corpus.readouts.with_columns(published=np.array(days, dtype="datetime64[D]"))
    dated = type(corpus)(readouts, corpus.items, corpus.quarantine)
    rows = drift(topic_profiles(topics, dated), resamples=60)
    assert rows["flag"].tolist().count("") == 4
    assert rows.attrs["settings"]["block"] == "month"


def test_wrong_calls_are_refused():
    topics, corpus = planted(CELLS)
    with pytest.raises(RecipeError, match="year"):
        drift(topic_profiles(topics, corpus, by="place"))
    for wrong in ({"metric": "euclid"}, {"resamples": 1}, {"block": "week"}):
        with pytest.raises(RecipeError):
            drift(topic_profiles(topics, corpus), **{**QUICK, **wrong})
