"""What several files of tests need: a browser, a report opened in it that must behave, the program called."""

from __future__ import annotations

import itertools
import os
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import settings

# an example may wait seconds for a loop to be compiled: how long it takes is for the benchmarks to say
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)


@pytest.fixture(scope="session")
def chromium():
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail("REQUIRE_BROWSER=1 but there is no chromium on the path")
        pytest.skip("no chromium on the path")
    return found


@pytest.fixture(scope="session")
def browser(chromium):
    """One browser a session; each report gets a window of its own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def example_report():
    """Text of the report of the hand-made example, made once."""
    from present_example import make_example

    from readout_nlp.present.report import render

    return render(make_example(), "zh")


@pytest.fixture
def open_report(browser, tmp_path):
    """Give a function that opens a report and collects its faults; at the end there must be none.

    `what` is an analysis, the text of a report, or its path. `faults` of the page holds what the console, the
    policy and the network said; a test that provokes faults empties it. Axe is the one script from outside
    that a window may take in: `bypass=True`, for it alone.
    """
    contexts, faults, numbers = [], [], itertools.count()

    def file_of(what):
        if isinstance(what, Path):
            return what
        from readout_nlp.present.report import render

        path = tmp_path / f"report{next(numbers)}.html"
        path.write_text(what if isinstance(what, str) else render(what, "zh"), encoding="utf-8")
        return path

    def run(what, *, width=1280, lang="zh", at="", scripts=True, bypass=False):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=scripts, bypass_csp=bypass
        )
        contexts.append(context)
        page = context.new_page()
        page.faults = faults
        page.on("console", lambda one: faults.append(one.text) if one.type in {"error", "warning"} else None)
        page.on("pageerror", lambda one: faults.append(str(one)))
        page.on("dialog", lambda one: (faults.append(f"dialog: {one.message}"), one.dismiss()))
        page.on("request", lambda one: None if allowed(one.url) else faults.append(one.url))
        page.goto(f"{file_of(what).as_uri()}?lang={lang}{at}")
        return page

    def allowed(url):
        return url.startswith(("data:font/", "blob:")) or (url.startswith("file:") and "/report" in url)

    yield run
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def call(monkeypatch, capsys):
    """Call the program as from a shell: (exit code, stdout, stderr)."""

    from readout_nlp.cli import main

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["readout-nlp", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return left.value.code, said.out, said.err

    return call
