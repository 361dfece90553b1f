"""Who printed a tifa before whom, said only where the readouts leave no doubt."""

from __future__ import annotations

import numpy as np
import pandas as pd

from readout_nlp.compare.adoption import as_days
from readout_nlp.errors import InputError

PAIRS = ("term", "place", "other", "order", "gap_low", "gap_high")
RANKS = ("term", "place", "rank_low", "rank_high", "n_before", "n_after", "n_uncertain")


def adoption_order(table: pd.DataFrame) -> pd.DataFrame:
    """Give for every pair of places which adopted a term first.

    Parameters
    ----------
    table
        As `tifa_adoption` gives it.

    Returns
    -------
    pandas.DataFrame
        One row a term and pair of places with exposure (`place` sorts before `other`): ``order``:
        ``before`` (the place was seen with the term before or when the other was last without it), ``after``
        (the reverse) or ``uncertain`` (the intervals overlap); ``gap_low`` and ``gap_high``: bounds of
        the days from the place's adoption to the other's, infinite where nothing bounds them.
        ``attrs`` counts ``certain`` and ``uncertain`` pairs.

    Raises
    ------
    InputError
        If the table is not one of `tifa_adoption`.

    Examples
    --------
    >>> days = pd.to_datetime(["2020-01-01", "2020-02-01", "2020-03-01", None])
    >>> table = pd.DataFrame({"term": "三通", "place": ["甲", "乙"], "at_risk_from": days[0],
    ...                       "last_without": [days[0], days[1]], "first_observed": [days[1], days[2]]})
    >>> adoption_order(table)[["place", "other", "order"]].to_numpy().tolist()
    [['乙', '甲', 'after']]
    """
    parts = []
    for term, own in _exposed(table).groupby("term", sort=False):
        names, low, high = _bounds(own)
        one, other = np.triu_indices(len(names), k=1)
        gap_low, gap_high = low[other] - high[one], high[other] - low[one]
        order = np.where(gap_low >= 0, "before", np.where(gap_high <= 0, "after", "uncertain"))
        columns = (names[one], names[other], order, gap_low, gap_high)
        part = pd.DataFrame(dict(zip(PAIRS[1:], columns, strict=True)))
        part.insert(0, "term", term)
        parts.append(part)
    pairs = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(PAIRS))
    uncertain = int((pairs["order"] == "uncertain").sum())
    pairs.attrs = {
        "certain": len(pairs) - uncertain,
        "uncertain": uncertain,
        "estimand": "which of two places printed the term first",
    }
    return pairs


def adoption_ranks(table: pd.DataFrame) -> pd.DataFrame:
    """Give the ranks that each place may have among the adopters of a term.

    Returns
    -------
    pandas.DataFrame
        ``term``, ``place``, ``rank_low`` and ``rank_high`` (1 is first), ``n_before`` (places certainly
        before it), ``n_after`` (certainly after it), ``n_uncertain``.

    Raises
    ------
    InputError
        If the table is not one of `tifa_adoption`.

    Examples
    --------
    >>> days = pd.to_datetime(["2020-01-01", "2020-02-01", "2020-03-01", None])
    >>> table = pd.DataFrame({"term": "三通", "place": ["甲", "乙"], "at_risk_from": days[0],
    ...                       "last_without": [days[0], days[1]], "first_observed": [days[1], days[2]]})
    >>> adoption_ranks(table)[["place", "rank_low", "rank_high"]].to_numpy().tolist()
    [['乙', 2, 2], ['甲', 1, 1]]
    """
    parts = []
    for term, own in _exposed(table).groupby("term", sort=False):
        names, low, high = _bounds(own)
        ahead = (high[None, :] <= low[:, None]).sum(
            axis=1
        )  # others seen with it before this one's time began
        behind = (high[:, None] <= low[None, :]).sum(axis=1)
        rest = len(names) - 1 - ahead - behind
        columns = (names, ahead + 1, len(names) - behind, ahead, behind, rest)
        part = pd.DataFrame(dict(zip(RANKS[1:], columns, strict=True)))
        part.insert(0, "term", term)
        parts.append(part)
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(RANKS))


def _exposed(table: pd.DataFrame) -> pd.DataFrame:
    needed = ("term", "place", "at_risk_from", "last_without", "first_observed")
    missing = [name for name in needed if name not in table.columns]
    if missing:
        raise InputError(f"a table without {', '.join(missing)}", "a table of adoption", "use tifa_adoption")
    return table[table["at_risk_from"].notna()]


def _bounds(own: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    ordered = own.sort_values("place")
    low = as_days(ordered["last_without"], missing=-np.inf)
    return ordered["place"].to_numpy(), low, as_days(ordered["first_observed"])
