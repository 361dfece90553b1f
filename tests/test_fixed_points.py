"""Where a slow iteration ends: as far as plain steps lead in the end, and no estimate less likely."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readout_nlp.compare.fixed_points import fixed_points
from readout_nlp.compare.turnbull import (
    Gaps,
    interval_of_medians,
    resampled_masses,
    smooth_frame,
    turnbull,
)


def em(likely, weights):
    def step(mass, rows):
        weight = weights[rows]
        return mass * ((weight / (mass @ likely.T)) @ likely) / weight.sum(axis=1, keepdims=True)

    return step


def plain(step, mass, steps):
    rows = np.arange(len(mass))
    for _ in range(steps):
        mass = step(mass, rows)
    return mass


def hardly_told(seed, units=40, cells=12):
    """Give chances under which most units tell next to nothing about their cell, and weights of resamples."""
    draw = np.random.default_rng(seed)
    likely = 0.97 + 0.03 * draw.random((units, cells))
    told = draw.random(units) < 0.2
    likely[told] = np.where(draw.random((told.sum(), cells)) < 0.3, 1.0, 0.01)
    return likely, draw.multinomial(units, np.full(units, 1 / units), size=8).astype(float)


@pytest.mark.parametrize("seed", range(4))
def test_the_end_is_at_least_as_likely_as_after_thousands_of_plain_steps(seed):
    likely, weights = hardly_told(seed)
    start = np.full((len(weights), likely.shape[1]), 1 / likely.shape[1])
    step = em(likely, weights)
    found = fixed_points(step, start, cycles=400, change=1e-7)
    told = [(weights * np.log(mass @ likely.T)).sum(axis=1) for mass in (found, plain(step, start, 5000))]
    assert (told[0] >= told[1] - 0.01).all()
    early = (weights * np.log(plain(step, start, 60) @ likely.T)).sum(axis=1)
    assert (told[0] > early + 0.005).any()  # sixty plain steps are not the end


def test_what_swings_for_ever_stays_a_distribution():
    swapped = fixed_points(lambda mass, _: mass[:, ::-1], np.array([[0.9, 0.1]]), cycles=50, change=1e-9)
    assert swapped.sum() == pytest.approx(1)
    assert (swapped > 0).all()


@settings(max_examples=15)
@given(st.integers(0, 10_000))
def test_rows_do_not_know_of_each_other(seed):
    likely, weights = hardly_told(seed, units=12, cells=5)
    start = np.full((len(weights), 5), 0.2)
    together = fixed_points(em(likely, weights), start, cycles=60, change=1e-6)
    alone = [fixed_points(em(likely, weights[[n]]), start[[n]], cycles=60, change=1e-6)[0] for n in range(8)]
    assert np.allclose(together, alone, atol=1e-6)
    assert np.allclose(together.sum(axis=1), 1)


def seldom_printed(rate=0.006, units=200, last=40):
    """Give the gaps in which places adopted that print a wording in few readouts, one every ten days."""
    draw = np.random.default_rng(3)
    rows = []
    for unit, adopted in enumerate(draw.integers(0, last, units)):
        printed = np.flatnonzero(draw.random(last) < rate)
        printed = printed[printed >= adopted]
        seen = printed[0] if len(printed) else None
        upto = last if seen is None else seen
        silent = [(1 - rate) ** (upto - day) for day in range(upto)]
        rows += [(unit, 10.0 * day - 10, 10.0 * day, chance) for day, chance in enumerate(silent)]
        rows += [(unit, 10.0 * upto - 10, np.inf if seen is None else 10.0 * upto, 1.0)]
    unit, low, high, chance = (np.array(column) for column in zip(*rows, strict=True))
    return Gaps(unit=unit, low=low, high=high, chance=chance, n_units=units)


def test_an_interval_is_not_cut_short_where_little_is_printed():
    frame = smooth_frame(seldom_printed())
    curve = turnbull(frame)
    found = resampled_masses(frame, curve, n_resamples=40, random_state=0)

    weights = np.random.default_rng(0).multinomial(200, np.full(200, 1 / 200), size=40).astype(float)
    share = frame.likely / frame.likely.sum(axis=1, keepdims=True)
    start = np.repeat(0.99 * curve.mass[None] + 0.01 * share.mean(axis=0), 40, axis=0)
    step = em(frame.likely, weights)
    smooth = (lambda mass, rows: step(mass, rows) @ frame.kernel) if frame.kernel is not None else step
    early, late = plain(smooth, start, 60), plain(smooth, start, 2000)

    ends = [interval_of_medians(frame.edges, masses, level=0.95) for masses in (found, late, early)]
    assert np.allclose(ends[0], ends[1], atol=5)  # days
    assert ends[2][1] < ends[1][1] - 100  # sixty plain steps look like an end
