"""Words of the genre that carry no matter of their own (``data/agenda_words.csv``; to add one, add a row)."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import Literal

WordKind = Literal["generic", "speech", "adverb"]


@cache
def agenda_words(kind: WordKind) -> tuple[str, ...]:
    """Give the words of one kind, the longest first.

    Examples
    --------
    >>> agenda_words("speech")[-1] in ("指出", "强调", "要求", "认为", "提出", "明确", "号召", "表示", "指明")
    True
    """
    path = files("readout_nlp.reference") / "data" / "agenda_words.csv"
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    words = {row["word"] for row in rows if row["kind"] == kind}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))
