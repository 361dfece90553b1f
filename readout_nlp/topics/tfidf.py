"""TF-IDF: a term counts for more the fewer documents hold it; long documents for no more than short ones."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from readout_nlp.topics.fit import Array
from readout_nlp.topics.matrix import row_sums


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
    # on the stored numbers alone: a product of matrices would copy what may be gigabytes three times over
    data = counts.data * idf[counts.indices]
    length = np.sqrt(row_sums(csr_matrix((data * data, counts.indices, counts.indptr), shape=counts.shape)))
    scale = np.divide(1.0, length, out=np.zeros_like(length), where=length > 0)
    data *= np.repeat(scale, np.diff(counts.indptr))
    return csr_matrix((data, counts.indices, counts.indptr), shape=counts.shape)
