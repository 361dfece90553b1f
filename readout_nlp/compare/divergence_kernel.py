"""The loop over what two profiles share: Jensen-Shannon divergences of every two units."""

from __future__ import annotations

from typing import Any

import numpy as np

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
    for resample in range(span[0], span[1]):
        total = found[resample]
        total[:] = 1.0
        for label in range(n_labels):
            held = 0
            for unit in range(n_units):
                value = rows[resample, unit, label]
                if value != 0.0:  # also NaN, which so comes out in every pair of its unit
                    units[held], share[held], own[held] = unit, value, value * np.log2(value)
                    held += 1
            for one in range(held):
                unit, p, at_p = units[one], share[one], own[one]
                start = unit * (2 * n_units - unit - 1) // 2 - unit - 1
                for other in range(one + 1, held):
                    both = p + share[other]
                    total[start + units[other]] -= (both * np.log2(both) - at_p - own[other]) / 2
