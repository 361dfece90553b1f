"""A province's plenum is read with the region of the page; ordinals bound each other, and nothing crosses."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readout_nlp.pages.page import Page
from readout_nlp.readouts.parse import parse_page
from readout_nlp.readouts.plenums import plenum_windows
from readout_nlp.reference import regional_plenums
from readout_nlp.reference.regional_plenums import committees, sitting
from readout_nlp.reference.tables import table_rows

REGIONS = st.sampled_from(sorted(committees()))
OTHERS_NAMES = (
    "成都市委",
    "天河区党委",
    "开发区党委",
    "民建重庆市委",
    "团省委",
    "省纪委",
    "某某市委",
    "民进省委",
)
FORMS = (
    "省委十二届六次全会",
    "中共山西省委十二届六次全体会议",
    "省委十二届六次全会暨省委经济工作会议",
    "省委十二届五次、六次全会",
    "十二届省委第六次全体会议",
    "中国共产党山西省第十二届委员会第六次全体会议",
    "省委十二届六次全体(扩大)会议",
    "省委12届6次全会",
    "省委十二届六次、市委五届七次全会",
)


def _windows(body: str, region: str | None) -> list[tuple]:
    return list(plenum_windows(body, lambda: region))


@pytest.fixture
def planted(monkeypatch):
    """A record of our own: the fifth of 山西's twelfth is known, the seventh too, and its neighbours'."""
    rows = [
        ("congress_season", "2016", "2016-10-01", "2017-06-30"),
        ("congress_season", "2021", "2021-10-01", "2022-06-30"),
        ("regional_congress", "山西 十二", "2021-10-27", "2021-10-27"),
        ("regional_plenum", "山西 十二 五", "2023-06-01", "2023-06-01"),
        ("regional_plenum", "山西 十二 七", "2023-12-20", "2023-12-20"),
        ("regional_plenum", "河北 十二 六", "2014-03-01", "2014-03-01"),
        ("regional_plenum", "重庆 六 三", "2024-03-01", "2024-03-01"),
    ]
    columns = ("kind", "name", "first_mention", "busiest_day")
    monkeypatch.setattr(
        regional_plenums, "table_rows", lambda _: [dict(zip(columns, row, strict=True)) for row in rows]
    )
    regional_plenums._recorded.cache_clear()
    yield
    regional_plenums._recorded.cache_clear()


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_the_name_is_the_one_plenum(planted, form):
    window, *_ = _windows(f"会议传达学习{form}精神。", "山西")
    ((low, high, fresh, _),) = window
    assert date(2023, 5, 1) < low <= date(2023, 6, 1)
    assert high == date(2023, 12, 20) + timedelta(60)
    assert fresh == (low, high)


def test_a_known_day_is_news_until_the_next_is_passed_on(planted):
    (((low, high, fresh, _),),) = _windows("会议传达学习省委十二届五次全会精神。", "山西")
    assert low == date(2023, 5, 27)
    assert fresh[1] == high == date(2023, 12, 20) + timedelta(60)


def test_a_plenum_that_is_called_is_named_before_it(planted):
    (((low, _, fresh, _),),) = _windows("会议决定,省委十二届五次全会于下月召开。", "山西")
    assert low == fresh[0] < date(2023, 5, 1)


def test_a_plenum_that_is_carried_out_has_no_last_day(planted):
    (((_, high, fresh, _),),) = _windows("会议贯彻落实省委十二届五次全会部署。", "山西")
    assert high == date.max
    assert fresh[1] < date.max


def test_the_first_plenum_follows_its_congress_at_once(planted):
    first = sitting("山西", 12, 1)
    assert first.earliest == date(2021, 10, 27)
    assert (first.latest - first.earliest).days <= 10


def test_a_term_without_a_day_lies_in_the_season_of_its_congress(planted):
    assert sitting("山西", 11, 4).earliest == date(2016, 10, 1)
    assert sitting("山西", 11, 4).latest == date(2021, 10, 27)
    assert sitting("山西", 9, 1) is None


@pytest.mark.parametrize("region", ["辽宁", "内蒙古", "天津", None])
def test_one_number_never_crosses_to_another_region(planted, region):
    assert _windows("会议传达学习省委十二届五次全会精神。", region) == []


def test_a_name_goes_before_the_region_of_the_page(planted):
    body = "会议传达学习河北省委十二届六次全会精神。"
    assert _windows(body, "山西") == _windows(body, None) == _windows(body, "河北") != []


@pytest.mark.parametrize("name", OTHERS_NAMES)
@pytest.mark.parametrize("region", ["重庆", "山西"])
def test_what_another_body_held_dates_nothing(planted, name, region):
    assert _windows(f"会议传达学习{name}六届三次全会精神。", region) == []


@pytest.mark.parametrize(("region", "dated"), [("重庆", True), ("山西", False), (None, False)])
def test_a_city_committee_is_the_province_only_of_a_municipality(planted, region, dated):
    assert bool(_windows("会议传达学习市委六届三次全会精神。", region)) is dated


@given(
    text=st.text(alphabet="省市委自治区党第十二届三五次全会体议精神传达、,。山西(扩大)", max_size=60),
    region=REGIONS,
)
def test_any_text_gives_readings_that_run_forward(text, region):
    for window in _windows(text, region):
        for low, high, fresh, label in window:
            assert low <= high
            assert fresh is None or low <= fresh[0] <= fresh[1]
            assert label


def test_the_region_is_asked_for_only_where_a_name_leaves_it_open():
    def asked() -> str:
        raise AssertionError("asked")

    assert list(plenum_windows("会议听取城乡供水保障工作汇报,审议第二十次全国代表大会方案。", asked)) == []
    assert list(plenum_windows("会议传达兵团党委八届十一次全会精神。", asked)) != []


@pytest.mark.parametrize("region", sorted(committees()))
def test_the_record_of_a_region_is_in_order(region):
    recorded = sorted(regional_plenums._recorded().get(region, {}).items())
    assert all(first <= last for _, (first, last) in recorded)
    for (_, (earlier, _)), (_, (_, later)) in pairwise(recorded):
        assert earlier <= later


def test_the_rows_name_regions_that_the_gazetteer_has():
    names = {
        row["name"].split(" ")[0] for row in table_rows("dated_events.csv") if "regional_" in row["kind"]
    }
    assert names <= {*committees(), regional_plenums.CORPS}


def test_a_page_of_a_district_is_dated_by_the_plenum_of_its_municipality(planted):
    body = "重庆市大足区\n4月2日,大足区委常委会召开会议,传达学习市委六届三次全会精神,听取春耕工作汇报。"
    found = parse_page(Page(origin="", data=body.encode(), sha256="0"))
    assert found.place is not None
    assert found.place.province == "重庆市"
    assert found.meeting_date.value == date(2024, 4, 2)
