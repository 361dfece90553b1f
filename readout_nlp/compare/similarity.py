"""How alike the agendas of places, or of years, are: a square table labelled on both sides."""

from __future__ import annotations

import numpy as np
import pandas as pd

from readout_nlp.compare.distance import metric_named
from readout_nlp.compare.pooling import (
    MIN_ITEMS,
    Profiles,
    by_columns,
    check_between,
    filled,
    pool,
    thin_units,
)
from readout_nlp.compare.profiles import ReadoutProfiles, checked_between


def similarity(
    shares: pd.DataFrame | ReadoutProfiles, *, metric: str = "jensen_shannon", between: str | None = None
) -> pd.DataFrame:
    """Compare the topics, acts, words or tifa of every two places, or every two years.

    Similarity is 1 minus distance: from 0 (nothing in common) to 1 (equal shares); symmetric; 1 on the
    diagonal. A unit without items is not compared: its row and column are NaN, never 0. Cells with few items
    look unlike the others by chance alone: mind ``attrs["thin"]``, and see
    `readout_nlp.compare.pairs.pairs` for intervals and for what chance would give.

    Parameters
    ----------
    shares
        As `topic_shares` or `act_shares` gives it, or profiles of any kind.
    metric
        ``jensen_shannon``, ``hellinger`` or ``cosine`` (see `readout_nlp.compare.distance`).
    between
        The column whose values are compared; the others are pooled, each cell weighted by its number of
        items. The first column of the table where None.

    Returns
    -------
    pandas.DataFrame
        Square; index and columns are the sorted units, both named `between`. ``attrs``: ``thin`` (units with
        some items, but fewer than the share table's ``min_items``), ``gaps``, ``n_items`` by unit, ``metric``
        and ``between``.

    Raises
    ------
    RecipeError
        If the metric or the column is not there.
    InputError
        If `shares` is not a share table.

    Examples
    --------
    >>> table = pd.DataFrame({"place": ["甲", "甲", "乙", "乙"], "topic": ["t01", "t02"] * 2,
    ...                       "share": [1.0, 0.0, 0.0, 1.0], "n_items": 6})
    >>> similarity(table).to_numpy().tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    distance = metric_named(metric)
    between, profiles, min_items = _units(shares, between)
    held = filled(profiles)
    values = np.full((len(held), len(held)), np.nan)
    if held.any():
        values[np.ix_(held, held)] = 1.0 - distance(profiles.shares.to_numpy()[held])
    labels = profiles.shares.index
    table = pd.DataFrame(values, index=labels, columns=labels.copy())
    table.attrs = {
        "thin": thin_units(profiles, min_items),
        "gaps": labels[~held].tolist(),
        "n_items": dict(zip(labels.tolist(), profiles.n_items.tolist(), strict=True)),
        "metric": metric,
        "between": between,
    }
    return table


def _units(shares: pd.DataFrame | ReadoutProfiles, between: str | None) -> tuple[str, Profiles, int]:
    if isinstance(shares, ReadoutProfiles):
        between = checked_between(shares, between)
        return between, shares.pooled([between]), shares.min_items
    columns = by_columns(shares)
    between = columns[0] if between is None else between
    check_between(between, columns)
    return between, pool(shares, by=[between]), shares.attrs.get("min_items", MIN_ITEMS)
