"""Commands that fit and analyse: run, fit, choose, infer."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from readout_nlp.commands.options import (
    AsJson,
    AsJsonLines,
    CorpusPaths,
    Corrections,
    DryRun,
    Memory,
    ModelFolder,
    OptionalPaths,
    Paths,
    Quiet,
    RecipeFile,
    chosen_recipe,
    name_quarantined,
    one_of,
    progress,
    say_plan,
)
from readout_nlp.commands.spreading import Partitions, Scheduler, over
from readout_nlp.commands.terminal import note, say_json
from readout_nlp.errors import EXIT_DONE, EXIT_QUARANTINED

if TYPE_CHECKING:
    from readout_nlp.analysis.run import Done
from readout_nlp.text_tables import columns_of

app = typer.Typer()


@app.command()
def run(
    paths: OptionalPaths = None,
    out: Annotated[Path, typer.Option(help="A new folder, or one whose run was cut short.")] = Path(
        "out/run"
    ),
    recipe: RecipeFile = None,
    only: Annotated[
        str | None,
        typer.Option(
            "--only",
            help="Of other_model, clusters, trends, likeness, words, leaders, tifa and echo, make only these"
            " (commas between them), or none.",
        ),
    ] = None,
    corrections: Corrections = None,
    reference: Annotated[
        list[Path] | None,
        typer.Option(help="Texts from above (the centre's), to find echo in; may be repeated."),
    ] = None,
    no_texts: Annotated[
        bool,
        typer.Option("--no-texts", help="A report without any text, for a corpus that cannot be shared."),
    ] = False,
    scheduler: Scheduler = None,
    memory: Memory = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Do the whole analysis, from pages to report.

    The last line printed is the path of the report.
    """
    import time

    from readout_nlp.analysis.recipe import only as parts_asked
    from readout_nlp.commands.stages import StageList, count_pages, titles_for
    from readout_nlp.room import size_of
    from readout_nlp.workers import FITTING, parallel_map

    settings, most = chosen_recipe(recipe, **parts_asked(only)), size_of(memory) if memory else None
    if dry_run:
        from readout_nlp.analysis.plan import plan_run

        count = os.cpu_count() or 1
        say_plan(plan_run(paths or [], out, recipe=settings, workers=count, memory=most), as_json=as_json)
        return
    start = time.perf_counter()
    titles, n_pages = titles_for(settings.fitted), count_pages(paths or []) or None
    stages = None if quiet else StageList(sys.stderr, titles=titles, n_pages=n_pages)
    with parallel_map(also=FITTING) as here, over(scheduler, here) as spread:
        from readout_nlp.analysis.run import run_analysis  # its libraries load here and beside at once

        done = run_analysis(
            paths or [],
            out,
            recipe=settings,
            corrections=corrections,
            reference=reference or [],
            texts=not no_texts,
            map=stages.map(spread) if stages else spread,
            draw=stages.map(here) if stages else here,
            progress=stages.progress if stages else None,
            watch=stages,
            memory=most,
        )
    _say_ending(done, seconds=time.perf_counter() - start, as_json=as_json, quiet=quiet)
    raise typer.Exit(EXIT_QUARANTINED if done.quarantine else EXIT_DONE)


@app.command()
def fit(
    corpus: CorpusPaths,
    out: Annotated[Path, typer.Option("--out", help="A new folder for the model.")],
    topics: Annotated[int | None, typer.Option("--topics", help="K, the number of topics.")] = None,
    method: Annotated[
        str | None,
        typer.Option(
            "--method",
            help="cvb0, vb or gensim (engines of LDA), or nmf.",
            autocompletion=one_of("cvb0", "vb", "gensim", "nmf"),
        ),
    ] = None,
    partitions: Partitions = None,
    recipe: RecipeFile = None,
    scheduler: Scheduler = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Fit one model on a corpus and save it.

    An LDA is the consensus of several fits, with the stability of its topics (`n_seeds` of the recipe).
    """
    from readout_nlp.analysis.run import fit_and_save
    from readout_nlp.analysis.workers import parallel_map

    settings = chosen_recipe(recipe, n_topics=topics, partitions=partitions, **_method(method))
    with parallel_map() as here, over(scheduler, here) as spread:
        folder = fit_and_save(corpus, out, recipe=settings, map=spread, progress=progress(quiet))
    say_model(folder, as_json=as_json)


@app.command()
def choose(
    corpus: CorpusPaths,
    topics: Annotated[
        str | None, typer.Option("--topics", help="Numbers of topics to try, as 10,20,30; default by size.")
    ] = None,
    seeds: Annotated[int, typer.Option("--seeds", min=2, help="Fits for each number of topics.")] = 5,
    partitions: Partitions = None,
    recipe: RecipeFile = None,
    scheduler: Scheduler = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Compare numbers of topics and recommend a range.

    Several seeds for each: held-out perplexity, coherence, exclusivity, stability and the smallest topic.
    """
    from readout_nlp.analysis.choose import choose_for, tried
    from readout_nlp.analysis.workers import parallel_map

    settings = chosen_recipe(recipe, partitions=partitions)
    with parallel_map() as here, over(scheduler, here) as spread:
        found = choose_for(
            corpus,
            recipe=settings,
            n_topics=tried(topics),
            n_seeds=seeds,
            map=spread,
            progress=progress(quiet),
        )
    if as_json:
        say_json(found.to_dict())
    else:
        typer.echo(found.as_text(columns_of(sys.stdout)))


@app.command()
def infer(model: ModelFolder, paths: Paths, as_json: AsJsonLines = False, quiet: Quiet = False) -> None:
    """Give the topic shares of new pages under a saved model: one JSON line an item."""
    from readout_nlp.analysis.infer import infer_paths

    del as_json  # they are JSON lines in any case
    lines, set_aside = infer_paths(model, paths, progress=progress(quiet, streaming=True))
    for line in lines:
        say_json(line)
    raise typer.Exit(name_quarantined(set_aside))


def say_model(folder: Path, *, as_json: bool) -> None:
    """Say where a new model is; for programs also what it is."""
    if not as_json:
        typer.echo(folder)
        return
    from readout_nlp.saved.manifest import read_manifest

    about = read_manifest(folder)["model"]
    say_json({"model": folder, **{key: about[key] for key in ("fingerprint", "method", "n_topics")}})


def _say_ending(done: Done, *, seconds: float, as_json: bool, quiet: bool) -> None:
    """Say what must be known on stderr, and the report's path or JSON as the last line of stdout."""
    from readout_nlp.analysis.run_manifest import read_run_manifest
    from readout_nlp.commands import ending

    name_quarantined(done.quarantine, listed="tables/quarantine.csv")
    note([*done.warnings, *([done.overrun] if done.overrun else [])])
    if not quiet:
        typer.echo("\n" + ending.ending(done, seconds=seconds, width=columns_of(sys.stderr)) + "\n", err=True)
    if as_json:
        say_json(ending.as_json(done, seconds=read_run_manifest(done.report.parent)["seconds"]))
    else:
        typer.echo(done.report)


def _method(name: str | None) -> dict[str, str]:
    """Turn the name of a method into settings of a recipe, which refuses what it does not know."""
    if name is None:
        return {}
    return {"model": "nmf"} if name == "nmf" else {"model": "lda", "engine": name}
