"""Tokens -> TermMatrix: which terms are kept, and how often each stands in each document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from readout_nlp.errors import InputError, RecipeError
from readout_nlp.paged import gathered_counts
from readout_nlp.tokens.coding import spans_of

if TYPE_CHECKING:
    from readout_nlp.tokens.tokenize import Tokens

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class TermMatrix:
    """Counts of terms in documents, the only thing a topic model sees.

    Attributes
    ----------
    counts : csr_matrix of shape (n_docs, n_terms)
        Non-negative; floats and empty columns are legal.
    vocabulary : sequence of str, length n_terms
    doc_ids : sequence of str, length n_docs
    """

    counts: csr_matrix
    vocabulary: Sequence[str]
    doc_ids: Sequence[str]


def count_terms(tokens: Tokens, *, min_df: int | float = 3, max_df: int | float = 0.5) -> TermMatrix:
    """Count the terms of every document, rare and ubiquitous ones left out.

    Parameters
    ----------
    tokens
        From `tokenize`.
    min_df
        A term stands in at least so many documents: an integer, or a float in [0, 1] for a share of them.
    max_df
        A term stands in at most so many documents, written likewise.

    Returns
    -------
    TermMatrix
        Terms sorted; documents left without terms stay, as empty rows.

    Raises
    ------
    RecipeError
        A bound is out of range, or nothing is left between the two.

    Examples
    --------
    >>> from readout_nlp.tokens.tokenize import tokens_from_lists
    >>> tokens = tokens_from_lists(["a", "b", "c"], [["水", "电", "水"], ["水"], ["路"]])
    >>> counts = count_terms(tokens, min_df=2, max_df=1.0)
    >>> list(counts.vocabulary), counts.counts.toarray().tolist()
    (['水'], [[2], [1], [0]])
    """
    n_docs = len(tokens)
    low, high = _least(min_df, n_docs), _most(max_df, n_docs)
    every, in_documents = _every_term(tokens)
    kept = np.flatnonzero((in_documents >= low) & (in_documents <= high))
    if not len(kept):
        raise _nothing_left(min_df, max_df, tokens, int(in_documents.max(initial=0)))
    return TermMatrix(
        counts=_columns(every, kept),
        vocabulary=[tokens.terms[index] for index in kept],
        doc_ids=list(tokens.doc_ids),
    )


def _every_term(tokens: Tokens) -> tuple[csr_matrix, Codes]:
    """Count all terms, documents by document, and in how many documents each stands."""
    in_documents = np.zeros(len(tokens.terms), dtype=np.int64)

    def rows() -> Iterator[csr_matrix]:
        for first, last in spans_of(tokens.offsets):
            # the tokens of a document stand together: its row is written as it lies
            ends = tokens.offsets[first : last + 1] - tokens.offsets[first]
            codes = tokens.codes[tokens.offsets[first] : tokens.offsets[last]].copy()
            ones = np.ones(len(codes), dtype=np.int32)
            block = csr_matrix((ones, codes, ends), shape=(last - first, len(tokens.terms)))
            block.sum_duplicates()
            in_documents[:] += np.bincount(block.indices, minlength=len(in_documents))
            yield block

    return gathered_counts(rows(), len(tokens.terms)), in_documents


def _columns(counts: csr_matrix, kept: Codes) -> csr_matrix:
    edges = spans_of(counts.indptr.astype(np.int64))
    return gathered_counts((counts[first:last][:, kept] for first, last in edges), len(kept))


def check_term_matrix(matrix: TermMatrix) -> None:
    """Check a term matrix from elsewhere; every fault found is named in one error.

    Raises
    ------
    InputError
        Shapes do not agree, ids or terms repeat, or counts are negative, NaN or infinite.

    Examples
    --------
    >>> check_term_matrix(TermMatrix(csr_matrix([[1.0, 0.0]]), ["水", "电"], ["a"]))
    """
    faults = list(_faults(matrix))
    if faults:
        raise InputError(
            "a term matrix with " + "; ".join(faults),
            "finite, non-negative counts, one unique id a row and one unique term a column",
            "mend it before fitting",
        )


def _faults(matrix: TermMatrix) -> Iterator[str]:
    n_docs, n_terms = matrix.counts.shape
    for name, labels, length in (
        ("doc_ids", matrix.doc_ids, n_docs),
        ("vocabulary", matrix.vocabulary, n_terms),
    ):
        if len(labels) != length:
            yield f"{len(labels)} {name} for {length} {'rows' if name == 'doc_ids' else 'columns'}"
        if len(set(labels)) != len(labels):
            yield f"{len(labels) - len(set(labels))} repeated {name}"
    if not n_docs or not n_terms:
        yield f"{n_docs} documents and {n_terms} terms"
    data = np.asarray(matrix.counts.data)
    data = data if data.dtype.kind in "biuf" else data.astype(float)  # no copy of what may be gigabytes
    if bad := int((~np.isfinite(data)).sum()):
        yield f"{bad} counts that are NaN or infinite"
    if bad := int((data < 0).sum()):
        yield f"{bad} negative counts"


def _least(bound: int | float, n_docs: int) -> int:
    return (
        ceil(_share(bound, "min_df") * n_docs - 1e-9) if isinstance(bound, float) else _count(bound, "min_df")
    )


def _most(bound: int | float, n_docs: int) -> int:
    return (
        floor(_share(bound, "max_df") * n_docs + 1e-9)
        if isinstance(bound, float)
        else _count(bound, "max_df")
    )


def _share(bound: float, name: str) -> float:
    if not 0 <= bound <= 1:
        raise RecipeError(
            f"{name} = {bound}", "a share from 0.0 to 1.0", f"write {name} as an integer to mean documents"
        )
    return bound


def _count(bound: int, name: str) -> int:
    if bound < 1:
        raise RecipeError(
            f"{name} = {bound}", "1 document or more", f"raise {name}, or write a share as a float"
        )
    return bound


def _nothing_left(min_df: float, max_df: float, tokens: Tokens, most: int) -> RecipeError:
    return RecipeError(
        f"no term left of {len(tokens.terms)} in {len(tokens)} documents with min_df={min_df} and"
        f" max_df={max_df} (no term stands in more than {most} documents)",
        "bounds that some terms meet",
        "lower min_df, raise max_df, or read more texts",
    )
