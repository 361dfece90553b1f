"""x log2 x of many shares at once, by steps that a processor takes on several numbers together."""

from __future__ import annotations

from typing import Any

import numpy as np

from readout_nlp.compiled import compiled

_ROOT_HALF = 0x3FE6A09E667F3BCD  # the bits of the square root of 1/2
_TWICE = 2 / np.log(2)


@compiled
def times_log2(values: Any, n: int, mantissas: Any, found: Any) -> None:
    """Fill the first `n` of `found` with x log2 x of `values`, positive and normal; NaN stays NaN.

    With x = 2^e m and m between the roots of 1/2 and of 2, log2 x = e + 2 artanh(s) / ln 2, s = (m - 1) /
    (m + 1), of which the series is summed to its tenth term: |s| < 0.172 leaves less than 1e-18 of it. The
    library's logarithm is called for one number at a time.

    Parameters
    ----------
    values, mantissas, found : ndarray of float64
        Of `n` numbers or more; `mantissas` is room to work in.
    """
    bits, kept = values.view(np.int64), mantissas.view(np.int64)
    for at in range(n):
        exponent = (bits[at] - _ROOT_HALF) >> 52
        kept[at] = bits[at] - (exponent << 52)
        found[at] = exponent
    for at in range(n):
        s = (mantissas[at] - 1.0) / (mantissas[at] + 1.0)
        z = s * s
        series = 1 / 19 + z * (1 / 21)
        series = 1 / 15 + z * (1 / 17 + z * series)
        series = 1 / 11 + z * (1 / 13 + z * series)
        series = 1 / 7 + z * (1 / 9 + z * series)
        series = 1 / 3 + z * (1 / 5 + z * series)
        found[at] = values[at] * (found[at] + _TWICE * (s + s * z * series))
