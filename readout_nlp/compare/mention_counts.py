"""Mentions of tifa -> counts by document, to be compared as words are."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from readout_nlp.corpus.corpus import Corpus, Unit
from readout_nlp.errors import InputError
from readout_nlp.tokens.counts import TermMatrix


def count_mentions(matches: pd.DataFrame, corpus: Corpus, *, unit: Unit = "item") -> TermMatrix:
    """Count how often each term is mentioned in each item or readout.

    Parameters
    ----------
    matches
        One row a mention with ``term``, ``readout_id`` and, for items, ``item_id``, as `match_tifa` gives
        it. Mentions outside the items are in no item.
    corpus
        The corpus that was searched.
    unit
        ``item`` or ``document``.

    Returns
    -------
    TermMatrix
        A row for every item (or readout), also without a mention; terms sorted. In `keyness` its odds are
        odds among the mentions: which tifa a place prefers, not how many it prints.

    Raises
    ------
    InputError
        If a column is not there, or a mention is of no document of the corpus.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=1, years=1, per_cell=2)
    >>> items = corpus.items["item_id"]
    >>> mentions = pd.DataFrame({"term": ["四个意识", "四个意识"], "item_id": [items[0], items[0]]})
    >>> int(count_mentions(mentions, corpus).counts[0, 0])
    2
    """
    key = "item_id" if unit == "item" else "readout_id"
    if missing := [name for name in ("term", key) if name not in matches.columns]:
        raise InputError(f"matches without {' and '.join(missing)}", f"term and {key}", "match the tifa anew")
    names = (corpus.items if unit == "item" else corpus.readouts)[key].to_list()
    row = {name: at for at, name in enumerate(names)}
    inside = matches.dropna(subset=[key])
    strange = [name for name in inside[key] if name not in row]
    if strange:
        raise InputError(
            f"{len(strange)} mentions in documents that the corpus does not hold (first: {strange[0]})",
            f"ids of its {'items' if unit == 'item' else 'readouts'}",
            "pass the corpus that was searched",
        )
    terms = sorted(set(inside["term"]))
    column = {term: at for at, term in enumerate(terms)}
    at = ([row[name] for name in inside[key]], [column[term] for term in inside["term"]])
    counts = csr_matrix((np.ones(len(inside), np.int64), at), shape=(len(names), len(terms)))
    return TermMatrix(counts=counts, vocabulary=terms, doc_ids=names)
