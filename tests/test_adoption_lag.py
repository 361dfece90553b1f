"""The median lag and the curves: against hand-made cases, lifelines, and planted adoptions."""

from __future__ import annotations

import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter
from tifa_example import corpus_of, on, said

import readout_nlp as rn
from readout_nlp.compare.adoption import tifa_adoption
from readout_nlp.compare.lag import COLUMNS, lag_to_centre
from readout_nlp.compare.lifetimes import MODELS, crossing, kaplan_meier, parametric
from readout_nlp.compare.rates import beta_rate, silent
from readout_nlp.compare.survival import adoption_curves
from readout_nlp.compare.turnbull import (
    Gaps,
    exact_frame,
    interval_of_medians,
    median_time,
    plain_gaps,
    resampled_masses,
    smooth_frame,
    turnbull,
)
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import InputError, RecipeError
from readout_nlp.sample.generate import SampleSettings
from readout_nlp.sample.planted import planted_truth

TERM = "四源共济"
DATED = pd.DataFrame({"term": [TERM], "reference_date": [on(1)]})
WEEKS = range(1, 400, 7)


def survival_at(curve, day):
    """Give the share that had not adopted by a day at which a cell ends."""
    return 1 - curve.mass[: np.searchsorted(curve.edges, day, side="right")].sum()


def spread(lags, *, rate=1.0, seed=0, from_day=1):
    """Build a corpus whose places print the term from their lag on, in a share of their weekly readouts."""
    draw = np.random.default_rng(seed)
    groups = []
    for number, lag in enumerate(lags):
        place = f"{chr(0x7532 + number)}市"
        days = [day for day in WEEKS if day >= from_day]
        with_term = [day for day in days if day - 1 >= lag and draw.random() < rate]
        groups += [said(place, [day for day in days if day not in with_term])]
        groups += [said(place, with_term, terms=[TERM])]
    return corpus_of(*groups)


def lag(corpus, **settings):
    table = tifa_adoption(corpus, DATED)
    return lag_to_centre(table, corpus, **{"n_resamples": 99, **settings}).iloc[0]


def test_without_censoring_the_curve_is_the_share_that_is_left():
    curve = turnbull(exact_frame(plain_gaps([0, 2, 4, 6], [1, 3, 5, 7])))
    assert [round(survival_at(curve, day), 6) for day in (1, 3, 5, 7)] == [0.75, 0.5, 0.25, 0.0]
    assert median_time(curve) == pytest.approx((3 + 4) / 2, abs=0.01)


def test_units_that_never_adopt_hold_the_curve_up():
    curve = turnbull(exact_frame(plain_gaps([0, 2, 9, 9], [1, 3, np.inf, np.inf])))
    assert median_time(curve) == np.inf
    assert survival_at(curve, 9) == pytest.approx(0.5)


def test_overlapping_intervals_share_what_they_have_in_common():
    curve = turnbull(exact_frame(plain_gaps([0, 5], [10, 15])))
    assert survival_at(curve, 5) == pytest.approx(1, abs=0.01)
    assert survival_at(curve, 10) == pytest.approx(0, abs=0.01)


