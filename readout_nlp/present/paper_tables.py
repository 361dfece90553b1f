r"""Tables for papers: the same rows as LaTeX (booktabs) and as CSV, headed in Chinese or English."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from readout_nlp import durable
from readout_nlp.errors import InputError, RecipeError
from readout_nlp.present.latex import escaped, latex_number
from readout_nlp.present.names import Names, renamed
from readout_nlp.present.strings import Language, act_name, say
from readout_nlp.saved.tables import guard

Kind = Literal["shares", "topic_acts", "coverage", "topics", "effects", "pairs", "keyness", "tifa_lags"]
Form = Literal["name", "act", "count", "year", "share", "points", "number", "days", "p"]

NOTHING, ENDLESS, MARK = "—", "∞", "†"
INTERVAL = "interval"  # a column of the paper made of two of the table
LABEL = re.compile(r"[A-Za-z0-9:._/-]*")

# what stands in a paper, in this order, and how it is written; an interval as its ends are
COLUMNS: Mapping[str, Mapping[str, Form]] = {
    "shares": {
        "place": "name",
        "topic": "name",
        "act": "act",
        "year": "year",
        "share": "share",
        INTERVAL: "share",
        "n_items": "count",
        "n_readouts": "count",
    },
    "topic_acts": {"topic": "name", "act": "act", "share": "share", INTERVAL: "share", "n_items": "count"},
    "coverage": {"place": "name", "year": "year", "n_readouts": "count", "n_items": "count"},
    "topics": {
        "topic": "name",
        "label": "name",
        "top_terms": "name",
        "size": "share",
        "npmi": "number",
        "exclusivity": "number",
        "stability": "number",
    },
    "effects": {
        "topic": "name",
        "term": "name",
        "estimate": "points",
        INTERVAL: "points",
        "p": "p",
        "q": "p",
        "n": "count",
        "n_clusters": "count",
    },
    "pairs": {
        "one": "name",
        "other": "name",
        "similarity": "number",
        INTERVAL: "number",
        "expected": "number",
        "excess": "number",
        "q_more": "p",
        "q_less": "p",
    },
    "keyness": {
        "label": "name",
        "term": "name",
        "n": "count",
        "n_rest": "count",
        "log_odds": "number",
        INTERVAL: "number",
        "q": "p",
    },
    "tifa_lags": {
        "term": "name",
        "median": "days",
        INTERVAL: "days",
        "n_places": "count",
        "n_events": "count",
        "n_censored": "count",
    },
}
NEEDED: Mapping[str, tuple[str, ...]] = {  # the last one bears the mark of what is thin
    "shares": ("share",),
    "topic_acts": ("topic", "act", "share"),
    "coverage": ("place", "year", "n_readouts"),
    "topics": ("topic", "size"),
    "effects": ("topic", "term", "estimate"),
    "pairs": ("one", "other", "similarity"),
    "keyness": ("label", "term", "log_odds"),
    "tifa_lags": ("term", "median"),
}
_DIGITS: dict[Form, int] = {"share": 1, "points": 1, "number": 2, "days": 0, "p": 3}
_PERCENT, _TEXT = ("share", "points"), ("name", "act")


@dataclass(frozen=True, kw_only=True)
class PaperTable:
    """A table ready to print.

    Attributes
    ----------
    headings : tuple of str
    rows : tuple of tuple of str
        As printed; a dagger marks what rests on little.
    right : tuple of bool
        Whether a column holds numbers.
    notes : tuple of str
        What stands below: what marks mean, and that data are made up.
    caption, label : str
        Of the LaTeX table.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[bool, ...]
    notes: tuple[str, ...] = ()
    caption: str = ""
    label: str = ""

    def to_csv(self) -> str:
        """Give the table as CSV; the notes follow as rows of one cell."""
        out = io.StringIO()
        write = csv.writer(out, lineterminator="\n")
        write.writerow(self.headings)
        for row in self.rows:
            write.writerow(
                cell if right else guard(cell) for cell, right in zip(row, self.right, strict=True)
            )
        write.writerows([[note] for note in self.notes])
        return out.getvalue()

    def to_latex(self) -> str:
        r"""Give the table as LaTeX; it needs ``\usepackage{booktabs}``, and ctex or xeCJK for Chinese."""
        lines = [
            r"\begin{table}[tbp]",
            r"\centering",
            *([rf"\caption{{{escaped(self.caption)}}}"] if self.caption else []),
            *([rf"\label{{{self.label}}}"] if self.label else []),
            rf"\begin{{tabular}}{{{''.join('r' if right else 'l' for right in self.right)}}}",
            r"\toprule",
            " & ".join(map(escaped, self.headings)) + r" \\",
            r"\midrule",
            *(self._latex_row(row) for row in self.rows),
            r"\bottomrule",
            r"\end{tabular}",
            *(rf"\par\smallskip{{\footnotesize {escaped(note)}\par}}" for note in self.notes),
            r"\end{table}",
        ]
        return "\n".join(lines) + "\n"

    def _latex_row(self, row: Sequence[str]) -> str:
        cells = zip(row, self.right, strict=True)
        return " & ".join(latex_number(cell) if right else escaped(cell) for cell, right in cells) + r" \\"

    def save(self, stem: Path | str) -> tuple[Path, Path]:
        """Write ``stem.tex`` and ``stem.csv`` (with a byte order mark, for spreadsheets)."""
        stem = Path(stem)
        tex, data = stem.with_name(stem.name + ".tex"), stem.with_name(stem.name + ".csv")
        durable.write_text(tex, self.to_latex())
        durable.write_text(data, "\ufeff" + self.to_csv())
        return tex, data


