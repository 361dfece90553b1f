"""Share tables turned into matrices, cells pooled by their number of items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from readout_nlp.errors import InputError, RecipeError

MIN_ITEMS = 5
COUNTS = ("share", "n_items", "n_readouts", "thin", "gap")


@dataclass(frozen=True, eq=False, kw_only=True)
class Profiles:
    """One distribution a unit.

    Attributes
    ----------
    shares : pandas.DataFrame
        Units by topics (or acts); rows sum to 1, or are NaN where the unit is a gap.
    n_items : pandas.Series
        Items by unit, 0 in a gap.
    """

    shares: pd.DataFrame
    n_items: pd.Series[int]


def by_columns(shares: pd.DataFrame) -> list[str]:
    """Name the columns that a share table is by: all before the topic (or act) column.

    Raises
    ------
    InputError
        If it is not a share table.

    Examples
    --------
    >>> by_columns(pd.DataFrame(columns=["place", "year", "topic", "share", "n_items", "thin", "gap"]))
    ['place', 'year']
    """
    columns = list(shares.columns)
    missing = [name for name in ("share", "n_items") if name not in columns]
    if missing or columns.index("share") < 2:
        raise InputError(
            f"a table with the columns {', '.join(map(str, columns)) or 'none'}",
            "a share table: what it is by, topic or act, share, n_items, ...",
            "make it with topic_shares or act_shares",
        )
    return columns[: columns.index("share") - 1]


def check_between(between: str, columns: Sequence[str]) -> None:
    """Refuse a column that the share table is not by."""
    if between not in columns:
        raise RecipeError(
            f"between={between!r}",
            " or ".join(map(repr, columns)),
            "compare along a column of the share table",
        )


def pool(shares: pd.DataFrame, *, by: Sequence[str]) -> Profiles:
    """Pool the cells of a share table over every column but `by`, each weighted by its number of items.

    Cells of a table in which every readout counts alike are weighted by their number of readouts.

    Parameters
    ----------
    shares
        As `topic_shares` gives it.
    by
        Columns to keep; one profile for each combination that the table holds, gaps included.

    Returns
    -------
    Profiles
        Indexed by `by`, sorted.

    Examples
    --------
    >>> table = pd.DataFrame({"place": ["甲", "甲"] * 2, "year": [1, 1, 2, 2], "topic": ["t01", "t02"] * 2,
    ...                       "share": [1.0, 0.0, 0.5, 0.5], "n_items": [1, 1, 3, 3]})
    >>> pool(table, by=["place"]).shares.to_numpy().tolist()
    [[0.625, 0.375]]
    """
    label = shares.columns[list(shares.columns).index("share") - 1]
    weight = shares["n_readouts" if shares.attrs.get("weight") == "readout" else "n_items"]
    weighed = shares[[*by, label, "n_items"]].assign(mass=(shares["share"] * weight).fillna(0.0))
    mass = _wide(weighed, "mass", by, label)
    n_items = _wide(weighed, "n_items", by, label).max(axis=1).fillna(0).astype(int)
    total = mass.sum(axis=1).where(n_items > 0, np.nan)
    return Profiles(shares=mass.div(total, axis=0), n_items=n_items)


def _wide(table: pd.DataFrame, values: str, by: Sequence[str], label: str) -> pd.DataFrame:
    return table.pivot_table(index=list(by), columns=label, values=values, aggfunc="sum", observed=True)


def thin_units(profiles: Profiles, min_items: int) -> list[str | int]:
    """Units with some items, but fewer than `min_items`."""
    few = (profiles.n_items > 0) & (profiles.n_items < min_items)
    return profiles.n_items.index[few].tolist()


def filled(profiles: Profiles) -> npt.NDArray[np.bool_]:
    """Mark the units that are not gaps."""
    return np.asarray(profiles.n_items > 0, dtype=np.bool_)
