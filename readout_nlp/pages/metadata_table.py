"""A table named metadata.* that stands among pages: what its rows state is given for the pages they name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from readout_nlp.pages.columns import recognise
from readout_nlp.pages.faults import RowFault, brief
from readout_nlp.pages.formats import OPENERS, is_table
from readout_nlp.pages.page import Given, Page, Rejected, reject
from readout_nlp.pages.rows import given_of
from readout_nlp.pages.sources import file_source
from readout_nlp.pages.tables import FileLook, Reading, Table

NAME = "metadata"
COLUMN = "file"
_KINDS = frozenset({".csv", ".tsv", ".jsonl", ".json", ".parquet", ".xlsx", ".xls", ".ods"})


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a metadata table states of the pages in its folder.

    Attributes
    ----------
    table
        The table itself.
    rows
        By the path of a page within the folder: what is given, and the faults of its row.
    rejected
        Rows that name no page of the folder.
    """

    table: Path
    rows: Mapping[str, tuple[Given, tuple[RowFault, ...]]] = field(default_factory=dict)
    rejected: tuple[Rejected, ...] = ()

    def attach(self, page: Page | Rejected, path: Path) -> Page | Rejected:
        """Give a page what its row states; a page without a row is told of."""
        if isinstance(page, Rejected):
            return page
        name = _key(path.relative_to(self.table.parent).as_posix())
        if name in self.rows:
            given, faults = self.rows[name]
            return replace(page, given=given, faults=(*page.faults, *faults))
        fault = RowFault(
            file=page.origin,
            row=None,
            field=COLUMN,
            found=f"no row of {brief(self.table.name)} for it",
            expected="one",
            action="it is read without what a row would state",
            kept=True,
        )
        return replace(page, faults=(*page.faults, fault))


def find_metadata(folder: Path, paths: Iterable[Path], reading: Reading) -> Metadata | None:
    """Read the metadata table among the files of a folder; None if there is none.

    It is one where a table is named ``metadata`` with any ending, has a column ``file`` and no column of
    text: another table is read as pages. Of several the first by name is taken.
    """
    for path in paths:
        source = file_source(path)
        if PurePosixPath(source.name).stem.lower() != NAME or source.suffix not in _KINDS:
            continue
        if not path.is_file():
            continue
        with OPENERS[source.suffix](source, reading.asked) as tables:
            for table in tables:
                if isinstance(table, Table) and _file_column(table) is not None:
                    return _read(table, path, folder=folder, reading=reading)
    return None


def _file_column(table: Table) -> str | None:
    if recognise(table.columns).text:
        return None
    return next((name for name in table.columns if name.strip(" \ufeff").casefold() == COLUMN), None)


def _read(table: Table, path: Path, *, folder: Path, reading: Reading) -> Metadata:
    column = _file_column(table) or COLUMN
    known = recognise(table.columns, asked=tuple(pair for pair in reading.asked if pair[0] != "text"))
    ignored = tuple(name for name in known.ignored if name != column)
    reading.report(
        FileLook(
            file=table.origin,
            form=f"{table.form} of metadata",
            encoding=table.encoding,
            delimiter=table.delimiter,
            read_as=((COLUMN, column), *known.used),
            ignored=ignored,
            hints=known.hints,
            aliased=known.aliased,
        )
    )
    rows: dict[str, tuple[Given, tuple[RowFault, ...]]] = {}
    rejected: list[Rejected] = []
    real = folder.resolve()
    for number, row in table.rows:
        if isinstance(row, Rejected):
            rejected.append(row)
        elif isinstance(row, Mapping):
            name, found = _named(row.get(column), folder, real=real)
            if found is None and name in rows:
                found = f"{brief(name)} a second time"
            if found is not None:
                rejected.append(_refused(table.origin, number, found))
                continue
            given, faults = given_of(row, known, origin=f"{table.origin}#{number}")
            rows[name] = (given, tuple(faults))
    return Metadata(path, rows, tuple(rejected))


def _named(cell: Any, folder: Path, *, real: Path) -> tuple[str, str | None]:
    """Give the page that a cell names, and what is wrong with it: a name from outside is never trusted."""
    if not isinstance(cell, str) or not cell.strip():
        return "", "no name of a file"
    name = cell.strip().replace("\\", "/")
    parts = PurePosixPath(name)
    if parts.is_absolute() or PureWindowsPath(name).drive or ".." in parts.parts or "\0" in name:
        return "", f"{brief(cell)}, which leads outside of the folder"
    found = _on_disk(folder, name)
    if found is None:
        return "", f"{brief(cell)}, which is not there"
    if not found.resolve().is_relative_to(real):
        return "", f"{brief(cell)}, a link that leads outside of the folder"
    if is_table(file_source(found)):
        return "", f"{brief(cell)}, a table"
    return _key(found.relative_to(folder).as_posix()), None


def _on_disk(folder: Path, name: str) -> Path | None:
    """Find a file under the name as it is or in another normal form (systems differ)."""
    for form in (name, unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name)):
        try:
            if (folder / form).is_file():
                return folder / form
        except (OSError, ValueError):  # a name that no file can have
            return None
    return None


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _refused(file: str, row: int, found: str) -> Rejected:
    return reject(
        RowFault(
            file=file,
            row=row,
            field=COLUMN,
            found=found,
            expected="the path of a page within the folder, once",
            action="mend or remove the row",
            kept=False,
        )
    )
