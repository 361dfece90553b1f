"""Shares by place and year from predictions that err, corrected by hand-coded items; both side by side."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
from scipy import stats

from readout_nlp.compare.cells import Documents, Rows, cells, checked_by, left_out, refuse
from readout_nlp.compare.dsl_outcomes import Corrected, Predictions, correct
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import RecipeError
from readout_nlp.topics.fit import Array

LEVEL = 0.95
FEW_CODED = 30  # coded items of a cell: with fewer, its errors may not have shown
CLUSTERS = ("readout_id", "place")
COLUMNS = (
    "share",
    "low",
    "high",
    "uncorrected",
    "uncorrected_low",
    "uncorrected_high",
    "n_items",
    "n_coded",
    "n_clusters",
    "flag",
)


def dsl_shares(
    codes: pd.DataFrame,
    predictions: Predictions,
    corpus: Corpus,
    *,
    by: str | Sequence[str] = "year",
    cluster: str = "readout_id",
    learn: str = "confusion",
    random_state: int = 0,
) -> pd.DataFrame:
    """Give the share of items in each category, corrected for the errors of the predictions.

    Shares counted on predictions are wrong by as much as the predictions are, and no number of items mends
    it. The mean of pseudo-outcomes (`readout_nlp.compare.dsl_outcomes`) is right in every cell, given that
    the coded items were drawn with known probabilities and the codes are right.

    Parameters
    ----------
    codes
        Items coded by hand: ``item_id``, ``inclusion``, ``coded``, ``stratum``; from
        `readout_nlp.coding.judged.coded_items`, or `draw_for_coding` with a column ``coded`` added.
    predictions
        A category for each item by id, shares of categories, topic shares of items, or None for the parsed
        acts.
    corpus
        All items.
    by
        As in `topic_shares`.
    cluster
        ``readout_id``: the error is that of which readouts these places published and which items were
        coded. ``place``: also of which places the corpus holds.
    learn, random_state
        As in `readout_nlp.compare.dsl_outcomes.correct`.

    Returns
    -------
    pandas.DataFrame
        One row a cell and category: the `by` columns, ``category``, ``share`` (corrected; a small one may
        fall below 0), ``low`` and ``high`` (95 %, t, cluster-robust, within 0 to 1), ``uncorrected`` with
        its ends (as if every prediction were right), ``n_items``, ``n_coded``, ``n_clusters``, ``flag``
        (``gap``; ``none coded``: NaN, nothing corrects this cell; ``few coded``: the interval is rough;
        ``one cluster``). ``attrs``: ``left_out``, ``by``, ``cluster``, ``learn``, ``estimand``.

    Raises
    ------
    InputError, RecipeError
        As in `correct`; `by` or `cluster` is none.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> from readout_nlp.compare.dsl_sample import draw_for_coding
    >>> corpus = rn.sample_corpus(cities=2, years=2, per_cell=3)
    >>> drawn = draw_for_coding(corpus, 40, "year")
    >>> acts = dict(zip(corpus.items["item_id"], corpus.items["act"], strict=True))
    >>> codes = drawn.assign(coded=drawn["item_id"].map(acts))  # coders who agree with the parser
    >>> table = dsl_shares(codes, None, corpus, learn="none")
    >>> bool(np.allclose(table["share"], table["uncorrected"]))
    True
    """
    columns, faults = checked_by(by)
    refuse(faults)
    if cluster not in CLUSTERS:
        raise RecipeError(f"cluster={cluster!r}", " or ".join(map(repr, CLUSTERS)), "choose one")
    found = correct(codes, predictions, corpus, learn=learn, random_state=random_state)
    about = corpus.documents("item").sort("doc_id").with_columns(evidence=pl.lit(True))
    documents = Documents(
        about=about,
        measured=found.outcomes,
        names=found.categories,
        label="category",
        unit="item",
        lacking="without_evidence",
    )
    grouped = pd.factorize(np.array(about[cluster].to_list(), dtype=object), use_na_sentinel=False)[0]
    records = [
        (*key, *row)
        for key, rows in cells(documents, columns).items()
        for row in _rows(found, grouped.astype(np.intp), rows)
    ]
    table = pd.DataFrame(records, columns=[*columns, "category", *COLUMNS])
    described: dict[Hashable, Any] = {
        "left_out": left_out(documents, columns),
        "by": columns,
        "cluster": cluster,
        "learn": learn,
        "estimand": "expected share of items that a coder would put into the category, each item counting 1",
    }
    table.attrs = described
    return table


def _rows(found: Corrected, clusters: Rows, rows: Rows | None) -> Iterator[tuple[Any, ...]]:
    if rows is None:
        for name in found.categories:
            yield (name, *[np.nan] * 6, 0, 0, 0, "gap")
        return
    n_coded, n_clusters = int(found.coded[rows].sum()), len(np.unique(clusters[rows]))
    codes = clusters[rows]
    naive, around = cell_mean(found.predicted[rows], codes)
    share, reach = cell_mean(found.outcomes[rows], codes, relief=design_relief(found, rows), n_coded=n_coded)
    flag = "none coded" if not n_coded else "few coded" if n_coded < FEW_CODED else ""
    flag = "; ".join(filter(None, [flag, "one cluster" if n_clusters < 2 else ""]))
    for number, name in enumerate(found.categories):
        ends = np.clip([share[number] - reach[number], share[number] + reach[number]], 0, 1)
        plain = np.clip([naive[number] - around[number], naive[number] + around[number]], 0, 1)
        corrected = (share[number], *ends) if n_coded else (np.nan,) * 3
        yield (name, *map(float, (*corrected, naive[number], *plain)), len(rows), n_coded, n_clusters, flag)


def cell_mean(
    values: Array, clusters: Rows, *, relief: Array | float = 0.0, n_coded: int | None = None
) -> tuple[Array, Array]:
    """Give the means of a cell and the half-widths of their intervals, clusters being independent.

    Parameters
    ----------
    values : ndarray of shape (n_items, n_categories)
    clusters : ndarray of int, shape (n_items,)
    relief
        What the draw by strata takes off the variance (`design_relief`).
    n_coded
        Coded items, which bound the degrees of freedom; None: clusters alone do.

    Examples
    --------
    >>> mean, reach = cell_mean(np.array([[0.0], [0.0], [1.0], [1.0]]), np.array([0, 1, 2, 3]))
    >>> float(mean[0]), round(float(reach[0]), 2)
    (0.5, 0.92)
    """
    mean = values.mean(axis=0)
    codes = np.unique(clusters, return_inverse=True)[1]
    n = int(codes.max()) + 1
    if n < 2:
        return mean, np.full(len(mean), np.nan)
    sums = np.zeros((n, values.shape[1]))
    np.add.at(sums, codes, values - mean)
    variance = n / (n - 1) * (sums**2).sum(axis=0) / len(values) ** 2
    variance = np.maximum(variance - relief, LEAST_PART * variance)
    df = n - 1 if n_coded is None else max(1, min(n, n_coded) - 1)
    return mean, float(stats.t.ppf((1 + LEVEL) / 2, df)) * np.sqrt(variance)


LEAST_PART = 0.25  # of the variance between clusters stays, however much the estimate of the relief is


def design_relief(found: Corrected, rows: Rows) -> Array:
    """Give what drawing a fixed number by strata takes off the variance of a cell's mean.

    Between clusters, items seem drawn one by one; but the mean error of a stratum is met by each sample of
    it. That part is the squared mean of the errors of the stratum in the cell, times N^2 (1 - n / N) / n.
    """
    inside = np.zeros(len(found.item_ids), dtype=bool)
    inside[rows] = True
    relief = np.zeros(len(found.categories))
    for code in np.unique(found.strata[found.strata >= 0]):
        drawn = np.flatnonzero(found.strata == code)
        n, whole = len(drawn), float(found.weights[drawn].sum())
        if n < 2:
            continue
        errors = np.where(inside[drawn, None], found.residuals[drawn], 0.0) / len(rows)
        squared = errors.mean(axis=0) ** 2 - errors.var(axis=0, ddof=1) / n
        relief += whole**2 * (1 - min(1.0, n / whole)) / n * np.maximum(squared, 0.0)
    return relief
