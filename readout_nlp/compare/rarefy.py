"""Similarity at equal numbers of readouts: divergence is inflated where readouts are few."""

from __future__ import annotations

import numpy as np
import pandas as pd

from readout_nlp.compare.distance import metric_named
from readout_nlp.compare.divergence import similarities
from readout_nlp.compare.profiles import ReadoutProfiles, checked_between
from readout_nlp.compare.resample import Units, thinned_divergences, units_of
from readout_nlp.errors import RecipeError
from readout_nlp.threads import one_thread


@one_thread()
def rarefied_similarity(
    profiles: ReadoutProfiles,
    *,
    between: str | None = None,
    metric: str = "jensen_shannon",
    readouts: int | None = None,
    draws: int = 200,
    random_state: int = 0,
) -> pd.DataFrame:
    """Cut every unit to the same number of readouts, compare, and average over draws (rarefaction).

    What is averaged is the divergence (the squared distance; for cosine the distance). The cut keeps each
    unit's mix of years (of places, where years are compared).

    The divergence of two samples from one process is not 0 but falls with their size, so that small units
    look unlike all others. At equal numbers every pair is inflated alike, and pairs can be compared. The
    level is that of samples so small, not of the whole: for that see ``corrected`` in `pairs`.

    Parameters
    ----------
    profiles : ReadoutProfiles
    between, metric
        As in `readout_nlp.compare.pairs.pairs`.
    readouts
        To how many; None: as many as the smallest unit has that is not thin. Smaller units are left out.
    draws
        Over how many draws, without replacement, the divergence is averaged.
    random_state

    Returns
    -------
    pandas.DataFrame
        Square, labelled on both sides, 1 on the diagonal; NaN for units that are too small. ``attrs``:
        ``readouts``, ``too_small`` (units), ``metric``, ``between``, ``draws``, ``estimand``.

    Raises
    ------
    RecipeError
        If the metric, the column or a number cannot be used.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> from readout_nlp.compare.contents import act_profiles
    >>> corpus = rn.sample_corpus(cities=3, years=2, per_cell=6)
    >>> table = rarefied_similarity(act_profiles(corpus, by="prefecture"), draws=20)
    >>> table.shape
    (3, 3)
    """
    between = checked_between(profiles, between)
    metric_named(metric)
    for name, value in {"readouts": 1 if readouts is None else readouts, "draws": draws}.items():
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise RecipeError(f"{name}={value!r}", "a whole number of at least 1", "change it")
    units = units_of(profiles, between=between, block="readout")
    size = _least(units, profiles.min_items) if readouts is None else readouts
    n_units = len(units)
    values = np.full((n_units, n_units), np.nan)
    small = units.n_readouts < size
    values[~small, ~small] = 1.0
    if n_units > 1:
        rng = np.random.default_rng(random_state)
        apart = thinned_divergences(units, metric, size, n_draws=draws, rng=rng)
        one, other = np.triu_indices(n_units, 1)
        values[one, other] = values[other, one] = similarities(apart.mean(axis=0), metric)
    index = pd.Index(units.labels, name=between)
    table = pd.DataFrame(values, index=index, columns=index.copy())
    table.attrs = {
        "readouts": size,
        "too_small": [label for label, out in zip(units.labels, small, strict=True) if out],
        "metric": metric,
        "between": between,
        "draws": draws,
        "estimand": f"similarity at the mean divergence of samples of {size} readouts of each unit",
    }
    return table


def _least(units: Units, min_items: int) -> int:
    """Count the readouts of the smallest unit that is not thin; of the smallest where all are."""
    solid = units.n_readouts[units.n_items >= min_items]
    held = solid if len(solid) else units.n_readouts
    return int(held.min(initial=10**9)) if len(held) else 1
