"""What commands share: arguments that mean the same everywhere, progress, how what was set aside is named."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from readout_nlp.commands.terminal import is_live, note, say, say_json
from readout_nlp.errors import EXIT_DONE, EXIT_QUARANTINED
from readout_nlp.text_tables import columns_of

if TYPE_CHECKING:
    from readout_nlp.analysis.plan import Plan
    from readout_nlp.analysis.recipe import Recipe
    from readout_nlp.analysis.workers import Progress


def one_of(*names: str) -> Callable[[str], list[str]]:
    """Give what a shell completes a word to.

    Examples
    --------
    >>> one_of("lda", "nmf")("n")
    ['nmf']
    """

    def complete(incomplete: str) -> list[str]:
        return [name for name in names if name.startswith(incomplete)]

    return complete


NAMED = 5  # pages of one reason that are named on the terminal where a table has them all

PATHS_HELP = "Pages: folders, .html, .txt, .csv, .jsonl, .parquet (each also .gz), .xlsx, .xls, .ods, .zip."
Paths = Annotated[list[Path], typer.Argument(help=PATHS_HELP)]
OptionalPaths = Annotated[list[Path] | None, typer.Argument(help=f"{PATHS_HELP} None: the built-in sample.")]
RecipeFile = Annotated[Path | None, typer.Option("--recipe", help="Settings in a TOML file.")]
Corrections = Annotated[
    Path | None, typer.Option("--corrections", help="A coder's CSV: sha256, field, value, coder, reason.")
]
CorpusPaths = Annotated[list[Path], typer.Argument(help="A corpus store, or pages.")]
ModelFolder = Annotated[Path, typer.Argument(help="The folder of a saved model.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout, for programs.")]
AsJsonLines = Annotated[bool, typer.Option("--json", help="JSON lines, as without it.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what it would take, from a sample.")]
Memory = Annotated[
    str | None,
    typer.Option(
        "--memory",
        help="Hold no more than about this, as 3GiB; what is large lies in files. It changes no result.",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress, only what must be known.")]


def chosen_recipe(path: Path | None, **asked: object) -> Recipe:
    """Read the recipe file, if any; what the call itself asks for comes on top."""
    from readout_nlp.analysis.recipe import read_recipe, recipe_from

    settings = read_recipe(path).model_dump(exclude_unset=True) if path else {}
    return recipe_from(settings | {key: value for key, value in asked.items() if value is not None})


def progress(quiet: bool = False, *, streaming: bool = False) -> Progress | None:
    """Give a progress bar where a person watches; none beside lines that stream to the same terminal."""
    from readout_nlp.analysis.workers import progress_bar

    if quiet or not is_live(sys.stderr) or (streaming and sys.stdout.isatty()):
        return None
    return progress_bar


def say_plan(plan: Plan, *, as_json: bool) -> None:
    """Say what a command would take: lines for a person, JSON for programs."""
    if as_json:
        say_json(plan.to_dict())
        return
    say("\n".join(plan.lines(columns_of(sys.stdout))))


def name_quarantined(set_aside: list[tuple[str, str]], *, listed: str | None = None) -> int:
    """Name what was quarantined on stderr; the exit code says whether there was anything.

    Where all stand in a table, which `listed` names, only the first pages of a reason are named here: a
    thousand lines of one reason would push what matters off the screen.
    """
    named: Counter[str] = Counter()
    for origin, reason in set_aside:
        named[reason] += 1
        if listed is None or named[reason] <= NAMED:
            note([f"{origin}: {reason}"], label="quarantined")
    more = {reason: many - NAMED for reason, many in named.items() if many > NAMED}
    if listed is not None:
        note((f"{many:,} more, in {listed}: {reason}" for reason, many in more.items()), label="quarantined")
    return EXIT_QUARANTINED if set_aside else EXIT_DONE
