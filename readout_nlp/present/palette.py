"""Colours of classes, told apart under every common colour blindness; a test measures how well."""

from __future__ import annotations

from readout_nlp.present.style import BLUE, GREEN, VERMILION

# Okabe & Ito 2008, without black and yellow, which are too close to ink and to paper
CURVES = (BLUE, VERMILION, GREEN, "#e69f00", "#56b4e9", "#cc79a7")
DASHES: tuple[tuple[float, tuple[float, ...]], ...] = (
    (0, ()),
    (0, (5, 1.5)),
    (0, (1, 1)),
    (0, (6, 1, 1, 1)),
    (0, (3, 1, 1, 1, 1, 1)),
    (0, (8, 3)),
)

ECHO_COLOURS = {
    "formula": "#cdc6b6",
    "echo_up": VERMILION,
    "self_reuse": "#56b4e9",
    "echo_peer": "#e69f00",
    "undirected": "#9c968b",
    "unmatched": "#f6f4ee",
}

ACT_COLOURS = {
    "relay": BLUE,
    "hear": "#e69f00",
    "analyse": "#8c2d04",
    "deliberate": "#5b6770",
    "decide": "#9cc3dd",
    "approve": "#fdd0a2",
    "deploy": "#1d2733",
    "residual": "#8d99a5",
    "unstated": "#e9ebee",
}

VERDICT_COLOURS = {"stable": BLUE, "moved": VERMILION, "new": GREEN, "gone": "#1d2733"}
VERDICT_MARKS = {"stable": "o", "moved": "D", "new": "^", "gone": "X"}
