"""Analysis -> what the page says of each topic: words, acts, years, places, neighbours, items to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.present.alt import percent
from readout_nlp.present.charts import Panel, frame_of, panel
from readout_nlp.present.strings import act_name
from readout_nlp.present.tables import AnalysisLike, table_of, with_places
from readout_nlp.present.text import Both, named
from readout_nlp.present.view import number, span_text, text_or
from readout_nlp.topics.relevance import first_relevant
from readout_nlp.topics.stability import UNSTABLE_BELOW

MOST_REPRESENTATIVES = 3
WORDS = 12  # that the page shows where nothing runs; its script shows more
MARKED = 10  # words of a topic that are marked in its items
FREX_WORDS = 8
ENDS = 5  # places at either end
NEIGHBOURS = 3
WIDEST = 1.6  # times the largest share: an interval that reaches further is cut, its numbers stand beside it


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a topic; widths are percentages of the longest bar: here, and in the whole corpus."""

    text: str
    shown: str
    width: float
    whole: float


@dataclass(frozen=True, slots=True)
class Reach:
    """A share with its interval, as positions from 0 to 100 on the scale of its table."""

    label: Any
    at: float
    low: float | None
    high: float | None
    text: str
    span: str
    n: str
    thin: bool


@dataclass(frozen=True, slots=True)
class Sample:
    """One representative item."""

    share: str
    place: str
    date: str
    act: Both
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Beside:
    """Another topic, of this model or of another."""

    id: str
    label: str
    value: str
    same: bool = False
    model: str = ""
    overlap: str = ""


@dataclass(frozen=True, slots=True)
class TopicCard:
    """All that the page says of one topic."""

    id: str
    label: str
    words: tuple[Word, ...]
    marked: tuple[str, ...]
    frex: tuple[str, ...]
    size: str
    width: float
    npmi: str
    exclusivity: str
    stability: str
    state: str  # stable, unstable or unmeasured
    panel: Panel | None
    panel_n: str
    acts: tuple[Reach, ...]
    worth: str
    most: tuple[Reach, ...]
    least: tuple[Reach, ...]
    near: tuple[Beside, ...]
    matches: tuple[Beside, ...]
    samples: tuple[Sample, ...]
    key: str  # what the search of the page looks in
    order: tuple[float, ...]  # by what the page sorts: size, stability, coherence


def topic_cards(analysis: AnalysisLike) -> tuple[TopicCard, ...]:
    """One card a topic, largest first."""
    topics = table_of(analysis, "topics").sort_values("size", ascending=False, kind="stable")
    panels = {one.key: one for one in topic_panels(analysis)}
    largest = float(topics["size"].max()) if len(topics) else 1.0
    return tuple(
        _card(analysis, row, largest, panels.get(str(row["topic"]))) for row in topics.to_dict("records")
    )


def _card(analysis: AnalysisLike, row: Mapping[Any, Any], largest: float, chart: Panel | None) -> TopicCard:
    topic = str(row["topic"])
    measured = row["stability"] is not None and not pd.isna(row["stability"])
    weak = measured and float(row["stability"]) < UNSTABLE_BELOW
    words = topic_words(analysis, topic)
    frex = tuple(str(row["frex_terms"]).split())
    acts, worth = _acts(analysis, topic)
    most, least = _places(analysis, topic)
    return TopicCard(
        id=topic,
        label=str(row["label"]),
        words=words,
        marked=tuple(word.text for word in words[:MARKED]),
        frex=frex[:FREX_WORDS],
        size=percent(row["size"]),
        width=round(100 * float(row["size"]) / (largest or 1.0), 1),
        npmi=number(row["npmi"]),
        exclusivity=number(row["exclusivity"]),
        stability=number(row["stability"]),
        state="unstable" if weak else "stable" if measured else "unmeasured",
        panel=chart,
        panel_n=_years_n(analysis, topic),
        acts=acts,
        worth=worth,
        most=most,
        least=least,
        near=_near(analysis, topic),
        matches=_matches(analysis, topic),
        samples=_samples(analysis, topic),
        key=" ".join((topic, str(row["label"]), str(row["top_terms"]), *frex)).lower(),
        order=tuple(_sortable(row[name]) for name in ("size", "stability", "npmi")),
    )


def _sortable(value: Any) -> float:
    return -1.0 if value is None or pd.isna(value) else round(float(value), 6)


def topic_words(analysis: AnalysisLike, topic: str) -> tuple[Word, ...]:
    """Give the most relevant words with their counts; without these, the most probable ones."""
    table = table_of(analysis, "relevant_terms")
    mine = table[table["topic"].astype(str) == topic]
    if mine.empty:
        return _probable(analysis, topic)
    rows = first_relevant(mine, n=WORDS).to_dict("records")
    top = max(float(row["n"]) for row in rows) or 1.0
    return tuple(
        Word(
            str(row["term"]),
            f"{float(row['n_topic']):,.0f} / {float(row['n']):,.0f}",
            round(100 * float(row["n_topic"]) / top, 2),
            round(100 * float(row["n"]) / top, 2),
        )
        for row in rows
    )


def _probable(analysis: AnalysisLike, topic: str) -> tuple[Word, ...]:
    fit = analysis.topics
    if topic not in fit.topic_ids:
        return ()
    row = fit.topic_terms[fit.topic_ids.index(topic)]
    best = np.argsort(-row, kind="stable")[:WORDS]
    top = float(row[best[0]]) or 1.0
    return tuple(
        Word(fit.vocabulary[term], percent(row[term]), round(100 * float(row[term]) / top, 1), 0.0)
        for term in best
        if row[term] > 0
    )


