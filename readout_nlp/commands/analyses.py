"""Commands that fit and analyse: run, fit, choose, infer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from readout_nlp.commands.options import (
    AsJson,
    CorpusPaths,
    Corrections,
    ModelFolder,
    OptionalPaths,
    Paths,
    RecipeFile,
    chosen_recipe,
    name_quarantined,
    progress,
)

app = typer.Typer()


@app.command()
def run(
    paths: OptionalPaths = None,
    out: Annotated[Path, typer.Option(help="A new folder, or one whose run was cut short.")] = Path(
        "out/run"
    ),
    recipe: RecipeFile = None,
    corrections: Corrections = None,
    reference: Annotated[
        list[Path] | None,
        typer.Option(help="Texts from above (the centre's), to find echo in; may be repeated."),
    ] = None,
) -> None:
    """Do the whole analysis, from pages to report.

    The last line printed is the path of the report.
    """
    from readout_nlp.workers import parallel_map

    with parallel_map() as spread:
        from readout_nlp.analysis.run import run_analysis  # its libraries load here and beside at once

        done = run_analysis(
            paths or [],
            out,
            recipe=chosen_recipe(recipe),
            corrections=corrections,
            reference=reference or [],
            map=spread,
            progress=progress(),
        )
    for warning in done.warnings:
        typer.echo(f"note: {warning}", err=True)
    code = name_quarantined(done.quarantine)
    typer.echo(done.report)
    raise typer.Exit(code)


@app.command()
def fit(
    corpus: CorpusPaths,
    out: Annotated[Path, typer.Option("--out", help="A new folder for the model.")],
    topics: Annotated[int | None, typer.Option("--topics", help="K, the number of topics.")] = None,
    method: Annotated[
        str | None, typer.Option("--method", help="cvb0, vb or gensim (engines of LDA), or nmf.")
    ] = None,
    recipe: RecipeFile = None,
) -> None:
    """Fit one model on a corpus and save it.

    An LDA is the consensus of several fits, with the stability of its topics (`n_seeds` of the recipe).
    """
    from readout_nlp.analysis.run import fit_and_save
    from readout_nlp.analysis.workers import parallel_map

    settings = chosen_recipe(recipe, n_topics=topics, **_method(method))
    with parallel_map() as spread:
        folder = fit_and_save(corpus, out, recipe=settings, map=spread, progress=progress())
    typer.echo(folder)


@app.command()
def choose(
    corpus: CorpusPaths,
    topics: Annotated[
        str | None, typer.Option("--topics", help="Numbers of topics to try, as 10,20,30; default by size.")
    ] = None,
    seeds: Annotated[int, typer.Option("--seeds", min=2, help="Fits for each number of topics.")] = 5,
    recipe: RecipeFile = None,
    as_json: AsJson = False,
) -> None:
    """Compare numbers of topics and recommend a range.

    Several seeds for each: held-out perplexity, coherence, exclusivity, stability and the smallest topic.
    """
    from readout_nlp.analysis.choose import choose_for, tried
    from readout_nlp.analysis.workers import parallel_map

    settings = chosen_recipe(recipe)
    with parallel_map() as spread:
        found = choose_for(
            corpus, recipe=settings, n_topics=tried(topics), n_seeds=seeds, map=spread, progress=progress()
        )
    typer.echo(json.dumps(found.to_dict(), ensure_ascii=False) if as_json else str(found))


@app.command()
def infer(model: ModelFolder, paths: Paths) -> None:
    """Give the topic shares of new pages under a saved model: one JSON line an item."""
    from readout_nlp.analysis.infer import infer_paths

    lines, set_aside = infer_paths(model, paths, progress=progress())
    for line in lines:
        typer.echo(json.dumps(line, ensure_ascii=False))
    raise typer.Exit(name_quarantined(set_aside))


def _method(name: str | None) -> dict[str, str]:
    """Turn the name of a method into settings of a recipe, which refuses what it does not know."""
    if name is None:
        return {}
    return {"model": "nmf"} if name == "nmf" else {"model": "lda", "engine": name}
