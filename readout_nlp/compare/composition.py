"""The change of a topic's share between two years: within places, and by who is in the record."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from readout_nlp.compare.bootstrap import (
    FEW_PLACES,
    NONE,
    Resampling,
    check_resampling,
    effective_number,
    half_width,
)
from readout_nlp.compare.cells import (
    Documents,
    Rows,
    Weight,
    cells,
    check_minimum,
    check_weight,
    left_out,
    measured_topics,
    refuse,
)
from readout_nlp.compare.covered import coverage_summary
from readout_nlp.compare.districts import Districts, about_districts, with_districts
from readout_nlp.compare.intervals import Units, units_of
from readout_nlp.compare.pooling import MIN_ITEMS
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import RecipeError
from readout_nlp.threads import one_thread
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.infer import Inference

Between = Literal["consecutive", "ends"]
STOPS = ("gap", "not resampled", "one place")
PARTS = ("total", "within", "mix", "entry", "exit")
COLUMNS = [
    "topic",
    "year_from",
    "year_to",
    "part",
    "change",
    "low",
    "high",
    "n_places",
    "n_items_from",
    "n_items_to",
    "thin",
    "gap",
    "flag",
]


def composition(
    topics: TopicFit | Inference,
    corpus: Corpus,
    *,
    between: Between = "consecutive",
    min_items: int = MIN_ITEMS,
    weight: Weight = "item",
    districts: Districts = "apart",
    intervals: int = 500,
    random_state: int = 0,
) -> pd.DataFrame:
    """Take the change of each topic's share apart: what changed within places, and who is in the record.

    With w the place's part of the year's agenda, s its share of it for the topic, a bar for the mean over the
    two years and S the share over all places, after Griliches and Regev (1995)::

        S_1 - S_0 = sum_both mean(w) (s_1 - s_0)            within: places that are in both years change
                  + sum_both (w_1 - w_0) (mean(s) - mean(S))   mix: they print more or less of all there is
                  + sum_new w_1 (s_1 - mean(S))              entry: places of the later year alone
                  - sum_gone w_0 (s_0 - mean(S))              exit: places of the earlier year alone

    The parts sum to the total exactly. Documents without a certain place are in no part.

    Parameters
    ----------
    topics, corpus, weight, districts, intervals, random_state
        As in `topic_shares`. Whole places are resampled, each with both of its years.
    between
        ``consecutive``: each year and the next. ``ends``: the first and the last year with items.
    min_items
        A change from or to a year with fewer items is marked thin.

    Returns
    -------
    pandas.DataFrame
        Five rows a topic and pair of years: ``topic``, ``year_from``, ``year_to``, ``part`` (``total``,
        ``within``, ``mix``, ``entry``, ``exit``), ``change`` (-1 to 1), ``low``, ``high`` (95 %: t
        quantile times standard error over resamples, as `readout_nlp.compare.bootstrap` says, but not in
        log-odds), ``n_places`` (that the part rests on), ``n_items_from``, ``n_items_to``, ``thin``, ``gap``
        (a year without items: NaN), ``flag``: ``gap``, ``one place`` (nothing to resample), ``few places``,
        ``no such place`` (the part is 0 because no place could make it), ``no spread``.

    Raises
    ------
    RecipeError
        If an argument cannot be used.
    InputError
        If ids are in neither the items nor the readouts of the corpus.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=3, years=2, per_cell=4)
    >>> counts = rn.count_terms(rn.tokenize(corpus), min_df=2)
    >>> parts = composition(rn.fit_nmf(counts, n_topics=2), corpus, between="ends", intervals=100)
    >>> of_one = parts[parts["topic"] == "t01"].set_index("part")["change"]
    >>> bool(abs(of_one["total"] - of_one.drop("total").sum()) < 1e-12)
    True
    """
    refuse(check_minimum(min_items))
    check_weight(weight)
    if between not in ("consecutive", "ends"):
        raise RecipeError(f"between={between!r}", "'consecutive' or 'ends'", "say which years to compare")
    resampling = check_resampling(intervals, random_state, "year")
    counted = with_districts(corpus, districts)
    documents = measured_topics(topics, counted)
    with one_thread():
        changes = _changes(documents, between=between, weight=weight)
        rows = [
            row for change in changes for row in _rows(documents, change, min_items, resampling=resampling)
        ]
    table = pd.DataFrame(rows, columns=COLUMNS).astype({"thin": bool, "gap": bool})
    table = table.sort_values(["topic", "year_from"], kind="stable", ignore_index=True)
    about: dict[Hashable, Any] = {
        "estimand": "change of the expected share of the published agenda over the places that those of the"
        " corpus stand for, and its exact parts",
        "left_out": left_out(documents, ["place", "year"]),
        "unit": documents.unit,
        "between": between,
        "min_items": min_items,
        "weight": weight,
        "coverage": coverage_summary(counted, min_items=min_items),
        **about_districts(corpus, districts),
        **resampling.about(),
        "block": "place",
        "method": "Griliches and Regev 1995; bootstrap standard error, t quantile of the effective places",
    }
    table.attrs = about
    return table


@dataclass(frozen=True, eq=False, kw_only=True)
class _Change:
    """Two years, place by place.

    Attributes
    ----------
    years, n_items
        Of the earlier and the later year.
    wholes : tuple of two ndarrays of shape (n_places,)
        Weight of each place's documents, 0 where it has none.
    parts : tuple of two ndarrays of shape (n_places, n_topics)
        The same by topic.
    """

    years: tuple[int, int]
    n_items: tuple[int, int]
    wholes: tuple[Array, Array]
    parts: tuple[Array, Array]


def decomposed(wholes: tuple[Array, Array], parts: tuple[Array, Array], draws: Array) -> Array:
    """Take the change apart, for each of many weightings of the places.

    Parameters
    ----------
    wholes, parts
        By place, in the earlier and the later year: sums of weights, and of weights times shares.
    draws : ndarray of shape (n_draws, n_places)
        How often each place counts: ones for the change itself.

    Returns
    -------
    ndarray of shape (5, n_draws, n_topics)
        In the order of `PARTS`; NaN where a year has no place.

    Examples
    --------
    >>> one, two = np.array([1.0, 1.0]), np.array([1.0, 3.0])
    >>> parts = (np.array([[0.5], [0.1]]), np.array([[0.5], [0.3]]))
    >>> decomposed((one, two), parts, np.ones((1, 2)))[:, 0, 0].round(3) + 0
    array([-0.1,  0. , -0.1,  0. ,  0. ])
    """
    there = [whole > 0 for whole in wholes]
    both, new, gone = there[0] & there[1], there[1] & ~there[0], there[0] & ~there[1]
    own = [part / np.where(whole > 0, whole, 1.0)[:, None] for part, whole in zip(parts, wholes, strict=True)]
    with np.errstate(invalid="ignore"):
        weights = [(draws * whole) / (draws @ whole)[:, None] for whole in wholes]
    before, after = (weight @ shares for weight, shares in zip(weights, own, strict=True))
    middle = (before + after) / 2
    step, mean = own[1] - own[0], (own[0] + own[1]) / 2

    def away(weight: Array, chosen: npt.NDArray[np.bool_], shares: Array) -> Array:
        kept = weight * chosen
        moved: Array = kept @ shares - kept.sum(axis=1)[:, None] * middle
        return moved

    within = ((weights[0] + weights[1]) / 2 * both) @ step
    mix = away(weights[1] - weights[0], both, mean)
    entry, leaving = away(weights[1], new, own[1]), -away(weights[0], gone, own[0])
    return np.stack([after - before, within, mix, entry, leaving]) + 0.0  # no minus zero


def _changes(documents: Documents, *, between: str, weight: str) -> Iterator[_Change]:
    units = units_of(
        documents, ["place", "year"], weight=weight, resampling=Resampling(resamples=0), places=True
    )
    placed = documents.about["place"].is_not_null().to_numpy()
    none = np.array([], dtype=np.intp)
    held = {
        year: none if rows is None else rows[placed[rows]]
        for (year,), rows in cells(documents, ["year"]).items()
    }
    full = [year for year, rows in held.items() if len(rows)]
    span = list(range(full[0], full[-1] + 1)) if full else []
    pairs = (
        list(pairwise(span)) if between == "consecutive" else [(span[0], span[-1])] if len(span) > 1 else []
    )
    n_places = int(units.places.max(initial=-1)) + 1
    for first, second in pairs:
        sums = [_sums(documents, units, held[year], n_places=n_places) for year in (first, second)]
        known = (sums[0][0] > 0) | (sums[1][0] > 0)
        yield _Change(
            years=(first, second),
            n_items=(len(held[first]), len(held[second])),
            wholes=(sums[0][0][known], sums[1][0][known]),
            parts=(sums[0][1][known], sums[1][1][known]),
        )


def _sums(documents: Documents, units: Units, rows: Rows, *, n_places: int) -> tuple[Array, Array]:
    places, weights = units.places[rows], units.weights[rows]
    parts = np.zeros((n_places, len(documents.names)))
    np.add.at(parts, places, weights[:, None] * documents.measured[rows])
    return np.bincount(places, weights=weights, minlength=n_places).astype(np.float64), parts


def _rows(
    documents: Documents, change: _Change, min_items: int, *, resampling: Resampling
) -> Iterator[tuple[Any, ...]]:
    n_places = len(change.wholes[0])
    found = decomposed(change.wholes, change.parts, np.ones((1, n_places)))[:, 0]
    reach, said = _reach(change, resampling)
    held = [whole > 0 for whole in change.wholes]
    both = int((held[0] & held[1]).sum())
    resting = [n_places, both, both, int((held[1] & ~held[0]).sum()), int((held[0] & ~held[1]).sum())]
    counts = (*change.n_items, min(change.n_items) < min_items, 0 in change.n_items)
    for topic, name in enumerate(documents.names):
        for number, part in enumerate(PARTS):
            value, half = float(found[number, topic]), float(reach[number, topic])
            ends = (value - half, value + half)
            still = "" if np.isfinite(half) or said in STOPS else "no spread"
            few = "few places" if resting[number] < FEW_PLACES else said
            flag = said if said in STOPS else few if resting[number] else "no such place"
            told = "; ".join(filter(None, [flag, still if resting[number] else ""]))
            yield (name, *change.years, part, value, *ends, resting[number], *counts, told)


def _reach(change: _Change, resampling: Resampling) -> tuple[Array, str]:
    """Give half the intervals of all parts, and what to mind."""
    nothing = np.full((len(PARTS), change.parts[0].shape[1]), np.nan)
    n_places = len(change.wholes[0])
    if 0 in change.n_items:
        return nothing, "gap"
    if not resampling.resamples:
        return nothing, "not resampled"
    if n_places < 2:
        return nothing, "one place"
    again = decomposed(change.wholes, change.parts, resampling.draws(n_places, change.years))
    spread = np.nanstd(again, axis=1, ddof=1)
    size = sum(whole / whole.sum() for whole in change.wholes)
    said = "few places" if effective_number(np.asarray(size)) < FEW_PLACES else ""
    return np.where(spread > NONE, half_width(spread, np.asarray(size)), np.nan), said
