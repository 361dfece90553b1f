"""The report on paper: wide maps are printed whole, in strips; a card begins where the one before ends."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from present_example import PLACES, make_example

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PAPER = 688  # CSS pixels between the margins of a sheet of A4
SEEN = """(all) => all.filter((one) => one.checkVisibility()).map((one) => ({
  names: [...one.querySelectorAll('thead th')].map((name) => name.textContent.trim()),
  cells: one.querySelectorAll('tbody td').length, right: one.getBoundingClientRect().right }))"""


def with_topics(n):
    """Give the example with shares of `n` topics by place."""
    example = make_example()
    names = [f"t{at:02d}" for at in range(1, n + 1)]
    shares = np.random.default_rng(3).dirichlet(np.ones(n), size=len(PLACES))
    rows = [
        {"place": place, "topic": name, "share": share, "low": np.nan, "high": np.nan}
        | {"n_items": 40, "n_readouts": 9, "thin": False, "gap": False}
        for place, row in zip(PLACES, shares, strict=True)
        for name, share in zip(names, row, strict=True)
    ]
    return replace(example, tables=example.tables | {"shares_place": pd.DataFrame(rows)}), names


def maps_seen(page):
    """Give the maps of topics that can be seen; those of places by places stand in the same part."""
    found = page.eval_on_selector_all("#places-who table.heat.vertical", SEEN)
    return [one for one in found if not set(one["names"]) & set(PLACES)]


@pytest.mark.parametrize(("n", "strips"), [(4, 1), (25, 1), (26, 2), (50, 2), (51, 3)])
def test_a_map_of_many_topics_is_printed_whole(open_report, n, strips):
    example, topics = with_topics(n)
    page = open_report(example, width=PAPER)
    page.emulate_media(media="print")
    seen = maps_seen(page)
    assert len(seen) == strips
    assert sum(len(one["names"]) for one in seen) == len(topics)
    assert sum(one["cells"] for one in seen) == n * len(PLACES)
    named = [name for one in seen for name in one["names"]]
    assert named[4:] == topics[4:]  # the first four have labels
    assert max(one["right"] for one in seen) <= PAPER


def test_on_the_screen_the_same_map_is_one_table(open_report):
    example, topics = with_topics(50)
    page = open_report(example, at="#places")
    page.evaluate("document.querySelectorAll('.part').forEach((one) => one.classList.remove('folded'))")
    assert [len(one["names"]) for one in maps_seen(page)] == [len(topics)]


def test_nothing_is_wider_than_the_paper(open_report, example_report):
    """But for the half of a year's figures that a chart lets stand over its edge, in the margin."""
    page = open_report(example_report, width=PAPER)
    page.emulate_media(media="print")
    wide = page.evaluate(
        """(paper) => [...document.querySelectorAll('.page *')].filter((one) => one.checkVisibility() &&
          !one.closest('.hidden') && one.getBoundingClientRect().right > paper + 4
        ).map((one) => `${one.tagName}.${one.getAttribute('class')} ${one.getBoundingClientRect().right}`)""",
        PAPER,
    )
    assert wide == []


def test_topic_cards_follow_each_other_without_empty_sheets(open_report, example_report):
    page = open_report(example_report, width=PAPER)
    page.emulate_media(media="print")
    broken = page.eval_on_selector_all(
        ".topic-card", "(all) => all.map((one) => getComputedStyle(one).breakInside)"
    )
    assert set(broken) == {"auto"}
    assert page.eval_on_selector(".topic-cards", "(one) => getComputedStyle(one).display") == "block"
