"""Commands of replication: package, reproduce."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from readout_nlp.commands.options import AsJson, Quiet, progress
from readout_nlp.commands.terminal import note, say, say_json
from readout_nlp.errors import EXIT_CHECK_FAILED, EXIT_DONE, RecipeError

app = typer.Typer()


@app.command()
def package(
    run: Annotated[Path, typer.Argument(help="The directory of a finished run; with --seal, a package.")],
    out: Annotated[Path | None, typer.Option("--out", help="A new folder for the package.")] = None,
    with_texts: Annotated[
        bool,
        typer.Option(
            "--with-texts/--hashes",
            help="Put the texts in, or only where each page was found and its SHA-256: texts are others' "
            "property, and a package is made to be published.",
        ),
    ] = False,
    notebooks: Annotated[
        list[Path] | None, typer.Option(help="A folder of notebooks to put in; may be repeated.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="The title of the package.")] = None,
    author: Annotated[
        list[str] | None, typer.Option(help="An author, as 'Family, Given'; may be repeated.")
    ] = None,
    license_: Annotated[
        str | None, typer.Option("--license", help="The licence of your own parts, such as CC-BY-4.0.")
    ] = None,
    lock: Annotated[
        Path | None, typer.Option(help="The lock file with hashes that the environment came from.")
    ] = None,
    corpus: Annotated[
        Path | None, typer.Option(help="The corpus store that the run read, if it has been moved.")
    ] = None,
    corrections: Annotated[
        Path | None, typer.Option(help="The table of corrections that a run on a store was given.")
    ] = None,
    zip_: Annotated[bool, typer.Option("--zip", help="Also write OUT.zip, for a repository.")] = False,
    seal: Annotated[
        bool, typer.Option("--seal", help="Seal a package again after its README was filled in.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a replication package of a finished run.

    It holds settings, exact versions and the program itself, a codebook, tables, figures, model, report, and
    the texts or their hashes. The last line printed is its path.
    """
    from readout_nlp.replication.archive import zip_folder
    from readout_nlp.replication.package import Choices, reseal, write_package

    if seal:
        made = reseal(run)
    elif out is None:
        raise RecipeError("no --out", "a new folder for the package", "add --out FOLDER")
    else:
        given = {"title": title, "authors": author, "license": license_}
        choices = Choices(
            texts=with_texts,
            notebooks=tuple(notebooks or ()),
            lock=lock,
            corpus=corpus,
            corrections=corrections,
            citation={key: value for key, value in given.items() if value},
        )
        packed = write_package(run, out, choices=choices)
        note(packed.notes)
        made = packed.folder
    archive = zip_folder(made, made.with_name(f"{made.resolve().name}.zip")) if zip_ else None
    if as_json:
        say_json({"folder": made, "zip": archive})
    else:
        typer.echo(archive or made)


@app.command()
def reproduce(
    package: Annotated[Path, typer.Argument(help="The folder of a replication package, or its .zip.")],
    pages: Annotated[
        list[Path] | None,
        typer.Option(help="Where the pages are, if the package holds their hashes; may be repeated."),
    ] = None,
    out: Annotated[
        Path, typer.Option(help="A new folder, or one in which reproducing it was cut short.")
    ] = Path("out/reproduced"),
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Run a replication package again and compare every number.

    The exit code is 3 if it does not reproduce. Every comparison is in OUT/reproduction.csv, whose path is
    the last line printed.
    """
    from readout_nlp.workers import parallel_map

    with parallel_map() as spread:
        from readout_nlp.replication.reproduce import FOUND
        from readout_nlp.replication.reproduce import reproduce as run_again

        found = run_again(package, out, pages=pages or [], map=spread, progress=progress(quiet))
    if as_json:
        say_json({"comparisons": out / FOUND, **found.to_dict()})
    else:
        say(str(found))
        typer.echo(out / FOUND)
    raise typer.Exit(EXIT_DONE if found.ok else EXIT_CHECK_FAILED)
