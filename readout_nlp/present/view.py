"""Analysis -> what each section of the page shows, ready for the templates; nothing is computed there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.present.alt import percent
from readout_nlp.present.charts import Frame, Panel, frame_of, panel
from readout_nlp.present.strings import act_name
from readout_nlp.present.tables import AnalysisLike, largest_places, several, table_of, with_places
from readout_nlp.present.text import Both

MOST_PLACES = 60
MOST_REMOVED = 24
MOST_QUARANTINED = 20
MOST_REPRESENTATIVES = 3
WORDS = 8


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a topic; `width` is its probability as a percentage of the topic's most probable one."""

    text: str
    probability: str
    width: float


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
class TopicCard:
    """All that the page says of one topic."""

    id: str
    label: str
    words: tuple[Word, ...]
    frex: tuple[str, ...]
    size: str
    width: float
    npmi: str
    exclusivity: str
    stability: str
    state: str  # stable, unstable or unmeasured
    panel: Panel | None
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A labelled amount."""

    label: Any
    text: str
    width: float
    note: str = ""


def number(value: Any, form: str = ".2f") -> str:
    """Write a number; an en dash where there is none, and a sign for what lies beyond all that was seen.

    Examples
    --------
    >>> number(0.256), number(float("nan")), number(1234, ",.0f"), number(float("inf"))
    ('0.26', '–', '1,234', '∞')
    """
    if value is None or pd.isna(value):
        return "–"
    return format(float(value), form).replace("-", "−").replace("+inf", "∞").replace("inf", "∞")


def span_text(low: Any, high: Any, form: str = ".2f", *, times: float = 1.0) -> str:
    """Write an interval; nothing where it is not known.

    Examples
    --------
    >>> span_text(0.1, 0.25), span_text(float("nan"), 1.0), span_text(0.1, 0.25, ".0f", times=100)
    ('[0.10, 0.25]', '', '[10, 25]')
    """
    if pd.isna(low) or pd.isna(high):
        return ""
    return f"[{number(times * float(low), form)}, {number(times * float(high), form)}]"


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
    weak = measured and float(row["stability"]) < 0.5
    return TopicCard(
        id=topic,
        label=str(row["label"]),
        words=_words(analysis, topic),
        frex=tuple(str(row["frex_terms"]).split()[:WORDS]),
        size=percent(row["size"]),
        width=round(100 * float(row["size"]) / (largest or 1.0), 1),
        npmi=number(row["npmi"]),
        exclusivity=number(row["exclusivity"]),
        stability=number(row["stability"]),
        state="unstable" if weak else "stable" if measured else "unmeasured",
        panel=chart,
        samples=_samples(analysis, topic),
    )


def _words(analysis: AnalysisLike, topic: str) -> tuple[Word, ...]:
    fit = analysis.topics
    if topic not in fit.topic_ids:
        return ()
    row = fit.topic_terms[fit.topic_ids.index(topic)]
    best = np.argsort(-row, kind="stable")[:WORDS]
    top = float(row[best[0]]) or 1.0
    return tuple(
        Word(fit.vocabulary[term], percent(row[term]), round(100 * float(row[term]) / top, 1))
        for term in best
    )


def _samples(analysis: AnalysisLike, topic: str) -> tuple[Sample, ...]:
    table = table_of(analysis, "representatives")
    rows = table[table["topic"].astype(str) == topic].sort_values("rank").head(MOST_REPRESENTATIVES)
    return tuple(
        Sample(
            percent(row["share"]),
            text_or(row["place"]),
            text_or(row["date"])[:10],
            Both(*(act_name(text_or(row["act"]), language) for language in ("zh", "en"))),
            text_or(row["subject"]),
            text_or(row["text"]),
        )
        for row in rows.to_dict("records")
    )


def text_or(value: Any, otherwise: str = "") -> str:
    """Text of a cell that may be empty."""
    return otherwise if value is None or pd.isna(value) else str(value)


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


def place_panels(analysis: AnalysisLike, topic: str) -> tuple[Panel, ...]:
    """Share of one topic by year, a panel a place: what the page shows before the reader chooses."""
    shares = shown_shares(analysis)
    shares = shares[shares["topic"].astype(str) == topic]
    if shares["year"].nunique() < 2 or not shares["share"].notna().any():
        return ()
    frame = frame_of(shares)
    return tuple(
        panel(str(place), str(place), rows, frame=frame)
        for place, rows in shares.groupby("place", sort=False)
    )


def shown_shares(analysis: AnalysisLike) -> pd.DataFrame:
    """Shares by place and year of the places that the charts show."""
    shares = with_places(table_of(analysis, "shares_place_year"))
    return shares[shares["place"].isin(shown_places(analysis)) & shares["year"].notna()]


def shown_places(analysis: AnalysisLike) -> list[str]:
    """Places in the order of the coverage table; of very many, those with most items."""
    rows = largest_places(with_places(table_of(analysis, "coverage")), MOST_PLACES)
    return [str(place) for place in pd.unique(rows["place"])]


def frame_for(analysis: AnalysisLike) -> Frame | None:
    """Scales of the charts by place, if they can be drawn."""
    shares = shown_shares(analysis)
    drawable = several(shares["year"]) and shares["share"].notna().any()
    return frame_of(shares) if drawable else None


def flat(settings: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Write settings as names and texts, nested ones with dots.

    Examples
    --------
    >>> flat({"a": {"b": 1}, "c": [1, 2]})
    [('a.b', '1'), ('c', '1, 2')]
    """
    rows: list[tuple[str, str]] = []
    for name, value in settings.items():
        if isinstance(value, Mapping):
            rows += flat(value, f"{prefix}{name}.")
        elif isinstance(value, list | tuple):
            rows.append((prefix + str(name), ", ".join(str(part) for part in value)))
        else:
            rows.append((prefix + str(name), "–" if value is None else str(value)))
    return rows


def thin_cells(rows: pd.DataFrame, index: str, columns: str) -> pd.DataFrame:
    """Mark the cells of a wide table that too few items stand behind."""
    marked = rows.assign(thin=rows["thin"].astype(bool))
    wide = marked.pivot_table(index=index, columns=columns, values="thin", aggfunc="max", fill_value=False)
    return wide.astype(bool)


def bars(amounts: Mapping[Any, float], form: str) -> tuple[Bar, ...]:
    """Labelled amounts with widths relative to the largest."""
    top = max(amounts.values(), default=0.0) or 1.0
    return tuple(
        Bar(name, format(value, form), round(100 * value / top, 1)) for name, value in amounts.items()
    )
