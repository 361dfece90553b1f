"""Adoption: the interval between readouts, who was at risk, and what is not known."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import polars as pl
import pytest
from tifa_example import corpus_of, on, said

import readout_nlp as rn
from readout_nlp.compare.adoption import COLUMNS, tifa_adoption
from readout_nlp.compare.adoption_order import adoption_order, adoption_ranks
from readout_nlp.compare.exposure import readout_days
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import InputError, RecipeError
from readout_nlp.sample.generate import SampleSettings, generate_sample
from readout_nlp.sample.planted import planted_truth

TERM = "四源共济"
DATED = pd.DataFrame({"term": [TERM], "reference_date": [on(50)]})


def row(corpus, place="东岭市", terms=DATED, **settings):
    table = tifa_adoption(corpus, terms, **settings)
    return table[table["place"] == place].iloc[0]


def without(corpus, origins):
    kept = ~pl.col("origin").is_in(origins)
    return Corpus(corpus.readouts.filter(kept), corpus.items, corpus.quarantine)


def day(value):
    return None if pd.isna(value) else value.date()


def test_adoption_lies_between_the_last_readout_without_and_the_first_with():
    found = row(
        corpus_of(said("东岭市", [10, 40, 60]), said("东岭市", [70, 90], terms=[TERM]), said("东岭市", [80]))
    )
    assert [day(found[name]) for name in ("at_risk_from", "last_without", "first_observed")] == [
        on(10),
        on(60),
        on(70),
    ]
    assert not found["censored"]
    assert (found["n_before"], found["n_readouts_at_risk"], found["n_readouts"]) == (3, 4, 6)
    assert (found["n_after"], found["n_with_after"]) == (2, 1)
    assert (found["lag_low"], found["lag_high"]) == (10, 20)
    assert day(found["first_quoted"]) == on(70)
    assert found["flags"] == ""


def test_the_first_six_columns_are_the_contract():
    assert COLUMNS[:6] == ("term", "place", "at_risk_from", "last_without", "first_observed", "censored")
    assert tuple(tifa_adoption(corpus_of(), [TERM]).columns) == COLUMNS


def test_a_place_that_never_prints_it_is_censored_at_its_last_readout():
    found = row(corpus_of(said("东岭市", [10, 90])))
    assert found["censored"]
    assert day(found["last_without"]) == on(90)
    assert day(found["first_observed"]) is None
    assert (found["lag_low"], found["lag_high"]) == (40, np.inf)
    assert found["n_before"] == found["n_readouts_at_risk"] == 2


def test_a_place_that_has_it_in_its_first_readout_adopted_at_an_unknown_time():
    found = row(corpus_of(said("东岭市", [70], terms=[TERM])))
    assert (found["lag_low"], found["lag_high"]) == (-np.inf, 20)
    assert found["flags"] == "entered_late; in_first_readout"


def test_a_place_may_come_before_the_centre():
    found = row(corpus_of(said("东岭市", [10]), said("东岭市", [30], terms=[TERM])))
    assert (found["lag_low"], found["lag_high"]) == (-40, -20)
    assert "before_reference" in found["flags"]


def test_risk_may_be_counted_from_the_centres_first_use():
    corpus = corpus_of(said("东岭市", [10, 40, 60]), said("东岭市", [70], terms=[TERM]))
    found = row(corpus, from_reference=True)
    assert day(found["at_risk_from"]) == on(50)
    assert (found["n_before"], found["n_readouts_at_risk"]) == (1, 2)
    assert day(found["last_without"]) == on(60)


def test_a_year_is_an_interval():
    year = {"meeting_date": None, "published": None}
    whole = {"meeting_earliest": on(1), "meeting_latest": date(2018, 12, 31)}
    corpus = corpus_of(
        said("东岭市", [date(2017, 6, 1), 60]), said("东岭市", [100], terms=[TERM], **year, **whole)
    )
    found = row(corpus)
    assert day(found["last_without"]) == date(2017, 6, 1)  # the readout of 2018 may have come after the use
    assert (day(found["first_earliest"]), day(found["first_observed"])) == (on(1), date(2018, 12, 31))
    assert "imprecise" in found["flags"]
    only = {"meeting_earliest": None, "meeting_latest": None}
    by_year = row(corpus_of(said("东岭市", [100], terms=[TERM], **year, **only)))
    assert day(by_year["first_observed"]) == date(2018, 12, 31)


def test_publication_stands_in_for_the_meeting_and_is_counted():
    about = {"meeting_date": None, "meeting_earliest": None, "meeting_latest": None}
    days = readout_days(corpus_of(said("东岭市", [10], **about), said("东岭市", [20])))
    assert days.attrs["basis"] == {"meeting": 1, "published": 1}
    assert days["latest"].dt.date.tolist() == [on(10), on(20)]


def test_readouts_without_a_day_are_counted_and_flagged():
    corpus = corpus_of(
        said("东岭市", [10]), said("东岭市", [None], terms=[TERM]), said(None, [20], terms=[TERM])
    )
    found = row(corpus)
    assert found["censored"]
    assert "undated_use" in found["flags"]
    assert tifa_adoption(corpus, [TERM]).attrs["left_out"] == {"place": 1, "date": 1, "total": 2}


def test_a_place_without_dated_readouts_has_no_exposure():
    found = row(corpus_of(said("东岭市", [None]), said("西河市", [3])))
    assert found["flags"] == "no_exposure"
    assert pd.isna(found["at_risk_from"])
    assert np.isnan(found["lag_low"])
    assert np.isnan(found["lag_high"])


def test_references_come_from_the_user_or_from_a_list_with_a_source():
    corpus = corpus_of(said("东岭市", [10]))
    official = tifa_adoption(corpus, ["两个确立", "一国两制", TERM])
    assert official["reference_basis"].tolist() == ["official", None, None]
    assert official["flags"].str.contains("reference_unknown").tolist() == [False, True, True]
    assert row(corpus)["reference_basis"] == "given"


def test_entering_late_is_seen_without_a_reference_too():
    corpus = corpus_of(said("西河市", [10], terms=[TERM]), said("东岭市", [20]))
    flags = tifa_adoption(corpus, [TERM]).set_index("place")["flags"]
    assert "entered_late" in flags["东岭市"]
    assert "entered_late" not in flags["西河市"]


def test_variants_are_merged_only_when_asked():
    table = pd.DataFrame({"term": ["四源共济", "四源同济"], "variant_of": [None, "四源共济"]})
    corpus = corpus_of(said("东岭市", [5]), said("东岭市", [10], terms=["四源同济"]))
    assert row(corpus, terms=table)["censored"]
    merged = tifa_adoption(corpus, table, merge_variants=True)
    assert merged["term"].tolist() == ["四源共济"]
    assert not merged["censored"].any()


def test_a_district_is_never_counted_into_its_city():
    corpus = corpus_of(said("东岭市", [10, 90]), said("东岭市南坪区", [20], terms=[TERM]))
    assert row(corpus)["censored"]


def test_the_order_of_the_corpus_does_not_show():
    corpus = corpus_of(
        said("东岭市", [10, 40]),
        said("西河市", [3, 60], terms=[TERM]),
        said("东岭市", [70, 80], terms=[TERM]),
    )
    turned = Corpus(corpus.readouts.reverse(), corpus.items.reverse(), corpus.quarantine)
    pd.testing.assert_frame_equal(tifa_adoption(corpus, DATED), tifa_adoption(turned, DATED))


def test_planted_adoptions_of_the_sample_lie_in_their_intervals():
    settings = SampleSettings(cities=6)
    files = list(generate_sample(settings))
    # an undated page may keep silent after the adoption, and its day still be found from a clue
    undated = [f"sample:{file.path}" for file in files if "hidden_date" in file.truth]
    corpus = without(rn.sample_corpus(cities=6), undated)
    planted = planted_truth(settings, truths=[file.truth for file in files])["tifa"]
    table = tifa_adoption(corpus, sorted({one["term"] for one in planted}))
    codes = dict(corpus.readouts.select("place_code", "place").drop_nulls().iter_rows())
    found = table.set_index(["term", "place"])
    inside, seen = [], 0
    for one in planted:
        at = found.loc[one["term"], codes[one["code"]]]
        adopted = pd.Timestamp(one["adopted"])  # NaT: never
        seen += not at["censored"]
        low, high = at["last_without"], at["first_observed"]
        after = pd.isna(adopted) or pd.isna(low) or adopted > low
        before = at["censored"] or adopted <= high
        inside.append(after and before)
        assert before
        assert at["reference_first"] == pd.Timestamp(one["first_used"])
    assert seen >= 30
    assert all(inside)


def test_order_is_said_only_where_the_intervals_do_not_overlap():
    corpus = corpus_of(
        said("东岭市", [10]), said("东岭市", [20], terms=[TERM]),
        said("西河市", [25]), said("西河市", [40], terms=[TERM]),
        said("东岭市南坪区", [15]), said("东岭市南坪区", [30], terms=[TERM]),
    )  # fmt: skip
    table = tifa_adoption(corpus, [TERM])
    pairs = adoption_order(table).set_index(["place", "other"])["order"].to_dict()
    assert pairs == {
        ("东岭市", "东岭市南坪区"): "uncertain",
        ("东岭市", "西河市"): "before",
        ("东岭市南坪区", "西河市"): "uncertain",
    }
    ranks = adoption_ranks(table).set_index("place")
    assert ranks.loc["东岭市", ["rank_low", "rank_high"]].tolist() == [1, 2]
    assert ranks.loc["西河市", ["rank_low", "rank_high"]].tolist() == [2, 3]
    assert ranks.loc["东岭市南坪区", "n_uncertain"] == 2


def test_two_places_that_never_adopt_are_in_no_order():
    table = tifa_adoption(corpus_of(said("东岭市", [10]), said("西河市", [20])), [TERM])
    assert adoption_order(table)["order"].tolist() == ["uncertain"]


@pytest.mark.parametrize("groups", [(), (said("东岭市", [10]),), (said("东岭市", [None]),)])
def test_fewer_than_two_places_make_no_pair(groups):
    table = tifa_adoption(corpus_of(*groups), [TERM])
    assert adoption_order(table).empty
    assert len(adoption_ranks(table)) == table["at_risk_from"].notna().sum()


def test_another_table_is_refused():
    with pytest.raises(InputError, match="last_without"):
        adoption_order(pd.DataFrame({"term": []}))


def test_no_terms_are_refused():
    with pytest.raises(RecipeError, match="no term"):
        tifa_adoption(corpus_of(), [])
