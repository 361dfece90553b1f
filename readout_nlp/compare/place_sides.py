"""Two lists of keyed rows matched one by one: what met, what did not, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from readout_nlp.compare.place_keys import Key, Keyed
from readout_nlp.text_tables import fold

JOIN = "join"
SHOWN_ROWS = 5
COLUMNS = ("side", "place", "year", "rows", "reason")

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class Sides:
    """How the rows of our table and of the user's meet.

    Attributes
    ----------
    ours, theirs
        What each row is about; `theirs` with the reason for every row that stands aside.
    rows : ndarray of int, shape (rows of ours,)
        The user's row that belongs to each of ours, -1 for none.
    parts
        For some of ours that have none, the user's rows of the units that were merged later.
    notes
        For each of ours how it was matched, or why not.
    """

    ours: Sequence[Keyed]
    theirs: Sequence[Keyed]
    rows: Rows
    parts: Mapping[int, tuple[int, ...]]
    notes: Sequence[str]

    @property
    def joined(self) -> npt.NDArray[np.bool_]:
        """Whether each of our rows has a user's row, or the parts of one."""
        return np.array([row >= 0 or n in self.parts for n, row in enumerate(self.rows)], dtype=np.bool_)

    def about(self) -> dict[str, Any]:
        """Count both sides and list what is unmatched and what was followed, as plain values."""
        used = {int(row) for row in self.rows if row >= 0} | {r for rows in self.parts.values() for r in rows}
        met = self.joined
        marked = met & np.array([bool(note) for note in self.notes], dtype=np.bool_)
        aside = np.array([n not in used for n in range(len(self.theirs))], dtype=np.bool_)
        ours = self._unmatched("table", self.ours, self.notes, ~met)
        theirs = self._unmatched("user", self.theirs, [k.reason for k in self.theirs], aside)
        return {
            "rows": len(self.ours),
            "joined": int(met.sum()),
            "user_rows": len(self.theirs),
            "user_joined": len(used),
            "followed_rows": int(marked.sum()),
            "followed": self._unmatched("table", self.ours, self.notes, marked),
            "unmatched": [*ours, *theirs],
        }

    @staticmethod
    def _unmatched(
        side: str, keyed: Sequence[Keyed], reasons: Sequence[str], which: npt.NDArray[np.bool_]
    ) -> list[dict[str, Any]]:
        """Put rows of one place, year and reason together, in the order in which they first stand."""
        found: dict[tuple[str, int | None, str], list[int]] = defaultdict(list)
        for number in np.flatnonzero(which).tolist():
            found[keyed[number].place, keyed[number].year, reasons[number]].append(number + 1)
        return [
            {"side": side, "place": place, "year": year, "rows": rows, "reason": reason}
            for (place, year, reason), rows in found.items()
        ]


def sides_of(ours: Sequence[Keyed], theirs: Sequence[Keyed], *, add_up: bool) -> Sides:
    """Match two lists of keyed rows: each of `ours` with at most one of `theirs`.

    Parameters
    ----------
    ours, theirs
        From `keys_of`. Of several of `theirs` with one key none is taken.
    add_up
        Whether rows on the parts of a unit that was merged later may stand for it.

    Examples
    --------
    >>> one = Keyed("甲市", 2010, ("990100", "None", 2010))
    >>> sides_of([one, one], [one], add_up=False).rows.tolist()
    [0, 0]
    >>> sides_of([one], [one, one], add_up=False).notes
    ("several rows of the user's table (rows 1, 2)",)
    """
    at: dict[Key, list[int]] = defaultdict(list)
    for number, row in enumerate(theirs):
        if row.key is not None:
            at[row.key].append(number)
    once = {key: numbers[0] for key, numbers in at.items() if len(numbers) == 1}
    rows = np.array([once.get(row.key, -1) if row.key else -1 for row in ours], dtype=np.intp)
    parts = {}
    if add_up:
        parts = {n: tuple(once[p] for p in row.parts) for n, row in enumerate(ours) if _whole(row, once)}
    have, asked = _years(theirs), _years(ours)
    notes = [
        _how(row, theirs[found])
        if found >= 0
        else _parts_note(theirs, parts[n])
        if n in parts
        else _why(row, at, have, whose="the user's table")
        for n, (row, found) in enumerate(zip(ours, rows.tolist(), strict=True))
    ]
    told = [replace(row, reason=_their_reason(row, at, asked)) for row in theirs]
    return Sides(ours=ours, theirs=told, rows=rows, parts=parts, notes=tuple(notes))


def unmatched_rows(joined: pd.DataFrame) -> pd.DataFrame:
    """Give what `join_place_years` left unmatched, on both sides.

    Returns
    -------
    pandas.DataFrame
        ``side`` (``table`` or ``user``), ``place`` and ``year`` as written, ``rows`` (numbers of the rows,
        from 1), ``reason``.

    Examples
    --------
    >>> from readout_nlp.compare.place_years import join_place_years
    >>> shares = pd.DataFrame({"place": ["火星市"], "year": [2010]})
    >>> user = pd.DataFrame({"code": [320584], "year": [2010], "gdp": [1003]})
    >>> unmatched_rows(join_place_years(shares, user))["side"].tolist()
    ['table', 'user']
    """
    return pd.DataFrame(joined.attrs[JOIN]["unmatched"], columns=COLUMNS).astype({"year": "Int64"})


