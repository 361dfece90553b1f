"""A user's table of places and years beside ours, joined through a dated crosswalk of division codes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.compare.place_keys import Reading, keys_of, read_successions
from readout_nlp.compare.place_sides import JOIN, Rows, Sides, sides_of
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.corpus.lineages import SOURCE
from readout_nlp.errors import InputError, RecipeError

PLACES = ("code", "place_code", "place")
LEVELS = ("province", "prefecture", "county")
NOTE = "join_note"
SUFFIX = "_user"
NULLABLE = {"i": pd.Int64Dtype(), "u": pd.UInt64Dtype(), "b": pd.BooleanDtype()}


def join_place_years(
    table: pd.DataFrame,
    user_table: pd.DataFrame,
    *,
    on: Sequence[str] = ("place", "year"),
    user_on: Sequence[str] | None = None,
    crosswalk: bool | pd.DataFrame = True,
    level: str | None = None,
    corpus: Corpus | None = None,
    add_up: Sequence[str] = (),
) -> pd.DataFrame:
    """Add the columns of a user's table of places and years to ours, row by row, and tell what did not match.

    A place is given by its division code or its name, and either side may use what was valid then, before or
    after: 320584 and 吴江市 in 2010 are found in a table that knows them as 320509 or 吴江区, as they were
    called from 2012 on. Nothing is guessed, summed or dropped: a name that several places bear, a code that
    no unit had that year, two rows for one place and year stay out and are named with the reason. Names and
    codes are followed, not borders: ``join_note`` marks the rows concerned.

    Parameters
    ----------
    table
        Shares, or the variables of documents: any number of rows for a place and year.
    user_table
        One row for a place and year. Columns ``province`` and ``prefecture``, where there are any, tell
        places of one name apart.
    on
        The columns of `table` that hold the place (code or name) and the year.
    user_on
        Those of `user_table`; without them `on`, or ``code`` or ``place_code`` for the place.
    crosswalk
        True: codes and names are followed through the gazetteer. False: they must be valid in the year. A
        table with ``code``, ``year``, ``successor`` (and ``name``): followed, and these successions count
        besides (mergers under a new name, and what came after the gazetteer's last year).
    level
        ``province``, ``prefecture`` or ``county``: names mean units of this level only.
    corpus
        The one that `table` was made from: its labels of places then mean the codes it found for them.
    add_up
        Columns of `user_table` that may be summed over the units that a place was merged from, for a row of
        `table` that speaks of the merged place in a year before the merger; the others stay missing there.

    Returns
    -------
    pandas.DataFrame
        The rows of `table` in their order, its columns untouched; those of the user's table but its place and
        year (with ``_user`` behind a name that `table` has); ``joined`` (bool) and ``join_note``: how, or why
        not. ``attrs["join"]`` counts both sides and lists everything unmatched; `describe_join` prints it and
        `unmatched_rows` gives it as a table.

    Raises
    ------
    InputError
        A column is not there, or a table of successions is faulty.
    RecipeError
        `on`, `level` or `add_up` cannot be used.

    Examples
    --------
    >>> shares = pd.DataFrame({"place": ["吴江区", "鼓楼区"], "year": [2010, 2010], "share": [0.2, 0.1]})
    >>> user = pd.DataFrame({"code": [320584, 320584], "year": [2010, 2011], "gdp": [1003, 1192]})
    >>> found = join_place_years(shares, user)
    >>> found[["place", "gdp", "joined"]].to_numpy().tolist()
    [['吴江区', 1003, True], ['鼓楼区', <NA>, False]]
    >>> from readout_nlp.compare.place_sides import unmatched_rows
    >>> unmatched_rows(found)[["side", "place", "reason"]].to_numpy().tolist()[1]
    ['user', '320584', 'no such year in the table (it has 2010)']
    """
    ours_on = _columns(table, on, "the table")
    their_on = _columns(user_table, user_on or _found_on(user_table, on), "the user's table")
    kept = [str(name) for name in user_table if name not in their_on]
    values = {name: f"{name}{SUFFIX}" if name in table else name for name in kept}
    _check_added(values, table, add_up)
    reading = reading_of(crosswalk, level)
    sides = sides_of(
        keys_of(table, ours_on, reading=reading, codes=codes_of(corpus)),
        keys_of(user_table, their_on, reading=reading),
        add_up=bool(add_up),
    )
    joined = table.copy()
    for name, new in values.items():
        whole = _taken(user_table[name], sides.rows, table.index)
        joined[new] = _summed(whole, user_table[name], sides) if name in add_up else whole
    joined["joined"] = sides.joined
    joined[NOTE] = sides.notes
    joined.attrs = {
        **table.attrs,
        JOIN: {"on": ours_on, "user_on": their_on, "added": list(values.values()), "source": SOURCE}
        | sides.about(),
    }
    return joined


def _columns(table: pd.DataFrame, on: Sequence[str], what: str) -> list[str]:
    columns = list(on)
    if len(columns) != 2:
        raise RecipeError(f"columns {columns} to join by", "one of places and one of years", "name two")
    absent = [name for name in columns if name not in table]
    if absent:
        raise InputError(
            f"{what} without {', '.join(absent)} (it has {', '.join(map(str, table.columns))})",
            f"the columns {' and '.join(columns)}",
            "name the columns of place and year, or rename them",
        )
    return columns


def _found_on(user_table: pd.DataFrame, on: Sequence[str]) -> list[str]:
    """Find the user's columns where none are named: our names, or a column of codes or places."""
    where, when = [*on, "", ""][:2]
    found = [name for name in (where, *PLACES) if name in user_table]
    return [found[0] if found else where, when]


def _check_added(values: Mapping[str, str], table: pd.DataFrame, add_up: Sequence[str]) -> None:
    taken = [new for new in (*values.values(), "joined", NOTE) if new in table]
    if taken or {"joined", NOTE} & set(values.values()):
        raise RecipeError(
            f"columns {', '.join(taken or ['joined', NOTE])} that are there already",
            "names that the join can add",
            "rename them, or join the original table",
        )
    strange = [name for name in add_up if name not in values]
    if strange:
        raise RecipeError(
            f"columns to add up {', '.join(strange)}",
            f"columns of the user's table ({', '.join(map(str, values))})",
            "name some of these",
        )


def reading_of(crosswalk: bool | pd.DataFrame, level: str | None) -> Reading:
    """Check how places are to be read, as `join_place_years` is told."""
    if level not in (None, *LEVELS):
        raise RecipeError(f"level={level!r}", " or ".join(LEVELS), "choose one of these, or none")
    if isinstance(crosswalk, pd.DataFrame):
        return Reading(level=level, successions=read_successions(crosswalk))
    return Reading(follow=crosswalk, level=level)


def codes_of(corpus: Corpus | None) -> dict[str, str]:
    """Give the codes that a corpus found for its labels; a label without one is read as a name."""
    if corpus is None:
        return {}
    known = corpus.readouts.select("place", "place_code").drop_nulls().unique()
    codes = defaultdict(set)
    for label, code in known.iter_rows():
        codes[label].add(code)
    return {label: next(iter(found)) for label, found in codes.items() if len(found) == 1}


def _taken(values: pd.Series[Any], rows: Rows, index: pd.Index[Any]) -> pd.Series[Any]:
    """Take a user's values by row, missing where there is none; a whole number stays one."""
    base: pd.Series[Any] = values.reset_index(drop=True)
    if (rows < 0).any() and isinstance(base.dtype, np.dtype) and base.dtype.kind in NULLABLE:
        base = base.astype(NULLABLE[base.dtype.kind])
    taken: pd.Series[Any] = base.reindex(rows).set_axis(index)
    return taken


def _summed(taken: pd.Series[Any], values: pd.Series[Any], sides: Sides) -> pd.Series[Any]:
    """Put sums over the parts of merged units where they were asked for."""
    if not sides.parts:
        return taken
    if not pd.api.types.is_numeric_dtype(values):
        raise RecipeError(
            f"a column {values.name!r} that is not of numbers", "numbers to add up", "leave it out"
        )
    summed = taken.copy()
    for row, parts in sides.parts.items():
        summed.iloc[row] = values.iloc[list(parts)].sum(skipna=False)
    return summed
