"""Which of two texts that share a passage is the earlier one."""

from __future__ import annotations

import numpy as np
import pandas as pd

SPAN = ("start", "end")
ENDS = tuple(f"{side}_{part}" for side in ("source", "target") for part in ("id", *SPAN))


def orient(passages: pd.DataFrame, texts: pd.DataFrame, sources: pd.DataFrame | None = None) -> pd.DataFrame:
    """Turn every passage so that its source is the earlier text, and say where that cannot be told.

    A text is earlier than another if the last day it may be from is before the first day of the other: texts
    of one day, texts without a date, and overlapping intervals give no direction.

    Parameters
    ----------
    passages
        Columns ``source_id``, ``source_start``, ``source_end``, ``target_id``, ``target_start``,
        ``target_end`` and any others.
    texts
        Indexed by id, with ``earliest`` and ``latest`` (`item_texts`).
    sources
        The same about the sources, where these are of a reference corpus: such passages are never turned.

    Returns
    -------
    pandas.DataFrame
        The passages with ``directed``, ``lag_days`` (days from source to target, the fewest that the dates
        allow; NaN if undirected or if the source is undated) and ``later`` (the reference text is the later
        one: it cannot be the source). Undirected passages of two equal texts lie in the order of the ids.

    Examples
    --------
    >>> found = pd.DataFrame([["b", 0, 12, "a", 5, 17]], columns=list(ENDS))
    >>> days = pd.DataFrame({"earliest": [3.0, 9.0], "latest": [3.0, 9.0]}, index=["a", "b"])
    >>> orient(found, days)[["source_id", "source_start", "target_id", "lag_days"]].values.tolist()
    [['a', 5, 'b', 6.0]]
    """
    table = passages.reset_index(drop=True)
    before = _before(table, texts if sources is None else sources, texts)
    after = _after(table, texts if sources is None else sources, texts)
    if sources is None:
        turned = after | (~before & (table["source_id"] > table["target_id"]).to_numpy())
        table = _turned(table, turned)
        directed, later = before | after, np.zeros(len(table), dtype=bool)
    else:
        directed, later = before, after
    table["directed"], table["later"] = directed, later
    table["lag_days"] = _lag(table, texts if sources is None else sources, texts)
    return table


def _before(table: pd.DataFrame, sources: pd.DataFrame, targets: pd.DataFrame) -> np.ndarray:
    last = sources["latest"].reindex(table["source_id"]).to_numpy(float)
    first = targets["earliest"].reindex(table["target_id"]).to_numpy(float)
    # an undated reference text is older than all; than a text without a date, too
    return np.asarray((last < first) | np.isneginf(last))


def _after(table: pd.DataFrame, sources: pd.DataFrame, targets: pd.DataFrame) -> np.ndarray:
    first = sources["earliest"].reindex(table["source_id"]).to_numpy(float)
    last = targets["latest"].reindex(table["target_id"]).to_numpy(float)
    return np.asarray(last < first)


def _turned(table: pd.DataFrame, turned: np.ndarray) -> pd.DataFrame:
    table = table.copy()
    for part in ("id", *SPAN):
        one, other = table[f"source_{part}"].to_numpy(), table[f"target_{part}"].to_numpy()
        swapped = {"source": np.where(turned, other, one), "target": np.where(turned, one, other)}
        for side, values in swapped.items():
            table[f"{side}_{part}"] = values
    return table


def _lag(table: pd.DataFrame, sources: pd.DataFrame, targets: pd.DataFrame) -> np.ndarray:
    last = sources["latest"].reindex(table["source_id"]).to_numpy(float)
    first = targets["earliest"].reindex(table["target_id"]).to_numpy(float)
    lag = np.where(table["directed"].to_numpy(bool) & np.isfinite(last), first - last, np.nan)
    return np.asarray(lag)
