"""Units that a page implies without their name: a prefecture's one city, a province's capital."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from readout_nlp.readouts.commanded import spoken_of_alone
from readout_nlp.readouts.named import Mention, read_mentions
from readout_nlp.readouts.organs import Organ, fits
from readout_nlp.readouts.signs import Evidence
from readout_nlp.reference.gazetteer import Division, above, bearers, by_code, within

_SPOKEN_TO = 2.5  # more than what counts against a city that is relayed by name
_WEIGHT = 1.0  # as much as a full name in the text: less than any sign of a unit's own
# the capital's own task; others too speak of 省会经济圈 and 强省会
_CAPITAL = re.compile(
    r"(?:省会|(?<=自治区)首府)(?:城市)?的?(?:担当|标杆|样板|作为|责任|使命|形象|样子|首位度|(?:优势|功能|作用)要)"
    r"|(?:扛[起牢]|体现|彰显|展现|强化|履行|当好)(?:好|了)?(?:省会|自治区首府)(?!经济圈|都市圈|战略)"
)
# 省、甲州 and 甲州委: whose orders the page carries out
_ORDERS = re.compile(r"(?:[市州盟]|地区)?(?:党?委(?!员|托|派|会)|人民政府|政府)")
_RANKED = re.compile(r"(?:省|自治区)(?:委|党委|政府)?[、和]$")
_DELEGATION = re.compile(r"代表团(?=全体会议|分组|讨论|审议|会议|时)")
_OF_THE_CENTRE = re.compile(r"总书记|总理|习近平|李克强|全国|中央")
_MET = re.compile(
    r"(?:会议?|全会)(?:今[天日]|昨[天日]|\d{1,2}日)?(?:上午|下午)?在(?P<where>[一-鿿]{2,4}?)市?(?:隆重|胜利)?(?:召开|举行|开幕|闭幕)"
)
_RELAYS = re.compile("学习|传达|贯彻|听取|落实")  # what follows met elsewhere
_CAME = re.compile("来(?P<sign>[一-鿿])(?:调研|考察|视察|检查|督导|走访|指导)")
# 在甲市级领导: those who are in the place, by its first character; 在京 is the capital wherever it stands
_THERE = re.compile(
    "在(?P<sign>[一-鿿](?<!京))(?:市|县|区|州)?(?:[厅处县市州]级|副[厅处县市]级以上)?(?:党政)?领导"
)
_OPENING = 200  # characters in which a report says where they met
_SEVERAL = 3
_BEFORE = 40


def implied_signs(
    body: str, signs: Sequence[Evidence], organ: Organ | None, *, year: int | None
) -> Iterator[Evidence]:
    """Give the units that a page tells without their name, for an organ that is printed without one.

    A 市委 that carries out what a 州委 asks is the one city's of that prefecture; one that speaks of its task
    as 省会 is the capital's of the one province named; what a unit's delegation was told is studied there.

    Parameters
    ----------
    body
        The folded text.
    signs
        What the page tells by names and codes.
    organ
        The convening organ.
    year
        The year to count a prefecture's cities in; None: it must be the one city in every year.
    """
    if organ is None or organ.name is not None:
        return
    if organ.kind == "province":
        yield from _met_in(body, year)
        yield from _spoken_of(body, year)
    yield from spoken_of_alone(body, organ, year=year)
    if organ.kind not in ("city", "district", "county"):
        return
    yield from _listed(body, organ, year)
    yield from _came(body, organ, year)
    yield from _only_one(body, organ, year)
    yield from _delegation(body, organ, year)
    if organ.kind == "city" and (found := _CAPITAL.search(body)):
        provinces = {s.division.code: s.division for s in signs if s.division.level == "province"}
        if len(provinces) == 1:
            # GB/T 2260 counts a province's cities from its capital
            capital = by_code(next(iter(provinces))[:2] + "0100", year=year)
            if capital is not None and capital.level == "prefecture" and capital.name.endswith("市"):
                yield Evidence(division=capital, basis="named", quote=found.group(), weight=_WEIGHT)


def _met_in(body: str, year: int | None) -> Iterator[Evidence]:
    """Read the city in which a province's organ met (自治区政协常委会会议在甲召开): it is the province's."""
    found = _MET.search(_RELAYS.split(body[:_OPENING], maxsplit=1)[0])
    if found is None:
        return
    for division in bearers(found["where"], year=year):
        if division.level == "prefecture":
            province = next((unit for unit in above(division) if unit.level == "province"), None)
            if province is not None:
                yield Evidence(division=province, basis="named", quote=found.group(), weight=_WEIGHT)


def _spoken_of(body: str, year: int | None) -> Iterator[Evidence]:
    """Read the province whose prefectures alone are spoken of, two of them or more side by side."""
    found = [
        (mention, {d.code: d for d in bearers(mention.name, year=year) if d.level == "prefecture"})
        for mention in read_mentions(body)
        if mention.use != "foreign"
    ]
    within_province = [(mention, units) for mention, units in found if units]
    codes = [{code[:2] for code in units} for _, units in within_province]
    joined = (
        any(body[one.end : other.start] == "、" for (one, _), (other, _) in pairwise(within_province))
        and len({mention.name for mention, _ in within_province}) > 1
    )
    shared = set.intersection(*codes) if codes else set()
    province = by_code(f"{shared.pop()}0000", year=year) if joined and len(shared) == 1 else None
    if province is not None:
        quote = "、".join(dict.fromkeys(mention.name for mention, _ in within_province))
        yield Evidence(division=province, basis="named", quote=quote[:60], weight=_WEIGHT)


def _listed(body: str, organ: Organ, year: int | None) -> Iterator[Evidence]:
    """Read the counties that a city speaks of side by side (甲、乙、丙3个县): those of one prefecture."""
    if organ.kind != "city":
        return
    run: list[Mention] = []
    for mention in (*read_mentions(body), None):
        if mention is not None and run and body[run[-1].end : mention.start] == "、":
            run.append(mention)
            continue
        if len(run) >= _SEVERAL and all(one.use != "foreign" for one in run):
            cities = [
                {
                    unit.code: unit
                    for d in bearers(one.name, year=year)
                    for unit in above(d)
                    if fits("city", unit)
                }
                for one in run
            ]
            for code in set.intersection(*map(set, cities)):
                quote = body[run[0].start : run[-1].end]
                yield Evidence(division=cities[0][code], basis="named", quote=quote, weight=_WEIGHT)
        run = [mention] if mention is not None else []


def _only_one(body: str, organ: Organ, year: int | None) -> Iterator[Evidence]:
    """Read the one unit below the prefecture whose committee is obeyed, where no other is named."""
    above: dict[str, Division] = {}
    quote = ""
    for mention in read_mentions(body):
        for division in bearers(mention.name, year=year):
            if division.level != "prefecture" or mention.use == "foreign":
                continue
            above[division.code] = division
            if _ORDERS.match(body, mention.end) or _RANKED.search(
                body, max(0, mention.start - 12), mention.start
            ):
                quote = quote or mention.name
    if len(above) != 1 or not quote:
        return
    (division,) = above.values()
    if fits(organ.kind, division):
        return
    below = [unit for unit in within(division, year=year) if fits(organ.kind, unit)]
    if len(below) == 1:
        yield Evidence(division=below[0], basis="named", quote=quote, weight=_WEIGHT)


def _came(body: str, organ: Organ, year: int | None) -> Iterator[Evidence]:
    """Read the character that a unit calls itself by (市委书记来甲调研), if the prefecture above is named."""
    found = _CAME.search(body)
    if found is None:
        return
    called = {
        unit.code: unit
        for mention in read_mentions(body)
        for division in bearers(mention.name, year=year)
        if division.level == "prefecture" and mention.use != "foreign"
        for unit in within(division, year=year)
        if unit.short.startswith(found["sign"]) and fits(organ.kind, unit)
    }
    if len(called) == 1:
        yield Evidence(
            division=next(iter(called.values())), basis="named", quote=found.group(), weight=_WEIGHT
        )


def present_signs(attendance: str, body: str, organ: Organ | None, *, year: int | None) -> Iterator[Evidence]:
    """Read the character that leaders who attended are in (在甲市级领导), if one unit named begins with it.

    Examples
    --------
    >>> from readout_nlp.readouts.organs import find_organ
    >>> text = "市委召开会议。会议强调,苏州雨水多,河堤要加固。"
    >>> [s.division.name for s in present_signs("在苏市级领导参加会议。", text, find_organ(text), year=2020)]
    ['苏州市']
    """
    found = _THERE.search(attendance) or _THERE.search(body)
    if found is None or organ is None or organ.name is not None:
        return
    called = {
        division.code: division
        for mention in read_mentions(body)
        for division in bearers(mention.name, year=year)
        if mention.use != "foreign" and division.short[0] == found["sign"] and fits(organ.kind, division)
    }
    if len(called) == 1:
        (division,) = called.values()
        yield Evidence(division=division, basis="named", quote=found.group(), weight=_WEIGHT)


def _delegation(body: str, organ: Organ, year: int | None) -> Iterator[Evidence]:
    """Read whose delegation a leader spoke to, unless units within it could study that as well."""
    for found in _DELEGATION.finditer(body):
        start = max(0, found.start() - _BEFORE)
        clause = re.split("[,。;、]", body[start : found.start()])[-1]
        if _OF_THE_CENTRE.search(clause):
            continue
        for mention in read_mentions(clause):
            if mention.end != len(clause):
                continue
            for division in bearers(mention.name, year=year):
                inside = any(fits(organ.kind, unit) for unit in within(division, year=year))
                if fits(organ.kind, division) and not inside:
                    yield Evidence(division=division, basis="named", quote=mention.name, weight=_SPOKEN_TO)
