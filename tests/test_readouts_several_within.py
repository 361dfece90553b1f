"""Several counties of one city tell the city; another city's name, or fewer, tell nothing."""

from __future__ import annotations

import pytest

from readout_nlp.readouts.organs import find_organ
from readout_nlp.readouts.parse import parse_page
from readout_nlp.readouts.several_within import several_signs

OURS = ["墨脱的桥", "察隅的路", "米林的渠"]  # all of 林芝


def page(organ, works):
    """Give a report whose organ bears no name, and the works that it tells of one by one."""
    lead = f"6月4日,{organ}常委会召开会议,传达学习在北京召开的动员会议精神,研究工程建设。"
    told = "会议强调,".join(f"{work}已经动工,老乡都去看过。" for work in works)
    return f"{lead}\n会议指出,{told}"


def place(organ, works):
    return parse_page(f"研究工程建设\n发布时间:2019-06-05\n{page(organ, works)}").place


def test_three_counties_of_one_city_tell_it_and_are_quoted():
    found = place("市委", OURS)
    assert (found.code, found.level, found.basis) == ("540400", "prefecture", "named")
    assert "墨脱、察隅、米林" in found.evidence


@pytest.mark.parametrize(
    ("organ", "works"),
    [
        ("市委", OURS[:2]),
        ("市委", [*OURS, "贡嘎的房"]),  # one is another city's
        ("县委", OURS),
    ],
)
def test_fewer_or_another_city_s_tell_nothing(organ, works):
    text = page(organ, works)
    assert list(several_signs(text, find_organ(text), year=2019)) == []
    assert place(organ, works) is None
