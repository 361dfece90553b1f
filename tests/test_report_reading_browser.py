"""Reading in a real browser: a readout opens, its wording is traced, and nothing in its text runs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from present_example import make_example
from reading_example import MATTERS, spans_table, with_texts

from readout_nlp.present import report
from readout_nlp.present.report import render

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

OWN = "document.documentElement.dataset.owned=1"
HOSTILE = f'</script><script>{OWN}</script><!--<img src=x onerror="{OWN}">\u2028\u202e\u2066abc'
NONE = float("nan")
SPANS = [
    ("r020180-1", 0, 4, "formula", None, NONE),
    ("r020180-1", 4, 8, "echo_peer", "r120190-1", 40.0),
    ("r020180-1", 9, 13, "echo_up", "reference<b>", 30.0),
    ("r020180-2", 2, 6, "undirected", "r120190-2", NONE),
]


def _page(example=None, **settings):
    example = example or with_texts()
    return render(
        replace(example, tables=example.tables | {"echo_spans": spans_table(SPANS)}), "zh", **settings
    )


@pytest.fixture(scope="module")
def plain():
    return _page()


def _opened(page, name="r020180"):
    page.locator("#readouts .browser input").fill(name)
    page.locator(f'#readouts .rows a[href="#readouts/{name}"]').click()
    page.locator("#reading .matter").first.wait_for()


def test_a_readout_opens_from_the_list_and_the_way_back_leads_to_its_row(open_report, plain):
    page = open_report(plain, at="#readouts")
    _opened(page)
    assert page.url.endswith("#readouts/r020180")
    assert page.evaluate("document.activeElement.id") == "reading-title"
    shown = page.locator("#reading .matter").all_inner_texts()
    assert len(shown) == len(MATTERS)
    for text, matter in zip(shown, MATTERS, strict=True):
        assert matter in text
    assert "秦某" in page.locator("#reading .facts").inner_text()
    page.locator("#reading .leaf a[rel=next]").first.click()
    page.locator("#reading .matter").first.wait_for()
    assert page.url.split("#")[1] not in {"readouts", "readouts/r020180"}
    page.go_back()
    page.locator("#reading .matter").first.wait_for()
    page.locator("#reading .back").first.click()
    page.locator("#readouts .listing").wait_for()
    assert not page.locator("#reading").is_visible()


def test_wording_names_its_source_by_keyboard_and_in_a_list(open_report, plain):
    page = open_report(plain, at="#readouts/r020180")
    page.locator("#reading .echo[role]").first.focus()
    note = page.locator("#reading .echo-note")
    assert "与别处相同" in note.inner_text()
    assert "早 40 天" in note.inner_text()
    page.keyboard.press("ArrowRight")
    assert "参照文本 reference<b>" in note.inner_text()
    assert page.locator("#reading .echo[tabindex='0']").count() == 1
    listed = page.locator("#reading .sources li").all_inner_texts()
    assert len(listed) == 3
    assert any("1 处，4 字" in line for line in listed)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#readouts/r120190"


def test_words_are_found_in_the_text_and_the_view_changes_its_language(open_report, plain):
    page = open_report(plain, at="#readouts/r020180")
    page.locator("#reading .find input").fill("会议")
    page.locator("#reading mark.hit").first.wait_for()
    n = sum(text.count("会议") for text in MATTERS) + 2  # and twice outside the items
    assert page.locator("#reading mark.hit").count() == n
    page.keyboard.press("Enter")
    assert f"第 1 处，共 {n} 处" in page.locator("#reading .count").inner_text()
    page.locator("[data-language=en]").first.click()
    assert page.locator("#reading .find input").input_value() == "会议"
    assert "hear report" in "".join(page.locator("#reading .matter").all_inner_texts())


@pytest.mark.parametrize("width", [390, 1280])
def test_a_hostile_text_is_shown_and_does_nothing(open_report, width):
    example = with_texts(
        make_example(title=f'"><script>{OWN}</script>\u202e'),
        matters=(MATTERS[0] + HOSTILE + "𠮷野家。", "W" * 3000 + "。", "长" * 20_000),
    )
    page = open_report(_page(example), width=width, at="#readouts/r020180")
    first = page.locator("#reading .matter").first
    first.wait_for()
    assert "<!--<img src=x" in first.inner_text()
    assert first.inner_text().endswith("𠮷野家。")
    wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1]
    assert page.evaluate("document.documentElement.dataset.owned") is None
    assert page.locator("#reading img, #reading script").count() == 0


def test_without_texts_the_view_says_why(open_report):
    page = open_report(_page(texts=False), at="#readouts/r020180")
    page.locator("#reading .matter").first.wait_for()
    assert "--no-texts" in page.locator("#reading .why").inner_text()
    assert MATTERS[0] not in page.locator("#reading").inner_text()


def test_an_unknown_readout_is_said_to_be_unknown(open_report, plain):
    page = open_report(plain, at="#readouts/no%20such%22%3E")
    assert 'no such">' in page.locator("#reading .why").inner_text()


def test_a_place_leads_to_its_readouts(open_report, plain):
    example = with_texts()
    places = (
        example.tables["coverage"]
        .groupby(["place", "place_code", "level"], as_index=False)[["n_readouts", "n_items"]]
        .sum()
    )
    places = places.assign(prefecture=places["place"], province="甲省", first_year=2018, last_year=2022)
    page = open_report(
        render(replace(example, tables=example.tables | {"places_read": places}), "zh"), at="#read"
    )
    page.locator(".find-place input").fill("乙山")
    assert page.locator(".tiles.found li").count() == 1
    page.locator(".tiles.found button").click()
    rows = page.locator("#readouts .rows tbody tr")
    rows.first.wait_for()
    assert rows.count() == 10
    assert all("乙山市" in text for text in rows.all_inner_texts())


def test_without_scripts_every_readout_is_listed(open_report, plain):
    page = open_report(plain, scripts=False)
    assert page.locator("#readouts noscript tbody tr").count() == 48


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_no_serious_fault_in_the_view(open_report, plain, language):
    from axe_playwright_python.sync_playwright import Axe

    page = open_report(plain, lang=language, at="#readouts/r020180", bypass=True)
    page.locator("#reading .echo[role]").first.focus()
    page.locator("#reading .find input").fill("会议")
    page.locator("#reading mark.hit").first.wait_for()
    found = Axe().run(page).response["violations"]
    grave = [
        (one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in {"serious", "critical"}
    ]
    assert grave == []


def test_packed_tables_and_texts_open_without_the_browsers_own_way(open_report, monkeypatch):
    script = report.page_script().replace("new DecompressionStream(", "new NoSuchStream(")
    monkeypatch.setattr(report, "page_script", lambda: script)
    monkeypatch.setattr("readout_nlp.present.payload.LEAST_PACKED", 0)  # every table
    page = open_report(_page(), at="#readouts")
    rows = page.locator("#readouts .rows tbody tr")
    assert rows.count() == 25
    assert "甲河市" in rows.first.inner_text()
    _opened(page)
    assert MATTERS[0] in page.locator("#reading .matter").first.inner_text()
