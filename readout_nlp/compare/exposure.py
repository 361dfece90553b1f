"""When a place could be seen to print a wording: the day, or the days left open, of every readout."""

from __future__ import annotations

import pandas as pd
import polars as pl

from readout_nlp.corpus.corpus import Corpus

COLUMNS = ("readout_id", "place", "place_code", "level", "earliest", "latest", "basis")


def readout_days(corpus: Corpus) -> pd.DataFrame:
    """Give the earliest and the latest day of every readout whose place and time are known.

    The day is the meeting's; where that is open, the days its clues leave; else the day of publication,
    which a meeting precedes by a day or two as a rule; else the whole year, where only that is known.

    Returns
    -------
    pandas.DataFrame
        ``readout_id``, ``place``, ``place_code``, ``level``, ``earliest``, ``latest``, ``basis``
        (``meeting``, ``clues``, ``published``, ``year``), by place and day.

        ``attrs["left_out"]`` counts readouts by what
        they lack: ``place``, ``date``, ``total``; ``attrs["basis"]`` the others by basis.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> days = readout_days(rn.sample_corpus(cities=1, years=1, per_cell=4))
    >>> bool((days["earliest"] <= days["latest"]).all())
    True
    """
    dated = _dated(corpus.readouts)
    kept = dated.drop_nulls(["place", "earliest"]).sort("place", "latest", "earliest", "readout_id")
    table = kept.select(COLUMNS).to_pandas()
    table = table.astype({"earliest": "datetime64[s]", "latest": "datetime64[s]"})
    table.attrs = {
        "left_out": {
            "place": dated["place"].null_count(),
            "date": dated["earliest"].null_count(),
            "total": dated.height - kept.height,
        },
        "basis": {str(basis): int(n) for basis, n in table["basis"].value_counts().sort_index().items()},
    }
    return table


def _dated(readouts: pl.DataFrame) -> pl.DataFrame:
    clues = pl.col("meeting_earliest").is_not_null() & pl.col("meeting_latest").is_not_null()
    basis = (
        pl.when(pl.col("meeting_date").is_not_null())
        .then(pl.lit("meeting"))
        .when(clues & (pl.col("meeting_earliest") <= pl.col("meeting_latest")))
        .then(pl.lit("clues"))
        .when(pl.col("published").is_not_null())
        .then(pl.lit("published"))
        .when(pl.col("year").is_not_null())
        .then(pl.lit("year"))
    )
    first, last = pl.date(pl.col("year"), 1, 1), pl.date(pl.col("year"), 12, 31)
    return readouts.with_columns(basis=basis).with_columns(
        earliest=_by_basis(pl.col("meeting_earliest"), first),
        latest=_by_basis(pl.col("meeting_latest"), last),
    )


def _by_basis(clue: pl.Expr, year: pl.Expr) -> pl.Expr:
    basis = pl.col("basis")
    return (
        pl.when(basis == "meeting")
        .then("meeting_date")
        .when(basis == "clues")
        .then(clue)
        .when(basis == "published")
        .then("published")
        .when(basis == "year")
        .then(year)
    )
