"""What the comparisons rest on: parts of a change, chance, wording, who leads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from readout_nlp.present.map_spots import spots
from readout_nlp.present.panels import drift_count, drift_panels
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
SURE = 0.05  # the false-discovery rate below which a row is called more than chance


def comparison_section(analysis: AnalysisLike) -> dict[str, Any]:
    """Give everything the part shows; what has no rows says why in the template."""
    labels = _labels(analysis)
    return {
        "moves": _moves(table_of(analysis, "composition"), labels),
        "closer": _beyond(table_of(analysis, "pairs_places"), "q_more", ascending=False),
        "farther": _beyond(table_of(analysis, "pairs_places"), "q_less", ascending=True),
        "n_pairs": int(table_of(analysis, "pairs_places")["excess"].notna().sum()),
        "map": spots(table_of(analysis, "place_map")),
        "words": _words(table_of(analysis, "keyness_places")),
        "year_words": _words(table_of(analysis, "keyness_years")),
        "masked": table_of(analysis, "formula_terms")["term"].astype(str).to_list()[:MOST_MASKED],
        "n_masked": len(table_of(analysis, "formula_terms")),
        "drift": drift_panels(analysis),
        "drift_count": drift_count(analysis),
        "leaders": _leaders(table_of(analysis, "leaders")),
        "more_words": table_of(analysis, "keyness_places")["label"].nunique() - MOST_UNITS,
        "more_leaders": int(table_of(analysis, "leaders")["excess"].notna().sum()) - MOST_UNITS,
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
            "pair": (str(row["one"]), str(row["other"])),
            "value": number(row["similarity"]),
            "span": span_text(row["low"], row["high"]),
            "expected": number(row["expected"]),
            "q": number(row[q], ".3f"),
            "n": f"{number(row['n_one'], ',.0f')} + {number(row['n_other'], ',.0f')}",
            "thin": bool(row["thin"]),
        }
        for row in sure.head(MOST_PAIRS).to_dict("records")
    ]


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


def _leaders(table: pd.DataFrame) -> list[dict[str, Any]]:
    known = table[table["excess"].notna()].sort_values("excess", ascending=False, kind="stable")
    return [
        {
            "place": str(row["place"]),
            "n": number(row["n"], ",.0f"),
            "excess": number(row["excess"], "+.3f"),
            "span": span_text(row["low"], row["high"], ".3f"),
            "q": number(row["q"], ".3f"),
            "role": both(f"role.{row['role']}") if row["role"] in ("leads", "follows") else "",
            "thin": bool(row["thin"]),
        }
        for row in known.head(MOST_UNITS).to_dict("records")
    ]
