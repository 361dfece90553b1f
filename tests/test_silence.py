"""Silence: a planted silent place is found, and a place of which little is known is not accused."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from scipy.stats import betabinom, binom
from tifa_example import corpus_of, on, said

from readout_nlp.compare.rates import beta_rate
from readout_nlp.compare.silence import COLUMNS, silence
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import RecipeError

TERM = "四源共济"
DATED = pd.DataFrame({"term": [TERM], "reference_date": [on(1)]})


def peers(rate=0.5, n=40, count=8, seed=0):
    draw = np.random.default_rng(seed)
    groups = []
    for number in range(count):
        with_term = draw.random(n) < rate
        place = f"{chr(0x7532 + number)}市"
        groups.append(said(place, (np.flatnonzero(with_term) + 2).tolist(), terms=[TERM]))
        groups.append(said(place, (np.flatnonzero(~with_term) + 2).tolist()))
    return groups


def verdict(table, place):
    return table[table["place"] == place].iloc[0]


def test_a_place_silent_where_its_peers_speak_is_found():
    table = silence(corpus_of(*peers(), said("东岭市", range(2, 42))), DATED)
    found = verdict(table, "东岭市")
    assert tuple(table.columns) == COLUMNS
    assert found["verdict"] == "silent"
    assert found["expected"] == pytest.approx(20, abs=4)
    assert found["q"] < 0.001
    assert (table.loc[table["place"] != "东岭市", "verdict"] == "printed").all()


def test_with_few_readouts_nothing_is_said():
    table = silence(corpus_of(*peers(), said("东岭市", [5, 9])), DATED)
    found = verdict(table, "东岭市")
    assert found["verdict"] == "thin"
    assert found["thin"]
    assert found["needed"] > 2
    assert found["p"] > 0.05


def test_the_number_needed_is_the_first_at_which_silence_is_unlikely():
    for n in (3, 4, 5, 6, 7, 8):
        found = verdict(silence(corpus_of(*peers(), said("东岭市", range(2, 2 + n))), DATED), "东岭市")
        assert (found["p"] < 0.05) == (n >= found["needed"]) == (found["verdict"] == "silent")


def test_alike_peers_give_nearly_the_binomial_probability():
    groups = [
        said(f"{chr(0x7532 + number)}市", range(2, 202), terms=[TERM] if half else [])
        for number in range(40)
        for half in (0, 1)
    ]
    found = verdict(silence(corpus_of(*groups, said("东岭市", range(2, 7))), DATED), "东岭市")
    assert found["correlation"] == 0
    assert found["p"] == pytest.approx(binom.pmf(0, 5, 0.5), rel=0.02)


def test_peers_that_differ_make_silence_less_surprising():
    alike = peers(rate=0.5, count=8)
    differ = peers(rate=0.95, count=4) + [
        said(f"{chr(0x7600 + number)}市", range(2, 42)) for number in range(4)
    ]
    p = [
        verdict(silence(corpus_of(*groups, said("东岭市", range(2, 22))), DATED), "东岭市")["p"]
        for groups in (alike, differ)
    ]
    assert p[0] < 0.01 < 0.05 < p[1]


@pytest.mark.parametrize("correlation", [0.02, 0.2])
def test_places_that_are_like_their_peers_are_seldom_surprising(correlation):
    draw, below = np.random.default_rng(0), []
    size = 1 / correlation - 1
    for _ in range(25):
        n = draw.integers(3, 60, 12)
        k = draw.binomial(n, draw.beta(0.3 * size, 0.7 * size, 12))
        for place in range(12):
            others = np.arange(12) != place
            rate = beta_rate(k[others], n[others], predictive=True)
            below.append(betabinom.cdf(k[place], n[place], rate.a, rate.b) < 0.05)
    assert np.mean(below) <= 0.07


def test_peers_are_of_the_same_level():
    levels = {"东岭市南坪区": "county"}
    corpus = corpus_of(*peers(), said("东岭市南坪区", range(2, 42)), levels=levels)
    found = verdict(silence(corpus, DATED), "东岭市南坪区")
    assert found["verdict"] == "no_peers"
    assert np.isnan(found["p"])
    assert np.isnan(found["q"])


def test_only_the_window_counts():
    late = list(range(60, 100))
    corpus = corpus_of(*peers(), said("东岭市", range(2, 42)), said("东岭市", late, terms=[TERM]))
    assert verdict(silence(corpus, DATED), "东岭市")["verdict"] == "printed"
    found = verdict(silence(corpus, DATED, window=45), "东岭市")
    assert (found["n"], found["observed"], found["verdict"]) == (40, 0, "silent")


def test_a_calendar_of_events_counts_any_of_its_words():
    calendar = pd.DataFrame(
        {
            "date": [on(1), on(1)],
            "label": ["会", "节"],
            "words": ["查无此词|四源共济", ["查无此词"]],
            "window": [45, None],
        }
    )
    table = silence(corpus_of(*peers(), said("东岭市", range(2, 42))), calendar)
    whole = table[table["label"] == "会"]
    assert verdict(whole, "东岭市")["verdict"] == "silent"
    assert verdict(whole, "东岭市")["until"] == pd.Timestamp(on(1) + timedelta(days=45))
    # what nobody prints is missed nowhere
    nobody = table[table["label"] == "节"]
    assert (nobody["verdict"] == "thin").all()
    assert (nobody["p"] > 0.5).all()


def test_no_exposure_no_date_and_no_peers_are_told_apart():
    corpus = corpus_of(*peers(), said("东岭市", [None]))
    assert verdict(silence(corpus, DATED), "东岭市")["verdict"] == "no_exposure"
    assert set(silence(corpus, [TERM])["verdict"]) == {"no_date"}
    assert set(silence(corpus_of(said("东岭市", [5])), DATED)["verdict"]) == {"no_peers"}
    assert silence(corpus_of(), DATED).empty


def test_discoveries_are_controlled_over_all_that_was_tested():
    table = silence(corpus_of(*peers(), said("东岭市", range(2, 42))), DATED)
    assert (table["q"] >= table["p"]).all()
    assert verdict(table, "东岭市")["q"] == pytest.approx(verdict(table, "东岭市")["p"] * len(table))


def test_the_order_of_the_corpus_does_not_show():
    corpus = corpus_of(*peers(), said("东岭市", range(2, 42)))
    turned = Corpus(corpus.readouts.reverse(), corpus.items.reverse(), corpus.quarantine)
    pd.testing.assert_frame_equal(silence(corpus, DATED), silence(turned, DATED))


@pytest.mark.parametrize(
    ("expected", "settings", "told"),
    [
        (DATED, {"window": 0, "alpha": 1}, r"window=0.*alpha=1"),
        (DATED, {"min_peers": 1}, "min_peers=1"),
        (pd.DataFrame({"label": ["会"]}), {}, "date, words"),
        (pd.DataFrame({"label": ["会"], "date": [on(1)], "words": [" "]}), {}, "at least one word"),
    ],
)
def test_what_cannot_be_used_is_refused(expected, settings, told):
    with pytest.raises(RecipeError, match=told):
        silence(corpus_of(said("东岭市", [5])), expected, **settings)
