"""Lines to read of each wording: the earliest of every place, keyword in context."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.corpus.kwic import kwic
from readout_nlp.errors import RecipeError

COLUMNS = (
    *("term", "rank", "place", "date", "readout", "item", "start", "left", "right"),
    *("n_uses", "n_readouts"),
)
_ABOUT: dict[str, Any] = {
    "term": "object",
    "rank": "int64",
    "n_uses": "int64",
    "n_readouts": "int64",
    "date": "datetime64[s]",
}


def first_lines(corpus: Corpus, terms: Sequence[str], *, most: int = 8, width: int = 18) -> pd.DataFrame:
    """Give the earliest line with each term in each place, the earliest places first.

    Parameters
    ----------
    corpus : Corpus
    terms
        Wordings, taken literally. Of one inside another only the longer counts.
    most
        Lines of one term.
    width
        Characters of context on each side.

    Returns
    -------
    pandas.DataFrame
        One row a term and place, in the order of the terms: ``term``, ``rank`` (1 is the earliest),
        ``place``, ``date`` (of the meeting; null where it is not certain: such lines come last),
        ``readout``, ``item`` (null outside the items), ``start`` (in the body), ``left`` and ``right`` (the
        words around it); ``n_uses`` and ``n_readouts`` of the term in the whole corpus.

    Raises
    ------
    RecipeError
        If a term is empty or a number is negative.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> from readout_nlp.passages.first_lines import first_lines
    >>> lines = first_lines(rn.sample_corpus(cities=2, years=3, per_cell=4), ["五源共治"], most=1)
    >>> lines[["term", "rank"]].to_numpy().tolist()
    [['五源共治', 1]]
    """
    if most < 0 or not all(terms):
        raise RecipeError(f"terms {list(terms)!r}, most={most!r}", "wordings, and 0 or more", "change them")
    found = _found(corpus, terms, width)
    counts = found.groupby("match").agg(n_uses=("start", "size"), n_readouts=("readout", "nunique"))
    order = {term: at for at, term in enumerate(terms)}
    found = found.assign(number=found["match"].map(order)).sort_values(
        ["number", "date", "readout", "start"], kind="stable", na_position="last"
    )
    first = found.drop_duplicates(["match", "place"])
    lines = first.assign(term=first["match"], rank=first.groupby("match").cumcount() + 1)
    lines = lines[lines["rank"] <= most].join(counts, on="match")
    return lines[list(COLUMNS)].astype(_ABOUT).reset_index(drop=True)


def _found(corpus: Corpus, terms: Sequence[str], width: int) -> pd.DataFrame:
    """Find all terms in one go; of those that begin at one character, the longest."""
    longest_first = sorted(terms, key=len, reverse=True)
    pattern = "|".join(re.escape(term) for term in longest_first) or r"(?!)"  # no term: what nothing matches
    return kwic(corpus, re.compile(pattern), width=width)
