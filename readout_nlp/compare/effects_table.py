"""The table of effects: its rows, its flags, and what it says about itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.compare.clustered_rungs import LEAST_DF, Rung
from readout_nlp.compare.design import Design
from readout_nlp.compare.discovery_rate import discovery_rate
from readout_nlp.compare.effects_estimate import Estimated, intervals
from readout_nlp.compare.effects_outcomes import Outcomes
from readout_nlp.topics.fit import Array

COLUMNS = (
    "topic",
    "term",
    "estimate",
    "low",
    "high",
    "p",
    "q",
    "std_error",
    "draw_error",
    "df",
    "n",
    "n_clusters",
    "method",
    "flag",
)
NAMES = {"cr2": "CR2", "cv3": "CV3", "wild": "CR2", "randomisation": "CR2"}

FLAGS = {
    "within": "one cluster carries the term: it describes these clusters, with an error from within them",
    "few": "fewer than 4 degrees of freedom: interval and p are rough",
    "constant": "the term does not vary: no coefficient",
    "collinear": "other terms add up to the term: no coefficient of its own",
    "one unit": "one document carries the term: no error",
    "topic constant": "the topic has one share in all documents: no error",
    "no remainder": "the terms fit the topic exactly, as with as many coefficients as documents: no error",
}
ESTIMAND = (
    "The difference in the mean share of a fitted topic, every document of one weight, that goes with a"
    " difference of one in the term, the other terms of the formula held fixed. The shares of short documents"
    " are drawn towards the prior: effects on fitted shares are smaller than on true ones, and not corrected."
)
DRAWS = {
    True: "the posterior spread of the shares is in the residuals; draw_error is its part of std_error",
    False: "no lengths given: no draws; the posterior spread of the shares is in the residuals all the same",
}


def effects_table(
    outcomes: Outcomes,
    design: Design,
    found: Estimated | None = None,
    *,
    p: Array | None = None,
    draws: Array | None = None,
    ladder: Sequence[Rung] = (),
    method: str = "cr2",
    fdr: str = "bh",
) -> pd.DataFrame:
    """Lay out the results, one row a topic and term; topics in their order, terms in the formula's.

    Parameters
    ----------
    outcomes, design, found, ladder
        What was estimated; no `found`, no rows.
    p, draws : ndarray of shape (n_terms, n_topics)
        p-values, and errors from draws where there are any.
    method, fdr
        As in `topic_effects`.
    """
    if found is None or p is None:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS})
    n_topics, names = len(outcomes.topic_ids), [design.names[column] for column in found.columns]
    low, high = intervals(found)
    nothing = np.full_like(found.estimate, np.nan)
    p = np.where(np.isfinite(found.std_error), p, np.nan)
    values = {
        "estimate": found.estimate,
        "low": low,
        "high": high,
        "p": p,
        "q": np.array([discovery_rate(row, method=fdr) for row in p]).reshape(p.shape),
        "std_error": found.std_error,
        "draw_error": nothing if draws is None else draws,
        "df": found.df,
        "n": np.full(p.shape, int(design.kept.sum())),
        "n_clusters": np.broadcast_to(found.n_clusters[:, None], p.shape),
        "method": _methods(found, ladder, method=method, n_fits=len(outcomes.shares)),
        "flag": _flags(found, design, ladder),
    }
    table = pd.DataFrame(
        {
            "topic": np.repeat(outcomes.topic_ids, len(names)),
            "term": np.tile(np.array(names, dtype=object), n_topics),
            **{name: array.T.ravel() for name, array in values.items()},
        }
    )
    table["n_clusters"] = table["n_clusters"].astype("Int64")
    return _with_constant(table, outcomes, design)[list(COLUMNS)]


def _methods(found: Estimated, ladder: Sequence[Rung], *, method: str, n_fits: int) -> np.ndarray:
    several = f", Rubin over {n_fits} fits" if n_fits > 1 else ""
    extra = {"wild": ", p by wild bootstrap", "randomisation": ", p by randomisation where permuted"}
    rows = []
    for rung in found.rung:
        if rung < 0:
            rows.append("none")
            continue
        own = "" if ladder[rung].within else extra.get(method, "")
        rows.append(f"{NAMES[method]} {ladder[rung].name}{several}{own}")
    return np.broadcast_to(np.array(rows, dtype=object)[:, None], found.estimate.shape)


def _flags(found: Estimated, design: Design, ladder: Sequence[Rung]) -> np.ndarray:
    """Name what a reader must know of each row; several flags are joined."""
    rows = []
    for number, column in enumerate(found.columns):
        rung = found.rung[number]
        of_term = [] if rung < 0 or not ladder[rung].within else ["within"]
        if design.names[column] in design.constant:
            of_term = ["constant"]
        elif not design.estimable[column]:
            of_term = ["collinear"]
        elif rung < 0:
            of_term = ["one unit"]
        rows.append([_joined(of_term, found, number, topic) for topic in range(found.estimate.shape[1])])
    return np.array(rows, dtype=object).reshape(found.estimate.shape)


def _joined(of_term: list[str], found: Estimated, number: int, topic: int) -> str:
    flags = list(of_term)
    if found.still[topic]:
        flags.append("topic constant")
    elif found.exact[topic]:
        flags.append("no remainder")
    elif found.df[number, topic] < LEAST_DF:
        flags.append("few")
    return "; ".join(flags)


def _with_constant(table: pd.DataFrame, outcomes: Outcomes, design: Design) -> pd.DataFrame:
    """Add rows for variables with a single value, which have no column in the design."""
    absent = [name for name in design.constant if name not in design.names]
    if not absent:
        return table
    rows = [
        {"topic": topic, "term": name, "method": "none", "flag": "constant", "n": int(design.kept.sum())}
        for topic in outcomes.topic_ids
        for name in absent
    ]
    added = pd.DataFrame(rows).reindex(columns=table.columns)
    whole = pd.concat([table, added.astype(table.dtypes)], ignore_index=True) if len(table) else added
    rank = {topic: number for number, topic in enumerate(outcomes.topic_ids)}
    order = np.argsort(whole["topic"].map(rank).to_numpy(), kind="stable")
    return whole.iloc[order].reset_index(drop=True)


def described(
    table: pd.DataFrame,
    outcomes: Outcomes,
    design: Design,
    *,
    settings: Mapping[str, Any],
    found: Estimated | None = None,
) -> pd.DataFrame:
    """Say in the table's ``attrs`` what it estimates, of what, and what is left out."""
    total = len(design.kept) - int(design.kept.sum())
    intercepts = np.full(len(outcomes.topic_ids), np.nan) if found is None else found.intercept
    about: dict[Any, Any] = {
        "estimand": ESTIMAND,
        **settings,
        "reference": dict(design.reference),
        "left_out": {
            **outcomes.left_out,
            **{f"without {k}": v for k, v in design.missing.items()},
            "total": total,
        },
        "intercepts": dict(zip(outcomes.topic_ids, map(float, intercepts), strict=True)),
        "draws": DRAWS[outcomes.lengths is not None],
        "n_fits": len(outcomes.shares),
        "flags": dict(FLAGS),
    }
    table.attrs = about
    return table
