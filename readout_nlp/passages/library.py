"""The texts of a search for passages: the reference first, each part in the order of its ids, with days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from readout_nlp.corpus.corpus import Corpus, Unit
from readout_nlp.errors import InputError

Day = date | str | None
Given = Mapping[str, str] | Corpus


@dataclass(frozen=True, eq=False)
class Library:
    """What is searched.

    Attributes
    ----------
    ids, texts
    days : ndarray of datetime64[D]
        NaT where not known.
    owners : ndarray of int64
        Texts of one number belong together (items of a readout) and are not compared.
    n_reference
        The first so many texts are the reference; None where there is none.
    """

    ids: list[str]
    texts: list[str]
    days: Any
    owners: Any
    n_reference: int | None

    @property
    def n_texts(self) -> int:
        """How many texts there are beside the reference."""
        return len(self.ids) - (self.n_reference or 0)

    def others(self, source: Any, target: Any) -> Any:
        """Say of pairs of texts whether they are compared: not within one readout, not a text with itself."""
        compared = self.owners[source] != self.owners[target]
        if self.n_reference is not None:
            compared &= self._twins()[target] != source
        return compared

    def _twins(self) -> Any:
        """Give, for each text, where the reference holds the same text under the same id, or -1."""
        known = {self.ids[at]: at for at in range(self.n_reference or 0)}
        there = [known.get(name, -1) for name in self.ids]
        same = [at >= 0 and self.texts[at] == text for at, text in zip(there, self.texts, strict=True)]
        return np.where(same, there, -1)


def library_of(texts: Given, reference: Given | None, *, dates: Mapping[str, Day], unit: Unit) -> Library:
    """Bring texts and reference together.

    Raises
    ------
    InputError
        If ids or texts are not strings, or a date cannot be read.

    Examples
    --------
    >>> library = library_of({"b": "会", "a": "议"}, {"c": "要"}, dates={"a": "2020-01-02"}, unit="document")
    >>> library.ids, library.n_reference, library.days.astype(str).tolist()
    (['c', 'a', 'b'], 1, ['NaT', '2020-01-02', 'NaT'])
    """
    given = [texts] if reference is None else [reference, texts]
    parts = [_part(one, dates, unit) for one in given]
    owners = [f"{number} {owner}" for number, part in enumerate(parts) for owner in part["owner"].to_list()]
    return Library(
        ids=[name for part in parts for name in part["doc_id"].to_list()],
        texts=[text for part in parts for text in part["text"].to_list()],
        days=np.concatenate([part["day"].to_numpy().astype("datetime64[D]") for part in parts]),
        owners=pl.Series(owners, dtype=pl.String).rank("dense").to_numpy().astype(np.int64),
        n_reference=None if reference is None else len(parts[0]),
    )


def _part(texts: Given, dates: Mapping[str, Day], unit: Unit) -> pl.DataFrame:
    if isinstance(texts, Corpus):
        known = texts.documents(unit).select(
            "doc_id",
            pl.col("text").fill_null(""),
            pl.coalesce("meeting_date", "published").alias("day"),
            pl.col("readout_id").alias("owner"),
        )
    else:
        check_texts(texts)
        known = pl.DataFrame(
            {"doc_id": list(texts), "text": list(texts.values()), "day": None, "owner": list(texts)},
            schema={"doc_id": pl.String, "text": pl.String, "day": pl.Date, "owner": pl.String},
        )
    days = [_day(dates.get(name), name) or day for name, day in known.select("doc_id", "day").iter_rows()]
    return known.with_columns(pl.Series("day", days, dtype=pl.Date)).sort("doc_id")


def _day(given: Any, name: str) -> date | None:
    if given is None or given is pd.NaT:
        return None
    if isinstance(given, datetime):  # a pandas time stamp is one too
        return given.date()
    if isinstance(given, date):
        return given
    try:
        return date.fromisoformat(given)
    except (TypeError, ValueError):
        raise InputError(
            f"date {given!r} of {name!r}",
            "a date, or ISO text such as 2020-03-05",
            "correct it, or give None",
        ) from None


def check_texts(texts: Any) -> None:
    """Refuse what is no mapping of strings to strings.

    Examples
    --------
    >>> try:
    ...     check_texts({"a": None})
    ... except InputError as error:
    ...     error.found
    "id 'a' (str) with a text of type NoneType"
    """
    if not isinstance(texts, Mapping):
        raise InputError(
            f"texts of type {type(texts).__name__}",
            "a mapping of ids to texts, or a corpus",
            "pass one of them",
        )
    for name, text in texts.items():
        if not isinstance(name, str) or not isinstance(text, str):
            raise InputError(
                f"id {name!r} ({type(name).__name__}) with a text of type {type(text).__name__}",
                "both strings",
                "use the id as text, and an empty string where there is no text",
            )
