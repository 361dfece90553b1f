"""The interval of one cell of a table: which units stand behind it, and what is to be said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from readout_nlp.compare.bootstrap import (
    FEW_BLOCKS,
    FEW_PLACES,
    Codes,
    Resampling,
    Sums,
    codes_of,
    place_codes,
    run_length,
    share_interval,
    sums_of,
    time_blocks,
    without_spread,
)
from readout_nlp.compare.cells import Documents, Key, Rows, kept_rows, weights_of
from readout_nlp.topics.fit import Array


@dataclass(frozen=True, eq=False, kw_only=True)
class Units:
    """What every document counts, and which readout, place and stretch of time it is of.

    Attributes
    ----------
    weights : ndarray of shape (n_docs,)
    readouts, places, blocks : ndarray of int, shape (n_docs,)
    """

    weights: Array
    readouts: Codes
    places: Codes
    blocks: Codes


@dataclass(frozen=True, eq=False, kw_only=True)
class Interval:
    """Ends of the intervals of a cell, one a topic.

    Attributes
    ----------
    share : ndarray of shape (n_topics,)
    low, high : ndarray of shape (n_topics,)
        NaN where there is nothing to resample.
    n_units
        How many units stand behind the cell.
    flags : list of str, length n_topics
        What to mind, joined by semicolons; empty where all is well.
    """

    share: Array
    low: Array
    high: Array
    n_units: int
    flags: list[str]


def units_of(
    documents: Documents,
    columns: Sequence[str],
    *,
    weight: str,
    resampling: Resampling,
    places: bool = False,
) -> Units:
    """Find weights and units of all documents.

    Times are looked at for resamples alone, and places for these or where asked: a corpus need not hold them.
    """
    about = documents.about
    readouts = codes_of(about["readout_id"])
    wanted = resampling.resamples > 0
    return Units(
        weights=weights_of(documents, kept_rows(documents, columns), weight),
        readouts=readouts,
        places=place_codes(about) if wanted or places else readouts,
        blocks=time_blocks(about, resampling.block) if wanted else readouts,
    )


def interval_of(
    documents: Documents,
    rows: Rows,
    *,
    units: Units,
    key: Key,
    pooled: bool,
    resampling: Resampling,
    each_place: bool = False,
) -> Interval:
    """Resample a cell.

    Parameters
    ----------
    documents, rows
        All documents, and which of them are in the cell (one or more).
    units : Units
    key
        The cell's name, of which its draws depend.
    pooled
        Whether the cell pools places: these are then its units, if there are several; else stretches of time.
    resampling : Resampling
    each_place
        Whether every place counts 1, and not every item or readout.
    """
    places = units.places[rows]
    by_place = pooled and len(np.unique(places)) > 1
    sums = sums_of(documents.measured[rows], units.weights[rows], places if by_place else units.blocks[rows])
    if each_place and by_place:
        sums = Sums(parts=sums.parts / sums.wholes[:, None], wholes=np.ones_like(sums.wholes))
    n_units = len(sums.wholes)
    share: Array = sums.parts.sum(axis=0) / sums.wholes.sum()
    if n_units < 2 or not resampling.resamples:
        alone = len(np.unique(units.readouts[rows])) == 1
        why = ("one readout" if alone else "one block") if resampling.resamples else ""
        nan = np.full(len(share), np.nan)
        return Interval(share=share, low=nan, high=nan, n_units=n_units, flags=[why] * len(share))
    run = 1 if by_place else run_length(n_units, resampling.block)
    low, high = share_interval(sums, resampling.draws(n_units, key, run=run), run=run)
    flags = _flags(sums, pooled=pooled, by_place=by_place)
    return Interval(share=share, low=low, high=high, n_units=n_units, flags=flags)


def _flags(sums: Sums, *, pooled: bool, by_place: bool) -> list[str]:
    said = {
        "one place": pooled and not by_place,
        "few places": by_place and sums.effective < FEW_PLACES,
        "few blocks": not by_place and sums.effective < FEW_BLOCKS,
    }
    return [
        "; ".join(what for what, so in {**said, "no spread": still}.items() if so)
        for still in without_spread(sums)
    ]
