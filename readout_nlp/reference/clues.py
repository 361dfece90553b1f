"""Dated clues: wordings that bound the day of the page that prints them.

``data/dated_events.csv`` and ``data/fictional_events.csv`` date the events; ``data/clue_kinds.csv`` says
what a mention of each kind tells; the first uses of official terms bound from below. To add a clue, add a
row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from readout_nlp.reference.anniversaries import event_years
from readout_nlp.reference.tables import table_rows
from readout_nlp.reference.terms import official_terms
from readout_nlp.reference.word_heads import Heads, by_head

_CENSORED_BEFORE = date(2013, 1, 1)  # the record begins in July 2012: an earlier first use may be older
_RECORD_BEGINS = date(2012, 7, 2)
_EARLIEST = date(1998, 1, 1)  # no page of the genre is expected to be older
_SAME_SENSE_DAYS = 90  # quoted soon after its first use: the term was new, not an older sense of the words
_TERM_SLACK_DAYS = 45
_YEARS = frozenset(
    {
        "npc_session_year",
        "cppcc_session_year",
        "discipline_plenum_year",
        "plan_opens",
        "plan_middle",
        "plan_closes",
    }
)  # no day is known
_SPANS = frozenset(
    {"word_span", "visit_unknown", "env_unknown", "state_visit_unknown"}
)  # the second day is the last
_VISITS = frozenset({"visit", "visit_told", "visit_unknown"})
_HEAD = 4  # characters with which wordings are looked up, but for shorter ones: hundreds begin with one pair
_SHORTEST = 3  # no wording has fewer characters
_JUST_CLOSED_DAYS = 30
_SUPERSEDED_DAYS = 60
_WOUND_UP_DAYS = 75  # a campaign that has ended is summed up for weeks
_RECALLED_DAYS = 45  # and is named a little longer
_APPOINTED_DAYS, _SUCCEEDED_DAYS = 7, 45  # an office is named by its last holder's name a little longer
_FRESH_SLACK_DAYS = 61  # an event is named long before it only by those who prepare it
_BY_BUSIEST = frozenset(
    {"plenum", "discipline_plenum", "npc_session", "cppcc_session", "summit"}
)  # named long before they are held


@dataclass(frozen=True, slots=True, kw_only=True)
class Clue:
    """One reading of a wording: a page with `wording` was written from `earliest` to `latest`.

    Attributes
    ----------
    wording
        What the page prints.
    earliest, latest
        Both included; None where the clue does not bound that side.
    relayed_until
        The narrower `latest` for a page that relays the event, rather than only naming it.
    fresh
        If nothing later is named, the page was most likely written between these two days; None where such
        a wording is used for years.
    fresh_if
        Words, one of which must stand in the sentence before the clue for `fresh` to hold; empty: always.
    only_if
        Words, one of which the sentence must have for it to be a clue at all; empty: it always is.
    held
        The day of the event; None where it is of a span of days, or where the year alone is known.
    label
        Kind and date, as evidence for a reader.
    """

    wording: str
    earliest: date | None
    latest: date | None
    relayed_until: date | None
    label: str
    fresh: tuple[date, date] | None = None
    fresh_if: tuple[str, ...] = ()
    only_if: tuple[str, ...] = ()
    held: date | None = None


@cache
def clues() -> dict[str, tuple[Clue, ...]]:
    """All clues by wording; an ordinal that came back has several readings.

    Examples
    --------
    >>> [c.earliest.year for c in clues()["政治局第七次集体学习"]]  # 1998: one before the record
    [1998, 2013, 2018, 2023]
    """
    found: dict[str, list[Clue]] = {}
    for clue in (*_event_clues(), *_term_clues()):
        found.setdefault(clue.wording, []).append(clue)
    return {wording: tuple(readings) for wording, readings in found.items()}


def clue_mentions(text: str) -> dict[str, int]:
    """Give the wordings of clues that a text prints, each with its first place, in the order of `clues`.

    A wording that begins a longer one is printed where the longer one is.

    Examples
    --------
    >>> clue_mentions("学习政治局第七次集体学习精神")
    {'政治局第七次集体学习': 2}
    >>> clue_mentions("传达12月3日中央政治局常委会会议精神")
    {'12月3日中央政治局常委会会议': 2}
    """
    found: dict[str, int] = {}
    heads, lengths, sizes = _heads()
    order = _order()
    for at in heads.places(text):
        for size in sizes:
            for length in lengths.get(text[at : at + size], ()):  # mostly none
                wording = text[at : at + length]
                # 1月7日 is not in 11月7日
                if wording in order and not (text[at].isdigit() and text[at - 1 : at].isdigit()):
                    found.setdefault(wording, at)
    return {wording: found[wording] for wording in sorted(found, key=order.__getitem__)}


@cache
def visited_provinces() -> tuple[str, ...]:
    """Give the provinces of which visits are recorded, the longest names first.

    Examples
    --------
    >>> visited_provinces()[0], "湖北" in visited_provinces()
    ('内蒙古', True)
    """
    names = {row["name"] for row in table_rows("dated_events.csv") if row["kind"] in _VISITS}
    return tuple(sorted(names, key=lambda name: (-len(name), name)))


@cache
def _order() -> dict[str, int]:
    return {wording: place for place, wording in enumerate(clues())}


@cache
def _heads() -> tuple[Heads, dict[str, tuple[int, ...]], tuple[int, ...]]:
    """Give what begins wordings, how long these are by their first characters, and how many those are."""
    lengths: dict[str, set[int]] = {}
    for wording in clues():
        lengths.setdefault(wording[:_HEAD], set()).add(len(wording))
    by_first = {first: tuple(sorted(found)) for first, found in lengths.items()}
    return by_head(clues(), size=_SHORTEST)[0], by_first, tuple(sorted({len(first) for first in by_first}))


def _event_clues() -> Iterator[Clue]:
    kinds = {row["kind"]: row for row in table_rows("clue_kinds.csv")}
    events = [
        (r["kind"], r["name"], r["first_mention"], r["busiest_day"]) for r in table_rows("dated_events.csv")
    ]
    events += [(r["kind"], r["name"], r["date"], r["date"]) for r in table_rows("fictional_events.csv")]
    editions = sorted(date.fromisoformat(first) for kind, _, first, _ in events if kind == "control_edition")
    congresses = sorted(date.fromisoformat(busy) for kind, *_, busy in events if kind == "national_congress")
    opened = next(day for day in congresses if day > _RECORD_BEGINS)
    for kind in ("politburo_study", "conference"):
        yield from _unrecorded(kinds[kind], {name for of, name, *_ in events if of == kind}, opened)
    for kind, name, first, busiest in events:
        if kind == "national_congress":
            day = date.fromisoformat(busiest)
            yield from _congress(kinds, name, day, following=next((c for c in congresses if c > day), None))
        elif kind == "year":
            yield _calendar_year(name, date.fromisoformat(first).year)
        elif kind in _VISITS:
            days = date.fromisoformat(first), date.fromisoformat(busiest)
            yield from _visit(kinds, kind, name, days=days)
        elif kind == "secretary":
            yield _held(name, date.fromisoformat(first), date.fromisoformat(busiest))
        elif kind in _SPANS:
            yield from _spanned(
                kinds[kind], name, first=date.fromisoformat(first), last=date.fromisoformat(busiest)
            )
        elif kind in kinds:
            day = date.fromisoformat(busiest if kind in _BY_BUSIEST else first)
            until = next((e for e in editions if e > day), None) if kind == "control_edition" else None
            if kind == "campaign_span":
                until = date.fromisoformat(busiest) + timedelta(_WOUND_UP_DAYS)
                yield from _spanned(
                    kinds["campaign_named"], name, first=day, last=until + timedelta(_RECALLED_DAYS)
                )
                yield from _dated(kinds["campaign_after"], name, date.fromisoformat(busiest))
            relayed = next((c for c in congresses if c > day), None) if kind == "plenum" else None
            yield from _dated(kinds[kind], name, day, until=until, relayed=relayed)


def _dated(
    kind: dict[str, str], name: str, day: date, *, until: date | None = None, relayed: date | None = None
) -> Iterator[Clue]:
    latest = day + timedelta(int(kind["days_named"])) if kind["days_named"] else until
    if relayed is None:
        relayed = day + timedelta(int(kind["days_relayed"])) if kind["days_relayed"] else latest
    for wording in _wordings(kind, name):
        yield Clue(
            wording=wording,
            earliest=day - timedelta(int(kind["slack_days"])),
            latest=latest,
            relayed_until=relayed,
            fresh=_fresh(kind, day),
            fresh_if=_words(kind["fresh_if"]),
            only_if=_words(kind["only_if"]),
            held=None if kind["kind"] in _YEARS else day,
            label=f"{wording} ({day.year if kind['kind'] in _YEARS else day})",
        )


def _wordings(kind: dict[str, str], name: str) -> Iterator[str]:
    """Fill the name's parts in, or the whole name where a wording has another number of gaps."""
    parts = name.split(" ")
    for wording in kind["wording"].split(";"):
        gaps = wording.count("{}")
        yield wording.format(*(parts if gaps == len(parts) else [name] * gaps))


