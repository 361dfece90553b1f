"""The card of a model at a terminal: its prose broken between words, its tables aligned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from readout_nlp.text_tables import fold, text_table


def card_lines(card: str, width: int | None) -> Iterator[str]:
    r"""Give the lines of a Markdown text; without a width, as they are.

    Examples
    --------
    >>> print(*card_lines("# A\n\n| place | n |\n|---|---|\n| 砚溪市 | 3 |", 40), sep="\n")
    # A
    <BLANKLINE>
    place   n
    砚溪市  3
    """
    lines = card.splitlines()
    if width is None:
        yield from lines
        return
    for is_table, group in groupby(lines, key=lambda line: line.startswith("|")):
        if is_table:
            yield from _table(list(group), width)
        else:
            yield from (part for line in group for part in _broken(line, width))


def _broken(line: str, width: int) -> Iterator[str]:
    return fold(line, width, indent="  " if line.startswith(("- ", "> ")) else "") if line else iter([""])


def _table(lines: Sequence[str], width: int) -> list[str]:
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
    header, *rest = [row for row in rows if not all(set(cell) <= set("-: ") for cell in row)]
    whole = [(*row, *[""] * len(header))[: len(header)] for row in rest]
    return text_table(header, whole, width=width)
