"""How far each place moves from one year to the next, how sure that is, and how far it would by chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from readout_nlp.compare.discovery_rate import discovery_rate
from readout_nlp.compare.distance import metric_named
from readout_nlp.compare.divergence import chunks, similarities, step_divergences
from readout_nlp.compare.pairs import (
    DEALS_PER_RESAMPLE,
    FEW_BLOCKS,
    check_resamples,
    one_sided,
    shifted_interval,
)
from readout_nlp.compare.profiles import ReadoutProfiles, checked_between
from readout_nlp.compare.resample import TIE, Units, cells_of, dense, drawn, plain, scaled
from readout_nlp.compare.time_blocks import LEVEL, Block
from readout_nlp.threads import one_thread

Array = npt.NDArray[np.float64]

COLUMNS = [
    "place",
    "year",
    "previous_year",
    "years_between",
    "distance",
    "corrected",
    "low",
    "high",
    "expected",
    "excess",
    "p",
    "q",
    "n",
    "n_previous",
    "n_items",
    "thin",
    "gap",
    "flag",
]
ESTIMAND = (
    "distance between the agendas that a place would show in many readouts more of each of the two years;"
    " expected: if the readouts of both years were dealt to the two by chance"
)


@dataclass(frozen=True, eq=False)
class Steps:
    """Cells and the cell before each: indices of both."""

    now: npt.NDArray[np.intp]
    before: npt.NDArray[np.intp]


@one_thread()
def drift(
    profiles: ReadoutProfiles,
    *,
    metric: str = "jensen_shannon",
    resamples: int = 500,
    block: Block = "month",
    random_state: int = 0,
) -> pd.DataFrame:
    """Give each place's distance to its own last year, with an interval and beside that of chance.

    Parameters
    ----------
    profiles : ReadoutProfiles
        By ``place`` and ``year``.
    metric
        ``jensen_shannon``, ``hellinger`` or ``cosine``: distances from 0 (equal) to 1 (nothing in common).
    resamples
        How often the readouts of every place and year are drawn anew, within blocks of time; those of two
        years are dealt anew four times as often.
    block
        As in `readout_nlp.compare.pairs.pairs`. A year has but four quarters, hence months.
    random_state

    Returns
    -------
    pandas.DataFrame
        One row a place and year, gaps included: ``place``, ``year``, ``previous_year`` (the last with
        readouts; null in the first), ``years_between``; ``distance`` (as ``from_previous`` of
        `trajectories`), ``corrected`` (without the part that is sampling error), ``low``, ``high``;
        ``expected`` (mean distance when the place's readouts of both years are dealt to the two by chance,
        numbers kept), ``excess`` (distance above it), ``p`` (of a distance so large), ``q`` (false discovery
        rate over all rows); ``n``, ``n_previous`` (readouts), ``n_items``, ``thin`` (either year has fewer
        than ``min_items`` items), ``gap``, ``flag`` (``first``, ``one block``, ``few blocks``, ``nothing to
        deal``). ``attrs`` as in `pairs`.

    Raises
    ------
    RecipeError
        If the profiles are not by place and year, or an argument cannot be used.

    Notes
    -----
    Corrected distance, interval and p are made as in `readout_nlp.compare.pairs.pairs`.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> from readout_nlp.compare.contents import act_profiles
    >>> table = drift(act_profiles(rn.sample_corpus(cities=2, years=3, per_cell=6)), resamples=20)
    >>> int(table["previous_year"].isna().sum()) >= 2
    True
    """
    for name in ("place", "year"):
        checked_between(profiles, name)
    metric_named(metric)
    check_resamples(resamples)
    cells = cells_of(profiles, block=block)
    steps = _steps(cells.labels)
    rng = np.random.default_rng(random_state)
    table = _grid(cells, profiles.min_items)
    table = table.merge(_measured(cells, steps, metric, resamples, rng), on=["place", "year"], how="left")
    table["excess"] = table["distance"] - table["expected"]
    table["q"] = discovery_rate(table["p"].to_numpy(dtype=np.float64))
    table = _labelled(table, profiles.min_items)[COLUMNS]
    settings = {"metric": metric, "resamples": resamples, "block": block}
    table.attrs = {
        "method": f"{metric}; percentile bootstrap, shifted, of {resamples} resamples by {block};"
        f" {DEALS_PER_RESAMPLE * resamples} deals by {block} between the two years",
        "settings": settings | {"random_state": random_state},
        "what": profiles.what,
        "level": LEVEL,
        "min_items": profiles.min_items,
        "estimand": ESTIMAND,
        "left_out": dict(profiles.left_out),
        "coverage": dict(profiles.coverage),
    }
    return table


def _steps(labels: list[Any]) -> Steps:
    """Pair each cell with the place's cell before; cells are sorted by place, then year."""
    now = [row for row in range(1, len(labels)) if labels[row][0] == labels[row - 1][0]]
    return Steps(np.array(now, dtype=np.intp), np.array(now, dtype=np.intp) - 1)


