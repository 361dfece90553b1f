"""The year of a day that is printed without one, from what the body names: every clue leaves some years."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from readout_nlp.readouts.printed_days import arabic_years, day_of
from readout_nlp.readouts.told_ago import written_between
from readout_nlp.readouts.visits import of_one_visit, province_visited, visits_told
from readout_nlp.reference.anniversaries import anniversaries
from readout_nlp.reference.clues import Clue, clue_mentions, clues, visited_provinces
from readout_nlp.reference.gazetteer import above, by_name
from readout_nlp.reference.study_subjects import study_told
from readout_nlp.reference.year_cues import year_bounds

_FORMERLY = re.compile(r"(?:原|时任|前任|曾任|团)[一-鿿]{0,3}$")  # an office held once, or the League's
_OFFICE_BEFORE = 5
_EARLIER_PLENUMS = re.compile("(?<=届)(?:[一二三四五六七八]中(?:全会)?[、和及])+(?=[一二三四五六七八]中全会)")
_DATED = re.compile(
    r"(20(?<!\d20)\d\d)年(\d{1,2})月(\d{1,2})日[^,。;\n]{0,24}(?:会议|讲话|批示|指示|座谈会|通报|精神)"
)
# 总书记日前在某省考察: the word between does not tell when
_LATELY = re.compile(
    r"(?P<who>(?:习近平)?总书记)(?:日前|近日|近期|最近|前不久|不久前|刚刚|此次|这次|今年|(?:春节|新春)前(?:夕)?|"
    r"(?P<month>(?:本|上个?)月)(?:[上中下]旬|初|底|\d{1,2}日(?:至\d{1,2}日)?)?|"
    r"(?P<day>(?:\d{1,2}月)?\d{1,2}日(?:至(?:\d{1,2}月)?\d{1,2}日)?))"
    "(?=[在到赴来]|考察|视察|调研|对)"
)
# 2月17日在(某座谈会), 6月7日至9日(总书记考察某省): the event's own day, printed before its name
_ITS_DAY = re.compile(
    r"(?<!\d)(?:(?P<year>20\d\d)年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日"
    r"(?:(?:至|-|—|~)(?:(?P<to_month>\d{1,2})月)?(?P<to_day>\d{1,2})日)?"
    "(?:习近平|总书记|召开的?|举行的?|[在于到赴来])*"
    r"(?:在[一-鿿]{2,6}?(?:亲自)?(?:主持)?(?:召开|举行)的?)?$"
)
# 总书记在甲、乙考察, 在我省甲考察: two places of one province
_WENT_TO = re.compile(
    r"(?P<went>总书记[在到赴来])(?:[我全][省区])?(?P<where>[一-鿿、]{2,16}?)(?=考察|视察|调研|看望)"
)
_LOOKED_BACK_ON = re.compile(
    r"第(?<=\d年第)\d{1,2}号(?=(?:超强|强)?(?:台风|热带风暴))"
)  # 2018年第22号台风“山竹”
_DATED_FRESH = timedelta(200)  # what is relayed by its full date was new
_FEWEST_AGREEING = 2
_JUST_NOW, _LONG_AGO = 21, 60  # days since an event that is passed on
_TOLD_WITHOUT_YEAR = timedelta(330)  # a day that is told without its year was less than a year ago
_RECORDED_LATE = timedelta(4)  # an event may be dated by its report, or by its last day
_BEFORE_IT = 48  # characters before a clue in which its sentence may say how long ago it was
_BEFORE = 30  # characters before a clue in which its day stands
_DAY_KNOWN = 130  # a longer span of freshness is no event's
_REACH = 120  # characters behind a clue in which its sentence is read
_RELAY = re.compile(r"学习|传达|贯彻")
_STUDIES = re.compile("学习|贯彻")
_LOOKS_BACK = re.compile("周年|[一二三四五六七八九]年(?:来|前)|再学习|重温|回访|回头看")
_AT_ONCE = timedelta(14)  # what a title says is studied is as new as that, or of any day of later years


class Reading(NamedTuple):
    """One reading of a clue: the page was written from `low` to `high`.

    `fresh` is the first and the last day on which it was most likely written if it names nothing later; None
    where such a clue stays in use for years.
    """

    low: date
    high: date
    fresh: tuple[date, date] | None
    label: str


Window = tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Inference:
    """The days that are left, in order; whether a clue bounds them from above; and what was decided by."""

    days: tuple[date, ...]
    bounded: bool
    labels: tuple[str, ...]


def windows_beside(title: str, body: str) -> list[Window]:
    """Give the clues of a folded body, and those that its title adds: what it studies was just held.

    Examples
    --------
    >>> (window,) = windows_beside("学习贯彻总书记视察湖北重要讲话精神", "会议学习了讲话。")
    >>> [(r.fresh[1] - r.fresh[0]).days < 20 for r in window if r.fresh and r.low.year > 2019]
    [True, True, True]
    """
    found = {_labels([window], None): window for window in windows(body)}
    studied = _STUDIES.search(title) is not None  # else nothing of it is: the body is not looked through
    at_once = studied and not _LOOKS_BACK.search(title) and not _LOOKS_BACK.search(body)
    for window in windows(title, at_once=at_once):
        known = found.setdefault(_labels([window], None), window)
        if not any(reading.fresh for reading in known):
            found[_labels([window], None)] = window
    return list(found.values())


def windows(body: str, *, at_once: bool = False) -> list[Window]:
    """Give, for every clue of a folded body, the readings of it; `at_once`: what is studied was just held.

    Examples
    --------
    >>> [reading.low.isoformat() for window in windows("审议2022年工作要点") for reading in window]
    ['2021-09-01']
    """
    body = printed = _LOOKED_BACK_ON.sub("", arabic_years(body))
    if "总书记" in body:
        body = _visited().sub(lambda found: found["went"], _LATELY.sub(_day_first, body))
        body = _WENT_TO.sub(_to_province, body)
    events = _event_windows(body, visits_told(printed), at_once=at_once)
    return [*events, *_year_windows(body), *_dated_windows(body), *_anniversary_windows(body)]


@cache
def _visited() -> re.Pattern[str]:
    """Compile 总书记在某省某市考察: the clue is the province."""
    return re.compile(
        rf"(?<=总书记)(?P<went>[在到赴来](?:{'|'.join(visited_provinces())}))[一-鿿、]{{2,10}}?(?=考察|视察|调研|看望)"
    )


def _day_first(found: re.Match[str]) -> str:
    """Take out the word that tells no day; put a day, or a month, before who is spoken of."""
    return f"{found['day'] or found['month'] or ''}{found['who']}"


def _to_province(found: re.Match[str]) -> str:
    """Write the province for the places within it that a leader went to, if each is of that one alone."""
    provinces = set()
    for name in re.split("[、和]", found["where"]):
        units = [unit for division in by_name(name) for unit in (division, *above(division))]
        provinces.add(tuple({unit.short for unit in units if unit.level == "province"}))
    (alone,) = provinces if len(provinces) == 1 else [()]
    name = alone[0] if len(alone) == 1 else province_visited(found["where"])
    return f"{found['went']}{name}" if name in visited_provinces() else found.group()


def is_term(reading: Reading) -> bool:
    """Say whether a reading is of an official term, in its quotation marks: dated by its first use alone.

    Examples
    --------
    >>> [is_term(reading) for window in windows("抓好“二线口岸”建设") for reading in window]
    [True]
    """
    return reading.label.startswith("“") and reading.high == date.max and reading.fresh is None


def infer(days: list[date], found: list[Window]) -> Inference:
    """Keep the days that every clue allows; where several are left, those that its latest news is fresh for.

    Examples
    --------
    >>> days = [date(year, 3, 12) for year in range(2015, 2025)]
    >>> infer(days, windows("会议审议2019年改革工作要点")).days
    (datetime.date(2019, 3, 12),)
    """
    left = [day for day in days if all(_allowing(window, day) for window in found)]
    bounded = any(all(reading.high < date.max for reading in window) for window in found)
    if len(left) == 1 and bounded:
        return Inference((left[0],), bounded, _labels(found, left))
    fresh = [day for day in left if _fresh(day, found)]
    if len(fresh) > 1:
        fresh = _agreed(fresh, found) or fresh
        fresh = _just_happened(fresh, found) or fresh
    if len(fresh) == 1:
        return Inference((fresh[0],), True, _labels(found, fresh))
    return Inference(tuple(left), bounded, _labels(found, left or None))


def hull(found: list[Window]) -> tuple[date | None, date | None]:
    """Give the first and the last day that any reading allows; None where nothing bounds that side.

    Examples
    --------
    >>> hull([])
    (None, None)
    """
    lows = [reading.low for window in found for reading in window if reading.low > date.min]
    highs = [reading.high for window in found for reading in window if reading.high < date.max]
    return min(lows, default=None), max(highs, default=None)


def _allowing(window: Window, day: date) -> list[Reading]:
    return [reading for reading in window if reading.low <= day <= reading.high]


def _fresh(day: date, found: list[Window]) -> bool:
    """Say whether the latest news that a page of this day names is fresh."""
    news = [reading for window in found for reading in _allowing(window, day) if reading.low > date.min]
    dated = [reading for reading in news if reading.fresh is not None]
    if not dated:
        return False
    latest = max(dated, key=lambda reading: reading.low)
    return latest.fresh is not None and latest.fresh[0] <= day <= latest.fresh[1]


def _just_happened(days: list[date], found: list[Window]) -> list[date]:
    """Keep the one day just before which the latest news was, where it was long before the others."""
    ages = {day: _age(day, found) for day in days}
    new = [day for day, age in ages.items() if age <= _JUST_NOW]
    return new if len(new) == 1 and all(age > _LONG_AGO for day, age in ages.items() if day != new[0]) else []


def _age(day: date, found: list[Window]) -> int:
    """Count the days since the first that the latest news is fresh on; none where that day is unknown."""
    fresh = [r.fresh for window in found for r in _allowing(window, day) if r.fresh is not None]
    first, last = max((span for span in fresh if span[0] <= day <= span[1]), default=(day, day))
    return (day - first).days if (last - first).days <= _DAY_KNOWN else 0


def _agreed(days: list[date], found: list[Window]) -> list[date]:
    """Keep the days for which all news is fresh, where several pieces of it are; else none."""
    news = [window for window in found if any(reading.fresh is not None for reading in window)]
    if len(news) < _FEWEST_AGREEING:
        return []
    return [day for day in days if all(_is_news(window, day) for window in news)]


def _is_news(window: Window, day: date) -> bool:
    return any(r.fresh is not None and r.fresh[0] <= day <= r.fresh[1] for r in _allowing(window, day))


def _labels(found: list[Window], days: list[date] | None) -> tuple[str, ...]:
    """Name the readings that allow one of `days`; of None, all."""
    labels = (
        reading.label
        for window in found
        for reading in window
        if days is None or any(reading.low <= day <= reading.high for day in days)
    )
    return tuple(dict.fromkeys(labels))


def _event_windows(body: str, visited: dict[str, frozenset[date]], *, at_once: bool) -> Iterator[Window]:
    if "中全会" in body:
        body = _EARLIER_PLENUMS.sub("", body)  # of 二中、三中全会 the last dates the page
    for wording, at in clue_mentions(body).items():
        if "书记" in wording and _FORMERLY.search(body, max(0, at - _OFFICE_BEFORE), at):
            continue
        sentence, relayed = _sentence(body, at), _relays(body, at, len(wording))
        told = [clue for clue in clues()[wording] if not clue.only_if or _any(clue.only_if, sentence)]
        if visited and "总书记" in wording:
            told = _on_days(told, of_one_visit(wording, visited))
        if wording.endswith("集体学习"):
            told = _on_days(told, study_told(wording, body, at))
        printed = _ITS_DAY.search(body, max(0, at - _BEFORE), at)
        if dated := _on_its_day(told, printed):
            yield dated
        elif told:
            soon = at_once and _STUDIES.search(sentence) is not None
            window = tuple(_reading(clue, sentence, relayed=relayed, soon=soon) for clue in told)
            window = _told_ago(told, window, body[max(0, at - _BEFORE_IT) : at]) or window
            yield window if printed is None else tuple(r._replace(fresh=None) for r in window)


def _on_days(told: list[Clue], days: frozenset[date]) -> list[Clue]:
    """Keep what was on these days, by the places or the subject named; all where nothing was."""
    return [clue for clue in told if clue.held in days] or told


def _told_ago(told: Iterable[Clue], window: Window, before: str) -> Window:
    """Bound what the page says was days or weeks ago, or that month; nothing where no word before it does."""
    bounded = []
    for clue, reading in zip(told, window, strict=True):
        span = written_between(before, clue.held) if clue.held and clue.fresh else None
        if span is None:
            return ()
        bounded.append(reading._replace(low=max(reading.low, span[0]), high=span[1]))
    return tuple(bounded)


def _looks_back(wording: str, sentence: str) -> bool:
    """Say whether a sentence looks back on what it names; 周年 behind another comma is of something else."""
    before, _, after = sentence.partition(wording)
    beside = f"{before.rpartition(',')[2]}{after.partition(',')[0]}"
    return "周年" in beside or any(m.group() != "周年" for m in _LOOKS_BACK.finditer(before + after))


def _any(words: Iterable[str], text: str) -> bool:
    return any(word in text for word in words)


def _on_its_day(told: Iterable[Clue], printed: re.Match[str] | None) -> Window:
    """Keep the events that were on the day printed before their name; none where none was."""
    if printed is None:
        return ()
    month, day = int(printed["month"]), int(printed["day"])
    readings = []
    for clue in told:
        if clue.held is None or (printed["year"] and int(printed["year"]) != clue.held.year):
            continue
        first = day_of(clue.held.year, month, day)
        last = day_of(clue.held.year, int(printed["to_month"] or month), int(printed["to_day"] or day))
        if first is not None and last is not None and first <= clue.held <= last + _RECORDED_LATE:
            high = date.max if printed["year"] else first + _TOLD_WITHOUT_YEAR
            readings.append(Reading(first, high, clue.fresh, clue.label))
    return tuple(readings)


def _year_windows(body: str) -> Iterator[Window]:
    for low, high, label, fresh in year_bounds(body):
        yield (Reading(low, high, (low, fresh) if fresh < date.max else None, label),)


def _dated_windows(body: str) -> Iterator[Window]:
    """Bound by the full dates of what is relayed."""
    for found in _DATED.finditer(body) if "日" in body else ():
        held = day_of(int(found[1]), int(found[2]), int(found[3]))
        if held is not None and _relays(body, found.start(), len(found.group())):
            yield (Reading(held, date.max, (held, held + _DATED_FRESH), held.isoformat()),)


def _anniversary_windows(body: str) -> Iterator[Window]:
    for found in anniversaries(body):
        yield (Reading(found.earliest, found.latest or date.max, found.fresh, found.label),)


def _relays(body: str, at: int, length: int) -> bool:
    """Say whether the sentence around a clue relays it."""
    return _RELAY.search(body, _sentence_start(body, at), at + length) is not None


def _sentence(body: str, at: int) -> str:
    """Give the sentence around a place, as far as one sentence may reach."""
    end = next((i for i in range(at, min(len(body), at + _REACH)) if body[i] in "。\n"), at + _REACH)
    return body[_sentence_start(body, at) : end]


def _sentence_start(body: str, at: int) -> int:
    return max(body.rfind(mark, 0, at) for mark in "。\n") + 1


def _reading(clue: Clue, sentence: str, *, relayed: bool, soon: bool) -> Reading:
    latest = clue.relayed_until if relayed else clue.latest
    fresh = clue.fresh if not clue.fresh_if or _any(clue.fresh_if, sentence) else None
    if clue.only_if and _looks_back(clue.wording, sentence):
        return Reading(clue.earliest or date.min, latest or date.max, None, clue.label)
    if fresh is None and soon and clue.fresh is not None and clue.held is not None:
        fresh = (clue.fresh[0], clue.held + _AT_ONCE)
    return Reading(clue.earliest or date.min, latest or date.max, fresh, clue.label)
