"""Which unit and year each row of a table is about, so that tables of different codes can be joined."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from readout_nlp.corpus.crosswalk import Found, find_code, find_name
from readout_nlp.corpus.lineages import Succession
from readout_nlp.errors import InputError
from readout_nlp.reference.gazetteer import Division

CODE = re.compile(r"[0-9]{4}|[0-9]{6}|[0-9]{6}0{6}")
CODE_BEHIND = re.compile(r".+ (?P<code>[0-9]{6})")  # how a corpus tells two places of one name apart
YEAR = re.compile(r"(?P<year>[12][0-9]{3})(?:年|\.0+)?")
PARENTS = ("province", "prefecture")
COLUMNS_OF_SUCCESSIONS = ("code", "year", "successor")

Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Keyed:
    """A row's place and year.

    Attributes
    ----------
    place, year
        As written; the year as a number, None where it cannot be read.
    key
        Equal for rows on one unit in one year; None where that cannot be said.
    reason
        Why the unit is not known; empty where it is.
    unit
        What the unit was in that year; None for a name that no division bears.
    followed
        Whether the code or name as written is of other years.
    parts
        Keys of the units that it was merged from later, where it did not exist yet.
    """

    place: str
    year: int | None
    key: Key | None
    reason: str = ""
    unit: Division | None = None
    followed: bool = False
    parts: tuple[Key, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How places are read: see `readout_nlp.compare.place_years.join_place_years`."""

    follow: bool = True
    level: str | None = None
    successions: tuple[Succession, ...] = ()


def keys_of(
    table: pd.DataFrame, on: Sequence[str], *, reading: Reading, codes: Mapping[str, str] | None = None
) -> list[Keyed]:
    """Give every row's key, in the order of the rows.

    Parameters
    ----------
    table
        With a column of codes or names and one of years, both named by `on`; columns ``province`` and
        ``prefecture``, where there are any, tell places of one name apart.
    on
        The two columns.
    reading
        How places are read.
    codes
        Codes by name, for names that are labels of a corpus.

    Examples
    --------
    >>> rows = pd.DataFrame({"code": ["320584", 320509], "year": [2010, "2010年"]})
    >>> one, other = keys_of(rows, ("code", "year"), reading=Reading())
    >>> one.key == other.key, one.followed, other.followed
    (True, False, True)
    """

    @cache
    def keyed(place: str, year: str, *parents: str) -> Keyed:
        return _keyed((codes or {}).get(place, place), place, year=year, parents=parents, reading=reading)

    where, when = on
    parents = [name for name in PARENTS if name in table and name != where]
    columns = [map(text_of, table[name]) for name in (where, when, *parents)]
    return [keyed(*values) for values in zip(*columns, strict=True)]


def text_of(value: Any) -> str:
    """Give a cell as text: a whole number without a point, a missing one as nothing.

    Examples
    --------
    >>> text_of(320584.0), text_of(" 吴江市 "), text_of(None)
    ('320584', '吴江市', '')
    """
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def as_code(text: str) -> str | None:
    """Read a division code: six digits, four (a prefecture), or twelve that end in six zeros.

    Examples
    --------
    >>> as_code("3205"), as_code("320584000000"), as_code("吴江市"), as_code("鼓楼区 320106")
    ('320500', '320584', None, '320106')
    """
    behind = CODE_BEHIND.fullmatch(text)
    if behind:
        return behind["code"]
    return text[:6].ljust(6, "0") if CODE.fullmatch(text) else None


def read_successions(table: pd.DataFrame) -> tuple[Succession, ...]:
    """Read a user's table of successions: ``code``, ``year``, ``successor`` and, where wanted, ``name``.

    Raises
    ------
    InputError
        Columns are missing, or cells are no codes or years; every such row is named.

    Examples
    --------
    >>> read_successions(pd.DataFrame({"code": [320502], "year": [2012], "successor": [320508]}))
    (Succession(code='320502', year=2012, successor='320508', name=''),)
    """
    absent = [name for name in COLUMNS_OF_SUCCESSIONS if name not in table]
    if absent:
        raise InputError(
            f"a table of successions without {', '.join(absent)}",
            "columns code, year, successor (and name)",
            "add or rename them",
        )
    rows = list(
        zip(*(map(text_of, table[name]) for name in COLUMNS_OF_SUCCESSIONS), _names(table), strict=True)
    )
    faults = [
        f"row {number}: {' '.join(row[:3])}"
        for number, row in enumerate(rows, start=1)
        if as_code(row[0]) is None or as_code(row[2]) is None or not YEAR.fullmatch(row[1])
    ]
    if faults:
        raise InputError(
            f"successions that cannot be read ({'; '.join(faults)})", "a code, a year, a code", "mend them"
        )
    return tuple(
        Succession(as_code(old) or old, year_of(year) or 0, as_code(heir) or heir, name)
        for old, year, heir, name in rows
    )


def year_of(text: str) -> int | None:
    """Read a year (2012, 2012年, 2012.0); None where it is none.

    Examples
    --------
    >>> year_of("2012年"), year_of("12")
    (2012, None)
    """
    found = YEAR.fullmatch(text)
    return int(found["year"]) if found else None


def _names(table: pd.DataFrame) -> Iterable[str]:
    return map(text_of, table["name"]) if "name" in table else [""] * len(table)


def _keyed(meant: str, place: str, *, year: str, parents: Sequence[str], reading: Reading) -> Keyed:
    number = year_of(year)
    if number is None:
        return Keyed(place, None, None, f"no year ({year})" if year else "no year")
    if not place:
        return Keyed(place, number, None, "no place")
    code = as_code(meant)
    found = (
        find_name(
            meant,
            number,
            inside=[each for each in parents if each],
            level=reading.level,
            follow=reading.follow,
            successions=reading.successions,
        )
        if code is None
        else find_code(code, number, follow=reading.follow, successions=reading.successions)
    )
    if found.unit is not None:
        return Keyed(place, number, _key(found, number), unit=found.unit, followed=found.followed)
    bare = code is None and found.reason.startswith("unknown")  # a name of no division may still be the same
    parts = tuple(_key(find_code(part.code, number), number) for part in found.parts)
    return Keyed(place, number, ("name", place, number) if bare else None, found.reason, parts=parts)


def _key(found: Found, year: int) -> Key:
    assert found.lineage is not None
    last = found.lineage.units[-1]
    return (last.code, str(last.valid_from), year)
