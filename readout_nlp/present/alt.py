"""Alt texts: one sentence a figure, derived from its data, for readers who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.present.strings import act_name, say
from readout_nlp.present.tables import off_diagonal
from readout_nlp.topics.fit import TopicFit


def percent(value: float) -> str:
    """Write a share as a percentage with one decimal.

    Examples
    --------
    >>> percent(0.1234)
    '12.3%'
    """
    return f"{100 * float(value):.1f}%"


def describe_coverage(coverage: pd.DataFrame, language: str) -> str:
    """Say how many places, years and readouts there are, and how many cells are gaps."""
    if coverage.empty:
        return say("alt.nothing", language)
    gap = coverage["gap"].astype(bool)
    return say(
        "alt.coverage",
        language,
        places=coverage["place"].nunique(),
        years=years_of(coverage),
        readouts=int(coverage.loc[~gap, "n_readouts"].sum()),
        gaps=int(gap.sum()),
        cells=len(coverage),
    )


def describe_terms(topics: TopicFit, labels: Sequence[str], language: str) -> str:
    """Say each topic's most probable word."""
    best = [topics.vocabulary[int(np.argmax(row))] for row in topics.topic_terms]
    joint = say("list.joint", language)
    pairs = joint.join(
        f"{' '.join(label.split())} ({word})" for label, word in zip(labels, best, strict=True)
    )
    return say("alt.terms", language, n=topics.n_topics, pairs=pairs)


def describe_sizes(topics: pd.DataFrame, language: str) -> str:
    """Say the largest and the smallest topic."""
    if topics.empty:
        return say("alt.nothing", language)
    rows = topics.sort_values("size", ascending=False)
    first, last = rows.iloc[0], rows.iloc[-1]
    return say(
        "alt.sizes",
        language,
        n=len(rows),
        first=first["label"],
        high=percent(first["size"]),
        last=last["label"],
        low=percent(last["size"]),
    )


def describe_stability(topics: pd.DataFrame, language: str) -> str:
    """Say how many topics were measured and how many of them are unstable."""
    value = topics["stability"].astype(float)
    if not value.notna().any():
        return say("alt.stability_none", language)
    return say(
        "alt.stability",
        language,
        n=int(value.notna().sum()),
        weak=int((value < 0.5).sum()),
        mean=f"{value.mean():.2f}",
    )


def describe_shares(shares: pd.DataFrame, panels: str, language: str) -> str:
    """Say the extent, the highest share with its place in the table, and the gaps."""
    known = shares[shares["share"].notna() & ~shares["gap"].astype(bool)]
    if known.empty:
        return say("alt.nothing", language)
    top = known.iloc[int(known["share"].astype(float).to_numpy().argmax())]
    cells = shares.drop_duplicates([name for name in ("place", "year") if name in shares])
    gap, thin = cells["gap"].astype(bool), cells["thin"].astype(bool)
    return say(
        "alt.shares",
        language,
        n=shares[panels].nunique(),
        years=years_of(shares),
        name=top[panels],
        year=int(top["year"]),
        high=percent(top["share"]),
        gaps=int(gap.sum()),
        thin=int((thin & ~gap).sum()),
    )


def describe_acts(acts: pd.DataFrame, language: str) -> str:
    """Say which act is most frequent over all years."""
    known = acts[acts["share"].notna() & ~acts["gap"].astype(bool)]
    if known.empty:
        return say("alt.nothing", language)
    weighted = (known["share"].astype(float) * known["n_items"]).groupby(known["act"]).sum()
    first = str(weighted.idxmax())
    high = percent(weighted[first] / weighted.sum())
    name = act_name(first, language)
    return say("alt.acts", language, years=years_of(acts), name=name, high=high)


def describe_similarity(matrix: pd.DataFrame, language: str) -> str:
    """Say the most and the least alike pair, and how many pairs could not be compared."""
    off = off_diagonal(matrix).to_numpy(dtype=float)
    upper = np.where(np.triu(np.ones_like(off, dtype=bool), 1), off, np.nan)
    if not np.isfinite(upper).any():
        return say("alt.nothing", language)
    names = [str(name) for name in matrix.index]
    most = np.unravel_index(int(np.nanargmax(upper)), upper.shape)
    least = np.unravel_index(int(np.nanargmin(upper)), upper.shape)
    pairs = len(names) * (len(names) - 1) // 2
    return say(
        "alt.similarity",
        language,
        n=len(names),
        most=_pair(names, most, language),
        high=f"{upper[most]:.2f}",
        least=_pair(names, least, language),
        low=f"{upper[least]:.2f}",
        missing=pairs - int(np.isfinite(upper).sum()),
    )


def describe_trajectories(trajectories: pd.DataFrame, language: str) -> str:
    """Say which place stands furthest from the others and which moves most from year to year."""
    solid = trajectories[~trajectories["thin"].astype(bool)]
    means = (trajectories if solid.empty else solid).groupby("place")[["from_others", "from_previous"]].mean()
    apart, moving = (means[column].astype(float).dropna() for column in means.columns)
    if apart.empty:
        return say("alt.nothing", language)
    text = say(
        "alt.apart",
        language,
        n=len(means),
        name=apart.idxmax(),
        high=f"{apart.max():.2f}",
        years=years_of(trajectories),
    )
    if moving.empty:
        return text
    return text + say("alt.moving", language, name=moving.idxmax(), high=f"{moving.max():.2f}")


def _pair(names: Sequence[str], where: Any, language: str) -> str:
    return say("list.pair", language, a=names[int(where[0])], b=names[int(where[1])])


def years_of(rows: pd.DataFrame) -> str:
    """Write the years from the first to the last."""
    known = rows["year"].dropna().astype(int)
    if known.empty:
        return "?"
    first, last = int(known.min()), int(known.max())
    return str(first) if first == last else f"{first}–{last}"
