"""The record that every engine reduces to: nothing downstream knows which library ran."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from gensim.models import LdaModel

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class TopicFit:
    """A fitted topic model or clustering.

    Attributes
    ----------
    topic_terms : ndarray of shape (n_topics, n_terms)
        Phi in the literature; rows sum to 1.
    doc_topics : ndarray of shape (n_docs, n_topics)
        Theta in the literature; rows sum to 1. For a clustering, 1 at the document's cluster.
    vocabulary : tuple of str, length n_terms
    doc_ids : tuple of str, length n_docs
    topic_ids : tuple of str, length n_topics
        Permanent names (``t01`` ...): no table, plot or re-run renumbers them.
    method : str
        ``lda``, ``nmf``, ``kmeans``, ``agglomerative`` or ``hdbscan``.
    params : mapping
        The settings that made it, seed included; plain JSON values.
    state : mapping of str to ndarray
        What the engine needs to infer new documents (for LDA ``sstats``, ``alpha``, ``eta``).
    """

    topic_terms: Array
    doc_topics: Array
    vocabulary: tuple[str, ...]
    doc_ids: tuple[str, ...]
    topic_ids: tuple[str, ...]
    method: str
    params: Mapping[str, Any]
    state: Mapping[str, Array] = field(default_factory=dict)

    @property
    def n_topics(self) -> int:
        """K, the number of topics."""
        return int(self.topic_terms.shape[0])

    def to_gensim(self) -> LdaModel:
        """Give a real gensim `LdaModel` with these topics (LDA only)."""
        from readout_nlp.topics.gensim_bridge import to_gensim

        return to_gensim(self)
