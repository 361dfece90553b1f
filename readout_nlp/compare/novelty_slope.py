"""Does novelty stay? The regression of resonance on novelty, both in standard deviations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from readout_nlp.compare.time_blocks import TINY, Array, Codes, block_mean, half_width, varied


@dataclass(frozen=True, eq=False, kw_only=True)
class Regression:
    """Resonance on novelty over all readouts (Barron et al. 2018); all NaN where either does not vary.

    Attributes
    ----------
    novelty, resonance : ndarray of shape (n,)
        In standard deviations from their means.
    slope, low, high : float
        1: resonance grows with novelty as far as it varies; 0: it does not depend on it. 95 %, from blocks.
    residual : ndarray of shape (n,)
        Resonance beyond what such novelty makes expected, Delta R.
    """

    novelty: Array
    resonance: Array
    slope: float
    low: float
    high: float
    residual: Array

    def about(self) -> dict[str, float]:
        """Give slope and interval as plain numbers."""
        return {"estimate": self.slope, "low": self.low, "high": self.high}


def regression(novelty: Array, transience: Array, blocks: Codes) -> Regression:
    """Regress resonance on novelty, with errors clustered by block.

    Examples
    --------
    >>> n = np.array([1.0, 2.0, 3.0, 4.0])
    >>> round(regression(n, np.zeros(4), np.arange(4)).slope, 6)
    1.0
    """
    x, y = _standard(novelty), _standard(novelty - transience)
    slope, error = slope_of(x, y, blocks)
    wide = half_width(varied(error), len(np.unique(blocks)) - 1)
    return Regression(
        novelty=x,
        resonance=y,
        slope=float(slope[0]),
        low=float((slope - wide)[0]),
        high=float((slope + wide)[0]),
        residual=y - slope * x,
    )


def slope_of(x: Array, y: Array, blocks: Codes) -> tuple[Array, Array]:
    """Give the least-squares slope of y on x and its standard error clustered by block, each of shape (1,).

    NaN with fewer than three values, or where x does not vary.

    Examples
    --------
    >>> slope_of(np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 5.0]), np.arange(3))[0].tolist()
    [2.0]
    """
    if len(x) < 3 or not np.isfinite(x).all() or not np.isfinite(y).all() or np.ptp(x) < TINY:
        return np.array([np.nan]), np.array([np.nan])
    centred = x - x.mean()
    square = (centred**2).sum()
    slope = (centred * y).sum() / square
    scores = centred * (y - y.mean() - slope * centred)
    _, error, _ = block_mean(scores[:, None], blocks)
    return np.array([slope]), np.asarray(error * len(x) / square)


def _standard(values: Array) -> Array:
    spread = values.std(ddof=1) if len(values) > 1 else 0.0
    return np.asarray((values - values.mean()) / spread) if spread > TINY else np.full(len(values), np.nan)
