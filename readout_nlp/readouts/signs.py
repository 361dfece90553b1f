"""The signs of whose meeting it was: the organ, codes, host, outlet, dateline, names in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from readout_nlp.pages.page import PageMeta
from readout_nlp.readouts.named import Mention, Use, read_mentions
from readout_nlp.readouts.organs import Organ
from readout_nlp.readouts.spans import fold
from readout_nlp.reference.gazetteer import (
    Division,
    above,
    bearers,
    by_code,
    everyday_names,
    known_names,
    occurrences,
    short_name,
)
from readout_nlp.reference.place_words import (
    after_pattern,
    nationwide_outlets,
    outlet_names,
    outlet_pattern,
    place_words,
)

ORGAN, SITE_CODE, HOST, SOURCE, DATELINE, POLICE_CODE = 10.0, 8.0, 6.0, 5.0, 4.0, 1.0
_TITLE_FACTOR = 2.5
_LEAD_OFFICE = 6.0  # 甲市委书记某某 in the lead sentence
_MOST = 12.0  # what one name may weigh in one text, however often it is printed
_LANDMARK = 0.1  # a river's or a road's name: it says where, but of a unit it may be far from
_FULL: dict[Use, float] = {
    "document": 3.0,
    "office": 3.0,
    "own": 2.0,
    "plain": 1.0,
    "upper": 1.5,
    "landmark": _LANDMARK,
}
_SHORT_WIDE: dict[Use, float] = {
    "document": 2.4,
    "office": 2.4,
    "own": 1.6,
    "plain": 0.6,
    "upper": 0.8,
    "landmark": _LANDMARK,
}
_SHORT_COUNTY: dict[Use, float] = {
    "document": 1.5,
    "office": 2.0,
    "own": 0.9,
    "plain": 0.3,
    "upper": 0.3,
    "landmark": _LANDMARK,
}
# Lines beside the text that say whose page it is; of a menu only that the site is somewhere there.
_SPEAKING = frozenset(
    [
        "breadcrumb",
        "site_name",
        "welcome",
        "subtitle",
        "title",
        "outlet",
        "outlet_day",
        "source",
        "published",
        "date",
        "host",
        "copyright",
        "after_end",
        "record",
        "caption",
        "photo_credit",
        "column",
        "reporter",
        "author",
        "editor",
        "document_card",
    ]
)
_DATELINE = re.compile(
    r"(?:本报|本台|本网|本刊|^|[\s/(])(?P<where>[一-鿿]{2,12}?)\s?(?:\d{1,2}月)?(?:\d{1,2}日)?(?:讯|电|消息)(?=[\s(\[:,]|$|\d)"
)
# 甲融媒(记者 某某)3月2日: a paper's name alone, with its reporter
_BYLINE = re.compile(
    r"^(?:中国)?(?P<where>[一-鿿]{2,12}?(?:融媒体?|融媒体中心|日报|新闻网|广播电视台|电视台))\s?[(/](?:全媒体)?(?:记者|通讯员)"
)
_DATELINE_AT = 60
_EDITION = re.compile("(?<=报·)[一-鿿]{2,6}版$")  # 甲日报·乙版: whose news it prints
_PAPER = re.compile(" (?:数字报|电子报|数字版|电子版)")  # 瓷都甲 数字报
_AUTONOMOUS = ("县", "州", "旗")
_STEP = 2.5  # a step of the menu alone: 吉林榆树
_STEPS = re.compile(r"\s+|[>»›|·/]")
_LONGEST_STEPS, _SHORTEST_CHAIN, _LONGEST_CHAIN = 60, 4, 12
_MENU = 0.5  # of what a breadcrumb's outlet counts


class Evidence(NamedTuple):  # ten a page: made in a third of the time of a frozen dataclass
    """One sign that the page is a unit's: the unit, the kind of sign, the words, and its weight.

    A sign that is not `own` tells of a unit above only: it supports the units within, never itself.
    """

    division: Division
    basis: str
    quote: str
    weight: float
    own: bool = True


def page_signs(
    meta: PageMeta, furniture: Sequence[tuple[str, str]], *, year: int | None
) -> Iterator[Evidence]:
    """Give the signs outside the text: division codes, host, source, datelines, the lines around it."""
    for code in filter(None, (meta.site_code, meta.police_code)):
        division = by_code(code[:6], year=year) or by_code(code[:6]) or by_code(code[:4] + "00")
        if division is not None:
            weight = SITE_CODE if code is meta.site_code else POLICE_CODE
            yield Evidence(division=division, basis="site_code", quote=code, weight=weight)
    for basis, text, weight in (("host", meta.host, HOST), ("source", meta.source, SOURCE)):
        yield from _outlet(fold(text or ""), basis, weight, year=year)
    seen: set[str] = set()
    for rule, line in furniture:
        if line in seen or line == meta.source or len(line) > 400:
            continue
        seen.add(line)
        if rule == "dateline":
            yield from dateline_signs(fold(line), year=year)
            continue
        yield from _stepped(fold(line), year=year)
        if rule in _SPEAKING:
            yield from _line(fold(line), year=year)
        elif rule == "menu":
            # 今日甲-数字报|今日甲-电子版, 甲县人民政府网 今日甲
            if len({short_name(name) for _, name in occurrences(fold(line))}) == 1:
                yield from (s._replace(weight=s.weight * _MENU) for s in _line(fold(line), year=year))
            for division, name in _units(fold(line), year):
                yield Evidence(division=division, basis="menu", quote=name, weight=1.0, own=False)


def _stepped(text: str, *, year: int | None) -> Iterator[Evidence]:
    """Read a step of a menu that is a unit behind the one above it, and nothing else: 民生 吉林榆树."""
    for step in _chained_steps(text):
        for division in _in_chain(step, year):
            yield Evidence(division=division, basis="site", quote=step, weight=_STEP)


@lru_cache(maxsize=4096)  # the lines around the text come again on other pages of a site
def _chained_steps(text: str) -> tuple[str, ...]:
    """Give the steps of a menu that are a name behind another's."""
    steps = _STEPS.split(text) if len(text) <= _LONGEST_STEPS else []
    return tuple(
        step for step in steps if _SHORTEST_CHAIN <= len(step) <= _LONGEST_CHAIN and any(_two_names(step))
    )


