"""Between which days each place may have adopted a wording, silence of adopters allowed for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from readout_nlp.compare.adoption import as_days, bounds_by_place
from readout_nlp.compare.exposure import readout_days
from readout_nlp.compare.rates import Rate, beta_rate, silent
from readout_nlp.compare.turnbull import Array, Frame, Gaps, exact_frame, smooth_frame
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import InputError

UNLIKELY = 1e-3  # a silence less likely than this is not looked behind

DaysByPlace = dict[str, tuple[Array, Array]]  # the earliest and the latest day of each readout of a place


@dataclass(frozen=True, eq=False, kw_only=True)
class Adoptions:
    """What was seen of the adoption of one wording.

    Attributes
    ----------
    gaps
        Between which days each unit may have adopted.
    frame
        The same on cells of time: smoothed where silence is allowed for.
    rate
        How often adopters print the wording; None where silence is not allowed for, or nothing is known.
    """

    gaps: Gaps
    frame: Frame
    rate: Rate | None


def known_lags(table: pd.DataFrame) -> pd.Series:
    """Mark the rows of `tifa_adoption` that say anything about a lag."""
    either = np.isfinite(table["lag_low"]) | np.isfinite(table["lag_high"])
    return pd.Series(either, index=table.index)


def days_by_place(table: pd.DataFrame, corpus: Corpus | None) -> DaysByPlace | None:
    """Give the days of every place's readouts; None without a corpus.

    Raises
    ------
    InputError
        If the table is not of this corpus.
    """
    if corpus is None:
        return None
    days = bounds_by_place(readout_days(corpus))
    strange = sorted(set(table.loc[known_lags(table), "place"]) - set(days))
    if strange:
        raise InputError(
            f"{len(strange)} places without a dated readout in the corpus (first: {strange[0]})",
            "the corpus that the table was made of",
            "pass that corpus, or none",
        )
    return days


def seen_adoptions(kept: pd.DataFrame, days: DaysByPlace | None) -> Adoptions:
    """Give what was seen of rows of `tifa_adoption` with a known lag; with the days, silence allowed for."""
    rate = None if days is None else beta_rate(kept["n_with_after"], kept["n_after"])
    if rate is not None and rate.n_readouts == 0:
        rate = None
    gaps = _gaps(kept, days or {}, rate)
    return Adoptions(gaps=gaps, frame=exact_frame(gaps) if rate is None else smooth_frame(gaps), rate=rate)


def _gaps(kept: pd.DataFrame, days: DaysByPlace, rate: Rate | None) -> Gaps:
    """Give the gaps between readouts in which each unit may have adopted."""
    if rate is None:
        low, high = kept["lag_low"].to_numpy(), kept["lag_high"].to_numpy()
        n = len(kept)
        return Gaps(unit=np.arange(n), low=low, high=high, chance=np.ones(n), n_units=n)
    origin, before = as_days(kept["reference_first"]), as_days(kept["first_earliest"])
    records = zip(kept["n_with_after"] + 1, kept["n_after"] + 1, strict=True)
    parts = [
        _gaps_of(
            days[place][0][days[place][1] < first] - zero,  # readouts certainly before the first use
            seen,
            rate,
            record=record if np.isfinite(seen) else (0, 0),
        )
        for place, zero, first, seen, record in zip(
            kept["place"], origin, before, kept["lag_high"], records, strict=True
        )
    ]
    sizes = [len(part[0]) for part in parts]
    low, high, chance = (np.concatenate([part[column] for part in parts]) for column in range(3))
    return Gaps(
        unit=np.repeat(np.arange(len(parts)), sizes), low=low, high=high, chance=chance, n_units=len(parts)
    )


def _gaps_of(quiet: Array, seen: float, rate: Rate, *, record: tuple[int, int]) -> tuple[Array, Array, Array]:
    """Give low, high and chance of the gaps of one place: B(a', b' + m) / B(a', b') for m silent readouts."""
    edges, at = np.unique(np.sort(quiet), return_index=True)
    low = np.concatenate([[-np.inf], edges])
    high = np.concatenate([edges, [seen]])
    after = np.concatenate([len(quiet) - at, [0]])  # silent readouts, had it adopted in the gap
    chance = silent(rate, after, hits=record[0], trials=record[1])
    told = chance > UNLIKELY * chance.max()
    return low[told], high[told], chance[told]
