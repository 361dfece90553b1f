"""One analysis -> one directory: resumed where it stopped, refused where another one lives."""

from __future__ import annotations

import json
import shutil
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from readout_nlp.analysis.analyse import Analysis, analyse
from readout_nlp.analysis.fits import MODELS, Keep, Make, count_corpus, stability_of
from readout_nlp.analysis.recipe import Recipe
from readout_nlp.analysis.workers import Map, Progress, Stopwatch
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.corpus.read import read_corpus, sample_corpus, sample_reference
from readout_nlp.corpus.store import ingest, is_store
from readout_nlp.durable import SIDE_PREFIX, aside_folder, locked, sha256_file, write_text
from readout_nlp.errors import StoreError
from readout_nlp.present.drawings import begin_figures
from readout_nlp.present.report import write_report
from readout_nlp.saved.manifest import to_json
from readout_nlp.saved.models import load_model, save_model
from readout_nlp.saved.provenance import library_versions
from readout_nlp.saved.tables import write_tables
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.quality import topic_table

SCHEMA_VERSION = 1
STARTED = "started.json"
MANIFEST = "manifest.json"
REPORT = "report.html"
FITS = "fits"

Reading = dict[str, Any]  # how pages are read: map, progress, corrections


@dataclass(frozen=True)
class Done:
    """What a run leaves: the report, what a reader must know, and the pages set aside with the reason."""

    report: Path
    warnings: tuple[str, ...]
    quarantine: list[tuple[str, str]]


def run_analysis(
    paths: Sequence[Path],
    out: Path,
    *,
    recipe: Recipe,
    corrections: Path | None = None,
    reference: Sequence[Path] = (),
    map: Map = map,  # noqa: A002
    progress: Progress | None = None,
) -> Done:
    """Analyse `paths` (none: the built-in sample) into `out`, with a coder's table of corrections if given.

    Echo is looked for in the texts of `reference`; the built-in sample has its own.

    Finished stages stay in `out` until the end, so that the same call goes on from there if it was cut short.

    Raises
    ------
    StoreError
        `out` holds something else: a finished run, a run of other pages or settings, or other files.
    """
    call = as_call(paths, recipe, corrections=corrections, reference=reference)
    check_free(out, call)
    watch = Stopwatch()
    with locked(out):
        write_text(out / STARTED, to_json(call))
        with watch.stage("corpus"):
            reading: Reading = {"map": map, "progress": progress, "corrections": corrections}
            corpus = kept_corpus(paths, out / "corpus", reading)
            above = reference_corpus(paths, reference, map=map)
        keep = keeper(out / FITS / corpus.fingerprint[:16])
        found = analyse(corpus, recipe, reference=above, map=map, progress=progress, keep=keep, watch=watch)
        write_results(found, out, map=map, watch=watch)
        write_text(out / MANIFEST, to_json(manifest_of(found, call, watch)))
        (out / STARTED).unlink()
        shutil.rmtree(out / FITS)
    # the sample plants pages that are no readouts; that they were set aside is no fault of anyone's input
    rows = corpus.quarantine.select("origin", "reason").rows() if paths else []
    return Done(out / REPORT, found.warnings, [(str(origin), str(reason)) for origin, reason in rows])


def as_call(
    paths: Sequence[Path],
    recipe: Recipe,
    *,
    corrections: Path | None = None,
    reference: Sequence[Path] = (),
) -> dict[str, Any]:
    """Give what makes two runs the same: pages, corrections, settings and versions."""
    return {
        "schema_version": SCHEMA_VERSION,
        "pages": [str(path) for path in paths] or "the built-in sample",
        "reference": [str(path) for path in reference],
        "corrections": sha256_file(corrections) if corrections and corrections.is_file() else None,
        "recipe": recipe.model_dump(mode="json"),
        "libraries": library_versions(),
    }


