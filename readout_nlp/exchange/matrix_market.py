"""Counts as a Matrix Market file: what R, gensim, scipy and Julia all read."""

from __future__ import annotations

from itertools import chain

import numpy as np
from scipy.sparse import csr_matrix

from readout_nlp.topics.matrix import clean_counts

# "real" also for whole numbers: gensim's reader takes no other kind, and every reader takes this one
HEADER = "%%MatrixMarket matrix coordinate real general"


def matrix_market_bytes(counts: csr_matrix) -> bytes:
    r"""Give counts as a Matrix Market file: from 1, row by row, whole numbers without a point.

    Parameters
    ----------
    counts : csr_matrix of shape (n_docs, n_terms)

    Examples
    --------
    >>> matrix_market_bytes(csr_matrix([[0, 2], [0.5, 0]])).decode().splitlines()[1:]
    ['2 2 2', '1 2 2', '2 1 0.5']
    """
    clean = clean_counts(counts)
    rows = np.repeat(np.arange(1, clean.shape[0] + 1), np.diff(clean.indptr)).tolist()
    cells = zip(rows, (clean.indices + 1).tolist(), clean.data.tolist(), strict=True)
    lines = (f"{row} {column} {number(value)}\n" for row, column, value in cells)
    size = f"{clean.shape[0]} {clean.shape[1]} {clean.nnz}\n"
    return "".join(chain([f"{HEADER}\n", size], lines)).encode("ascii")


def number(value: float) -> str:
    """Write a number so that it reads back the same; a whole one without a point.

    Examples
    --------
    >>> number(3.0), number(0.1), number(1e-300)
    ('3', '0.1', '1e-300')
    """
    whole = int(value) if abs(value) < 1e15 else None
    return str(whole) if whole == value else repr(float(value))