def paper_table(
    table: pd.DataFrame,
    *,
    kind: Kind,
    language: Language = "zh",
    digits: int | None = None,
    labels: Names | None = None,
    caption: str = "",
    label: str = "",
    synthetic: bool = False,
) -> PaperTable:
    r"""Set a table of the analysis as a paper prints it.

    Parameters
    ----------
    table
        As the function of its kind gives it; choose and order the rows before. Columns that it does not have
        are left out.
    kind
        ``shares`` (of topics or acts), ``topic_acts``, ``coverage``, ``topics``, ``effects``, ``pairs``,
        ``keyness`` or ``tifa_lags``.
    language
        Of headings and notes, ``zh`` or ``en``.
    digits
        Decimals of everything but counts; None: one for percentages, two for other numbers, none for days.
    labels
        Names of topics, places or terms, as in `readout_nlp.figures`.
    caption, label
        Of the LaTeX table: text, and the key to refer to it by.
    synthetic
        True adds the note that the data are made up.

    Returns
    -------
    PaperTable
        Shares and effects in percent and points; an interval in brackets; a dagger where the table says
        ``thin``; a dash for what is not known.

    Raises
    ------
    RecipeError
        If the kind, the digits or the label cannot be used.
    InputError
        If a column that the kind cannot do without is absent.

    Examples
    --------
    >>> rows = pd.DataFrame({"place": ["甲_市"], "share": [0.25], "low": [0.2], "high": [0.31], "thin": True})
    >>> print(paper_table(rows, kind="shares", language="en").to_csv())
    Place,Share (%),Interval
    甲_市,25.0†,"[20.0, 31.0]"
    † Rests on few items or readouts.
    <BLANKLINE>
    """
    _check(table, kind, digits, label)
    columns = {name: form for name, form in COLUMNS[kind].items() if _held(table, name)}
    named = table
    for name, form in columns.items():
        named = renamed(named, name, labels=labels, language=language) if form == "name" else named
    rows = [
        tuple(_cell(row, name, form, digits=digits, language=language) for name, form in columns.items())
        for row in named.to_dict("records")
    ]
    rows = _marked(rows, table, list(columns).index(NEEDED[kind][-1]))
    return PaperTable(
        headings=tuple(say(_heading(name, form), language) for name, form in columns.items()),
        rows=tuple(rows),
        right=tuple(form not in _TEXT for form in columns.values()),
        notes=_notes(rows, table, language=language, synthetic=synthetic),
        caption=caption,
        label=label,
    )


