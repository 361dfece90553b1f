"""What is wrong with one row or file: where, what was found, what was expected, what was done."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any

# controls, marks that turn the direction of writing, ends of lines, halves of surrogate pairs
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFault:
    """One fault of one row of a table, or of a file as a whole.

    Attributes
    ----------
    file
        The file, as its pages name it in their origin.
    row
        Number of the row from 1, the header not counted; None: the file as a whole.
    field
        The field it is about, as we name it: ``text``, ``date``, ``url`` ...; ``row`` for the row itself.
    found, expected
        What stands there and what should.
    action
        What was done about it, or what the reader can do.
    kept
        True if the page is read all the same, without this value; False if it is set aside.

    Examples
    --------
    >>> fault = RowFault(file="a.csv", row=3, field="date", found="'2018-13-40'", expected="a day",
    ...                  action="it counts as absent", kept=True)
    >>> print(fault)
    a.csv#3, date: found '2018-13-40'; expected a day; it counts as absent
    """

    file: str
    row: int | None
    field: str
    found: str
    expected: str
    action: str
    kept: bool

    @property
    def origin(self) -> str:
        """The origin of the page it is about."""
        return self.file if self.row is None else f"{self.file}#{self.row}"

    @property
    def reason(self) -> str:
        """What a record of quarantine says."""
        return f"found {self.found}; expected {self.expected}; {self.action}"

    def to_dict(self) -> dict[str, Any]:
        """Plain values, in the order of this class."""
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.origin}, {self.field}: {self.reason}"


def place_of(origin: str) -> tuple[str, int | None]:
    """Part the origin of a page into its file and its row.

    Examples
    --------
    >>> place_of("pages/a.csv#12"), place_of("pages/a#b.html")
    (('pages/a.csv', 12), ('pages/a#b.html', None))
    """
    file, mark, row = origin.rpartition("#")
    return (file, int(row)) if mark and row.isdecimal() and row.isascii() else (origin, None)


def brief(value: object, *, length: int = 40) -> str:
    r"""Quote a value for a message: one line, no control characters, never long.

    Examples
    --------
    >>> brief("a\nb" * 100, length=4)
    "'a\\nba…'"
    """
    text = str(value) if not isinstance(value, str) else value
    return ascii_controls(repr(text[:length] + ("…" if len(text) > length else "")))


def ascii_controls(text: str) -> str:
    r"""Write control characters, and halves of surrogate pairs, as escapes: a name stays one line of text.

    Examples
    --------
    >>> print(ascii_controls("a\nb\udcff"))
    a\nb\xff
    """
    return text if text.isprintable() else _UNPRINTABLE.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    character = found.group()
    if "\udc80" <= character <= "\udcff":  # a byte of a file name that is no UTF-8
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")
