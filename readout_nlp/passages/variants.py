"""The wordings to look for: each kept apart, with the head a user puts it under and the centre's date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from readout_nlp.errors import RecipeError
from readout_nlp.readouts.spans import fold

_COLUMNS = ("term", "reference_date", "variant_of")


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording to look for.

    Attributes
    ----------
    term
        The wording itself, verbatim.
    head
        The wording that the user's table puts it under; the term itself where it names none.
    reference
        The centre's first use as the user's table gives it; null where it does not.
    """

    term: str
    head: str
    reference: date | None


def read_terms(terms: Sequence[str] | pd.DataFrame) -> tuple[Wording, ...]:
    """Check a list or table of terms.

    Parameters
    ----------
    terms
        Wordings; or a table with ``term`` and perhaps ``reference_date`` (the centre's first use) and
        ``variant_of`` (the head of a variant; null for a head). Nothing is put under one head but what the
        table says.

    Returns
    -------
    tuple of Wording
        In the order given.

    Raises
    ------
    RecipeError
        With every fault found: no term, an empty one, the same twice, a head that is itself a variant, a
        date that cannot be read.

    Examples
    --------
    >>> [word.head for word in read_terms(["两个维护", "四个意识"])]
    ['两个维护', '四个意识']
    """
    rows = _rows(terms)
    faults = [f"an empty term in row {number}" for number, row in enumerate(rows, 1) if not _named(row[0])]
    folded = [fold(row[0]) for row in rows if _named(row[0])]
    faults += [f"{term} twice" for term, n in Counter(folded).items() if n > 1]
    variants = {row[0] for row in rows if _named(row[2]) and row[2] != row[0]}
    faults += [f"the variant {row[2]} as the head of {row[0]}" for row in rows if row[2] in variants]
    dates = [_day(row[1]) for row in rows]
    faults += [
        f"reference_date {row[1]!r} of {row[0]}"
        for row, day in zip(rows, dates, strict=True)
        if isinstance(day, str)
    ]
    if faults or not rows:
        raise RecipeError(
            "; ".join(faults) or "no term at all",
            "distinct wordings, heads that are no variants, and ISO dates",
            "correct the list",
        )
    return tuple(
        Wording(term, head if _named(head) else term, day if isinstance(day, date) else None)
        for (term, _, head), day in zip(rows, dates, strict=True)
    )


def contained_terms(terms: Iterable[str]) -> pd.DataFrame:
    """List the terms that lie inside longer ones: an occurrence of the longer holds the shorter too.

    Returns
    -------
    pandas.DataFrame
        ``term``, ``inside``; one row a pair.

    Examples
    --------
    >>> contained_terms(["自信", "四个自信", "四个意识"]).to_numpy().tolist()
    [['自信', '四个自信']]
    """
    known = sorted(set(terms))
    pairs = [(term, longer) for term in known for longer in known if term != longer and term in longer]
    return pd.DataFrame(pairs, columns=["term", "inside"])


def _rows(terms: Sequence[str] | pd.DataFrame) -> list[tuple[str, object, str]]:
    if not isinstance(terms, pd.DataFrame):
        listed = [terms] if isinstance(terms, str) else list(terms)
        return [(term, None, "") for term in listed]
    unknown = [str(name) for name in terms.columns if name not in _COLUMNS]
    if unknown or "term" not in terms.columns:
        raise RecipeError(
            f"a table with the columns {', '.join(map(str, terms.columns)) or 'none'}",
            f"term, and nothing besides but {' and '.join(_COLUMNS[1:])}",
            "rename or drop the others",
        )
    whole = terms.reindex(columns=list(_COLUMNS)).astype(object)
    whole = whole.where(whole.notna(), None)
    return [(row[0], row[1], row[2] or "") for row in whole.itertuples(index=False, name=None)]


def _named(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _day(value: object) -> date | str | None:
    """Read a date; the value as text where it is none."""
    if value is None or value == "":
        return None
    try:
        read = pd.Timestamp(value)  # type: ignore[arg-type]
    except (ValueError, TypeError):
        return str(value)
    return read.date() if isinstance(read, pd.Timestamp) else None