def _spanned(kind: dict[str, str], name: str, *, first: date, last: date) -> Iterator[Clue]:
    """Give what words tell that are most likely of the days from `first` to `last`: a campaign going on."""
    earliest = first - timedelta(int(kind["slack_days"]))
    for wording in _wordings(kind, name):
        yield Clue(
            wording=wording,
            earliest=earliest,
            latest=None,
            relayed_until=None,
            fresh=(earliest, last),
            fresh_if=_words(kind["fresh_if"]),
            only_if=_words(kind["only_if"]),
            label=f"{wording} ({first} to {last})",
        )


@cache
def _short_names() -> list[dict[str, str]]:
    return table_rows("province_short_names.csv")


def _visit(
    kinds: dict[str, dict[str, str]], kind: str, name: str, *, days: tuple[date, date]
) -> Iterator[Clue]:
    """Give the clues of a visit, by the province's name and by its short name."""
    short = {**kinds[kind], "wording": kinds["visit_short"]["wording"]}
    named = [(kinds[kind], name), *((short, row["short"]) for row in _short_names() if row["name"] == name)]
    for row, words in named:
        if kind in _SPANS:
            yield from _spanned(row, words, first=days[0], last=days[1])
        else:
            yield from _dated(row, words, days[0])


def _held(name: str, first: date, last: date) -> Clue:
    """Give what an office with its holder's name tells: the page is of the days in which it was held."""
    latest = last + timedelta(_SUCCEEDED_DAYS) if last < date.max else None
    earliest = first - timedelta(_APPOINTED_DAYS)
    label = f"{name} (from {first})"
    return Clue(wording=name, earliest=earliest, latest=latest, relayed_until=latest, label=label)


