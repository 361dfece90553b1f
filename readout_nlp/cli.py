"""The command line: parse arguments, call, give an exit code. No logic of its own, no heavy import."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from readout_nlp.errors import EXIT_DONE, EXIT_QUARANTINED, ReadoutNLPError

if TYPE_CHECKING:
    from readout_nlp.analysis.recipe import Recipe
    from readout_nlp.analysis.workers import Progress

app = typer.Typer(
    rich_markup_mode=None,  # rich trebles the time of --help
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help=(
        "Turn official Chinese meeting readouts (会议通报) into evidence: from raw web pages to topics, "
        "comparisons between cities and years, and a report.\n\n"
        "Start with `readout-nlp run`, which analyses a built-in synthetic sample; "
        "then give it your own folder: `readout-nlp run my_pages/`."
    ),
)

PATHS_HELP = "Pages: folders, .html, .txt, .csv, .jsonl, .parquet, each also .gz."
Paths = Annotated[list[Path], typer.Argument(help=PATHS_HELP)]
OptionalPaths = Annotated[list[Path] | None, typer.Argument(help=f"{PATHS_HELP} None: the built-in sample.")]
RecipeFile = Annotated[Path | None, typer.Option("--recipe", help="Settings in a TOML file.")]
Corrections = Annotated[
    Path | None, typer.Option("--corrections", help="A coder's CSV: sha256, field, value, coder, reason.")
]
CorpusPaths = Annotated[list[Path], typer.Argument(help="A corpus store, or pages.")]
ModelFolder = Annotated[Path, typer.Argument(help="The folder of a saved model.")]


@app.command()
def sample(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder to write to.")],
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 0,
    cities: Annotated[int, typer.Option(min=2, help="How many fictional cities.")] = 12,
    years: Annotated[int, typer.Option(min=1, help="How many years.")] = 8,
    per_cell: Annotated[int | None, typer.Option(min=1, help="Readouts a city and year.")] = None,
) -> None:
    """Write synthetic raw pages with their truth."""
    from readout_nlp.sample.generate import SampleSettings
    from readout_nlp.sample.write import write_sample

    asked = {"seed": seed, "cities": cities, "years": years, "per_cell": per_cell}
    settings = SampleSettings(**{key: value for key, value in asked.items() if value is not None})
    write_sample(folder, settings=settings, progress=_progress())
    typer.echo(folder)


@app.command()
def parse(paths: Paths) -> None:
    """Read pages: one JSON record a line."""
    from readout_nlp.corpus.read import parse_paths

    set_aside = []
    for readout in parse_paths(paths, progress=_progress()):
        typer.echo(readout.to_json())
        if readout.quarantine:
            set_aside.append((readout.origin, readout.quarantine))
    raise typer.Exit(_name(set_aside))


@app.command()
def ingest(
    paths: Paths,
    corpus: Annotated[Path, typer.Option("--corpus", help="The corpus store to add to; made if missing.")],
    corrections: Corrections = None,
) -> None:
    """Add pages to a corpus store; safe to stop and repeat."""
    from readout_nlp.corpus.store import describe_store
    from readout_nlp.corpus.store import ingest as add

    grown = add(paths, corpus, corrections=corrections, progress=_progress())
    typer.echo(json.dumps(describe_store(corpus), ensure_ascii=False))
    raise typer.Exit(_name(grown.quarantine.select("origin", "reason").rows()))


@app.command(name="corpus")
def describe(
    folder: Annotated[Path, typer.Argument(help="A corpus store.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Show what a corpus store holds."""
    from readout_nlp.corpus.coverage import describe_corpus
    from readout_nlp.corpus.store import describe_store, open_store

    about = describe_store(folder)
    typer.echo(json.dumps(about, ensure_ascii=False) if as_json else describe_corpus(open_store(folder)))


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
            recipe=_recipe(recipe),
            corrections=corrections,
            reference=reference or [],
            map=spread,
            progress=_progress(),
        )
    for warning in done.warnings:
        typer.echo(f"note: {warning}", err=True)
    code = _name(done.quarantine)
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

    settings = _recipe(recipe, n_topics=topics, **_method(method))
    with parallel_map() as spread:
        folder = fit_and_save(corpus, out, recipe=settings, map=spread, progress=_progress())
    typer.echo(folder)


