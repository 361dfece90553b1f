"""The cities nearest to each city, and how sure it is that they are the nearest."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from readout_nlp.compare.distance import metric_named
from readout_nlp.compare.divergence import similarities
from readout_nlp.compare.pairs import check_resamples
from readout_nlp.compare.profiles import ReadoutProfiles, checked_between
from readout_nlp.compare.resample import Units, drawn_divergences, plain_divergences, units_of
from readout_nlp.compare.time_blocks import Block
from readout_nlp.errors import RecipeError
from readout_nlp.threads import one_thread

Array = npt.NDArray[np.float64]

ESTIMAND = "share of resamples of the readouts in which the neighbour is the nearest, and among the k nearest"


@one_thread()
def nearest(
    profiles: ReadoutProfiles,
    *,
    k: int = 3,
    between: str | None = None,
    metric: str = "jensen_shannon",
    resamples: int = 500,
    block: Block = "quarter",
    random_state: int = 0,
) -> pd.DataFrame:
    """Name the k nearest places (or years) of each, with the share of resamples that agree.

    Parameters
    ----------
    profiles : ReadoutProfiles
    k
        How many; fewer where there are not so many others.
    between, metric, resamples, block, random_state
        As in `readout_nlp.compare.pairs.pairs`.

    Returns
    -------
    pandas.DataFrame
        One row a unit and rank: the column `between`, ``rank`` (1 is the nearest; equals in sorted order),
        ``neighbour``, ``similarity``, ``first`` (share of resamples in which it is the nearest),
        ``among`` (share in which it is one of the k nearest; 0 to 1), ``n`` (readouts of both), ``thin``,
        ``flag`` (``one block``: one of the two cannot be resampled, the shares are NaN; ``no variation``: all
        others are equally near). ``attrs`` as in `pairs`.

    Raises
    ------
    RecipeError
        If an argument cannot be used.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> from readout_nlp.compare.contents import act_profiles
    >>> corpus = rn.sample_corpus(cities=3, years=2, per_cell=6)
    >>> table = nearest(act_profiles(corpus, by="prefecture"), k=1, resamples=20)
    >>> table["rank"].tolist()
    [1, 1, 1]
    """
    between = checked_between(profiles, between)
    metric_named(metric)
    check_resamples(resamples)
    if isinstance(k, bool) or not isinstance(k, int) or k < 1:
        raise RecipeError(f"k={k!r}", "a whole number of at least 1", "3 is enough for most tables")
    units = units_of(profiles, between=between, block=block)
    point = _square(similarities(plain_divergences(units, metric), metric)[None], len(units))[0]
    again = drawn_divergences(units, metric, resamples, rng=np.random.default_rng(random_state))
    table = _table(units, point, _square(similarities(again, metric), len(units)), k)
    table.insert(0, between, table.pop("unit"))
    table["thin"] = table.pop("least") < profiles.min_items
    settings = {"k": k, "between": between, "metric": metric, "resamples": resamples, "block": block}
    table.attrs = {
        "method": f"nearest by {metric}; {resamples} resamples by {block}",
        "settings": settings | {"random_state": random_state},
        "what": profiles.what,
        "min_items": profiles.min_items,
        "estimand": ESTIMAND,
        "left_out": dict(profiles.left_out),
        "coverage": dict(profiles.coverage),
        "gap": f"{len(units)} units of {between}: no neighbours" if len(units) < 2 else "",
    }
    return table[[between, "rank", "neighbour", "similarity", "first", "among", "n", "thin", "flag"]]


def _square(alike: Array, n_units: int) -> Array:
    """Lay pairs out as squares whose diagonal is farther than any neighbour."""
    square = np.full((len(alike), n_units, n_units), -1.0)
    one, other = np.triu_indices(n_units, 1)
    square[:, one, other] = square[:, other, one] = alike
    return square


def _table(units: Units, point: Array, again: Array, k: int) -> pd.DataFrame:
    n_units = len(units)
    kept = min(k, max(n_units - 1, 0))
    order = np.argsort(-np.round(point, 12), axis=1, kind="stable")[:, :kept]
    ranks = np.argsort(np.argsort(-again, axis=2, kind="stable"), axis=2)
    unit, neighbour = np.repeat(np.arange(n_units), kept), order.ravel()
    place = ranks[:, unit, neighbour]
    lone = np.minimum(units.n_blocks[unit], units.n_blocks[neighbour]) < 2
    level = np.where(np.eye(n_units, dtype=np.bool_), np.nan, point)
    still = np.array(
        [n_units > 2 and np.nanmax(row) - np.nanmin(row) < 1e-12 for row in level], dtype=np.bool_
    )
    unsure = np.where(lone | still[unit], np.nan, 1.0) if n_units else np.empty(0)
    labels = np.array(units.labels, dtype=object)
    return pd.DataFrame(
        {
            "unit": labels[unit],
            "rank": np.tile(np.arange(1, kept + 1), n_units),
            "neighbour": labels[neighbour],
            "similarity": point[unit, neighbour],
            "first": (place == 0).mean(axis=0) * unsure,
            "among": (place < kept).mean(axis=0) * unsure,
            "n": units.n_readouts[unit] + units.n_readouts[neighbour],
            "least": np.minimum(units.n_items[unit], units.n_items[neighbour]),
            "flag": [
                "no variation" if same else "one block" if alone else ""
                for same, alone in zip(still[unit] if n_units else [], lone, strict=True)
            ],
        }
    )
