"""Formula: wording that is frequent everywhere and always, and counts without it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl
from scipy.sparse import csr_matrix

from readout_nlp.compare.contents import counted_documents
from readout_nlp.compare.profiles import Groups, grouped
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import InputError, RecipeError
from readout_nlp.reference.terms import fictional_tifa, official_terms, undated_terms
from readout_nlp.tokens.counts import TermMatrix, check_term_matrix
from readout_nlp.topics.matrix import tidy_counts

Array = npt.NDArray[np.float64]

COLUMNS = [
    "term",
    "n_documents",
    "rate",
    "n_places",
    "n_years",
    "place_spread",
    "year_spread",
    "official",
    "formula",
]
FEW = 5  # places or years: with fewer, formula and shared content look alike


@dataclass(frozen=True, eq=False)
class _Spread:
    """How a term stands in groups of documents: in how many at all, in what share of them often."""

    n_groups: int
    n_held: npt.NDArray[np.int64]
    spread: Array


def formula_terms(
    counts: TermMatrix,
    corpus: Corpus,
    *,
    min_rate: float = 0.2,
    min_spread: float = 0.8,
    min_documents: int = 20,
    official: bool = False,
) -> pd.DataFrame:
    """Find the formula of the genre: terms that are frequent across places and across years.

    A term is formula if, in most places and likewise in most years, a good part of the documents (items, if
    items were counted) hold it: a word of one matter cannot, since no matter fills so much of an agenda.
    Content of one place, or of one time, is not; nor is official wording, which is kept apart unless asked.

    Parameters
    ----------
    counts : TermMatrix
        Counted with a high ``max_df``, so that the commonest terms are there to be found.
    corpus : Corpus
    min_rate
        A term is frequent in a place (a year) if at least this share of its documents holds it.
    min_spread
        It is formula if it is frequent in at least this share of the places and of the years.
    min_documents
        Places and years with fewer documents are not judged by.
    official
        Official terms and tifa (`readout_nlp.reference.terms`) may be formula too.

    Returns
    -------
    pandas.DataFrame
        One row a term, formula first, then by frequency: ``term``, ``n_documents`` (that hold it),
        ``rate`` (their share), ``n_places``, ``n_years`` (in which it stands at all), ``place_spread``,
        ``year_spread`` (share of places and of years in which it is frequent, 0 to 1; NaN with fewer than
        two), ``official``, ``formula``. ``attrs``: the thresholds under ``settings``, ``places`` and
        ``years`` judged by, ``left_out`` and ``flag``: with one place or one year formula cannot be told, and
        no term is; with fewer than five the flag says so.

    Raises
    ------
    InputError
        If the counts are faulty, or of documents that the corpus does not hold.
    RecipeError
        If a threshold cannot be used.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=3, years=2, per_cell=6)
    >>> table = formula_terms(rn.count_terms(rn.tokenize(corpus), max_df=1.0), corpus)
    >>> bool(table["formula"].any()), bool(table.loc[table["official"], "formula"].any())
    (True, False)
    """
    _check(min_rate, min_spread, min_documents)
    check_term_matrix(counts)
    held, rows, about, lacking = _located(counts, corpus)
    places = _spread(held, rows, grouped(about, ["place"]), min_rate, min_documents)
    years = _spread(held, rows, grouped(about, ["year"]), min_rate, min_documents)
    n_documents = _number(held, rows, np.zeros(len(rows), dtype=np.int64), 1)[0]
    known = _official()
    table = pd.DataFrame(
        {
            "term": list(counts.vocabulary),
            "n_documents": n_documents,
            "rate": n_documents / max(1, len(rows)),
            "n_places": places.n_held,
            "n_years": years.n_held,
            "place_spread": places.spread,
            "year_spread": years.spread,
            "official": [term in known for term in counts.vocabulary],
        }
    )
    frequent = (table["place_spread"] >= min_spread) & (table["year_spread"] >= min_spread)
    table["formula"] = frequent & (~table["official"] | official)
    table = table.sort_values(["formula", "n_documents", "term"], ascending=[False, False, True])
    table = table.reset_index(drop=True)[COLUMNS]
    settings = {"min_rate": min_rate, "min_spread": min_spread, "min_documents": min_documents}
    table.attrs = {
        "method": "frequent in most places and in most years",
        "settings": settings | {"official": official},
        "places": places.n_groups,
        "years": years.n_groups,
        "left_out": lacking,
        "estimand": "wording that documents hold whatever the place and the year",
        "flag": _flag(places.n_groups, years.n_groups),
    }
    return table


def mask_formula(counts: TermMatrix, formula: pd.DataFrame | Collection[str]) -> TermMatrix:
    """Leave the formula out of the counts; documents stay, if need be as empty rows.

    Parameters
    ----------
    counts : TermMatrix
    formula
        As `formula_terms` gives it, or the terms.

    Returns
    -------
    TermMatrix

    Raises
    ------
    InputError
        If a table has no columns ``term`` and ``formula``, or if nothing would be left.

    Examples
    --------
    >>> counts = TermMatrix(csr_matrix([[2, 1]]), ["会议", "防汛"], ["a"])
    >>> list(mask_formula(counts, {"会议"}).vocabulary)
    ['防汛']
    """
    masked = masked_terms(formula)
    kept = [column for column, term in enumerate(counts.vocabulary) if term not in masked]
    if not kept:
        raise InputError(
            f"{len(counts.vocabulary)} terms, all of them formula",
            "terms beside the formula",
            "raise min_rate or min_spread",
        )
    words = [counts.vocabulary[column] for column in kept]
    return TermMatrix(csr_matrix(counts.counts[:, kept]), words, list(counts.doc_ids))


def masked_terms(formula: pd.DataFrame | Collection[str]) -> frozenset[str]:
    """Name the terms to mask, of a table or as they are given.

    Examples
    --------
    >>> sorted(masked_terms(pd.DataFrame({"term": ["会议", "防汛"], "formula": [True, False]})))
    ['会议']
    """
    if not isinstance(formula, pd.DataFrame):
        return frozenset(formula)
    if missing := [name for name in ("term", "formula") if name not in formula.columns]:
        raise InputError(
            f"a table without {' and '.join(missing)}", "term and formula", "make it with formula_terms"
        )
    return frozenset(formula.loc[formula["formula"].astype(bool), "term"])


def _check(min_rate: float, min_spread: float, min_documents: int) -> None:
    faults = [
        f"{name}={value}"
        for name, value in {"min_rate": min_rate, "min_spread": min_spread}.items()
        if not 0 < value <= 1
    ]
    faults += [] if min_documents >= 1 else [f"min_documents={min_documents}"]
    if faults:
        raise RecipeError(
            "; ".join(faults), "shares above 0 and at most 1, and at least 1 document", "change them"
        )


def _located(
    counts: TermMatrix, corpus: Corpus
) -> tuple[csr_matrix, npt.NDArray[np.int64], pl.DataFrame, dict[str, int]]:
    """Give 1 for every term of a document, the rows that count, and their place and year.

    A document without terms, place or year does not count.
    """
    documents = counted_documents(counts.doc_ids, corpus).select("place", "year")
    held = tidy_counts(counts.counts)
    ones = np.ones(held.nnz, dtype=np.int32)  # beside the places that `counts` holds: no copy of them
    present = csr_matrix((ones, held.indices, held.indptr), shape=held.shape)
    empty = present.getnnz(axis=1) == 0
    known = (documents["place"].is_not_null() & documents["year"].is_not_null()).to_numpy() & ~empty
    kept = np.flatnonzero(known)
    lacking = {"place": documents["place"].null_count(), "year": documents["year"].null_count()}
    lacking |= {"without_evidence": int(empty.sum()), "total": len(documents) - len(kept)}
    return present, kept.astype(np.int64), documents[kept], lacking


def _spread(
    present: csr_matrix, rows: npt.NDArray[np.int64], groups: Groups, min_rate: float, min_documents: int
) -> _Spread:
    size = np.bincount(groups.codes, minlength=len(groups.keys))
    number = _number(present, rows, groups.codes, len(groups.keys))
    judged = size >= min_documents
    often = number[judged] >= min_rate * size[judged, None] - 1e-9
    n_judged = int(judged.sum())
    spread = often.mean(axis=0) if n_judged > 1 else np.full(present.shape[1], np.nan)
    return _Spread(n_judged, (number > 0).sum(axis=0), spread)


def _number(
    present: csr_matrix, rows: npt.NDArray[np.int64], codes: npt.NDArray[np.int64], n_groups: int
) -> npt.NDArray[np.int64]:
    """Count by group the rows that hold each term: shape (n_groups, n_terms)."""
    ones = np.ones(len(rows), dtype=np.int32)
    deal = csr_matrix((ones, (codes, rows)), shape=(n_groups, present.shape[0]))
    return np.asarray(csr_matrix(deal @ present).toarray(), dtype=np.int64)


def _flag(n_places: int, n_years: int) -> str:
    if n_places < 2 or n_years < 2:
        return f"{n_places} places and {n_years} years to judge by: formula cannot be told, nothing is masked"
    if n_places < FEW or n_years < FEW:
        return f"{n_places} places and {n_years} years only: formula and shared content look alike"
    return ""


def _official() -> frozenset[str]:
    dated = (entry.term for entry in (*official_terms(), *fictional_tifa()))
    return frozenset(dated) | frozenset(undated_terms())
