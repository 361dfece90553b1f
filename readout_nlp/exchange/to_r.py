"""Export for R: what quanteda, stm and keyATM read, with the lines of R that do it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.exchange.folder import lines_bytes, r_csv_bytes, template, texts_bytes, write_export
from readout_nlp.exchange.material import material_of
from readout_nlp.exchange.matrix_market import matrix_market_bytes
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.fit import TopicFit

SCRIPT = "read_in_R.R"


def export_r(
    counts: TermMatrix,
    corpus: Corpus | None,
    folder: str | Path,
    *,
    topics: TopicFit | None = None,
    with_texts: bool = False,
) -> Path:
    """Write counts, vocabulary and document variables, and a model if given, for use in R.

    Parameters
    ----------
    counts
        Shape (n_docs, n_terms).
    corpus
        The one that they were made from, for the variables; None: ids only.
    folder
        A new folder.
    topics
        A model of these counts; its documents and terms are then what is exported.
    with_texts
        Whether the texts go too.

    Returns
    -------
    Path
        The folder: ``counts.mtx`` (documents x terms), ``vocabulary.txt``, ``docvars.csv`` (one row a
        document in the same order), with a model ``topic_terms.csv`` and ``doc_topics.csv``, ``read_in_R.R``,
        ``README.txt``, ``export.json``, ``SHA256SUMS``.

    Raises
    ------
    InputError, StoreError
        As `material_of` and `write_export` raise them.

    Examples
    --------
    >>> import tempfile
    >>> from scipy.sparse import csr_matrix
    >>> counts = TermMatrix(csr_matrix([[2, 0], [0, 1]]), ["水", "路"], ["a", "b"])
    >>> folder = export_r(counts, None, Path(tempfile.mkdtemp()) / "r")
    >>> (folder / "vocabulary.txt").read_text(encoding="utf-8").split()
    ['水', '路']
    """
    material = material_of(counts, corpus, topics, with_texts=with_texts)
    written = {
        "counts.mtx": matrix_market_bytes(material.counts.counts),
        "vocabulary.txt": lines_bytes(material.counts.vocabulary),
        "docvars.csv": r_csv_bytes(material.variables),
        SCRIPT: template(SCRIPT).encode(),
        **(_model(topics) if topics is not None else {}),
        **texts_bytes(material),
    }
    return write_export(folder, written, to="r", material=material, readme=template("README_r.txt"))


def _model(topics: TopicFit) -> dict[str, bytes]:
    terms = pd.DataFrame(topics.topic_terms, columns=list(topics.vocabulary))
    terms.insert(0, "topic", list(topics.topic_ids), allow_duplicates=True)
    shares = pd.DataFrame(topics.doc_topics, columns=list(topics.topic_ids))
    shares.insert(0, "doc_id", list(topics.doc_ids))
    return {"topic_terms.csv": r_csv_bytes(terms), "doc_topics.csv": r_csv_bytes(shares)}
