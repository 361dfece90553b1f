"""Partitions of documents: dealt from counts in memory, or kept as files that any process can read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar
from zipfile import BadZipFile

import numpy as np
from scipy.sparse import csr_matrix

from readout_nlp.durable import aside_folder
from readout_nlp.errors import InputError, RecipeError
from readout_nlp.tokens.counts import TermMatrix, check_term_matrix
from readout_nlp.topics.fit import Array
from readout_nlp.topics.matrix import Indices, canonical_order, column_sums, row_sums, tidy_counts

Partition = csr_matrix | Path
Numbered = tuple[int, Partition]
Result = TypeVar("Result")

ARRAYS = ("data", "indices", "indptr", "shape")


def write_partitions(
    counts: TermMatrix, folder: str | Path, *, n_partitions: int, random_state: int = 0
) -> list[Path]:
    """Deal documents at random to partitions, and write each to a file for `fit_lda_partitions`.

    Parameters
    ----------
    counts : TermMatrix
    folder : str or Path
        Not there yet, or empty; it appears whole or not at all.
    n_partitions
        Equal in documents, to one; at most the documents with counts. A thousand documents or more in each
        let topics form early.
    random_state
        Seed of the dealing. With the ids it alone decides it: in any order, documents are dealt alike, as
        ``fit_lda(..., partitions=n_partitions)`` deals them with the same seed.

    Returns
    -------
    list of Path
        ``part-00000.npz`` and so on, in the order that statistics are summed in: numpy's arrays ``data``,
        ``indices``, ``indptr``, ``shape`` (CSR), ``vocabulary`` and ``doc_ids``.

    Raises
    ------
    InputError
        The counts are faulty.
    RecipeError
        More partitions than documents with counts.
    StoreError
        The folder holds files, or the disk is full.

    Examples
    --------
    >>> import tempfile
    >>> counts = TermMatrix(csr_matrix([[9, 8], [0, 7], [5, 0]]), ["水", "电"], list("abc"))
    >>> paths = write_partitions(counts, Path(tempfile.mkdtemp()) / "partitions", n_partitions=2)
    >>> [path.name for path in paths]
    ['part-00000.npz', 'part-00001.npz']
    """
    check_term_matrix(counts)
    clean = tidy_counts(counts.counts)
    order = canonical_order(clean, counts.doc_ids, random_state=random_state)
    edges = dealt(len(order), n_partitions)
    empty = np.flatnonzero(clean.getnnz(axis=1) == 0)  # they teach nothing, but their shares are asked for
    names = [f"part-{number:05}.npz" for number in range(n_partitions)]
    with aside_folder(Path(folder)) as side:
        for name, (start, stop) in zip(names, pairwise(edges), strict=True):
            rows = np.append(order[start:stop], empty if stop == len(order) else [])
            _save(side / name, counts, clean, rows.astype(np.intp))
    return [Path(folder) / name for name in names]


def dealt(n_docs: int, n_partitions: int) -> list[int]:
    """Give where each of so many partitions begins, and where the last ends.

    Examples
    --------
    >>> dealt(7, 3)
    [0, 2, 4, 7]
    """
    whole = isinstance(n_partitions, (int, np.integer)) and not isinstance(n_partitions, bool)
    if not whole or not 1 <= n_partitions <= n_docs:
        raise RecipeError(
            f"partitions={n_partitions!r} for {n_docs} documents with counts",
            "at least one partition, and a document for each",
            "ask for fewer: about one for each thousand documents or more",
        )
    return [number * n_docs // n_partitions for number in range(n_partitions + 1)]


def deal(counts: csr_matrix, order: Indices, n_partitions: int) -> list[csr_matrix]:
    """Cut documents, in the order given, into so many partitions.

    Examples
    --------
    >>> [part.toarray().tolist() for part in deal(csr_matrix([[1], [2], [3]]), np.array([2, 0, 1]), 2)]
    [[[3.0]], [[1.0], [2.0]]]
    """
    edges = dealt(len(order), n_partitions)
    return [csr_matrix(counts[order[start:stop]], dtype=np.float32) for start, stop in pairwise(edges)]


def read_counts(partition: Partition) -> csr_matrix:
    """Read the counts of a partition, clean; of a file, nothing else is read. Float32, as CVB0 learns."""
    if isinstance(partition, csr_matrix):
        return partition
    return tidy_counts(csr_matrix(_counts(_read(partition, ARRAYS)), dtype=np.float32))


def read_whole(path: Path) -> csr_matrix:
    """Read the counts of a file as they were written."""
    return tidy_counts(_counts(_read(path, ARRAYS)))


@dataclass(frozen=True, eq=False, kw_only=True)
class Outline:
    """What a partition in a file holds.

    Attributes
    ----------
    vocabulary, doc_ids : tuple of str
    totals : ndarray of shape (n_terms,)
        Count of every term.
    lengths : ndarray of shape (n_docs,)
        Sum of the counts of every document.
    """

    vocabulary: tuple[str, ...]
    doc_ids: tuple[str, ...]
    totals: Array
    lengths: Array


def outline(numbered: tuple[int, Path]) -> tuple[int, Outline]:
    """Read a file and check it.

    Raises
    ------
    InputError
        It is not there, is no partition, or its counts are faulty.
    """
    number, path = numbered
    kept = _read(path, (*ARRAYS, "vocabulary", "doc_ids"))
    vocabulary, doc_ids = tuple(kept["vocabulary"].tolist()), tuple(kept["doc_ids"].tolist())
    counts = _counts(kept)
    if doc_ids:
        try:
            check_term_matrix(TermMatrix(counts, vocabulary, doc_ids))
        except InputError as error:
            raise InputError(f"{path}: {error.found}", error.expected, error.action) from error
    clean = tidy_counts(counts)
    return number, Outline(
        vocabulary=vocabulary, doc_ids=doc_ids, totals=column_sums(clean), lengths=row_sums(clean)
    )


def in_order(results: Iterable[tuple[int, Result]]) -> Iterator[Result]:
    """Give numbered results by their number, whatever the order they come in.

    Examples
    --------
    >>> list(in_order([(1, "b"), (0, "a"), (2, "c")]))
    ['a', 'b', 'c']
    """
    waiting, turn = dict[int, Result](), 0
    for number, result in results:
        waiting[number] = result
        while turn in waiting:
            yield waiting.pop(turn)
            turn += 1


def _save(path: Path, counts: TermMatrix, clean: csr_matrix, rows: Indices) -> None:
    part = csr_matrix(clean[rows])
    np.savez(
        path,
        data=part.data,
        indices=part.indices,
        indptr=part.indptr,
        shape=np.array(part.shape),
        vocabulary=np.array(list(counts.vocabulary), dtype=np.str_),
        doc_ids=np.array([counts.doc_ids[row] for row in rows], dtype=np.str_),
    )


def _counts(kept: dict[str, Any]) -> csr_matrix:
    return csr_matrix((kept["data"], kept["indices"], kept["indptr"]), shape=tuple(kept["shape"].tolist()))


def _read(path: Path, names: Sequence[str]) -> dict[str, Any]:
    try:
        with Path(path).open("rb") as stream, np.load(stream, allow_pickle=False) as kept:
            return {name: kept[name] for name in names}
    except (OSError, BadZipFile, KeyError, ValueError, EOFError, AttributeError, TypeError) as error:
        raise InputError(
            f"{path}, which cannot be read as a partition ({error})",
            "a file of write_partitions, whole and where it was",
            "write the partitions again",
        ) from error
