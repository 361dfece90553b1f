"""Words of the genre that carry no matter of their own (``data/agenda_words.csv``; to add one, add a row)."""

from __future__ import annotations

from functools import cache
from typing import Literal

from readout_nlp.reference.tables import table_rows

WordKind = Literal["generic", "speech", "adverb"]


@cache
def agenda_words(kind: WordKind) -> tuple[str, ...]:
    """Give the words of one kind, the longest first.

    Examples
    --------
    >>> agenda_words("speech")[-1] in ("指出", "强调", "要求", "认为", "提出", "明确", "号召", "表示", "指明")
    True
    """
    words = {row["word"] for row in table_rows("agenda_words.csv") if row["kind"] == kind}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))
