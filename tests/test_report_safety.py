"""The report in a browser: no serious fault by axe, nothing hostile gets in, tables and CSV, paper, size."""

from __future__ import annotations

import json
import re

import pytest
from present_example import make_example

from readout_nlp.present.report import SECTIONS, render
from readout_nlp.present.strings import strings
from readout_nlp.present.tables import COLUMNS, SQUARE
from readout_nlp.replication.codebook import definitions

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
SERIOUS = {"serious", "critical"}
OWN = "document.documentElement.dataset.owned=1"
HOSTILE = (
    f'=cmd|"></script><script>{OWN}</script><img src=x onerror="{OWN}"><a href="javascript:{OWN}">'
    f'<svg onload="{OWN}">{{{{constructor.constructor("{OWN}")()}}}}<!--\u2028\u202e'
)


def show(page, name):
    page.evaluate("(name) => { location.hash = '#' + name; }", name)
    page.wait_for_function("(name) => document.documentElement.dataset.page === name", arg=name)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_axe_finds_nothing_serious_on_any_page(open_report, example_report, lang):
    from axe_playwright_python.sync_playwright import Axe

    page, axe, found = open_report(example_report, lang=lang, bypass=True), Axe(), []
    for name in SECTIONS:
        show(page, name)
        for one in axe.run(page).response["violations"]:
            if one["impact"] in SERIOUS:
                found.append((name, one["id"], [node["html"][:120] for node in one["nodes"][:3]]))
    assert found == []


def test_hostile_texts_do_nothing_on_any_page(open_report):
    text = render(make_example(title=HOSTILE, text=HOSTILE, place=HOSTILE), "zh")
    page = open_report(text)
    for name in SECTIONS:
        show(page, name)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.click('[data-language="en"]')
    assert page.evaluate("document.documentElement.dataset.owned") is None
    assert page.locator("img, iframe, object, embed").count() == 0
    links = page.eval_on_selector_all("a", "(all) => all.map((one) => one.getAttribute('href'))")
    assert [link for link in links if not link.startswith("#")] == []
    handlers = (
        "(all) => all.flatMap((one) => one.getAttributeNames()).filter((name) => name.startsWith('on'))"
    )
    assert page.eval_on_selector_all("*", handlers) == []


def test_the_policy_stops_a_script_that_gets_in_all_the_same(open_report, example_report):
    page = open_report(example_report.replace("</body>", f"<script>{OWN}</script></body>"))
    assert page.evaluate("document.documentElement.dataset.owned") is None
    assert "Content Security Policy" in page.faults.pop()
    assert page.evaluate("typeof trustedTypes") == "object"
    with pytest.raises(Exception, match="TrustedHTML"):
        page.evaluate("document.body.innerHTML = '<b>1</b>'")
    page.faults.clear()


CSV = """(name) => new Promise((done) => {
  const before = URL.createObjectURL;
  URL.createObjectURL = (blob) => { blob.arrayBuffer().then((bytes) =>
    done(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes))); return "#data"; };
  HTMLAnchorElement.prototype.click = () => {};
  document.querySelector(`[data-csv="${name}"]`).click();
  URL.createObjectURL = before;
})"""


def test_every_csv_button_gives_its_whole_table_and_no_formula(open_report):
    text = render(make_example(title='=1+1,"quoted"'), "zh")
    page = open_report(text)
    held = json.loads(re.search(r'id="data-tables">(.*?)</script>', text, re.DOTALL).group(1))["tables"]
    names = page.eval_on_selector_all(
        "[data-csv]", "(all) => [...new Set(all.map((one) => one.dataset.csv))]"
    )
    assert set(names) <= set(held)
    for name in names:
        lines = page.evaluate(CSV, name)
        assert lines.startswith("\ufeff")
        assert lines.count("\r\n") == held[name]["rows"] + 1, name
    readouts = page.evaluate(CSV, "readouts")
    assert '"\'=1+1,""quoted"""' in readouts
    assert ",=1+1" not in readouts


