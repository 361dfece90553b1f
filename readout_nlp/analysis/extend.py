"""A grown corpus under a saved model: what it said of its own documents stays, the rest is inferred."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from readout_nlp.analysis.infer import Line, cutting_of, infer_corpus
from readout_nlp.analysis.workers import Progress
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.corpus.select import select_readouts
from readout_nlp.errors import InputError, RecipeError
from readout_nlp.saved.manifest import read_manifest
from readout_nlp.saved.models import load_model
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.infer import METHODS, Inference


def infer_saved(folder: str | Path, corpus: Corpus, *, progress: Progress | None = None) -> Inference:
    """Give the topic shares of a corpus under a saved model, whose own documents keep the shares they have.

    Every readout that the model does not know is cut and inferred by itself, as `readout-nlp infer` does: its
    shares are the same alone, in any batch and in any corpus. The model and its folder are not changed.

    Parameters
    ----------
    folder
        A saved LDA or NMF.
    corpus
        The corpus of the model, grown; or any other one.
    progress
        Wraps an iterable to show a bar: ``progress(readouts, description=..., total=...)``.

    Returns
    -------
    Inference
        One row a document of the corpus, in its order; usable wherever a fit is, as in `topic_shares`. Of the
        model's own documents ``oov_share`` is NaN and ``novel`` False: they are not looked at again.

    Raises
    ------
    InputError
        The corpus holds no document.
    RecipeError
        The model is a clustering.
    CheckError, StoreError
        As `load_model` raises them.

    Examples
    --------
    >>> import tempfile
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=2, years=2, per_cell=2)
    >>> fit = rn.fit_lda(rn.count_terms(rn.tokenize(corpus)), n_topics=3, passes=2)
    >>> folder = rn.save_model(fit, Path(tempfile.mkdtemp()) / "model", corpus=corpus)
    >>> found = infer_saved(folder, corpus)
    >>> bool((found.doc_topics == fit.doc_topics).all())
    True
    >>> sorted(set(rn.topic_shares(found, corpus, by="year")["topic"]))
    ['t01', 't02', 't03']
    """
    fit, cutting = load_model(folder), cutting_of(read_manifest(folder))
    if fit.method not in METHODS:
        raise RecipeError(f"a model of method {fit.method}", " or ".join(METHODS), "use a topic model")
    about = corpus.documents(cutting.unit)
    if about.is_empty():
        raise InputError("a corpus without any document", "at least one readout", "add pages")
    known = {name: row for row, name in enumerate(fit.doc_ids)}
    unknown = [
        readout
        for name, readout in zip(about["doc_id"], about["readout_id"], strict=True)
        if name not in known
    ]
    strange = list(
        dict.fromkeys(unknown)
    )  # whole readouts, so that names are taken out as in any other batch
    each: Iterable[str] = strange
    if progress is not None:
        each = progress(strange, description="inferring", total=len(strange))
    lines: dict[str, Line] = {
        line["id"]: line
        for readout in each
        for line in infer_corpus(fit, cutting, select_readouts(corpus, [readout]))
    }
    return _inference(fit, about["doc_id"].to_list(), lines)


def _inference(fit: TopicFit, doc_ids: list[str], lines: dict[str, Line]) -> Inference:
    known = {name: row for row, name in enumerate(fit.doc_ids)}
    shares = np.empty((len(doc_ids), fit.n_topics))
    oov, novel = np.full(len(doc_ids), np.nan), np.zeros(len(doc_ids), dtype=np.bool_)
    lacking = set(fit.params.get("without_evidence", ()))
    for number, name in enumerate(doc_ids):
        if name in known:
            shares[number] = fit.doc_topics[known[name]]
            continue
        line = lines[name]
        shares[number], novel[number] = line["doc_topics"], line["novel"]
        oov[number] = np.nan if line["oov_share"] is None else line["oov_share"]
        if not line["evidence"]:
            lacking.add(name)
    return Inference(
        doc_topics=shares,
        doc_ids=tuple(doc_ids),
        topic_ids=fit.topic_ids,
        oov_share=oov,
        novel=novel,
        without_evidence=tuple(name for name in doc_ids if name in lacking),
    )
