"""Words beside the name of a place that say whose it is (``data/place_words.csv``; to add one, add a row)."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from readout_nlp.reference.tables import table_rows

Meaning = Literal["own", "foreign", "outlet"]
Side = Literal["before", "after"]


@cache
def place_words(meaning: Meaning, side: Side) -> tuple[str, ...]:
    """Give the words of one meaning that stand on one side of a name, the longest first.

    Examples
    --------
    >>> "赴" in place_words("foreign", "before"), "日报" in place_words("outlet", "after")
    (True, True)
    """
    words = {
        row["word"]
        for row in table_rows("place_words.csv")
        if row["meaning"] == meaning and row["side"] == side
    }
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


@cache
def after_pattern(meaning: Meaning) -> re.Pattern[str]:
    """Compile the words of one meaning that stand behind a name: match it where the name ends.

    Examples
    --------
    >>> after_pattern("foreign").match("延安精神", 2) is not None
    True
    """
    words = "|".join(map(re.escape, place_words(meaning, "after")))
    return re.compile(f"的?(?:{words})" if meaning == "own" else words)  # 甲的各项工作


@cache
def nationwide_outlets() -> frozenset[str]:
    """Names of outlets that only look as if they held the name of a county (光明日报).

    Examples
    --------
    >>> "光明日报" in nationwide_outlets()
    True
    """
    return frozenset(row["word"] for row in table_rows("place_words.csv") if row["meaning"] == "none")


@cache
def outlet_names() -> dict[str, str]:
    """Names of papers and sites that do not show whose they are, with its code (``data/outlet_names.csv``).

    Examples
    --------
    >>> outlet_names()["三峡日报"]
    '420500'
    """
    return {row["name"]: row["code"] for row in table_rows("outlet_names.csv")}


@cache
def outlet_pattern() -> re.Pattern[str]:
    """Compile what tells at once whether a text holds one of the `outlet_names`.

    Examples
    --------
    >>> outlet_pattern().search("来源:三峡日报") is not None, outlet_pattern().search("来源:某日报")
    (True, None)
    """
    return re.compile("|".join(map(re.escape, outlet_names())))


@cache
def outlet_hosts() -> dict[str, str]:
    """Hosts of a province's news sites that do not spell it, with its code (``data/outlet_hosts.csv``).

    Examples
    --------
    >>> outlet_hosts()["enorth.com.cn"]
    '120000'
    """
    return {row["host"]: row["code"] for row in table_rows("outlet_hosts.csv")}


@cache
def government_hosts() -> dict[str, str]:
    """Whose a government's host is that spells several units, by what stands before gov.cn.

    Of ``data/government_hosts.csv``.

    Examples
    --------
    >>> government_hosts()["fuzhou"]  # 福州, not 抚州
    '350100'
    """
    return {row["host"].removesuffix(".gov.cn"): row["code"] for row in table_rows("government_hosts.csv")}
