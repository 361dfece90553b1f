"""Intervals of shares: readouts drawn anew in time blocks within a place, or places where several are pooled.

A share is a ratio of sums over units, S = sum n_u / sum d_u, where d_u is the weight of a unit's items and
n_u what of it a topic holds. As many units as there are, G, are drawn anew with replacement, B times; s is
the standard deviation of the B log-odds. The interval is

    logit S -+ t(v, 0.975) * sqrt(G / (G - 1)) * s,    v = G' - 1,    G' = (sum d_u)^2 / sum d_u^2,

turned back to shares. Each part answers a fault of the percentile interval, which covers too rarely with few
units: the bootstrap variance is too small by the factor (G - 1) / G (Davison and Hinkley 1997, section 2.3);
a standard error from few units is itself uncertain, hence t, with the effective number of units for its
degrees of freedom (Kish 1965; Carter, Schnepel and Steigerwald 2017), as units of unlike size are worth
fewer; and a small share errs upward further than downward, hence log-odds (Korn and Graubard 1999), which
also keep the ends between 0 and 1.

Places are drawn whole: readouts drawn anew within each place drawn would count the variance within places a
second time (Davison and Hinkley 1997, section 3.8; Field and Welsh 2007).

Stretches of time are drawn whole too, and in runs of l = the cube root of G neighbours, in a circle (Politis
and Romano 1992; the order of l: Hall, Horowitz and Jing 1995), as neighbouring quarters are alike as well.
k = G / l runs, rounded up, make a resample; the factor then is sqrt(k l / (G - l)) and v = 1.5 G' / l - 1,
for the variance is that of a Bartlett window of width l (Kuensch 1989), which is worth as much (Priestley
1981, table 6.2, at frequency zero).
"""

from __future__ import annotations

import zlib
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import expit, logit, stdtrit

from readout_nlp.errors import RecipeError
from readout_nlp.topics.fit import Array

Block = Literal["readout", "month", "quarter", "year"]
BLOCKS = ("readout", "month", "quarter", "year")
LEVEL = 0.95
LEAST = 100  # resamples: a standard error from B of them is itself off by about 1 / sqrt(2 B) of its size
FEW_PLACES, FEW_BLOCKS = (
    5.0,
    3.0,
)  # effective units below which the table says how little an interval rests on
LEAST_FREEDOM = 0.05  # degrees of freedom: of fewer, t has no quantile that a float holds
NONE = 1e-12  # a spread that rounding alone makes

