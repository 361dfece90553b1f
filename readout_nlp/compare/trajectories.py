"""How far each place moves from year to year, and how far it stands from the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pandas as pd

from readout_nlp.compare.distance import Metric, metric_named
from readout_nlp.compare.pooling import MIN_ITEMS, by_columns, check_between, pool

COLUMNS = [
    "place",
    "year",
    "previous_year",
    "years_between",
    "from_previous",
    "from_others",
    "n_items",
    "thin",
]


def trajectories(shares: pd.DataFrame, *, metric: str = "jensen_shannon") -> pd.DataFrame:
    """Give each place's distance to its own past and to the other places, year by year.

    Parameters
    ----------
    shares
        As `topic_shares` gives it by ``place`` and ``year``; further columns are pooled.
    metric
        ``jensen_shannon``, ``hellinger`` or ``cosine``: distances from 0 (equal) to 1 (nothing in common).

    Returns
    -------
    pandas.DataFrame
        One row a place and year, gaps included: ``place``, ``year``; ``previous_year`` (the place's last year
        with items; null in its first) and ``years_between``; ``from_previous`` (distance to that year);
        ``from_others`` (distance to all other places of the same year, pooled by number of items);
        ``n_items``; ``thin`` (fewer items than the share table's ``min_items``). Distances are NaN where one
        side is a gap. Distances between small cells are too large by chance: compare cells of like size.

    Raises
    ------
    RecipeError
        If the metric is not there, or the shares are not by place and year.
    InputError
        If `shares` is not a share table.

    Examples
    --------
    >>> table = pd.DataFrame({"place": "甲", "year": [1, 1, 3, 3], "topic": ["t01", "t02"] * 2,
    ...                       "share": [1.0, 0.0, 0.0, 1.0], "n_items": 6})
    >>> trajectories(table)[["year", "previous_year", "from_previous"]].iloc[1].tolist()
    [3.0, 1.0, 1.0]
    """
    distance = metric_named(metric)
    columns = by_columns(shares)
    for name in ("place", "year"):
        check_between(name, columns)
    profiles = pool(shares, by=["place", "year"])
    steps = pd.DataFrame(_steps(profiles.shares, profiles.n_items, distance), columns=COLUMNS[:-2])
    steps["n_items"] = profiles.n_items.to_numpy()
    steps["thin"] = steps["n_items"] < shares.attrs.get("min_items", MIN_ITEMS)
    steps = steps.astype({"previous_year": "Int64", "years_between": "Int64"})
    steps.attrs = {"metric": metric}
    return steps


def _steps(shares: pd.DataFrame, n_items: pd.Series[int], distance: Metric) -> Iterator[tuple[object, ...]]:
    """Walk plain arrays: by row labels every step would search the whole index several times."""
    own, items = shares.to_numpy(), n_items.to_numpy()
    mass = shares.mul(n_items, axis=0).fillna(0.0).to_numpy()
    cells = list(shares.index)
    of_year: dict[int, list[int]] = defaultdict(list)
    for row, (_, year) in enumerate(cells):
        of_year[year].append(row)
    last: dict[str, int] = {}
    for row, (place, year) in enumerate(cells):
        before = last.get(place)
        others = mass[[other for other in of_year[year] if other != row]].sum(axis=0)
        gap = items[row] == 0
        yield (
            place,
            year,
            None if gap or before is None else cells[before][1],
            None if gap or before is None else year - cells[before][1],
            np.nan if gap or before is None else _between(distance, own[row], own[before]),
            np.nan if gap or not others.sum() else _between(distance, own[row], others / others.sum()),
        )
        if not gap:
            last[place] = row


def _between(distance: Metric, one: np.ndarray, other: np.ndarray) -> float:
    return float(distance(one[None], other[None])[0, 0])
