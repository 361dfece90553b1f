"""Tables and lines of text that align with Chinese in them, and fit a given width."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

GAP = "  "
MORE = "..."  # of ASCII: a terminal may show the one-character ellipsis one or two columns wide
LEAST = 8  # columns that a shortened cell keeps
LEAST_BESIDE = 16  # columns that a text needs to stand beside its name

NARROWEST, USUAL = 20, 80  # columns of terminals

Row = Sequence[str]


def columns_of(stream: TextIO) -> int | None:
    """Give the columns of the terminal that `stream` is; None if it is a file or a pipe.

    The variable COLUMNS comes first, as in other programs; a terminal that does not know is taken for one
    of 80.
    """
    if not stream.isatty():
        return None
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal() and int(asked):
        return max(int(asked), NARROWEST)
    try:
        found = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        found = 0
    return max(found or USUAL, NARROWEST)


def display_width(text: str) -> int:
    r"""Count the columns that `text` takes on a terminal.

    East Asian wide and fullwidth characters take two, marks that combine with the one before, and format
    characters, none; ambiguous ones take one, as in a UTF-8 terminal that is not told otherwise (UAX #11).

    Examples
    --------
    >>> display_width("会议2019"), display_width("e\u0301"), display_width("\u200b")
    (8, 1, 0)
    """
    return len(text) if text.isascii() else sum(map(_columns, text))


def shorten(text: str, width: int) -> str:
    """Cut `text` to at most `width` columns, three of them dots if anything is left out.

    Examples
    --------
    >>> shorten("研究防汛工作", 9), shorten("防汛", 9), shorten("防汛工作", 2)
    ('研究防...', '防汛', '..')
    """
    if display_width(text) <= width:
        return text
    if width <= len(MORE):
        return MORE[:width]
    return _begun(text, width - len(MORE)).rstrip() + MORE


def pad(text: str, width: int, *, right: bool = False) -> str:
    """Fill `text` with spaces to `width` columns, before it if it is to stand at the right.

    Examples
    --------
    >>> pad("防汛", 6) + "|", pad("12", 4, right=True)
    ('防汛  |', '  12')
    """
    gap = " " * (width - display_width(text))
    return gap + text if right else text + gap


def fold(text: str, width: int | None, *, indent: str = "  ") -> Iterator[str]:
    """Break one line into lines of at most `width` columns, between words, within Chinese anywhere.

    Parameters
    ----------
    text
        One line; what it begins with in spaces, all its lines begin with.
    width
        None: it stays one line.
    indent
        What lines after the first have before them beside.

    Examples
    --------
    >>> list(fold("found 2 readouts", 12))
    ['found 2', '  readouts']
    >>> list(fold("会议研究防汛工作", 10, indent=""))
    ['会议研究防', '汛工作']
    """
    if width is None or display_width(text) <= width:
        yield text
        return
    lead = text[: len(text) - len(text.lstrip(" "))]
    if len(lead) + len(indent) + LEAST > width:
        lead = indent = ""
    line = lead
    for word in text.split(" ")[len(lead) :] if lead else text.split(" "):
        joined = f"{line} {word}" if line.strip() else line + word
        if display_width(joined) <= width:
            line = joined
            continue
        if line.strip():
            yield line
            line = lead + indent
        rest = line + word
        while display_width(rest) > width:
            head = _begun(rest, width) or rest[0]  # a terminal of one column still moves on
            yield head
            rest = lead + indent + rest[len(head) :]
        line = rest
    if line.strip():
        yield line


def text_table(
    header: Row,
    rows: Iterable[Row],
    *,
    right: str = "",
    width: int | None = None,
    spare: Sequence[str] = (),
) -> list[str]:
    """Give a table as lines of text whose columns align.

    Parameters
    ----------
    header
        Names of the columns.
    rows
        Their cells, each one line of text.
    right
        A letter a column: ``>`` where cells stand at the right, as numbers do; columns without one stand at
        the left. Cells at the left are words, and may be shortened.
    width
        Columns of the terminal. What does not fit is shortened, the widest words first; where that is not
        enough, the columns of `spare` are left out; and where that is not, every row becomes a few lines, a
        cell each. None: everything is there in full.
    spare
        Names of columns that a reader can do without.

    Examples
    --------
    >>> for line in text_table(("place", "items"), [("砚溪市", "12"), ("澜州", "9")], right="<>"):
    ...     print(line)
    place   items
    砚溪市     12
    澜州        9
    >>> for line in text_table(("place", "subject"), [("砚溪市", "研究防汛抗旱工作")], width=19):
    ...     print(line)
    place   subject
    砚溪市  研究防汛...
    """
    table = [tuple(header), *(tuple(row) for row in rows)]
    sides = [right[place : place + 1] == ">" for place in range(len(header))]
    widths = [max(map(display_width, column)) for column in zip(*table, strict=True)]
    if width is not None:
        widths = _narrowed(widths, [display_width(name) for name in header], sides, width)
        if sum(widths) + len(GAP) * (len(widths) - 1) > width:
            kept = [place for place, name in enumerate(header) if name not in spare]
            if len(kept) == len(header):
                return list(_stacked(table, width))
            head, *rest = [[row[place] for place in kept] for row in table]
            own = "".join(">" if sides[place] else "<" for place in kept)
            return text_table(head, rest, right=own, width=width)
    return [_line(row, widths, sides) for row in table]


def definitions(pairs: Iterable[tuple[str, str]], *, width: int | None = None) -> Iterator[str]:
    r"""Give a line a pair: what something is called, and what is said of it, never shortened.

    Parameters
    ----------
    pairs
        A name, which begins with the spaces that are to stand before it, and a text.
    width
        Columns to fit them into: the texts are broken, below the names where there is no room beside them.

    Examples
    --------
    >>> print(*definitions([("  run", "the whole analysis"), ("  fit", "one model")], width=23), sep="\n")
      run  the whole
           analysis
      fit  one model
    """
    rows = list(pairs)
    left = max((display_width(name) for name, _ in rows), default=0)
    beside = width is None or width - left - len(GAP) >= LEAST_BESIDE
    for name, text in rows:
        if beside:
            room = None if width is None else width - left - len(GAP)
            first, *more = list(fold(text, room, indent="")) or [""]
            yield f"{pad(name, left)}{GAP}{first}".rstrip()
            yield from (f"{' ' * left}{GAP}{line}" for line in more)
        else:
            yield from fold(name, width)
            yield from fold(f"    {text}", width, indent="") if text else ()


def _line(row: Row, widths: Sequence[int], sides: Sequence[bool]) -> str:
    cells = (
        pad(shorten(cell, width), width, right=side)
        for cell, width, side in zip(row, widths, sides, strict=True)
    )
    return GAP.join(cells).rstrip()


def _narrowed(widths: list[int], heads: list[int], sides: list[bool], width: int) -> list[int]:
    """Take columns from the widest words until the table fits, or no column has more to give."""
    least = [
        own if side else min(own, max(head, LEAST))
        for own, head, side in zip(widths, heads, sides, strict=True)
    ]
    widths = list(widths)
    over = sum(widths) + len(GAP) * (len(widths) - 1) - width
    while over > 0:
        widest = max(range(len(widths)), key=lambda place: (widths[place] > least[place], widths[place]))
        if widths[widest] <= least[widest]:
            break
        widths[widest] -= 1
        over -= 1
    return widths


def _stacked(table: Sequence[Row], width: int) -> Iterator[str]:
    """Give every row as lines of ``name: cell``, with an empty line between rows."""
    header, *rows = table
    for place, row in enumerate(rows):
        if place:
            yield ""
        for name, cell in zip(header, row, strict=True):
            if cell.strip():
                yield from fold(f"{name}: {cell}" if name else cell, width)


def _begun(text: str, width: int) -> str:
    """Give as much of the beginning as fits; a mark stays with what it combines with."""
    taken = 0
    for place, character in enumerate(text):
        taken += _columns(character)
        if taken > width:
            return text[:place]
    return text


def _columns(character: str) -> int:
    if unicodedata.east_asian_width(character) in "WF":
        return 2
    return 0 if unicodedata.category(character) in {"Mn", "Me", "Cf"} else 1
