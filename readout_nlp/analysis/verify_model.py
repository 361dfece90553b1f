"""A saved model held against its seal, its texts and its recipe: three levels, each with figures."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from readout_nlp.analysis.recount import Recount, recount
from readout_nlp.analysis.refit_check import check_refit
from readout_nlp.analysis.reinfer import reinfer
from readout_nlp.analysis.verdicts import CannotBeCheckedError, Level, Verdicts, cannot
from readout_nlp.analysis.workers import Map, Progress
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import CheckError, RecipeError
from readout_nlp.saved.manifest import read_manifest
from readout_nlp.saved.models import load_model
from readout_nlp.saved.verify import verify_hashes


def verify_model(
    folder: str | Path,
    *,
    corpus: Corpus | None = None,
    refit: bool = False,
    lexicon: str | Path | None = None,
    map: Map = map,  # noqa: A002  # the seam through which processes come from above
    progress: Progress | None = None,
) -> Verdicts:
    """Check a saved model in up to three levels.

    ``hashes``: every file is as it was sealed. ``shares``: the topic shares, inferred again from the texts,
    are the stored ones. ``refit``: the model, fitted again from its recipe, has the same topics.

    Parameters
    ----------
    folder
        A saved model.
    corpus
        The corpus that it was fitted on, or one that has grown from it; None: hashes alone.
    refit
        Fit it again as well. A refit takes as long as the fit did.
    lexicon
        The user's lexicon file that the texts were cut with, if any.
    map
        Spreads fits over processes, to the same result.
    progress
        Wraps long steps, to show a bar.

    Returns
    -------
    Verdicts
        One `Level` for each that was asked for; ``.ok``, ``.require()``, ``.to_dict()``, ``str()``.

    Raises
    ------
    StoreError
        `folder` is no saved model, or a newer version of the package wrote it.
    RecipeError
        A refit without a corpus.

    Examples
    --------
    >>> import tempfile
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=2, years=2, per_cell=2)
    >>> tokens = rn.tokenize(corpus)
    >>> topics = rn.fit_lda(rn.count_terms(tokens), n_topics=3)
    >>> folder = rn.save_model(topics, Path(tempfile.mkdtemp()) / "model", corpus=corpus, tokens=tokens)
    >>> found = verify_model(folder, corpus=corpus, refit=True)
    >>> [(level.name, level.state) for level in found.levels]
    [('hashes', 'passed'), ('shares', 'passed'), ('refit', 'passed')]
    """
    if refit and corpus is None:
        raise RecipeError(
            "a refit without a corpus", "the corpus of the model", "give it with corpus= (--corpus)"
        )
    model = Path(os.path.realpath(folder)).name  # Path.resolve fails on a loop of links before Python 3.13
    hashes = _hashes(folder)
    if corpus is None or not hashes.ok:
        return Verdicts(model=model, levels=(hashes,))
    fit, manifest = load_model(folder), read_manifest(folder)
    names = ["shares", "refit"] if refit else ["shares"]
    try:
        again = recount(fit, manifest, corpus, lexicon=lexicon, map=map, progress=progress)
    except CannotBeCheckedError as why:
        return Verdicts(model=model, levels=(hashes, *(cannot(name, why) for name in names)))
    checks: dict[str, Callable[[Recount], Level]] = {
        "shares": lambda found: reinfer(fit, manifest, found),
        "refit": lambda found: check_refit(fit, manifest, found, map=map),
    }
    return Verdicts(model=model, levels=(hashes, *(_level(name, checks[name], again) for name in names)))


def _hashes(folder: str | Path) -> Level:
    verdict = verify_hashes(folder)
    figures = {
        "files_checked": verdict.n_files,
        "not_as_sealed": [f"{found.file} is {found.fault}" for found in verdict.findings],
    }
    try:
        verdict.require()
    except CheckError as fault:
        return Level(name="hashes", state="failed", says=str(verdict), figures=figures, fault=fault)
    return Level(name="hashes", state="passed", says=str(verdict), figures=figures)


def _level(name: str, check: Callable[[Recount], Level], again: Recount) -> Level:
    try:
        return check(again)
    except CannotBeCheckedError as why:
        return cannot(name, why)
