"""Readouts in blocks of time within a place: what is resampled, since readouts near in time are alike."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import stdtr, stdtrit

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import RecipeError

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Block = Literal["readout", "month", "quarter", "half", "year"]

MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
LEVEL = 0.95
TINY = 1e-12


def timeline(corpus: Corpus) -> pl.DataFrame:
    """Give place and day of every readout: the day of the meeting, else of the publication.

    Returns
    -------
    polars.DataFrame
        ``readout_id``, ``place``, ``day`` (null where neither is certain), ``by_publication``; in the order
        of the ids, whatever that of the corpus.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> timeline(rn.sample_corpus(cities=1, years=1, per_cell=1)).columns
    ['readout_id', 'place', 'day', 'by_publication']
    """
    return corpus.readouts.select(
        "readout_id",
        "place",
        day=pl.coalesce("meeting_date", "published"),
        by_publication=pl.col("meeting_date").is_null() & pl.col("published").is_not_null(),
    ).sort("readout_id")


def day_numbers(days: pl.Series) -> Array:
    """Days since 1970-01-01, NaN where unknown.

    Examples
    --------
    >>> from datetime import date
    >>> day_numbers(pl.Series([date(1970, 1, 2), None])).tolist()
    [1.0, nan]
    """
    return days.cast(pl.Date).to_physical().cast(pl.Float64).fill_null(float("nan")).to_numpy()


def block_of(days: Array, block: Block) -> Codes:
    """Give the number of each day's block of time; a readout of unknown day is a block of its own.

    Parameters
    ----------
    days : ndarray of shape (n,)
        As `day_numbers` gives them.
    block
        ``readout``: every readout alone; ``month``, ``quarter``, ``half`` or ``year`` of the calendar.

    Raises
    ------
    RecipeError
        If there is no such block.

    Examples
    --------
    >>> block_of(np.array([0.0, 40.0, 100.0, np.nan]), "quarter").tolist()
    [0, 0, 1, -4]
    """
    if block not in get_args(Block):
        raise RecipeError(f"block={block!r}", " or ".join(map(repr, get_args(Block))), "choose one of these")
    alone = -1 - np.arange(len(days))
    if block == "readout":
        return alone
    known = np.isfinite(days)
    months = np.where(known, days, 0).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.where(known, months // MONTHS[block], alone)


def collapsed(strata: Codes, groups: Codes) -> Codes:
    """Pool the strata of a single block with each other within their group: one block shows no variance.

    Collapsed strata err on the side of too wide intervals (Wolter 2007, chapter 2).

    Parameters
    ----------
    strata, groups : ndarray of shape (n_blocks,)

    Examples
    --------
    >>> collapsed(np.array([3, 3, 4, 5]), np.array([0, 0, 0, 0])).tolist()
    [3, 3, -1, -1]
    """
    _, at, held = np.unique(strata, return_inverse=True, return_counts=True)
    return np.where(held[at] > 1, strata, -1 - groups)


def resampled(
    strata: Codes, *, draws: int, rng: np.random.Generator, order: Literal["C", "F"] = "C"
) -> Array:
    """Draw weights of blocks, resampled within strata.

    The rescaled bootstrap (Rao and Wu 1988): of the m blocks of a stratum m - 1 are drawn with replacement
    and weighted by m / (m - 1), so that the variance of a sum is not too small when m is. A stratum of one
    block keeps weight 1 and adds no variance: `collapsed` pools such strata.

    Parameters
    ----------
    strata : ndarray of shape (n_blocks,)
    draws, rng
        How many weights of each block, and where chance comes from.
    order
        How they lie in memory: all of one draw together (``C``) or all of one block (``F``).

    Returns
    -------
    ndarray of shape (draws, n_blocks)
        The mean of every column is 1 in expectation.

    Examples
    --------
    >>> resampled(np.array([0, 0, 1]), draws=2, rng=np.random.default_rng(0)).sum(axis=1).tolist()
    [3.0, 3.0]
    """
    weights = np.ones((draws, len(strata)), order=order)
    by_stratum = np.argsort(strata, kind="stable")
    edges = np.flatnonzero(np.diff(strata[by_stratum])) + 1
    for at in np.split(by_stratum, edges):
        m = len(at)
        if m > 1:
            drawn = rng.multinomial(m - 1, np.full(m, 1 / m), size=draws)
            weights[:, at] = drawn * (m / (m - 1))
    return weights


def block_mean(values: Array, blocks: Codes) -> tuple[Array, Array, int]:
    """Give the mean of values, its standard error over blocks, and the degrees of freedom.

    The clustered variance of a mean, m / (m - 1) * sum over blocks of (sum of deviations)^2 / n^2; use it
    with Student's t with m - 1 degrees of freedom.

    Parameters
    ----------
    values : ndarray of shape (n, k)
    blocks : ndarray of shape (n,)

    Returns
    -------
    mean, error : ndarray of shape (k,)
        The error is NaN with fewer than two blocks.
    df : int

    Examples
    --------
    >>> mean, error, df = block_mean(np.array([[0.0], [0.0], [2.0], [2.0]]), np.array([0, 0, 1, 1]))
    >>> mean.tolist(), error.tolist(), df
    ([1.0], [1.0], 1)
    """
    names, at = np.unique(blocks, return_inverse=True)
    n, m = len(values), len(names)
    mean = values.mean(axis=0) if n else np.full(values.shape[1], np.nan)
    if m < 2:
        return mean, np.full(values.shape[1], np.nan), max(m - 1, 0)
    sums = np.zeros((m, values.shape[1]))
    np.add.at(sums, at, values - mean)
    return mean, np.sqrt(m / (m - 1) * (sums**2).sum(axis=0)) / n, m - 1


def jackknife_error(without: Array) -> tuple[Array, int]:
    """Give the standard error of an estimate from the estimates without each block, and its freedom.

    The delete-one-cluster jackknife: errs, if at all, on the side of caution, and covers nearly as it should
    with few clusters of unlike size (MacKinnon, Nielsen and Webb 2023); use it with Student's t with m - 1
    degrees of freedom.

    Parameters
    ----------
    without : ndarray of shape (n_blocks, k)

    Returns
    -------
    error : ndarray of shape (k,)
        NaN with fewer than two blocks.
    df : int

    Examples
    --------
    >>> error, df = jackknife_error(np.array([[1.0], [3.0]]))  # of a mean: the values were 3 and 1
    >>> error.tolist(), df
    ([1.0], 1)
    """
    m = len(without)
    if m < 2:
        return np.full(without.shape[1], np.nan), max(m - 1, 0)
    centred = without - without.mean(axis=0)
    return np.sqrt((m - 1) / m * (centred**2).sum(axis=0)), m - 1


def half_width(error: Array, df: Array | int) -> Array:
    """Give half the width of a 95 % interval by Student's t; NaN without degrees of freedom.

    Examples
    --------
    >>> half_width(np.array([1.0]), 10).round(3).tolist()
    [2.228]
    """
    freedom = np.asarray(df, dtype=np.float64)
    quantile = stdtrit(np.where(freedom >= 1, freedom, np.nan), (1 + LEVEL) / 2)
    return np.asarray(error * quantile, dtype=np.float64)


def two_sided(statistic: Array, df: Array | int) -> Array:
    """Give the two-sided p of a t statistic; NaN without degrees of freedom.

    Examples
    --------
    >>> two_sided(np.array([0.0]), 5).tolist()
    [1.0]
    """
    freedom = np.asarray(df, dtype=np.float64)
    return np.asarray(2 * stdtr(np.where(freedom >= 1, freedom, np.nan), -np.abs(statistic)))


def varied(error: Array) -> Array:
    """Take a standard error that only rounding makes for none at all: NaN.

    Examples
    --------
    >>> varied(np.array([0.5, 1e-17])).tolist()
    [0.5, nan]
    """
    return np.where(error > TINY, error, np.nan)