def _two_names(text: str) -> Iterator[tuple[str, str]]:
    """Cut a text into two names of units, in each way that gives two."""
    known = known_names()
    for at in range(2, len(text) - 1):
        if text[at:] in known and text[:at] in known:
            yield text[:at], text[at:]


def _in_chain(text: str, year: int | None) -> Iterator[Division]:
    """Give the units that a name behind the name of one above them may mean: 吉林榆树, 江苏省昆山市."""
    for upper, name in _two_names(text):
        for division in bearers(name, year=year):
            if any(upper in (unit.name, unit.short) for unit in above(division)):
                yield division


def dateline_signs(text: str, *, year: int | None) -> Iterator[Evidence]:
    """Read the town or the paper in front of 讯 at the beginning of a text (本报合作讯, 甲日报3月1日讯)."""
    found = _DATELINE.search(text[:_DATELINE_AT]) or _BYLINE.search(text[:_DATELINE_AT])
    if found is None:
        return
    where = found["where"].removeprefix("本报").removeprefix("本网")
    paper = any(word in where for word in ("报", "网", "台", "闻", "融媒"))
    if paper:
        yield from _outlet(where, "source", SOURCE, year=year)
        return
    for division in bearers(where, year=year) or _in_chain(where, year):
        yield Evidence(division=division, basis="dateline", quote=found.group().strip(), weight=DATELINE)


def _outlet(text: str, basis: str, weight: float, *, year: int | None) -> Iterator[Evidence]:
    if not text or any(map(text.__contains__, nationwide_outlets())):
        return
    if owned := list(_owned(text, basis, weight, year=year)):
        yield from owned
        return
    edition = _EDITION.search(text)
    names = [name for _, name in occurrences(edition.group() if edition is not None else text)]
    plain = [name for name in names if name not in everyday_names()]
    for name in dict.fromkeys(plain or names):
        for division in bearers(name, year=year):
            trust = _trust(name, division)
            yield Evidence(division=division, basis=basis, quote=text[:60], weight=weight * trust)


