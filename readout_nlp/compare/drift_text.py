"""The table of drift as text for a reader at a terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from readout_nlp.compare.topic_drift import GONE, MOVED, NEW, STABLE
from readout_nlp.text_tables import fold, text_table

HEADER = ("topic", "verdict", "cosine", "beside", "same", "old docs", "new docs", "gained / lost")
DASH = "-"


def describe_drift(table: pd.DataFrame, *, width: int | None = None) -> str:
    """Say in words what a table of drift holds: a line a topic, then the whole, then how to read it.

    Parameters
    ----------
    table
        As `topic_drift` gives it.
    width
        Columns to fit it into; None: everything in full.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> from readout_nlp.compare.topic_drift import topic_drift
    >>> from readout_nlp.tokens.counts import TermMatrix
    >>> from readout_nlp.topics.nmf import fit_nmf
    >>> counts = TermMatrix(csr_matrix([[4, 2, 0, 0], [2, 3, 0, 0], [0, 0, 3, 1]]), list("abcd"), list("xyz"))
    >>> fit = fit_nmf(counts, n_topics=2)
    >>> print(describe_drift(topic_drift(fit, fit)).splitlines()[1])
    t01    stable     1.00       -  1.00  0.67 -> 0.67         -
    """
    rows = [_cells(row) for row in table.to_dict(orient="records")]
    said = ["", *_summary(table)]
    notes = [part for line in said for part in (fold(line, width) if line else [""])]
    return "\n".join([*text_table(HEADER, rows, right="<<>>>>><", width=width), *notes])


def _cells(row: Mapping[Any, Any]) -> tuple[str, ...]:
    chance = row["beyond_chance"]
    within = not pd.isna(chance) and not chance
    words = " / ".join((row["gained"] or DASH, row["lost"] or DASH)) if row["gained"] or row["lost"] else ""
    return (
        str(row["topic"]),
        f"{row['verdict']}{' (within chance)' if within else ''}",
        _number(row["cosine"]),
        _number(row["baseline_lowest"]),
        _number(row["jaccard"]),
        f"{_number(row['old_docs_before'])} -> {_number(row['old_docs_after'])}",
        _arrow(row["new_docs_before"], row["new_docs_after"]),
        words,
    )


def _arrow(before: float, after: float) -> str:
    return DASH if math.isnan(before) and math.isnan(after) else f"{_number(before)} -> {_number(after)}"


def _number(value: float) -> str:
    return DASH if value is None or math.isnan(value) else f"{value:.2f}"


def _summary(table: pd.DataFrame) -> list[str]:
    attrs = table.attrs
    tally = ", ".join(
        f"{int((table['verdict'] == word).sum())} {word}" for word in (STABLE, MOVED, NEW, GONE)
    )
    lines = [
        f"topics: {tally}",
        f"documents: {attrs['n_old']} old, {attrs['n_new']} new"
        + (f", {attrs['n_lost']} of the old model no longer there" if attrs["n_lost"] else ""),
    ]
    if attrs["oov_share"] is not None:
        lines.append(
            f"of the new: {attrs['oov_share']:.1%} of the words unknown to the old model, "
            f"{attrs['novel_share']:.1%} of the documents flagged novel"
        )
    if attrs["share_change"] is not None:
        beside = attrs["baseline_share_change"]
        lines.append(
            f"shares of old documents changed by {attrs['share_change']:.3f} on average"
            + (f" ({beside:.3f} where nothing is new)" if beside is not None else "")
        )
    before, after = attrs["n_topics"]
    if before != after:
        lines.append(
            f"{after} topics for {before}: a topic may also move because others were added or left out"
        )
    if attrs.get("lexicon_changed"):
        lines.append("the lexicon is not the one of the old model: some of the drift is that of the words")
    return [*lines, "", *_legend(attrs)]


def _legend(attrs: Mapping[Any, Any]) -> Sequence[str]:
    limits, n = attrs["thresholds"], attrs["n_baseline"]
    moved = (
        f"moved: cosine more than {limits['margin']} below 'beside', the lowest of {n} refits without news"
        if n
        else f"moved: cosine below {limits['moved_without_baseline']} (no baseline was asked for)"
    )
    return [
        "same: Jaccard overlap of the ten first words; docs: mean share under the model before -> after",
        moved,
        "within chance: such refits lose the topic as well, or old documents hold half as much of a new one",
    ]
