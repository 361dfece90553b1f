"""Which visit a page tells of: the places named tell it, and what looks back or disagrees tells nothing."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readout_nlp.readouts.visits import visits_told
from readout_nlp.readouts.years import infer, windows
from readout_nlp.reference.clues import clues, visited_provinces
from readout_nlp.reference.tables import table_rows
from readout_nlp.reference.visit_stops import unplaced_visits, visit_stops

STOPS = st.sampled_from(sorted(visit_stops()))


def _read(body: str, province: str) -> set:
    labelled = f"总书记在{province}考察 ("
    return {r.low for window in windows(body) for r in window if r.label.startswith(labelled)}


def test_a_place_on_record_is_of_visits_on_record():
    rows = [row for row in table_rows("dated_events.csv") if row["kind"] in ("visit", "visit_told")]
    visits = {(row["name"], row["first_mention"]) for row in rows}
    for (province, _), days in visit_stops().items():
        assert {(province, day.isoformat()) for day in days} <= visits
        assert province in visited_provinces()


@given(stop=STOPS)
def test_a_place_leaves_the_visits_that_went_there(stop):
    province, place = stop
    passed_on = f"会议传达学习总书记在{province}考察时的重要讲话精神。"
    recorded = {clue.held for clue in clues()[f"总书记在{province}考察"]}
    with_it = _read(f"{passed_on}会议指出,总书记这次走进{place}看望群众。", province)
    assert visit_stops()[stop] <= recorded
    possible = visit_stops()[stop] | unplaced_visits().get(province, frozenset())
    assert len(with_it) == len(possible) <= len(_read(passed_on, province))


@given(stop=STOPS)
def test_a_place_alone_tells_its_province(stop):
    province, place = stop
    assert province in visits_told(f"会议传达总书记在{place}考察时的重要讲话。")


@pytest.mark.parametrize("back", ["2016年", "三年前", "曾", "当年", "在浙江工作期间"])
def test_a_sentence_that_looks_back_tells_no_visit(back):
    assert visits_told(f"总书记{back}到余村考察。") == {}
    assert visits_told("总书记这次到余村考察。") != {}


def test_places_of_two_visits_tell_none():
    assert visits_told("总书记到余村考察。总书记到李祖村考察。") == {}
    assert visits_told("总书记到余村考察。总书记到云冈石窟考察。").keys() == {"浙江", "山西"}


@pytest.mark.parametrize("words", ["我们要像余村那样发展", "总书记对余村很关心", "考察组到余村考察"])
def test_a_place_that_was_not_said_to_be_visited_tells_nothing(words):
    assert visits_told(f"会议指出,{words}。") == {}


@pytest.mark.parametrize(
    "words",
    [
        "总书记视察宁夏,西吉是最后一个贫困县",
        "总书记视察宁夏时的重要讲话精神研究西吉县域经济",
        "传达学习总书记考察福建重要讲话,漳州市委作出部署",
        "总书记视察宁夏后西吉县委召开会议",
    ],
)
def test_the_page_s_own_place_was_not_gone_to(words):
    assert visits_told(f"会议指出,{words}。") == {}


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("会议继续学习总书记本月在吉林考察时的重要讲话。", "2020-07-31"),
        ("会议学习总书记上月底在吉林考察时的重要讲话。", "2020-08-04"),
        ("会议学习总书记本月23日至25日在我省伊春、抚远、佳木斯考察时的重要讲话。", "2016-05-30"),
    ],
)
def test_a_visit_of_this_month_or_the_last_tells_the_year(words, day):
    day = date.fromisoformat(day)
    recent = [day.replace(year=year) for year in range(2016, 2026)]  # July 2015 saw a visit to 吉林, too
    assert infer(recent, windows(words)).days == (day,)


def test_another_matter_s_anniversary_is_no_look_back():
    letter = "传达学习总书记给空间站建造青年团队的回信精神"
    fresh = [
        r.fresh for w in windows(f"会议{letter},听取建馆50周年活动筹备汇报。") for r in w if "青年" in r.label
    ]
    looked_back = [r.fresh for w in windows(f"会议{letter}一周年。") for r in w if "青年" in r.label]
    assert all(fresh)
    assert not any(looked_back)
