"""What coders correct: `corrections.csv`, read and checked row by row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from readout_nlp.corpus.fields import FIELDS, ITEM_FIELD, FaultyValueError, rule_of
from readout_nlp.errors import InputError
from readout_nlp.pages.cells import guard, unguard
from readout_nlp.pages.decode import decode

COLUMNS = ("sha256", "field", "value", "coder", "reason")

_SHA256 = re.compile(r"[0-9a-f]{64}")
# the names that a parsed page and the corpus have for the same fields
_SAME_FIELD = {
    "place.code": "place",
    "place_code": "place",
    "meeting_date.value": "meeting_date",
    "presider.name": "presider",
    "presider.role": "presider_role",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One row of `corrections.csv`, checked.

    Attributes
    ----------
    row
        As a spreadsheet numbers it: the header is row 1.
    sha256
        Of the page's bytes, as in its parsed record.
    field
        A name of `corpus.fields.FIELDS`; or ``items[N].`` with ``act``, ``acts`` or ``subject``, N from 1.
    value
        As written; empty: it cannot be known.
    coder, reason
        Who says so, and why.
    """

    row: int
    sha256: str
    field: str
    value: str
    coder: str
    reason: str

    @property
    def item(self) -> int | None:
        """The position of the item that is corrected; None for a field of the readout."""
        found = ITEM_FIELD.fullmatch(self.field)
        return int(found[1]) if found else None

    @property
    def columns(self) -> dict[str, Any]:
        """The columns to set, with their values."""
        return rule_of(self.field)[0](self.value)


def read_corrections(path: str | Path) -> list[Correction]:
    r"""Read a table of corrections and check every row of it.

    Parameters
    ----------
    path
        CSV with the columns ``sha256``, ``field``, ``value``, ``coder``, ``reason``, in any encoding that
        pages may have. Other columns are left alone.

    Raises
    ------
    InputError
        The file is missing, a column is missing, or rows are faulty: every one is named, with row, field,
        what was found and what was expected.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "corrections.csv"
    >>> _ = file.write_text(f"sha256,field,value,coder,reason\n{'0' * 64},presider,沈砚秋,甲,署名在文末\n")
    >>> [(one.field, one.value) for one in read_corrections(file)]
    [('presider', '沈砚秋')]
    """
    file = Path(path)
    if not file.is_file():
        raise InputError(f"no file {file}", "a CSV table of corrections", "check the path")
    return parse_corrections(file.read_bytes(), name=str(file))


def parse_corrections(data: bytes, *, name: str) -> list[Correction]:
    """Check the bytes of a table of corrections; `name` is what a message calls it."""
    reader = csv.DictReader(io.StringIO(decode(data).text, newline=""))
    missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        raise InputError(
            f"{name} without the column {', '.join(missing)}",
            f"a header with {', '.join(COLUMNS)}",
            "name the columns so in the first row",
        )
    found = [_correction(number, row) for number, row in enumerate(reader, start=2) if any(row.values())]
    faults = [*(fault for one in found for fault in _faults(one)), *_contradictions(found)]
    if faults:
        raise _faulty_rows(name, faults)
    unique = {(one.sha256, one.field): one for one in reversed(found)}
    return sorted(unique.values(), key=lambda one: one.row)


def as_csv(corrections: Iterable[Correction]) -> bytes:
    """Write corrections as the table they were read from, one canonical way."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([guard(getattr(one, column)) for column in COLUMNS] for one in corrections)
    return text.getvalue().encode("utf-8")


def require_applied(corrections: Sequence[Correction], log: pl.DataFrame) -> None:
    """Refuse corrections of items that their pages do not have; a page that is not here yet is no fault.

    Raises
    ------
    InputError
        Every such row is named.
    """
    wrong = set(log.filter(pl.col("status") == "no such item").select("sha256", "field").iter_rows())
    faults = [
        f"row {one.row}, {one.field}: found no item at this position of page {one.sha256[:12]}, "
        "expected a position from 1 to the number of its items"
        for one in corrections
        if (one.sha256, one.field) in wrong
    ]
    if faults:
        raise _faulty_rows("the corrections", faults)


def _faulty_rows(name: str, faults: list[str]) -> InputError:
    rows = "faulty row" if len(faults) == 1 else "faulty rows"
    return InputError(
        f"{len(faults)} {rows} in {name}: {'; '.join(faults)}",
        "rows that each name a page, a field and a value it can take",
        "mend these rows",
    )


def _correction(number: int, row: dict[str, str | None]) -> Correction:
    cells = {column: unguard((row.get(column) or "").strip()) for column in COLUMNS}
    cells["sha256"] = cells["sha256"].lower()
    cells["field"] = _SAME_FIELD.get(cells["field"], cells["field"])
    return Correction(row=number, **cells)


def _faults(one: Correction) -> Iterator[str]:
    where = f"row {one.row}, {one.field or 'no field'}"
    if not _SHA256.fullmatch(one.sha256):
        yield f"{where}: found sha256 {one.sha256!r}, expected 64 hexadecimal digits"
    for column, text in (("coder", one.coder), ("reason", one.reason)):
        if not text:
            yield f"{where}: found no {column}, expected one"
    known = ITEM_FIELD.fullmatch(one.field) if one.field.startswith("items") else one.field in FIELDS
    if not known:
        names = f"{', '.join(FIELDS)}, items[N].act, items[N].acts or items[N].subject"
        yield f"{where}: found field {one.field!r}, expected {names}"
    elif one.item == 0:
        yield f"{where}: found position 0, expected a position from 1"
    else:
        rule, expected = rule_of(one.field)
        try:
            rule(one.value)
        except FaultyValueError:
            yield f"{where}: found {one.value!r}, expected {expected}"


def _contradictions(found: Iterable[Correction]) -> Iterator[str]:
    first: dict[tuple[str, str], Correction] = {}
    for one in found:
        other = first.setdefault((one.sha256, one.field), one)
        if other.value != one.value:
            where = f"row {one.row}, {one.field}"
            yield f"{where}: found {one.value!r}, expected {other.value!r} as in row {other.row}"
