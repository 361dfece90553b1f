"""Codes and names through time: what the gazetteer shows is followed, what it leaves open is told."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readout_nlp.corpus.crosswalk import find_code, find_name
from readout_nlp.corpus.lineages import Succession, lineages
from readout_nlp.errors import InputError
from readout_nlp.reference.gazetteer import divisions

UNITS = [unit for unit in divisions() if (unit.valid_to or 9999) >= 1985]


@pytest.mark.parametrize(
    ("code", "year", "unit"),
    [
        ("320584", 2010, "320584"),
        ("320584", 2020, "320509"),
        ("320509", 2005, "320584"),
        ("320584", 2012, "320584"),  # the year of the change: the old code still counts
        ("341521", 2020, "340422"),  # moved to another prefecture
        ("420600", 2005, "420600"),  # renamed under its code
        ("440203", 2000, "440203"),  # two districts that changed codes with each other
        ("510202", 2000, "500103"),  # a new province
    ],
)
def test_a_code_is_followed_through_changes(code, year, unit):
    assert find_code(code, year).unit.code == unit


def test_districts_that_changed_codes_are_told_apart_by_name():
    assert find_code("440203", 2000).unit.name == "浈江区"
    assert find_code("440203", 2005).unit.name == "武江区"
    assert find_name("浈江区", 2000).lineage is find_name("浈江区", 2005).lineage


def test_without_following_only_a_valid_code_is_found():
    assert find_code("320509", 2005, follow=False).unit is None
    assert find_code("320509", 2015, follow=False).unit.code == "320509"


@pytest.mark.parametrize(("code", "year"), [("110103", 2015), ("130721", 2018), ("320502", 2015)])
def test_what_was_merged_has_no_successor(code, year):
    found = find_code(code, year)
    assert found.unit is None
    assert found.reason.startswith("code not valid in the year")


@pytest.mark.parametrize(
    ("name", "year", "reason"),
    [
        ("鼓楼区", 2010, "ambiguous name"),
        ("襄阳", 2005, "ambiguous name"),  # a district then, the prefecture later
        ("河南", 2010, "ambiguous name"),  # also a county of 青海
        ("不存在市", 2010, "unknown name"),
        ("崇文区", 2015, "name not valid in the year"),
    ],
)
def test_a_name_that_is_not_certain_is_not_guessed(name, year, reason):
    found = find_name(name, year)
    assert found.unit is None
    assert found.reason.startswith(reason)


def test_what_tells_places_of_one_name_apart():
    assert find_name("鼓楼区", 2010, inside=["福州"]).unit.code == "350102"
    assert find_name("江苏省南京市鼓楼区", 2010).unit.code == "320106"
    assert find_name("河南", 2010, level="province").unit.code == "410000"
    assert find_name("鼓楼区", 2010, inside=["苏州市"]).reason.startswith("unknown name")


@settings(max_examples=200)
@given(st.sampled_from(UNITS), st.integers(1985, 2024))
def test_whatever_is_found_existed_then_and_leads_back(unit, year):
    found = find_code(unit.code, year)
    if found.unit is None:
        assert found.reason
        return
    assert found.unit.valid_in(year) or found.unit.valid_in(year - 1)
    assert found.unit in found.lineage.units
    assert find_code(found.unit.code, year).lineage is found.lineage


def test_lineages_have_no_gap_and_no_unit_twice():
    lines = {id(one.lineage): one.lineage for found in lineages().by_code.values() for one in found}.values()
    assert sum(len(line.units) for line in lines) == len(divisions())
    for line in lines:
        for old, new in zip(line.units, line.units[1:], strict=False):
            assert new.valid_from == old.valid_to + 1


class TestStatedSuccessions:
    MERGED = tuple(Succession(code, 2012, "320508") for code in ("320502", "320503", "320504"))

    def test_a_merger_is_told_not_followed(self):
        found = find_code("320508", 2008, successions=self.MERGED)
        assert found.unit is None
        assert sorted(part.code for part in found.parts) == ["320502", "320503", "320504"]
        assert "320508 姑苏区" in find_code("320502", 2015, successions=self.MERGED).reason

    def test_a_unit_that_takes_another_in_goes_on(self):
        taken_in = (Succession("110103", 2010, "110101"),)
        assert find_code("110101", 2005, successions=taken_in).unit.code == "110101"
        assert find_code("110101", 2015, successions=taken_in).unit.code == "110101"
        assert find_code("110103", 2015, successions=taken_in).unit is None

    def test_a_fictional_county_becomes_a_city_that_the_gazetteer_does_not_know(self):
        renamed = (Succession("990123", 2016, "990183", "翊陵市"),)
        assert find_code("990123", 2018, successions=renamed).unit.name == "翊陵市"
        assert find_code("990183", 2012, successions=renamed).unit.code == "990123"
        assert find_name("翊陵市", 2012, successions=renamed).unit.name == "翊陵县"
        assert find_code("990123", 2018).unit.code == "990123"  # nothing is kept from the call before

    def test_a_split_is_told(self):
        split = (Succession("990123", 2016, "990183"), Succession("990123", 2016, "990184"))
        assert find_code("990123", 2018, successions=split).reason.endswith("990183 990183, 990184 990184")

    def test_a_code_that_nobody_bore_is_refused(self):
        with pytest.raises(InputError, match="a succession from 999999 in 2016"):
            lineages((Succession("999999", 2016, "990183"),))
