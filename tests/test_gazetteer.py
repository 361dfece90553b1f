"""The gazetteer: names and codes of each year, parents, short names, mentions in linear time."""

from __future__ import annotations

import time
from itertools import combinations

import pytest

from readout_nlp.reference.gazetteer import (
    above,
    by_code,
    by_name,
    divisions,
    everyday_names,
    mentions,
    short_name,
)


def test_one_code_bears_one_name_a_year():
    by = {}
    for division in divisions():
        by.setdefault(division.code, []).append(division)
    for spans in by.values():
        for one, other in combinations(spans, 2):
            first = max(one.valid_from or 0, other.valid_from or 0)
            last = min(one.valid_to or 9999, other.valid_to or 9999)
            assert first > last, (one, other)


def test_every_parent_is_known_and_of_a_wider_level():
    order = ("province", "prefecture", "county")
    for division in divisions():
        if division.parent is None:
            assert division.level == "province"
        else:
            nearest = above(division)[0]
            assert order.index(nearest.level) < order.index(division.level), division


def test_a_city_that_became_a_district():
    assert [d.code for d in by_name("吴江市", year=2011)] == ["320584"]
    assert by_name("吴江市", year=2012) == ()
    assert [d.code for d in by_name("吴江区", year=2012)] == ["320509"]
    assert by_code("320508", year=2011) is None


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("内蒙古自治区", "内蒙古"),
        ("西藏自治区", "西藏"),
        ("长白朝鲜族自治县", "长白"),
        ("彭水苗族土家族自治县", "彭水"),
        ("万柏林区", "万柏林"),
        ("神农架林区", "神农架"),
        ("顺河回族区", "顺河"),
        ("六枝特区", "六枝"),
        ("香港特别行政区", "香港"),
        ("莫力达瓦达斡尔族自治旗", "莫力达瓦"),
    ],
)
def test_short_names(name, short):
    assert short_name(name) == short


def test_fictional_places_resolve_like_real_ones_and_share_no_code():
    fictional = [d for d in divisions() if d.code.startswith("99")]
    assert fictional
    for division in fictional:
        assert division in by_name(division.name)
    assert not any(d.code.startswith("99") for name in ("苏州市", "吴江区") for d in by_name(name))


def test_the_longest_name_counts():
    assert mentions("浦东新区和大理白族自治州") == {"浦东新区": 1, "大理白族自治州": 1}
    assert mentions("") == {}


def test_mentions_are_linear():
    start = time.perf_counter()
    mentions("苏州" * 200_000)
    assert time.perf_counter() - start < 5


def test_everyday_names_are_names_of_counties_only():
    wide = {n for d in divisions() if d.level != "county" for n in (d.name, d.short)}
    assert everyday_names()
    assert not everyday_names() & wide
