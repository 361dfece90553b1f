"""The Dirichlet prior of the topics, kept as a few kinds of terms, since most terms have the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from readout_nlp.topics.fit import Array


@dataclass(frozen=True, eq=False)
class TermPrior:
    """Eta (beta in some papers) for every topic and term.

    Attributes
    ----------
    kinds : ndarray of shape (n_kinds, n_topics)
        The different columns of eta.
    kind_of : ndarray of int, shape (n_terms,)
        Which of them a term has.
    """

    kinds: Array
    kind_of: npt.NDArray[np.int32]

    @property
    def by_topic(self) -> Array:
        """Sum over the terms, shape (n_topics,)."""
        times = np.bincount(self.kind_of, minlength=len(self.kinds)).astype(np.float64)
        return np.asarray((self.kinds * times[:, None]).sum(axis=0), dtype=np.float64)

    def full(self) -> Array:
        """Eta as gensim takes it: shape (n_terms,) where no topic differs, else (n_topics, n_terms)."""
        if (self.kinds == self.kinds[:, :1]).all():
            return np.asarray(self.kinds[self.kind_of, 0], dtype=np.float64)
        return np.ascontiguousarray(self.kinds[self.kind_of].T)


def even_prior(eta: float, *, n_topics: int, n_terms: int) -> TermPrior:
    """Give the same eta to every topic and term.

    Examples
    --------
    >>> even_prior(0.5, n_topics=2, n_terms=3).by_topic.tolist()
    [1.5, 1.5]
    """
    return TermPrior(np.full((1, n_topics), float(eta)), np.zeros(n_terms, np.int32))