def _grid(cells: Units, min_items: int) -> pd.DataFrame:
    """Every place in every year from the first to the last."""
    held = pd.DataFrame(
        {
            "place": [label[0] for label in cells.labels],
            "year": [label[1] for label in cells.labels],
            "n": cells.n_readouts,
            "n_items": cells.n_items,
        }
    )
    years = range(held["year"].min(), held["year"].max() + 1) if len(held) else range(0)
    index = pd.MultiIndex.from_product([held["place"].unique(), years], names=["place", "year"])
    grid = held.set_index(["place", "year"]).reindex(index, fill_value=0).reset_index()
    grid = grid.astype({"place": "str", "year": "int64"})  # also without any row
    return grid.assign(gap=grid["n"] == 0, small=grid["n_items"] < min_items)


def _measured(
    cells: Units, steps: Steps, metric: str, resamples: int, rng: np.random.Generator
) -> pd.DataFrame:
    own = plain(cells)
    point = step_divergences(own[steps.now], own[steps.before], metric)
    again = np.empty((resamples, len(point)))
    for part, profiles in drawn(cells, resamples, rng):
        again[part] = step_divergences(profiles[:, steps.now], profiles[:, steps.before], metric)
    n_deals = DEALS_PER_RESAMPLE * resamples
    chance = np.empty((n_deals, len(point)))
    for column, (now, before) in enumerate(zip(steps.now, steps.before, strict=True)):
        for part, one, other in _two_years(cells, now, before, n_deals=n_deals, rng=rng):
            chance[part, column] = step_divergences(one, other, metric)
    corrected, near, far = shifted_interval(point, again) if len(point) else (point, point, point)
    blocks = np.minimum(cells.n_blocks[steps.now], cells.n_blocks[steps.before])
    sure = np.where(blocks > 1, 1.0, np.nan)
    labels, previous = cells.labels, [cells.labels[row] for row in steps.before]
    return pd.DataFrame(
        {
            "place": pd.Series([labels[row][0] for row in steps.now], dtype="str"),
            "year": pd.Series([labels[row][1] for row in steps.now], dtype="int64"),
            "previous_year": pd.Series([label[1] for label in previous], dtype="Int64"),
            "distance": _apart(point, metric),
            "corrected": _apart(corrected, metric) * sure,
            "low": _apart(near, metric) * sure,
            "high": _apart(far, metric) * sure,
            "expected": _apart(chance, metric).mean(axis=0),
            "p": one_sided(point, chance)[1] if len(point) else point,
            "n_previous": cells.n_readouts[steps.before],
            "few_before": cells.n_items[steps.before],
            "blocks": blocks,
        }
    )


def _two_years(
    cells: Units, now: int, before: int, *, n_deals: int, rng: np.random.Generator
) -> Iterator[tuple[slice, Array, Array]]:
    """Deal the readouts of two years anew, all blocks whole but one: profiles of this year and the last."""
    rows = np.flatnonzero((cells.codes == now) | (cells.codes == before))
    _, own = np.unique(cells.blocks[rows], return_inverse=True)
    sums, n_before = dense(cells.sums[rows]), cells.n_readouts[before]
    keys = rng.random((n_deals, own.max() + 1))[:, own] + TIE * np.arange(len(own))
    order = np.argsort(keys, axis=1)
    for part in chunks(n_deals, 2 * sums.shape[1]):
        dealt = np.zeros((part.stop - part.start, len(sums)))
        np.put_along_axis(dealt, order[part, :n_before], 1.0, axis=1)
        yield part, scaled((1 - dealt) @ sums), scaled(dealt @ sums)


def _apart(divergence: Array, metric: str) -> Array:
    return 1.0 - similarities(divergence, metric)


def _labelled(table: pd.DataFrame, min_items: int) -> pd.DataFrame:
    """Say which rows are thin, and why a value is missing."""
    first = table["previous_year"].isna()
    flags = pd.Series("", index=table.index, dtype="object")
    flags[first & ~table["gap"]] = "first"
    flags[~first & (table["blocks"] < FEW_BLOCKS)] = "few blocks"
    flags[~first & (table["blocks"] < 2)] = "one block"
    still = ~first & table["p"].isna()
    flags = flags.where(~still, (flags + "; nothing to deal").str.removeprefix("; "))
    counts = table["n_previous"].astype("Int64")
    return table.assign(
        previous_year=table["previous_year"].astype("Int64"),
        years_between=table["year"] - table["previous_year"].astype("Int64"),
        n_previous=counts,
        thin=table["small"] | (table["few_before"].lt(min_items) & ~first),
        flag=flags,
    )
