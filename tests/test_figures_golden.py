"""Figures look as they did when a person last looked: pictures compared with a tolerance that sees a bar."""

from __future__ import annotations

import numpy as np
import pytest
from figure_tables import first
from golden_figures import FOLDER, TOLERANCE, distance, golden_jobs, picture, pixels

JOBS = golden_jobs()


@pytest.mark.parametrize("name", JOBS)
def test_a_figure_is_as_its_picture(name):
    drawn, held = pixels(JOBS[name]())
    far = distance(drawn, picture(name), held)
    hint = "if meant: python tools/build_golden_figures.py, then look at the pictures"
    assert far < TOLERANCE, f"{name}: {far:.1f} of {TOLERANCE}; {hint}"
    assert held.mean() < 0.75, "so much is letters that nothing is compared"


def test_there_is_a_picture_of_every_figure_and_none_too_many():
    assert {path.stem for path in FOLDER.glob("*.png")} == set(JOBS)
    assert max(path.stat().st_size for path in FOLDER.glob("*.png")) < 30_000


@pytest.mark.parametrize("name", ["sizes", "terms", "relevance"])
def test_a_bar_of_another_length_is_seen(name):
    drawn = JOBS[name]()
    longest = max(first(drawn).patches, key=lambda bar: bar.get_width())
    longest.set_width(0.85 * longest.get_width())
    assert distance(pixels(drawn)[0], picture(name), pixels(drawn)[1]) > TOLERANCE


@pytest.mark.parametrize("name", ["stability", "acts", "drift"])
def test_a_point_elsewhere_is_seen(name):
    ax = first(drawn := JOBS[name]())
    line = next(
        line
        for line in ax.get_lines()
        if np.isfinite(line.get_xdata()).sum() > 1 and line.get_marker() == "o"
    )
    values = np.asarray(line.get_ydata(), float).copy()
    values[np.isfinite(line.get_xdata()).argmax()] += 0.12 * np.ptp(ax.get_ylim())
    line.set_ydata(values)
    values, held = pixels(drawn)
    assert distance(values, picture(name), held) > TOLERANCE


def test_a_full_dot_for_a_hollow_one_is_seen():
    ax = first(drawn := JOBS["stability"]())
    hollow = next(line for line in ax.get_lines() if line.get_markerfacecolor() == "white")
    hollow.set_markerfacecolor(hollow.get_color())
    values, held = pixels(drawn)
    assert distance(values, picture("stability"), held) > TOLERANCE
