"""What the comparisons rest on: parts of a change, chance, wording, who leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.compare.maps import ELLIPSE
from readout_nlp.present.tables import (
    AnalysisLike,
    table_of,
)
from readout_nlp.present.text import both
from readout_nlp.present.view import number, span_text

Row = Mapping[Any, Any]
MOST_PAIRS = 8
MOST_WORDS = 6
MOST_UNITS = 40
MOST_MASKED = 40
MOST_SPOTS = 18  # more names than these cover each other
SURE = 0.05  # the false-discovery rate below which a row is called more than chance
MAP_WIDTH, MAP_HEIGHT, MAP_EDGE = 460, 340, 46
TURN = np.linspace(0, 2 * np.pi, 33)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the map, with the outline of where resamples put it."""

    place: str
    x: float
    y: float
    outline: str
    thin: bool


def comparison_section(analysis: AnalysisLike) -> dict[str, Any]:
    """Give everything the part shows; what has no rows says why in the template."""
    labels = _labels(analysis)
    return {
        "moves": _moves(table_of(analysis, "composition"), labels),
        "closer": _beyond(table_of(analysis, "pairs_places"), "q_more", ascending=False),
        "farther": _beyond(table_of(analysis, "pairs_places"), "q_less", ascending=True),
        "n_pairs": int(table_of(analysis, "pairs_places")["excess"].notna().sum()),
        "map": _map(table_of(analysis, "place_map")),
        "words": _words(table_of(analysis, "keyness_places")),
        "year_words": _words(table_of(analysis, "keyness_years")),
        "masked": table_of(analysis, "formula_terms")["term"].astype(str).to_list()[:MOST_MASKED],
        "n_masked": len(table_of(analysis, "formula_terms")),
        "masking": _masking(table_of(analysis, "similarity_masked")),
        "leaders": _leaders(table_of(analysis, "leaders")),
    }


def _labels(analysis: AnalysisLike) -> dict[str, str]:
    topics = table_of(analysis, "topics")
    return dict(zip(topics["topic"].astype(str), topics["label"].astype(str), strict=True))


def _moves(table: pd.DataFrame, labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """One row a topic, the largest change first: the whole change and its parts, in points."""
    rows = []
    for topic, parts in table.groupby("topic", sort=False):
        by_part = {str(row["part"]): row for row in parts.to_dict("records")}
        if "total" not in by_part or pd.isna(by_part["total"]["change"]):
            continue
        cells = {name: number(100 * float(row["change"]), "+.1f") for name, row in by_part.items()}
        total = by_part["total"]
        rows.append(
            {
                "topic": str(topic),
                "label": labels.get(str(topic), ""),
                "years": f"{int(total['year_from'])}–{int(total['year_to'])}",
                "span": span_text(total["low"], total["high"], ".1f", times=100),
                "size": abs(float(total["change"])),
                **{name: cells.get(name, "–") for name in ("total", "within", "mix", "entry", "exit")},
            }
        )
    return sorted(rows, key=lambda row: -row["size"])


def _beyond(table: pd.DataFrame, q: str, *, ascending: bool) -> list[dict[str, Any]]:
    """Pairs that are more (or less) alike than chance would have them, the clearest first."""
    sure = table[table[q].astype(float) < SURE].sort_values("excess", ascending=ascending, kind="stable")
    return [
        {
            "pair": f"{row['one']} – {row['other']}",
            "value": number(row["similarity"]),
            "span": span_text(row["low"], row["high"]),
            "expected": number(row["expected"]),
            "q": number(row[q], ".3f"),
            "thin": bool(row["thin"]),
        }
        for row in sure.head(MOST_PAIRS).to_dict("records")
    ]


def _map(table: pd.DataFrame) -> tuple[Spot, ...]:
    """Lay out the places with most readouts; an ellipse may reach beyond the edge, where it is cut."""
    known = table[table["x"].notna() & table["y"].notna()]
    known = known.sort_values("n_readouts", ascending=False, kind="stable").head(MOST_SPOTS)
    if len(known) < 3:
        return ()
    outlines = [_outline(row) for row in known.to_dict("records")]
    points = known[["x", "y"]].to_numpy(float)
    low, high = points.min(axis=0), points.max(axis=0)
    inner = np.array([MAP_WIDTH - 2 * MAP_EDGE, MAP_HEIGHT - 2 * MAP_EDGE])
    scale = float((inner / np.maximum(high - low, 1e-9)).min())  # one scale: distances are what the map shows

    def placed(xy: np.ndarray) -> np.ndarray:
        centred = (xy - (low + high) / 2) * scale
        return np.asarray(centred * [1, -1] + [MAP_WIDTH / 2, MAP_HEIGHT / 2])

    spots = []
    for row, outline in zip(known.to_dict("records"), outlines, strict=True):
        x, y = placed(np.array([row["x"], row["y"]], dtype=float)).round(1)
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in placed(outline)) if len(outline) else ""
        spots.append(Spot(str(row["place"]), float(x), float(y), path, bool(row["thin"])))
    return tuple(spots)


def _outline(row: Row) -> np.ndarray:
    """Points of the ellipse that holds 95 % of the resamples; none where they are not known."""
    x, y, sd_x, sd_y, corr = (float(row[name]) for name in ("x", "y", "sd_x", "sd_y", "corr"))
    if not np.isfinite([sd_x, sd_y, corr]).all():
        return np.empty((0, 2))
    lean = np.sqrt(max(0.0, 1 - corr**2))
    dx = ELLIPSE * sd_x * np.cos(TURN)
    dy = ELLIPSE * sd_y * (corr * np.cos(TURN) + lean * np.sin(TURN))
    return np.column_stack([x + dx, y + dy])


def _words(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Words of each unit that stand out whatever reading of their variance is taken."""
    sure = table[(table["z_cautious"].astype(float) > 0) & (table["low"].astype(float) > 0)]
    return [
        {
            "unit": str(unit),
            "thin": bool(rows["thin"].astype(bool).any()),
            "terms": [(str(row["term"]), int(row["n"])) for row in rows.head(MOST_WORDS).to_dict("records")],
        }
        for unit, rows in list(sure.groupby("label", sort=False))[:MOST_UNITS]
    ]


def _masking(table: pd.DataFrame) -> dict[str, str] | None:
    """Mean similarity of pairs with and without the formula."""
    known = table[table["before"].notna() & table["after"].notna() & (table["one"] != table["other"])]
    if known.empty:
        return None
    return {
        "before": number(known["before"].mean()),
        "after": number(known["after"].mean()),
        "n": str(len(known)),
    }


def _leaders(table: pd.DataFrame) -> list[dict[str, Any]]:
    known = table[table["excess"].notna()].sort_values("excess", ascending=False, kind="stable")
    return [
        {
            "place": str(row["place"]),
            "n": int(row["n"]),
            "excess": number(row["excess"], "+.3f"),
            "span": span_text(row["low"], row["high"], ".3f"),
            "q": number(row["q"], ".3f"),
            "role": both(f"role.{row['role']}") if row["role"] in ("leads", "follows") else "",
            "thin": bool(row["thin"]),
        }
        for row in known.head(MOST_UNITS).to_dict("records")
    ]
