"""How common a Han character is in official prose: the yardstick for encodings and lost bytes."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parent / "data" / "characters.csv"


@cache
def character_ranks() -> Mapping[str, int]:
    """Give the rank (0 is the most frequent) of each common Han character, in both scripts.

    The source of the order is named in ``data/characters.source.md``.

    Examples
    --------
    >>> ranks = character_ranks()
    >>> ranks["会"] == ranks["會"]
    True
    >>> ranks["等"] < ranks["内"] < 1000
    True
    """
    ranks: dict[str, int] = {}
    with _TABLE.open(encoding="utf-8", newline="") as stream:
        for rank, row in enumerate(csv.DictReader(stream)):
            ranks.setdefault(row["simplified"], rank)
            if row["traditional"]:
                ranks.setdefault(row["traditional"], rank)
    return ranks
