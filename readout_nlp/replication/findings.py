"""What a reproduction found, thing by thing, and the verdict that follows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

import pandas as pd

from readout_nlp.saved.credits import one_line
from readout_nlp.saved.tables import csv_bytes, plain

TOLERANCE = 1e-6
"""Numbers may differ by this much, times their size where that is above 1."""

Part = Literal["environment", "page", "corpus", "table", "model", "figure", "report"]
Level = Literal["bitwise", "within", "beyond", "told"]
LEVELS: tuple[Level, ...] = ("bitwise", "within", "beyond")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing compared.

    Attributes
    ----------
    part, name
        What it is: ``table`` and its name, and so on.
    level
        ``bitwise``: equal bit for bit; ``within``: all numbers within the tolerance; ``beyond``: it does not
        reproduce; ``told``: a difference that the verdict does not rest on.
    what
        What differs, in words; empty where nothing does.
    column, row
        Where in a table the difference is largest, or the first that is no number; rows count from 1.
    then, now
        Both values there.
    difference
        The largest absolute difference of numbers; NaN where there is none to tell.
    n_different
        Cells of a table beyond the tolerance.
    """

    part: Part
    name: str
    level: Level
    what: str = ""
    column: str = ""
    row: int = 0
    then: str = ""
    now: str = ""
    difference: float = float("nan")
    n_different: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reproduction:
    """The outcome of running a package again.

    Attributes
    ----------
    package
        Its name.
    n_files
        Files that were as sealed.
    findings
        Everything compared, in the order of the work.
    """

    package: str
    n_files: int
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> str:
        """``reproduced bit for bit``, ``reproduced within 1e-06`` or ``not reproduced``."""
        worst = max((LEVELS.index(f.level) for f in self.findings if f.level != "told"), default=0)
        said = ("reproduced bit for bit", f"reproduced within {TOLERANCE:.0e}", "not reproduced")
        return said[worst]

    @property
    def ok(self) -> bool:
        """True if it reproduces, bit for bit or within the tolerance."""
        return self.verdict != "not reproduced"

    def __str__(self) -> str:
        lines = [f"Package {self.package}: {self.n_files} files, each as sealed"]
        for part, title in TITLES.items():
            found = [finding for finding in self.findings if finding.part == part]
            if part == "page" and found and all(finding.level == "bitwise" for finding in found):
                lines += [f"{title}: {', '.join(finding.name for finding in found)}, as listed"]
            elif found:
                lines += _said(title, found)
        return "\n".join([*lines, f"Verdict: {self.verdict}"])

    def to_dict(self) -> dict[str, Any]:
        """Give the outcome as JSON values: the verdict, counts by part and level, and every finding."""
        counts: dict[str, dict[str, int]] = {
            part: dict(sorted(Counter(f.level for f in self.findings if f.part == part).items()))
            for part in TITLES
        }
        rows = [plain(asdict(finding)) for finding in self.findings]
        return {
            "verdict": self.verdict,
            "ok": self.ok,
            "tolerance": TOLERANCE,
            "package": self.package,
            "files": self.n_files,
            "counts": counts,
            "findings": rows,
        }


TITLES: dict[Part, str] = {
    "environment": "Environment",
    "page": "Pages",
    "corpus": "Corpus",
    "table": "Tables",
    "model": "Model",
    "figure": "Figures",
    "report": "Report",
}


def findings_csv(findings: Sequence[Finding]) -> bytes:
    """Give the findings as the bytes of a CSV file, one row each."""
    columns = [field.name for field in fields(Finding)]
    return csv_bytes(pd.DataFrame([asdict(finding) for finding in findings], columns=columns))


def _said(title: str, found: Sequence[Finding]) -> list[str]:
    counts = Counter(finding.level for finding in found)
    named = {
        "bitwise": "bit for bit",
        "within": f"within {TOLERANCE:.0e}",
        "beyond": "not reproduced",
        "told": "other (the verdict does not rest on it)",
    }
    if len(found) == 1:
        return [f"{title}: {named[found[0].level]}", *(f"  {line}" for line in _details(found))]
    summary = ", ".join(f"{counts[level]} {named[level]}" for level in (*LEVELS, "told") if counts[level])
    return [f"{title}: {summary}", *(f"  {line}" for line in _details(found))]


def _details(found: Iterable[Finding]) -> list[str]:
    return [detail(finding) for finding in found if finding.level != "bitwise"]


def detail(finding: Finding) -> str:
    """Say what one finding is, on one line.

    Examples
    --------
    >>> detail(Finding(part="table", name="topics", level="beyond", what="values", column="size", row=3,
    ...                then="0.5", now="0.25", difference=0.25, n_different=1))
    'topics: values; largest in column size, row 3: 0.5 then, 0.25 now (difference 0.25; cells beyond: 1)'
    """
    where = f"; largest in column {finding.column}, row {finding.row}" if finding.row else ""
    values = f": {finding.then} then, {finding.now} now" if finding.then or finding.now else ""
    notes = [f"difference {finding.difference:.3g}"] if finding.difference == finding.difference else []
    notes += (
        [f"cells beyond: {finding.n_different}"] if finding.part == "table" and finding.n_different else []
    )
    noted = f" ({'; '.join(notes)})" if notes else ""
    # names come from pages and archives of others: nothing in them may reach the terminal as a command
    return one_line(f"{finding.name}: {finding.what}{where}{values}{noted}")
