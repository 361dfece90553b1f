"""The report in a real browser: its script runs under its own policy, and nothing else does."""

from __future__ import annotations

import re
import subprocess

import pytest
from present_example import make_example

from readout_nlp.present.report import render

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def visit(chromium, tmp_path):
    """Open a page and give the document as it stands after its script ran, and the browser's log."""

    def run(text: str, query: str = "") -> tuple[str, str]:
        path = tmp_path / "report.html"
        path.write_text(text, encoding="utf-8")
        flags = (
            "--headless=new --no-sandbox --disable-gpu --no-first-run --disable-background-networking "
            "--disable-component-update --disable-sync --virtual-time-budget=4000 --enable-logging=stderr "
            f"--user-data-dir={tmp_path / 'profile'} --dump-dom"
        )
        done = subprocess.run(
            [chromium, *flags.split(), f"{path.as_uri()}{query}"],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        return done.stdout, "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)

    return run


def test_script_runs_under_the_policy_and_switches_the_language(visit):
    text, log = visit(render(make_example(), "zh"), "?lang=en")
    root = re.search(r"<html[^>]*>", text).group()
    assert 'data-lang="en"' in root
    assert 'class="js"' in root
    assert 'placeholder="Type a title, a place, a date …"' in text
    assert "<title>Overview · Meeting readouts: a report</title>" in text
    assert log == ""


def test_readouts_are_listed_page_by_page(visit):
    text, log = visit(render(make_example(), "zh"), "#readouts")
    listed = text[text.index('data-table="readouts"') :]
    rows = re.search(r"<tbody>(.*?)</tbody>", listed, re.DOTALL).group(1).count("<tr>")
    assert rows == 25
    assert "第 1–25 行，共 48 行" in listed
    assert log == ""


def test_charts_drawn_by_choice_are_the_ones_drawn_at_first(visit):
    plain = render(make_example(), "zh")
    text, _ = visit(plain)
    lines = re.compile(r'<polyline class="strong" points="([^"]*)"')
    dots = re.compile(r'<circle class="(\w+)" cx="([^"]*)" cy="([^"]*)"')

    def part(page: str) -> str:
        return page[page.index('id="by-place"') : page.index("acts_year", page.index('id="by-place"'))]

    def drawn(page: str) -> list[list[list[float]]]:
        found = lines.findall(part(page))
        return [[[float(x) for x in point.split(",")] for point in run.split()] for run in found]

    def marks(page: str) -> list[tuple[str, float, float]]:
        return [(kind, float(x), float(y)) for kind, x, y in dots.findall(part(page))]

    assert len(drawn(plain)) == 6  # five places, one line broken by its gap
    for one, other in zip(drawn(plain), drawn(text), strict=True):
        for point, same in zip(one, other, strict=True):
            assert point == pytest.approx(same, abs=0.11)
    assert [kind for kind, _, _ in marks(plain)] == [kind for kind, _, _ in marks(text)]
    assert 'class="hollow"' in part(text)
