"""The acts of a meeting and the verbs that express them (``data/acts.csv``; to add a verb, add a row)."""

from __future__ import annotations

from functools import cache

from readout_nlp.reference.alternatives import alternatives
from readout_nlp.reference.tables import table_rows


@cache
def act_table() -> dict[str, tuple[str, ...]]:
    """Give the act or acts that each verb expresses.

    Examples
    --------
    >>> act_table()["传达学习"], act_table()["听取审议"]
    (('relay',), ('hear', 'deliberate'))
    """
    return {row["verb"]: tuple(row["act"].split("+")) for row in table_rows("acts.csv")}


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
