"""Townships as a sign: two of one county decide, a common name does not, nor what speaks of others."""

from __future__ import annotations

import time

import pytest

from readout_nlp.readouts import last_resorts
from readout_nlp.readouts.organs import find_organ
from readout_nlp.readouts.parse import parse_page
from readout_nlp.readouts.spans import fold
from readout_nlp.readouts.townships import township_signs, townships_in
from readout_nlp.reference.gazetteer import above, by_code, by_name
from readout_nlp.reference.tables import table_rows
from readout_nlp.reference.townships import STATE, by_full_name, by_stem, stem, units_then
from readout_nlp.sample.generate import SampleSettings, generate_sample

SAYS = "会议听取了河堤加固情况汇报。会议强调,要赶在汛前完工。"
OURS = "会议指出,平山、雷埠两镇的河堤要逐段查。"  # of 怀宁县; 平山 is a county's name too


def place(organ, told, *, year=2020, head=""):
    """Read a page whose organ bears no name and whose body says what is `told`."""
    lead = f"6月4日,{organ}常委会召开会议,研究河堤加固工作。"
    return parse_page(f"研究河堤加固工作\n{head}发布时间:{year}-06-05\n{lead}\n{SAYS}{told}").place


def code(*args, **options):
    found = place(*args, **options)
    return found.code if found is not None else None


def test_two_townships_of_one_county_decide_and_are_quoted():
    found = place("县委", OURS)
    assert (found.code, found.basis, found.evidence) == ("340822", "township", ("平山、雷埠",))


@pytest.mark.parametrize(
    "told",
    [
        "会议指出,平山镇的河堤要逐段查。",
        "会议指出,雷埠乡的河堤要逐段查。",  # one county's alone, but two letters may be a part of anything
        "会议指出,城关镇、太平镇的河堤要逐段查。",
        "会议指出,部分联乡镇、苏木乡镇的河堤要逐段查。",
    ],
)
def test_a_name_that_many_have_or_of_two_letters_decides_nothing(told):
    assert place("县委", told) is None


def test_a_name_of_two_letters_decides_within_a_province_that_another_sign_tells():
    passed_on = "会议传达学习了《{}生活垃圾管理条例》。"
    told = "会议指出,雷埠乡的河堤要逐段查。"
    assert code("县委", passed_on.format("安徽省") + told) == "340822"
    assert place("县委", passed_on.format("江西省") + told) is None


def test_a_long_name_that_no_other_county_has_decides():
    assert by_full_name()["达连河镇"] == ["230123"]
    assert code("县委", "会议指出,达连河镇的河堤要逐段查。") == "230123"
    assert place("县委", "会议指出,大达连河镇的河堤要逐段查。") is None


@pytest.mark.parametrize(
    "told",
    [
        "会议听取了赴怀宁县平山镇、雷埠乡走访情况汇报。",
        "会议听取了赴桐城市平山镇、雷埠乡走访情况汇报。",
        "会议听取了赴平山镇、雷埠乡学习考察情况汇报。",
        "会议指出,要记取平山、雷埠两镇溃堤事故教训。",
        "会议听取了赴西区大宝鼎街道、格里坪镇走访情况汇报。",  # a district whose name is no name elsewhere
    ],
)
def test_what_is_told_of_others_decides_nothing(told):
    assert place("县委", told) is None
    assert townships_in(told) == []


@pytest.mark.parametrize(
    ("organ", "right"), [("县委", "340822"), ("区委", None), ("旗委", None), ("市委", None)]
)
def test_the_unit_must_be_of_the_organs_kind(organ, right):
    assert code(organ, OURS) == right


@pytest.mark.parametrize(
    ("organ", "year", "right"),
    [("县委", 2014, "320829"), ("区委", 2020, "320813"), ("区委", 2014, None), ("县委", 2020, None)],
)
def test_the_unit_is_the_one_of_the_year(organ, year, right):
    assert by_code("320829", year=2014).name == "洪泽县"
    assert code(organ, "会议指出,老子山镇、蒋坝镇的河堤要逐段查。", year=year) == right


