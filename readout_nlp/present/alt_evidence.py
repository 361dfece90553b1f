"""Alt texts of the figures of evidence: trends, origins, spread, effects, tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from readout_nlp.present.alt import percent, years_of
from readout_nlp.present.strings import act_name, say


def describe_trends(trends: pd.DataFrame, language: str) -> str:
    """Say which topic moved most from the first year to the last, over all places."""
    known = trends[trends["share_all"].notna()].sort_values("year", kind="stable")
    if known.empty:
        return say("alt.nothing", language)
    ends = known.groupby("topic")["share_all"].agg(["first", "last"])
    change = 100 * (ends["last"] - ends["first"])
    topic = str(change.abs().idxmax())
    years = years_of(known)
    moved = f"{float(change.loc[topic]):+.1f}"
    return say("alt.trends", language, n=len(ends), years=years, topic=topic, change=moved)


def describe_echo(echo: pd.DataFrame, language: str) -> str:
    """Say who echoes above most, and who least."""
    up = echo[(echo["class"] == "echo_up") & echo["share"].notna()]
    if up.empty:
        return say("alt.nothing", language)
    rows = up.sort_values("share", ascending=False, kind="stable")
    return say("alt.echo", language, n=len(rows), **_ends(rows, str(echo.columns[0]), "share", form=percent))


def describe_map(places: pd.DataFrame, language: str) -> str:
    """Say how many places there are and which lies furthest from the middle."""
    if places.empty:
        return say("alt.nothing", language)
    away = np.hypot(places["x"] - places["x"].mean(), places["y"] - places["y"].mean())
    return say("alt.map", language, n=len(places), name=str(places["place"].iloc[int(np.argmax(away))]))


def describe_intervals(table: pd.DataFrame, language: str, *, label: str, value: str) -> str:
    """Say the highest and the lowest value."""
    if table.empty:
        return say("alt.nothing", language)
    rows = table.sort_values(value, ascending=False, kind="stable")
    return say("alt.intervals", language, n=len(rows), **_ends(rows, label, value, form=_number))


def _ends(rows: pd.DataFrame, label: str, value: str, *, form: Callable[[float], str]) -> dict[str, str]:
    first, last = rows.iloc[0], rows.iloc[-1]
    names = {"name": str(first[label]), "last": str(last[label])}
    return {**names, "high": form(first[value]), "low": form(last[value])}


def describe_adoption(curves: pd.DataFrame, language: str) -> str:
    """Say which wording spread furthest, and how far."""
    known = curves[curves["share"].notna()]
    if known.empty:
        return say("alt.nothing", language)
    ends = known.groupby("term")["share"].max()
    name = str(ends.idxmax())
    return say("alt.adoption", language, n=len(ends), name=name, high=percent(ends[name]))


def describe_keyness(words: pd.DataFrame, unit: str, language: str) -> str:
    """Say the word that sets a unit apart most."""
    known = words[words["log_odds"].notna()]
    if known.empty:
        return say("alt.nothing", language)
    first = _largest(known, known["log_odds"].abs())
    high = f"{float(first['log_odds']):+.2f}"
    return say("alt.keyness", language, n=len(known), unit=unit, name=first["term"], high=high)


def describe_effects(rows: pd.DataFrame, language: str, *, value: str, key: str = "alt.effects") -> str:
    """Say the topics with the highest and the lowest effect, in points of percentage."""
    known = rows[rows[value].notna()].sort_values(value, ascending=False, kind="stable")
    if known.empty:
        return say("alt.nothing", language)
    ends = _ends(known, "topic", value, form=points)
    term = {"term": str(known["term"].iloc[0])} if "term" in known else {}
    return say(key, language, n=len(known), **term, **ends)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _largest(rows: pd.DataFrame, by: pd.Series) -> pd.Series:
    return rows.iloc[int(by.to_numpy(float).argmax())]


def points(value: float) -> str:
    """Write a difference of shares in points of percentage, with its sign.

    Examples
    --------
    >>> points(0.0123), points(-0.2)
    ('+1.2', '-20.0')
    """
    return f"{100 * float(value):+.1f}"


def describe_masking(rows: pd.DataFrame, language: str) -> str:
    """Say how far similarity falls when formula is masked, and for whom most."""
    known = rows[rows["before"].notna() & rows["after"].notna()]
    if known.empty:
        return say("alt.nothing", language)
    most = _largest(known, (known["after"] - known["before"]).abs())
    pair = say("list.pair", language, a=most["one"], b=most["other"])
    before, after = (f"{float(known[side].mean()):.2f}" for side in ("before", "after"))
    return say("alt.masking", language, n=len(known), before=before, after=after, pair=pair)


def describe_reuse(links: pd.DataFrame, language: str) -> str:
    """Say how many places and links there are, and the strongest link."""
    if links.empty:
        return say("alt.nothing", language)
    first = _largest(links, links["n_passages"])
    return say(
        "alt.reuse",
        language,
        n=len({*links["source_place"], *links["target_place"]}),
        links=len(links),
        source=first["source_place"],
        target=first["target_place"],
        passages=int(first["n_passages"]),
    )


def describe_topic_acts(rows: pd.DataFrame, language: str) -> str:
    """Say the topic of which one act holds most."""
    known = rows[rows["share"].notna()]
    if known.empty:
        return say("alt.nothing", language)
    first = _largest(known, known["share"])
    return say(
        "alt.topic_acts",
        language,
        n=known["topic"].nunique(),
        topic=first["topic"],
        act=act_name(str(first["act"]), language),
        high=percent(first["share"]),
    )


def describe_relevance(topic: str, terms: Sequence[str], language: str) -> str:
    """Say the terms."""
    joined = say("list.joint", language).join(terms)
    return say("alt.relevance", language, topic=topic, n=len(terms), terms=joined)


def describe_choice(numbers: Sequence[int], recommended: tuple[int, int], language: str) -> str:
    """Say what was tried and what is recommended."""
    if not len(numbers):
        return say("alt.nothing", language)
    low, high = recommended
    return say("alt.choice", language, first=min(numbers), last=max(numbers), low=low, high=high)


def describe_place_drift(rows: pd.DataFrame, language: str) -> str:
    """Say which place moved furthest beyond chance, and when."""
    known = rows[rows["distance"].notna()]
    if known.empty:
        return say("alt.nothing", language)
    beyond = (known["distance"] - known["expected"].fillna(0.0)).astype(float)
    first = _largest(known, beyond)
    years, year = years_of(known), int(first["year"])
    high = f"{beyond.max():.2f}"
    n = known["place"].nunique()
    return say("alt.drift", language, n=n, years=years, name=first["place"], year=year, high=high)


def describe_steps(rows: pd.DataFrame, language: str) -> str:
    """Say the topic that changes most between the time before the event and after it."""
    known = rows[rows["share"].notna()]
    if known.empty:
        return say("alt.nothing", language)
    side = np.where(known["step"].astype(int) < 0, "before", "after")
    means = known.assign(side=side).pivot_table(index="topic", columns="side", values="share")
    if len(means.columns) < len(("before", "after")):
        return say("alt.nothing", language)
    change = (means["after"] - means["before"]).dropna()
    name = str(change.abs().idxmax())
    return say("alt.steps", language, n=len(means), name=name, high=points(change[name]))


def describe_topic_drift(rows: pd.DataFrame, language: str) -> str:
    """Say how many topics stayed, moved, came and went."""
    tally = {
        verdict: int((rows["verdict"] == verdict).sum()) for verdict in ("stable", "moved", "new", "gone")
    }
    return say("alt.topic_drift", language, **tally)
