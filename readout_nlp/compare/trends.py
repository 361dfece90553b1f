"""Topics over the years, three ways: all places, the places that are there throughout, every place alike."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.compare.bootstrap import Block, Resampling, check_resampling
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
from readout_nlp.compare.intervals import Units, interval_of, units_of
from readout_nlp.compare.pooling import MIN_ITEMS
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.threads import one_thread
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.infer import Inference

WAYS = {
    "all": "expected share of the year's agenda as published, over places like those of the corpus",
    "panel": "the same over the panel's places alone: which places are there does not change with the year",
    "place_weighted": "the mean of the places' shares, every place with an item in the year counting 1",
}


def year_trends(
    topics: TopicFit | Inference,
    corpus: Corpus,
    *,
    min_items: int = MIN_ITEMS,
    weight: Weight = "item",
    districts: Districts = "apart",
    intervals: int = 500,
    random_state: int = 0,
    block: Block = "quarter",
) -> pd.DataFrame:
    """Give each topic's share of the published agenda year by year, three ways.

    A share over all places also moves when other places come into the record; the panel holds the places
    fixed, and in the place-weighted share the place that prints most does not lead. Where the three agree, a
    trend does not come from who is in the record; `composition` takes the change apart.

    Parameters
    ----------
    topics, corpus, weight, districts, intervals, random_state, block
        As in `topic_shares`.
    min_items
        A year with fewer items is marked thin; a place with fewer in any year is not in the panel.

    Returns
    -------
    pandas.DataFrame
        One row a topic and year, from the first year to the last without a hole: ``topic``, ``year``;
        ``share_all``, ``share_panel``, ``share_place_weighted``, each with its ends (``low_all``,
        ``high_all`` and so on); ``n_items``, ``n_readouts``, ``n_places`` (of known places),
        ``n_panel_items``, ``thin``, ``gap``, ``flag`` (as in `topic_shares`, after the name of the share that
        it is about; ``no panel`` where no place has enough items in every year). What cannot be given is NaN.

        ``attrs``: ``panel`` (its places), ``estimand`` of each share, ``left_out``, ``coverage``, and the
        settings.

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
    >>> trends = year_trends(rn.fit_nmf(counts, n_topics=2), corpus, intervals=100)
    >>> len(trends) == 2 * trends["year"].nunique(), len(trends.attrs["panel"]) > 0
    (True, True)
    """
    refuse(check_minimum(min_items))
    check_weight(weight)
    resampling = check_resampling(intervals, random_state, block)
    counted = with_districts(corpus, districts)
    documents = measured_topics(topics, counted)
    panel = _panel(documents, min_items)
    with one_thread():
        rows = list(_rows(documents, panel, weight=weight, min_items=min_items, resampling=resampling))
    table = pd.DataFrame(rows, columns=COLUMNS).astype({"thin": bool, "gap": bool})
    table = table.sort_values(["topic", "year"], kind="stable", ignore_index=True)
    about: dict[Hashable, Any] = {
        "panel": panel,
        "estimand": dict(WAYS),
        "left_out": left_out(documents, ["year"]),
        "without_place": documents.about["place"].null_count(),  # in the share of all places alone
        "unit": documents.unit,
        "min_items": min_items,
        "weight": weight,
        "coverage": coverage_summary(counted, min_items=min_items),
        **about_districts(corpus, districts),
        **resampling.about(),
    }
    table.attrs = about
    return table


def _panel(documents: Documents, min_items: int) -> list[str]:
    """Name the places that have enough items in every year."""
    of_place: dict[str, list[int]] = {}
    for (place, _), rows in cells(documents, ["place", "year"]).items():
        of_place.setdefault(place, []).append(0 if rows is None else len(rows))
    years = len(cells(documents, ["year"]))  # of documents without a place too
    return sorted(place for place, held in of_place.items() if len(held) == years and min(held) >= min_items)


def _rows(
    documents: Documents, panel: list[str], *, weight: str, min_items: int, resampling: Resampling
) -> Iterator[dict[str, Any]]:
    units = units_of(documents, ["year"], weight=weight, resampling=resampling, places=True)
    places = documents.about["place"]
    of_panel = places.is_in(panel).fill_null(value=False).to_numpy()
    placed = places.is_not_null().to_numpy()
    for (year,), rows in cells(documents, ["year"]).items():
        held = np.array([], dtype=np.intp) if rows is None else rows
        chosen = {"all": held, "panel": held[of_panel[held]], "place_weighted": held[placed[held]]}
        shares = {
            way: _share(documents, part, units=units, way=way, year=year, resampling=resampling)
            for way, part in chosen.items()
        }
        counts = {
            "year": year,
            "n_items": len(held),
            "n_readouts": len(np.unique(units.readouts[held])),
            "n_places": places[held].n_unique() - int(places[held].null_count() > 0),
            "n_panel_items": len(chosen["panel"]),
            "thin": len(held) < min_items,
            "gap": len(held) == 0,
        }
        for number, topic in enumerate(documents.names):
            yield {"topic": topic, **counts, **_row(shares, number)}


def _share(
    documents: Documents, rows: Rows, *, units: Units, way: str, year: int, resampling: Resampling
) -> tuple[Array, Array, Array, list[str]]:
    """Give share, ends and flags of one way in one year."""
    if not len(rows):
        nan = np.full(len(documents.names), np.nan)
        return nan, nan, nan, [ABSENT[way]] * len(nan)
    each = way == "place_weighted"
    found = interval_of(
        documents, rows, units=units, key=(year,), pooled=True, resampling=resampling, each_place=each
    )
    return found.share, found.low, found.high, found.flags


def _row(shares: dict[str, tuple[Array, Array, Array, list[str]]], number: int) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for way, (share, low, high, _) in shares.items():
        row |= {f"share_{way}": share[number], f"low_{way}": low[number], f"high_{way}": high[number]}
    flags = {way: flags[number] for way, (*_, flags) in shares.items() if flags[number]}
    return {**row, "flag": "; ".join(f"{way}: {flag}" for way, flag in flags.items())}


ABSENT = {"all": "gap", "panel": "no panel", "place_weighted": "no place"}
COLUMNS = [
    "topic",
    "year",
    *(f"{what}_{way}" for way in WAYS for what in ("share", "low", "high")),
    "n_items",
    "n_readouts",
    "n_places",
    "n_panel_items",
    "thin",
    "gap",
    "flag",
]
