"""What a page tells of its day by the plenum of a province that it relays (省委十二届六次全会).

Such a name is read with the region of the page: 省委 and 自治区党委 are its province's, 市委 is a
municipality's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from readout_nlp.readouts.years import Reading, Window
from readout_nlp.reference.gazetteer import by_name
from readout_nlp.reference.numerals import han_number
from readout_nlp.reference.regional_plenums import CORPS, Sitting, committees, sitting, term_begun

_NAMED = ("次全会", "次全体", "次全委", "次党代会精神", "代表大会精神", "党代会代表", "代表大会代表")
_N = r"(?:[一二三四五六七八九十]{1,3}|\d{1,2})"
_NOT_OF_OTHERS = "(?<!民革)(?<!民盟)(?<!民建)(?<!民进)(?<!工党)(?<!公党)(?<!学社)(?<!台盟)(?<!团)"
_KIND = "(?P<kind>省委|(?:壮族|回族|维吾尔)?自治区党委|区党委|党委|市委)"
_TERM = rf"第?(?P<term>{_N})届"
# 五次、六次全会: the last; 省委十届十次、市委五届三次全会: the word stands behind the other
_NUMBER = (
    rf"(?:第?{_N}次?(?:全会|全体会议)?[、和及])*第?(?P<number>{_N})次"
    r"(?:全会|全体(?:\(?扩大\)?)?会议|全委|(?=[、和及与][^,。;\n]{2,16}次全))"
)
_SENT = re.compile(r"推荐|提名|选举|候选|推选")  # who is to go to a congress is chosen in the year before it
_CHOSEN_WITHIN = timedelta(330)
_PASSED_ON = re.compile(r"传达[^,;。\n]*$")
_RELAYED = re.compile(r"学习|传达|贯彻[^,;。\n]*$")
_NO_NAME_BEFORE = re.compile(r"(?:^|[达习彻实报按照据和及与在席、,。;:“\s])$")  # 天河区党委 is no region's
# 把学习省委全会精神同学习总书记在福建考察时的重要讲话精神结合起来
_OWN_PROVINCE = re.compile(
    r"省委[^。\n]{0,12}全会精神(?:同|与|和)[^。\n]{0,12}总书记[在来到]([一-鿿]{2,3})(?:考察|视察)[^。\n]*结合"
)
_LONGEST_NAME = 8
_SLACK = timedelta(5)  # the last day may be recorded for the first
_PREPARED_WITHIN = timedelta(60)  # what does not relay it may call it
_PASSED_ON_WITHIN = timedelta(60)
_LATEST_NEWS_FOR = timedelta(330)  # of a plenum after which none is known to have met


class _Named(NamedTuple):
    """A plenum or, with the number 0, a congress that a body names; `region`: if the name says it."""

    at: int
    end: int
    region: str | None
    committee: str
    term: int
    number: int


def plenum_windows(body: str, province: Callable[[], str | None]) -> Iterator[Window]:
    """Give the readings of each plenum and congress of a province that a folded body names.

    Parameters
    ----------
    body
        The folded text.
    province
        Gives the short name of the page's province, or None; asked only where a name leaves it open.

    Examples
    --------
    >>> body = "会议传达学习自治区党委十一届七次全会精神。"
    >>> [window[0].fresh[0].isoformat() for window in plenum_windows(body, lambda: "内蒙古")]
    ['2023-12-20']
    >>> list(plenum_windows(body, lambda: "山西"))
    []
    """
    if not any(word in body for word in _NAMED):
        return
    for named in _names(body):
        window = tuple(_readings(body, named, province))
        if window and _in_turn(window):
            yield window


def _readings(body: str, named: _Named, province: Callable[[], str | None]) -> Iterator[Reading]:
    """Read a name as that of its one region; as one of every region that it can be of, where none is told."""
    told = named.region or province() or _visited_with(body)
    if told and committees().get(told, "兵团党委") != named.committee:
        return
    for region in (told,) if told else _bearers(named):
        held = sitting(region, named.term, named.number)
        if held is not None and (reading := _reading(body, named, region=region, held=held)):
            yield reading


def _visited_with(body: str) -> str | None:
    """Give the province of a visit whose words are carried out together with its committee's plenum."""
    found = _OWN_PROVINCE.search(body) if "结合" in body else None
    return found[1] if found is not None and found[1] in committees() else None


def _bearers(named: _Named) -> tuple[str, ...]:
    """Give the regions whose committee a name can be of; none where one of them is not known well."""
    regions = [region for region, committee in committees().items() if committee == named.committee]
    begun = {region: term_begun(region, named.term) for region in regions}
    return () if None in begun.values() else tuple(region for region in regions if begun[region])


def _reading(body: str, named: _Named, *, region: str, held: Sitting) -> Reading | None:
    before = body[max(body.rfind(mark, 0, named.at) for mark in "。\n") + 1 : named.at]
    if named.number == 0 and body[named.end - 2 : named.end] == "代表":
        return _of_delegates(body, named, held)
    if named.number == 0:
        return _of_congress(body, named, held) if held.known else None
    relayed = _RELAYED.search(before) is not None
    low = held.earliest - (_SLACK if relayed else _PREPARED_WITHIN)
    label = f"{'' if named.region else region}{body[named.at : named.end]} ({_told(held)})"
    high = held.following if _PASSED_ON.search(before) else None
    return Reading(
        low,
        high + _PASSED_ON_WITHIN if high is not None else date.max,
        _fresh(low, held, relayed=relayed),
        label,
    )


