"""Printed years and what stands by them: 2022年工作要点 is of the year or of the autumn before.

``data/year_cues.csv`` says which words by a year bound the day of the page, in months counted from the
January of that year; `fresh_to` is the last month in which such words are most likely written, where that
is before the bound. A year that is aimed at (到2025年) bounds nothing; any other bounds from below. To add a
cue, add a row; of rows that fit, the first counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from readout_nlp.reference.alternatives import alternatives
from readout_nlp.reference.tables import table_rows

_YEAR = re.compile(
    r"(?P<year>20(?<!\d20)[0-4]\d)(?:年?(?P<range>[-—–~至到]{1,2})(?P<last>20[0-4]\d))?"
    r"(?:年(?:度)?|(?<=-\d{4})(?!\d)|(?=[一-鿿“”]{2,14}(?:大会|论坛|博览会)))"
)
_DRAFT = re.compile(r"政府工作报告[》”)]{0,2}[ (]{0,2}(?:讨论稿|征求意见稿|送审稿|初稿|草稿)")
_AROUND = 36
_CLAUSE = re.compile(rf"[^,。;:!?\n]{{0,{_AROUND}}}")
_MONTH_AND_DAY = re.compile(r"\d{1,2}月\d{1,2}日")
_NEXT_YEAR = re.compile(r"20\d\d年")
_AHEAD_MONTHS = -3  # a year named for what it will bring is named from the autumn before
_WORKS = timedelta(400)  # what is told of a year for longer than this goes on
_REACH = 4  # characters before a year in which a word may make it a target


@dataclass(frozen=True, slots=True, kw_only=True)
class YearCue:
    """One kind of words by a year: the page was written `from_month` to `to_month` after its January."""

    kind: str
    where: str
    words: tuple[str, ...]
    from_month: int | None
    to_month: int | None
    fresh_to: int | None = None


class YearBound(NamedTuple):
    """A printed year: the page is of `low` to `high`, most likely by `fresh`; the words are the evidence."""

    low: date
    high: date
    words: str
    fresh: date


@cache
def year_cues() -> tuple[YearCue, ...]:
    """Give the rows of the table, in order.

    Examples
    --------
    >>> next(cue.to_month for cue in year_cues() if "工作要点" in cue.words)
    7
    """
    rows = table_rows("year_cues.csv")
    return tuple(
        YearCue(
            kind=row["kind"],
            where=row["where"],
            words=tuple(row["words"].split(";")),
            from_month=int(row["from_month"]) if row["from_month"] else None,
            to_month=int(row["to_month"]) if row["to_month"] else None,
            fresh_to=int(row["fresh_to"]) if row["fresh_to"] else None,
        )
        for row in rows
    )


def year_bounds(text: str) -> Iterator[YearBound]:
    """Give, for every year that bounds the page, the first and the last day, and the words as evidence.

    `text` is folded to half width. The last days are ``date.max`` where the year bounds from below alone.

    Examples
    --------
    >>> [(found.low.isoformat(), found.words) for found in year_bounds("审议2022年工作要点")]
    [('2021-09-01', '2022年工作要点')]
    >>> list(year_bounds("力争到2025年建成")), [low.year for low, *_ in year_bounds("自2019年起")]
    ([], [2018])
    """
    by_year: dict[int, list[YearBound]] = {}
    for year, bound in _printed_years(text):
        by_year.setdefault(year, []).append(bound)
    for bounds in by_year.values():
        yield from _reconciled(bounds)
    yield from _between(text)


def _printed_years(text: str) -> Iterator[tuple[int, YearBound]]:
    drawn = _drawn(text)
    seen: set[str] = set()  # what a page repeats, bounds once
    for found in _YEAR.finditer(text):
        around = text[max(0, found.start() - _REACH) : found.end() + _AROUND]
        if around in seen:
            continue
        seen.add(around)
        year = int(found["year"])
        tail = _tail(text, found.end())
        if found["last"]:
            yield year, YearBound(_month(year, -12), date.max, found.group(), date.max)
        elif f"{year - 1}年是" in text or not _aimed_at(text, found.start(), tail):  # next year is no far aim
            yield year, _bound(year, found.group(), tail, drawn=year in drawn)


def _reconciled(bounds: list[YearBound]) -> list[YearBound]:
    """Let a year's works be named as late as the report on them that the same page hears."""
    high = max((one.high for one in bounds if one.high < date.max), default=date.max)
    return [
        one._replace(high=high, fresh=high) if one.high - one.low >= _WORKS and one.high < high else one
        for one in bounds
    ]


