"""Words that set a unit or a topic apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from readout_nlp.errors import InputError
from readout_nlp.present.alt_evidence import describe_keyness, describe_relevance
from readout_nlp.present.figures.placing import place_names
from readout_nlp.present.figures.rows import flagged, legend_above, name_rows
from readout_nlp.present.names import Names, name_of, renamed
from readout_nlp.present.strings import Language, say
from readout_nlp.present.style import (
    BLUE,
    FAINT,
    ONE_COLUMN,
    VERMILION,
    Width,
    finish,
    give_title,
    inches,
    new_axes,
    row_height,
    style,
)
from readout_nlp.topics.fit import Array, TopicFit

LEVEL = 0.05  # of q


def plot_keyness(
    words: pd.DataFrame,
    *,
    unit: object = None,
    ax: Axes | None = None,
    labels: Names | None = None,
    width: Width | None = None,
    language: Language = "zh",
    synthetic: bool = False,
) -> Axes:
    """Terms of one unit by how often it uses them and how far that sets it apart.

    Parameters
    ----------
    words
        As `readout_nlp.keyness` gives it: ``label`` (the unit), ``term``, ``n``, ``log_odds``, ``thin`` and,
        where there is one, ``q``.
    unit
        Which place, year, ...; may be left out where the table holds one only.
    ax, labels, width, language, synthetic
        As in `plot_coverage`.

    Returns
    -------
    matplotlib.axes.Axes
        In vermilion what stands apart at q < .05; hollow: thin. The farthest from 0 are named first; names
        never cover each other, so that a term may go without.

    Raises
    ------
    InputError
        If the table holds several units and none is chosen, or not this one.

    Examples
    --------
    >>> rows = {"label": "甲市", "term": ["河长", "水质"], "n": [12, 9], "log_odds": [2.0, 1.0]}
    >>> [text.get_text() for text in plot_keyness(pd.DataFrame(rows)).texts]
    ['河长', '水质']
    """
    unit = _one_unit(words, unit)
    with style():
        rows = words[(words["label"].astype(str) == str(unit)) & words["log_odds"].notna()]
        rows = renamed(rows, "term", labels=labels, language=language)
        rows = rows.iloc[np.argsort(-rows["log_odds"].abs().to_numpy(float), kind="stable")]
        wide = inches(width, ONE_COLUMN)
        ax = ax or new_axes(wide, min(0.85 * wide, 4.5))
        _scatter(ax, rows)
        ax.set_xlabel(say("figure.keyness_n", language))
        ax.set_ylabel(say("figure.keyness_odds", language))
        name = name_of(unit, labels, language)
        give_title(ax, say("figure.keyness", language, unit=name))
        finish(ax, describe_keyness(rows, name, language), synthetic=synthetic)
        points = rows[["n", "log_odds"]].to_numpy(float)
        place_names(ax, points, [str(term) for term in rows["term"]])
    return ax


def _one_unit(words: pd.DataFrame, unit: object) -> object:
    known = [str(name) for name in pd.unique(words["label"])]
    if unit is None and len(known) == 1:
        return known[0]
    if str(unit) not in known:
        raise InputError(
            f"unit={unit!r} of {len(known)} units",
            f"one of {', '.join(known[:8])}{', ...' if len(known) > 8 else ''}",
            "choose a unit",
        )
    return unit


def _scatter(ax: Axes, rows: pd.DataFrame) -> None:
    apart = rows["q"].to_numpy(float) < LEVEL if "q" in rows else np.zeros(len(rows), bool)
    thin = flagged(rows.get("thin"), len(rows))
    n, odds = rows["n"].to_numpy(float), rows["log_odds"].to_numpy(float)
    for chosen, colour in ((apart, VERMILION), (~apart, BLUE)):
        for hollow in (False, True):
            some = chosen & (thin == hollow)
            ax.plot(n[some], odds[some], "o", color=colour, markerfacecolor="white" if hollow else colour)
    ax.axhline(0, color=FAINT, linewidth=0.8, zorder=0)
    if len(n):
        ax.set_xscale("log")
        # plain numbers: powers of ten would be set in another font
        ax.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        ax.xaxis.set_minor_locator(NullLocator())
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        ax.set_xlim(n.min() / 1.6, n.max() * 1.6)
        room = 0.12 * max(float(np.ptp(odds)), 0.5)
        ax.set_ylim(odds.min() - room, odds.max() + room)


def relevance(topics: TopicFit, *, lam: float = 0.6) -> Array:
    """Relevance of every term to every topic (Sievert and Shirley 2014).

    ``lam log p(w|t) + (1 - lam) log(p(w|t) / p(w))``: with 1 the order of probability, with 0 that of lift.

    Parameters
    ----------
    topics
        Any fit; the topics' sizes are their mean shares.
    lam
        λ, 0 to 1.

    Returns
    -------
    ndarray of shape (n_topics, n_terms)
        Higher is more relevant; -inf for a term that the topic does not hold.

    Examples
    --------
    >>> fit = TopicFit(topic_terms=np.array([[0.6, 0.4, 0.0], [0.0, 0.4, 0.6]]), doc_topics=np.eye(2),
    ...                vocabulary=("甲", "乙", "丙"), doc_ids=("a", "b"), topic_ids=("t01", "t02"),
    ...                method="nmf", params={})
    >>> relevance(fit, lam=0.0).argmax(axis=1).tolist()
    [0, 2]
    """
    if not 0 <= lam <= 1:
        raise InputError(f"lam={lam!r}", "a number from 0 to 1", "change it")
    share = _term_shares(topics)
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = np.log(topics.topic_terms)
        found = inside - (1 - lam) * np.log(share)
    return np.where(topics.topic_terms > 0, found, -np.inf)


def _term_shares(topics: TopicFit) -> Array:
    return np.asarray(topics.doc_topics.mean(axis=0) @ topics.topic_terms, dtype=float)


def plot_relevance(
    topics: TopicFit,
    topic: str,
    *,
    lam: float = 0.6,
    n_terms: int = 12,
    ax: Axes | None = None,
    labels: Names | None = None,
    width: Width | None = None,
    language: Language = "zh",
    synthetic: bool = False,
) -> Axes:
    """Bars of a topic's most relevant terms: how much of all tokens they are, and how much within the topic.

    Parameters
    ----------
    topics
        Any fit.
    topic
        A topic id.
    lam, n_terms
        λ of `relevance`, and how many terms.
    ax, labels, width, language, synthetic
        As in `plot_coverage`.

    Returns
    -------
    matplotlib.axes.Axes
        Where the inner bar fills the outer one, the term is the topic's own.

    Raises
    ------
    InputError
        If the fit has no such topic.
    """
    if topic not in topics.topic_ids:
        raise InputError(f"topic {topic!r}", f"one of {', '.join(topics.topic_ids)}", "choose one of these")
    row = topics.topic_ids.index(topic)
    with style():
        best = np.argsort(-relevance(topics, lam=lam)[row], kind="stable")[:n_terms][::-1]
        overall = 100 * _term_shares(topics)[best]
        inside = 100 * topics.doc_topics.mean(axis=0)[row] * topics.topic_terms[row][best]
        tall = row_height(len(best), usual=0.17, rest=0.9)
        ax = ax or new_axes(inches(width, ONE_COLUMN), 0.9 + tall * len(best))
        at = np.arange(len(best))
        ax.barh(at, overall, color="#d3e2ee", height=0.72, label=say("figure.term_all", language))
        ax.barh(at, inside, color=BLUE, height=0.4, label=say("figure.term_topic", language))
        terms = [name_of(topics.vocabulary[term], labels, language) for term in best]
        name_rows(ax, terms)
        ax.set_xlabel(say("figure.term_share", language))
        ax.xaxis.set_major_formatter("{x:g}%")
        name = name_of(topic, labels, language)
        give_title(ax, say("figure.relevance", language, topic=name, lam=f"{lam:g}"), room=0.75)
        legend_above(ax, 2)
        finish(ax, describe_relevance(name, terms[::-1], language), synthetic=synthetic)
    return ax
