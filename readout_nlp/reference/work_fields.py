"""Fields of a government's work by words of two characters (``data/work_fields.csv``)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import pairwise

from readout_nlp.reference.tables import table_rows


@cache
def _field_of() -> Mapping[str, str]:
    return {row["word"]: row["field"] for row in table_rows("work_fields.csv")}


@lru_cache(maxsize=256)  # the matters and speeches of one page are asked for again and again
def work_fields(text: str) -> Mapping[str, int]:
    """Count the words of each field of work in a text, each word once.

    Examples
    --------
    >>> dict(work_fields("汛期已到,水库要腾库容,学校要停课"))
    {'water': 2, 'schools': 1}
    """
    known = _field_of()
    pairs = dict.fromkeys(map("".join, pairwise(text)))
    return Counter(known[pair] for pair in pairs if pair in known)
