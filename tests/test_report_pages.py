"""Every page of the report in a browser: by its address, by keyboard, at every width, in both languages."""

from __future__ import annotations

import pytest

from readout_nlp.present.report import SECTIONS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SHOWN = """() => [...document.querySelectorAll(".page")]
  .filter((one) => one.offsetParent).map((one) => one.dataset.page)"""
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def show(page, name):
    page.evaluate("(name) => { location.hash = '#' + name; }", name)
    page.wait_for_function("(name) => document.documentElement.dataset.page === name", arg=name)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_is_reached_by_clicking_and_shown_alone(open_report, example_report, width, lang):
    page = open_report(example_report, width=width, lang=lang)
    for name in SECTIONS:
        if width < 900:
            page.click(".menu")
        page.click(f'.contents a[href="#{name}"]')
        page.wait_for_function("(name) => document.documentElement.dataset.page === name", arg=name)
        assert page.evaluate(SHOWN) == [name]
        assert page.get_attribute('.contents a[aria-current="page"]', "href") == f"#{name}"
        assert page.title().split(" · ")[0] == page.evaluate(
            "(lang) => document.querySelector(`.contents [aria-current] [lang^=${lang}]`).textContent", lang
        )
        assert page.evaluate("document.activeElement.id") in {f"{name}-title", "", "top"}
        assert page.evaluate("window.scrollY") == 0


def test_an_address_inside_a_page_opens_the_page_and_shows_the_place(open_report, example_report):
    page = open_report(example_report, at="#data")
    assert page.evaluate(SHOWN) == ["method"]
    assert 0 <= page.evaluate("document.getElementById('data').getBoundingClientRect().top") < 900
    assert page.evaluate(SHOWN) == ["method"]


@pytest.mark.parametrize("at", ["#nowhere", "#%E0%A4%A", "#", "#<img src=x>", "#topics/nothing"])
def test_an_address_that_leads_nowhere_still_shows_a_page(open_report, example_report, at):
    page = open_report(example_report, at=at)
    assert page.evaluate(SHOWN) == ["topics" if "topics" in at else "overview"]


def test_back_and_forward_walk_the_pages_and_the_links_turn_them(open_report, example_report):
    page = open_report(example_report)
    for name in SECTIONS[1:]:
        page.click(f'.page[data-page="{SECTIONS[SECTIONS.index(name) - 1]}"] .turn .on')
        page.wait_for_function("(name) => document.documentElement.dataset.page === name", arg=name)
    page.go_back()
    page.wait_for_function("() => document.documentElement.dataset.page === 'readouts'")
    page.go_forward()
    page.wait_for_function("() => document.documentElement.dataset.page === 'method'")
    assert page.evaluate(SHOWN) == ["method"]


def test_pages_tell_when_they_are_shown(open_report, example_report):
    page = open_report(example_report)
    page.evaluate("""() => {
      window.told = [];
      document.addEventListener("page:show", ({ detail }) => told.push([detail.id, detail.rest]));
    }""")
    for number, address in enumerate(("topics/t03", "readouts/a%20b", "method"), 1):
        page.evaluate("(hash) => { location.hash = hash; }", address)
        page.wait_for_function("(n) => told.length >= n", arg=number)
    assert page.evaluate("told") == [["topics", "t03"], ["readouts", "a b"], ["method", ""]]


def test_the_language_is_kept_from_page_to_page_and_when_the_file_is_opened_again(
    open_report, example_report
):
    page = open_report(example_report, lang="")
    page.click('[data-language="en"]')
    show(page, "echo")
    assert page.evaluate("document.documentElement.lang") == "en"
    # storage is written behind the page's back: on a busy machine the reload came before it
    page.wait_for_timeout(1000)
    page.reload()
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.get_attribute('[data-language="en"]', "aria-pressed") == "true"
    assert page.title().startswith("Echo")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_page_is_wider_than_its_window(open_report, example_report, lang):
    page = open_report(example_report, lang=lang)
    wide = []
    for width in (320, 390, 600, 768, 901, 1024, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        for name in SECTIONS:
            show(page, name)
            if (over := page.evaluate(TOO_WIDE)) > 0:
                wide.append((name, width, over))
    assert wide == []


def test_the_keyboard_alone_reaches_every_page(open_report, example_report):
    page = open_report(example_report)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "overview-title"
    for name in SECTIONS[1:]:
        page.focus(f'.contents a[href="#{name}"]')
        page.keyboard.press("Enter")
        page.wait_for_function("(name) => document.documentElement.dataset.page === name", arg=name)
        assert page.evaluate("document.activeElement.id") == f"{name}-title"
    page.set_viewport_size({"width": 390, "height": 900})
    page.focus(".menu")
    page.keyboard.press("Enter")
    assert page.get_attribute(".menu", "aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert page.get_attribute(".menu", "aria-expanded") == "false"


def test_without_script_every_page_is_there_one_below_the_other(open_report, example_report):
    page = open_report(example_report, scripts=False)
    for name in SECTIONS:
        assert page.locator(f"#{name}-title").is_visible()
    assert not page.locator(".csv").first.is_visible()
    assert page.locator(".why:visible, table:visible").count() > 5