def test_where_the_city_lost_a_district_since_its_neighbours_are_not_told():
    told = "会议指出,丁兰街道、九堡街道的河堤要逐段查。"  # of 江干区 until it came to 上城区
    assert (code("区委", told, year=2019), code("区委", told, year=2023)) == (None, "330102")


def test_the_table_never_speaks_against_another_sign():
    assert code("县委", OURS, head="来源:安庆日报 ") == "340822"  # its city
    assert place("县委", OURS, head="来源:南充日报 ") is None  # another
    assert code("县委", OURS, head="来源:桐庐县人民政府 ") == "330122"


def test_the_table_parts_what_bears_one_name():
    lead = "6月4日,鼓楼区委常委会召开会议,研究河堤加固工作。"
    bearers = {d.code for d in by_name("鼓楼区", year=2020)}
    assert len(bearers) > 2
    assert parse_page(f"2020-06-05\n{lead}\n{SAYS}").place is None
    told = "会议指出,洪山镇、五凤街道、华大街道的河堤要逐段查。"
    assert parse_page(f"2020-06-05\n{lead}\n{SAYS}{told}").place.code == "350102"


def test_a_city_without_counties_and_one_of_two_districts():
    assert code("市委", "会议指出,虎门镇、长安镇、麻涌镇的河堤要逐段查。") == "441900"
    of_district = {d.name: c for c, d in ((c, by_code(c, year=STATE)) for c in ("340202", "340207"))}
    assert set(of_district) == {"镜湖区", "鸠江区"}
    both = "会议指出,方村街道、汤沟镇、沈巷镇、四褐山街道的河堤要逐段查。"
    assert code("市委", both) == "340200"
    assert place("市委", "会议指出,汤沟镇、沈巷镇、四褐山街道的河堤要逐段查。") is None  # all one district's


def test_the_table_is_not_read_where_a_page_tells_its_unit(monkeypatch):
    def unread(*args, **options):
        raise AssertionError("asked though the unit was told")

    monkeypatch.setattr(last_resorts, "township_signs", unread)
    assert code("昆山市委", OURS) == "320583"
    with pytest.raises(AssertionError, match="asked"):
        place("县委", OURS)


def test_the_fictional_world_meets_no_real_township():
    told = [page.truth.get("body") or "" for page in generate_sample(SampleSettings(cities=3, years=2))]
    assert len(told) > 50
    assert [body for body in told if townships_in(fold(body))] == []
    fictional = by_name("砚溪市")[0]
    assert fictional.code.startswith("99")
    assert place("县委", OURS, head="来源:砚溪日报 ") is None


def test_every_row_is_of_a_unit_of_its_year_and_holds_townships():
    rows = table_rows("townships.csv")
    assert len({row["code"] for row in rows}) == len(rows) > 2800
    for row in rows:
        unit = by_code(row["code"], year=STATE)
        assert unit is not None, row["code"]
        assert unit.level != "province"
        names = row["names"].split()
        assert names == sorted(set(names))
        assert all(name.endswith(("街道", "镇", "乡", "苏木")) for name in names)


def test_full_names_and_names_alone_agree():
    for name, codes in by_full_name().items():
        assert len(stem(name)) < 2 or set(codes) <= set(by_stem()[stem(name)])


def test_a_unit_of_an_earlier_year_is_of_that_year_and_place():
    for now in ("320813", "120119", "340422", "330112"):
        for year in range(2005, STATE + 1):
            for unit in units_then(now, year=year):
                assert unit.valid_in(year)
                assert unit.code[:2] == now[:2]
    assert units_then("330113", year=2019) == ()  # 临平区 was made of a part of 余杭区
    assert [above(d)[0].name for d in units_then("340422", year=2010)] == ["六安市"]


@pytest.mark.parametrize(
    "piece", ["平山镇", "平山、", "和平", "达连河镇", "处", "平山镇。", "两", "苏木", "怀宁县平山镇"]
)
def test_linear_time(piece):
    organ = find_organ("市委召开会议。")
    times = []
    for size in (20_000, 80_000):
        start = time.process_time()
        list(township_signs(piece * (size // len(piece)), [], organ, year=2020))
        list(township_signs(f"{piece}。" * (size // len(piece)), [], organ, year=2020))
        times.append(time.process_time() - start)
    assert times[1] < 12 * times[0] + 0.2
