"""Commands to and from other programs: export, import."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from readout_nlp.commands.analyses import say_model
from readout_nlp.commands.options import (
    AsJson,
    CorpusPaths,
    Quiet,
    RecipeFile,
    chosen_recipe,
    one_of,
    progress,
)
from readout_nlp.commands.terminal import note, say_json
from readout_nlp.errors import EXIT_DONE, EXIT_QUARANTINED

app = typer.Typer()


@app.command()
def export(
    corpus: CorpusPaths,
    to: Annotated[
        str,
        typer.Option(
            "--to", help="r, gensim, ldavis or csv.", autocompletion=one_of("r", "gensim", "ldavis", "csv")
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="A new folder for the export.")],
    model: Annotated[
        Path | None, typer.Option("--model", help="A saved model of this corpus, to export with it.")
    ] = None,
    recipe: RecipeFile = None,
    with_texts: Annotated[
        bool, typer.Option("--with-texts", help="Export the texts too; without it none goes.")
    ] = False,
    gensim_model: Annotated[
        bool, typer.Option("--gensim-model", help="For gensim: also save the model by gensim, as pickles.")
    ] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write counts, document variables and a model for another program.

    For R (quanteda, stm, keyATM), gensim, LDAvis, or as tidy tables. The last line printed is the folder.
    """
    from readout_nlp.analysis.exporting import export_corpus
    from readout_nlp.workers import parallel_map

    with parallel_map() as spread:
        folder = export_corpus(
            corpus,
            out,
            to=to,
            model=model,
            recipe=chosen_recipe(recipe),
            with_texts=with_texts,
            gensim_model=gensim_model,
            map=spread,
            progress=progress(quiet),
        )
    if as_json:
        say_json({"folder": folder, "files": sorted(path.name for path in folder.iterdir())})
    else:
        typer.echo(folder)


@app.command(name="import")
def import_(
    paths: Annotated[
        list[Path], typer.Argument(help="A folder, or files: topic_terms, doc_topics, vocabulary, doc_ids.")
    ],
    source: Annotated[
        str,
        typer.Option(
            "--from", help="r, gensim-matrices or csv.", autocompletion=one_of("r", "gensim-matrices", "csv")
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="A new folder for the model.")],
    log_beta: Annotated[
        bool, typer.Option("--log-beta", help="The topics' weights are logarithms (stm, topicmodels).")
    ] = False,
    program: Annotated[
        str | None, typer.Option("--program", help="What fitted it, with its version; kept with the model.")
    ] = None,
    corpus: Annotated[
        Path | None, typer.Option("--corpus", help="The corpus store it is about, to match documents by id.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Save the matrices of a finished topic model of another program as a model to compare with.

    Documents that the corpus does not hold are named and left out; the exit code is then 1.
    """
    from readout_nlp.analysis.importing import import_model

    folder, unmatched = import_model(
        paths, out, source=source, log_beta=log_beta, program=program, corpus=corpus
    )
    note(unmatched, label="not in the corpus")
    say_model(folder, as_json=as_json)
    raise typer.Exit(EXIT_QUARANTINED if unmatched else EXIT_DONE)
