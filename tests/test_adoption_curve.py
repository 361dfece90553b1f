"""The curve of an adoption: its middle is the median lag, its shape the planted one, its band honest."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tifa_example import corpus_of, on, said

from readout_nlp.compare.adoption import tifa_adoption
from readout_nlp.compare.adoption_curve import COLUMNS, adoption_curve
from readout_nlp.compare.adoption_draws import draw_curves
from readout_nlp.compare.lag import lag_to_centre
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import InputError, RecipeError

TERM = "四源共济"
DATED = pd.DataFrame({"term": [TERM], "reference_date": [on(1)]})
WEEKS = range(1, 400, 7)
NEVER = 9999
PLANTED = [30, 60, 90, 120, 150, 180, 210, 240, 270, 300, NEVER]


def spread(lags, *, rate=1.0, seed=0):
    """Build a corpus whose places print the term from their lag on, in a share of their weekly readouts."""
    draw = np.random.default_rng(seed)
    groups = []
    for number, lag in enumerate(lags):
        place = f"{chr(0x7532 + number)}市"
        with_term = [day for day in WEEKS if day - 1 >= lag and draw.random() < rate]
        groups += [said(place, [day for day in WEEKS if day not in with_term])]
        groups += [said(place, with_term, terms=[TERM])]
    return corpus_of(*groups)


def curve_of(corpus, *, silence=True, **settings):
    table = tifa_adoption(corpus, DATED)
    return adoption_curve(table, corpus if silence else None, **{"n_resamples": 99, **settings})


def share_at(curve, day):
    return float(np.interp(day, curve["lag_days"], curve["share"]))


def day_of(curve, share):
    """Give the middle of the days on which the curve passes a share."""
    below, above = (np.interp(share + shift, curve["share"], curve["lag_days"]) for shift in (-1e-3, 1e-3))
    return (below + above) / 2


@pytest.mark.parametrize("rate", [1.0, 0.3])
@pytest.mark.parametrize("silence", [True, False])
def test_its_middle_is_the_median_lag(rate, silence):
    corpus = spread(range(5, 360, 15), rate=rate)
    table = tifa_adoption(corpus, DATED)
    lag = lag_to_centre(table, corpus if silence else None, n_resamples=9).iloc[0]
    curve = adoption_curve(table, corpus if silence else None, n_resamples=9)
    assert day_of(curve, 0.5) == pytest.approx(lag["median"], abs=0.5)
    assert set(curve["n_places"]) == {lag["n_places"]}


def test_the_planted_shares_come_back_at_every_day():
    curve = curve_of(spread(PLANTED))
    for day in (0, 45, 100, 180, 255, 330):
        truth = np.mean([lag <= day for lag in PLANTED])
        assert share_at(curve, day) == pytest.approx(truth, abs=0.06), day
    assert share_at(curve, 390) == pytest.approx(10 / 11, abs=0.02)  # one never adopts


def test_silence_after_adoption_is_allowed_for():
    corpus = spread(range(5, 360, 10), rate=0.15)
    truth = np.mean([lag <= 180 for lag in range(5, 360, 10)])
    allowed, late = share_at(curve_of(corpus), 180), share_at(curve_of(corpus, silence=False), 180)
    assert allowed == pytest.approx(truth, abs=0.08)
    assert late < truth - 0.06


def test_shares_never_fall_and_the_band_holds_the_curve():
    curve = curve_of(spread(PLANTED, rate=0.5), n_resamples=199)
    for name in ("share", "low", "high"):
        assert curve[name].between(0, 1).all()
        assert (np.diff(curve[name]) >= -1e-9).all()
    assert (np.diff(curve["lag_days"]) > 0).all()
    assert ((curve["low"] <= curve["share"] + 1e-6) & (curve["share"] <= curve["high"] + 1e-6)).mean() > 0.95


def test_more_places_narrow_the_band():
    few = curve_of(spread([30, 90, 150, 210, 270, 330]))
    many = curve_of(spread([30, 90, 150, 210, 270, 330] * 4))
    width = {name: (one["high"] - one["low"]).mean() for name, one in (("few", few), ("many", many))}
    assert width["many"] < 0.7 * width["few"]


def test_the_band_holds_the_true_share_most_of_the_time():
    """Ten worlds of twenty places, drawn from one law: the true share of the law, not of the draw."""
    draw = np.random.default_rng(0)
    held = []
    for seed in range(10):
        curve = curve_of(spread(draw.uniform(0, 360, size=20), seed=seed))
        low, high = (np.interp(180, curve["lag_days"], curve[name]) for name in ("low", "high"))
        held.append(low <= 0.5 <= high)
    assert sum(held) >= 8


def test_a_second_run_and_another_order_give_the_same_bits():
    corpus = spread(PLANTED, rate=0.5)
    turned = Corpus(corpus.readouts.reverse(), corpus.items.reverse(), corpus.quarantine)
    pd.testing.assert_frame_equal(curve_of(corpus), curve_of(turned), check_exact=True)


def test_a_term_of_few_adoptions_has_no_curve_and_is_named():
    curve = curve_of(spread([30, 60, NEVER, NEVER]))
    assert curve.empty
    assert curve.attrs["left_out"]["few_events"] == [TERM]


def test_a_term_without_a_date_of_the_centre_has_no_curve():
    corpus = spread(PLANTED)
    curve = adoption_curve(tifa_adoption(corpus, [TERM]), corpus)
    assert curve.empty
    assert curve.attrs["left_out"] == {"few_events": [TERM], "rows": len(PLANTED)}


def test_terms_keep_their_order_and_nothing_in_gives_an_empty_table():
    terms = ["乙二联动", "甲一联动"]
    groups = [
        part
        for number in range(6)
        for part in (said(f"{number}市", [1]), said(f"{number}市", [20 + 9 * number], terms=terms))
    ]
    corpus = corpus_of(*groups)
    table = tifa_adoption(corpus, pd.DataFrame({"term": terms, "reference_date": on(1)}))
    assert list(dict.fromkeys(adoption_curve(table, corpus, n_resamples=3)["term"])) == terms
    assert tuple(adoption_curve(tifa_adoption(corpus_of(), [TERM])).columns) == COLUMNS


def test_what_cannot_be_used_is_refused():
    corpus = spread(PLANTED)
    table = tifa_adoption(corpus, DATED)
    with pytest.raises(RecipeError, match=r"level=2; n_resamples=0"):
        adoption_curve(table, level=2, n_resamples=0)
    with pytest.raises(InputError, match="tifa_adoption"):
        adoption_curve(pd.DataFrame({"term": []}))
    with pytest.raises(InputError, match="places without a dated readout"):
        adoption_curve(table, corpus_of(said("东岭市", [1])))


DRAWS = {"n_resamples": 29, "random_state": 3}


@pytest.mark.parametrize("silence", [True, False])
def test_curves_drawn_once_serve_the_lag_and_the_band(silence):
    corpus = spread(range(5, 360, 15), rate=0.5)
    table, given = tifa_adoption(corpus, DATED), corpus if silence else None
    drawn = draw_curves(table, given, **DRAWS)
    for question in (adoption_curve, lag_to_centre):
        pd.testing.assert_frame_equal(
            question(table, given, drawn=drawn, **DRAWS), question(table, given, **DRAWS)
        )


@pytest.mark.parametrize("other", [{"n_resamples": 30}, {"random_state": 4}])
def test_curves_drawn_otherwise_are_refused(other):
    corpus = spread(range(5, 360, 15))
    table = tifa_adoption(corpus, DATED)
    drawn = draw_curves(table, corpus, **{**DRAWS, **other})
    for question in (adoption_curve, lag_to_centre):
        with pytest.raises(InputError, match="same settings"):
            question(table, corpus, drawn=drawn, **DRAWS)
