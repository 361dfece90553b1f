"""Profiles of units with their readouts drawn anew, dealt anew, or cut to equal numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import coo_matrix, csr_matrix

from readout_nlp.compare.divergence import chunks, divergences
from readout_nlp.compare.profiles import TIMES, ReadoutProfiles, Rows, grouped, indicator
from readout_nlp.compare.sparse_draws import sparse_draws
from readout_nlp.compare.time_blocks import Block, block_of, day_numbers, resampled

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

TIE = 1e-12  # decides the order of readouts in a block, which sorting algorithms do not agree on


@dataclass(frozen=True, eq=False, kw_only=True)
class Units:
    """The units to compare, and what stands behind each.

    Attributes
    ----------
    labels : list
        Sorted.
    sums : ndarray or csr_matrix of shape (n_readouts, n_labels)
    codes : ndarray of int, shape (n_readouts,)
        The unit of each readout.
    blocks : ndarray of int, shape (n_readouts,)
        The block of each readout; blocks lie within units, and are numbered in their order.
    strata : ndarray of int, shape (n_readouts,)
        Within which readouts are dealt anew: the year, or the place where years are compared.
    n_items, n_readouts, n_blocks : ndarray of int, shape (n_units,)
    """

    labels: list[Any]
    sums: Rows
    codes: Codes
    blocks: Codes
    strata: Codes
    n_items: Codes
    n_readouts: Codes
    n_blocks: Codes

    def __len__(self) -> int:
        return len(self.labels)


def units_of(profiles: ReadoutProfiles, *, between: str, block: Block) -> Units:
    """Sort the readouts into units, and into blocks of time within them.

    A block lies within one place and year; a readout whose day is unknown is a block of its own.
    """
    units = _sorted(profiles, [between], block)
    return replace(units, labels=[key[0] for key in units.labels])


def cells_of(profiles: ReadoutProfiles, *, block: Block) -> Units:
    """Sort the readouts into places and years: labels are pairs."""
    return _sorted(profiles, ["place", "year"], block)


def _sorted(profiles: ReadoutProfiles, by: list[str], block: Block) -> Units:
    about, groups = profiles.about, grouped(profiles.about, by)
    stratum = "place" if by[0] in TIMES else "year"
    blocks, count = block_codes(about, by, block), len(groups.keys)
    of_block = np.zeros(blocks.max(initial=-1) + 1, dtype=np.int64)
    of_block[blocks] = groups.codes
    return Units(
        labels=list(groups.keys),
        sums=profiles.sums,
        codes=groups.codes,
        blocks=blocks,
        strata=grouped(about, [stratum]).codes,
        n_items=np.bincount(groups.codes, weights=profiles.n_items, minlength=count).astype(np.int64),
        n_readouts=np.bincount(groups.codes, minlength=count).astype(np.int64),
        n_blocks=np.bincount(of_block, minlength=count).astype(np.int64),
    )


def block_codes(about: pl.DataFrame, within: Sequence[str], block: Block) -> Codes:
    """Give each readout its block: a stretch of time within a combination of `within`, a place and a year."""
    time = pl.Series(block_of(day_numbers(about["day"]), block))
    columns = dict.fromkeys([*within, "place", "year", "time"])
    return grouped(about.with_columns(time=time), list(columns)).codes


def plain(units: Units) -> Array:
    """Give the profile of every unit as it is: shape (n_units, n_labels)."""
    return scaled(dense(indicator(units.codes, len(units)) @ units.sums))


def drawn(units: Units, n_resamples: int, rng: np.random.Generator) -> Iterator[tuple[slice, Array]]:
    """Draw each unit's blocks anew; yield profiles of shape (some resamples, n_units, n_labels).

    A unit of one block stays as it is.
    """
    sums, weights = _by_block(units, n_resamples, rng)
    spans = list(pairwise([0, *np.cumsum(units.n_blocks).tolist()]))
    own = [sums[start:end] for start, end in spans]
    for part in chunks(n_resamples, len(units) * units.sums.shape[1]):
        drawn_sums = (weights[part, start:end] @ of for (start, end), of in zip(spans, own, strict=True))
        profiles = [scaled(dense(mass)) for mass in drawn_sums]
        nothing = np.empty((part.stop - part.start, 0, units.sums.shape[1]))
        yield part, np.stack(profiles, axis=1) if profiles else nothing


def _by_block(units: Units, n_resamples: int, rng: np.random.Generator) -> tuple[Rows, Array]:
    """Sum the readouts by block, and draw weights of the blocks: shape (n_resamples, n_blocks)."""
    n_blocks = units.blocks.max(initial=-1) + 1
    unit_of = np.repeat(np.arange(len(units)), units.n_blocks)
    sums = indicator(units.blocks, n_blocks) @ units.sums
    return sums, resampled(unit_of, draws=n_resamples, rng=rng)


def dealt(units: Units, n_deals: int, rng: np.random.Generator) -> Iterator[tuple[slice, Array]]:
    """Deal the readouts to the units anew within strata; yield profiles as `drawn` does.

    The blocks of a stratum are laid out in random order, and the units, in random order too, take as many
    readouts from the row as they had. So every unit keeps its number of readouts in each stratum, and blocks
    stay whole but where one unit ends and the next begins.
    """
    n_units, n_readouts = len(units), len(units.codes)
    single = units.blocks.max(initial=-1) + 1 == n_readouts
    seats = units.codes[np.argsort(units.strata, kind="stable")]
    for_blocks, for_units = rng.spawn(2)  # so that no result depends on how many deals are made at a time
    for part in chunks(n_deals, max(n_units * units.sums.shape[1], 4 * n_readouts)):
        size = part.stop - part.start
        order = _shuffled(units.strata, units.blocks, size, for_blocks)
        seat = seats[None] if single else units.codes[_shuffled(units.strata, units.codes, size, for_units)]
        row = seat + n_units * np.arange(size)[:, None]
        place = (row.ravel(), order.ravel())
        who = coo_matrix((np.ones(row.size), place), shape=(size * n_units, n_readouts))
        held: Any = who @ units.sums
        yield part, scaled(dense(held)).reshape(size, n_units, -1)


def _shuffled(strata: Codes, groups: Codes, size: int, rng: np.random.Generator) -> Codes:
    """Lay rows out by stratum, the groups within each in random order: shape (size, n_rows)."""
    keys = rng.random((size, groups.max(initial=-1) + 1))[:, groups]
    return np.argsort(strata + keys + TIE * np.arange(len(groups)), axis=1)


def thinned(
    units: Units, size: int, *, n_draws: int, rng: np.random.Generator
) -> Iterator[tuple[slice, Array]]:
    """Cut every unit to `size` of its readouts, drawn without replacement; smaller units come out as NaN.

    Each stratum of a unit gives its part of them: a sample of single years would be less like the others.
    """
    members = [np.flatnonzero(units.codes == unit) for unit in range(len(units))]
    keys = [_turns(units.strata[rows], n_draws, rng) for rows in members]
    for part in chunks(n_draws, len(units) * units.sums.shape[1]):
        profiles = [_cut(units.sums[rows], key[part], size) for rows, key in zip(members, keys, strict=True)]
        yield part, np.stack(profiles, axis=1)


def _turns(strata: Codes, n_draws: int, rng: np.random.Generator) -> Array:
    """Give each readout its turn to be drawn, so that the first so many hold the strata in proportion."""
    _, own, count = np.unique(strata, return_inverse=True, return_counts=True)
    starts = np.cumsum(count) - count
    order = np.argsort(own + rng.random((n_draws, len(own))), axis=1)
    rank = np.empty((n_draws, len(own)))
    np.put_along_axis(rank, order, np.arange(len(own)) - starts[np.sort(own)], axis=1)
    return np.asarray((rank + rng.random((n_draws, len(count)))[:, own]) / count[own])


def _cut(sums: Rows, keys: Array, size: int) -> Array:
    if keys.shape[1] < size:
        return np.full((len(keys), sums.shape[1]), np.nan)
    kept = np.zeros_like(keys)
    np.put_along_axis(kept, np.argsort(keys, axis=1)[:, :size], 1.0, axis=1)
    return scaled(dense(kept @ sums))


def plain_divergences(units: Units, metric: str) -> Array:
    """Give the divergences of every two units as they are: shape (n_pairs,), as `divergences` orders them."""
    found: Array = divergences(plain(units)[None], metric)[0]
    return found


def drawn_divergences(units: Units, metric: str, n_resamples: int, *, rng: np.random.Generator) -> Array:
    """Give those of resamples: shape (n_resamples, n_pairs)."""
    if metric == "jensen_shannon" and isinstance(units.sums, csr_matrix):
        sums, weights = _by_block(units, n_resamples, rng)
        return sparse_draws(
            csr_matrix(sums), weights, unit_of=np.repeat(np.arange(len(units)), units.n_blocks)
        )
    return _gathered(drawn(units, n_resamples, rng), (n_resamples, len(units)), metric)


def thinned_divergences(
    units: Units, metric: str, size: int, *, n_draws: int, rng: np.random.Generator
) -> Array:
    """Give those of units cut to `size` readouts: shape (n_draws, n_pairs)."""
    return _gathered(thinned(units, size, n_draws=n_draws, rng=rng), (n_draws, len(units)), metric)


def _gathered(resamples: Iterator[tuple[slice, Array]], shape: tuple[int, int], metric: str) -> Array:
    found = np.full((shape[0], shape[1] * (shape[1] - 1) // 2), np.nan)
    for part, profiles in resamples:
        found[part] = divergences(profiles, metric)
    return found


def scaled(mass: Array) -> Array:
    """Divide by the sum of each row."""
    return np.asarray(mass / mass.sum(axis=-1, keepdims=True))


def dense(rows: Rows) -> Array:
    """Give an array whatever it was."""
    return np.asarray(rows.toarray() if isinstance(rows, csr_matrix) else rows, dtype=np.float64)
