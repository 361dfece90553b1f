"""TF-IDF: a term counts for more the fewer documents hold it; long documents for no more than short ones."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from readout_nlp.paged import empty
from readout_nlp.topics.fit import Array
from readout_nlp.topics.matrix import Indices, row_blocks


def inverse_document_frequency(counts: csr_matrix) -> Array:
    """``ln((1 + n) / (1 + df)) + 1`` for every term, as scikit-learn smooths it.

    Documents without counts are not documents here: adding one changes nothing.

    Parameters
    ----------
    counts : csr_matrix of shape (n_docs, n_terms)
        As `clean_counts` leaves them.

    Returns
    -------
    ndarray of shape (n_terms,)
        At least 1; the same for every term that no document holds.

    Examples
    --------
    >>> inverse_document_frequency(csr_matrix([[1.0, 0.0], [2.0, 1.0]])).round(3).tolist()
    [1.0, 1.405]
    """
    n_docs = int((counts.getnnz(axis=1) > 0).sum())
    return np.asarray(np.log((1 + n_docs) / (1 + counts.getnnz(axis=0))) + 1, dtype=np.float64)


def weigh(counts: csr_matrix, idf: Array) -> csr_matrix:
    """Weigh counts by `idf` and scale every row to Euclidean length 1 (a row without counts stays 0).

    Examples
    --------
    >>> weigh(csr_matrix([[3.0, 4.0], [0.0, 0.0]]), np.ones(2)).toarray().round(3).tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    # on the stored numbers alone, some rows at a time: a product of matrices would copy what may be gigabytes
    data = empty(counts.nnz)
    for start, stop in row_blocks(counts, 1):
        held, ends = slice(counts.indptr[start], counts.indptr[stop]), counts.indptr[start : stop + 1]
        data[held] = _of_length_1(counts.data[held] * idf[counts.indices[held]], np.diff(ends))
    return csr_matrix((data, counts.indices, counts.indptr), shape=counts.shape)


def _of_length_1(weights: Array, lengths: Indices) -> Array:
    """Scale the weights of rows, `lengths` of them each, one after the other."""
    ends, columns = np.concatenate([[0], np.cumsum(lengths)]), np.arange(len(weights))
    squares = csr_matrix((weights * weights, columns, ends), shape=(len(lengths), len(weights)))
    length = np.sqrt(squares @ np.ones(len(weights)))
    scale = np.divide(1.0, length, out=np.zeros_like(length), where=length > 0)
    return np.asarray(weights * np.repeat(scale, lengths), dtype=np.float64)
