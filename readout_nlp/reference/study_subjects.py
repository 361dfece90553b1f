"""What the Politburo's studies were about: the words by which one of a number is told from another.

``data/dated_events.csv`` has them (`study_subject`): the number and a word of the subject, and the day by
which the study itself is recorded. A number returns with every congress.
"""

from __future__ import annotations

from datetime import date
from functools import cache

from readout_nlp.reference.tables import table_rows

_REACH = 120  # characters behind the number in which its subject may be named
_NAME = "政治局第{}次集体学习"


@cache
def study_subjects() -> dict[str, dict[str, date]]:
    """Give, by the wording of a numbered study, the words of subjects and the recorded days of the studies.

    Examples
    --------
    >>> sorted(study_subjects()["政治局第二十次集体学习"])
    ['人工智能', '民法典']
    """
    found: dict[str, dict[str, date]] = {}
    for row in table_rows("dated_events.csv"):
        if row["kind"] == "study_subject":
            number, word = row["name"].split(" ")
            found.setdefault(_NAME.format(number), {})[word] = date.fromisoformat(row["first_mention"])
    return found


def study_told(wording: str, body: str, at: int) -> frozenset[date]:
    """Give the day of the study whose subject a body names beside its number; none where two are named.

    Examples
    --------
    >>> body = "学习政治局第二十次集体学习精神。要把人工智能用到生产线上。"
    >>> [day.year for day in study_told("政治局第二十次集体学习", body, 2)]
    [2025]
    >>> study_told("政治局第二十次集体学习", "学习政治局第二十次集体学习精神。", 2)
    frozenset()
    """
    named = study_subjects().get(wording, {})
    begins = max(body.rfind(mark, 0, at) for mark in "。\n") + 1
    beside = body[begins : at + _REACH].partition("\n")[0] if named else ""
    days = {day for word, day in named.items() if word in beside}
    return frozenset(days) if len(days) == 1 else frozenset()
