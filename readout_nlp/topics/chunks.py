"""Documents in chunks to learn from: their counts with terms numbered within the chunk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any, Generic

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from readout_nlp.threads import Run
from readout_nlp.topics.lda_kernel import BLOCK, local_terms, take_in
from readout_nlp.topics.matrix import Indices
from readout_nlp.topics.padding import Number

SMALLEST, LARGEST = 64, 1024  # documents in a chunk
CHUNKS = 128  # about so many, within these bounds
KEPT = 2**28  # bytes of chunks that stay in memory from pass to pass; no result depends on it


@dataclass(frozen=True, eq=False, kw_only=True)
class Chunk(Generic[Number]):
    """Some documents and the terms they hold.

    Attributes
    ----------
    number, start, stop
        Which chunk it is, and its documents in the order of learning.
    terms : ndarray of int
        The columns of the counts that the chunk holds, as they come.
    indptr, columns, counts
        The chunk's rows in CSR, a column being a place in `terms`.
    term_ends, rows, places
        The same by term: where its counts begin, the row and the place in `counts` of each.
    """

    number: int
    start: int
    stop: int
    terms: npt.NDArray[np.int32]
    indptr: npt.NDArray[np.int64]
    columns: npt.NDArray[np.int32]
    counts: npt.NDArray[Number]
    term_ends: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int32]
    places: npt.NDArray[np.int32]


def cut(n_docs: int, size: int | None = None) -> list[int]:
    """Cut documents into chunks: small enough to learn early in a pass, large enough to share out.

    Examples
    --------
    >>> cut(70), len(cut(2000)), cut(100_000)[1]
    ([0, 64, 70], 33, 781)
    """
    size = size or min(max(n_docs // CHUNKS, SMALLEST), LARGEST)
    return [*range(0, n_docs, size), n_docs]


def read_chunks(
    counts: csr_matrix, order: Indices, *, edges: Sequence[int], passes: int, dtype: type[Number]
) -> Iterator[tuple[int, Chunk[Number]]]:
    """Give the number of the pass and the chunk, for every pass and chunk.

    Parameters
    ----------
    counts : csr_matrix of shape (n_docs, n_terms)
        As `clean_counts` leaves them.
    order : ndarray of int
        Rows to read, in this order.
    edges
        Where the chunks begin, and where the last ends.
    passes
    dtype
        Of the counts in the chunks.
    """
    known = np.full(counts.shape[1], -1, dtype=np.int32)
    keep = passes > 1 and counts.nnz * 20 <= KEPT
    kept: dict[int, Chunk[Number]] = {}
    for turn, (number, (start, stop)) in product(range(passes), enumerate(pairwise(edges))):
        chunk = kept.get(number)
        if chunk is None:
            chunk = _chunk(csr_matrix(counts[order[start:stop]], dtype=dtype), number, start, known)
            if keep:
                kept[number] = chunk
        yield turn, chunk


def add_statistics(
    run: Run, chunk: Chunk[Number], *learnt: npt.NDArray[Number], held: npt.NDArray[Number], factor: float
) -> None:
    """Add to ``held`` (n_terms, width) `factor` times what the chunk gives under `learnt`.

    These are the topics of its terms, the weights of its documents and the ratios of its counts, as
    `take_in` wants them. The result is the same bit for bit whatever the number of threads.
    """
    kind = held.dtype.type
    blocks = np.minimum(np.arange(0, len(chunk.terms) + BLOCK, BLOCK), len(chunk.terms))
    given = np.zeros((len(chunk.terms), held.shape[1]), kind)
    moved = np.zeros((len(blocks) - 1, held.shape[1]), kind)
    places = (chunk.term_ends, chunk.rows, chunk.places)
    run(take_in, chunk.term_ends[blocks], *places, *learnt, chunk.terms, kind(factor), given, held, moved)


def _chunk(rows: csr_matrix, number: int, start: int, known: npt.NDArray[np.int32]) -> Chunk[Any]:
    indptr = rows.indptr.astype(np.int64)
    terms, columns, term_ends, of_rows, places = local_terms(indptr, rows.indices.astype(np.int32), known)
    return Chunk(
        number=number,
        start=start,
        stop=start + rows.shape[0],
        terms=terms,
        indptr=indptr,
        columns=columns,
        counts=rows.data,
        term_ends=term_ends,
        rows=of_rows,
        places=places,
    )
