"""Jensen-Shannon divergences of units whose blocks are drawn anew, of labels that most units lack: words."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from readout_nlp.compare.sparse_draws_kernel import shared_in_draws

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

AT_ONCE = 50  # resamples handed to the loop together; no result depends on it


def sparse_draws(sums: csr_matrix, weights: Array, *, unit_of: Codes) -> Array:
    """Give the divergence of every two units in every resample, without ever filling a table of all labels.

    Parameters
    ----------
    sums : csr_matrix of shape (n_blocks, n_labels)
        What each block holds; blocks of a unit stand together.
    weights : ndarray of shape (n_resamples, n_blocks)
        How often each block was drawn; some block of every unit always is.
    unit_of : ndarray of int, shape (n_blocks,)
        The unit of each block, in rising order.

    Returns
    -------
    ndarray of shape (n_resamples, n_pairs)
        As `readout_nlp.compare.divergence.divergences` gives them, but for the last digits: a
        unit's mass is summed over its own labels, not over all.

    Examples
    --------
    >>> sums = csr_matrix([[1.0, 0.0, 1.0], [0.0, 2.0, 0.0]])
    >>> sparse_draws(sums, np.ones((1, 2)), unit_of=np.array([0, 1])).tolist()
    [[1.0]]
    """
    n_units = int(unit_of.max(initial=-1)) + 1
    found = np.empty((len(weights), n_units * (n_units - 1) // 2))
    places, unit, ends = _places(sums, unit_of, n_units)
    for start, stop in pairwise([*range(0, len(weights), AT_ONCE), len(weights)]):
        drawn = weights[start:stop]
        shared_in_draws(drawn, (sums.data, sums.indptr, places), (unit, ends), n_units, found[start:stop])
    return np.clip(found, 0.0, 1.0, out=found)


def _places(sums: csr_matrix, unit_of: Codes, n_units: int) -> tuple[Codes, Codes, Codes]:
    """Give every entry of `sums` the number of its unit and label, numbers going label by label.

    Also the unit of every number, and where the numbers of each label begin.
    """
    n_labels = sums.shape[1]
    owner = np.repeat(unit_of, np.diff(sums.indptr))
    keys, places = np.unique(sums.indices.astype(np.int64) * n_units + owner, return_inverse=True)
    ends = np.searchsorted(keys, np.arange(n_labels + 1, dtype=np.int64) * n_units)
    return places.astype(np.int64), keys % n_units, ends.astype(np.int64)
