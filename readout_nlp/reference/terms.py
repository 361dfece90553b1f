"""Official terms (tifa among them): what must stay whole in a cut, and since when it is known in print."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Term:
    """One official term.

    Attributes
    ----------
    term
        The wording.
    first_verbatim
        The first day it is known in print (an upper bound: the record behind it starts somewhere).
    first_quoted
        The first day it stood in quotation marks; null where that was not counted.
    """

    term: str
    first_verbatim: date
    first_quoted: date | None


@cache
def official_terms() -> tuple[Term, ...]:
    """Give the real terms with dates, in the order of ``data/terms.csv`` (the source is named there).

    Examples
    --------
    >>> {entry.term: entry.first_verbatim.isoformat() for entry in official_terms()}["两个确立"]
    '2021-11-15'
    """
    return tuple(
        Term(row["term"], date.fromisoformat(row["first_verbatim"]), date.fromisoformat(row["first_quoted"]))
        for row in _rows("terms.csv")
    )


@cache
def undated_terms() -> tuple[str, ...]:
    """Give terms of the genre of which nothing but the wording is claimed (``data/terms_undated.csv``).

    Examples
    --------
    >>> "强富美高" in undated_terms()
    True
    """
    return tuple(row["term"] for row in _rows("terms_undated.csv"))


@cache
def fictional_tifa() -> tuple[Term, ...]:
    """Give the invented tifa of the built-in sample, with the day each was first used there.

    Examples
    --------
    >>> all(entry.first_quoted is None for entry in fictional_tifa())
    True
    """
    return tuple(
        Term(row["term"], date.fromisoformat(row["first_used"]), None) for row in _rows("fictional_tifa.csv")
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(line for line in stream if not line.startswith("#")))
