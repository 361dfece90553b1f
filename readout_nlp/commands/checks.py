"""Commands that check: verify; and convert, which reads a model only if it is what its hashes say."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from readout_nlp.commands.analyses import say_model
from readout_nlp.commands.options import AsJson, Corrections, ModelFolder, Quiet, progress
from readout_nlp.commands.terminal import say_json
from readout_nlp.text_tables import columns_of

app = typer.Typer()


@app.command()
def verify(
    model: ModelFolder,
    corpus: Annotated[
        list[Path] | None,
        typer.Option(
            help="The corpus that the model was fitted on: a store, or pages; may be repeated. The shares of "
            "its documents are inferred again and compared."
        ),
    ] = None,
    refit: Annotated[
        bool, typer.Option("--refit", help="Fit the model again from its recipe and compare the topics.")
    ] = False,
    lexicon: Annotated[
        Path | None, typer.Option(help="The user's lexicon file that the texts were cut with, if any.")
    ] = None,
    corrections: Corrections = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Check a saved model: its files, its shares, its topics.

    Every file is compared with its SHA-256. With --corpus, the topic shares are inferred again; with --refit,
    the model is fitted again. The exit code is 3 if anything is not as it should be, and 2 if it cannot be
    told.
    """
    from readout_nlp.analysis.verify_model import verify_model
    from readout_nlp.analysis.workers import parallel_map
    from readout_nlp.corpus.read import read_corpus

    with parallel_map() as spread:
        texts = (
            read_corpus(corpus, corrections=corrections, map=spread, progress=progress(quiet))
            if corpus
            else None
        )
        verdicts = verify_model(
            model, corpus=texts, refit=refit, lexicon=lexicon, map=spread, progress=progress(quiet)
        )
    if as_json:
        say_json(verdicts.to_dict())
    else:
        typer.echo(verdicts.as_text(columns_of(sys.stdout)))
    verdicts.require()


@app.command()
def convert(
    gensim: Annotated[Path, typer.Argument(help="The file of an LdaModel that gensim's save wrote.")],
    out: Annotated[Path, typer.Option("--out", help="A new folder for the model.")],
    sums: Annotated[
        Path, typer.Option("--sums", help="The SHA-256 of each of its files, as sha256sum prints them.")
    ],
    trust_pickle: Annotated[
        bool,
        typer.Option(
            "--trust-pickle", help="Say that you know who made the files: gensim's files are programs."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Turn a gensim LDA, whose files are pickles, into a saved model.

    Nothing is opened without --trust-pickle, and nothing is unpickled that is not what its hash says.
    """
    from readout_nlp.exchange.gensim_pickle import convert_gensim

    say_model(convert_gensim(gensim, out, trust_pickle=trust_pickle, sha256=sums), as_json=as_json)
