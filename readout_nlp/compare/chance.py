"""How alike units are by chance: told deal by deal, so that no table of all deals is ever held."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from readout_nlp.compare.divergence import similarities

Array = npt.NDArray[np.float64]

ALIKE = 1e-12  # divergences closer than this are one value


@dataclass(frozen=True, eq=False, kw_only=True)
class Chance:
    """What deals show of every two units.

    Attributes
    ----------
    expected
        Mean similarity.
    more, less
        One-sided p of a divergence so small, and so large; NaN where deals give one value only.
    """

    expected: Array
    more: Array
    less: Array


def chance_of(deals: Iterable[Array], point: Array, metric: str) -> Chance:
    """Set what was found beside what deals give.

    Parameters
    ----------
    deals : iterable of ndarray of shape (some deals, n_pairs)
        Divergences; the sizes of the pieces change no bit.
    point : ndarray of shape (n_pairs,)
        What was found.
    metric

    Examples
    --------
    >>> found = chance_of([np.array([[0.25], [0.3]]), np.array([[0.1]])], np.array([0.1]), "cosine")
    >>> found.more.tolist(), found.less.tolist(), found.expected.round(3).tolist()
    ([0.5], [1.0], [0.783])
    """
    total, n_deals = np.zeros(len(point)), 0
    near, far = np.zeros((2, len(point)), dtype=np.int64)
    least, most = np.full(len(point), np.inf), np.full(len(point), -np.inf)
    for part in deals:
        for alike in similarities(part, metric):  # one after the other, as a mean over all adds them up
            total += alike
        near += (part <= point + ALIKE).sum(axis=0)
        far += (part >= point - ALIKE).sum(axis=0)
        least, most = np.minimum(least, part.min(axis=0)), np.maximum(most, part.max(axis=0))
        n_deals += len(part)
    still = most - least < ALIKE
    p = (np.where(still, np.nan, (1 + reached) / (1 + n_deals)) for reached in (near, far))
    return Chance(expected=total / max(n_deals, 1), more=next(p), less=next(p))
