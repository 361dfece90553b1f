"""Profiles of topics, acts, words and tifa, all of one shape, so that all are compared alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
import polars as pl
import polars.selectors as cs
from scipy.sparse import csr_matrix, diags_array

from readout_nlp.compare.mixtures import without_evidence
from readout_nlp.compare.pooling import MIN_ITEMS
from readout_nlp.compare.profiles import COLUMNS, ReadoutProfiles, collect
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import InputError, RecipeError
from readout_nlp.readouts.readout import ACTS
from readout_nlp.tokens.counts import TermMatrix, check_term_matrix
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.infer import Inference
from readout_nlp.topics.matrix import clean_counts, row_sums
from readout_nlp.topics.tfidf import inverse_document_frequency

By = str | Sequence[str]
PLACE_AND_YEAR = ("place", "year")
_VARIABLES = ("readout_id", "meeting_date", "published", *COLUMNS)


def topic_profiles(
    topics: TopicFit | Inference, corpus: Corpus, *, by: By = PLACE_AND_YEAR, min_items: int = MIN_ITEMS
) -> ReadoutProfiles:
    """Give every readout's topics: the same shares as `topic_shares`, kept by readout.

    Parameters
    ----------
    topics : TopicFit or Inference
        Its ``doc_ids`` are ids of items or of readouts of the corpus.
    corpus : Corpus
    by
        One or several of ``place``, ``level``, ``province``, ``prefecture``, ``year``, ``quarter``,
        ``presider``: readouts without a value in one of them are left out and counted.
    min_items
        A unit with fewer items is marked thin.

    Returns
    -------
    ReadoutProfiles

    Raises
    ------
    InputError
        If the corpus does not hold the documents.
    RecipeError
        If `by` or `min_items` cannot be used.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=2, years=2, per_cell=3)
    >>> counts = rn.count_terms(rn.tokenize(corpus))
    >>> profiles = topic_profiles(rn.fit_nmf(counts, n_topics=3), corpus)
    >>> profiles.what, len(profiles.labels)
    ('topic', 3)
    """
    documents = counted_documents(topics.doc_ids, corpus)
    evidence = ~documents["doc_id"].is_in(list(without_evidence(topics))).to_numpy()
    weights = np.asarray(topics.doc_topics, dtype=np.float64)
    return collect(
        documents,
        weights,
        corpus,
        evidence=evidence,
        labels=topics.topic_ids,
        what="topic",
        by=by,
        min_items=min_items,
    )


def act_profiles(corpus: Corpus, *, by: By = PLACE_AND_YEAR, min_items: int = MIN_ITEMS) -> ReadoutProfiles:
    """Give every readout's acts, by the first act of each item, as `act_shares` counts them.

    Parameters and errors as in `topic_profiles`.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> act_profiles(rn.sample_corpus(cities=1, years=1, per_cell=4)).what
    'act'
    """
    documents = corpus.documents("item")
    held = documents["act"].to_list()
    acts = [act for act in ACTS if act in set(held)]
    column = {act: number for number, act in enumerate(acts)}
    weights = np.zeros((len(held), len(acts)))
    for row, act in enumerate(held):
        if act is not None:
            weights[row, column[act]] = 1.0
    evidence = documents["act"].is_not_null().to_numpy()
    return collect(
        documents, weights, corpus, evidence=evidence, labels=acts, what="act", by=by, min_items=min_items
    )


def word_profiles(
    counts: TermMatrix,
    corpus: Corpus,
    *,
    weight: Literal["tfidf", "frequency"] = "tfidf",
    by: By = PLACE_AND_YEAR,
    min_items: int = MIN_ITEMS,
) -> ReadoutProfiles:
    """Give every readout's words: how each item's counted words are shared out among the terms.

    Every item has one weight, however long it is, as in the shares of topics: so a long readout of formula
    does not drown the others, and profiles of words, topics, acts and tifa are averages of the same items.

    Parameters
    ----------
    counts : TermMatrix
    corpus : Corpus
    weight
        ``tfidf``: counts times the inverse document frequency (as `readout_nlp.topics.tfidf`), scaled to sum
        to 1 in every item. ``frequency``: relative frequencies.
    by, min_items
        As in `topic_profiles`.

    Returns
    -------
    ReadoutProfiles
        Sparse; items without a counted term are left out as ``without_evidence``.

    Raises
    ------
    InputError
        If the counts are faulty, or of documents that the corpus does not hold.
    RecipeError
        If `weight`, `by` or `min_items` cannot be used.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=2, years=2, per_cell=3)
    >>> profiles = word_profiles(rn.count_terms(rn.tokenize(corpus)), corpus)
    >>> bool(np.allclose(profiles.sums.sum(axis=1).ravel(), profiles.n_items))
    True
    """
    if weight not in ("tfidf", "frequency"):
        raise RecipeError(f"weight={weight!r}", "'tfidf' or 'frequency'", "choose one of them")
    check_term_matrix(counts)
    held = clean_counts(counts.counts)
    if weight == "tfidf":
        held = csr_matrix(held @ diags_array(inverse_document_frequency(held)))
    return _of_terms(held, counts, corpus, what="term", by=by, min_items=min_items)


def tifa_profiles(
    matches: pd.DataFrame, corpus: Corpus, *, by: By = PLACE_AND_YEAR, min_items: int = MIN_ITEMS
) -> ReadoutProfiles:
    """Give every readout's tifa: how the mentions in each item are shared out among the wordings.

    Parameters
    ----------
    matches : pandas.DataFrame
        One row a mention, with at least ``term`` and ``item_id``, as the matching of a lexicon gives it. Rows
        without an item (a mention outside the agenda) are not counted.
    corpus : Corpus
    by, min_items
        As in `topic_profiles`.

    Returns
    -------
    ReadoutProfiles
        Of the items that hold a tifa; the others are left out as ``without_evidence``.

    Raises
    ------
    InputError
        If the columns are not there, or an item is not of the corpus.
    RecipeError
        If `by` or `min_items` cannot be used.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=1, years=1, per_cell=4)
    >>> item = corpus.items["item_id"][0]
    >>> matches = pd.DataFrame({"term": ["四个意识", "两个维护"], "item_id": [item, item]})
    >>> tifa_profiles(matches, corpus).sums.toarray().tolist()
    [[0.5, 0.5]]
    """
    if missing := [name for name in ("term", "item_id") if name not in matches.columns]:
        raise InputError(
            f"matches without {' and '.join(missing)}", "term and item_id", "match the tifa anew"
        )
    inside = matches.dropna(subset=["item_id"])
    items = corpus.items["item_id"].to_list()
    row = {item: number for number, item in enumerate(items)}
    if strange := [item for item in inside["item_id"] if item not in row]:
        raise InputError(
            f"{len(strange)} mentions in items that the corpus does not hold (first: {strange[0]})",
            "ids of its items",
            "pass the corpus that was searched",
        )
    terms = sorted(set(inside["term"]))
    column = {term: number for number, term in enumerate(terms)}
    place = ([row[item] for item in inside["item_id"]], [column[term] for term in inside["term"]])
    held = csr_matrix((np.ones(len(inside)), place), shape=(len(items), len(terms)))
    counts = TermMatrix(held, terms, items)
    return _of_terms(held, counts, corpus, what="tifa", by=by, min_items=min_items)


def _of_terms(
    held: csr_matrix, counts: TermMatrix, corpus: Corpus, *, what: str, by: By, min_items: int
) -> ReadoutProfiles:
    total = row_sums(held)
    scale = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)
    return collect(
        counted_documents(counts.doc_ids, corpus),
        csr_matrix(diags_array(scale) @ held),
        corpus,
        evidence=total > 0,
        labels=list(counts.vocabulary),
        what=what,
        by=by,
        min_items=min_items,
    )


def counted_documents(doc_ids: Sequence[str], corpus: Corpus) -> pl.DataFrame:
    """Give what profiles tell apart of the documents (no texts), in their order."""
    wanted = pl.DataFrame({"doc_id": list(doc_ids)}, schema={"doc_id": pl.String})
    about = corpus.readouts.select(cs.by_name(*_VARIABLES, require_all=False))
    items = corpus.items.select("readout_id", "act", doc_id="item_id")
    missing = 0
    for ids in (items, corpus.readouts.select("readout_id", doc_id="readout_id")):
        found = wanted.join(ids, on="doc_id", how="left", maintain_order="left")
        found = found.join(about, on="readout_id", how="left", maintain_order="left")
        missing = found["readout_id"].null_count()
        if not missing:
            return found
    raise InputError(
        f"{missing} of {len(wanted)} doc_ids that are no readouts of the corpus (nor are all of them items)",
        "ids of its items, or of its readouts",
        "pass the corpus that the tokens were made from",
    )
