"""The headline results of a topic model, and how far those of another model agree with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import polars as pl

from readout_nlp.compare.shares import topic_shares
from readout_nlp.compare.similarity import similarity
from readout_nlp.corpus.corpus import Corpus, Unit
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.stability import match_topics

CLEAR = 2.0  # a trend of so many standard errors is told as one
TREND_COLUMNS = ["topic", "partner", "slope", "clear", "other_slope", "other_clear", "trend"]
FEWEST = 3  # two cells or pairs always correlate perfectly


@dataclass(frozen=True, kw_only=True, eq=False)
class Headlines:
    """What a study would report of one model.

    Attributes
    ----------
    fit
        The model.
    shares : pandas.DataFrame
        Cells of places and years (years alone in a corpus without places) by topics; gaps and thin cells
        are left out.
    slopes, errors : ndarray of shape (n_topics,)
        Change of a topic's share from year to year within places, over readouts, and its standard error; NaN
        where no place has two years.
    alike : pandas.DataFrame
        Similarity of places; empty in a corpus without places.
    """

    fit: TopicFit
    shares: pd.DataFrame
    slopes: Array
    errors: Array
    alike: pd.DataFrame


def headlines(fit: TopicFit, corpus: Corpus, *, unit: Unit, metric: str, min_items: int) -> Headlines:
    """Compute the headline results of a model.

    Parameters
    ----------
    fit
        Over documents of the corpus.
    corpus
    unit
        What its documents are.
    metric
        Distance behind the similarity of places.
    min_items
        Cells with fewer documents are thin and left out, unless that leaves none.
    """
    placed = corpus.readouts["place"].null_count() < corpus.readouts.height
    by = ("place", "year") if placed else ("year",)
    slopes, errors = _trends(fit, corpus.documents(unit))
    places = topic_shares(fit, corpus, by="place", min_items=min_items) if placed else pd.DataFrame()
    return Headlines(
        fit=fit,
        shares=_cells(topic_shares(fit, corpus, by=by, min_items=min_items), by),
        slopes=slopes,
        errors=errors,
        alike=similarity(places, metric=metric) if len(places) else places,
    )


def _cells(table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    full = table[~table["thin"]] if not table["thin"].all() else table[~table["gap"]]
    return full.pivot_table(index=list(by), columns="topic", values="share", observed=True)


def _trends(fit: TopicFit, documents: pl.DataFrame) -> tuple[Array, Array]:
    """Slopes of readouts' mean shares on the year within places, and errors that let spreads differ.

    Within places, so that no city that joins or leaves the record makes a trend; errors after White (1980).
    """
    without = set(fit.params.get("without_evidence", ()))
    index = pd.Index(fit.doc_ids, name="doc_id")
    known = pd.DataFrame(fit.doc_topics, index=index, columns=list(fit.topic_ids))
    about = documents.select("doc_id", "readout_id", "year", pl.col("place").fill_null("")).to_pandas()
    joined = known[~known.index.isin(without)].join(about.set_index("doc_id")).dropna(subset="year")
    means = joined.groupby(["place", "readout_id"]).mean()
    away = (means - means.groupby("place").transform("mean")).to_numpy(dtype=np.float64)
    shares, year = away[:, :-1], away[:, -1]
    spread = float(year @ year)
    if spread == 0:
        return np.full(fit.n_topics, np.nan), np.full(fit.n_topics, np.nan)
    slopes = year @ shares / spread
    rest = shares - np.outer(year, slopes)
    return slopes, np.sqrt((year**2) @ rest**2) / spread


def agreement(one: Headlines, other: Headlines) -> tuple[dict[str, float], pd.DataFrame]:
    """Say how far the headline results of two models agree, topics matched one to one.

    Parameters
    ----------
    one
        The model that is reported.
    other
        A model of the same corpus.

    Returns
    -------
    results : dict
        ``topics``: mean overlap (Jaccard) of the ten first words of matched topics, 0 to 1; ``shares``: mean
        over topics of the correlation of shares over cells, -1 to 1; ``trends``: of the topics with a clear
        trend in `one`, the part whose trend in `other` has the same sign, 0 to 1; ``similarity``: rank
        correlation of the similarities of pairs of places, -1 to 1; ``nearest``: part of the places whose
        most similar place is the same, 0 to 1. Higher is better throughout; NaN where the corpus cannot tell.
    trends : pandas.DataFrame
        One row a topic of `one`: ``topic``, ``partner``, ``slope``, ``clear``, ``other_slope``,
        ``other_clear``, ``trend``: ``held``, ``unclear`` (same sign), ``reversed``, or ``none`` (no clear
        trend in `one`).
    """
    match = match_topics(one.fit, other.fit)
    trends = _trend_table(one, other, match.permutation)
    told = trends[trends["clear"]]
    found = {
        "topics": float(match.jaccards.mean()),
        "shares": _share_correlation(one, other, match.permutation),
        "trends": float((told["trend"] != "reversed").mean()) if len(told) else float("nan"),
        **_alike(one.alike, other.alike),
    }
    return found, trends


def _share_correlation(one: Headlines, other: Headlines, permutation: np.ndarray) -> float:
    cells = one.shares.index.intersection(other.shares.index)
    paired = permutation >= 0
    if len(cells) < FEWEST or not paired.any():
        return float("nan")
    left = one.shares.loc[cells, np.array(one.fit.topic_ids)[paired]].to_numpy()
    right = other.shares.loc[cells, np.array(other.fit.topic_ids)[permutation[paired]]].to_numpy()
    varying = (left.std(axis=0) > 0) | (right.std(axis=0) > 0)
    if not varying.any():
        return float("nan")
    return float(_correlations(left[:, varying], right[:, varying]).mean())


def _correlations(left: Array, right: Array) -> Array:
    a, b = left - left.mean(axis=0), right - right.mean(axis=0)
    scale = np.sqrt((a**2).sum(axis=0) * (b**2).sum(axis=0))
    flat = np.zeros(len(scale))  # a topic that does not vary cannot agree with one that does
    return np.asarray(np.divide((a * b).sum(axis=0), scale, out=flat, where=scale > 0), dtype=np.float64)


def _trend_table(one: Headlines, other: Headlines, permutation: np.ndarray) -> pd.DataFrame:
    paired = permutation >= 0
    slopes = np.where(paired, other.slopes[permutation], np.nan)
    clear = np.abs(one.slopes) >= CLEAR * one.errors
    other_clear = paired & (np.abs(slopes) >= CLEAR * other.errors[permutation])
    same = np.sign(one.slopes) == np.sign(slopes)
    trend = np.select([~clear, ~same, other_clear], ["none", "reversed", "held"], default="unclear")
    partners = [other.fit.topic_ids[row] if row >= 0 else None for row in permutation]
    columns = (one.fit.topic_ids, partners, one.slopes, clear, slopes, other_clear, trend)
    return pd.DataFrame(dict(zip(TREND_COLUMNS, columns, strict=True)))


def _alike(one: pd.DataFrame, other: pd.DataFrame) -> dict[str, float]:
    from scipy.stats import spearmanr

    places = one.dropna(how="all").index.intersection(other.dropna(how="all").index)
    left, right = (table.loc[places, places].to_numpy(dtype=np.float64) for table in (one, other))
    upper = np.triu_indices(len(places), k=1)
    if len(upper[0]) < FEWEST:
        return {"similarity": float("nan"), "nearest": float("nan")}
    varies = np.ptp(left[upper]) > 0 and np.ptp(right[upper]) > 0
    ranks = spearmanr(left[upper], right[upper]).statistic if varies else np.nan
    off = [np.where(np.eye(len(places), dtype=bool), -np.inf, square) for square in (left, right)]
    return {
        "similarity": float(ranks),
        "nearest": float((off[0].argmax(axis=1) == off[1].argmax(axis=1)).mean()),
    }
