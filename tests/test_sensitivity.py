"""Sensitivity: a choice on which the result was made to depend is told, and no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import polars as pl
import pytest
from corpus_example import CITY, DISTRICT, OTHER_CITY, SAME_NAME, held_on, readout
from planted_corpus import build, infer
from planted_corpus import readout as row
from planted_topics import plant

from readout_nlp.analysis.headlines import agreement, headlines
from readout_nlp.analysis.recipe import Recipe
from readout_nlp.analysis.sensitivity import RESULTS, label, sensitivity
from readout_nlp.corpus.build import build_corpus
from readout_nlp.corpus.read import sample_corpus
from readout_nlp.errors import RecipeError
from readout_nlp.tokens.lexicon import Lexicon
from readout_nlp.topics.nmf import fit_nmf

MATTERS = (
    ["水库", "灌溉", "防汛", "堤坝", "河道"],
    ["公路", "桥梁", "隧道", "铁路", "车站"],
    ["学校", "教师", "学生", "课堂", "幼儿园"],
)
FORMULAE = (
    ["主动", "主要", "举措", "任务", "优势"],
    ["不断", "严格", "体系", "使命", "保障"],
    ["今天", "今年", "代表", "会上", "会议"],
)
PLACES = (CITY, OTHER_CITY, DISTRICT, SAME_NAME)
YEARS = range(2015, 2021)
RECIPE = Recipe(n_topics=3, passes=5, min_df=2, max_df=1.0, min_items=1)


@pytest.fixture(scope="module")
def corpus():
    """Water falls and roads rise in every place; stop words are of other kinds than matters, and more."""
    chance = np.random.default_rng(4)
    pages = []
    for number, place in enumerate(PLACES):
        for year in YEARS:
            rise = (year - YEARS[0]) / len(YEARS)
            mix = np.array([0.9 - 0.8 * rise, 0.1 + 0.8 * rise, 0.2 + 0.3 * (number % 2)])
            day = date(year, 3, 1 + number)
            texts = [text(chance, mix / mix.sum(), FORMULAE[chance.integers(3)]) for _ in range(8)]
            pages.append(readout(*texts, place=place, meeting_date=held_on(day), published=day))
    return build_corpus(pages)


def text(chance, mix, formula):
    matter = MATTERS[chance.choice(3, p=mix)]
    return "，".join([*chance.choice(matter, 8), *chance.choice(formula, 24)]) + "。"


@pytest.fixture(scope="module")
def found(corpus):
    vary = {
        "random_state": [0, 1, 2],
        "segmenter": ["jieba"],
        "lexicon": ["project", "none"],
        "stop_tiers": [(3, 2, 1), ()],
        "min_df": [3],
        "unit": ["document"],
    }
    return sensitivity(corpus, RECIPE, vary=vary)


def results_of(found, setting):
    return found.results[found.results["setting"] == setting].iloc[0]


def test_the_choice_that_drives_the_result_is_told(found):
    results = results_of(found, "stop_tiers")
    assert {"topics", "shares"} <= set(results["moved"].split())
    assert results["topics"] < 0.5


@pytest.mark.parametrize("setting", ["segmenter", "lexicon", "min_df"])
def test_choices_that_change_no_word_change_no_result(found, setting):
    results = results_of(found, setting)
    assert results[list(RESULTS)].to_numpy(dtype=float) == pytest.approx(1.0)
    assert results["moved"] == ""


def test_seeds_are_the_yardstick_and_find_the_planted_topics(found):
    seeds = found.results[found.results["setting"] == "random_state"]
    assert list(seeds["value"]) == ["1", "2"]
    assert (seeds["topics"] > 0.9).all()
    assert (seeds["moved"] == "").all()


def test_another_unit_is_the_same_study_of_fewer_documents(found, corpus):
    results = results_of(found, "unit")
    assert results["n_documents"] == corpus.readouts.height < corpus.items.height


def test_the_recipes_own_values_are_not_tried_again(found):
    tried = found.results.groupby("setting")["value"].agg(list).to_dict()
    assert tried["stop_tiers"] == ["none"]
    assert tried["lexicon"] == ["none"]


def test_the_trends_planted_are_clear_and_hold_their_sign(found):
    trends = found.trends[(found.trends["setting"] == "random_state") & (found.trends["value"] == "1")]
    clear = trends[trends["clear"]]
    assert {-1.0, 1.0} <= set(np.sign(clear["slope"]))
    assert (clear["trend"] == "held").all()


def test_what_cannot_be_tried_is_told_and_the_rest_goes_on(corpus):
    found = sensitivity(corpus, RECIPE, vary={"min_df": [10_000, 3]})
    assert found.results["fault"].str.contains("no term left").tolist() == [True, False]
    assert found.results["topics"].isna().tolist() == [True, False]
    assert set(found.trends["value"]) == {"3"}


def test_a_recipe_that_cannot_be_fitted_is_refused(corpus):
    with pytest.raises(RecipeError, match="no term left"):
        sensitivity(corpus, RECIPE.model_copy(update={"min_df": 10_000}), vary={"min_df": [3]})


@pytest.mark.parametrize(
    ("vary", "told"), [({"segmentor": ["jieba"]}, "segmentor"), ({"segmenter": ["thulac"]}, "thulac")]
)
def test_unknown_settings_and_values_are_refused(corpus, vary, told):
    with pytest.raises(RecipeError, match=told):
        sensitivity(corpus, RECIPE, vary=vary)


def test_a_lexicon_of_ones_own_can_be_tried(corpus, tmp_path):
    file = tmp_path / "own.txt"
    file.write_text("水库\n", encoding="utf-8")
    found = sensitivity(corpus, RECIPE, vary={"lexicon": [file, Lexicon.of(["水库"])]})
    assert found.results["value"].tolist() == ["own.txt", "lexicon of 1 terms"]
    assert (found.results["topics"] == 1).all()


def test_nothing_to_vary_gives_empty_tables(corpus):
    found = sensitivity(corpus, RECIPE, vary={"segmenter": ["rjieba"]})
    assert found.results.empty
    assert found.trends.empty


def test_values_are_labelled():
    assert [label(value) for value in ((), (1, 2), 3, "none")] == ["none", "1 2", "3", "none"]


@pytest.fixture(scope="module")
def headline():
    """Headlines of shares that are given, not fitted: two topics, one of them rising in one place alone."""
    rows = [row(n, place, 2015 + n % 5) for n, place in enumerate(["东岭市", "西河市", "东岭市南坪区"] * 20)]
    corpus = build(rows)
    counts = plant(n_docs=120, n_topics=2).counts
    fit = fit_nmf(counts, n_topics=2)
    known = {"东岭市": 0.1, "西河市": 0.3, "东岭市南坪区": 0.8}

    def shares(about):
        first = known[about["place"]] + 0.04 * (about["year"] - 2015)
        return [first, 1 - first]

    inferred = infer(corpus, shares)
    given = replace(fit, doc_topics=inferred.doc_topics, doc_ids=inferred.doc_ids)
    settings = {"unit": "item", "metric": "jensen_shannon", "min_items": 1}
    return lambda fit: headlines(fit, corpus, **settings), given


def test_slopes_are_those_planted(headline):
    make, fit = headline
    assert make(fit).slopes == pytest.approx([0.04, -0.04])


def test_a_fit_agrees_with_itself_and_with_itself_renumbered(headline):
    make, fit = headline
    turned = replace(
        fit,
        doc_topics=fit.doc_topics[:, ::-1],
        topic_terms=fit.topic_terms[::-1],
        topic_ids=("x", "y"),
    )
    for other in (fit, turned):
        results, trends = agreement(make(fit), make(other))
        assert list(results.values()) == pytest.approx([1.0] * len(RESULTS))
        assert list(results) == list(RESULTS)
    assert trends["partner"].tolist() == ["y", "x"]
    assert set(trends["trend"]) == {"held"}


def test_shares_that_run_backwards_reverse_every_trend(headline):
    make, fit = headline
    swapped = replace(fit, doc_topics=fit.doc_topics[:, ::-1])  # the same words, the other's shares
    results, trends = agreement(make(fit), make(swapped))
    assert results["trends"] == 0.0
    assert results["shares"] == pytest.approx(-1.0)
    assert results["topics"] == 1.0
    assert results["similarity"] == pytest.approx(1.0), "distances between places are the same"
    assert set(trends["trend"]) == {"reversed"}


def test_a_topic_without_partner_does_not_hold(headline):
    make, fit = headline
    whole = replace(
        fit,
        doc_topics=np.ones((len(fit.doc_ids), 1)),
        topic_terms=fit.topic_terms[:1],
        topic_ids=("only",),
    )
    results, trends = agreement(make(fit), make(whole))
    assert trends["partner"].isna().sum() == 1
    assert results["topics"] == pytest.approx(0.5)
    assert pd.isna(results["trends"]) or results["trends"] < 1


@pytest.mark.parametrize(("place", "years"), [(None, 5), ("东岭市", 1), (None, 1)])
def test_what_a_corpus_cannot_tell_is_nan(place, years):
    rows = [row(n, place, 2015 + n % years) for n in range(20)]
    corpus = build(rows)
    fit = fit_nmf(plant(n_docs=40, n_topics=2).counts, n_topics=2)
    given = replace(fit, doc_ids=tuple(corpus.documents()["doc_id"]))
    made = headlines(given, corpus, unit="item", metric="hellinger", min_items=1)
    results, trends = agreement(made, made)
    assert np.isnan([results["similarity"], results["nearest"]]).all()
    assert np.isnan(results["trends"]) == (not trends["clear"].any())
    assert np.isnan(results["shares"]) == (years == 1)
    assert np.isnan(made.slopes).all() == (years == 1)
    assert results["topics"] == 1.0


def test_formulae_strewn_over_the_sample_are_felt_where_stop_words_stay():
    plain = sample_corpus(cities=3, years=3, per_cell=3)
    chance = np.random.default_rng(0)
    texts = [
        text + "，".join(chance.choice(FORMULAE[chance.integers(3)], 60)) + "。"
        for text in plain.items["text"]
    ]
    strewn = replace(plain, items=plain.items.with_columns(text=pl.Series(texts)))
    recipe = Recipe(n_topics=5, model="nmf", max_df=1.0)
    vary = {"stop_tiers": [()], "segmenter": ["jieba"]}
    before, after = (sensitivity(corpus, recipe, vary=vary).results for corpus in (plain, strewn))
    assert after.loc[0, "shares"] < before.loc[0, "shares"] - 0.1
    assert "shares" in after.loc[0, "moved"]
    assert after.loc[1, list(RESULTS)].dropna().to_numpy(dtype=float) == pytest.approx(1.0)
    assert after["moved"].tolist()[1] == ""


def test_processes_change_nothing(corpus):
    from concurrent.futures import ThreadPoolExecutor

    vary = {"min_df": [3], "stop_tiers": [()]}
    with ThreadPoolExecutor(2) as pool:
        spread = sensitivity(corpus, RECIPE, vary=vary, map=pool.map)
    pd.testing.assert_frame_equal(spread.results, sensitivity(corpus, RECIPE, vary=vary).results)