def _drawn(text: str) -> frozenset[int]:
    """Give the years whose report to the congress the text draws up: every mention of it is then ahead."""
    if "政府工作报告" not in text:
        return frozenset()
    words = _words("report_drawn", "pattern")
    return frozenset(int(found["year"]) for found in _YEAR.finditer(text) if words.match(text, found.end()))


def _between(text: str) -> Iterator[YearBound]:
    """Bound a page that draws up the government's report: it looks back on a year and names the next."""
    found = _DRAFT.search(text)
    if found is None:
        return
    years = {int(one["year"]) for one in _YEAR.finditer(text) if not one["last"]}
    pairs = [year for year in years if year - 1 in years]
    if len(pairs) == 1:
        low, high = _month(pairs[0], -2), _month(pairs[0], 8) - timedelta(1)  # 2020's congresses were late
        yield YearBound(low, high, f"{found.group()}, {pairs[0]}", high)


def _tail(text: str, at: int) -> str:
    """Give what stands behind a year, to the end of its clause or to the next year."""
    found = _CLAUSE.match(text, at)
    tail = found.group() if found is not None else ""
    following = _NEXT_YEAR.search(tail)
    return tail[: following.start()] if following is not None else tail


def _aimed_at(text: str, start: int, tail: str) -> bool:
    before = text[max(0, start - _REACH) : start]
    if _words("target", "before").search(before) and not before.endswith("截至"):
        return True
    if _words("target", "pattern").match(tail):
        return True
    if _words("edition", "within").search(tail):
        return True
    return _words("target", "within").search(tail) is not None and _cue(tail) is None


def _bound(year: int, words: str, tail: str, *, drawn: bool) -> YearBound:
    if _MONTH_AND_DAY.match(tail):  # a day that is told of, not a work of the year
        return YearBound(_month(year, _AHEAD_MONTHS), date.max, words, date.max)
    told = _words("narrative", "pattern").match(tail) or _words("narrative", "within").search(tail)
    found = _cue(tail[: told.start()] if told is not None else tail)
    if found is None:
        return YearBound(_month(year, _AHEAD_MONTHS), date.max, words, date.max)
    cue, end = found
    if drawn and cue.kind == "report_to_congress":
        cue = next(row for row in year_cues() if row.kind == "report_drawn")
    low = _month(year, cue.from_month or 0)
    high, fresh = (_month(year, (last or 0) + 1) - timedelta(1) for last in (cue.to_month, cue.fresh_to))
    return YearBound(low, high, words + tail[:end], high if cue.fresh_to is None else fresh)


def _cue(tail: str) -> tuple[YearCue, int] | None:
    """Find the first kind of the table with a word in `tail`; also where the word ends."""
    for cue in year_cues():
        if cue.to_month is None:
            continue
        words = _words(cue.kind, cue.where)
        found = words.match(tail) if cue.where == "pattern" else words.search(tail)
        if found is not None:
            return cue, found.end()
    return None


@cache
def _words(kind: str, where: str) -> re.Pattern[str]:
    words = [word for cue in year_cues() if (cue.kind, cue.where) == (kind, where) for word in cue.words]
    if where == "pattern":
        return re.compile("|".join(words))
    return re.compile(f"(?:{alternatives(words)})$" if where == "before" else alternatives(words))


def _month(year: int, months: int) -> date:
    years, month = divmod(months, 12)
    return date(year + years, month + 1, 1)
