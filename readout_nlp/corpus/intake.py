"""A look at what one is about to read: what each file was taken for, and every fault, nothing kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import groupby
from pathlib import Path, PureWindowsPath
from typing import Any

from readout_nlp.corpus.row_schema import RowChecks
from readout_nlp.corpus.store import page_paths
from readout_nlp.errors import InputError
from readout_nlp.pages.decode import decode
from readout_nlp.pages.faults import RowFault, ascii_controls, place_of
from readout_nlp.pages.page import Page, Rejected, reject
from readout_nlp.pages.read import read_pages
from readout_nlp.pages.tables import FileLook
from readout_nlp.text_tables import fold, text_table

_SHOWN = 200
_HEADER = ("", "field", "found", "rows", "expected", "what becomes of it")


@dataclass(frozen=True, kw_only=True)
class Intake:
    """What a reading of paths would meet.

    Attributes
    ----------
    files
        One for every table and whatever was left aside, in the order of reading.
    pages
        How many pages could be read, by the file they are rows of; a web page or text counts under ``""``.
    loose
        How many web pages and texts, by ending and encoding.
    faults
        Every fault of a row or a file.
    """

    files: tuple[FileLook, ...]
    pages: Mapping[str, int]
    loose: Mapping[tuple[str, str], int]
    faults: tuple[RowFault, ...]

    def lines(self) -> Iterable[dict[str, Any]]:
        """Give everything as plain values, a record each: ``record`` says what it is."""
        for look in self.files:
            yield {"record": "file", **asdict(look), "pages": self.pages.get(look.file, 0)}
        for (form, encoding), number in sorted(self.loose.items()):
            yield {"record": "pages", "form": form, "encoding": encoding, "pages": number}
        for fault in self.faults:
            yield {"record": "fault", **fault.to_dict()}

    def __str__(self) -> str:
        return self.as_text()

    def as_text(self, width: int | None = None) -> str:
        """Say it for a person, in lines of at most `width` columns; None: in full."""
        files = (part for line in self._about_files() for part in fold(line, width))
        return "\n".join([*files, *self._about_faults(width)])

    def _about_files(self) -> Iterable[str]:
        for look in self.files:
            yield from _of_file(look, self.pages.get(look.file, 0))
        for (form, encoding), number in sorted(self.loose.items()):
            yield f"{number} {'page' if number == 1 else 'pages'} {form}, {encoding}"

    def _about_faults(self, width: int | None) -> Iterable[str]:
        if not self.faults:
            yield "no faults"
            return
        aside = sum(not fault.kept for fault in self.faults)
        noun = "fault" if len(self.faults) == 1 else "faults"
        yield f"{len(self.faults)} {noun}: {aside} set aside, {len(self.faults) - aside} kept with a notice"
        for file, faults in groupby(self.faults, key=lambda fault: fault.file):
            lines = _grouped(faults)
            yield ascii_controls(file)
            yield from text_table(_HEADER, lines[:_SHOWN], width=width)
            if len(lines) > _SHOWN:
                yield f"  ... and {len(lines) - _SHOWN} more kinds: --json lists every fault"


def check_pages(
    paths: str | Path | Sequence[str | Path],
    *,
    columns: Mapping[str, str] | None = None,
    today: date | None = None,
    progress: Callable[..., Iterable[Any]] | None = None,
) -> Intake:
    r"""Read pages and keep nothing but what is wrong with them, and what each file was taken for.

    Parameters
    ----------
    paths, columns, progress
        As in `read_corpus`.
    today
        A page dated later is a fault; None: none is.

    Raises
    ------
    InputError
        A path does not exist, or is a corpus store; that nothing in it can be read is what the result tells.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "a.csv"
    >>> _ = file.write_text("标题,text,date\n会议,水利,2018-13-40\n", encoding="gb18030")
    >>> found = check_pages(file)
    >>> found.files[0].encoding, found.files[0].aliased, [(f.row, f.field) for f in found.faults]
    ('gb18030', (('标题', 'title'),), [(1, 'date')])
    """
    files: list[FileLook] = []
    pages, loose = Counter[str](), Counter[tuple[str, str]]()
    faults: list[RowFault] = []
    checks = RowChecks(today)
    met: Iterable[Page | Rejected] = _all_there_is(page_paths(paths), columns, files)
    if progress:
        met = progress(met, description="pages")
    for page in met:
        faults.extend(checks.faults(page))
        if isinstance(page, Page):
            file, row = place_of(page.origin)
            pages[file if row is not None else ""] += 1
            if row is None:
                loose[_form(page), decode(page.data).encoding] += 1
    return Intake(files=tuple(files), pages=pages, loose=loose, faults=tuple(faults))


def _all_there_is(
    paths: Iterable[Path], columns: Mapping[str, str] | None, files: list[FileLook]
) -> Iterable[Page | Rejected]:
    pages = read_pages(paths, columns=columns, report=files.append)
    try:
        yield from pages
    except InputError as nothing:
        if not files:
            raise
        yield reject(
            RowFault(
                file=files[0].file if len(files) == 1 else "(all of it)",
                row=None,
                field="file",
                found=nothing.found,
                expected="a column text, html or body, or another that --columns names",
                action=nothing.action,
                kept=False,
            )
        )


def _form(page: Page) -> str:
    # either slash parts folders, whatever system wrote the origin
    return PureWindowsPath(page.origin.lower().removesuffix(".gz")).suffix or "without an ending"


def _of_file(look: FileLook, pages: int) -> Iterable[str]:
    about = [look.form, *(part for part in (look.encoding, look.delimiter) if part)]
    yield f"{ascii_controls(look.file)}: {', '.join(about)}; {pages} {'page' if pages == 1 else 'pages'}"
    if look.skipped:
        yield f"  skipped: {look.skipped}"
    aliased = dict(look.aliased)
    read = [
        name if name == column else f"{name} from {ascii_controls(column)}" for name, column in look.read_as
    ]
    if read and not look.skipped:
        yield f"  read: {', '.join(read)}"
    if aliased and not look.skipped:
        yield f"  taken by another common name: {', '.join(map(ascii_controls, aliased))}"
    if look.ignored and not look.skipped:
        yield f"  ignored: {', '.join(map(ascii_controls, look.ignored[:20]))}"
    if look.hints:
        asked = ",".join(f"{field}={ascii_controls(column)}" for column, field in look.hints)
        yield f"  may be meant, if you say so: --columns {asked}"


def _grouped(faults: Iterable[RowFault]) -> list[tuple[str, ...]]:
    """Give a line for each kind of fault, with every row that has it."""
    rows: dict[tuple[str, ...], list[int]] = {}
    for fault in faults:
        action = fault.action if fault.kept else f"set aside; {fault.action}"
        kind = (fault.field, fault.found, fault.expected, action)
        rows.setdefault(kind, []).extend([] if fault.row is None else [fault.row])
    return [("", field, found, _ranges(numbers), *rest) for (field, found, *rest), numbers in rows.items()]


def _ranges(numbers: Iterable[int]) -> str:
    """Write numbers as ranges.

    Examples
    --------
    >>> _ranges([3, 4, 5, 9])
    '3-5, 9'
    """
    spans: list[list[int]] = []
    for number in sorted(set(numbers)):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)
