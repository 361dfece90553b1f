"""What a comparison rests on, small enough to travel in the ``attrs`` of every table."""

from __future__ import annotations

from typing import Any

import polars as pl

from readout_nlp.corpus.corpus import Corpus


def coverage_summary(corpus: Corpus, *, min_items: int) -> dict[str, Any]:
    """Sum up the coverage of a corpus by place and year.

    pandas copies ``attrs``, to the depth, with every table it derives; so this is a digest of plain values,
    and `readout_nlp.coverage` gives every place in every year.

    Returns
    -------
    dict
        ``readouts``, ``items``, ``places``, ``years`` ([first, last], empty without any), ``cells`` (places
        times years), ``gaps`` (cells without a readout), ``thin`` (cells with readouts, but fewer items than
        `min_items`), ``without_place``, ``without_year`` (readouts), ``by_year`` ([year, places, readouts,
        items] for each).

    Examples
    --------
    >>> readouts = pl.DataFrame({"readout_id": ["r", "s"], "place": ["甲市", "乙市"], "year": [2019, 2020]})
    >>> items = pl.DataFrame({"readout_id": ["r", "r", "s"]})
    >>> found = coverage_summary(Corpus(readouts, items, pl.DataFrame()), min_items=2)
    >>> found["cells"], found["gaps"], found["thin"], found["by_year"]
    (4, 2, 1, [[2019, 1, 1, 2], [2020, 1, 1, 1]])
    """
    counted = corpus.items.group_by("readout_id").agg(n=pl.len())
    located = corpus.readouts.select("readout_id", "place", "year").join(counted, on="readout_id", how="left")
    known = located.drop_nulls(["place", "year"])
    years = sorted(known["year"].unique())
    cells = known.group_by("place", "year").agg(pl.col("n").sum())
    span = years[-1] - years[0] + 1 if years else 0
    n_cells = known["place"].n_unique() * span
    return {
        "readouts": corpus.readouts.height,
        "items": corpus.items.height,
        "places": known["place"].n_unique(),
        "years": [years[0], years[-1]] if years else [],
        "cells": n_cells,
        "gaps": n_cells - cells.height,
        "thin": int((cells["n"] < min_items).sum()),
        "without_place": located["place"].null_count(),
        "without_year": located["year"].null_count(),
        "by_year": _by_year(known),
    }


def _by_year(known: pl.DataFrame) -> list[list[int]]:
    rows = known.group_by("year").agg(
        places=pl.col("place").n_unique(), readouts=pl.len(), items=pl.col("n").sum()
    )
    return [list(row) for row in rows.sort("year").iter_rows()]
