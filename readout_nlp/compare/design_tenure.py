"""Who was in office in a place on a readout's day, and for how long: from a user's table, never guessed."""

from __future__ import annotations

from datetime import date as date_type
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.errors import InputError

TERM = ("place", "leader", "start", "end")
DAYS_A_YEAR = 365.25


def add_tenure(
    covariates: pd.DataFrame, table: pd.DataFrame, *, place: str = "place", date: str = "date"
) -> pd.DataFrame:
    """Add the leader in office and the years since taking office to the documents' variables.

    Parameters
    ----------
    covariates
        One row a document, with columns `place` and `date`; see `covariates_of`.
    table
        ``place``, ``leader``, ``start``, ``end``: one row a term of office, days as dates or ISO text
        (2015-03-09), both days in office. No ``end``: still in office.
    place, date
        The columns to join by.

    Returns
    -------
    pandas.DataFrame
        A copy with ``leader``, ``tenure`` (years from ``start`` to the readout's day, 0 on the first day) and
        ``tenure_flag``: empty, or why the two are missing: ``no date``, ``no place``, ``not in table`` (the
        place), ``gap`` (nobody in office that day), ``overlap`` (several; a day on which one leaves and the
        next comes is one). ``attrs["tenure"]`` counts the flags.

    Raises
    ------
    InputError
        If columns are missing, or days cannot be read or end before they start; every such row is named.

    Examples
    --------
    >>> terms = pd.DataFrame([["甲市", "王某", "2015-01-01", "2016-12-31"]], columns=TERM)
    >>> rows = pd.DataFrame({"place": ["甲市", "甲市"], "date": ["2016-01-01", "2018-01-01"]})
    >>> add_tenure(rows, terms)[["leader", "tenure", "tenure_flag"]].round(2).to_numpy().tolist()
    [['王某', 1.0, ''], [None, nan, 'gap']]
    """
    check_columns(covariates, [place, date], "covariates")
    terms = read_terms(table)
    days = _days(covariates[date], f"column {date!r} of the covariates")
    found = [_in_office(where, day, terms) for where, day in zip(covariates[place], days, strict=True)]
    added = covariates.copy()
    added["leader"] = pd.Series([leader for leader, _, _ in found], index=covariates.index, dtype=object)
    added["tenure"] = np.array([years for _, years, _ in found], dtype=np.float64)
    added["tenure_flag"] = [flag for _, _, flag in found]
    counts = added["tenure_flag"].value_counts()
    added.attrs = {**covariates.attrs, "tenure": {str(flag): int(n) for flag, n in counts.items() if flag}}
    return added


def check_columns(frame: pd.DataFrame, wanted: list[str] | tuple[str, ...], what: str) -> None:
    """Refuse a frame that lacks a column."""
    absent = [name for name in wanted if name not in frame]
    if absent:
        raise InputError(
            f"{what} without {', '.join(absent)}", f"the columns {', '.join(wanted)}", "add or rename them"
        )


def read_terms(table: pd.DataFrame) -> dict[str, list[tuple[str, pd.Timestamp, pd.Timestamp]]]:
    """Read a table of terms of office: for each place the leaders with their first and last day.

    A term without an end ends on the last day that pandas knows.

    Raises
    ------
    InputError
        As in `add_tenure`.

    Examples
    --------
    >>> terms = pd.DataFrame([["甲市", "王某", "2015-01-01", "2016-12-31"]], columns=TERM)
    >>> [(name, str(end.date())) for name, _, end in read_terms(terms)["甲市"]]
    [('王某', '2016-12-31')]
    """
    check_columns(table, TERM, "table of terms")
    start, end = _days(table["start"], "start"), _days(table["end"], "end")
    faults = [f"row {n}: no start" for n in np.flatnonzero(start.isna())]
    faults += [f"row {n}: ends before it starts" for n in np.flatnonzero((end < start).to_numpy())]
    faults += [
        f"row {n}: no place or leader" for n in np.flatnonzero(table[["place", "leader"]].isna().any(axis=1))
    ]
    if faults:
        raise InputError(
            f"terms of office with faults ({'; '.join(faults)})", "a place, a leader, a start", "mend them"
        )
    terms: dict[str, list[tuple[str, pd.Timestamp, pd.Timestamp]]] = {}
    last = end.fillna(pd.Timestamp.max)
    for where, leader, begin, finish in zip(table["place"], table["leader"], start, last, strict=True):
        terms.setdefault(str(where), []).append((str(leader), begin, finish))
    return terms


def _days(values: pd.Series, what: str) -> pd.Series:
    """Read days; text is an ISO day, since part of a date would have to be guessed."""
    if pd.api.types.is_datetime64_any_dtype(values):
        return pd.Series(values.dt.tz_localize(None).dt.normalize())
    text = pd.Series([_text(value) for value in values], index=values.index, dtype=object)
    days: pd.Series[Any] = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce")
    bad = text[text.notna() & days.isna()]
    if len(bad):
        raise InputError(
            f"{len(bad)} values in {what} that are no day (first: {bad.iloc[0]!r})",
            "dates, or ISO text such as 2015-03-09",
            "mend them; leave unknown days empty",
        )
    return days


def _text(value: Any) -> str | None:
    if pd.isna(value):
        return None
    return f"{value:%Y-%m-%d}" if isinstance(value, date_type) else str(value)


def _in_office(
    where: Any, day: Any, terms: dict[str, list[tuple[str, pd.Timestamp, pd.Timestamp]]]
) -> tuple[str | None, float, str]:
    if pd.isna(where):
        return None, np.nan, "no place"
    if pd.isna(day):
        return None, np.nan, "no date"
    if str(where) not in terms:
        return None, np.nan, "not in table"
    holders = [(leader, begin) for leader, begin, end in terms[str(where)] if begin <= day <= end]
    if len(holders) != 1:
        return None, np.nan, "overlap" if holders else "gap"
    leader, begin = holders[0]
    return leader, (day - begin).days / DAYS_A_YEAR, ""
