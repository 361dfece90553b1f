"""What the report says first: its numbers, and a few sentences that tables give and that point to a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.present.alt import percent
from readout_nlp.present.tables import AnalysisLike, off_diagonal, table_of, with_places
from readout_nlp.present.text import Both, both


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence and the section that shows it."""

    text: Both
    section: str


def findings(analysis: AnalysisLike) -> list[Finding]:
    """Say the largest topics, the largest move, who is alike, who stands apart, and what needs care."""
    return [*_largest(analysis), *_moved(analysis), *_alike(analysis), *_apart(analysis), *_care(analysis)]


def _largest(analysis: AnalysisLike) -> Iterator[Finding]:
    topics = table_of(analysis, "topics")
    if len(topics) < 2:
        return
    rows = topics.sort_values("size", ascending=False).head(3)
    names = [(str(row["label"]), percent(row["size"])) for row in rows.to_dict("records")]
    listed = Both(
        "、".join(f"「{label}」（{size}）" for label, size in names),
        ", ".join(f'"{label}" ({size})' for label, size in names),
    )
    yield Finding(both("finding.largest", listed=listed), "topics")


def _moved(analysis: AnalysisLike) -> Iterator[Finding]:
    shares = table_of(analysis, "shares_year")
    solid = shares[shares["share"].notna() & ~shares["thin"].astype(bool) & shares["year"].notna()]
    if solid["year"].nunique() < 2:
        return
    first, last = int(solid["year"].min()), int(solid["year"].max())
    by_topic = solid.pivot_table(index="topic", columns="year", values="share", aggfunc="mean").astype(float)
    change = (by_topic[last] - by_topic[first]).dropna()
    if change.empty:
        return
    at = int(change.abs().to_numpy().argmax())
    topic, points = str(change.index[at]), float(change.to_numpy()[at])
    ends = by_topic.loc[[topic], [first, last]].to_numpy(dtype=float)[0]
    yield Finding(
        both(
            "finding.moved",
            label=label_of(analysis, topic),
            first=first,
            last=last,
            before=percent(ends[0]),
            after=percent(ends[1]),
            points=f"{100 * points:+.1f}".replace("-", "−"),
        ),
        "places",
    )


def _alike(analysis: AnalysisLike) -> Iterator[Finding]:
    matrix = analysis.tables.get("similarity_places", pd.DataFrame())
    few = [name for name in matrix.attrs.get("thin", ()) if name in matrix.index]
    matrix = matrix.drop(index=few, columns=few)  # with few items two places look unlike by chance
    if len(matrix) < 3:
        return
    off = off_diagonal(matrix).to_numpy(dtype=float)
    if not np.isfinite(off).any():
        return
    row, column = np.unravel_index(int(np.nanargmax(off)), off.shape)
    names = [str(name) for name in matrix.index]
    yield Finding(
        both("finding.alike", a=names[int(row)], b=names[int(column)], value=f"{off[row, column]:.2f}"),
        "places",
    )


def _apart(analysis: AnalysisLike) -> Iterator[Finding]:
    path = with_places(table_of(analysis, "trajectories"))
    solid = path[~path["thin"].astype(bool) & path["from_others"].notna()]
    if solid["place"].nunique() < 3:
        return
    means = solid.groupby("place")["from_others"].mean().astype(float)
    yield Finding(both("finding.apart", name=means.idxmax(), value=f"{means.max():.2f}"), "places")


def _care(analysis: AnalysisLike) -> Iterator[Finding]:
    topics, shares = table_of(analysis, "topics"), table_of(analysis, "shares_place_year")
    weak = int((topics["stability"].astype(float) < 0.5).sum())
    coverage = table_of(analysis, "coverage")
    gaps = int(coverage["gap"].astype(bool).sum())
    cells = shares.drop_duplicates(["place", "year"])
    thin = int((cells["thin"].astype(bool) & ~cells["gap"].astype(bool)).sum())
    yield Finding(both("finding.care", weak=weak, topics=len(topics), gaps=gaps, thin=thin), "read")


def headline(analysis: AnalysisLike) -> dict[str, Any]:
    """Give the numbers at the top of the page."""
    corpus = analysis.corpus
    years = sorted(set(corpus.readouts["year"].drop_nulls().to_list()))
    span = "–" if not years else "–".join(str(year) for year in dict.fromkeys((years[0], years[-1])))
    places = corpus.readouts["place"].drop_nulls().n_unique()
    return {
        "readouts": f"{corpus.readouts.height:,}",
        "items": f"{corpus.items.height:,}",
        "places": f"{places:,}",
        "years": span,
        "topics": str(analysis.topics.n_topics),
        "quarantined": f"{corpus.quarantine.height:,}",
    }


def label_of(analysis: AnalysisLike, topic: str) -> str:
    """Label of a topic id; the id itself where it has none."""
    table = table_of(analysis, "topics")
    found = table.loc[table["topic"].astype(str) == topic, "label"]
    return str(found.iloc[0]) if len(found) else topic
