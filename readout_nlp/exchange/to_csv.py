"""Export as tidy tables: one observation a row, for spreadsheets, Stata and anything else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.exchange.folder import template, texts_bytes, write_export
from readout_nlp.exchange.material import Material, material_of
from readout_nlp.saved.tables import csv_bytes
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.coherence import first_terms
from readout_nlp.topics.fit import TopicFit

TOP = 20


def export_csv(
    counts: TermMatrix,
    corpus: Corpus | None,
    folder: str | Path,
    *,
    topics: TopicFit | None = None,
    with_texts: bool = False,
    top: int = TOP,
) -> Path:
    """Write counts, and a model if given, as tidy tables.

    Parameters
    ----------
    counts, corpus, folder, topics, with_texts
        As in `readout_nlp.exchange.to_r.export_r`.
    top
        Terms of each topic.

    Returns
    -------
    Path
        The folder: ``documents.csv``, ``token_counts.csv``, with a model ``doc_topics.csv`` and
        ``topic_terms.csv``.

    Raises
    ------
    InputError, StoreError
        As `material_of` and `write_export` raise them.

    Examples
    --------
    >>> import tempfile
    >>> from scipy.sparse import csr_matrix
    >>> counts = TermMatrix(csr_matrix([[2, 0], [1, 1]]), ["水", "路"], ["a", "b"])
    >>> folder = export_csv(counts, None, Path(tempfile.mkdtemp()) / "tidy")
    >>> (folder / "token_counts.csv").read_text(encoding="utf-8-sig").split()
    ['doc_id,term,count', 'a,水,2', 'b,水,1', 'b,路,1']
    """
    material = material_of(counts, corpus, topics, with_texts=with_texts)
    tables = {"documents": material.variables, "token_counts": _token_counts(material.counts)}
    if topics is not None:
        tables |= {"doc_topics": _doc_topics(topics, material), "topic_terms": _topic_terms(topics, top)}
    written = {f"{name}.csv": csv_bytes(table) for name, table in tables.items()}
    return write_export(
        folder,
        written | texts_bytes(material),
        to="csv",
        material=material,
        readme=template("README_csv.txt"),
    )


def _token_counts(counts: TermMatrix) -> pd.DataFrame:
    rows = np.repeat(np.arange(len(counts.doc_ids)), np.diff(counts.counts.indptr))
    values = counts.counts.data
    whole = bool((values == np.floor(values)).all())
    return pd.DataFrame(
        {
            "doc_id": np.asarray(counts.doc_ids, dtype=object)[rows],
            "term": np.asarray(counts.vocabulary, dtype=object)[counts.counts.indices],
            "count": values.astype(np.int64) if whole else values,
        }
    )


def _doc_topics(topics: TopicFit, material: Material) -> pd.DataFrame:
    n_docs, n_topics = topics.doc_topics.shape
    shares = pd.DataFrame(
        {
            "doc_id": np.repeat(np.asarray(topics.doc_ids, dtype=object), n_topics),
            "topic": np.tile(np.asarray(topics.topic_ids, dtype=object), n_docs),
            "share": topics.doc_topics.ravel(),
        }
    )
    return shares.merge(material.variables, on="doc_id", how="left", validate="many_to_one")


def _topic_terms(topics: TopicFit, top: int) -> pd.DataFrame:
    rows = [
        (name, rank, topics.vocabulary[column], weights[column])
        for name, weights in zip(topics.topic_ids, topics.topic_terms, strict=True)
        for rank, column in enumerate(first_terms(weights, top).tolist(), start=1)
    ]
    return pd.DataFrame(rows, columns=["topic", "rank", "term", "weight"])
