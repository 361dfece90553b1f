"""Texts with what decides who can have copied whom: readout, place, level, and the days they may be from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd
import polars as pl

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import InputError

COLUMNS = ("text", "readout_id", "place", "level", "year", "earliest", "latest")
_WHERE = ("place", "level", "year")


def item_texts(corpus: Corpus) -> pd.DataFrame:
    """Give every item's text with its readout's place, level, year and days.

    Parameters
    ----------
    corpus : Corpus

    Returns
    -------
    pandas.DataFrame
        Indexed by item id, in the order of ids: ``text``, ``readout_id``, ``place``, ``level``, ``year``,
        ``earliest`` and ``latest`` (days since 1970; NaN where unknown). A meeting's own day is both; else
        the interval that its evidence leaves, which ends with the publication at the latest; else the day of
        publication is both.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> texts = item_texts(rn.sample_corpus(cities=1, years=1, per_cell=1))
    >>> bool((texts["earliest"].dropna() <= texts["latest"].dropna()).all())
    True
    """
    rows = corpus.documents("item").with_columns(_interval())
    return _frame(rows.select(pl.col("doc_id").alias("id"), *COLUMNS))


def reference_texts(
    reference: Corpus | Mapping[str, str], dates: Mapping[str, date] | None = None
) -> pd.DataFrame:
    """Give the texts of a reference corpus in the shape of `item_texts`, readouts whole.

    Parameters
    ----------
    reference
        A corpus, whose readouts bring their own days; or texts by id.
    dates
        Days of texts by id. Without any, the texts are taken to be older than whatever they are compared
        with, as a reference is by default: their days are minus infinity.

    Raises
    ------
    InputError
        If dates are given for a corpus, which has its own, or for none of the texts.

    Examples
    --------
    >>> reference_texts({"a": "文"}, {"a": date(1970, 1, 3)})["latest"].tolist()
    [2.0]
    >>> reference_texts({"a": "文"})["latest"].tolist()
    [-inf]
    """
    if isinstance(reference, Corpus):
        if dates is not None:
            raise InputError("dates for a reference that is a corpus", "its own dates", "leave dates out")
        rows = reference.documents("document").with_columns(_interval())
        return _frame(rows.select(pl.col("doc_id").alias("id"), *COLUMNS))
    if dates is not None and reference and not set(dates) & set(reference):
        raise InputError(
            f"{len(dates)} dates, none for an id of the reference",
            "the day of each reference text by its id",
            "name dates and texts alike, or leave the dates out",
        )
    days = _given_days(list(reference), dates)
    table = {"text": list(reference.values()), "readout_id": None, "place": None, "level": None, "year": None}
    frame = pd.DataFrame({**table, "earliest": days, "latest": days}, index=pd.Index(reference, name="id"))
    return frame[list(COLUMNS)].sort_index()


def _given_days(ids: list[str], dates: Mapping[str, date] | None) -> list[float]:
    if dates is None:
        return [float("-inf")] * len(ids)
    return [day_number(dates.get(name)) for name in ids]


def day_number(day: date | None) -> float:
    """Count the days since 1970; NaN for no day.

    Examples
    --------
    >>> day_number(date(1970, 1, 2)), day_number(None)
    (1.0, nan)
    """
    return float((day - date(1970, 1, 1)).days) if isinstance(day, date) else float("nan")


def _interval() -> list[pl.Expr]:
    known = pl.any_horizontal(pl.col("meeting_date", "meeting_earliest", "meeting_latest").is_not_null())
    first = pl.coalesce("meeting_date", "meeting_earliest")
    # a report of a meeting is not older than the meeting
    last = pl.coalesce("meeting_date", pl.min_horizontal("meeting_latest", "published"))
    last = pl.when(last < first).then(first).otherwise(last)
    both = {"earliest": first, "latest": last}
    return [
        pl.when(known).then(end).otherwise(pl.col("published")).cast(pl.Int32).cast(pl.Float64).alias(name)
        for name, end in both.items()
    ]


def _frame(rows: pl.DataFrame) -> pd.DataFrame:
    columns = {name: rows[name].to_list() for name in ("id", "text", "readout_id", *_WHERE)}
    days = {name: rows[name].fill_null(float("nan")).to_numpy() for name in ("earliest", "latest")}
    return pd.DataFrame({**columns, **days}).set_index("id")[list(COLUMNS)].sort_index()
