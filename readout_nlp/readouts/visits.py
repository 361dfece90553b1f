"""Which visit of the General Secretary to a province a page tells of, by the places that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from readout_nlp.reference.tables import table_rows
from readout_nlp.reference.visit_stops import (
    Stop,
    stop_mentions,
    stops_called,
    stops_in,
    unplaced_visits,
    visit_stops,
)

_WENT = re.compile("考察|视察|调研|看望|走进|来到")
_WHAT = ("考察", "视察", "调研")
# 走进临汾、晋中; not 视察山西的讲话精神,听取晋中...
_GONE_TO = re.compile(
    r"(?:[到赴来在进上入临至看访]|考察|视察|调研)(?:(?!精神|讲话|指示|会议|听取|研究|学习)[^,;:。\s]){0,16}\Z"
)
_ITS_ORGAN = re.compile(
    "[省市县区州盟旗]?(?:委|党|常委|人民?政府|政府|人大|政协)"
)  # who meets, not where he went
_ONCE = re.compile(
    r"(?:19|20)\d\d年|曾|当年|时任|工作期间|周年|[一二三四五六七八九十\d]年(?:来|前)|再学习|重温|回访|回头看|首次提出|科学论断"
)


def visits_told(body: str) -> dict[str, frozenset[date]]:
    """Give, by province, the recorded days of the visits that went to all places said to be visited.

    A sentence that looks back (2013年, 曾, 三年前) tells nothing, nor do places that no one visit went to or
    that stand there for another reason: the page's own county, whose committee met. A visit of which no
    place is on record may have gone there, too.

    Examples
    --------
    >>> told = visits_told("会议指出,总书记专程到运城博物馆考察,令人振奋。")
    >>> told["山西"] == {date(2023, 5, 16)}
    True
    >>> visits_told("会议指出,总书记三年前到运城考察时的嘱托,我们牢记在心。")
    {}
    """
    found: dict[str, frozenset[date]] = {}
    for sentence in _of_visits(body):
        for province, place in _gone_to(sentence):
            days = visit_stops()[province, place]
            found[province] = found.get(province, days) & days
    none: frozenset[date] = frozenset()
    return {
        province: days | unplaced_visits().get(province, none) for province, days in found.items() if days
    }


def province_visited(where: str) -> str | None:
    """Give the one province whose places a phrase names; None where it names none, or places of several.

    Examples
    --------
    >>> province_visited("运城市盐湖"), province_visited("某地")
    ('山西', None)
    """
    provinces = {province for province, _ in stops_in(where)}
    return provinces.pop() if len(provinces) == 1 else None


def of_one_visit(wording: str, told: dict[str, frozenset[date]]) -> frozenset[date]:
    """Give the days of the visits told of the province that a wording names, in full or in short; else none.

    Examples
    --------
    >>> len(of_one_visit("总书记来晋考察", visits_told("总书记这次来晋考察,到了运城。")))
    1
    """
    return next((days for name, days in told.items() if any(w in wording for w in _words(name))), frozenset())


@cache
def _words(province: str) -> tuple[str, ...]:
    """Give the words by which wordings of visits name a province."""
    short = [row["short"] for row in table_rows("province_short_names.csv") if row["name"] == province]
    return (
        province,
        *(f"{verb}{name}{what}" for name in short for verb in ("来", "在", "") for what in _WHAT),
    )


def _gone_to(sentence: str) -> Iterator[Stop]:
    """Give the places that a sentence says were gone to."""
    said = sentence.find("总书记")
    for mention in stop_mentions(sentence):
        before = sentence[said : mention.start()] if said < mention.start() else ""
        if _GONE_TO.search(before) and not _ITS_ORGAN.match(sentence, mention.end()):
            yield from stops_called(mention)


def _of_visits(body: str) -> Iterator[str]:
    for sentence in re.split("[。\n]", body):
        if "总书记" in sentence and _WENT.search(sentence) and not _ONCE.search(sentence):
            yield sentence
