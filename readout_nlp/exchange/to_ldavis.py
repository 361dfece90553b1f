"""Export for LDAvis: the five inputs that pyLDAvis and LDAvis take, and the file that the viewer draws."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.compare.distance import jensen_shannon
from readout_nlp.compare.maps import oriented, planes
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import InputError
from readout_nlp.exchange.folder import template, texts_bytes, write_export
from readout_nlp.exchange.material import Material, material_of
from readout_nlp.saved.manifest import to_json
from readout_nlp.saved.tables import csv_bytes
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.matrix import column_sums, row_sums
from readout_nlp.topics.relevance import SHOWN as SHOWN_TERMS
from readout_nlp.topics.relevance import ever_relevant

STEP = 0.01
TINY = 1e-300


def export_ldavis(
    counts: TermMatrix,
    corpus: Corpus | None,
    folder: str | Path,
    *,
    topics: TopicFit,
    with_texts: bool = False,
) -> Path:
    """Write a model as LDAvis takes it (Sievert and Shirley 2014).

    Parameters
    ----------
    counts, corpus, folder, with_texts
        As in `readout_nlp.exchange.to_r.export_r`.
    topics
        The model.

    Returns
    -------
    Path
        The folder: ``ldavis_inputs.json``, ``lda.json``, ``topics.csv``.

    Raises
    ------
    InputError
        No document has a count, or counts and model do not belong together.
    StoreError
        As `write_export` raises it.

    Examples
    --------
    >>> import json, tempfile
    >>> from scipy.sparse import csr_matrix
    >>> from readout_nlp.topics.nmf import fit_nmf
    >>> matrix = csr_matrix([[4, 2, 0, 0], [2, 3, 0, 0], [0, 0, 3, 1]])
    >>> counts = TermMatrix(matrix, list("abcd"), list("xyz"))
    >>> topics = fit_nmf(counts, n_topics=2)
    >>> folder = export_ldavis(counts, None, Path(tempfile.mkdtemp()) / "v", topics=topics)
    >>> json.loads((folder / "ldavis_inputs.json").read_text(encoding="utf-8"))["doc_lengths"]
    [6, 5, 4]
    """
    material = material_of(counts, corpus, topics, with_texts=with_texts)
    inputs, dropped = ldavis_inputs(topics, material)
    material.about["terms_that_no_document_holds"] = dropped
    viewer, order = ldavis_viewer(inputs)
    numbers = pd.DataFrame(
        {"number": range(1, len(order) + 1), "topic": [topics.topic_ids[n] for n in order.tolist()]}
    )
    written = {
        "ldavis_inputs.json": to_json(inputs).encode(),
        "lda.json": to_json(viewer).encode(),
        "topics.csv": csv_bytes(numbers),
        **texts_bytes(material),
    }
    return write_export(folder, written, to="ldavis", material=material, readme=template("README_ldavis.txt"))


def ldavis_inputs(topics: TopicFit, material: Material) -> tuple[dict[str, Any], int]:
    """Give the five inputs of pyLDAvis, and how many terms were left out because no document holds them."""
    matrix = material.counts.counts
    frequency = column_sums(matrix)
    held = np.flatnonzero(frequency > 0)
    if not len(held):
        raise InputError("documents without any count", "counts of the model's terms", "pass its corpus")
    terms = topics.topic_terms[:, held]
    return {
        "topic_term_dists": normalised(terms).tolist(),
        "doc_topic_dists": normalised(topics.doc_topics).tolist(),
        "doc_lengths": _whole(row_sums(matrix)),
        "vocab": [topics.vocabulary[column] for column in held.tolist()],
        "term_frequency": _whole(frequency[held]),
    }, int(len(frequency) - len(held))


def ldavis_viewer(inputs: dict[str, Any]) -> tuple[dict[str, Any], np.ndarray]:
    """Give what the viewer draws, as LDAvis' ``createJSON`` computes it, and the order of the topics in it.

    Topics are laid out by the Jensen-Shannon divergence of their terms, numbered from the largest; terms are
    those most relevant for any weight lambda from 0 to 1, and the most salient ones.
    """
    phi, theta = np.array(inputs["topic_term_dists"]), np.array(inputs["doc_topic_dists"])
    lengths, frequency = np.array(inputs["doc_lengths"], float), np.array(inputs["term_frequency"], float)
    held = theta.T @ lengths
    order = np.argsort(-held, kind="stable")
    phi, held = phi[order], held[order]
    part = frequency / frequency.sum()
    n_shown = min(SHOWN_TERMS, len(part))
    relevant = _relevant(phi, part, n_shown)
    by_topic = phi * held[:, None]
    by_topic *= frequency / np.maximum(by_topic.sum(axis=0), TINY)  # so that rounding loses no token
    salient = _salient(phi, held, part)[:n_shown]
    one, other = np.triu_indices(len(phi), 1)
    apart = jensen_shannon(phi)[one, other][None] ** 2 * np.log(2)  # the divergence in nats, as LDAvis has it
    layout = oriented(planes(apart, len(phi))[0])
    vocab = inputs["vocab"]
    return {
        "mdsDat": {
            "x": layout[:, 0].tolist(),
            "y": layout[:, 1].tolist(),
            "topics": list(range(1, len(phi) + 1)),
            "cluster": [1] * len(phi),
            "Freq": (100 * held / held.sum()).tolist(),
        },
        "tinfo": _term_rows(
            phi, part, by_topic, frequency=frequency, shown=relevant, salient=salient, vocab=vocab
        ),
        "token.table": _token_rows(by_topic, frequency, relevant=relevant, salient=salient, vocab=vocab),
        "R": n_shown,
        "lambda.step": STEP,
        "plot.opts": {"xlab": "PC1", "ylab": "PC2"},
        "topic.order": (order + 1).tolist(),
    }, order


def normalised(rows: Array) -> Array:
    """Divide rows by their sums, so that they sum to 1 to the last digit that float64 has.

    Examples
    --------
    >>> normalised(np.array([[1.0, 3.0]])).tolist()
    [[0.25, 0.75]]
    """
    return np.asarray(rows / rows.sum(axis=1, keepdims=True), dtype=np.float64)


def _relevant(phi: Array, part: Array, n_shown: int) -> list[list[int]]:
    """Columns of each topic that are among its most relevant ones for some weight lambda."""
    log_phi = np.log(np.maximum(phi, TINY))
    lift = log_phi - np.log(part)
    return [ever_relevant(weight, gain, n_shown).tolist() for weight, gain in zip(log_phi, lift, strict=True)]


def _salient(phi: Array, held: Array, part: Array) -> np.ndarray:
    """Columns from the most salient on: frequent terms that tell topics apart (Chuang et al. 2012)."""
    given = phi / np.maximum(phi.sum(axis=0), TINY)
    share = held / held.sum()
    logs = np.log(np.maximum(given, TINY) / np.maximum(share, TINY)[:, None])
    return np.argsort(-part * (given * logs).sum(axis=0), kind="stable")


def _term_rows(
    phi: Array,
    part: Array,
    by_topic: Array,
    *,
    frequency: Array,
    shown: list[list[int]],
    salient: np.ndarray,
    vocab: list[str],
) -> dict[str, list[Any]]:
    n_shown = len(salient)
    topics = np.repeat(np.arange(len(shown)), [len(columns) for columns in shown])
    columns = np.array([column for each in shown for column in each], dtype=np.intp)
    weight = np.maximum(phi[topics, columns], TINY)
    ranks = list(range(n_shown, 0, -1))
    return {
        "Term": [vocab[column] for column in (*salient.tolist(), *columns.tolist())],
        "Freq": [*frequency[salient].tolist(), *by_topic[topics, columns].tolist()],
        "Total": [*frequency[salient].tolist(), *frequency[columns].tolist()],
        "Category": ["Default"] * n_shown + [f"Topic{topic + 1}" for topic in topics.tolist()],
        "logprob": [*ranks, *np.log(weight).round(4).tolist()],
        "loglift": [*ranks, *np.log(weight / part[columns]).round(4).tolist()],
    }


def _token_rows(
    by_topic: Array, frequency: Array, *, relevant: list[list[int]], salient: np.ndarray, vocab: list[str]
) -> dict[str, list[Any]]:
    """How each shown term is spread over topics, cells of less than half a token left out."""
    shown = sorted(
        {*salient.tolist(), *(column for each in relevant for column in each)}, key=lambda c: vocab[c]
    )
    cells = [
        (topic + 1, float(np.round(by_topic[topic, column]) / frequency[column]), vocab[column])
        for column in shown
        for topic in np.flatnonzero(by_topic[:, column] >= 0.5).tolist()
    ]
    topics, parts, terms = zip(*cells, strict=True) if cells else ((), (), ())
    return {"Topic": list(topics), "Freq": list(parts), "Term": list(terms)}


def _whole(values: Array) -> list[int] | list[float]:
    if (values == np.floor(values)).all():
        return [int(value) for value in values]
    return [float(value) for value in values]
