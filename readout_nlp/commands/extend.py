"""Commands that carry a saved model and a corpus on: refit, merge."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from readout_nlp.commands.corpora import say_store
from readout_nlp.commands.options import AsJson, CorpusPaths, ModelFolder, Quiet, one_of, progress
from readout_nlp.commands.terminal import say_json
from readout_nlp.text_tables import columns_of

app = typer.Typer()


@app.command()
def refit(
    model: ModelFolder,
    corpus: CorpusPaths,
    out: Annotated[Path, typer.Option("--out", help="A new folder for the new model.")],
    topics: Annotated[
        int | None, typer.Option("--topics", min=2, help="K, the number of topics; default: as before.")
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(
            "--start",
            help="earlier: from the topics before (default for LDA); anew: match them after.",
            autocompletion=one_of("earlier", "anew"),
        ),
    ] = None,
    baseline: Annotated[
        int,
        typer.Option("--baseline", min=0, help="Refits within the old documents that drift is told from."),
    ] = 10,
    drift: Annotated[
        Path | None, typer.Option("--drift", help="Write the table of drift as CSV too.")
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Fit a saved model again on its corpus as it has grown.

    Topics that are still the same keep their permanent ids and a person's labels. The table says of every
    topic whether it is stable, moved, new or gone, beside what refits change where nothing is new. The old
    model stays as it is.
    """
    from readout_nlp.analysis.refit import check_new, save_refit
    from readout_nlp.analysis.refit import refit as fit_again
    from readout_nlp.analysis.workers import parallel_map
    from readout_nlp.compare.drift_text import describe_drift
    from readout_nlp.corpus.read import read_corpus
    from readout_nlp.durable import write_bytes
    from readout_nlp.saved.tables import csv_bytes, plain

    check_new(out, beside=model, table=drift)
    with parallel_map() as spread:
        grown = read_corpus(list(corpus), map=spread, progress=progress(quiet))
        found = fit_again(
            model,
            grown,
            n_topics=topics,
            start=start,
            baseline=baseline,
            map=spread,
            progress=progress(quiet),
        )
    folder = save_refit(found, out)
    if drift is not None:
        write_bytes(drift, csv_bytes(found.drift))
    if as_json:
        say_json({"model": folder, **plain(found.lineage["drift"])})
    else:
        typer.echo(describe_drift(found.drift, width=columns_of(sys.stdout)))
        typer.echo(folder)


@app.command()
def merge(
    stores: Annotated[
        list[str], typer.Argument(help="Corpus stores, each as PATH or NAME=PATH; a name is a-z, 0-9, . _ -.")
    ],
    corpus: Annotated[Path, typer.Option("--corpus", help="A new folder for the merged corpus store.")],
    as_json: AsJson = False,
) -> None:
    """Make one corpus store of several, each page with the stores that it came from.

    Pages that report one meeting become one readout, as within one store; corrections and events are kept.
    The order of the stores changes nothing.
    """
    from readout_nlp.corpus.join_stores import merge_stores
    from readout_nlp.corpus.store import describe_store
    from readout_nlp.corpus.store_names import named_stores

    folder = merge_stores(named_stores(stores), corpus)
    say_store(
        {"folder": folder, **describe_store(folder)} if as_json else describe_store(folder), as_json=as_json
    )
    if not as_json:
        typer.echo(folder)