def _heading(name: str, form: Form) -> str:
    return f"paper.{name}_percent" if form in _PERCENT and name != INTERVAL else f"paper.{name}"


def _check(table: pd.DataFrame, kind: str, digits: int | None, label: str) -> None:
    if kind not in COLUMNS:
        raise RecipeError(f"kind={kind!r}", f"one of {', '.join(COLUMNS)}", "choose one of these")
    if digits is not None and not 0 <= digits <= 12:
        raise RecipeError(f"digits={digits!r}", "0 to 12", "change it")
    if not LABEL.fullmatch(label):
        raise RecipeError(f"label={label!r}", "letters, digits and : . _ / -", "write it like tab:shares")
    missing = [name for name in NEEDED[kind] if name not in table]
    if missing:
        raise InputError(
            f"a table without {', '.join(missing)}",
            f"the columns of {kind!r}",
            "choose another kind or table",
        )


def _held(table: pd.DataFrame, name: str) -> bool:
    return {"low", "high"} <= set(table) if name == INTERVAL else name in table


def _cell(row: Mapping[Any, Any], name: str, form: Form, *, digits: int | None, language: Language) -> str:
    """Write one cell; what a gap holds is not known, even where the table has a zero there."""
    if form not in ("name", "act", "year") and bool(row.get("gap", False)):
        return NOTHING
    if name == INTERVAL:
        ends = [written(row[end], form, digits) for end in ("low", "high")]
        return NOTHING if NOTHING in ends else f"[{', '.join(ends)}]"
    if form == "act" and isinstance(row[name], str):
        return act_name(row[name], language)
    return written(row[name], form, digits)


def _marked(rows: list[tuple[str, ...]], table: pd.DataFrame, at: int) -> list[tuple[str, ...]]:
    """Put a dagger beside the value of every thin row."""
    if "thin" not in table:
        return rows
    thin = table["thin"].astype("boolean").fillna(value=False)
    return [
        (*row[:at], row[at] + MARK, *row[at + 1 :]) if few and row[at] != NOTHING else row
        for row, few in zip(rows, thin, strict=True)
    ]


def written(value: Any, form: Form, digits: int | None = None) -> str:
    """Write one value: a dash for none, the sign of infinity for an end that lies beyond the record.

    Examples
    --------
    >>> written(0.1234, "share"), written(0.0001, "p"), written(float("inf"), "days"), written(None, "number")
    ('12.3', '<0.001', '∞', '—')
    """
    if pd.isna(value):
        return NOTHING
    if form in _TEXT:
        return " ".join(str(value).split())
    number = float(value)
    if np.isinf(number):
        return ENDLESS if number > 0 else f"-{ENDLESS}"
    if form in ("count", "year"):
        return f"{number:.0f}"
    places = _DIGITS[form] if digits is None else digits
    if form == "p" and number < 10**-places:
        return f"<{10**-places:.{places}f}"
    text = f"{100 * number if form in _PERCENT else number:.{places}f}"
    return text.removeprefix("-") if not float(text) else text


def _notes(
    rows: Sequence[Sequence[str]], table: pd.DataFrame, *, language: Language, synthetic: bool
) -> tuple[str, ...]:
    cells = {cell for row in rows for cell in row}
    level = table.attrs.get("level")
    keys = [
        ("paper_note.thin", any(cell.endswith(MARK) for cell in cells)),
        ("paper_note.nothing", NOTHING in cells),
        ("paper_note.endless", any(ENDLESS in cell for cell in cells)),
        ("paper_note.synthetic", synthetic),
    ]
    said = [say(key, language) for key, holds in keys if holds]
    if level is not None and {"low", "high"} <= set(table):
        said.insert(0, say("paper_note.interval", language, level=f"{100 * float(level):g}"))
    return tuple(said)
