"""Do two halves of a corpus tell the same? Estimates of one beside those of the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from readout_nlp.compare.discovery_rate import discovery_rate
from readout_nlp.compare.time_blocks import LEVEL, Array
from readout_nlp.errors import InputError


def agreement(
    discover: pd.DataFrame, estimate: pd.DataFrame, *, on: Sequence[str], value: str
) -> pd.DataFrame:
    """Put the estimates from two independent halves side by side, and test their differences.

    Parameters
    ----------
    discover, estimate
        Tables of one kind from the parts that `split_corpus` gives, with the topics of one model; with
        ``low`` and ``high`` differences are tested.
    on
        Columns that name an estimate, such as ``["place", "topic"]``.
    value
        The column of the estimate, such as ``share``, ``effect`` or ``log_odds``.

    Returns
    -------
    pandas.DataFrame
        The `on` columns, ``discover``, ``estimate``, ``difference`` (estimate less discover), ``p``
        (two-sided, from the widths of both intervals taken as normal; NaN without them), ``q`` (Benjamini and
        Hochberg), ``same_sign``, ``found_in`` (``both``, ``discover`` or ``estimate``: the other half has no
        such row). ``attrs``: ``correlation`` over estimates of both (NaN below three), ``same_sign`` (share)
        and ``n_both``.

    Raises
    ------
    InputError
        If a column is not there, or names repeat.

    Examples
    --------
    >>> one = pd.DataFrame({"topic": ["a", "b", "c"], "share": [0.1, 0.2, 0.7]})
    >>> two = pd.DataFrame({"topic": ["a", "b", "c"], "share": [0.2, 0.3, 0.5]})
    >>> agreement(one, two, on=["topic"], value="share")["difference"].round(3).tolist()
    [0.1, 0.1, -0.2]
    """
    names = list(on)
    for table in (discover, estimate):
        _check(table, names, value)
    left, right = (_wanted(table, names, value) for table in (discover, estimate))
    both = left.merge(right, on=names, how="outer", suffixes=("_one", "_two"), indicator="found_in")
    table = both[names].assign(discover=both[f"{value}_one"], estimate=both[f"{value}_two"])
    table["difference"] = table["estimate"] - table["discover"]
    error = np.hypot(both["error_one"].to_numpy(np.float64), both["error_two"].to_numpy(np.float64))
    table["p"] = _two_sided(table["difference"].to_numpy(np.float64), error)
    table["q"] = discovery_rate(table["p"].to_numpy(np.float64))
    table["same_sign"] = np.sign(table["estimate"]) == np.sign(table["discover"])
    found = {"both": "both", "left_only": "discover", "right_only": "estimate"}
    table["found_in"] = [found[str(where)] for where in both["found_in"]]
    known = table.dropna(subset=["discover", "estimate"])
    table.attrs = {
        "value": value,
        "n_both": len(known),
        "same_sign": float(known["same_sign"].mean()) if len(known) else float("nan"),
        "correlation": _correlation(known),
    }
    return table


def _check(table: pd.DataFrame, names: list[str], value: str) -> None:
    missing = [name for name in (*names, value) if name not in table.columns]
    if missing or not names:
        raise InputError(
            f"a table without {', '.join(missing) or 'names'}", "columns of both tables", "name them"
        )
    if repeated := int(table.duplicated(names).sum()):
        raise InputError(
            f"{repeated} repeated rows of {', '.join(names)}", "one row each", "add a column to `on`"
        )


def _wanted(table: pd.DataFrame, names: list[str], value: str) -> pd.DataFrame:
    """Give names, value and standard error; the error is NaN where there is no interval."""
    chosen = table[[*names, value]].copy()
    if {"low", "high"} <= set(table.columns):
        chosen["error"] = (table["high"] - table["low"]) / (2 * ndtri((1 + LEVEL) / 2))
    else:
        chosen["error"] = np.nan
    return chosen


def _two_sided(difference: Array, error: Array) -> Array:
    scaled = np.divide(difference, error, out=np.full(len(error), np.nan), where=error > 0)
    return np.asarray(2 * ndtr(-np.abs(scaled)))


def _correlation(known: pd.DataFrame) -> float:
    if len(known) < 3 or known["discover"].std() == 0 or known["estimate"].std() == 0:
        return float("nan")
    return float(np.corrcoef(known["discover"], known["estimate"])[0, 1])
