"""Passages beside their sources: what both texts have, and what each has alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import pandas as pd

from readout_nlp.present.text import Both, both
from readout_nlp.present.view import number, text_or
from readout_nlp.readouts.spans import fold


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a text: in both texts, or in this one alone."""

    text: str
    alone: bool


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two texts, with what stands around the passage."""

    place: str
    date: str
    before: str
    parts: tuple[Part, ...]
    after: str
    readout: str  # empty for a text of the reference
    id: str


@dataclass(frozen=True, slots=True)
class Aligned:
    """A passage in its source and in its target."""

    label: str
    sampled: str
    source: Side
    target: Side
    directed: bool
    reference: bool
    lag: Both
    matched: int
    similarity: str


def aligned(table: pd.DataFrame) -> tuple[Aligned, ...]:
    """Give the passages, the classes in turn; where the texts are withheld, who and when alone."""
    turn = table.groupby(["class", "sampled"]).cumcount()
    mixed = table.assign(turn=turn).sort_values(["turn", "sampled"], kind="stable")
    return tuple(_aligned(row) for row in mixed.to_dict("records"))


def _aligned(row: Mapping[Any, Any]) -> Aligned:
    source, target = common_parts(text_or(row["source_text"]), text_or(row["target_text"]))
    return Aligned(
        label=str(row["class"]),
        sampled=str(row["sampled"]),
        source=_side(row, "source", source),
        target=_side(row, "target", target),
        directed=bool(row["directed"]),
        reference=row["source_kind"] == "reference",
        lag=_lag(row),
        matched=int(row["length"]),
        similarity=f"{100 * float(row['similarity']):.0f}%",
    )


def _side(row: Mapping[Any, Any], side: str, parts: tuple[Part, ...]) -> Side:
    return Side(
        place=text_or(row[f"{side}_place"]),
        date=text_or(row[f"{side}_date"]).replace("/", " – "),
        before=text_or(row[f"{side}_before"]),
        parts=parts,
        after=text_or(row[f"{side}_after"]),
        readout=text_or(row[f"{side}_readout"]),
        id=str(row[f"{side}_id"]),
    )


def _lag(row: Mapping[Any, Any]) -> Both:
    if not row["directed"]:
        return both("echo.lag_unclear")
    if pd.isna(row["lag_days"]):
        return both("echo.lag_unknown")
    return both("echo.lag_days", n=number(row["lag_days"], ",.0f"))


def common_parts(source: str, target: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Cut two texts into what they have in common and what each has alone; width and case do not count.

    Examples
    --------
    >>> source, target = common_parts("抓好清单，", "抓好台账,")
    >>> [(part.text, part.alone) for part in target]
    [('抓好', False), ('台账', True), (',', False)]
    """
    steps = SequenceMatcher(None, fold(source), fold(target), autojunk=False).get_opcodes()
    sides: tuple[list[Part], list[Part]] = ([], [])
    for kind, source_start, source_end, target_start, target_end in steps:
        cuts = (source[source_start:source_end], target[target_start:target_end])
        for side, text in zip(sides, cuts, strict=True):
            if text:
                side.append(Part(text, kind != "equal"))
    return tuple(sides[0]), tuple(sides[1])
