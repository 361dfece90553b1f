"""The loop over what two profiles share: Jensen-Shannon divergences of every two units."""

from __future__ import annotations

from typing import Any

import numpy as np

from readout_nlp.compare.log2_kernel import times_log2
from readout_nlp.compiled import compiled


@compiled
def shared_information(span: Any, rows: Any, found: Any) -> None:
    """Fill `found` (n_resamples, n_pairs) for the resamples of a span; pairs as `triu_indices` orders them.

    Of two profiles p and q that each sum to 1, JSD = 1 - sum(g(p + q) - g(p) - g(q)) / 2 with g(x) =
    x log2 x (Lin 1991, by algebra). The summand is 0 wherever p or q is, so that only the units with a label
    meet in it: of words, few.
    """
    n_units, n_labels = rows.shape[1], rows.shape[2]
    units, share, own = np.empty(n_units, np.int64), np.empty(n_units), np.empty(n_units)
    room = np.empty((3, n_units))
    for resample in range(span[0], span[1]):
        total = found[resample]
        total[:] = 1.0
        for label in range(n_labels):
            held = 0
            for unit in range(n_units):
                value = rows[resample, unit, label]
                if value != 0.0:  # also NaN, which so comes out in every pair of its unit
                    units[held], share[held] = unit, value
                    held += 1
            take_off(total, n_units, held, (units, share, own), room)


@compiled
def take_off(total: Any, n_units: int, held: int, holders: Any, room: Any) -> None:
    """Take off what every two of the first `held` units share of one label.

    Parameters
    ----------
    total : ndarray of shape (n_pairs,)
    n_units, held : int
    holders : tuple of ndarray
        The units that hold the label, in their order, the share of each, and room for what that tells.
    room : ndarray of shape (3, n_units)
        To work in.
    """
    units, share, own = holders
    both, mantissas, told = room[0], room[1], room[2]
    times_log2(share, held, mantissas, own)
    for one in range(held - 1):
        unit, p, at_p = units[one], share[one], own[one]
        start = unit * (2 * n_units - unit - 1) // 2 - unit - 1
        left = held - one - 1
        for other in range(left):
            both[other] = p + share[one + 1 + other]
        times_log2(both, left, mantissas, told)
        for other in range(left):
            total[start + units[one + 1 + other]] -= (told[other] - at_p - own[one + 1 + other]) / 2
