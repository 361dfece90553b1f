"""What a row of a table must be: every fault is named by file, row and field."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from readout_nlp.pages.faults import RowFault, ascii_controls, brief, place_of
from readout_nlp.pages.page import Page, Rejected
from readout_nlp.pages.read import read_pages
from readout_nlp.readouts.dates import parse_published

_log = logging.getLogger(__name__)

TOLD = 20
"""Faults of one field of one file that are logged; the rest is counted."""

_DAY = "a day, such as 2018-03-05 or 2018年3月5日"


@dataclass
class RowChecks:
    """The checks of rows that need what other rows hold, over pages in the order of reading.

    Parameters
    ----------
    today
        A page dated later is told of; None: none is.

    Examples
    --------
    >>> from readout_nlp.pages.rows import row_page
    >>> rows = [{"id": "1", "date": "2018-13-40", "text": "水"}, {"id": "1", "text": "电"}]
    >>> pages = [row_page(row, f"a.csv#{number}") for number, row in enumerate(rows, start=1)]
    >>> checks = RowChecks()
    >>> for fault in [fault for page in pages for fault in checks.faults(page)]:
    ...     print(fault)
    a.csv#1, date: found '2018-13-40'; expected a day, such as 2018-03-05 or 2018年3月5日; it counts as absent
    a.csv#2, id: found '1' as in row 1; expected an id of its own; a second text of one id is set aside
    """

    today: date | None = None
    _file: str | None = field(default=None, repr=False)
    _ids: dict[str, int | None] = field(default_factory=dict, repr=False)

    def faults(self, page: Page | Rejected) -> Iterator[RowFault]:
        """Give every fault of a page or of what could not become one."""
        file, row = place_of(page.origin)
        if isinstance(page, Rejected):
            yield page.fault or _of_reason(page, file, row)
            return
        yield from page.faults
        if page.given is None:
            return
        day = parse_published(page.given.date)
        if page.given.date is not None and day is None:
            yield _kept(page, "date", brief(page.given.date), _DAY, "it counts as absent")
        elif day is not None and self.today is not None and day > self.today:
            expected = f"a day up to {self.today.isoformat()}"
            yield _kept(
                page, "date", f"{day.isoformat()}, which is to come", expected, "it is taken as given"
            )
        if page.given.id is not None:
            yield from self._repeated(page, file, row)

    def _repeated(self, page: Page, file: str, row: int | None) -> Iterator[RowFault]:
        name = (page.given and page.given.id) or ""
        if file != self._file:
            self._file, self._ids = file, {}
        first = self._ids.setdefault(name, row)
        if first != row:
            found = f"{brief(name)} as in row {first}"
            action = "a second text of one id is set aside"
            yield _kept(page, "id", found, "an id of its own", action)


def read_noted(
    paths: Iterable[Path], *, columns: Mapping[str, str] | None = None
) -> Iterator[Page | Rejected]:
    """Read pages as `read_pages` does; what is wrong with rows that are kept goes to the log.

    Raises
    ------
    InputError
        As in `read_pages`.
    """
    # the only clock in reading: what is told depends on it, what is read does not
    return note_faults(read_pages(paths, columns=columns), today=date.today())


def note_faults(pages: Iterable[Page | Rejected], *, today: date | None = None) -> Iterator[Page | Rejected]:
    """Pass pages on, and log what is wrong with those that are read all the same.

    What cannot be read becomes a record of quarantine, which names it itself. Of many faults of one field of
    one file the first are logged one by one, and the number of the others at the end.

    Examples
    --------
    >>> [page.origin for page in note_faults([Page(origin="a", data=b"", sha256="")])]
    ['a']
    """
    checks, told = RowChecks(today), Counter[tuple[str, str]]()
    for page in pages:
        if isinstance(page, Page) and (page.faults or page.given is not None):
            for fault in checks.faults(page):
                told[fault.file, fault.field] += 1
                if told[fault.file, fault.field] <= TOLD:
                    _log.warning("%s", fault)
        yield page
    for (file, name), times in told.items():
        if times > TOLD:
            more = "%s, %s: %d more faults such as these; `readout-nlp check` lists every one"
            _log.warning(more, ascii_controls(file), name, times - TOLD)


def _of_reason(page: Rejected, file: str, row: int | None) -> RowFault:
    found, _, rest = page.reason.removeprefix("found ").partition("; expected ")
    expected, _, action = rest.partition("; ")
    return RowFault(
        file=file,
        row=row,
        field="row" if row is not None else "file",
        found=found,
        expected=expected,
        action=action,
        kept=False,
    )


def _kept(page: Page, name: str, found: str, expected: str, action: str) -> RowFault:
    file, row = place_of(page.origin)
    return RowFault(file=file, row=row, field=name, found=found, expected=expected, action=action, kept=True)