def _of_congress(body: str, named: _Named, held: Sitting) -> Reading | None:
    """Read a congress that is passed on; one that is carried out is named for five years."""
    end = next((i for i in range(named.end, len(body)) if body[i] in "。\n"), len(body))
    start = max(body.rfind(mark, 0, named.at) for mark in "。\n") + 1
    if "传达" not in body[start:end]:
        return None
    span = held.earliest, held.earliest + _PASSED_ON_WITHIN
    return Reading(held.earliest, date.max, span, f"{body[named.at : named.end]} ({held.earliest})")


def _of_delegates(body: str, named: _Named, held: Sitting) -> Reading | None:
    """Read a congress that delegates are chosen for: it is to come within the year."""
    start = max(body.rfind(mark, 0, named.at) for mark in "。\n") + 1
    end = next((i for i in range(named.end, len(body)) if body[i] in "。\n"), len(body))
    if held.latest is None or not _SENT.search(body[start:end]):
        return None
    label = f"{body[named.at : named.end]} ({_told(held)})"
    return Reading(
        held.earliest - _CHOSEN_WITHIN, held.latest, (held.earliest - _CHOSEN_WITHIN, held.latest), label
    )


def _fresh(low: date, held: Sitting, *, relayed: bool) -> tuple[date, date] | None:
    """Give the days on which a plenum is news: for two months; if relayed, until a later one is."""
    if held.latest is None or not (held.known or relayed):
        return None
    until = held.latest + _PASSED_ON_WITHIN
    if relayed and held.following is not None:
        until = max(until, min(held.following + _PASSED_ON_WITHIN, held.latest + _LATEST_NEWS_FOR))
    return low, until


def _told(held: Sitting) -> str:
    return f"{held.earliest}" if held.known else f"{held.earliest} to {held.latest or '...'}"


def _in_turn(window: Window) -> bool:
    """Say whether each reading is news for as long as those before it: else it would speak for them."""
    spans = sorted(reading.fresh for reading in window if reading.fresh is not None)
    return len(window) == 1 or (
        len(spans) == len(window) and all(one[1] <= other[1] for one, other in pairwise(spans))
    )


def _names(body: str) -> Iterator[_Named]:
    """Give the plenums and congresses that a body names, each once, with the region if its name tells it."""
    seen = set()
    for pattern in _patterns():
        for found in pattern.finditer(body):
            named = _named(body, found)
            if named is not None and (key := named[2:]) not in seen:
                seen.add(key)
                yield named


def _named(body: str, found: re.Match[str]) -> _Named | None:
    name, parts = found["name"], found.groupdict()
    kind = re.sub("^(?:壮族|回族|维吾尔)?自治区党委$|^区党委$", "自治区党委", _committee(found))
    if kind == "党委" and name is not None:
        kind = committees().get(name, "兵团党委")
    committee = kind if name is None else committees().get(name, "兵团党委")
    if committee != kind or (name is None and not _speaks_of_the_province(body, found)):
        return None
    ordinals = (_ordinal(parts["term"]), _ordinal(parts.get("number") or "0"))
    return _Named(found.start(), found.end(), name, committee, *ordinals)


def _committee(found: re.Match[str]) -> str:
    """Give the word for the committee, of a congress (省第十三次党代会), too."""
    kind = found["kind"]
    return kind if kind.endswith("委") else f"{kind}{'党委' if kind.endswith('自治区') else '委'}"


def _speaks_of_the_province(body: str, found: re.Match[str]) -> bool:
    """Say whether no other unit's name stands before the word (成都市委, 天河区党委)."""
    before = body[max(0, found.start() - _LONGEST_NAME) : found.start()]
    if found["kind"][0] not in "市区":
        return True
    named = any(by_name(before[-length:]) for length in range(2, len(before) + 1))
    return not named and _NO_NAME_BEFORE.search(before) is not None


def _ordinal(text: str) -> int:
    return int(text) if text.isdecimal() else han_number(text)


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    name = rf"(?P<name>{'|'.join((*committees(), CORPS))})"
    unit = "(?P<kind>省|市|(?:壮族|回族|维吾尔)?自治区)"
    return (
        re.compile(f"{_NOT_OF_OTHERS}(?:中国共产党|中共)?{name}?{_KIND}{_TERM}{_NUMBER}"),
        re.compile(f"{_NOT_OF_OTHERS}{_TERM}{name}?{_KIND}{_NUMBER}"),
        re.compile(f"(?:中国共产党|中共){name}{unit}{_TERM}委员会{_NUMBER}"),
        re.compile(f"{name}?{unit}第(?P<term>{_N})次(?:党代会|(?:党员)?代表大会)(?:精神|代表)"),
    )
