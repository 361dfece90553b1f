"""The documents of a saved model, cut and counted again from a corpus as its manifest says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from readout_nlp.analysis.infer import cutting_of
from readout_nlp.analysis.verdicts import CannotBeCheckedError
from readout_nlp.analysis.workers import Map, Progress
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.corpus.select import select_readouts
from readout_nlp.reference.stopwords import stop_words_fingerprint
from readout_nlp.saved.alike import ANOTHER, held_against
from readout_nlp.tokens.counts import TermMatrix, count_terms
from readout_nlp.tokens.lexicon import Lexicon, project_lexicon, read_lexicon
from readout_nlp.tokens.tokenize import Tokens, tokenize
from readout_nlp.topics.fit import TopicFit

GIVEN = "given"  # the step of texts that were cut by someone else


@dataclass(frozen=True, eq=False, kw_only=True)
class Recount:
    """A model's documents once more.

    Attributes
    ----------
    corpus
        The corpus that was cut: the given one if its fingerprint is the model's; else those of its readouts
        that hold documents of the model.
    tokens
        All of its documents.
    n_given
        Documents of the given corpus, before it was reduced.
    figures
        What agrees with the manifest: fingerprints of corpus, lexicon, stop words and tokens.
    """

    corpus: Corpus
    tokens: Tokens
    n_given: int
    figures: Mapping[str, Any]

    def found(self, doc_ids: Iterable[str]) -> list[str]:
        """Give those of `doc_ids` that the corpus holds."""
        held = set(self.tokens.doc_ids)
        return [doc_id for doc_id in doc_ids if doc_id in held]

    def counts(self, doc_ids: Iterable[str]) -> TermMatrix:
        """Count every term of some documents, in the order given."""
        every = count_terms(self.tokens, min_df=1, max_df=1.0)
        place = {doc_id: row for row, doc_id in enumerate(every.doc_ids)}
        ids = list(doc_ids)
        rows = np.array([place[doc_id] for doc_id in ids], dtype=np.intp)
        return TermMatrix(every.counts[rows], every.vocabulary, ids)


def recount(
    fit: TopicFit,
    manifest: Mapping[str, Any],
    corpus: Corpus,
    *,
    lexicon: str | Path | None = None,
    map: Map = map,  # noqa: A002  # the seam through which processes come from above
    progress: Progress | None = None,
) -> Recount:
    """Cut the corpus as the manifest of a saved model says its texts were cut.

    A corpus that has grown since is reduced to the readouts of the model first: which words are names of
    places and people, and therefore taken out, depends on the whole corpus.

    Parameters
    ----------
    fit, manifest
        A saved model.
    corpus
        What it is said to be fitted on, or a corpus that has grown from it.
    lexicon
        The user's lexicon file that the texts were cut with, if any.
    map, progress
        As `tokenize` takes them.

    Raises
    ------
    CannotBeCheckedError
        The manifest does not say how texts were cut, they were cut with another lexicon or other stop words,
        or the corpus holds none of the model's documents.
    """
    if not fit.doc_ids:
        raise CannotBeCheckedError(
            "a model without documents", "one that was fitted on texts", "ask its maker for the texts"
        )
    said = _said(manifest)
    chosen = _lexicon(lexicon)
    _check_words(said, chosen, manifest)
    cutting = cutting_of(manifest)
    same = said.get("corpus") == corpus.fingerprint
    used = corpus if same else _reduced(corpus, fit, cutting.unit)
    tokens = tokenize(used, unit=cutting.unit, **cutting.settings, lexicon=chosen, map=map, progress=progress)
    return Recount(
        corpus=used,
        tokens=tokens,
        n_given=corpus.documents(cutting.unit).height,
        figures={
            "corpus": held_against(said.get("corpus"), corpus.fingerprint),
            "readouts_of_the_model": held_against(said.get("corpus"), used.fingerprint),
            "lexicon": held_against(said.get("lexicon"), chosen.fingerprint),
            "stop_words": held_against(said.get("stop_words"), stop_words_fingerprint()),
            "tokens": held_against(manifest["tokens"].get("fingerprint"), tokens.fingerprint),
        },
    )


def _said(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    tokens = manifest.get("tokens")
    if not tokens:
        raise CannotBeCheckedError(
            "a model that was saved without its tokens",
            "a manifest that says how texts were cut",
            "save it with save_model(topics, folder, corpus=corpus, tokens=tokens)",
        )
    if any(step.get("step") == GIVEN for step in tokens.get("steps", [])):
        raise CannotBeCheckedError(
            "texts that were cut into tokens by someone else",
            "texts that tokenize cut",
            "compare doc_topics with infer_topics(model, counts), where counts are of the same tokens",
        )
    made_from: Mapping[str, Any] = tokens.get("made_from") or {}
    return made_from


def _lexicon(path: str | Path | None) -> Lexicon:
    return project_lexicon() if path is None else project_lexicon().extended(read_lexicon(path).terms)


def _check_words(said: Mapping[str, Any], lexicon: Lexicon, manifest: Mapping[str, Any]) -> None:
    others = [
        name
        for name, now in (("lexicon", lexicon.fingerprint), ("stop_words", stop_words_fingerprint()))
        if held_against(said.get(name), now) == ANOTHER
    ]
    if others:
        made_by = (manifest.get("package") or {}).get("version")
        raise CannotBeCheckedError(
            f"another {' and other '.join(name.replace('_', ' ') for name in others)} than the model's",
            "the words that its texts were cut with",
            f"give the user's lexicon file, or check with the version that made the model ({made_by})",
        )


def _reduced(corpus: Corpus, fit: TopicFit, unit: Any) -> Corpus:
    own = corpus.documents(unit).filter(pl.col("doc_id").is_in(list(fit.doc_ids)))
    if own.is_empty():
        raise CannotBeCheckedError(
            f"a corpus that holds none of the model's {len(fit.doc_ids)} documents",
            "the corpus that it was fitted on, or one that has grown from it",
            "give that corpus",
        )
    return select_readouts(corpus, own["readout_id"].unique().to_list())