def _acts(analysis: AnalysisLike, topic: str) -> tuple[tuple[Reach, ...], str]:
    """Give the acts of a topic, the commonest first, and how many items' worth of it they are of."""
    table = table_of(analysis, "acts_topic")
    mine = table[(table["topic"].astype(str) == topic) & table["share"].notna()]
    mine = mine[mine["share"].astype(float) > 0].sort_values("share", ascending=False, kind="stable")
    if mine.empty:
        return (), ""
    return _reaches(mine, [named(act_name, str(act)) for act in mine["act"]]), number(
        mine["n_items"].iloc[0], ",.0f"
    )


def _places(analysis: AnalysisLike, topic: str) -> tuple[tuple[Reach, ...], tuple[Reach, ...]]:
    """Give the places at either end on one scale; thin ones, extreme by chance, only if there is no other."""
    table = with_places(table_of(analysis, "shares_place"))
    mine = table[(table["topic"].astype(str) == topic) & table["share"].notna()]
    firm = mine[~mine["thin"].astype(bool)]
    mine = (firm if len(firm) else mine).sort_values("share", ascending=False, kind="stable")
    if len(mine) < 2:
        return (), ()
    ends = min(ENDS, len(mine) // 2)
    rows = pd.concat([mine.head(ends), mine.tail(ends)])
    drawn = _reaches(rows, [str(place) for place in rows["place"]])
    return drawn[:ends], drawn[ends:]


def _reaches(rows: pd.DataFrame, labels: Sequence[Any]) -> tuple[Reach, ...]:
    most, reach = float(rows["share"].max()), float(rows["high"].astype(float).max())
    top = max(most, min(reach, WIDEST * most) if np.isfinite(reach) else most) or 1.0
    return tuple(
        Reach(
            label,
            _on(row["share"], top) or 0.0,
            _on(row["low"], top),
            _on(row["high"], top),
            percent(row["share"]),
            span_text(row["low"], row["high"], ".1f", times=100),
            number(row["n_items"], ",.0f"),
            bool(row["thin"]),
        )
        for label, row in zip(labels, rows.to_dict("records"), strict=True)
    )


def _on(value: Any, top: float) -> float | None:
    return None if pd.isna(value) else round(min(100 * float(value) / top, 100.0), 1)


def labels_of(analysis: AnalysisLike, table: str = "topics") -> dict[str, str]:
    """Labels of topics by id."""
    topics = table_of(analysis, table)
    return dict(zip(topics["topic"].astype(str), topics["label"].astype(str), strict=True))


def labels_by_size(analysis: AnalysisLike) -> dict[str, str]:
    """Labels of topics by id, the largest topic first."""
    topics = table_of(analysis, "topics").sort_values("size", ascending=False, kind="stable")
    return dict(zip(topics["topic"].astype(str), topics["label"].astype(str), strict=True))


def _near(analysis: AnalysisLike, topic: str) -> tuple[Beside, ...]:
    table, labels = table_of(analysis, "topic_neighbours"), labels_of(analysis)
    mine = table[table["topic"].astype(str) == topic].sort_values("rank", kind="stable").head(NEIGHBOURS)
    return tuple(
        Beside(str(row["neighbour"]), labels.get(str(row["neighbour"]), ""), number(row["distance"]))
        for row in mine.to_dict("records")
    )


def _matches(analysis: AnalysisLike, topic: str) -> tuple[Beside, ...]:
    table = table_of(analysis, "topic_matches")
    mine = table[(table["topic"].astype(str) == topic) & table["match"].notna()]
    return tuple(_match(analysis, row) for row in mine.to_dict("records"))


def _match(analysis: AnalysisLike, row: Mapping[Any, Any]) -> Beside:
    name = f"topics_{row['model']}"
    labels = labels_of(analysis, name) if name in ("topics_nmf", "topics_lda") else {}
    return Beside(
        str(row["match"]),
        labels.get(str(row["match"]), ""),
        number(row["cosine"]),
        bool(row["same"]),
        str(row["model"]),
        number(row["jaccard"]),
    )


def _samples(analysis: AnalysisLike, topic: str) -> tuple[Sample, ...]:
    table = table_of(analysis, "representatives")
    rows = table[table["topic"].astype(str) == topic].sort_values("rank").head(MOST_REPRESENTATIVES)
    return tuple(
        Sample(
            percent(row["share"]),
            text_or(row["place"]),
            text_or(row["date"])[:10],
            named(act_name, text_or(row["act"])),
            text_or(row["subject"]),
            text_or(row["text"]),
        )
        for row in rows.to_dict("records")
    )


def _years_n(analysis: AnalysisLike, topic: str) -> str:
    shares = table_of(analysis, "shares_year")
    mine = shares[(shares["topic"].astype(str) == topic) & shares["year"].notna()]
    return number(mine["n_items"].sum(), ",.0f")


def topic_panels(analysis: AnalysisLike) -> tuple[Panel, ...]:
    """Share by year of each topic over all places; nothing if there is one year only."""
    shares = table_of(analysis, "shares_year")
    shares = shares[shares["year"].notna()]
    if shares["year"].nunique() < 2:
        return ()
    frame = frame_of(shares)
    return tuple(
        panel(str(topic), str(topic), rows, frame=frame)
        for topic, rows in shares.groupby("topic", sort=False)
    )
