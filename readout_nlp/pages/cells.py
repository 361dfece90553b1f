"""Cells of CSV files that a spreadsheet opens: text that it would run as a formula is guarded."""

from __future__ import annotations

import re

# A spreadsheet runs a cell that starts with one of these. Cells that start with apostrophes before it are
# guarded as well, so that taking one apostrophe away always gives the cell back.
FORMULA = re.compile(r"'*[=+\-@\t\r]")


def guard(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would run as a formula.

    Examples
    --------
    >>> guard("=SUM(A1)"), guard("教育"), unguard(guard("-1"))
    ("'=SUM(A1)", '教育', '-1')
    """
    return f"'{text}" if FORMULA.match(text) else text


def unguard(text: str) -> str:
    """Take away the apostrophe that `guard` put."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text