def check_free(out: Path, call: dict[str, Any]) -> None:
    """Refuse a directory that holds anything but this call's own unfinished run."""
    if out.exists() and not out.is_dir():
        raise StoreError(f"{out} is a file", "a directory to write to", "choose another --out")
    names = {path.name for path in out.iterdir()} if out.exists() else set()
    names = {name for name in names if name != ".lock" and not name.startswith(SIDE_PREFIX)}
    if MANIFEST in names:
        raise StoreError(f"a finished run in {out}", "a new directory", "choose another --out, or remove it")
    if STARTED in names and json.loads((out / STARTED).read_text(encoding="utf-8")) != call:
        raise StoreError(
            f"an unfinished run of other pages, settings or versions in {out}",
            "a new directory, or the same call again",
            "choose another --out, or remove it",
        )
    if names and STARTED not in names:
        raise StoreError(
            f"{len(names)} other files in {out} ({', '.join(sorted(names)[:3])})",
            "a new or empty directory",
            "choose another --out",
        )


def kept_corpus(paths: Sequence[Path], store: Path, reading: Reading) -> Corpus:
    """Read the pages into a store that a later call goes on with; a given store is read where it is."""
    if not paths:
        return sample_corpus()
    if len(paths) == 1 and is_store(paths[0]):
        return read_corpus(paths[0], **reading)
    return ingest(list(paths), store, **reading)


def reference_corpus(
    paths: Sequence[Path],
    reference: Sequence[Path],
    *,
    map: Map = map,  # noqa: A002
) -> Corpus | None:
    """Read the texts from above; none for pages that come without them."""
    if reference:
        return read_corpus(list(reference), map=map)
    return None if paths else sample_reference()


def keeper(folder: Path) -> Keep:
    """Give a function that reads finished models back from `folder`, or makes and saves them there."""

    def keep(name: str, make: Make) -> Sequence[TopicFit]:
        place = folder / name
        if not place.exists():
            with aside_folder(place) as side:
                for position, fit in enumerate(make()):
                    save_model(fit, side / f"{position:03d}")
        return [load_model(saved) for saved in sorted(place.iterdir())]

    return keep


def write_results(found: Analysis, out: Path, *, map: Map, watch: Stopwatch) -> None:  # noqa: A002
    """Write tables, figures, the model and the report; other processes draw while this one writes."""
    language = found.recipe["language"]
    drawn = begin_figures(found, out / "figures", language=language, map=map)
    with watch.stage("write"):
        write_tables(found.tables, out / "tables")
        save_main_model(found, out / "model")
    with watch.stage("report"):
        write_report(found, out / REPORT, language=language)
    with watch.stage("figures"):
        deque(drawn, maxlen=0)


def save_main_model(found: Analysis, folder: Path) -> Path:
    """Save the main model with all that its card needs."""
    return save_model(
        found.topics,
        folder,
        corpus=found.corpus,
        tokens=found.tokens,
        tables=found.tables,
        recipe=found.recipe,
        overwrite=True,
    )


def manifest_of(found: Analysis, call: dict[str, Any], watch: Stopwatch) -> dict[str, Any]:
    """Give what the run was: the call, the provenance, and seconds by stage."""
    return {
        **found.provenance,
        "schema_version": SCHEMA_VERSION,
        "pages": call["pages"],
        "reference": call["reference"],
        "synthetic": found.corpus.synthetic,
        "warnings": list(found.warnings),
        "seconds": watch.seconds,
    }


def fit_and_save(
    paths: Sequence[Path],
    folder: Path,
    *,
    recipe: Recipe,
    map: Map = map,  # noqa: A002
    progress: Progress | None = None,
) -> Path:
    """Fit the one model that `recipe` names on a corpus and save it, with its topics' quality and stability.

    Raises
    ------
    StoreError
        `folder` exists already.
    """
    if folder.exists() and any(folder.iterdir()):
        raise StoreError(f"{folder} is not empty", "a new folder for the model", "choose another --out")
    corpus = read_corpus(list(paths), map=map, progress=progress)
    tokens, counts = count_corpus(corpus, recipe, map=map, progress=progress)
    fits = MODELS[recipe.model](counts, recipe, map=map)
    topics = topic_table(fits[0], counts, stability=stability_of(fits))
    return save_model(
        fits[0],
        folder,
        corpus=corpus,
        tokens=tokens,
        tables={"topics": topics},
        recipe=recipe.model_dump(mode="json") | {"n_topics": fits[0].n_topics},
    )
