"""Events counted from dated news: what is planted is found, and what the news do not agree on is left out."""

from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[1] / "tools" / "build_events.py"


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("build_events", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_an_ordinal_opened_anew_by_a_headline_is_a_row_of_its_own(tool):
    name = "中央全面深化改革领导小组第一次会议"
    news = [
        (date(2014, 1, 22), f"{name}召开", "渡口"),
        (date(2014, 1, 25), "渡口", f"学习{name}精神"),
        (date(2016, 6, 1), "渡口", f"自{name}以来"),
        (date(2017, 11, 20), f"{name}召开", "茶园"),
    ]
    rows = tool.numbered(news, "reform_group")
    assert [(row[1], row[2]) for row in rows] == [("一", date(2014, 1, 22)), ("一", date(2017, 11, 20))]


def test_the_busiest_day_is_told_apart_from_the_first(tool):
    plenum = "十八届中央纪委六次全会"
    news = [
        (date(2015, 12, 28), "渡口", f"{plenum}将召开"),
        (date(2016, 1, 13), plenum, "渡口"),
        (date(2016, 1, 13), plenum, "茶园"),
    ]
    assert tool.numbered(news, "discipline_plenum") == [
        ("discipline_plenum", "十八 六", date(2015, 12, 28), date(2016, 1, 13))
    ]


def test_a_word_that_is_never_printed_is_dated_by_the_end_of_the_record(tool):
    news = [(date(2013, 1, 1), "渡口", "精准扶贫"), (date(2013, 5, 1), "茶园", "精准扶贫")]
    days = {word: first for _, word, first, _ in tool.words(news)}
    assert days["精准扶贫"] == date(2013, 1, 1)
    assert days["新质生产力"] == date(2013, 5, 2)


def test_an_anniversary_is_kept_where_the_mentions_agree(tool):
    agreed = [(date(2015 + n, 7, 1), "渡口", f"庆祝建党{94 + n}周年") for n in range(4)]
    mixed = [(date(2015 + n, 7, 1), "渡口", f"庆祝建军{60 + 9 * n}周年") for n in range(4)]
    assert [(name, year) for name, year, *_ in tool.anniversary_years([*agreed, *mixed])] == [("建党", 1921)]


def test_a_yearly_day_is_kept_where_its_ordinals_agree(tool):
    agreed = [(date(2014 + n, 9, 10), "渡口", f"庆祝第{30 + n}个教师节") for n in range(3)]
    numerals = [(date(2017, 9, 9), "渡口", "第三十三个教师节将到")]
    mixed = [(date(2015 + n, 11, 8), "渡口", f"第{3 + 5 * n}个记者节") for n in range(4)]
    assert tool.yearly_days([*agreed, *numerals, *mixed]) == [("教师节", 1984, 9, 10, 4, 4)]


def test_a_conference_called_again_is_a_row_of_its_own(tool):
    name = "中央城市工作会议"
    news = [
        (date(2015, 12, 22), f"{name}在北京举行", "渡口"),
        (date(2016, 1, 5), f"各地学习{name}精神", "渡口"),
    ]
    again = [(date(2025, 7, 15), f"{name}在北京举行", "茶园"), (date(2025, 7, 16), "茶园", f"学习{name}精神")]
    rows = [day for _, found, day, _ in tool.conferences([*news, *again]) if found == name]
    assert rows == [date(2015, 12, 22), date(2025, 7, 15)]


def test_a_visit_is_its_first_headline_and_a_later_one_a_row_of_its_own(tool):
    title = "习近平在青海考察时强调 管好渡口"
    news = [(date(2016, 8, 24), title, ""), (date(2016, 8, 30), title, ""), (date(2019, 6, 9), title, "")]
    told = [(date(2017, 3, 1), "习近平在青海代表团参加审议", ""), (date(2018, 1, 1), "渡口", title)]
    rows = tool.visits(sorted([*news, *told]))
    assert [(name, first) for _, name, first, _ in rows] == [
        ("青海", date(2016, 8, 24)),
        ("青海", date(2019, 6, 9)),
    ]


def test_a_speech_told_of_by_several_items_at_once_is_a_row_and_leaves_other_years_open(tool):
    text = "学习在渡口建设工作座谈会上的重要讲话"
    news = [(date(2016, 5, 18), "渡口", text)] * 3 + [(date(2018, 3, 1), "渡口", text)]
    assert [(kind, first) for kind, _, first, _ in tool.speeches(news)] == [
        ("speech", date(2016, 5, 18)),
        ("speech_before", tool.EARLIEST),
        ("speech_after", date(2018, 3, 2)),
    ]
    assert not tool.speeches(news[:2])


def test_a_speech_of_an_anniversary_was_given_once(tool):
    text = "学习在庆祝渡口落成50周年大会上的讲话"
    assert [kind for kind, *_ in tool.speeches([(date(2016, 5, 18), "渡口", text)] * 3)] == ["speech"]


def test_a_state_visit_is_dated_by_the_headline_that_announces_it(tool):
    news = [
        (date(2017, 6, 27), "习近平将对渡口国、茶园共和国和盐湖国进行国事访问", "渡口"),
        (date(2017, 6, 29), "习近平将对渡口国进行国事访问", "渡口"),
        (date(2019, 6, 1), "习近平将对渡口国进行国事访问并出席论坛", "渡口"),
        (date(2019, 6, 5), "习近平结束对茶园共和国的访问", "渡口"),
    ]
    rows = tool.journeys(news)
    assert [row[1:3] for row in rows if row[0] == "state_visit"] == [
        ("渡口国", date(2017, 6, 27)),
        ("渡口国", date(2019, 6, 1)),
        ("茶园共和国", date(2017, 6, 27)),
        ("盐湖国", date(2017, 6, 27)),
    ]
    outside = [row for row in rows if row[0] == "state_visit_unknown" and row[1] == "渡口国"]
    assert [row[2] for row in outside] == [tool.EARLIEST, date(2019, 6, 6)]


def test_a_summit_is_counted_by_its_whole_name(tool):
    news = [(date(2018, 11, 30), "习近平出席二十国集团领导人第十三次峰会", "渡口")]
    assert tool.numbered(news, "summit")[0][1] == "二十国集团领导人第十三次峰会"
