"""What every export is made of: counts, the variables of the documents, a model; all in one order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
from scipy.sparse import csr_matrix

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import InputError
from readout_nlp.tokens.counts import TermMatrix, check_term_matrix
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.matrix import clean_counts, in_same_terms

VARIABLES = (
    "doc_id",
    "readout_id",
    "place",
    "code",
    "level",
    "prefecture",
    "province",
    "date",
    "year",
    "quarter",
    "act",
    "presider",
    "meeting_type",
    "source",
    "kind",
)
SHOWN = 3


@dataclass(frozen=True, eq=False, kw_only=True)
class Material:
    """What is exported.

    Attributes
    ----------
    counts : TermMatrix
        In the vocabulary and the documents of the model where there is one.
    variables : pandas.DataFrame
        One row a document in the same order; columns as in `VARIABLES` (``doc_id`` alone without a corpus).
    topics : TopicFit, optional
    texts : list of str, optional
        The documents' texts, where they are asked for.
    about
        What it was made from, plain JSON values.
    """

    counts: TermMatrix
    variables: pd.DataFrame
    topics: TopicFit | None
    texts: Sequence[str] | None
    about: dict[str, Any]


def material_of(
    counts: TermMatrix,
    corpus: Corpus | None = None,
    topics: TopicFit | None = None,
    *,
    with_texts: bool = False,
) -> Material:
    """Bring counts, corpus and model into one order and refuse what does not belong together.

    Parameters
    ----------
    counts
        What the model was fitted to, or would be.
    corpus
        The one that the counts were made from; without it documents have no variables.
    topics
        A model; its documents and terms, in its order, are then what is exported.
    with_texts
        Whether the texts go too.

    Raises
    ------
    InputError
        Counts are faulty, a document or term of the model is not among them, a document not in the corpus,
        or a term or id holds a line break.

    Examples
    --------
    >>> counts = TermMatrix(csr_matrix([[2, 0], [0, 1]]), ["水", "路"], ["a", "b"])
    >>> material_of(counts).variables["doc_id"].tolist()
    ['a', 'b']
    """
    check_term_matrix(counts)
    left_out = 0
    if topics is not None:
        left_out = len(set(counts.doc_ids) - set(topics.doc_ids))
        counts = _like(topics, counts)
    else:
        counts = TermMatrix(clean_counts(counts.counts), list(counts.vocabulary), list(counts.doc_ids))
    _check_lines(counts)
    documents = None if corpus is None else _documents(counts.doc_ids, corpus)
    texts = documents["text"].to_list() if with_texts and documents is not None else None
    if with_texts and texts is None:
        raise InputError(
            "texts without a corpus", "the corpus that holds them", "pass it, or leave texts out"
        )
    about = {
        "corpus": None if corpus is None else corpus.fingerprint,
        "synthetic": bool(corpus is not None and corpus.synthetic),
        "n_docs": len(counts.doc_ids),
        "n_terms": len(counts.vocabulary),
        "n_topics": None if topics is None else topics.n_topics,
        "documents_not_in_the_model": left_out,
        "with_texts": with_texts,
    }
    return Material(
        counts=counts,
        variables=_variables(counts.doc_ids, documents),
        topics=topics,
        texts=texts,
        about=about,
    )


def _like(topics: TopicFit, counts: TermMatrix) -> TermMatrix:
    place = {name: row for row, name in enumerate(counts.doc_ids)}
    missing = [name for name in topics.doc_ids if name not in place]
    if missing:
        raise InputError(
            f"{len(missing)} of {len(topics.doc_ids)} documents of the model that have no counts (first:"
            f" {', '.join(missing[:SHOWN])})",
            "counts of every document that the model was fitted to",
            "pass the corpus that it was fitted to",
        )
    columns = in_same_terms(counts, topics.vocabulary)
    rows = np.array([place[name] for name in topics.doc_ids], dtype=np.intp)
    return TermMatrix(csr_matrix(columns[rows]), list(topics.vocabulary), list(topics.doc_ids))


def _check_lines(counts: TermMatrix) -> None:
    """Refuse names that would break a file of one name a line."""
    for what, names in (("terms", counts.vocabulary), ("document ids", counts.doc_ids)):
        broken = [name for name in names if not name or len(name.splitlines()) != 1 or "\t" in name]
        if broken:
            raise InputError(
                f"{len(broken)} {what} that are empty or hold a line break or tab (first: {broken[0]!r})",
                "names that fit on a line",
                "mend or leave them out",
            )


def _documents(doc_ids: Sequence[str], corpus: Corpus) -> pl.DataFrame:
    items = set(corpus.items["item_id"])
    documents = corpus.documents("item" if items.issuperset(doc_ids) else "document")
    rows = pl.DataFrame({"doc_id": list(doc_ids)}, schema={"doc_id": pl.String})
    found = rows.join(documents, on="doc_id", how="left", maintain_order="left")
    strange = found.filter(pl.col("readout_id").is_null())["doc_id"].to_list()
    if strange:
        raise InputError(
            f"{len(strange)} documents that the corpus does not hold (first: {', '.join(strange[:SHOWN])})",
            "the corpus that the counts were made from",
            "pass that corpus",
        )
    return found


def _variables(doc_ids: Sequence[str], documents: pl.DataFrame | None) -> pd.DataFrame:
    if documents is None:
        return pd.DataFrame({"doc_id": list(doc_ids)})
    published = pl.when(pl.col("year_from") == "published").then(pl.col("published").cast(pl.Date))
    dated = documents.with_columns(
        code=pl.col("place_code"),
        date=pl.coalesce(pl.col("meeting_date").cast(pl.Date), published).dt.to_string("%Y-%m-%d"),
    )
    plain: pd.DataFrame = dated.select(VARIABLES).to_pandas()
    return plain.astype({"year": "Int64", "quarter": "Int64"})