def describe_join(joined: pd.DataFrame, *, width: int | None = None) -> str:
    """Tell in plain text how `join_place_years` went: counts, what was followed, what is unmatched and why.

    Parameters
    ----------
    joined
        As `join_place_years` gives it.
    width
        Columns to fit the lines into; None: everything in full.

    Examples
    --------
    >>> from readout_nlp.compare.place_years import join_place_years
    >>> shares = pd.DataFrame({"place": ["吴江区", "火星市"], "year": [2010, 2010]})
    >>> user = pd.DataFrame({"code": [320584], "year": [2010], "gdp": [1003]})
    >>> print(describe_join(join_place_years(shares, user)))
    joined 1 of 2 rows of the table with 1 of 1 rows of the user's table
    1 row joined through changes of code or name, or added up (names are followed, not borders):
      吴江区 2010 (row 1): as 320584 吴江市
    1 row of the table unmatched:
      火星市 2010 (row 2): unknown name
    """
    told = joined.attrs[JOIN]
    lines = [
        f"joined {told['joined']} of {told['rows']} rows of the table with {told['user_joined']} of"
        f" {told['user_rows']} rows of the user's table"
    ]
    if told["followed"]:
        n = told["followed_rows"]
        lines.append(
            f"{n} row{'' if n == 1 else 's'} joined through changes of code or name, or added up"
            " (names are followed, not borders):"
        )
        lines += _lines(told["followed"])
    for side, whose in (("table", "the table"), ("user", "the user's table")):
        listed = [row for row in told["unmatched"] if row["side"] == side]
        n = sum(len(row["rows"]) for row in listed)
        if listed:
            lines.append(f"{n} row{'' if n == 1 else 's'} of {whose} unmatched:")
            lines += _lines(listed)
    return "\n".join(part for line in lines for part in fold(line, width))


def _lines(listed: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Give a line for each place and reason, with its years and rows."""
    grouped: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for row in listed:
        grouped[row["place"], row["reason"]].append(row)
    for (place, reason), found in grouped.items():
        years = sorted({row["year"] for row in found if row["year"] is not None})
        when = f" {_spans(years)}" if years else ""
        rows = sorted(number for row in found for number in row["rows"])
        yield f"  {place or '(no place)'}{when} ({_numbers(rows)}): {reason}"


def _spans(years: Sequence[int]) -> str:
    """Write years as spans.

    >>> _spans([2010, 2011, 2012, 2015])
    '2010-2012, 2015'
    """
    spans: list[list[int]] = []
    for year in years:
        if spans and year == spans[-1][1] + 1:
            spans[-1][1] = year
        else:
            spans.append([year, year])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)


def _numbers(rows: Sequence[int]) -> str:
    more = f" and {len(rows) - SHOWN_ROWS} more" if len(rows) > SHOWN_ROWS else ""
    return f"row{'' if len(rows) == 1 else 's'} {', '.join(map(str, rows[:SHOWN_ROWS]))}{more}"


def _whole(row: Keyed, once: Mapping[Key, int]) -> bool:
    return row.key is None and bool(row.parts) and all(part in once for part in row.parts)


def _years(rows: Iterable[Keyed]) -> dict[tuple[str, str], set[int]]:
    """Give the years that each place has."""
    years: dict[tuple[str, str], set[int]] = defaultdict(set)
    for row in rows:
        if row.key is not None:
            years[row.key[:2]].add(row.key[2])
    return years


def _how(row: Keyed, other: Keyed) -> str:
    """Say nothing where both name the unit as it was; else what it was."""
    if row.unit is None or row.place == other.place or not (row.followed or other.followed):
        return ""
    return f"as {row.unit.code} {row.unit.name}"


def _parts_note(theirs: Sequence[Keyed], parts: Sequence[int]) -> str:
    return f"added up over {', '.join(theirs[number].place for number in parts)}"


def _why(
    row: Keyed, at: Mapping[Key, Sequence[int]], years: Mapping[tuple[str, str], set[int]], *, whose: str
) -> str:
    if row.key is None:
        return row.reason
    if row.key in at:
        return f"several rows of {whose} ({_numbers([number + 1 for number in at[row.key]])})"
    if row.key[:2] in years:
        found = sorted(years[row.key[:2]])
        span = f"{found[0]} to {found[-1]}" if len(found) > 1 else str(found[0])
        return f"no such year in {whose} (it has {span})"
    return row.reason or f"no such place in {whose}"


def _their_reason(
    row: Keyed, at: Mapping[Key, Sequence[int]], years: Mapping[tuple[str, str], set[int]]
) -> str:
    if row.key is not None and len(at[row.key]) > 1:
        return f"duplicate key ({_numbers([number + 1 for number in at[row.key]])})"
    return _why(row, {}, years, whose="the table")
