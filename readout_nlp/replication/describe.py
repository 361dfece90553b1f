"""The words of a package: README and codebook in Markdown, and what each file is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from readout_nlp.replication.codebook import Entry, definitions, table_title
from readout_nlp.saved.credits import one_line

MARKUP = re.compile(r"([\\`*_\[\]<>|#])")
TOLERANCE_SAID = "one part in a million"
ABOUT = {
    "README.md": "This file",
    "CODEBOOK.md": "Every table and column: meaning, unit, range, type, missing values",
    "codebook.csv": "The same, for programs",
    "recipe.toml": "Every setting of the analysis",
    "requirements.txt": "Exact versions of all that the program needs, for pip",
    "environment.json": "Python, system and processor, and the hash of the program's code",
    "manifest.json": "What the run and this package are, for programs",
    "ro-crate-metadata.json": "The same, for repositories and catalogues (RO-Crate)",
    "SHA256SUMS": "The SHA-256 of every file but itself",
    "pages.csv": "Every page: where it was found, its SHA-256, the readout it became",
    "corrections.csv": "What coders corrected by hand",
    "report.html": "The report, one page that needs nothing else",
    "tables": "Every table, as Parquet and CSV",
    "figures": "Every figure, as PNG and SVG",
    "model": "The topic model, with a card of its own",
    "software": "The program, as a wheel",
    "corpus": "The texts, as a corpus store",
    "reference": "The texts from above that echo was looked for in, as a corpus store",
    "notebooks": "Notebooks, as their author left them",
}


def about_file(name: str) -> str:
    """Say what a file of a package is.

    Examples
    --------
    >>> about_file("tables/coverage.csv"), about_file("recipe.toml")
    ('What was read: readouts and items by place and year', 'Every setting of the analysis')
    """
    path = PurePosixPath(name)
    if path.parts[0] == "tables":
        return table_title(path.stem)["title"]
    if path.parts[0] == "figures":
        return figure_title(path.stem)["title"]
    return ABOUT.get(path.parts[0], "A file of the package")


def figure_title(name: str) -> Mapping[str, str]:
    """Give ``title`` and ``table`` (what it is drawn from) of a figure.

    Examples
    --------
    >>> figure_title("acts")["table"]
    'acts_year'
    """
    found: Mapping[str, str] = definitions()["figures"].get(name, {"title": "-", "table": "-"})
    return found


def readme(manifest: Mapping[str, Any], folder: Path, entries: Sequence[Entry]) -> str:
    """Write the README of the package that is being made in `folder`."""
    run, given = manifest["run"], manifest["citation"]
    seconds = {stage: float(value) for stage, value in run.get("seconds", {}).items()}
    names = sorted({path.relative_to(folder).parts[0] for path in folder.rglob("*")} | {*_LATER})
    context: dict[str, Any] = {
        **{
            key: manifest[key]
            for key in ("texts", "synthetic", "sample", "reference", "n_pages", "environment")
        },
        "title": given["title"],
        "authors": given.get("authors", []),
        "licence": given.get("license"),
        "package": run["package"],
        "python": run["python"],
        "corpus": run["corpus"],
        "corpus_fingerprint": manifest["corpus_fingerprint"],
        "corrections": (folder / "corrections.csv").exists(),
        "passages": ", ".join(f"`{e.table}.{e.column}`" for e in entries if e.passages),
        "files": [{"name": name, "about": ABOUT.get(name, "-")} for name in names],
        "n_distributions": manifest["n_distributions"],
        "hashes": manifest["hashes"],
        "seed": run["seed"],
        "tolerance": TOLERANCE_SAID,
        "megabytes": f"{_megabytes(folder):.1f}",
        "seconds": [(stage, f"{value:.1f}") for stage, value in seconds.items()],
        "total": duration(sum(seconds.values())),
        "tables": [{"name": name, **table_title(name)} for name in _stems(folder / "tables")],
        "figures": [{"name": name, **figure_title(name)} for name in _stems(folder / "figures")],
        "notebooks": sorted(
            path.relative_to(folder).as_posix() for path in folder.glob("notebooks/**/*") if path.is_file()
        ),
        "warnings": run.get("warnings", []),
    }
    return _environment().get_template("README.md.j2").render(context)


def codebook_markdown(entries: Sequence[Entry]) -> str:
    """Write the codebook for readers."""
    grouped = groupby(entries, key=lambda entry: entry.table)
    tables = [{"name": name, **table_title(name), "entries": list(group)} for name, group in grouped]
    named = [{**table, "n_rows": table["entries"][0].n_rows} for table in tables]
    return _environment().get_template("CODEBOOK.md.j2").render(tables=named)


def duration(seconds: float) -> str:
    """Say how long something took, as a person would.

    Examples
    --------
    >>> duration(42.4), duration(600), duration(9000)
    ('42 seconds', '10 minutes', '2.5 hours')
    """
    if seconds < 90:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"


_LATER = ("README.md", "SHA256SUMS", "manifest.json", "ro-crate-metadata.json")


def _stems(folder: Path) -> Iterator[str]:
    return iter(sorted({path.stem for path in folder.glob("*") if path.is_file()}))


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def _markdown(value: object) -> str:
    """Names come from pages and people: no markup, no line breaks."""
    return MARKUP.sub(r"\\\1", one_line(value))


def _cell(value: object) -> str:
    return one_line(value).replace("|", "\\|")


@cache
def _environment() -> Environment:
    made = Environment(  # noqa: S701  # Markdown, not HTML: `md` takes the markup away
        loader=PackageLoader("readout_nlp.replication", "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {"md": _markdown, "cell": _cell}
    return made
