"""Tokens -> TermMatrix: which terms are kept, and how often each stands in each document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.sparse import csr_matrix


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