def test_turnbull_agrees_with_lifelines():
    draw = np.random.default_rng(0)
    low = draw.weibull(1.3, 25) * 50
    high = low + draw.random(25) * 30
    high[draw.random(25) < 0.3] = np.inf
    curve = turnbull(exact_frame(plain_gaps(low, high)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        steps = KaplanMeierFitter().fit_interval_censoring(low, high).survival_function_
    for day in curve.edges:
        at = steps[steps.index <= day].iloc[-1]
        assert at.min() - 0.01 <= survival_at(curve, day) <= at.max() + 0.01


@pytest.mark.parametrize("make", [exact_frame, smooth_frame])
def test_the_interval_of_the_median_holds_and_repeats(make):
    frame = make(plain_gaps(range(40), range(1, 41)))
    curve = turnbull(frame)

    def interval():
        masses = resampled_masses(frame, curve, n_resamples=199, random_state=1)
        return interval_of_medians(frame.edges, masses, level=0.95)

    low, high = interval()
    assert median_time(curve) == pytest.approx(20, abs=0.5)
    assert 10 < low < median_time(curve) < high < 30
    assert interval() == (low, high)


def test_a_gap_of_little_chance_gets_little_mass():
    gaps = Gaps(
        unit=np.array([0, 0]),
        low=np.array([0.0, 5.0]),
        high=np.array([5.0, 9.0]),
        chance=np.array([0.01, 1.0]),
        n_units=1,
    )
    assert turnbull(exact_frame(gaps)).mass[1] < 0.1


def test_silence_of_a_steady_rate_is_a_power_and_of_a_spread_one_lasts_longer():
    steady, varied = beta_rate([50] * 9, [100] * 9), beta_rate([5, 95] * 9, [100] * 18)
    assert silent(steady, 4) == pytest.approx(0.5**4, rel=0.02)
    assert silent(varied, 4) > 4 * silent(steady, 4)
    assert silent(varied, 4, hits=99, trials=100) < silent(varied, 4, hits=1, trials=100)


@pytest.mark.parametrize(("hits", "trials"), [([], []), ([0], [0])])
def test_no_readouts_give_no_rate(hits, trials):
    rate = beta_rate(hits, trials)
    assert np.isnan(rate.mean)
    assert rate.n_readouts == 0


@pytest.mark.parametrize(("hits", "trials"), [([0, 0], [5, 9]), ([5, 9], [5, 9]), ([1], [1]), ([0], [1])])
def test_rates_at_the_ends_stay_inside(hits, trials):
    rate = beta_rate(hits, trials, predictive=True)
    assert 0 < rate.mean < 1
    assert rate.a > 0
    assert rate.b > 0


PLANTED = [30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 9999]


def test_the_planted_median_is_found_where_every_readout_prints_it():
    found = lag(spread(PLANTED))
    assert found["median"] == pytest.approx(180, abs=8)
    assert found["low"] < 180 < found["high"]
    assert (found["n_places"], found["n_events"], found["n_censored"]) == (11, 10, 1)
    assert found["print_rate"] > 0.99
    assert not found["thin"]


def test_silence_after_adoption_is_allowed_for():
    corpus = spread(range(5, 360, 10), rate=0.15)
    late = lag_to_centre(tifa_adoption(corpus, DATED), n_resamples=99).iloc[0]
    found = lag(corpus)
    assert late["median"] > 180 + 25
    assert abs(found["median"] - 180) < 20
    assert found["print_rate"] == pytest.approx(0.15, abs=0.05)
    assert np.isnan(late["print_rate"])


@pytest.mark.parametrize("method", ["auto", *MODELS])
def test_models_of_the_curve_find_it_too(method):
    found = lag(spread([*PLANTED, 100, 140, 200]), method=method)
    assert found["median"] == pytest.approx(165, abs=40)
    assert (found["flags"] == "no_interval") == bool(np.isnan(found["low"]))
    if not found["flags"]:
        assert found["low"] < found["median"] < found["high"]
    assert found["flags"] == ""


def test_places_ahead_of_the_centre_ask_for_a_shift_or_no_model():
    dated = pd.DataFrame({"term": [TERM], "reference_date": [on(100)]})
    corpus = spread(PLANTED)
    table = tifa_adoption(corpus, dated)
    free = lag_to_centre(table, corpus, n_resamples=99).iloc[0]
    assert free["median"] == pytest.approx(180 - 99, abs=8)
    assert lag_to_centre(table, corpus, method="weibull").iloc[0]["flags"] == "negative_lags"
    shifted = lag_to_centre(table, corpus, method="weibull", shift=100).iloc[0]
    assert shifted["median"] == pytest.approx(180 - 99, abs=25)


def test_a_term_that_adopters_seldom_print_is_flagged():
    lags = [20 * number for number in range(12)]
    seldom, often = lag(spread(lags, rate=0.04)), lag(spread(lags, rate=0.5))
    assert seldom["print_rate"] < 0.15 < often["print_rate"]
    assert "seldom_printed" in seldom["flags"]
    assert "seldom_printed" not in often["flags"]


def test_lags_of_a_sample_are_neither_late_nor_early_on_the_whole():
    """An eighth of its readouts print a term: a curve smoothed too far puts the median half as late again."""
    planted = pd.DataFrame(planted_truth(SampleSettings(seed=6))["tifa"])
    first = pd.to_datetime(planted["first_used"])
    waited = (pd.to_datetime(planted["adopted"]) - first).dt.days.fillna(np.inf)
    true = waited.groupby(planted["term"]).median()
    dated = pd.DataFrame({"term": planted["term"], "reference_date": first}).drop_duplicates("term")
    corpus = rn.sample_corpus(seed=6)
    found = lag_to_centre(tifa_adoption(corpus, dated), corpus, n_resamples=99).set_index("term")
    ratio = found["median"] / true
    assert ratio.notna().sum() >= 8
    assert 0.75 < ratio.median() < 1.25


def test_few_adoptions_give_no_figure():
    found = lag(spread([30, 60, 9999, 9999]))
    assert np.isnan(found["median"])
    assert found["thin"]
    assert found["flags"] == "few_events"


def test_fewer_than_half_give_an_infinite_median():
    found = lag(spread([20, 40, 60, 80, 100, *[9999] * 7]))
    assert found["median"] == np.inf
    assert found["flags"] == "not_half"


def test_terms_without_a_date_of_the_centre_have_no_lag():
    corpus = spread(PLANTED)
    found = lag_to_centre(tifa_adoption(corpus, [TERM]), corpus).iloc[0]
    assert np.isnan(found["median"])
    assert "no_reference" in found["flags"]


def test_places_can_be_compared_over_terms():
    terms = [f"{one}源共济" for one in "二三四五六七八"]
    corpus = corpus_of(
        *(said("东岭市", [10 * n], terms=terms[:n]) for n in range(8)),
        *(said("西河市", [20 * n], terms=terms[:n]) for n in range(8)),
    )
    table = tifa_adoption(corpus, pd.DataFrame({"term": terms, "reference_date": on(1)}))
    lags = lag_to_centre(table, by="place", n_resamples=99).set_index("place")["median"]
    assert lags["东岭市"] < lags["西河市"]


def test_neither_the_order_of_the_corpus_nor_a_second_run_shows():
    corpus = spread(PLANTED, rate=0.5)
    turned = Corpus(corpus.readouts.reverse(), corpus.items.reverse(), corpus.quarantine)
    pd.testing.assert_series_equal(lag(corpus), lag(turned))


def test_nothing_in_gives_an_empty_table():
    table = tifa_adoption(corpus_of(), [TERM])
    assert tuple(lag_to_centre(table).columns) == ("term", *COLUMNS)
    assert adoption_curves(table).empty


def test_what_cannot_be_used_is_refused():
    table = tifa_adoption(corpus_of(said("东岭市", [1])), DATED)
    with pytest.raises(RecipeError, match=r"method='guess'.*level=2"):
        lag_to_centre(table, method="guess", level=2)
    with pytest.raises(RecipeError, match="'guess'"):
        adoption_curves(table, methods=["guess"])
    with pytest.raises(InputError, match="东岭市"):
        lag_to_centre(table, spread([30]))
    for function in (lag_to_centre, adoption_curves):
        with pytest.raises(InputError, match="tifa_adoption"):
            function(pd.DataFrame({"term": []}))


def test_kaplan_meier_is_the_one_worked_out_by_hand():
    # events at 2 and 5, one leaves at 3, one enters at 4; before time 0 too: only differences count
    curve = kaplan_meier(
        np.array([2.0, 3.0, 5.0, 9.0]) - 7,
        np.array([True, False, True, False]),
        np.array([0.0, 0.0, 0.0, 4.0]) - 7,
        level=0.95,
    ).set_index("lag")
    assert curve.loc[2 - 7, "survival"] == pytest.approx(2 / 3)
    assert curve.loc[5 - 7, "survival"] == pytest.approx(2 / 3 * 1 / 2)


def test_curves_of_all_kinds_agree_where_readouts_are_dense():
    corpus = spread(PLANTED)
    methods = ["kaplan_meier", "turnbull", *MODELS]
    curves = adoption_curves(tifa_adoption(corpus, DATED), methods=methods)
    for method, curve in curves.groupby("method"):
        assert (np.diff(curve["survival"]) <= 1e-9).all()
        half = crossing(curve["lag"].to_numpy(), curve["survival"].to_numpy())
        assert half == pytest.approx(180, abs=40), method
    assert set(curves["method"]) == set(methods)


def test_a_late_entrant_is_no_event_before_it_is_seen():
    corpus = spread([30, 60, 90, 120, 150, 180], from_day=100)
    curves = adoption_curves(tifa_adoption(corpus, DATED), methods=["kaplan_meier"])
    # those that had it already are left out, and counted
    assert curves.attrs["left_out"]["entered_with"] == 3
    assert curves["n_at_risk"].max() == 3


@pytest.mark.parametrize("lags", [[], [30], [9999, 9999]])
def test_curves_of_too_little_are_flagged_and_hold_no_made_up_model(lags):
    curves = adoption_curves(tifa_adoption(spread(lags), DATED))
    assert curves["thin"].all()
    assert curves.loc[curves["method"] == "piecewise", "survival"].isna().all()


def test_constant_rates_follow_a_curve_that_never_reaches_nothing():
    draw = np.random.default_rng(0)
    lags = np.where(draw.random(200) < 0.2, np.inf, draw.lognormal(np.log(180), 0.8, 200))
    low = np.where(lags < 1000, np.floor(lags / 10) * 10, 1000)
    high = np.where(lags < 1000, low + 10, np.inf)
    fit = parametric(low, high, np.ones(200), model="piecewise", level=0.95)
    for day in (90, 180, 365):
        share = np.interp(day, fit.curve["lag"], fit.curve["survival"])
        assert share == pytest.approx((lags > day).mean(), abs=0.03)
    assert fit.low < np.quantile(lags, 0.5) < fit.high


def test_a_model_that_cannot_be_fitted_is_none():
    same = np.full(3, 5.0)
    assert parametric(same, same + 1e-9, np.ones(3), model="lognormal", level=0.95) is None


def test_lifelines_is_loaded_only_when_a_curve_is_asked_for():
    loaded = "readout_nlp.compare.lag, readout_nlp.compare.survival"
    code = f"import sys, {loaded}; sys.exit('lifelines' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
