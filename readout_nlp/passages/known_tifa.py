"""The official formulations that are known beforehand, as a table to match or to follow."""

from __future__ import annotations

import pandas as pd

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.reference.terms import fictional_tifa, official_terms


def known_tifa(corpus: Corpus) -> pd.DataFrame:
    """Give the known formulations with the day of the centre's first use; of a synthetic corpus its own.

    Parameters
    ----------
    corpus : Corpus
        Only whether it is synthetic counts: fictional formulations and real ones are never mixed.

    Returns
    -------
    pandas.DataFrame
        ``term`` and ``reference_date``, as `tifa_adoption` and `silence` take them. Of real terms the date is
        the first on a national broadcast whose record begins in 2012: an upper bound, which can belong to an
        older sense of the words. Look at the terms before use, and give dates of your own where you know
        better.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> known_tifa(rn.sample_corpus(cities=1, years=1, per_cell=1)).columns.tolist()
    ['term', 'reference_date']
    """
    terms = fictional_tifa() if corpus.synthetic else official_terms()
    rows = [(term.term, term.first_verbatim) for term in terms]
    return pd.DataFrame(rows, columns=["term", "reference_date"])
