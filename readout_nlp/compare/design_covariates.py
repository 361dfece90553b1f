"""The variables of a corpus' documents, as a data frame to put into a formula."""

from __future__ import annotations

import pandas as pd
import polars as pl

from readout_nlp.corpus.corpus import Corpus, Unit

COLUMNS = ("doc_id", "readout_id", "place", "level", "year", "quarter", "act", "presider", "province", "date")


def covariates_of(corpus: Corpus, unit: Unit = "item") -> pd.DataFrame:
    """Give the variables of every document, one row a document, to join with its topic shares.

    Parameters
    ----------
    corpus : Corpus
    unit
        ``item`` or ``document``, as the tokens were made.

    Returns
    -------
    pandas.DataFrame
        ``doc_id``, ``readout_id``, ``place``, ``level``, ``year``, ``quarter`` (1 to 4), ``act`` (missing for
        documents), ``presider``, ``province``, and ``date``: the meeting's day, else the day of publication
        where the year is that of publication too. What is unknown is missing, never guessed.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> frame = covariates_of(rn.sample_corpus(cities=2, years=2, per_cell=1))
    >>> bool(frame["doc_id"].is_unique), set(frame["quarter"].dropna()) <= {1, 2, 3, 4}
    (True, True)
    """
    published = pl.when(pl.col("year_from") == "published").then(pl.col("published").cast(pl.Date))
    date = pl.coalesce(pl.col("meeting_date").cast(pl.Date), published)
    return corpus.documents(unit).with_columns(date=date).select(COLUMNS).to_pandas()