Codes = npt.NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class Resampling:
    """How intervals are made.

    Attributes
    ----------
    resamples
        B, the number of draws; 0 for none.
    random_state
        Seed of every draw, together with the cell's own name: a cell's interval depends on nothing else.
    block
        Stretch of time that is drawn whole: ``readout`` (none), ``month``, ``quarter`` or ``year``.
    """

    resamples: int
    random_state: int = 0
    block: str = "quarter"

    def draws(self, n_units: int, key: tuple[Any, ...], *, run: int = 1) -> Array:
        """Draw how often each unit comes in each resample, in runs of neighbours: (resamples, n_units)."""
        name = zlib.crc32("|".join(map(str, key)).encode())
        rng = np.random.default_rng([self.random_state, name])
        even = np.full(n_units, 1 / n_units)
        begun = rng.multinomial(-(-n_units // run), even, size=self.resamples).astype(np.float64)
        return np.asarray(sum(np.roll(begun, step, axis=1) for step in range(run)), dtype=np.float64)

    def about(self) -> dict[Hashable, Any]:
        """Say for a table's ``attrs`` how its intervals were made."""
        return {
            "level": LEVEL,
            "resamples": self.resamples,
            "random_state": self.random_state,
            "block": self.block,
            "method": "bootstrap standard error of the log-odds, t quantile of the effective units",
        }


@dataclass(frozen=True, eq=False, kw_only=True)
class Sums:
    """What the units of a cell hold.

    Attributes
    ----------
    parts : ndarray of shape (n_units, n_topics)
        n_u: weight of the unit's items times their topic shares.
    wholes : ndarray of shape (n_units,)
        d_u: weight of the unit's items.
    """

    parts: Array
    wholes: Array

    @property
    def effective(self) -> float:
        """G', the number of units of equal weight that would be worth as much."""
        return effective_number(self.wholes)


def check_resampling(intervals: int, random_state: int, block: str) -> Resampling:
    """Give the settings of the intervals.

    Raises
    ------
    RecipeError
        If one of them cannot be used.

    Examples
    --------
    >>> check_resampling(0, 0, "quarter").resamples
    0
    """
    faults = []
    drawn = isinstance(intervals, int) and (intervals == 0 or intervals >= LEAST)
    if isinstance(intervals, bool) or not drawn:
        faults.append(f"intervals={intervals!r}")
    if isinstance(random_state, bool) or not isinstance(random_state, int) or random_state < 0:
        faults.append(f"random_state={random_state!r}")
    if block not in BLOCKS:
        faults.append(f"block={block!r}")
    if faults:
        raise RecipeError(
            "; ".join(faults),
            f"0 intervals or at least {LEAST} resamples, a random_state of 0 or more,"
            f" and a block of {', '.join(BLOCKS)}",
            "change them",
        )
    return Resampling(resamples=intervals, random_state=random_state, block=block)


def time_blocks(about: pl.DataFrame, block: str) -> Codes:
    """Give a number to each stretch of time; a readout without a date is one of its own.

    Parameters
    ----------
    about
        ``readout_id``; ``year`` and, by `block`, ``quarter``, or ``year_from``, ``meeting_date`` and
        ``published``.
    block
        As in `Resampling`.

    Returns
    -------
    ndarray of int, shape (n_docs,)

    Examples
    --------
    >>> about = pl.DataFrame(
    ...     {"readout_id": ["r", "s", "t"], "year": [2020, 2020, None], "quarter": [1, 1, 1]})
    >>> time_blocks(about, "quarter").tolist()
    [0, 0, 1]
    """
    own = pl.concat_str(pl.lit("readout "), "readout_id")
    names = about.select(pl.coalesce(STRETCHES[block], own)).to_series()
    return codes_of(names)


def place_codes(about: pl.DataFrame) -> Codes:
    """Give a number to each place; documents of unknown place are of one, lest they seem independent."""
    return codes_of(about["place"].fill_null(""))


def codes_of(names: pl.Series) -> Codes:
    """Give names numbers in their order, so that no order of the rows shows.

    Examples
    --------
    >>> codes_of(pl.Series(["b", "a", "b"])).tolist()
    [1, 0, 1]
    """
    return names.rank("dense").to_numpy().astype(np.intp) - 1


def sums_of(values: Array, weights: Array, codes: Codes) -> Sums:
    """Add up the documents of each unit.

    Parameters
    ----------
    values : ndarray of shape (n_docs, n_topics)
    weights : ndarray of shape (n_docs,)
    codes : ndarray of int, shape (n_docs,)

    Examples
    --------
    >>> sums_of(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([1.0, 3.0]), np.array([7, 7])).parts.tolist()
    [[1.0, 3.0]]
    """
    names, unit = np.unique(codes, return_inverse=True)
    parts = np.zeros((len(names), values.shape[1]))
    np.add.at(parts, unit, weights[:, None] * values)
    wholes = np.bincount(unit, weights=weights, minlength=len(names)).astype(np.float64)
    return Sums(parts=parts, wholes=wholes)


def run_length(n_units: int, block: str) -> int:
    """Give how many neighbouring stretches of time are drawn together; single readouts have no neighbours.

    Examples
    --------
    >>> run_length(4, "quarter"), run_length(32, "quarter"), run_length(32, "readout")
    (2, 3, 1)
    """
    return 1 if block == "readout" else max(1, round(n_units ** (1 / 3)))


def share_interval(sums: Sums, draws: Array, *, run: int = 1) -> tuple[Array, Array]:
    """Give the interval of each topic's share.

    Parameters
    ----------
    sums : Sums
        Of two units or more.
    draws : ndarray of shape (resamples, n_units)
        How often each unit comes in each resample.
    run
        How many neighbours were drawn together.

    Returns
    -------
    low, high : ndarray of shape (n_topics,)
        Where all units have the same share there is no spread to resample: both are NaN, unless that share is
        0 or 1, which the bound of Clopper and Pearson (1934) limits: a unit's share is at most 1 where it is
        not 0, and G' units without any leave 1 - 0.025^(1/G') at most.

    Examples
    --------
    >>> sums = Sums(parts=np.array([[1.0, 0.0], [3.0, 0.0], [2.0, 0.0]]), wholes=np.array([4.0, 4.0, 4.0]))
    >>> draws = Resampling(resamples=500).draws(3, ("an example",))
    >>> low, high = share_interval(sums, draws)
    >>> bool(low[0] < 0.5 < high[0]), float(low[1]), float(high[1].round(2))
    (True, 0.0, 0.71)
    """
    share = sums.parts.sum(axis=0) / sums.wholes.sum()
    still = without_spread(sums)
    again = (draws @ sums.parts[:, ~still]) / (draws @ sums.wholes)[:, None]
    low, high = np.full((2, len(share)), np.nan)
    middle = logit(share[~still])
    reach = half_width(_log_odds(again).std(axis=0, ddof=1), sums.wholes, run=run)
    low[~still], high[~still] = expit(middle - reach), expit(middle + reach)
    most = 1 - ((1 - LEVEL) / 2) ** (1 / sums.effective)
    never, always = still & (share <= NONE), still & (share >= 1 - NONE)
    low[never], high[never] = 0.0, most
    low[always], high[always] = 1 - most, 1.0
    return low, high


def _log_odds(shares: Array) -> Array:
    """Turn resampled shares into log-odds; 0 and 1, without any, are half as far as the nearest others."""
    least = np.where(shares > 0, shares, 1.0).min(axis=0) / 2
    most = np.where(shares < 1, shares, 0.0).max(axis=0) / 2 + 0.5
    return np.asarray(logit(np.clip(shares, least, most)), dtype=np.float64)


def without_spread(sums: Sums) -> npt.NDArray[np.bool_]:
    """Mark the topics of which all units have the same share."""
    shares = sums.parts / sums.wholes[:, None]
    return np.asarray(np.ptp(shares, axis=0) <= NONE, dtype=np.bool_)


def half_width(spread: Array, wholes: Array, *, run: int = 1) -> Array:
    """Turn the standard deviation over resamples into half an interval.

    Parameters
    ----------
    spread : ndarray
    wholes : ndarray of shape (n_units,)
        Weights of the units.
    run
        How many neighbours were drawn together.
    """
    n_units, effective = len(wholes), effective_number(wholes)
    freedom = effective - 1 if run == 1 else 1.5 * effective / run - 1
    drawn = -(-n_units // run) * run
    quantile = stdtrit(max(freedom, LEAST_FREEDOM), (1 + LEVEL) / 2)
    reach: Array = spread * np.sqrt(drawn / (n_units - run)) * quantile
    return reach


def effective_number(wholes: Array) -> float:
    """Give the number of units of equal weight that units of unlike weight are worth (Kish 1965).

    Examples
    --------
    >>> effective_number(np.array([2.0, 2.0, 2.0])), round(effective_number(np.array([8.0, 1.0, 1.0])), 2)
    (3.0, 1.52)
    """
    return float(wholes.sum() ** 2 / (wholes**2).sum())


_DAY = pl.when(pl.col("year_from") == "meeting").then(pl.col("meeting_date")).otherwise(pl.col("published"))
STRETCHES = {
    "readout": pl.lit(None, pl.String),
    "month": _DAY.dt.strftime("%Y-%m"),
    "quarter": pl.format("{}Q{}", "year", "quarter"),
    "year": pl.format("{}", "year"),
}
