"""The loop over resamples of sparse profiles: weighted sums of blocks, and what every two units share."""

from __future__ import annotations

from typing import Any

import numpy as np

from readout_nlp.compare.divergence_kernel import take_off
from readout_nlp.compiled import compiled


@compiled
def shared_in_draws(weights: Any, held: Any, laid_out: Any, n_units: int, found: Any) -> None:
    """Fill `found` (n_resamples, n_pairs) as `shared_information` does, of blocks drawn by `weights`.

    Parameters
    ----------
    weights : ndarray of shape (n_resamples, n_blocks)
    held : tuple of ndarray
        The entries of a csr_matrix of blocks: data, where each block begins, and the number of each entry.
    laid_out : tuple of ndarray
        The unit of each number, and where the numbers of each label begin.
    n_units : int
    found : ndarray of shape (n_resamples, n_pairs)
    """
    data, block_ends, places = held
    unit, label_ends = laid_out
    value, total = np.empty(len(unit)), np.empty(n_units)
    who, share, own = np.empty(n_units, np.int64), np.empty(n_units), np.empty(n_units)
    room = np.empty((3, n_units))
    for resample in range(len(weights)):
        value[:], total[:] = 0.0, 0.0
        for block in range(len(block_ends) - 1):
            weight = weights[resample, block]
            if weight != 0.0:
                for at in range(block_ends[block], block_ends[block + 1]):
                    value[places[at]] += weight * data[at]
        for place in range(len(unit)):
            total[unit[place]] += value[place]
        apart = found[resample]
        apart[:] = 1.0
        for label in range(len(label_ends) - 1):
            n_held = 0
            for place in range(label_ends[label], label_ends[label + 1]):
                p = value[place] / total[unit[place]]
                if p > 0.0:
                    who[n_held], share[n_held] = unit[place], p
                    n_held += 1
            take_off(apart, n_units, n_held, (who, share, own), room)
