"""A corpus and a saved model -> an export for another program."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from readout_nlp.analysis.fits import count_corpus
from readout_nlp.analysis.infer import cutting_of
from readout_nlp.analysis.recipe import Recipe
from readout_nlp.analysis.workers import Map, Progress
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.corpus.read import read_corpus
from readout_nlp.errors import RecipeError
from readout_nlp.exchange.to_csv import export_csv
from readout_nlp.exchange.to_gensim import export_gensim
from readout_nlp.exchange.to_ldavis import export_ldavis
from readout_nlp.exchange.to_r import export_r
from readout_nlp.saved.manifest import read_manifest
from readout_nlp.saved.models import load_model
from readout_nlp.tokens.counts import TermMatrix, count_terms
from readout_nlp.tokens.tokenize import tokenize

EXPORTS: Mapping[str, Callable[..., Path]] = {
    "r": export_r,
    "gensim": export_gensim,
    "ldavis": export_ldavis,
    "csv": export_csv,
}


def export_corpus(
    paths: Sequence[Path],
    out: Path,
    *,
    to: str,
    model: Path | None = None,
    recipe: Recipe | None = None,
    with_texts: bool = False,
    gensim_model: bool = False,
    map: Map = map,  # noqa: A002
    progress: Progress | None = None,
) -> Path:
    """Count a corpus as a saved model's texts were counted, or as a recipe says, and export it.

    Parameters
    ----------
    paths
        A corpus store, or pages; none: the built-in sample.
    out
        A new folder.
    to
        ``r``, ``gensim``, ``ldavis`` or ``csv``.
    model
        The folder of a saved model, to be exported with its corpus.
    recipe
        How to cut and count where there is no model; None: the default.
    with_texts
        Whether the texts go too.
    gensim_model
        For gensim: also its own saved model.

    Raises
    ------
    RecipeError
        `to` is not known, or needs a model that is not given.
    InputError, StoreError, CheckError
        As `read_corpus`, `load_model` and the exports raise them.
    """
    if to not in EXPORTS:
        raise RecipeError(f"an export to {to!r}", " or ".join(EXPORTS), "choose one of these")
    if to == "ldavis" and model is None:
        raise RecipeError("an export to ldavis without a model", "a saved model", "give one with --model")
    if gensim_model and to != "gensim":
        raise RecipeError(f"a gensim model asked for in an export to {to}", "--to gensim", "leave it out")
    topics = None if model is None else load_model(model)
    corpus = read_corpus(list(paths), map=map, progress=progress)
    if model is None:
        _, counts = count_corpus(corpus, recipe or Recipe(), map=map, progress=progress)
    else:
        counts = _as_the_model(model, corpus, map=map, progress=progress)
    asked = {"gensim_model": gensim_model} if to == "gensim" else {}
    return EXPORTS[to](counts, corpus, out, topics=topics, with_texts=with_texts, **asked)


def _as_the_model(model: Path, corpus: Corpus, **spread: Any) -> TermMatrix:
    cutting = cutting_of(read_manifest(model))
    tokens = tokenize(corpus, unit=cutting.unit, **cutting.settings, **spread)
    return count_terms(tokens, min_df=1, max_df=1.0)
