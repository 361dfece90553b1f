"""Who was in office where: a user's terms of office joined by day or by year through the dated codes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.compare.design_tenure import DAYS_A_YEAR, TERM, add_tenure, check_columns, read_terms
from readout_nlp.compare.place_keys import Keyed, Reading, keys_of, text_of
from readout_nlp.compare.place_sides import JOIN
from readout_nlp.compare.place_years import codes_of, join_place_years, reading_of
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.corpus.crosswalk import find_code
from readout_nlp.errors import InputError

FLAGS = {
    "not in table": "no term of this place in the user's table",
    "gap": "nobody in office that day",
    "overlap": "several in office that day",
}
COLUMNS = ("place", "year", "leader", "tenure", "days_in_office", "n_leaders", "tenure_flag")


def join_tenures(
    table: pd.DataFrame,
    terms: pd.DataFrame,
    *,
    on: Sequence[str] = ("place", "year"),
    crosswalk: bool | pd.DataFrame = True,
    level: str | None = None,
    corpus: Corpus | None = None,
) -> pd.DataFrame:
    """Add who was in office to documents by their day, or to a table of places and years by the year.

    Parameters
    ----------
    table
        The variables of documents with a column ``date`` (see `covariates_of`), or any table of places and
        years.
    terms
        ``place`` or ``code``, ``leader``, ``start``, ``end``: one row a term of office, as `add_tenure` takes
        it.
    on, crosswalk, level, corpus
        As in `join_place_years`.

    Returns
    -------
    pandas.DataFrame
        A copy of `table`. With a column ``date``: ``leader``, ``tenure`` and ``tenure_flag`` as `add_tenure`
        gives them, for each day. Else by year, as `tenure_years` and `join_place_years` give them.
        ``attrs["join"]`` names the terms whose place is not known or not in `table`.

    Raises
    ------
    InputError
        Columns are missing, or days cannot be read; every such row is named.

    Examples
    --------
    >>> terms = pd.DataFrame({"code": ["320584"], "leader": ["王某"], "start": ["2009-07-01"], "end": [None]})
    >>> days = pd.DataFrame({"place": ["吴江区"], "year": [2012], "date": ["2012-07-01"]})
    >>> join_tenures(days, terms)[["leader", "tenure"]].round(2).to_numpy().tolist()
    [['王某', 3.0]]
    """
    where = next((name for name in ("code", "place") if name in terms), None)
    if where is None:
        raise InputError(
            f"terms of office without a place (columns {', '.join(map(str, terms.columns))})",
            "a column code or place",
            "add or rename it",
        )
    named = (
        terms.drop(columns="place", errors="ignore").rename(columns={where: "place"})
        if where == "code"
        else terms
    )
    check_columns(named, TERM, "terms of office")
    reading = reading_of(crosswalk, level)
    if "date" not in table:
        years = _span(table[on[1]]) if on[1] in table else None
        by_year = _named_by_year(named, years, reading)
        return join_place_years(
            table, by_year, on=on, user_on=COLUMNS[:2], crosswalk=crosswalk, level=level, corpus=corpus
        )
    return _by_day(table, named, on=on, reading=reading, codes=codes_of(corpus))


def tenure_years(terms: pd.DataFrame, *, years: tuple[int, int] | None = None) -> pd.DataFrame:
    """Turn terms of office into one row a place and year.

    Parameters
    ----------
    terms
        ``place``, ``leader``, ``start``, ``end``, as `add_tenure` takes them.
    years
        First and last year to give; None: from the first day in the table to the last.

    Returns
    -------
    pandas.DataFrame
        ``place``, ``year``, ``leader`` (who was in office on most days of the year), ``tenure`` (years from
        taking office to the last day in office of that year), ``days_in_office`` (that leader's days),
        ``n_leaders`` and ``tenure_flag``: empty, ``several`` (others held the office too that year) or
        ``tie`` (two with as many days: no leader is given). No row for a year with nobody in office.

    Examples
    --------
    >>> rows = [["甲市", "王某", "2014-01-01", "2015-02-28"], ["甲市", "李某", "2015-03-01", "2015-12-31"]]
    >>> terms = pd.DataFrame(rows, columns=["place", "leader", "start", "end"])
    >>> tenure_years(terms)[["year", "leader", "days_in_office"]].to_numpy().tolist()
    [[2014, '王某', 365], [2015, '李某', 306]]
    """
    held = read_terms(terms)
    if years is None:
        ends = [_last(end, begin) for spans in held.values() for _, begin, end in spans]
        begins = [begin.date() for spans in held.values() for _, begin, _ in spans]
        years = (min(begins).year, max(ends).year) if begins else (1, 0)
    rows = [
        row
        for place, spans in held.items()
        for year in range(years[0], years[1] + 1)
        for row in _of_year(place, year, spans)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _named_by_year(terms: pd.DataFrame, years: tuple[int, int] | None, reading: Reading) -> pd.DataFrame:
    """Give `tenure_years` with terms of one unit together, under the code that it had in each year."""
    keyed = _at_start(terms, reading)
    lines = {
        _unit(row): find_code(row.unit.code, row.year, successions=reading.successions).lineage
        for row in keyed
        if row.unit is not None and row.year is not None
    }
    by_year = tenure_years(terms.assign(place=[_unit(row) or row.place for row in keyed]), years=years)
    names = {_unit(row): row.place for row in keyed}

    def code(place: str, year: int) -> str:
        line = lines.get(place)
        unit = line.unit_in(year) if line is not None and reading.follow else None
        return unit.code if unit is not None else names.get(place, place)

    return by_year.assign(place=[code(*cell) for cell in zip(by_year["place"], by_year["year"], strict=True)])


def _at_start(terms: pd.DataFrame, reading: Reading) -> list[Keyed]:
    """Read the place of each term as of the year in which it starts."""
    started = terms.assign(year=[text_of(value)[:4] for value in terms["start"]])
    return keys_of(started, ("place", "year"), reading=reading)


def _of_year(place: str, year: int, spans: Sequence[tuple[str, Any, Any]]) -> Iterator[tuple[Any, ...]]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    days: dict[str, int] = {}
    until: dict[str, float] = {}
    for leader, begin, end in spans:
        start, stop = max(begin.date(), first), min(_day(end), last)
        if start <= stop:
            days[leader] = days.get(leader, 0) + (stop - start + timedelta(1)).days
            until[leader] = (stop - begin.date()).days / DAYS_A_YEAR
    if not days:
        return
    most = max(days.values())
    chief = [leader for leader, n in days.items() if n == most]
    if len(chief) > 1:
        yield place, year, None, np.nan, most, len(days), "tie"
        return
    yield place, year, chief[0], until[chief[0]], most, len(days), "several" if len(days) > 1 else ""


def _by_day(
    table: pd.DataFrame, terms: pd.DataFrame, *, on: Sequence[str], reading: Reading, codes: dict[str, str]
) -> pd.DataFrame:
    ours = keys_of(table, on, reading=reading, codes=codes)
    theirs = _at_start(terms, reading)
    units = [_unit(row) for row in ours]
    found = add_tenure(
        table.assign(**{"place": pd.Series(units, index=table.index, dtype=object)}),
        terms.assign(place=[_unit(row) or f"unknown {n}" for n, row in enumerate(theirs)]),
    )
    if "place" in table:
        found["place"] = table["place"]
    else:
        found = found.drop(columns="place")
    known = set(units)
    unmatched = [
        {
            "side": "user",
            "place": row.place,
            "year": row.year,
            "rows": [n],
            "reason": row.reason or "no such place in the table",
        }
        for n, row in enumerate(theirs, start=1)
        if _unit(row) not in known
    ]
    flagged: dict[tuple[str, int | None, str], list[int]] = defaultdict(list)
    for n, (row, flag) in enumerate(zip(ours, found["tenure_flag"], strict=True), start=1):
        if flag:
            flagged[row.place, row.year, row.reason or FLAGS.get(flag, flag)].append(n)
    ours_unmatched = [
        {"side": "table", "place": place, "year": year, "rows": rows, "reason": reason}
        for (place, year, reason), rows in flagged.items()
    ]
    found.attrs[JOIN] = {
        "on": list(on),
        "rows": len(ours),
        "joined": int((found["tenure_flag"] == "").sum()),
        "user_rows": len(theirs),
        "user_joined": len(theirs) - len(unmatched),
        "followed_rows": 0,
        "followed": [],
        "unmatched": [*ours_unmatched, *unmatched],
    }
    return found


def _unit(row: Keyed) -> str | None:
    return " ".join(row.key[:2]) if row.key is not None else None


def _span(years: pd.Series[Any]) -> tuple[int, int] | None:
    known = pd.to_numeric(years, errors="coerce").dropna()
    return (int(known.min()), int(known.max())) if len(known) else None


def _day(end: pd.Timestamp) -> date:
    return end.date()


def _last(end: pd.Timestamp, begin: pd.Timestamp) -> date:
    """Give the last day of a term that the table shows; of one that goes on, the first."""
    return begin.date() if end == pd.Timestamp.max else end.date()
