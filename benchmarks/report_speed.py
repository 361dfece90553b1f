"""How large the report is, how soon it opens and how quickly it answers, in headless Chromium here.

Prints, and keeps in benchmarks/results/report_speed.txt: bytes; milliseconds until the first page is drawn
and its script has run; milliseconds of each interaction until the second frame after it. Medians of five.
Budget: 5 MB for the sample, 2 s to open, 100 ms an interaction. With ``--draws N`` the sample is drawn N
times as large (10: about 10,000 readouts).
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

import readout_nlp as rn

RESULT = Path(__file__).parent / "results" / "report_speed.txt"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")
TIMES = 5
MOST_BYTES, MOST_OPEN, MOST_STEP = 5_000_000, 2_000, 100
MEASURED = """(code) => new Promise((done) => {
  const act = { go: (hash) => { location.hash = hash; },
    type: (box, text) => { const one = document.querySelector(box); one.value = text;
      for (const kind of ["input", "change"]) one.dispatchEvent(new Event(kind, { bubbles: true })); },
    press: (box) => document.querySelector(box).click() };
  const begin = performance.now();
  act[code[0]](...code.slice(1));
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begin)));
})"""
STEPS: dict[str, tuple[str, list[str]]] = {
    "open the topics": ("overview", ["go", "topics"]),
    "open cities and years": ("overview", ["go", "places"]),
    "open formulations": ("overview", ["go", "formulations"]),
    "open echo": ("overview", ["go", "echo"]),
    "open the readouts": ("overview", ["go", "readouts"]),
    "search the readouts": ("readouts", ["type", '[data-page="readouts"] .browser input', "2015 会议"]),
    "sort the readouts": ("readouts", ["press", '[data-page="readouts"] .browser thead button']),
    "read a readout": ("readouts", ["press", '[data-page="readouts"] .browser tbody a']),
    "switch the language": ("topics", ["press", '[data-language="en"]']),
    "move the slider": ("topics", ["type", '[data-page="topics"] input[type="range"]', "0.2"]),
}


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", type=Path, help="a report that is there already")
    parser.add_argument("--draws", type=int, default=1)
    given = parser.parse_args()
    path = given.report or made(given.draws)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        lines = [f"sample drawn {given.draws} time(s)", *measured(browser, path)]
        browser.close()
    text = "\n".join(lines) + "\n"
    print(text, end="")
    if given.draws == 1:
        RESULT.write_text(text, encoding="utf-8")


def made(draws: int) -> Path:
    """Analyse the sample, `draws` times as many readouts a cell, and write its report."""
    corpus = rn.sample_corpus() if draws == 1 else rn.sample_corpus(per_cell=3 * draws)
    folder = Path(tempfile.mkdtemp())
    return Path(rn.write_report(rn.analyse(corpus), folder / "report.html"))


def measured(browser: Browser, path: Path) -> list[str]:
    """Give a line a measure, with whether it keeps to its budget."""
    size = path.stat().st_size
    opened = median(lambda: opening(browser, path))
    steps = {name: median(lambda s=step: stepping(browser, path, s)) for name, step in STEPS.items()}
    return [
        line("bytes", size, MOST_BYTES),
        line("ms until the first page is drawn", opened, MOST_OPEN),
        *(line(f"ms to {name}", value, MOST_STEP) for name, value in steps.items()),
    ]


def line(name: str, value: float, most: float) -> str:
    """One measure beside its budget."""
    return f"{name:36} {value:12,.0f}   budget {most:11,}   {'yes' if value <= most else 'NO'}"


def median(measure: Callable[[], float]) -> float:
    """Middle one of five."""
    return statistics.median(measure() for _ in range(TIMES))


def fresh(browser: Browser, path: Path, at: str) -> Page:
    """Open the report in a window of its own."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{path.resolve().as_uri()}#{at}")
    page.wait_for_timeout(300)
    return page


def opening(browser: Browser, path: Path) -> float:
    """Later of the first contentful paint and the end of the page's own script."""
    page = fresh(browser, path, "overview")
    value = page.evaluate("""() => Math.max(performance.timing.domContentLoadedEventEnd
      - performance.timing.navigationStart,
      ...performance.getEntriesByType("paint").map((one) => one.startTime))""")
    page.context.close()
    return float(value)


def stepping(browser: Browser, path: Path, step: tuple[str, list[str]]) -> float:
    """Time from an action to the second frame after it."""
    at, action = step
    page = fresh(browser, path, at)
    value = page.evaluate(MEASURED, action)
    page.context.close()
    return float(value)


if __name__ == "__main__":
    main()