def _owned(text: str, basis: str, weight: float, *, year: int | None) -> Iterator[Evidence]:
    """Give the unit whose outlet a text names, where the outlet's name does not show it (三峡日报)."""
    if outlet_pattern().search(text) is None:  # as most, and seen at once
        return
    code = next((code for name, code in outlet_names().items() if name in text), None)
    division = by_code(code, year=year) if code is not None else None
    if division is not None:
        yield Evidence(division=division, basis=basis, quote=text[:60], weight=weight)


def _trust(name: str, division: Division) -> float:
    if name == division.name:
        return 1.0
    return 0.7 if division.level == "county" else 0.8


def _line(text: str, *, year: int | None) -> Iterator[Evidence]:
    """Read names that an outlet's or column's word stands by: 甲新闻, 今日甲, 甲市人民政府."""
    yield from _owned(text, "site", SOURCE * 0.8, year=year)
    if outlet_pattern().search(text) is not None:
        for name in filter(text.__contains__, outlet_names()):
            text = text.replace(name, "报")  # 井冈山报 is the prefecture's, not 井冈山市's
    for start, name in occurrences(text):
        end = _autonomous_end(text, start + len(name), name, year=year)
        if any(map(text.__contains__, nationwide_outlets())):
            return
        named = text[end - 1] in "省市县区州盟旗" and text.startswith(
            ("人民政府", "政府", "委", "新闻", "融媒"), end
        )
        if not (
            named
            or after_pattern("outlet").match(text, end)
            or _PAPER.match(text, end)
            or text.endswith(place_words("outlet", "before"), 0, start)
        ):
            continue
        for division in bearers(name, year=year):
            yield Evidence(
                division=division, basis="site", quote=text[:60], weight=SOURCE * 0.8 * _trust(name, division)
            )


def _autonomous_end(text: str, end: int, name: str, *, year: int | None) -> int:
    """Give where a name ends: autonomous units are called 积石山县 and 湘西自治州 by their short names."""
    last = end + 2 if text.startswith("自治", end) else end
    units = bearers(name, year=year) if text[last : last + 1] in _AUTONOMOUS else ()
    return last + 1 if any("自治" in d.name and d.name.endswith(text[last]) for d in units) else end


def _units(text: str, year: int | None) -> Iterator[tuple[Division, str]]:
    for _, name in occurrences(text):
        if name not in everyday_names():
            for division in bearers(name, year=year):
                yield division, name


def organ_signs(organ: Organ | None, *, year: int | None) -> Iterator[Evidence]:
    """Give the units that may bear the name printed with the organ."""
    if organ is not None and organ.name is not None:
        for division in bearers(organ.name, year=year):
            yield Evidence(division=division, basis="organ", quote=organ.quote, weight=ORGAN)


def text_signs(text: str, *, year: int | None, title: bool = False, lead: int = 0) -> Iterator[Evidence]:
    """Give the names in a folded text, each weighed by its use; the first `lead` characters are the lead."""
    total: dict[tuple[str, bool], float] = {}
    for mention in read_mentions(text):
        if mention.use == "foreign":
            continue
        if title and mention.start == 0 and mention.use == "plain":
            mention = mention._replace(use="own")  # 甲: 研究河堤加固
        for division in bearers(mention.name, year=year):
            weight = _weight(mention, division, lead=lead) * (_TITLE_FACTOR if title else 1.0)
            key = (division.code, mention.use == "upper")
            before = total.get(key, 0.0)
            total[key] = min(before + weight, _MOST)
            if total[key] > before:
                yield Evidence(
                    division=division,
                    basis=_BASES.get(mention.use, "title" if title else "named"),
                    quote=text[mention.start : mention.end + 1] if mention.use == "office" else mention.name,
                    weight=total[key] - before,
                    own=mention.use != "upper",
                )


_BASES = {"document": "document", "upper": "superior", "office": "role"}


def _weight(mention: Mention, division: Division, *, lead: int) -> float:
    if mention.use == "office" and mention.start < lead:
        return _LEAD_OFFICE
    if mention.name == division.name:
        return _FULL[mention.use]
    if division.level == "county":
        return _SHORT_COUNTY[mention.use]
    few = mention.use == "plain" and division.name.endswith(("州", "盟", "地区"))  # hardly named elsewhere
    return 0.8 if few else _SHORT_WIDE[mention.use]
