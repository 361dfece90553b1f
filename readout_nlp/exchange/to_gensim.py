"""Export for gensim: a corpus and a dictionary in its own text formats, and a model only where asked for."""

from __future__ import annotations

import io
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import RecipeError
from readout_nlp.exchange.folder import lines_bytes, r_csv_bytes, template, texts_bytes, write_export
from readout_nlp.exchange.material import material_of
from readout_nlp.exchange.matrix_market import matrix_market_bytes
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.fit import TopicFit


def export_gensim(
    counts: TermMatrix,
    corpus: Corpus | None,
    folder: str | Path,
    *,
    topics: TopicFit | None = None,
    with_texts: bool = False,
    gensim_model: bool = False,
) -> Path:
    """Write counts and dictionary as gensim reads them, with the matrices of a model if given.

    Parameters
    ----------
    counts, corpus, folder, topics, with_texts
        As in `readout_nlp.exchange.to_r.export_r`.
    gensim_model
        Also save the model by gensim's own ``LdaModel.save`` (LDA only; several files, pickles among them, so
        that the export is then not byte-identical over versions of gensim and Python).

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    RecipeError
        A gensim model is asked for without an LDA.
    InputError, StoreError
        As `material_of` and `write_export` raise them.

    Examples
    --------
    >>> import tempfile
    >>> from scipy.sparse import csr_matrix
    >>> counts = TermMatrix(csr_matrix([[2, 0], [1, 1]]), ["水", "路"], ["a", "b"])
    >>> folder = export_gensim(counts, None, Path(tempfile.mkdtemp()) / "g")
    >>> (folder / "dictionary.txt").read_text(encoding="utf-8").split()
    ['2', '0', '水', '2', '1', '路', '1']
    """
    if gensim_model and topics is None:
        raise RecipeError("a gensim model asked for without a model", "a saved LDA", "give one with --model")
    material = material_of(counts, corpus, topics, with_texts=with_texts)
    written = {
        "corpus.mm": matrix_market_bytes(material.counts.counts),
        "dictionary.txt": _dictionary(material.counts),
        "doc_ids.txt": lines_bytes(material.counts.doc_ids),
        "documents.csv": r_csv_bytes(material.variables),
        **texts_bytes(material),
    }
    if topics is not None:
        written |= {
            "topic_terms.npy": _npy(topics.topic_terms),
            "doc_topics.npy": _npy(topics.doc_topics),
        }
        written |= _saved_by_gensim(topics) if gensim_model else {}
    return write_export(folder, written, to="gensim", material=material, readme=template("README_gensim.txt"))


def _dictionary(counts: TermMatrix) -> bytes:
    """Give number, term and document frequency a line, behind the number of documents."""
    frequency = np.bincount(counts.counts.indices, minlength=len(counts.vocabulary)).tolist()
    rows = zip(range(len(frequency)), counts.vocabulary, frequency, strict=True)
    lines = (f"{number}\t{term}\t{n}\n" for number, term, n in rows)
    return "".join([f"{len(counts.doc_ids)}\n", *lines]).encode()


def _npy(values: np.ndarray) -> bytes:

    out = io.BytesIO()
    np.save(out, np.ascontiguousarray(values, dtype=np.float64), allow_pickle=False)
    return out.getvalue()


def _saved_by_gensim(topics: TopicFit) -> dict[str, bytes]:
    model = topics.to_gensim()
    with TemporaryDirectory() as side:
        model.save(str(Path(side) / "lda.model"))
        return {path.name: path.read_bytes() for path in sorted(Path(side).iterdir())}