UNOFFERED = """() => {
  const shown = "figure, table, svg[role=img]", missing = [];
  for (const page of document.querySelectorAll(".page")) {
    let offered = false, head = "";
    for (const one of page.querySelectorAll(`h2, h3, h4, [data-csv], ${shown}`)) {
      if (one.matches("h2, h3, .topic-card h4")) { offered = false; head = one.textContent.trim(); }
      else if (one.matches("[data-csv]")) offered = true;
      else if (one.matches(shown) && !offered && !one.parentElement.closest(shown)) missing.push(head);
    }
  }
  return missing;
}"""


def unoffered(page):
    """Give the headings of figures and tables over which no table is offered; seconds are in the manifest."""
    return {head for head in page.evaluate(UNOFFERED) if "Seconds by stage" not in head}


def test_every_heading_over_a_table_or_figure_offers_its_data(open_report, example_report):
    page = open_report(example_report)
    assert unoffered(page) == set()
    chosen = page.eval_on_selector_all("select[data-show] option", "(all) => all.map((one) => one.value)")
    held = page.evaluate('Object.keys(JSON.parse(document.getElementById("data-tables").textContent).tables)')
    assert chosen == held  # whatever else the pages show, every table can be chosen and downloaded


@pytest.mark.parametrize(
    "name",
    [
        "coverage",
        "relevant_terms",
        "acts_topic",
        "shares_place",
        "similarity_places",
        "place_tree",
        "leaders",
    ],
)
def test_a_figure_whose_table_is_not_offered_is_found(open_report, example_report, name):
    page = open_report(example_report)
    page.eval_on_selector_all(f'[data-csv="{name}"]', "(all) => all.forEach((one) => one.remove())")
    assert unoffered(page)


def test_tables_are_searched_sorted_turned_and_narrowed(open_report, example_report):
    page = open_report(example_report, at="#data")
    box = page.locator(".data .browser")
    page.select_option("select[data-show]", "shares_place_year")
    assert "每行是一个地方、一个年份和一个主题。" in page.locator(".about:visible").inner_text()
    total = re.search(r"共 (\d+) 行", box.locator(".range").inner_text()).group(1)
    box.locator("input[type=search]").fill("戊江市 2020")
    page.wait_for_function(
        "(n) => !document.querySelector('.data .range').textContent.includes(n)", arg=total
    )
    assert box.locator(".range").inner_text() == "第 1–4 行，共 4 行"
    box.locator("thead button", has_text="share").click()
    box.locator("thead button", has_text="share").click()
    at = [cell.strip() for cell in box.locator("thead th").all_inner_texts()].index("share")
    values = [float(row.locator("td").nth(at).inner_text()) for row in box.locator("tbody tr").all()]
    assert values == sorted(values, reverse=True)
    assert box.locator('[aria-sort="descending"]').count() == 1
    columns = box.locator("thead th").count()
    box.locator("summary").click()
    box.get_by_label("low", exact=True).uncheck()
    assert box.locator("thead th").count() == columns - 1
    box.locator("input[type=search]").fill("nowhere at all")
    page.wait_for_function("() => document.querySelectorAll('.data tbody tr').length === 0")


def test_on_paper_every_page_is_printed(open_report, example_report, tmp_path):
    page = open_report(example_report, lang="en")
    page.emulate_media(media="print")
    for name in SECTIONS:
        assert page.locator(f"#{name}-title").is_visible()
    assert not page.locator(".csv:visible, .side:visible, .turn:visible").count()
    assert page.pdf(format="A4")[:4] == b"%PDF"


def test_every_table_says_in_both_languages_what_a_row_is():
    tables = definitions()["tables"]
    for name in (*COLUMNS, *SQUARE, "readouts"):
        assert strings()[f"rows.{name}"]["en"] == tables[name]["rows"]
        assert strings()[f"rows.{name}"]["zh"]


def test_the_report_stays_small(example_report):
    assert len(example_report.encode()) < 1_000_000
