"""Districts and counties: places of their own, or counted into their prefecture city where asked."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import Any, Literal

import polars as pl

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import RecipeError

Districts = Literal["apart", "into city"]
DISTRICTS = ("apart", "into city")
BELOW = ("county", "township")


def with_districts(corpus: Corpus, districts: str) -> Corpus:
    """Give the corpus with its districts apart (as it is) or counted into their prefecture city.

    Parameters
    ----------
    corpus : Corpus
    districts
        ``apart``: a district is a place. ``into city``: a readout of the levels ``county`` and ``township``
        whose prefecture is known takes the city's ``place`` and the level ``prefecture``. Where none is known
        (a district of a municipality under the central government, a place without a code) it stays.

    Returns
    -------
    Corpus

    Raises
    ------
    RecipeError
        If `districts` is neither.

    Examples
    --------
    >>> readouts = pl.DataFrame({"place": ["甲市", "乙区"], "level": ["prefecture", "county"],
    ...                          "prefecture": "甲市", "province": "丙省"})
    >>> corpus = Corpus(readouts, pl.DataFrame(), pl.DataFrame())
    >>> with_districts(corpus, "into city").readouts["place"].to_list()
    ['甲市', '甲市']
    """
    if districts not in DISTRICTS:
        raise RecipeError(
            f"districts={districts!r}", " or ".join(map(repr, DISTRICTS)), "say how districts are to count"
        )
    if districts == "apart":
        return corpus
    moved = below_a_city()
    cities = _labels(corpus.readouts)
    home = corpus.readouts.join(cities, on=["province", "prefecture"], nulls_equal=True, how="left")
    readouts = corpus.readouts.with_columns(
        place=pl.when(moved).then(home["city"]).otherwise(pl.col("place")),
        level=pl.when(moved).then(pl.lit("prefecture")).otherwise(pl.col("level")),
    )
    return replace(corpus, readouts=readouts)


def about_districts(corpus: Corpus, districts: str) -> dict[Hashable, Any]:
    """Say for a table's ``attrs`` how districts were counted, and how many readouts that moved."""
    moved = int(corpus.readouts.select(below_a_city().sum()).item()) if districts != "apart" else 0
    return {"districts": districts, "readouts_moved_into_city": moved}


def below_a_city() -> pl.Expr:
    """Mark the readouts of districts and counties whose city is known."""
    return (pl.col("level").is_in(BELOW) & pl.col("prefecture").is_not_null()).fill_null(value=False)


def _labels(readouts: pl.DataFrame) -> pl.DataFrame:
    """Name each city as the corpus does, else by its own name, and the province where two share it."""
    cities = readouts.filter(pl.col("prefecture").is_not_null())
    own = pl.col("place").filter(pl.col("level") == "prefecture").sort().first()
    found = cities.group_by("province", "prefecture").agg(own=own)
    shared = pl.col("prefecture").count().over("prefecture") > 1
    name = pl.when(shared).then(pl.concat_str("province", "prefecture", ignore_nulls=True))
    return found.select("province", "prefecture", city=pl.coalesce("own", name, "prefecture"))
