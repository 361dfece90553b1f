"""New pages under a saved model: topic shares of every item, the model and its numbers unchanged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix

from readout_nlp.analysis.workers import Map, Progress
from readout_nlp.corpus.corpus import Corpus, Unit
from readout_nlp.corpus.read import read_corpus
from readout_nlp.errors import InputError
from readout_nlp.saved.manifest import read_manifest
from readout_nlp.saved.models import load_model
from readout_nlp.tokens.counts import TermMatrix, count_terms
from readout_nlp.tokens.tokenize import tokenize
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.infer import infer_topics

Line = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Cutting:
    """How the texts of a saved model were cut into tokens."""

    unit: Unit = "item"
    settings: Mapping[str, Any]


def infer_paths(
    model: Path,
    paths: Sequence[Path],
    *,
    map: Map = map,  # noqa: A002
    progress: Progress | None = None,
) -> tuple[Iterator[Line], list[tuple[str, str]]]:
    """Infer the topic shares of every item on new pages, cut as the model's own texts were.

    Every readout is read, cut and inferred by itself: its shares are the same alone as among others. Pages
    that report one meeting are not merged.

    Parameters
    ----------
    model
        The folder of a saved LDA or NMF.
    paths
        Pages, as `read_corpus` takes them.
    map, progress
        As in `read_corpus`.

    Returns
    -------
    lines : iterator of dict
        One an item, in the order of the pages: ``id``, ``readout_id``, ``place``, ``date``, ``topic_ids``,
        ``doc_topics`` (shares, summing to 1), ``oov_share`` (null without any token), ``novel``, and
        ``evidence``: false where no token is known to the model, so that the shares are but the prior.
    quarantine : list of tuple
        Origin and reason of each page that is no readout.

    Raises
    ------
    InputError, StoreError, CheckError
        As `read_corpus` and `load_model` raise them.
    """
    fit, cutting = load_model(model), cutting_of(read_manifest(model))
    corpus = read_corpus(list(paths), merge=False, map=map, progress=progress)
    infer = partial(infer_corpus, fit, cutting)
    each: Iterable[Corpus] = _one_by_one(corpus)
    if progress is not None:
        each = progress(each, description="inferring", total=corpus.readouts.height)
    set_aside = corpus.quarantine.select("origin", "reason").rows()
    return (line for one in each for line in infer(one)), [(str(o), str(r)) for o, r in set_aside]


def cutting_of(manifest: Mapping[str, Any]) -> Cutting:
    """Read from a manifest how the model's texts were cut; what it does not say is as by default.

    Raises
    ------
    InputError
        They came cut (`read_tokens`): our own cut of other texts would not be theirs.

    Examples
    --------
    >>> steps = [{"step": "segment", "engine": "jieba"}, {"step": "take out", "tiers": [1], "drop": []}]
    >>> cutting_of({"tokens": {"unit": "document", "steps": steps}}).settings
    {'segmenter': 'jieba', 'tiers': [1], 'drop': []}
    """
    tokens = manifest.get("tokens") or {}
    if any(step.get("step") == "given" and "separator" in step for step in tokens.get("steps", [])):
        raise InputError(
            "a model of texts that came cut into words",
            "a model whose texts were cut by readout_nlp",
            "read the other texts with read_tokens, cut alike, and give their counts to infer_topics",
        )
    said = {name: value for step in tokens.get("steps", []) for name, value in step.items()}
    names = {"segmenter": "engine", "tiers": "tiers", "drop": "drop"}
    settings = {name: said[key] for name, key in names.items() if key in said}
    return Cutting(unit=tokens.get("unit", "item"), settings=settings)


def infer_corpus(fit: TopicFit, cutting: Cutting, corpus: Corpus) -> list[Line]:
    """Infer the items of a corpus, whose own places and presiders are taken out as at the fit."""
    about = corpus.documents(cutting.unit)
    if about.is_empty():
        return []
    counts = _counts(corpus, cutting)
    found = infer_topics(fit, counts)
    date = about.select(pl.coalesce("meeting_date", "published").dt.to_string("%Y-%m-%d")).to_series()
    return [
        {
            "id": name,
            "readout_id": readout,
            "place": place,
            "date": day,
            "topic_ids": list(found.topic_ids),
            "doc_topics": shares.tolist(),
            "oov_share": None if np.isnan(oov) else float(oov),
            "novel": bool(novel),
            "evidence": name not in found.without_evidence,
        }
        for name, readout, place, day, shares, oov, novel in zip(
            found.doc_ids,
            about["readout_id"],
            about["place"],
            date,
            found.doc_topics,
            found.oov_share,
            found.novel,
            strict=True,
        )
    ]


def _counts(corpus: Corpus, cutting: Cutting) -> TermMatrix:
    tokens = tokenize(corpus, unit=cutting.unit, **cutting.settings)
    if not len(tokens.codes):
        return TermMatrix(csr_matrix((len(tokens), 0)), [], list(tokens.doc_ids))
    return count_terms(tokens, min_df=1, max_df=1.0)


def _one_by_one(corpus: Corpus) -> Iterator[Corpus]:
    nothing = corpus.quarantine.clear()
    for number, readout in enumerate(corpus.readouts["readout_id"]):
        items = corpus.items.filter(pl.col("readout_id") == readout)
        yield Corpus(corpus.readouts[number], items, nothing)
