"""Build readout_nlp/reference/data/terms.csv from a table of terms counted in national news.

    python tools/build_terms.py COUNTS.csv

COUNTS.csv has the columns term, first_verbatim, first_quoted, items_quoted, items_verbatim. Left out are
(1) ordinary words: one word of the general dictionary that stands in quotation marks in fewer than a tenth of
the items with it (人民, 稳定); (2) a two-character verb with another term behind it
(构建 + 人类命运共同体): longest first would hide the term itself. What is left out is printed.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from readout_nlp.durable import write_text
from readout_nlp.reference.terms import undated_terms
from readout_nlp.tokens.segment import in_dictionary

TARGET = Path(__file__).parents[1] / "readout_nlp" / "reference" / "data" / "terms.csv"
LEAST_QUOTED = 0.1
COLUMNS = ("term", "first_verbatim", "first_quoted")
HEADER = """\
# Source: github.com/china-data/xwlb @ 710ba22, counted from 75,272 national broadcast news items,
# 2012-07-02 to 2026-06-11: terms that stood in quotation marks in at least 10 items. first_verbatim and
# first_quoted: the first item with the term, and with the term in quotation marks. Dates are upper bounds;
# a first date in 2012 is where the record starts, and a date can belong to an older sense of the words.
# Built by tools/build_terms.py, which says what it leaves out.
"""


def reason_to_leave_out(row: dict[str, str], terms: set[str]) -> str | None:
    """Say why a row is no term to keep, or None."""
    term = row["term"]
    quoted = int(row["items_quoted"]) / int(row["items_verbatim"])
    if in_dictionary(term) and quoted < LEAST_QUOTED:
        return "ordinary word"
    if term[2:] in terms and (in_dictionary(term[:2]) or "").startswith("v"):
        return "verb with a term"
    return None


def main(counts: Path) -> None:
    """Write the table and print what was left out."""
    with counts.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    terms = {row["term"] for row in rows} | set(undated_terms())
    reasons = {row["term"]: reason_to_leave_out(row, terms) for row in rows}
    kept = sorted((row for row in rows if not reasons[row["term"]]), key=lambda row: row["term"])
    lines = [",".join(COLUMNS), *(",".join(row[name] for name in COLUMNS) for row in kept)]
    write_text(TARGET, HEADER + "\n".join(lines) + "\n")
    for reason in ("ordinary word", "verb with a term"):
        left = [term for term, why in reasons.items() if why == reason]
        print(f"left out, {reason}: {len(left)}: {' '.join(left)}")
    print(f"kept {len(kept)} of {len(rows)} terms")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
