"""Topics, cities and years in a browser: the slider ranks as the formula does, parts open one by one."""

import functools

import numpy as np
import pandas as pd
import pytest
from present_example import PLACES, TOPICS, make_example
from test_report_places import unlike

from readout_nlp.present.report import render
from readout_nlp.present.topic_cards import WORDS
from readout_nlp.topics.relevance import first_relevant

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def open_at(browser, tmp_path):
    """Open a report at an address; a fault in its script or its policy fails the test."""
    faults, contexts = [], []

    def opened(html, address="", *, width=1280, script=True):
        path = tmp_path / f"report-{len(contexts)}.html"
        path.write_text(html, encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=script)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.goto(f"{path.as_uri()}#{address}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


def many_words(example, n=60):
    """Give every topic so many words with random scores, as the slider needs to be tested."""
    rng = np.random.default_rng(7)
    rows = [
        {"topic": topic, "term": f"词{at:02d}", "log_probability": -rng.uniform(1, 9)}
        | {"log_lift": rng.normal(0, 2), "n": 100 + at, "n_topic": at}
        for topic in TOPICS
        for at in range(n)
    ]
    example.tables["relevant_terms"] = pd.DataFrame(rows).round(6)
    return example


@functools.cache
def browsed():
    return many_words(make_example())


@functools.cache
def html():
    return render(browsed(), "zh")


def shown_words(page, topic):
    return page.locator(f"#topic-{topic} .words th").all_text_contents()


def slide(page, weight):
    page.locator(".weigh-tools input").evaluate(
        "(node, value) => { node.value = value; node.dispatchEvent(new Event('input', {bubbles: true})); }",
        str(weight),
    )


def test_the_slider_ranks_words_as_the_formula_does(open_at):
    page = open_at(html(), "topics/t02")
    mine = browsed().tables["relevant_terms"].query("topic == 't02'")
    for weight in (0, 0.25, 0.6, 1):
        slide(page, weight)
        assert shown_words(page, "t02") == first_relevant(mine, weight=weight, n=20)["term"].tolist()
    assert len(shown_words(page, "t02")) > WORDS


def test_the_slider_is_moved_by_keys_and_says_its_value(open_at):
    page = open_at(html(), "topics/t01")
    page.locator(".weigh-tools input").focus()
    page.keyboard.press("Home")
    assert page.locator(".weigh-tools input").get_attribute("aria-valuetext") == "λ = 0.00"
    page.keyboard.press("ArrowRight")
    assert page.locator(".weigh-tools output").text_content() == "0.05"


def test_items_are_marked_with_the_words_that_the_slider_chose(open_at):
    example = make_example()
    words = example.tables["relevant_terms"]
    example.tables["relevant_terms"] = words[words["term"] != "项目"]
    page = open_at(render(example, "zh"), "topics/t02")
    before = page.locator("#topic-t02 .marked").first.text_content()
    assert page.locator("#topic-t02 .marked mark").first.text_content() == "水质"
    slide(page, 1)
    assert page.locator("#topic-t02 .marked").first.text_content() == before


def test_one_topic_is_open_and_buttons_search_and_address_turn_to_another(open_at):
    page = open_at(html(), "topics/t03")
    seen = page.locator(".topic-card:visible")
    assert seen.count() == 1
    assert seen.get_attribute("id") == "topic-t03"
    order = page.locator(".topic-index li").evaluate_all("nodes => nodes.map((one) => one.dataset.topic)")
    before = order[order.index("t03") - 1]
    page.locator("[data-turn='-1']").click()
    page.wait_for_function("id => location.hash === '#topics/' + id", arg=before)
    assert page.locator(".topic-card:visible").get_attribute("id") == f"topic-{before}"
    page.locator(".topic-find input[type='search']").fill("水质")
    assert page.locator(".topic-index li:visible").count() == 1
    page.locator(".topic-index li:visible a").click()
    page.wait_for_function("location.hash === '#topics/t02'")
    assert page.locator(".topic-card:visible").get_attribute("id") == "topic-t02"
    page.go_back()
    page.wait_for_function("id => location.hash === '#topics/' + id", arg=before)
    assert page.locator(".topic-card:visible").get_attribute("id") == f"topic-{before}"


def test_topics_are_sorted_as_asked(open_at):
    page = open_at(html(), "topics")
    page.locator(".topic-find input[value='stability']").check()
    order = page.locator(".topic-index li").evaluate_all("nodes => nodes.map((one) => one.dataset.topic)")
    assert order == ["t01", "t02", "t03", "t04"]  # 0.82, 0.71, 0.31, not measured
    page.locator(".topic-find input[value='size']").check()
    first = page.locator(".topic-index li").first.get_attribute("data-topic")
    assert first == "t01"


def test_without_scripts_every_card_and_every_part_is_there(open_at):
    page = open_at(html(), script=False)
    assert page.locator(".topic-card:visible").count() == len(TOPICS)
    assert page.locator("#places .part:visible").count() == 3
    assert not page.locator(".topic-find").is_visible()


def test_parts_of_cities_and_years_open_one_by_one_and_by_address(open_at):
    page = open_at(html(), "places")
    shown = page.locator("#places .part:visible")
    assert shown.get_attribute("id") == "places-years"
    page.locator(".subnav a").nth(2).click()
    page.wait_for_function("location.hash === '#places-evidence'")
    assert shown.get_attribute("id") == "places-evidence"
    assert page.locator(".subnav [aria-current]").get_attribute("href") == "#places-evidence"
    page.goto(page.url.split("#")[0] + "#places/who")
    page.reload()
    assert page.locator("#places .part:visible").get_attribute("id") == "places-who"


@functools.cache
def many_places():
    example = make_example()
    alike = unlike(20)
    alike.iloc[0, 1] = alike.iloc[1, 0] = np.nan
    first = [*PLACES, *alike.index[5:]]
    example.tables["similarity_places"] = alike.set_axis(first, axis=0).set_axis(first, axis=1)
    shares = example.tables["coverage"]
    more = [shares[shares["place"] == PLACES[0]].assign(place=name) for name in first[5:]]
    example.tables["coverage"] = pd.concat([shares, *more], ignore_index=True)
    return example


def test_a_cell_that_is_pointed_at_tells_its_two_places_and_its_number(open_at):
    page = open_at(render(many_places(), "zh"), "places-who")
    picture = page.locator("[data-map='topics'] svg")
    names = picture.locator(".row-name title").evaluate_all("nodes => nodes.map((one) => one.textContent)")
    box, whole = picture.bounding_box(), 66 + 10 * len(names)
    note = page.locator("[data-map='topics'] .cell-note")
    alike = many_places().tables["similarity_places"]
    for row, column in ((0, 19), (12, 3), (7, 8)):
        at = [(66 + 10 * number + 5) / whole for number in (column, row)]
        picture.click(position={"x": at[0] * box["width"], "y": at[1] * box["height"]})
        value = alike.loc[names[row], names[column]]
        told = "–" if np.isnan(value) else f"{round(value, 3):.2f}"
        assert note.text_content() in {
            f"{names[row]} – {names[column]}: {told}",
            f"{names[row]} – {names[column]}: {value:.2f}",
        }


def test_wording_is_shown_before_after_or_as_a_change(open_at):
    page = open_at(html(), "places-who")
    seen = page.locator(".maps [data-view]:visible")
    assert seen.evaluate_all("nodes => nodes.map((one) => one.dataset.view)") == ["before", "after"]
    page.locator(".choose-map input[value='change']").check()
    assert seen.evaluate_all("nodes => nodes.map((one) => one.dataset.view)") == ["change"]


@pytest.mark.parametrize("address", ["topics/t02", "places-years", "places-who", "places-evidence"])
def test_no_part_is_wider_than_a_phone(open_at, address):
    page = open_at(html(), address, width=320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_nothing_that_is_hostile_runs(open_at):
    hostile = '"><script>document.title="owned"</script><img src=x onerror=document.title="owned">'
    example = many_words(make_example(place=hostile, text=hostile))
    for table, column in (("relevant_terms", "term"), ("topics", "label"), ("acts_topic", "act")):
        example.tables[table][column] = hostile
    page = open_at(render(example, "zh"), "topics/t01")
    slide(page, 0.3)
    page.locator("[data-turn='1']").click()
    for part in ("places-years", "places-who", "places-evidence"):
        page.goto(page.url.split("#")[0] + "#" + part)
    assert page.locator("main img").count() == 0
    assert "owned" not in page.title()


def test_charts_drawn_by_choice_are_those_of_the_page_itself(open_at):
    lines = """nodes => nodes.map((one) => [one.dataset.key || one.querySelector(".what").textContent,
      one.querySelector("figcaption").textContent.trim().replace(/\\s+/g, " "),
      ...[...one.querySelectorAll("polyline.strong, circle, .span")].map((part) => [...part.attributes]
        .filter((a) => a.name !== "r")
        .map((a) => a.value.split(/[ ,]/).map((x) => isNaN(x) ? x : Math.round(x))))])"""
    still = open_at(html(), script=False).locator("#by-place .panel")
    page = open_at(html(), "places")
    page.locator("#explorer select[name='topic']").select_option("t03")
    page.locator("#explorer select[name='topic']").select_option("t01")
    drawn = page.locator("#by-place .panel")
    assert drawn.count() == len(PLACES)
    assert still.evaluate_all(lines) == drawn.evaluate_all(lines)
    page.locator("#explorer input[value='place']").check()
    assert drawn.count() == len(TOPICS)
