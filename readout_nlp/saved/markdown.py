"""Values as Markdown: tables, figures and text, with no markup from outside."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from readout_nlp.saved.credits import one_line

MARKUP = re.compile(r"([\\`*_\[\]<>|#])")


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """Give the lines of a table; cells must be free of markup already."""
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    for row in rows:
        yield f"| {' | '.join('' if cell is None else str(cell) for cell in row)} |"


def number(value: object, missing: str = "") -> str:
    """Give a figure with three decimals, a list or a word as text, and `missing` for none."""
    if value is None:
        return missing
    if isinstance(value, list):
        return text(" ".join(map(str, value)))
    return f"{value:.3f}" if isinstance(value, float) else text(value)


def text(value: object) -> str:
    r"""Take the markup and the line breaks from a name: it may come from a page that anyone wrote.

    Examples
    --------
    >>> print(text("<b>|\n[x](y)"))
    \<b\>\| \[x\](y)
    """
    return MARKUP.sub(r"\\\1", one_line(value))
