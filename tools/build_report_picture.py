"""Photograph the beginning of a report for the README: one small PNG, made by a headless browser.

Usage: python tools/build_report_picture.py [REPORT [PICTURE]]
(default: out/demo/report.html, which `make demo` writes, and docs/figures/report.png)
"""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SIZE = {"width": 1120, "height": 720}
COLOURS = 96  # enough for a page of text and lines, and a third of the bytes
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


def photograph(report: Path, picture: Path) -> Path:
    """Open `report` in English and save what a reader sees first."""
    browser_path = next(path for name in BROWSERS if (path := shutil.which(name)))
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=browser_path, args=FLAGS)
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.goto(f"{report.resolve().as_uri()}?lang=en")
        page.wait_for_timeout(500)  # the script of the page chooses the language
        shot = page.screenshot()
        browser.close()
    with Image.open(io.BytesIO(shot)) as image:
        image.convert("RGB").quantize(COLOURS).save(picture, optimize=True)
    return picture


if __name__ == "__main__":
    given = [Path(word) for word in sys.argv[1:]]
    chosen = given[0] if given else ROOT / "out" / "demo" / "report.html"
    print(photograph(chosen, given[1] if len(given) > 1 else ROOT / "docs" / "figures" / "report.png"))
