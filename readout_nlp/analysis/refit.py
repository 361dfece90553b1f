"""A saved model fitted again on a grown corpus: topics keep their ids, and drift is told from chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from readout_nlp.analysis.carried_labels import carry_labels
from readout_nlp.analysis.extend import infer_saved
from readout_nlp.analysis.fits import MODELS, count_corpus, stability_of
from readout_nlp.analysis.recipe import Recipe, recipe_from
from readout_nlp.analysis.refit_baseline import BASELINE, baseline_of
from readout_nlp.analysis.refit_start import START_KEY, chosen_start, fit_from, starting_topics
from readout_nlp.analysis.workers import Map, Progress
from readout_nlp.compare.topic_drift import topic_drift
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.corpus.select import select_readouts
from readout_nlp.durable import aside_folder
from readout_nlp.errors import InputError, RecipeError, StoreError
from readout_nlp.saved.labels import read_labels
from readout_nlp.saved.manifest import read_manifest
from readout_nlp.saved.models import load_model, save_model
from readout_nlp.saved.sealing import reseal
from readout_nlp.saved.tables import plain
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.tokens.tokenize import Tokens
from readout_nlp.topics.align import MIN_COSINE, MIN_JACCARD, align_topics
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.infer import Inference
from readout_nlp.topics.quality import topic_table

HISTORY, DRIFT, EXTENDS = "topic_history", "drift", "extends"


@dataclass(frozen=True, kw_only=True, eq=False)
class Refit:
    """A model fitted again, with what became of the topics of the one before.

    Attributes
    ----------
    fit
        The new model, its topics under permanent ids.
    drift
        As `topic_drift` gives it, and ``attrs["start"]``, ``attrs["lexicon_changed"]``.
    added
        The new documents under the model before; None where there are none.
    corpus, tokens, counts, recipe
        What the new model was fitted on, and how.
    topics
        Quality and stability of the new topics, one row each.
    labels
        A person's labels of topics that stayed the same, with a note of where they come from; see
        `readout_nlp.analysis.carried_labels`.
    lineage
        What the manifest says of the model before: ``extends``, ``topic_history``, ``drift``.
    """

    fit: TopicFit
    drift: pd.DataFrame
    added: Inference | None
    corpus: Corpus
    tokens: Tokens
    counts: TermMatrix
    recipe: Mapping[str, Any]
    topics: pd.DataFrame
    labels: pd.DataFrame
    lineage: Mapping[str, Any]


def refit(
    folder: str | Path,
    corpus: Corpus,
    *,
    n_topics: int | None = None,
    start: str | None = None,
    baseline: int = BASELINE,
    map: Map = map,  # noqa: A002
    progress: Progress | None = None,
) -> Refit:
    """Fit a saved model again, by its own recipe, on its corpus as it has grown since.

    By default an LDA starts from the topics of the model before. This finds nearly every topic again, where a
    fit anew loses some, and foretells held-out documents about as well (`benchmarks/refit.py` prints both).
    What moves then is moved by the documents, not by another start. NMF, which starts from the data, is
    fitted anew.

    Parameters
    ----------
    folder
        The saved model; it is read, and not changed by a byte.
    corpus
        The corpus of the model with what was added.
    n_topics
        K; None: as before. Of more topics, those that start without a model before them are those of the new
        documents alone that resemble no old topic; of fewer, the largest stay.
    start
        ``earlier``: from the topics before (LDA alone); ``anew``: as the recipe says, topics then matched.
    baseline
        How many refits show what changes where nothing has drifted: each repeats the step from a random part
        of the old documents to all of them. 0: none, and drift is not told from chance.
    map, progress
        As in `readout_nlp.analysis.analyse.analyse`.

    Raises
    ------
    RecipeError
        The model was saved without a recipe, is of a split sample or a clustering, or cannot start so.
    InputError
        The corpus holds no document of the model: it is another corpus, not a grown one.

    Examples
    --------
    >>> import tempfile
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=2, years=2, per_cell=2)
    >>> before = rn.analyse(rn.select_readouts(corpus, corpus.readouts["readout_id"][:6]),
    ...                     rn.Recipe(n_topics=3, passes=2, n_seeds=1))
    >>> folder = rn.save_model(before.topics, Path(tempfile.mkdtemp()) / "model", corpus=before.corpus,
    ...                        tokens=before.tokens, tables=before.tables, recipe=before.recipe)
    >>> found = refit(folder, corpus, baseline=1)
    >>> found.drift.attrs["n_new"] > 0
    True
    """
    earlier, manifest = load_model(folder), read_manifest(folder)
    recipe = _recipe(manifest, earlier, n_topics)
    chosen = chosen_start(start, earlier)
    tokens, counts = count_corpus(corpus, recipe, map=map, progress=progress)
    groups = _readout_of(corpus, counts, recipe)
    _check_grown(earlier, counts)
    anew = MODELS[recipe.model](counts, recipe, map=map)
    if chosen == "earlier":
        init = starting_topics(
            earlier, counts, n_topics=recipe.topics_for(len(counts.doc_ids)), recipe=recipe
        )
        fits = [fit_from(init, counts, recipe, map=map), anew[0]]
    else:
        fits = list(anew)
    fit, _ = align_topics(fits[0], earlier, used=used_ids(manifest))
    added = _added(folder, earlier, corpus, recipe=recipe, progress=progress)
    changes = baseline_of(
        earlier, counts, groups=groups, recipe=recipe, start=chosen, n=baseline, map=map, progress=progress
    )
    drift = topic_drift(earlier, fit, added=added, baseline=changes)
    before = (manifest.get("lexicon") or {}).get("fingerprint")
    drift.attrs |= {
        "start": chosen,
        "lexicon_changed": before is not None and before != tokens.lexicon_fingerprint,
    }
    topics = topic_table(fit, counts, stability=stability_of([fit, *fits[1:]]))
    return Refit(
        fit=fit,
        drift=drift,
        added=added,
        corpus=corpus,
        tokens=tokens,
        counts=counts,
        recipe=recipe.model_dump(mode="json") | {"n_topics": fit.n_topics},
        topics=topics,
        labels=carry_labels(topics, read_labels(folder), drift, model=manifest["model"]["fingerprint"]),
        lineage=_lineage(manifest, fit, drift),
    )


def save_refit(found: Refit, out: str | Path, *, citation: Mapping[str, Any] | None = None) -> Path:
    """Save a refit as a model of its own, whole or not at all; its manifest names the model before.

    Parameters
    ----------
    found
    out
        A new folder.
    citation
        As in `save_model`; that of the model before is not taken over, nor is its human validation.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    StoreError
        `out` holds something.

    Examples
    --------
    >>> import tempfile
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=2, years=2, per_cell=2)
    >>> before = rn.analyse(rn.select_readouts(corpus, corpus.readouts["readout_id"][:6]),
    ...                     rn.Recipe(n_topics=3, passes=2, n_seeds=1))
    >>> folder = rn.save_model(before.topics, Path(tempfile.mkdtemp()) / "model", corpus=before.corpus,
    ...                        tokens=before.tokens, tables=before.tables, recipe=before.recipe)
    >>> found = refit(folder, corpus, baseline=1)
    >>> rn.load_model(save_refit(found, folder.parent / "model-2")).topic_ids == found.fit.topic_ids
    True
    """
    out = Path(out)
    check_new(out)
    with aside_folder(out) as side:
        model = save_model(
            found.fit,
            side / "model",
            corpus=found.corpus,
            tokens=found.tokens,
            tables={"topics": found.topics},
            recipe=found.recipe,
            citation=citation,
        )
        manifest = read_manifest(model)
        lineage = dict(found.lineage)
        own = {**lineage[HISTORY][-1], "model": manifest["model"]["fingerprint"]}
        lineage[HISTORY] = [*lineage[HISTORY][:-1], own]
        reseal(model, manifest | lineage, found.labels)
        for file in sorted(model.iterdir()):
            file.replace(side / file.name)
        model.rmdir()
    return out


def check_new(out: Path, *, beside: Path | None = None, table: Path | None = None) -> None:
    """Refuse a folder that holds something, and a folder or a table within a model that is sealed.

    Raises
    ------
    StoreError
    """
    if out.is_file() or (out.is_dir() and any(out.iterdir())):
        raise StoreError(f"something in {out}", "a new folder for the model", "choose another --out")
    for model, path in ((beside, out), (beside, table), (out, table)):
        if model is not None and path is not None and path.resolve().is_relative_to(model.resolve()):
            raise StoreError(
                f"{path} within the sealed model {model}",
                "a place outside it: another file in it would break its seal",
                "choose another place",
            )


def used_ids(manifest: Mapping[str, Any]) -> list[str]:
    """Give every topic id that the model or any model before it ever used, in order of first use.

    Examples
    --------
    >>> past = [{"model": "ab", "topic_ids": ["t01", "t02"], "retired": []}]
    >>> used_ids({"model": {"topic_ids": ["t01", "t03"]}, "topic_history": past})
    ['t01', 't02', 't03']
    """
    past = [name for one in manifest.get(HISTORY, []) for name in (*one["topic_ids"], *one["retired"])]
    return list(dict.fromkeys([*past, *manifest["model"]["topic_ids"]]))


def _recipe(manifest: Mapping[str, Any], earlier: TopicFit, n_topics: int | None) -> Recipe:
    settings = manifest.get("recipe")
    if not settings:
        raise RecipeError(
            "a model saved without its recipe", "one that `fit` or `run` made", "fit a model anew with `fit`"
        )
    recipe = recipe_from(
        {**settings, "n_topics": n_topics or earlier.n_topics}, origin="the recipe of the model"
    )
    if recipe.split is not None or earlier.method != recipe.model:
        what = "a split sample" if recipe.split is not None else f"method {earlier.method}"
        raise RecipeError(
            f"a model of {what}", f"a {recipe.model} fitted on all its documents", "fit a model anew"
        )
    return recipe


def _readout_of(corpus: Corpus, counts: TermMatrix, recipe: Recipe) -> list[str]:
    about = corpus.documents(recipe.unit).select("doc_id", "readout_id")
    readout = dict(about.iter_rows())
    return [readout[name] for name in counts.doc_ids]


def _check_grown(earlier: TopicFit, counts: TermMatrix) -> None:
    if not set(earlier.doc_ids) & set(counts.doc_ids):
        raise InputError(
            f"none of the model's {len(earlier.doc_ids)} documents in the corpus",
            "the corpus of the model with what was added to it",
            "ingest the new pages into that corpus store, or fit a model of its own with `fit`",
        )


def _added(
    folder: str | Path, earlier: TopicFit, corpus: Corpus, *, recipe: Recipe, progress: Progress | None
) -> Inference | None:
    about = corpus.documents(recipe.unit)
    known = set(earlier.doc_ids)
    pairs = zip(about["doc_id"], about["readout_id"], strict=True)
    readouts = {readout for name, readout in pairs if name not in known}
    if not readouts:
        return None
    return infer_saved(folder, select_readouts(corpus, readouts), progress=progress)


def _lineage(manifest: Mapping[str, Any], fit: TopicFit, drift: pd.DataFrame) -> dict[str, Any]:
    before, ids = manifest["model"], manifest["model"]["topic_ids"]
    first = [{"model": before["fingerprint"], "topic_ids": list(ids), "retired": []}]
    past = manifest.get(HISTORY) or first
    own = {
        "model": None,  # its numbers are named once they are written
        "topic_ids": list(fit.topic_ids),
        "retired": [name for name in ids if name not in fit.topic_ids],
    }
    corpus = manifest.get("corpus") or {}
    attrs = dict(drift.attrs)
    return {
        EXTENDS: {
            "model": before["fingerprint"],
            "corpus": corpus.get("fingerprint"),
            "start": attrs["start"],
            "start_topics": START_KEY if START_KEY in fit.state else None,
            "same_topic": {"min_cosine": MIN_COSINE, "min_jaccard": MIN_JACCARD},
        },
        HISTORY: [*past, own],
        DRIFT: {
            **{name: plain(value) for name, value in attrs.items()},
            "topics": [{k: plain(v) for k, v in row.items()} for row in drift.to_dict(orient="records")],
        },
    }
