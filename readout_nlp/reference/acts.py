"""The acts of a meeting and the verbs that express them (``data/acts.csv``; to add a verb, add a row)."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from readout_nlp.reference.alternatives import alternatives


@cache
def act_table() -> dict[str, tuple[str, ...]]:
    """Give the act or acts that each verb expresses.

    Examples
    --------
    >>> act_table()["传达学习"], act_table()["听取审议"]
    (('relay',), ('hear', 'deliberate'))
    """
    path = files("readout_nlp.reference") / "data" / "acts.csv"
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return {row["verb"]: tuple(row["act"].split("+")) for row in rows}


@cache
def verb_pattern() -> str:
    """Give a regular expression of all verbs, the longest first, as one group without a name.

    Examples
    --------
    >>> import re
    >>> re.match(verb_pattern(), "审议并原则通过了").group()
    '审议并原则通过'
    """
    return f"(?:{alternatives(act_table())})"
