"""The reference, written before every build from what the program says of itself.

`reference/stages.toml` orders the stages; names come from `readout_nlp.__all__`, texts from docstrings
(autodoc), the command line from its own help, tables from the codebook. No name and no option is copied by
hand.
"""

from __future__ import annotations

import inspect
import tomllib
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer.main
from tutorials import write_if_changed

import readout_nlp
from readout_nlp import _HOMES
from readout_nlp.cli import app as command_line
from readout_nlp.replication.codebook import definitions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sphinx.application import Sphinx

WIDTH = 74  # characters of a line of help: what the column of a page holds
FIGURES = "figures"  # the one public name that is a module


def stages(folder: Path) -> list[dict[str, Any]]:
    """Read the stages in order."""
    return tomllib.loads((folder / "stages.toml").read_text(encoding="utf-8"))["stage"]


def placed(table: list[dict[str, Any]]) -> dict[tuple[str, str], list[str]]:
    """Give every public name the place, (stage, group), whose homes name its module most closely."""
    places: dict[tuple[str, str], list[str]] = {
        (stage["name"], group["title"]): [] for stage in table for group in stage["group"]
    }
    for name in readout_nlp.__all__:
        fitting = [
            (len(home), order, (stage["name"], group["title"]))
            for order, (stage, group) in enumerate((s, g) for s in table for g in s["group"])
            for home in group["homes"]
            if f"{_HOMES[name]}.".startswith(f"{home}.")
        ]
        if not fitting:
            raise LookupError(f"reference/stages.toml has no home for {name}, of {_HOMES[name]}")
        places[max(fitting, key=lambda found: (found[0], -found[1]))[2]].append(name)
    return {
        place: sorted(names, key=lambda n: (_order(place, table, n), n)) for place, names in places.items()
    }


def _order(place: tuple[str, str], table: list[dict[str, Any]], name: str) -> int:
    """Within a group, names stand in the order in which its homes are listed."""
    homes = next(
        g["homes"] for s in table for g in s["group"] if s["name"] == place[0] and g["title"] == place[1]
    )
    return max(i for i, home in enumerate(homes) if f"{_HOMES[name]}.".startswith(f"{home}."))


def summary(thing: object) -> str:
    """Give the first line of a docstring."""
    return (
        (inspect.getdoc(thing) or "")
        .split("\n\n")[0]
        .replace("\n", " ")
        .replace("|", r"\|")
        .replace("``", "`")
    )


def overview(names: list[str]) -> str:
    """Write a table of what there is, each name leading to its docstring."""
    drawing = [f"{FIGURES}.{plot}" for plot in readout_nlp.figures.__all__] if FIGURES in names else []
    rows = [
        f"| {{py:obj}}`rn.{name} <{target(name)}>` | {summary(attrgetter(name)(readout_nlp))} |"
        for name in [*(name for name in names if name != FIGURES), *drawing]
    ]
    return "\n".join(["| name | does |", "|---|---|", *rows])


def target(name: str) -> str:
    """Give the full name under which autodoc imports a public name."""
    return f"readout_nlp.{'present.' if '.' in name else ''}{name}"


def directive(name: str) -> list[str]:
    """Ask autodoc for one public name."""
    if name == FIGURES:
        return [line for plot in readout_nlp.figures.__all__ for line in directive(f"{FIGURES}.{plot}")]
    is_class = inspect.isclass(attrgetter(name)(readout_nlp))
    lines = [f".. {'autoclass' if is_class else 'autofunction'}:: {target(name)}"]
    return [*lines, *(["   :members:"] if is_class else []), ""]


def stage_page(stage: dict[str, Any], places: dict[tuple[str, str], list[str]]) -> str:
    """Write the page of one stage: for each group what there is, then all of it."""
    parts = [f"# {stage['title']}", stage["says"]]
    for group in stage["group"]:
        names = places[stage["name"], group["title"]]
        if names:
            parts += [f"## {group['title']}", overview(names)]
            lines = [line for name in names for line in directive(name)]
            parts.append("\n".join(["```{eval-rst}", *lines, "```"]))
    return "\n\n".join(parts) + "\n"


def commands() -> dict[str, Any]:
    """Give the commands by name, in the order in which data flows."""
    return typer.main.get_command(command_line).commands  # type: ignore[attr-defined]


def command_page() -> str:
    """Write the page of the command line: the help of every command, as it prints it."""
    parts = [
        "# Command line",
        "What `readout-nlp COMMAND --help` prints, in the order in which data flows. Exit codes: 0 done; "
        "1 done, with pages set aside (named on stderr); 2 the call or the recipe is wrong; "
        "3 a check failed. Data go to stdout, talk to stderr.",
    ]
    for name, command in commands().items():
        context = command.context_class(
            command, info_name=f"readout-nlp {name}", terminal_width=WIDTH, max_content_width=WIDTH
        )
        parts += [f"## {name}", f"```text\n{command.get_help(context).rstrip()}\n```"]
    return "\n\n".join(parts) + "\n"


def table_page() -> str:
    """Write the page of tables: what a row of each is, and its columns, as the codebook has them."""
    known = definitions()
    parts = [
        "# Tables",
        "Every table that a run writes to `tables/`, as Parquet and CSV, and that the report offers. Columns "
        "that mean the same wherever they stand come first; the rest stand under their table. A missing "
        "value is an empty cell, intervals are 95 %. `readout-nlp package` adds a codebook with what a run "
        "of yours holds: types, rows, missing values, least and greatest.",
        "## In every table",
        _columns(known["columns"]),
    ]
    for name, table in known["tables"].items():
        parts += [f"## {name}", f"{table['title']}. One row: {table['rows']}. Made by `{table['made_by']}`."]
        parts += [_columns(table["columns"])] if table["columns"] else []
    return "\n\n".join(parts) + "\n"


def _columns(columns: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [
        "| " + " | ".join(_cell(text) for text in (f"`{name}`", about["meaning"], *_measured(about))) + " |"
        for name, about in columns.items()
    ]
    return "\n".join(["| column | meaning | unit | range |", "|---|---|---|---|", *rows])


def _measured(about: Mapping[str, Any]) -> tuple[str, str]:
    return about["unit"], about["range"]


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("`*`", "each other")


def write_reference(app: Sphinx) -> None:
    """Write all pages of the reference; those that did not change are not built again."""
    folder = Path(app.srcdir) / "reference"
    table = stages(folder)
    places = placed(table)
    pages = {stage["name"]: stage_page(stage, places) for stage in table}
    pages |= {"tables": table_page(), "commands": command_page()}
    for name, text in pages.items():
        write_if_changed(folder / f"{name}.md", text)


def names_alone(_app: Sphinx, kind: str, *told: Any) -> tuple[str, None] | None:
    """Show the fields of a record without their types, which its docstring gives in words."""
    signature = told[-2]
    if kind != "class" or not signature:
        return None
    fields = inspect.signature(told[1]).parameters
    return f"({', '.join(name for name in fields if name != 'self')})", None


def setup(app: Sphinx) -> dict[str, bool]:
    """Write before sources are listed."""
    app.connect("builder-inited", write_reference)
    app.connect("autodoc-process-signature", names_alone)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
