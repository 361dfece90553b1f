"""Formulations and echo in a real browser: what a reader chooses is drawn, by mouse and by keyboard."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from present_example import PLACES, make_example

from readout_nlp.present.report import render

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

TERMS = ("一渠到底", "二桥共建", "三清四畅", "四季巡河", "五色分区", "六站联动")
HOSTILE = '"><script>document.documentElement.dataset.owned=1</script><img src=x onerror="owned()">'
SERIOUS = {"serious", "critical"}


def spread(places):
    """Each term is seen in one place fewer than the one before, a year apart."""
    rows = []
    for number, term in enumerate(TERMS):
        for at, place in enumerate(places):
            seen = at < len(places) - number
            first = pd.Timestamp(2018, 3, 1) + pd.Timedelta(days=200 * at + 20 * number)
            rows.append(
                {
                    **{"term": term, "place": place, "at_risk_from": pd.Timestamp(2017, 1, 9)},
                    **{"last_without": first - pd.Timedelta(days=30), "censored": not seen},
                    **{"first_observed": first if seen else pd.NaT, "lag_low": 10.0, "lag_high": 40.0},
                    **{"reference_first": pd.Timestamp(2018, 2, 1), "n_readouts_at_risk": 9, "flags": ""},
                }
            )
    return pd.DataFrame(rows)


def story(**hostile):
    """Six terms, twelve passages of two classes, and arrows from one place and from the reference."""
    example = make_example(**hostile)
    tables = example.tables
    places = list(tables["coverage"]["place"].unique())
    tables["tifa_adoption"] = spread(places)
    for name in ("tifa_lags", "tifa_curves", "tifa_lines"):
        tables[name] = pd.concat([tables[name].assign(term=term) for term in TERMS], ignore_index=True)
    row = tables["aligned_passages"].iloc[[0]]
    kinds = [("echo_peer", places[1])] * 9 + [("self_reuse", places[2])] * 3
    tables["aligned_passages"] = pd.concat(
        [row.assign(**{"class": label, "target_place": place}) for label, place in kinds], ignore_index=True
    )
    edge = tables["reuse_network"].iloc[[0]]
    pairs = [
        (places[0], places[1]),
        (places[0], places[2]),
        (places[1], places[3]),
        ("reference corpus", places[4]),
    ]
    tables["reuse_network"] = pd.concat(
        [edge.assign(source_place=one, target_place=other) for one, other in pairs], ignore_index=True
    )
    return example


@pytest.fixture(scope="module")
def report():
    return render(story(), "zh")


@pytest.fixture
def formulations(open_report, report):
    return open_report(report, at="#formulations")


@pytest.fixture
def echoes(open_report, report):
    return open_report(report, at="#echo")


def test_up_to_four_curves_are_laid_over_each_other(formulations):
    page = formulations
    assert page.locator("#spread-over .curve-band").count() == 3
    picks = page.locator(".pick")
    picks.nth(3).click()
    assert page.locator("#spread-over .curve-band").count() == 4
    picks.nth(4).click()
    assert page.locator("#spread-over .legend").inner_text() == "已有四个，请先去掉一个。"
    assert picks.nth(4).get_attribute("aria-pressed") == "false"
    picks.nth(0).focus()
    page.keyboard.press("Enter")
    picks.nth(4).click()
    assert TERMS[4] in page.locator("#spread-over .legend").inner_text()
    assert TERMS[0] not in page.locator("#spread-over .legend").inner_text()
    assert page.locator("#spread-over svg[role=img]").get_attribute("aria-label").startswith("4 条采用曲线")


@pytest.mark.parametrize("number", [0, 3])
def test_first_uses_are_drawn_place_by_place_and_never_seen_ones_stay_open(formulations, number):
    page = formulations
    page.locator("#uses-by-place select").select_option(TERMS[number])
    plot = page.locator("#uses-by-place .plot")
    assert plot.locator("circle.full").count() == len(PLACES) - number
    assert plot.locator("path.arrow").count() == number
    assert f"{len(PLACES) - number} 地先后见到" in plot.locator("svg").get_attribute("aria-label")
    names = plot.locator("text.who").all_text_contents()
    assert names[: len(PLACES) - number] == list(PLACES[: len(PLACES) - number])  # the earliest on top
    page.locator('[data-language="en"]').click()
    assert f"never in {number}." in plot.locator("svg").get_attribute("aria-label")


def test_the_table_of_tifa_is_searched(formulations):
    page = formulations
    status = page.locator("#tifa-search [role=status]")
    assert status.inner_text() == "6 / 6 个提法"
    page.locator("#tifa-search input").fill("二桥")
    assert status.inner_text() == "1 / 6 个提法"
    assert page.locator("[data-tifa]:visible th").all_inner_texts() == [TERMS[1]]
    page.locator("#tifa-search input").fill("查无此词")
    assert status.inner_text() == "0 / 6 个提法"


def test_a_line_opens_the_readout_that_prints_it(formulations):
    page = formulations
    page.locator(".tifa summary").first.click()
    page.locator(".kwic button").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.documentElement.dataset.page === 'readouts'")
    assert page.evaluate("location.hash") == "#readouts/r020180"


def test_passages_are_filtered_and_the_rest_comes_on_demand(echoes):
    page = echoes
    shown, status = page.locator(".aligned:visible"), page.locator("#echo-filter [role=status]")
    assert (shown.count(), status.inner_text()) == (8, "8 / 12 段")
    page.locator("#more-aligned").click()
    assert (shown.count(), status.inner_text()) == (12, "12 / 12 段")
    assert page.evaluate("document.activeElement.className") == "aligned"
    assert not page.locator("#more-aligned").is_visible()
    page.locator("#echo-filter [name=label]").select_option("self_reuse")
    assert shown.count() == 3
    page.locator("#echo-filter [name=place]").select_option(PLACES[1])
    assert (shown.count(), status.inner_text()) == (0, "0 / 0 段")


def test_a_place_lights_its_arrows_and_lists_them(echoes):
    page = echoes
    node = page.locator(f'.node[data-place="{PLACES[0]}"]')
    node.click()
    assert page.locator(".edge.lit").count() == 2
    assert page.locator(".edge.lit.out").count() == 2
    told = page.locator(".net-list")
    assert "先于 2 地，后于 0 地" in told.inner_text()
    assert "30 / 10.0" in told.inner_text()
    node.focus()
    page.keyboard.press(" ")
    assert page.locator(".edge.lit").count() == 0
    assert told.inner_text() == ""
    page.locator(".net-side select").select_option("reference corpus")
    assert page.locator(".edge.lit").count() == 1
    page.locator('[data-language="en"]').click()
    assert "reference text: earlier than 1 places" in told.inner_text()
    assert (
        page.locator('.node[data-place="reference corpus"]').get_attribute("aria-label") == "reference text"
    )


@pytest.mark.parametrize(("at", "width"), [("#formulations", 1280), ("#echo", 390)])
def test_axe_finds_nothing_serious_and_the_page_is_as_wide_as_the_window(open_report, report, at, width):
    from axe_playwright_python.sync_playwright import Axe

    page = open_report(report, at=at, width=width, bypass=True)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = Axe().run(page, context=at).response["violations"]
    assert [one["id"] for one in found if one["impact"] in SERIOUS] == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_without_script_all_is_there_and_no_control_that_would_do_nothing(open_report, report):
    page = open_report(report, scripts=False)
    for seen in (".spread .panel", ".uses .rug", ".tifa summary", ".aligned", "svg.network", ".stacks"):
        assert page.locator(seen).first.is_visible(), seen
    assert page.locator(".aligned:visible").count() == 12
    for control in (
        "#spread-over",
        "#uses-by-place",
        "#tifa-search",
        "#echo-filter",
        ".net-side",
        "#more-aligned",
    ):
        assert not page.locator(control).is_visible(), control


def test_hostile_names_and_texts_are_drawn_as_texts(open_report):
    page = open_report(story(place=HOSTILE, text=HOSTILE), at="#formulations")
    page.locator("#uses-by-place select").select_option(TERMS[1])
    page.evaluate("location.hash = '#echo'")
    page.locator(".node").first.click()
    page.locator(".net-side select").select_option(index=1)
    assert page.evaluate("document.documentElement.dataset.owned || ''") == ""
    assert page.locator("main img").count() == 0
    assert page.locator(f'.node text:text-is("{PLACES[1]}")').count() == 1


@pytest.mark.slow
def test_what_a_reader_chooses_is_drawn_at_once_for_many_places(open_report):
    """Forty terms in two hundred places: every choice within a tenth of a second, the best of three."""
    example = make_example()
    places = [f"{number:03d}县" for number in range(200)]
    some = spread(places)
    tables = example.tables
    terms = [f"{number:02d}联动" for number in range(40)]
    tables["tifa_adoption"] = pd.concat(
        [some[some["term"] == TERMS[0]].assign(term=term) for term in terms], ignore_index=True
    )
    tables["tifa_lags"] = pd.concat(
        [tables["tifa_lags"].assign(term=term) for term in terms], ignore_index=True
    )
    edge = tables["reuse_network"].iloc[[0]]
    rng = np.random.default_rng(0)
    pairs = {tuple(rng.choice(places, size=2, replace=False)) for _ in range(3000)}
    one, other = zip(*sorted(pairs), strict=True)
    tables["reuse_network"] = edge.loc[edge.index.repeat(len(pairs))].assign(
        source_place=one, target_place=other
    )
    page = open_report(example, at="#formulations")
    took = """(act) => { const begun = performance.now(); act(); document.body.offsetHeight;
        return performance.now() - begun; }"""
    choose = f"""() => ({took})(() => {{ const box = document.querySelector("#uses-by-place select");
        box.selectedIndex = (box.selectedIndex + 1) % 40; box.dispatchEvent(new Event("change")); }})"""
    assert min(page.evaluate(choose) for _ in range(3)) < 100
    page.evaluate("location.hash = '#echo'")
    light = f"""(at) => ({took})(() => document.querySelectorAll(".node")[at]
        .dispatchEvent(new MouseEvent("click", {{ bubbles: true }})))"""
    assert min(page.evaluate(light, at) for at in range(3)) < 100
