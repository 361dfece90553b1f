"""What the report says first: its numbers, what tables show with their intervals, and what needs care."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.present.alt import percent
from readout_nlp.present.tables import AnalysisLike, off_diagonal, table_of, with_places
from readout_nlp.present.text import Both, both

NEAR = 0.005  # two tables that give one number differ by less


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence and the section that shows it."""

    text: Both
    section: str


def findings(analysis: AnalysisLike) -> list[Finding]:
    """Say the largest topics, the largest move, who is alike, and who stands apart."""
    return [*_largest(analysis), *_moved(analysis), *_alike(analysis), *_apart(analysis)]


def _largest(analysis: AnalysisLike) -> Iterator[Finding]:
    topics = table_of(analysis, "topics")
    if len(topics) < 2:
        return
    rows = topics.sort_values("size", ascending=False).head(3)
    names = [
        (str(row["label"]), percent(row["size"]) + _over_years(analysis, str(row["topic"])))
        for row in rows.to_dict("records")
    ]
    listed = Both(
        "、".join(f"「{label}」（{size.format(years='逐年').replace('; ', '；')}）" for label, size in names),
        ", ".join(f'"{label}" ({size.format(years="by year")})' for label, size in names),
    )
    yield Finding(both("finding.largest", listed=listed), "topics")


def _over_years(analysis: AnalysisLike, topic: str) -> str:
    """Smallest and largest share of a year that is not thin, in a form that still asks for its words."""
    shares = table_of(analysis, "shares_year")
    mine = shares[(shares["topic"].astype(str) == topic) & ~shares["thin"].astype(bool)]
    values = mine["share"].dropna().astype(float)
    return f"; {{years}} {percent(values.min())}–{percent(values.max())}" if len(values) > 1 else ""


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
            points=_points(points) + _sure_move(analysis, topic, (first, last), points),
        ),
        "places",
    )


def _points(change: float) -> str:
    return f"{100 * change:+.1f}".replace("-", "−")


def _sure_move(analysis: AnalysisLike, topic: str, years: tuple[int, int], change: float) -> str:
    """Interval of a change, where the table of changes holds the same change."""
    moves = table_of(analysis, "composition")
    same = moves[
        (moves["topic"].astype(str) == topic)
        & (moves["part"] == "total")
        & (moves["year_from"] == years[0])
        & (moves["year_to"] == years[1])
    ]
    same = same[(same["change"].astype(float) - change).abs() < NEAR].dropna(subset=["low", "high"])
    if same.empty:
        return ""
    return f" [{_points(float(same['low'].iloc[0]))}, {_points(float(same['high'].iloc[0]))}]"


def _sure_pair(analysis: AnalysisLike, one: str, other: str, *, value: float) -> str:
    """Interval of a similarity, where the table of pairs holds the same similarity."""
    pairs = table_of(analysis, "pairs_places")
    ends = [{str(a), str(b)} for a, b in zip(pairs["one"], pairs["other"], strict=True)]
    same = pairs.loc[[end == {one, other} for end in ends]]  # of an empty table too, the columns
    same = same[(same["similarity"].astype(float) - value).abs() < NEAR].dropna(subset=["low", "high"])
    return "" if same.empty else f" [{same['low'].iloc[0]:.2f}, {same['high'].iloc[0]:.2f}]"


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
    one, other, value = names[int(row)], names[int(column)], float(off[row, column])
    said = f"{value:.2f}" + _sure_pair(analysis, one, other, value=value)
    yield Finding(both("finding.alike", a=one, b=other, value=said), "places")


def _apart(analysis: AnalysisLike) -> Iterator[Finding]:
    path = with_places(table_of(analysis, "trajectories"))
    solid = path[~path["thin"].astype(bool) & path["from_others"].notna()]
    if solid["place"].nunique() < 3:
        return
    far = solid.groupby("place")["from_others"].agg(["mean", "min", "max"]).astype(float)
    name = str(far["mean"].astype(float).idxmax())
    mean, low, high = far.loc[[name]].to_numpy(dtype=float)[0]
    said = f"{mean:.2f}" if low == high else f"{mean:.2f}; {low:.2f}–{high:.2f}"
    yield Finding(both("finding.apart", name=name, value=said), "places")


def cautions(analysis: AnalysisLike) -> list[Finding]:
    """Say how many topics, cells, pages and readouts need care, each with the page that marks them."""
    topics, shares = table_of(analysis, "topics"), table_of(analysis, "shares_place_year")
    weak = int((topics["stability"].astype(float) < 0.5).sum())
    coverage = table_of(analysis, "coverage")
    gaps = int(coverage["gap"].astype(bool).sum())
    cells = shares.drop_duplicates(["place", "year"])
    thin = int((cells["thin"].astype(bool) & ~cells["gap"].astype(bool)).sum())
    readouts = analysis.corpus.readouts
    unplaced = readouts.height - readouts.drop_nulls(["place", "year"]).height
    told = (
        ("unstable", weak, len(topics), "topics"),
        ("gaps", gaps, len(coverage), "read"),
        ("thin", thin, len(cells), "places"),
        ("quarantined", analysis.corpus.quarantine.height, 0, "read"),
        ("unplaced", unplaced, readouts.height, "read"),
        ("warnings", len(analysis.warnings), 0, "method"),
    )
    return [Finding(both(f"care.{key}", n=n, of=of), page) for key, n, of, page in told if n]


@dataclass(frozen=True, slots=True)
class Year:
    """A year's bar in the strip of coverage; widths in hundredths of the largest."""

    label: str
    width: float
    readouts: str
    places: str


def strip(analysis: AnalysisLike) -> list[Year]:
    """Give readouts and places by year, every year between the first and the last."""
    readouts = analysis.corpus.readouts.select("readout_id", "place", "year")  # not the texts
    known = readouts.drop_nulls("year").to_pandas()
    if known.empty:
        return []
    counts = known.groupby("year").agg(readouts=("readout_id", "size"), places=("place", "nunique"))
    counts = counts.reindex(range(int(counts.index.min()), int(counts.index.max()) + 1), fill_value=0)
    most = int(counts["readouts"].max())
    return [
        Year(str(year), round(100 * n / most, 1), f"{n:,}", f"{places:,}")
        for year, n, places in counts.itertuples()
    ]


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
