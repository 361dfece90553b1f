"""Places: every layout's pages right or refused, names of others no sign, linear time on any text."""

from __future__ import annotations

import importlib.util
import sys
import time
from pathlib import Path

import pytest

from readout_nlp.readouts.named import read_mentions
from readout_nlp.readouts.organs import find_organ, unit_before
from readout_nlp.readouts.parse import parse_page
from readout_nlp.reference.gazetteer import bearers, by_name, divisions, everyday_names, mentions, occurrences
from readout_nlp.reference.place_words import nationwide_outlets, place_words

BENCHMARK = Path(__file__).parents[1] / "benchmarks" / "places.py"


@pytest.fixture(scope="module")
def table():
    spec = importlib.util.spec_from_file_location("benchmark_places", BENCHMARK)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    yield module.table(every=60, seed=1)
    del sys.modules[spec.name]


def test_no_page_of_a_random_part_is_wrong(table):
    assert len(table) > 15
    assert {name: counts["wrong"] for name, counts in table.items() if counts["wrong"]} == {}


def test_nearly_every_page_that_tells_its_unit_is_read(table):
    for name in ("organ", "title", "source", "site code", "host", "breadcrumb", "dateline", "city's paper"):
        counts = table[name]
        assert counts["right"] >= 0.94 * sum(counts.values()), (name, counts)


@pytest.mark.parametrize("name", ["parent relayed", "sibling relayed", "sibling visited"])
def test_others_are_never_the_place(table, name):
    # where a city has one county, a county's page that obeys the city is that one's
    assert set(table[name]) - ({"right"} if name == "parent relayed" else set()) == {"rightly refused"}


def test_the_more_a_page_tells_the_better_a_twin_name_is_known():
    lead = "6月4日,西湖区委常委会召开会议,研究河堤加固工作。\n会议听取了河堤加固情况汇报。"
    assert parse_page(lead).place is None
    for city, code in (("杭州", "330106"), ("南昌", "360103")):
        assert parse_page(f"来源:{city}日报 2020-06-05\n{lead}").place.code == code


@pytest.mark.parametrize(
    ("text", "uses"),
    [
        ("传达学习安庆市委全会精神", [("安庆市", "upper")]),
        ("此事关系几万山区群众的生计", []),
        ("对万山区来说", [("万山区", "own")]),
        ("在江西考察时", [("江西", "foreign")]),
        ("弘扬延安精神", [("延安", "foreign")]),
        ("与上海合作", [("上海", "foreign")]),
        ("审议《关于印发昆山市河堤办法的通知》", [("昆山市", "document")]),
        ("昆山市人民政府副秘书长", [("昆山市", "office")]),
        ("苏州市委常委、昆山市委书记", [("苏州市", "upper"), ("昆山市", "office")]),
        ("让部署在昆山落地", [("昆山", "own")]),
        ("到场的有昆山两家企业", [("昆山", "plain")]),
        ("市长金华主持会议。金华指出", []),
        ("副市长刘安康、何一苇", []),
        ("由县财政局会同县应急局办理", []),
        ("到会同县调研", [("会同县", "foreign")]),
        ("县委在会同县召开会议", [("会同县", "plain")]),
        ("安溪乡茶青开市", [("安溪", "landmark")]),
        ("推动安康、商洛发展", [("安康", "plain"), ("商洛", "plain")]),
        ("支援湖北", [("湖北", "foreign")]),
        ("武汉返乡人员", [("武汉", "foreign")]),
        ("代县长", []),
        ("古县镇", []),
        ("推进平安建设", []),
    ],
)
def test_what_a_name_does(text, uses):
    assert [(m.name, m.use) for m in read_mentions(text)] == uses


@pytest.mark.parametrize(
    ("lead", "kind", "name"),
    [
        ("中共中央政治局委员、市委书记丁某主持召开市委常委会会议。", "city", None),
        ("省委书记丁某主持召开省委专题会,国务院工作组参加。", "province", None),
        ("国务院总理丁某主持召开国务院常务会议。", "centre", None),
        ("政协昆山市第十四届委员会召开会议。", "city", "昆山市"),
        ("昆山市十七届人大常委会召开会议。", "city", "昆山市"),
        ("区党工委召开会议。", "zone", None),
        ("区党委召开会议。", "province", None),
        ("海淀区党委召开会议。", "district", "海淀区"),
        ("柳堤镇召开会议。", "township", None),
        ("偃师市委召开会议。", "city", "偃师市"),
        ("行署召开会议。", None, None),
        ("响应县委号召。", "county", None),
    ],
)
def test_organs(lead, kind, name):
    found = find_organ(lead)
    assert (found and found.kind, found and found.name) == (kind, name)


def test_scope_words_are_asked_for():
    assert find_organ("全市防汛工作会议召开。") is None
    assert find_organ("全市防汛工作会议召开。", scope=True).kind == "city"


def test_mentions_count_occurrences():
    text = "苏州市委书记到吴中区调研,苏州市"
    found = [name for _, name in occurrences(text)]
    assert mentions(text) == {name: found.count(name) for name in found}
    assert all(text.startswith(name, at) for at, name in occurrences(text))


def test_bearers_of_a_year_are_among_those_of_all_years():
    for division in divisions()[::97]:
        if division.valid_to is None:
            assert division.code in {d.code for d in bearers(division.name)}
            assert division.code in {d.code for d in bearers(division.name, year=2024)}
            assert {d.code for d in by_name(division.name, year=2024)} <= {
                d.code for d in bearers(division.name, year=2024)
            }


def test_a_name_never_ends_inside_another_word():
    assert unit_before("响应县", 3) is None
    assert unit_before("6月4日应县", 6) == "应县"


def test_place_words_contradict_nowhere():
    for side in ("before", "after"):
        assert not set(place_words("own", side)) & set(place_words("foreign", side))
    assert nationwide_outlets()
    assert not any(outlet in everyday_names() for outlet in nationwide_outlets())


@pytest.mark.parametrize(
    "piece", ["学习", "学习《a》", "苏州市委", "在苏州", "召开", "《关于", "关于", "市委", "苏州", "讯"]
)
def test_linear_time(piece):
    start = time.perf_counter()
    read_mentions(piece * (200_000 // len(piece)))
    find_organ(piece * (200_000 // len(piece)), scope=True)
    assert time.perf_counter() - start < 5
