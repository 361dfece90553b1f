"""The nearest neighbours of every document: exact cosines of sparse rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csc_matrix, csr_matrix

from readout_nlp.compare.neighbours_kernel import nearest
from readout_nlp.compare.time_blocks import Array
from readout_nlp.errors import InputError, RecipeError
from readout_nlp.threads import crew
from readout_nlp.tokens.counts import TermMatrix, check_term_matrix
from readout_nlp.topics.matrix import row_sums
from readout_nlp.topics.tfidf import inverse_document_frequency, weigh

COLUMNS = ["doc_id", "neighbour_id", "rank", "similarity"]
Weighting = Literal["tfidf", "none"]
Codes = npt.NDArray[np.int64]


def neighbours(
    counts: TermMatrix, *, k: int = 50, weighting: Weighting = "tfidf", n_threads: int | None = None
) -> pd.DataFrame:
    """Find the documents most like each document, by the cosine of their weighted counts.

    Exact: every pair with a term in common is compared, no hashing. Similarity runs from 0 (no term in
    common; such documents are no neighbours) to 1 (the same up to a factor); it is symmetric, being a
    neighbour is not.

    Parameters
    ----------
    counts
        Counts of words, of tifa, of character n-grams (`character_grams`), or any non-negative weights.
    k
        Neighbours for each document, at most.
    weighting
        ``tfidf``: counts times ln((1 + n) / (1 + df)) + 1. ``none``: as they are.
    n_threads
        None: as many as processors. The result does not depend on it.

    Returns
    -------
    pandas.DataFrame
        ``doc_id``, ``neighbour_id``, ``rank`` (1 for the nearest; ties in the order of ids),
        ``similarity``; by document in the order of `counts`. ``attrs["left_out"]`` counts documents
        ``without_terms`` and those ``without_neighbours``.

    Raises
    ------
    InputError
        If counts are faulty.
    RecipeError
        If `k` or `weighting` cannot be used.

    Notes
    -----
    Time grows with the sum over terms of df squared, memory with the counts and with documents times `k`:
    leave terms out that stand in most documents.

    Examples
    --------
    >>> counts = TermMatrix(csr_matrix([[2, 1, 0], [4, 2, 0], [0, 1, 5]]), list("水电路"), list("abc"))
    >>> neighbours(counts, k=1)[["doc_id", "neighbour_id"]].to_numpy().tolist()
    [['a', 'b'], ['b', 'a'], ['c', 'a']]
    """
    if isinstance(k, bool) or not isinstance(k, int) or k < 1 or weighting not in ("tfidf", "none"):
        raise RecipeError(
            f"k={k!r}, weighting={weighting!r}",
            "k of at least 1, and the weighting 'tfidf' or 'none'",
            "change them",
        )
    check_term_matrix(counts)
    order = np.argsort(np.asarray(counts.doc_ids, dtype=object), kind="stable")
    rows = csr_matrix(counts.counts, dtype=np.float64)[order]
    rows.sum_duplicates()
    rows.eliminate_zeros()
    weights = inverse_document_frequency(rows) if weighting == "tfidf" else np.ones(rows.shape[1])
    scaled = weigh(rows, weights)
    found, scores = _nearest(scaled, min(k, max(len(order) - 1, 1)), n_threads)
    table = _table(counts, order, found, scores)
    table.attrs = {
        "method": "exact cosine similarity",
        "weighting": weighting,
        "k": k,
        "left_out": {
            "without_terms": int((rows.getnnz(axis=1) == 0).sum()),
            "without_neighbours": int((found[:, 0] < 0).sum()),
        },
    }
    return table


def character_grams(texts: Mapping[str, str], *, n: int = 4, min_df: int = 2) -> TermMatrix:
    """Count the n-grams of characters of every text, spaces and line ends left out.

    Parameters
    ----------
    texts
        Text by document id.
    n
        Characters in a gram, 1 to 4.
    min_df
        A gram stands in at least so many texts: what stands in one tells nothing of likeness.

    Returns
    -------
    TermMatrix
        Grams in the order of their characters' codes; texts in the order given, those without a gram too.

    Raises
    ------
    RecipeError
        If `n` or `min_df` is out of range.
    InputError
        If no gram is left.

    Examples
    --------
    >>> grams = character_grams({"a": "从严治党", "b": "全面从严治党", "c": "水"}, n=3)
    >>> list(grams.vocabulary), grams.counts.toarray().tolist()
    (['严治党', '从严治'], [[1, 1], [1, 1], [0, 0]])
    """
    if n not in (1, 2, 3, 4) or min_df < 1:
        raise RecipeError(f"n={n!r}, min_df={min_df!r}", "n from 1 to 4, min_df of at least 1", "change them")
    bare = ["".join(text.split()) for text in texts.values()]
    letters = np.frombuffer("".join(bare).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    alphabet, codes = np.unique(letters, return_inverse=True)
    lengths = np.array([len(text) for text in bare], dtype=np.int64)
    if len(alphabet) ** n >= 2**64:
        raise RecipeError(f"n={n} over {len(alphabet)} characters", "fewer", "lower n")
    keys, rows = _grams(codes.ravel().astype(np.uint64), lengths, n=n, base=len(alphabet))
    counts, kept = _counted(keys, rows, n_docs=len(bare), min_df=min_df)
    if not len(kept):
        raise InputError(
            f"no {n}-gram that stands in {min_df} of {len(bare)} texts",
            "texts with wording in common",
            "lower n or min_df, or read more texts",
        )
    vocabulary = _spelled(kept, alphabet, n)
    return TermMatrix(counts=counts, vocabulary=vocabulary, doc_ids=list(texts))


def _nearest(scaled: csr_matrix, k: int, n_threads: int | None) -> tuple[Codes, Array]:
    by_term = csc_matrix(scaled)
    by_term.sort_indices()
    scaled.sort_indices()
    found = np.full((scaled.shape[0], k), -1, dtype=np.int64)
    scores = np.zeros((scaled.shape[0], k))
    work = np.asarray(scaled.indptr, dtype=np.int64)
    posts = np.asarray(by_term.indptr, dtype=np.int64)
    visited = csr_matrix((np.diff(posts)[scaled.indices], scaled.indices, scaled.indptr), scaled.shape)
    effort = np.r_[0, np.cumsum(row_sums(visited).astype(np.int64) + scaled.shape[0])]
    with crew(n_threads) as run:
        run(
            nearest,
            effort,
            work,
            np.asarray(scaled.indices, dtype=np.int32),
            scaled.data,
            posts,
            np.asarray(by_term.indices, dtype=np.int32),
            by_term.data,
            k,
            found,
            scores,
        )
    return found, np.minimum(scores, 1.0)  # rounding can leave 1 + 1e-16


def _table(counts: TermMatrix, order: Codes, found: Codes, scores: Array) -> pd.DataFrame:
    names = np.asarray(counts.doc_ids, dtype=object)
    back = np.argsort(order)  # the sorted row of every document, in the order of the counts
    found, scores = found[back], scores[back]
    row, rank = np.nonzero(found >= 0)
    return pd.DataFrame(
        {
            "doc_id": names[row],
            "neighbour_id": names[order][found[row, rank]],
            "rank": rank + 1,
            "similarity": scores[row, rank],
        },
        columns=COLUMNS,
    )


def _grams(codes: npt.NDArray[np.uint64], lengths: Codes, *, n: int, base: int) -> tuple[np.ndarray, Codes]:
    """Give the key of every gram, its characters as digits, and the text it stands in."""
    size = max(len(codes) - n + 1, 0)
    keys = np.zeros(size, dtype=np.uint64)
    for shift in range(n):
        keys = keys * np.uint64(base) + codes[shift : shift + size]
    ends = np.cumsum(lengths)
    rows = np.repeat(np.arange(len(lengths)), lengths)[:size]
    inside = np.arange(size) + n <= ends[rows] if size else np.zeros(0, dtype=bool)
    return keys[inside], rows[inside]


def _counted(keys: np.ndarray, rows: Codes, *, n_docs: int, min_df: int) -> tuple[csr_matrix, np.ndarray]:
    grams, columns = np.unique(keys, return_inverse=True)
    every = csr_matrix((np.ones(len(keys), np.int64), (rows, columns.ravel())), shape=(n_docs, len(grams)))
    every.sum_duplicates()
    kept = np.flatnonzero(np.bincount(every.indices, minlength=len(grams)) >= min_df)
    return csr_matrix(every[:, kept]), grams[kept]


def _spelled(keys: np.ndarray, alphabet: np.ndarray, n: int) -> list[str]:
    digits = np.empty((len(keys), n), dtype=np.uint32)
    rest = keys.copy()
    for at in range(n - 1, -1, -1):
        digits[:, at] = alphabet[(rest % np.uint64(len(alphabet))).astype(np.int64)]
        rest //= np.uint64(len(alphabet))
    text = digits.tobytes().decode("utf-32-le", "surrogatepass")
    return [text[start : start + n] for start in range(0, len(text), n)]
