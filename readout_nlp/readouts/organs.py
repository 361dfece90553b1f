"""The organ that convened: the kind of unit its name speaks of (市委, 师市党委), and the unit if named."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from readout_nlp.reference.gazetteer import Division, by_name

UnitKind = Literal[
    "centre",
    "province",
    "city",
    "district",
    "county",
    "state",
    "league",
    "banner",
    "area",
    "corps",
    "township",
    "other",
]

_KINDS: dict[str, UnitKind] = {
    "自治区": "province",
    "省": "province",
    "师市": "corps",
    "市": "city",
    "区": "district",
    "县": "county",
    "州": "state",
    "盟": "league",
    "旗": "banner",
    "地": "area",
    "镇": "township",
    "乡": "township",
    "街道": "township",
    "新区": "other",
    "开发区": "other",
    "高新区": "other",
    "经开区": "other",
    "园区": "other",
    "示范区": "other",
    "兵团": "other",
}
_UNITS = "|".join(sorted(_KINDS, key=len, reverse=True))
# A 园区 or 新区 has a 党工委 or 管委会, never a 委: 花园区委 is the committee of a district.
_ORGAN = re.compile(
    rf"(?!(?:新|园|开发|高新|经开|示范)区委)(?P<unit>{_UNITS})(?P<organ>党委|党工委|工委|委(?!员|托|派|会)|人民政府|政府|管委会|行署|常委|人大|政协|纪委)"
)
_CENTRE = re.compile(
    r"中共中央政治局|中央政治局|国务院(?!国资委|安委会)|中央全面深化改革|中央全面依法治国|中央财经|中央国家安全|中央网络安全|"
    r"中央[一-鿿]{0,10}工作会议|中央[一-鿿]{0,12}(?:委员会|领导小组)|中央书记处|中央军委|全国人大常委会|全国政协|中央纪委"
)
_RELAYS = re.compile(r"学习|传达|贯彻|听取|落实")
LONGEST_NAME = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Organ:
    """The convening organ's unit: its kind, the words that show it, and its name where printed."""

    kind: UnitKind
    quote: str
    name: str | None = None


def find_organ(lead: str) -> Organ | None:
    """Read the convening organ from a folded lead sentence: the first organ before anything is relayed.

    Examples
    --------
    >>> find_organ("昨天,苏州市委常委会召开会议,学习省委全会精神。")
    Organ(kind='city', quote='苏州市委', name='苏州市')
    >>> find_organ("区委书记丁某主持会议。").kind, find_organ("天气晴。")
    ('district', None)
    """
    relayed = _RELAYS.search(lead)
    text = lead[: relayed.start()] if relayed is not None else lead
    centre = _CENTRE.search(text)
    if centre is not None and "市委" not in text[: centre.start()]:
        return Organ(kind="centre", quote=centre.group())
    convener = _convener(text)
    if convener is None:
        return None
    # 浦东新区区委, 苏州市市委: the name stands before the unit; else it ends with it (苏州市委)
    name = unit_before(text, convener.end("unit")) or unit_before(text, convener.start("unit"))
    kind = _KINDS[convener["unit"]]
    return Organ(kind=kind, quote=(name or convener["unit"]) + convener["organ"], name=name)


def _convener(text: str) -> re.Match[str] | None:
    """Take the organ nearest before 召开 or 主持召开's object; else the first organ of the sentence.

    省委常委、市委书记某某主持召开市委常委会会议: the first organ is a title of the chair, not the convener.
    """
    held = re.search(r"主持召开|召开|举行", text)
    organs = list(_ORGAN.finditer(text))
    if not organs:
        return None
    if held is None:
        return organs[-1]
    after = [m for m in organs if m.start() >= held.end()]
    if after and held.group() == "主持召开":
        return after[0]
    before = [m for m in organs if m.end() <= held.start()]
    return before[-1] if before else organs[0]


def unit_before(text: str, end: int) -> str | None:
    """Give the division's full name that ends at `end`, the longest the gazetteer knows; else a printed one.

    Examples
    --------
    >>> unit_before("江苏省苏州市", 6), unit_before("会后,市", 4)
    ('苏州市', None)
    """
    for length in range(min(LONGEST_NAME, end), 1, -1):
        name = text[end - length : end]
        if text[max(0, end - length - 1) : end] == f"召{name}":
            continue  # 召开县委常委会: no 开县
        if any(d.name == name for d in by_name(name)):
            return name
    return None


def fits(kind: UnitKind | None, division: Division) -> bool:
    """Say whether a division can be what an organ's unit speaks of.

    Examples
    --------
    >>> fits("city", by_name("昆山市")[0]), fits("district", by_name("昆山市")[0])
    (True, False)
    """
    name = division.name
    if kind is None:
        return True
    if kind == "corps":
        return name.endswith("市") and division.code.startswith("6590")
    if kind == "province":
        return division.level == "province" and not name.endswith("市")
    ends = {
        "city": "市",
        "district": "区",
        "county": "县",
        "state": "州",
        "league": "盟",
        "banner": "旗",
        "area": "地区",
    }
    if kind not in ends or not name.endswith(ends[kind]):
        return False
    return division.level == "county" if kind in ("district", "county", "banner") else True
