"""Counts as the engines need them: clean, in one canonical order, in the vocabulary of a fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from readout_nlp.errors import InputError
from readout_nlp.paged import gathered_counts, is_paged
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.fit import Array

Indices = npt.NDArray[np.intp]

ROWS_AT_ONCE = 20_000
CELLS_AT_ONCE = 2_000_000  # counts x topics held in memory; no result depends on it


def clean_counts(counts: csr_matrix) -> csr_matrix:
    """Copy as float64 with sorted columns, no stored zeros and no column twice in a row.

    Examples
    --------
    >>> messy = csr_matrix(([2.0, 1.0, 0.0], [1, 0, 1], [0, 3]), shape=(1, 2))
    >>> clean_counts(messy).indices.tolist(), clean_counts(messy).data.tolist()
    ([0, 1], [1.0, 2.0])
    """
    clean = csr_matrix(counts, dtype=np.float64, copy=True)
    clean.sum_duplicates()
    clean.eliminate_zeros()
    return clean


def tidy_counts(counts: csr_matrix) -> csr_matrix:
    """Give the counts themselves where they are in good order, whatever their type; a clean copy where not.

    A million documents' counts take gibibytes: engines that read them by parts need no copy of all.

    Examples
    --------
    >>> tidy = csr_matrix([[1, 2]])
    >>> tidy_counts(tidy) is tidy
    True
    """
    in_order = isinstance(counts, csr_matrix) and counts.has_canonical_format
    return counts if in_order and counts.data.all() else clean_counts(counts)


def canonical_order(counts: csr_matrix, doc_ids: Sequence[str], *, random_state: int) -> Indices:
    """Rows to learn from, in an order that the ids and the seed decide, not the way the corpus is sorted.

    Sums of floats depend on their order: with this, the same documents in any order give the same bits. Rows
    without counts teach nothing and are left out, so that one more of them changes nothing either. The
    shuffle matters for engines that read in chunks, which would otherwise see one city or year at a time.

    Parameters
    ----------
    counts : csr_matrix of shape (n_docs, n_terms)
        As `clean_counts` leaves them.
    doc_ids : sequence of str, length n_docs
    random_state

    Returns
    -------
    ndarray of int, shape (number of rows with counts,)

    Examples
    --------
    >>> counts = csr_matrix([[1.0], [1.0], [0.0], [1.0]])
    >>> ["bcxa"[row] for row in canonical_order(counts, list("bcxa"), random_state=0)]
    ['c', 'a', 'b']
    >>> ["abc"[row] for row in canonical_order(counts[[0, 1, 3]], list("abc"), random_state=0)]
    ['c', 'a', 'b']
    """
    rows = np.flatnonzero(counts.getnnz(axis=1))
    ids = np.asarray(doc_ids, dtype=object)[rows]
    by_id = np.argsort(ids, kind="stable")
    shuffle = np.random.default_rng(random_state).permutation(len(rows))
    return np.asarray(rows[by_id[shuffle]], dtype=np.intp)


def row_sums(counts: csr_matrix) -> Array:
    """Sum of every row, added from left to right so that a row alone gives the same bits as in a batch.

    Examples
    --------
    >>> row_sums(csr_matrix([[1.0, 2.0], [0.0, 0.0]])).tolist()
    [3.0, 0.0]
    """
    ones, sums = np.ones(counts.shape[1]), np.empty(counts.shape[0])
    for start, stop in row_blocks(counts, 1):
        sums[start:stop] = counts[start:stop] @ ones
    return sums


def column_sums(counts: csr_matrix) -> Array:
    """Sum of every column, added from the first row to the last.

    Examples
    --------
    >>> column_sums(csr_matrix([[1.0, 2.0], [0.0, 4.0]])).tolist()
    [1.0, 6.0]
    """
    sums = np.zeros(counts.shape[1])
    for start, stop in row_blocks(counts, 1):
        part = slice(counts.indptr[start], counts.indptr[stop])
        sums += np.bincount(counts.indices[part], weights=counts.data[part], minlength=len(sums))
    return sums


def rows_of(counts: csr_matrix, rows: Indices) -> csr_matrix:
    """Give some rows, in their order, copied some at a time.

    Examples
    --------
    >>> rows_of(csr_matrix([[1], [2], [3]]), np.array([2, 0])).toarray().tolist()
    [[3], [1]]
    """
    if not is_paged():
        return counts[rows]
    starts = range(0, len(rows), ROWS_AT_ONCE)
    return gathered_counts(
        (counts[rows[at : at + ROWS_AT_ONCE]] for at in starts), counts.shape[1], counts.dtype
    )


def row_blocks(counts: csr_matrix, n_topics: int) -> Iterator[tuple[int, int]]:
    """Rows in blocks small enough to hold a number for every count and topic.

    Examples
    --------
    >>> list(row_blocks(csr_matrix([[1.0], [1.0], [1.0]]), CELLS_AT_ONCE))
    [(0, 1), (1, 2), (2, 3)]
    """
    limit = max(1, CELLS_AT_ONCE // n_topics)
    steps = np.searchsorted(counts.indptr, np.arange(limit, counts.nnz + limit, limit), side="right") - 1
    edges = np.unique(np.concatenate([[0], steps, [counts.shape[0]]]))
    yield from pairwise(edges.tolist())


def in_vocabulary(counts: TermMatrix, vocabulary: Sequence[str]) -> tuple[csr_matrix, Array]:
    """Bring `counts` into the columns of a fit and say how much of every document that leaves out.

    Parameters
    ----------
    counts : TermMatrix
        Shape (n_docs, any number of terms), with the vocabulary of the new documents.
    vocabulary : sequence of str, length n_terms
        The terms of the fit, in its order.

    Returns
    -------
    known : csr_matrix of shape (n_docs, n_terms)
    oov_share : ndarray of shape (n_docs,)
        Share of the document's counts whose term the fit does not know, 0 to 1; NaN without any count.

    Examples
    --------
    >>> new = TermMatrix(csr_matrix([[1, 3]]), ["x", "b"], ["d"])
    >>> known, oov = in_vocabulary(new, ["a", "b"])
    >>> known.toarray().tolist(), oov.tolist()
    ([[0.0, 3.0]], [0.25])
    """
    source = clean_counts(counts.counts)
    place = {term: column for column, term in enumerate(vocabulary)}
    columns = np.array([place.get(term, -1) for term in counts.vocabulary], dtype=np.intp)
    target = columns[source.indices] if source.nnz else np.empty(0, dtype=np.intp)
    known = _pick(source, target, target >= 0, len(vocabulary))
    unknown = _pick(source, np.zeros_like(target), target < 0, 1)
    total = row_sums(source)
    share = np.full(len(total), np.nan)
    return known, np.divide(row_sums(unknown), total, out=share, where=total > 0)


def _pick(source: csr_matrix, target: Indices, keep: npt.NDArray[np.bool_], n_columns: int) -> csr_matrix:
    rows = np.repeat(np.arange(source.shape[0]), np.diff(source.indptr))
    entries = (source.data[keep], (rows[keep], target[keep]))
    return clean_counts(csr_matrix(entries, shape=(source.shape[0], n_columns)))


def in_same_terms(counts: TermMatrix, vocabulary: Sequence[str]) -> csr_matrix:
    """Bring `counts` into the columns of a fit, refusing a term of the fit that the counts do not have.

    Raises
    ------
    InputError
        If a term of `vocabulary` is not a column of `counts`.
    """
    _check_terms(counts, vocabulary)
    return in_vocabulary(counts, vocabulary)[0]


def counts_to_read(counts: TermMatrix, vocabulary: Sequence[str]) -> csr_matrix:
    """Give what `in_same_terms` gives, but the counts themselves where the columns are those already.

    They are to be read, never changed: the counts of a national corpus are not copied to be summed.

    Raises
    ------
    InputError
        If a term of `vocabulary` is not a column of `counts`.

    Examples
    --------
    >>> held = csr_matrix([[1, 2]])
    >>> counts_to_read(TermMatrix(held, ["x", "y"], ["d"]), ("x", "y")) is held
    True
    """
    _check_terms(counts, vocabulary)
    same = list(vocabulary) == list(counts.vocabulary)
    return tidy_counts(counts.counts) if same else in_vocabulary(counts, vocabulary)[0]


def _check_terms(counts: TermMatrix, vocabulary: Sequence[str]) -> None:
    missing = sorted(set(vocabulary) - set(counts.vocabulary))
    if missing:
        raise InputError(
            f"{len(missing)} terms of the fit without a column in the counts (first: {missing[0]})",
            "the counts that the model was fitted to, or counts over the same vocabulary",
            "pass those counts",
        )
