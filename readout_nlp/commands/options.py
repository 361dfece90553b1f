"""What commands share: the arguments that mean the same everywhere, and how what was set aside is named."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from readout_nlp.errors import EXIT_DONE, EXIT_QUARANTINED

if TYPE_CHECKING:
    from readout_nlp.analysis.recipe import Recipe
    from readout_nlp.analysis.workers import Progress

PATHS_HELP = "Pages: folders, .html, .txt, .csv, .jsonl, .parquet (each also .gz), .xlsx, .xls, .ods, .zip."
Paths = Annotated[list[Path], typer.Argument(help=PATHS_HELP)]
OptionalPaths = Annotated[list[Path] | None, typer.Argument(help=f"{PATHS_HELP} None: the built-in sample.")]
RecipeFile = Annotated[Path | None, typer.Option("--recipe", help="Settings in a TOML file.")]
Corrections = Annotated[
    Path | None, typer.Option("--corrections", help="A coder's CSV: sha256, field, value, coder, reason.")
]
CorpusPaths = Annotated[list[Path], typer.Argument(help="A corpus store, or pages.")]
ModelFolder = Annotated[Path, typer.Argument(help="The folder of a saved model.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def chosen_recipe(path: Path | None, **asked: object) -> Recipe:
    """Read the recipe file, if any; what the call itself asks for comes on top."""
    from readout_nlp.analysis.recipe import read_recipe, recipe_from

    settings = read_recipe(path).model_dump(exclude_unset=True) if path else {}
    return recipe_from(settings | {key: value for key, value in asked.items() if value is not None})


def progress() -> Progress | None:
    """Give a progress bar where a person watches."""
    from readout_nlp.analysis.workers import progress_bar

    return progress_bar if sys.stderr.isatty() else None


def name_quarantined(set_aside: list[tuple[str, str]]) -> int:
    """Name what was quarantined on stderr; the exit code says whether there was anything."""
    for origin, reason in set_aside:
        typer.echo(f"quarantined: {origin}: {reason}", err=True)
    return EXIT_QUARANTINED if set_aside else EXIT_DONE