@app.command()
def choose(
    corpus: CorpusPaths,
    topics: Annotated[
        str | None, typer.Option("--topics", help="Numbers of topics to try, as 10,20,30; default by size.")
    ] = None,
    seeds: Annotated[int, typer.Option("--seeds", min=2, help="Fits for each number of topics.")] = 5,
    recipe: RecipeFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Compare numbers of topics and recommend a range.

    Several seeds for each: held-out perplexity, coherence, exclusivity, stability and the smallest topic.
    """
    from readout_nlp.analysis.choose import choose_for, tried
    from readout_nlp.analysis.workers import parallel_map

    settings = _recipe(recipe)
    with parallel_map() as spread:
        found = choose_for(
            corpus, recipe=settings, n_topics=tried(topics), n_seeds=seeds, map=spread, progress=_progress()
        )
    typer.echo(json.dumps(found.to_dict(), ensure_ascii=False) if as_json else str(found))


@app.command()
def infer(model: ModelFolder, paths: Paths) -> None:
    """Give the topic shares of new pages under a saved model: one JSON line an item."""
    from readout_nlp.analysis.infer import infer_paths

    lines, set_aside = infer_paths(model, paths, progress=_progress())
    for line in lines:
        typer.echo(json.dumps(line, ensure_ascii=False))
    raise typer.Exit(_name(set_aside))


@app.command()
def evaluate(
    truth: Annotated[Path, typer.Argument(help="JSON lines of what is true of each page.")],
    paths: Paths,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Measure the parser against known truth.

    Every field with its precision, recall, refusals and 95 % intervals.
    """
    from readout_nlp.evaluate.score import evaluate_paths

    measured = evaluate_paths(truth, paths, progress=_progress())
    typer.echo(json.dumps(measured.to_dict(), ensure_ascii=False) if as_json else str(measured))


@app.command()
def show(model: ModelFolder) -> None:
    """Print the card of a saved model."""
    from readout_nlp.saved.card import read_card

    typer.echo(read_card(model), nl=False)


@app.command()
def cite(
    model: ModelFolder,
    style: Annotated[str, typer.Option("--format", help="bibtex, apa or cff.")] = "bibtex",
) -> None:
    """Print a citation of a saved model."""
    from readout_nlp.saved.cite import cite as citation

    typer.echo(citation(model, format=style))


@app.command()
def verify(model: ModelFolder) -> None:
    """Check every file of a saved model.

    Each is compared with its SHA-256; the exit code is 3 if one differs.
    """
    from readout_nlp.saved.verify import verify_hashes

    verdict = verify_hashes(model)
    verdict.require()
    typer.echo(str(verdict))


def main() -> None:
    """Run the command line; known errors become one line on stderr and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a C locale would fail on Chinese
    try:
        app()
    except ReadoutNLPError as fault:
        typer.echo(f"readout-nlp: {fault}", err=True)
        sys.exit(fault.exit_code)


def _recipe(path: Path | None, **asked: object) -> Recipe:
    """Read the recipe file, if any; what the call itself asks for comes on top."""
    from readout_nlp.analysis.recipe import read_recipe, recipe_from

    settings = read_recipe(path).model_dump(exclude_unset=True) if path else {}
    return recipe_from(settings | {key: value for key, value in asked.items() if value is not None})


def _method(name: str | None) -> dict[str, str]:
    """Turn the name of a method into settings of a recipe, which refuses what it does not know."""
    if name is None:
        return {}
    return {"model": "nmf"} if name == "nmf" else {"model": "lda", "engine": name}


def _progress() -> Progress | None:
    from readout_nlp.analysis.workers import progress_bar

    return progress_bar if sys.stderr.isatty() else None


def _name(set_aside: list[tuple[str, str]]) -> int:
    """Name what was quarantined on stderr; the exit code says whether there was anything."""
    for origin, reason in set_aside:
        typer.echo(f"quarantined: {origin}: {reason}", err=True)
    return EXIT_QUARANTINED if set_aside else EXIT_DONE
