"""Stop words in three tiers: function words, formulae of the meeting, verbs that stand beside any matter."""

from __future__ import annotations

import csv
import hashlib
from functools import cache
from pathlib import Path

TIERS = (1, 2, 3)
_PATH = Path(__file__).parent / "data" / "stopwords.csv"


@cache
def stop_words() -> dict[str, int]:
    """Give every stop word with its tier.

    Returns
    -------
    dict of str to int
        1: function words (的, 我们); 2: formulae of the meeting (会议, 指出); 3: verbs and nouns that
        stand beside any matter (加强, 推进). Do not change it: it is shared.

    Examples
    --------
    >>> [stop_words()[word] for word in ("我们", "指出", "推进")]
    [1, 2, 3]
    """
    with _PATH.open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(line for line in stream if not line.startswith("#"))
        return {row["term"]: int(row["tier"]) for row in rows}


@cache
def stop_words_fingerprint() -> str:
    """SHA-256 over the sorted words and tiers, for provenance."""
    lines = (f"{term},{tier}" for term, tier in sorted(stop_words().items()))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
