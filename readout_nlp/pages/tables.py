"""Tables of any format -> pages, a row at a time; what each table is, is told."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Any

from readout_nlp.pages.columns import TEXT_COLUMNS, Asked, Recognised, recognise
from readout_nlp.pages.faults import RowFault, ascii_controls
from readout_nlp.pages.page import Page, Rejected, reject
from readout_nlp.pages.rows import row_page
from readout_nlp.pages.sources import Source

_log = logging.getLogger(__name__)

MOST_COLUMNS = 10_000
_SHOWN = 12
Row = Mapping[str, Any] | Rejected | RowFault
Numbered = tuple[int, Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as opened.

    Attributes
    ----------
    origin
        The file, and the sheet of a workbook.
    form
        ``csv``, ``jsonl``, ``json``, ``parquet`` or ``excel``.
    columns
        As they are written; of JSON those of the first rows.
    rows
        Pairs of a number from 1 and the cells by column; or what stands in place of a row; or a fault of the
        row that follows with the same number.
    encoding, delimiter
        As found by a look at the beginning; None where the format has none.
    """

    origin: str
    form: str
    columns: tuple[str, ...]
    rows: Iterator[Numbered]
    encoding: str | None = None
    delimiter: str | None = None


Opener = Callable[[Source, Asked], AbstractContextManager[Iterator[Table | Rejected]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLook:
    """What a file was taken for.

    Attributes
    ----------
    file
        Its name; of a workbook with the sheet.
    form, encoding, delimiter
        As in `Table`; a web page or a text has a form only.
    read_as
        Pairs of a field and the column that is read as it.
    ignored, hints
        Columns that are left alone; pairs of one of them and the field that it may be.
    aliased
        Pairs of column and field that were taken by another common name than ours.
    skipped
        Why nothing of it was read; None if it was.
    """

    file: str
    form: str
    encoding: str | None = None
    delimiter: str | None = None
    read_as: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()
    hints: tuple[tuple[str, str], ...] = ()
    aliased: tuple[tuple[str, str], ...] = ()
    skipped: str | None = None


Report = Callable[[FileLook], None]


@dataclass(frozen=True, slots=True)
class Reading:
    """How tables are read: what the user says of columns, who is told of files, what is done to rows."""

    asked: Asked = ()
    report: Report = field(default=lambda look: log_look(look))
    prepare: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None


def table_pages(source: Source, opener: Opener, reading: Reading) -> Iterator[Page | Rejected]:
    """Give the rows of every table in a file as pages; a table without a column of text is left aside."""
    with opener(source, reading.asked) as tables:
        for table in tables:
            if isinstance(table, Rejected):
                yield table
                continue
            known = recognise(table.columns, asked=reading.asked)
            look = _look(table, known)
            reading.report(look)
            if look.skipped is None:
                yield from _pages(table, known, reading)


def log_look(look: FileLook) -> None:
    """Tell of a file what its reader may want to know: that it is left aside, or what was taken for what."""
    name = ascii_controls(look.file)
    if look.skipped is not None:
        _log.warning("skipped %s: %s", name, look.skipped)
    for column, taken in look.aliased if look.skipped is None else ():
        _log.warning("%s: column %r is read as %s", name, column, taken)


def _look(table: Table, known: Recognised) -> FileLook:
    return FileLook(
        file=table.origin,
        form=table.form,
        encoding=table.encoding,
        delimiter=table.delimiter,
        read_as=known.used,
        ignored=known.ignored,
        hints=known.hints,
        aliased=known.aliased,
        skipped=None if known.text or not table.columns else _without_text(table.columns, known),
    )


def _without_text(columns: tuple[str, ...], known: Recognised) -> str:
    shown = ", ".join(ascii_controls(name)[:40] for name in columns[:_SHOWN])
    more = f" and {len(columns) - _SHOWN} more" if len(columns) > _SHOWN else ""
    hint = next((column for column, field in known.hints if field in TEXT_COLUMNS), None)
    says = f"; if {hint} is the text, say --columns text={hint}" if hint else ""
    return f"it has none of the columns {', '.join(TEXT_COLUMNS)}, but {shown}{more}{says}"


def _pages(table: Table, known: Recognised, reading: Reading) -> Iterator[Page | Rejected]:
    same = known if table.form in {"csv", "parquet", "excel"} else None  # rows of JSON have each their own
    faults: list[RowFault] = []
    for number, row in table.rows:
        if isinstance(row, RowFault):
            faults.append(row)
        elif isinstance(row, Rejected):
            yield row
        else:
            cells = row if reading.prepare is None else reading.prepare(row)
            page = row_page(cells, f"{table.origin}#{number}", asked=reading.asked, known=same)
            yield _with_faults(page, faults) if faults else page
            faults = []


def _with_faults(page: Page | Rejected, faults: list[RowFault]) -> Page | Rejected:
    if isinstance(page, Rejected):  # of a row that is too short, that is what is wrong
        own = [fault for fault in faults if fault.origin == page.origin]
        return reject(replace(own[0], kept=False, action="mend the row")) if own else page
    return replace(page, faults=(*faults, *page.faults))
