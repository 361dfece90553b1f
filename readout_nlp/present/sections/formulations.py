"""Formulations: official tifa, who printed them first, how far and how fast they spread, in which words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.compare.adoption import RECORD_START
from readout_nlp.present.alt import percent
from readout_nlp.present.sections.adoption_panels import FirstUses, first_uses, spread_panels
from readout_nlp.present.strings import strings
from readout_nlp.present.tables import AnalysisLike, table_of
from readout_nlp.present.text import Both, both
from readout_nlp.present.view import number, span_text, text_or

MOST_CANDIDATES = 20


def formulation_section(analysis: AnalysisLike) -> dict[str, Any]:
    """Give the tifa that spread: curves, first uses, how late the others were, and lines to read."""
    adopted, lags = table_of(analysis, "tifa_adoption"), table_of(analysis, "tifa_lags")
    uses, years = first_uses(adopted)
    lines, synthetic = _lines(table_of(analysis, "tifa_lines")), analysis.corpus.synthetic
    by_term = {row.term: row for row in uses}
    return {
        "panels": spread_panels(table_of(analysis, "tifa_curves")),
        "uses": uses,
        "years": years,
        "tifa": [
            {
                **_term(row, by_term.get(str(row["term"])), synthetic),
                "lines": lines.get(str(row["term"]), []),
            }
            for row in lags.to_dict("records")
        ],
        "candidates": _candidates(table_of(analysis, "tifa_candidates")),
        "n_candidates": len(table_of(analysis, "tifa_candidates")),
    }


def _term(row: Mapping[Any, Any], uses: FirstUses | None, synthetic: bool) -> dict[str, Any]:
    """One row of the table of tifa."""
    centre = uses.centre_date if uses else ""
    return {
        "term": str(row["term"]),
        "centre": centre,
        "basis": _basis(centre, synthetic),
        "adopted": f"{int(row['n_events'])} / {int(row['n_places'])}",
        "first": uses.first if uses else "–",
        "bound": uses.bound if uses else "",
        "lag": number(row["median"], ",.0f") if np.isfinite(row["median"]) else "",
        "unreached": bool(np.isposinf(row["median"])),
        "span": span_text(row["low"], row["high"], ",.0f"),
        "rate": "–" if pd.isna(row["print_rate"]) else percent(row["print_rate"]),
        "remarks": remarks(text_or(row["flags"])),
    }


def _basis(day: str, synthetic: bool) -> Both | None:
    """Say where the day of the centre's first use is from, and how far it can be trusted."""
    if not day:
        return None
    if synthetic:
        return both("formulations.basis_fictional")
    early = int(day[:4]) <= RECORD_START
    return both("formulations.basis_early" if early else "formulations.basis_official")


def remarks(flags: str) -> tuple[Both, ...]:
    """Put the flags of a row into words; one without words stays as it is.

    Examples
    --------
    >>> [one.en for one in remarks("few_events; unheard_of")]
    ['too few places for an estimate', 'unheard_of']
    """
    names = [name for name in flags.split("; ") if name]
    keys = [f"formulations.flag.{name}" for name in names]
    return tuple(
        both(key) if key in strings() else Both(name, name) for key, name in zip(keys, names, strict=True)
    )


def _lines(table: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """Give the lines of each term, the earliest place first."""
    lines: dict[str, list[dict[str, Any]]] = {}
    for row in table.to_dict("records"):
        lines.setdefault(str(row["term"]), []).append(
            {
                "readout": str(row["readout"]),
                "place": text_or(row["place"]),
                "date": "" if pd.isna(row["date"]) else pd.Timestamp(row["date"]).date().isoformat(),
                "left": _flat(row["left"]),
                "right": _flat(row["right"]),
                "uses": int(row["n_uses"]),
                "readouts": int(row["n_readouts"]),
            }
        )
    return lines


def _flat(text: Any) -> str:
    return " ".join(str(text).split())


def _candidates(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            "term": str(row["term"]),
            "kind": both(f"formulations.kind.{row['kind']}"),
            "readouts": f"{int(row['n_readouts']):,}",
            "places": f"{int(row['n_places']):,}",
            "first": "–" if pd.isna(row["first"]) else pd.Timestamp(row["first"]).date().isoformat(),
            "growth": number(row["growth"], "+.1f"),
        }
        for row in table.head(MOST_CANDIDATES).to_dict("records")
    ]