def _words(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, cell.split(";")))


def _fresh(kind: dict[str, str], day: date) -> tuple[date, date] | None:
    if not kind["days_fresh"]:
        return None
    slack = int(kind["slack_days"])
    first = day - timedelta(slack) if slack <= _FRESH_SLACK_DAYS else day
    return first, day + timedelta(int(kind["days_fresh"]))


def _unrecorded(kind: dict[str, str], names: set[str], opened: date) -> Iterator[Clue]:
    """Give the reading that the record begins too late for: one before the first congress that it has."""
    for name in sorted(names):
        for wording in kind["wording"].split(";"):
            yield Clue(
                wording=wording.format(name),
                earliest=_EARLIEST,
                latest=opened,
                relayed_until=opened,
                fresh=(_EARLIEST, opened),
                label=f"{wording.format(name)} (before {opened})",
            )


def _calendar_year(wording: str, year: int) -> Clue:
    last = date(year, 12, 31)
    label = f"{wording} ({year})"
    return Clue(wording=wording, earliest=date(year, 1, 1), latest=last, relayed_until=last, label=label)


def _congress(
    kinds: dict[str, dict[str, str]], name: str, day: date, *, following: date | None
) -> Iterator[Clue]:
    """Give what a congress bounds; once the next is held, it is the next one's spirit that is studied."""
    first = day - timedelta(int(kinds["congress_spirit"]["slack_days"]))
    superseded = following + timedelta(_SUPERSEDED_DAYS) if following is not None else None
    bounds = {
        "congress_spirit": (first, superseded),
        "congress_since": (first, None),
        "congress_awaited": (day - timedelta(400), day + timedelta(7)),
        "congress_year": (date(day.year, 1, 1), date(day.year, 12, 31)),
        "congress_news": (first, None),
        "congress_closed": (first, day + timedelta(_JUST_CLOSED_DAYS)),
        "congress_opening_year": (date(day.year, 12, 1), date(day.year + 1, 12, 31)),
    }
    for kind, (earliest, latest) in bounds.items():
        for pattern in kinds[kind]["wording"].split(";"):
            wording = pattern.format(name)
            label = f"{wording} ({day.isoformat()})"
            yield Clue(
                wording=wording,
                earliest=earliest,
                latest=latest,
                relayed_until=latest,
                fresh=_fresh(kinds[kind], day),
                label=label,
            )


def _term_clues() -> Iterator[Clue]:
    for term in official_terms():
        first, quoted = term.first_verbatim, term.first_quoted
        if first < _CENSORED_BEFORE or quoted is None or (quoted - first).days > _SAME_SENSE_DAYS:
            continue
        wording = f"“{term.term}”"
        if wording in event_years():  # a province's word that had its day long before it was national news
            continue
        earliest = first - timedelta(_TERM_SLACK_DAYS)
        label = f"{wording} ({first.isoformat()})"
        yield Clue(wording=wording, earliest=earliest, latest=None, relayed_until=None, label=label)
