"""One analysis -> one directory: resumed where it stopped, refused where another one lives."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from readout_nlp.analysis.analyse import Analysis, analyse
from readout_nlp.analysis.bounded import bounded, overrun, require_memory
from readout_nlp.analysis.fits import MODELS, Keep, Make, count_corpus, stability_of
from readout_nlp.analysis.plan import require_fits_room, require_results_room
from readout_nlp.analysis.recipe import Recipe
from readout_nlp.analysis.run_manifest import MANIFEST, STARTED, as_call, check_free, run_manifest
from readout_nlp.analysis.summary import summary_of
from readout_nlp.analysis.workers import Map, Progress, Stopwatch
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.corpus.plan import require_store_room
from readout_nlp.corpus.read import read_corpus, sample_corpus, sample_reference
from readout_nlp.corpus.store import ingest, is_store
from readout_nlp.disk_faults import writing_to
from readout_nlp.durable import aside_folder, check_writable, discard, sweep, write_text
from readout_nlp.errors import RecipeError, StoreError
from readout_nlp.flushing import flushed_beside
from readout_nlp.present.drawings import begin_figures
from readout_nlp.present.report import write_report
from readout_nlp.saved.manifest import to_json
from readout_nlp.saved.models import load_model, save_model
from readout_nlp.saved.tables import write_tables
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.quality import topic_table
from readout_nlp.writer_lock import locked

REPORT = "report.html"
FITS = "fits"
STAGES = ("corpus", "tokens", "lda", "nmf", "tables", "clusters", "write", "report", "figures")
"""The stages of a run in their order, as a stopwatch is told of them; models that are left out have none."""

Reading = dict[str, Any]  # how pages are read: map, progress, corrections


@dataclass(frozen=True)
class Done:
    """What a run leaves: report, what a reader must know, pages set aside with the reason, its summary.

    ``overrun`` says that it held more memory than asked for.
    """

    report: Path
    warnings: tuple[str, ...]
    quarantine: list[tuple[str, str]]
    summary: Mapping[str, Any]
    overrun: str | None = None


def run_analysis(
    paths: Sequence[Path],
    out: Path,
    *,
    recipe: Recipe,
    corrections: Path | None = None,
    reference: Sequence[Path] = (),
    texts: bool = True,
    map: Map = map,  # noqa: A002
    draw: Map | None = None,
    progress: Progress | None = None,
    watch: Stopwatch | None = None,
    memory: int | None = None,
) -> Done:
    """Analyse `paths` (none: the built-in sample) into `out`, with a coder's table of corrections if given.

    Echo is looked for in the texts of `reference`; the built-in sample has its own.

    Without `texts` the report holds none, for a corpus that cannot be shared; tables and figures are as ever.

    Finished stages stay in `out` until the end, so that the same call goes on from there if it was cut short.
    With `memory`, a number of bytes, texts and large arrays lie in nameless files in `out`, whose pages the
    system drops when it needs room, and what is too large to be copied to other processes is worked on here:
    more slowly, with the same results. A call that goes on with a run may ask for more or less.

    `watch` is told of every stage, one of `STAGES`. `draw` is the map that draws figures into `out`, where
    `map` gives work to machines that may not see that folder.

    Raises
    ------
    StoreError
        `out` holds something else: a finished run, a run of other pages or settings, or other files.
    RecipeError
        A run of so many items could not keep to `memory`.
    """
    require_memory(memory, 0)
    call = as_call(paths, recipe, corrections=corrections, reference=reference)
    check_free(out, call)
    watch = watch or Stopwatch()
    with locked(out), bounded(memory, out / FITS) as seen:
        check_free(out, call)  # another process may have ended its run since
        _clear_up(out)
        write_text(out / STARTED, to_json(call))
        with watch.stage("corpus"):
            reading: Reading = {"map": map, "progress": progress, "corrections": corrections}
            corpus = kept_corpus(paths, out / "corpus", reading)
            above = reference_corpus(paths, reference, map=map)
        require_memory(memory, corpus.items.height)
        require_fits_room(out, corpus, recipe)
        keep = keeper(out / FITS / corpus.fingerprint[:16])
        told: dict[str, Any] = {"map": map, "progress": progress, "watch": watch}
        found = analyse(corpus, recipe, reference=above, keep=keep, only_main=True, **told)
        with flushed_beside():
            write_results(found, out, texts=texts, map=draw or map, watch=watch)
        _finish(found, out, call=call, seconds=watch.seconds)
    # the sample plants pages that are no readouts; that they were set aside is no fault of anyone's input
    rows = corpus.quarantine.select("origin", "reason").rows() if paths else []
    return Done(
        report=out / REPORT,
        warnings=found.warnings,
        quarantine=[(str(origin), str(reason)) for origin, reason in rows],
        summary=summary_of(found),
        overrun=overrun(memory, seen.most),
    )


def _clear_up(out: Path) -> None:
    """Remove what a killed process left half-written; the lock is held, and stores see to themselves."""
    for folder in (out, *(path for path in out.rglob("*") if path.is_dir() and not path.is_symlink())):
        sweep(folder)


def _finish(found: Analysis, out: Path, *, call: dict[str, Any], seconds: dict[str, float]) -> None:
    """Make the run a finished one: the note of the call goes last, so that a killed run is gone on with."""
    manifest = run_manifest(
        call, found.provenance, synthetic=found.corpus.synthetic, warnings=found.warnings, seconds=seconds
    )
    write_text(out / MANIFEST, to_json(manifest))
    discard(out / FITS)
    with writing_to(out):
        (out / STARTED).unlink()


def kept_corpus(paths: Sequence[Path], store: Path, reading: Reading) -> Corpus:
    """Read the pages into a store that a later call goes on with; a given store is read where it is."""
    if not paths:
        return sample_corpus(map=reading["map"], progress=reading["progress"])
    if len(paths) == 1 and is_store(paths[0]):
        return read_corpus(paths[0], **reading)
    require_store_room(paths, store)
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
                _save_all(make(), side)  # what was made goes before it is read back
        return [load_model(saved) for saved in sorted(place.iterdir())]

    return keep


def _save_all(fits: Sequence[TopicFit], folder: Path) -> None:
    for position, fit in enumerate(fits):
        save_model(fit, folder / f"{position:03d}")


def write_results(
    found: Analysis,
    out: Path,
    *,
    texts: bool = True,
    map: Map,  # noqa: A002
    watch: Stopwatch,
) -> None:
    """Write tables, figures, the model and the report; other processes draw while this one writes."""
    language = found.recipe["language"]
    require_results_room(out, found)
    drawn = begin_figures(found, out / "figures", language=language, map=map)
    with watch.stage("write"):
        write_tables(found.tables, out / "tables")
        save_main_model(found, out / "model")
    with watch.stage("report"):
        write_report(found, out / REPORT, language=language, texts=texts)
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
        `folder` exists already, or could not be written to.
    RecipeError
        Partitions of another model than LDA, or more of them than documents.
    """
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise StoreError(f"{folder} is not empty", "a new folder for the model", "choose another --out")
    if recipe.partitions and recipe.model != "lda":
        raise RecipeError(
            f"partitions={recipe.partitions} for a model of method {recipe.model}",
            "an LDA of the engine cvb0",
            "leave the partitions out, or fit with --method cvb0",
        )
    check_writable(folder)
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
