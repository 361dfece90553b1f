"""Classes are told apart under every common colour blindness, and depth of colour is depth of grey.

Sight is simulated as Machado, Oliveira and Fernandes (2009) do, at full severity; distances are those of
CIE L*a*b* (1976), in which about 2 is the smallest that is seen side by side.
"""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from readout_nlp.present.palette import ACT_COLOURS, CURVES, ECHO_COLOURS, VERDICT_COLOURS, VERDICT_MARKS
from readout_nlp.present.style import sequential

APART = 15.0  # any two classes of one figure
BESIDE = 24.0  # two that touch in a stacked bar
SIGHTS = {
    "all colours": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = TO_XYZ.sum(axis=1)
PALETTES = {
    "curves": CURVES,
    "echo": tuple(ECHO_COLOURS.values()),
    "acts": tuple(ACT_COLOURS.values()),
    "verdicts": tuple(VERDICT_COLOURS.values()),
}


def seen(colour, sight):
    """L*, a*, b* of a colour as seen with this sight."""
    part = np.array(to_rgb(colour))
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    ratio = TO_XYZ @ np.clip(np.array(SIGHTS[sight]) @ linear, 0, 1) / WHITE
    edge = 6 / 29
    root = np.where(ratio > edge**3, np.cbrt(ratio), ratio / (3 * edge**2) + 4 / 29)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def gap(one, other, sight):
    return float(np.linalg.norm(seen(one, sight) - seen(other, sight)))


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("name", PALETTES)
def test_classes_are_told_apart(name, sight):
    near = {pair: gap(*pair, sight) for pair in combinations(PALETTES[name], 2)}
    assert min(near.values()) > APART, min(near, key=near.get)


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("name", ["echo", "acts"])
def test_neighbours_in_a_stacked_bar_stand_out(name, sight):
    near = {pair: gap(*pair, sight) for pair in pairwise(PALETTES[name])}
    assert min(near.values()) > BESIDE, min(near, key=near.get)


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_sequence_darkens_steadily(sight):
    light = [seen(sequential()(value), sight)[0] for value in np.linspace(0, 1, 33)]
    assert (np.diff(light) < 0).all()
    assert light[0] - light[-1] > 60


def test_the_measure_sees_a_bad_pair():
    assert gap("#d7191c", "#1a9641", "all colours") > 2 * gap("#d7191c", "#1a9641", "deuteranopia")
    for values in SIGHTS.values():
        assert np.allclose(np.sum(values, axis=1), 1, atol=1e-5), "white must stay white"


def test_verdicts_differ_in_shape_too():
    assert len(set(VERDICT_MARKS.values())) == len(VERDICT_MARKS) == len(VERDICT_COLOURS)
