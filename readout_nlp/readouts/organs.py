"""The organ that convened: the kind of unit its name speaks of (市委, 师市党委), and the unit if named."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from readout_nlp.reference.gazetteer import Division, abbreviations, bearers, everyday_names, known_names

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
    "division city",
    "division",
    "township",
    "zone",
]

UNIT_KINDS: dict[str, UnitKind] = {
    "自治区": "province",
    "省": "province",
    "师市": "division city",
    "兵团": "corps",
    "师": "division",
    "市": "city",
    "区": "district",
    "县": "county",
    "州": "state",
    "盟": "league",
    "旗": "banner",
    "地区": "area",
    "地": "area",
    "镇": "township",
    "乡": "township",
    "街道": "township",
    "新区": "zone",
    "开发区": "zone",
    "高新区": "zone",
    "经开区": "zone",
    "园区": "zone",
    "示范区": "zone",
    "管理区": "zone",
    "度假区": "zone",
    "保税区": "zone",
    "自贸区": "zone",
    "功能区": "zone",
    "合作区": "zone",
    "试验区": "zone",
    "实验区": "zone",
    "化工基地": "zone",
    "经济区": "zone",
    "风景区": "zone",
    "综保区": "zone",
}
_UNITS = (
    "|".join(sorted(UNIT_KINDS, key=len, reverse=True))
    .replace("师市", "(?<!偃)师市")
    .replace("|师|", "|(?<!律)(?<!教)师|")
)
_ORDINAL = r"第?[一二三四五六七八九十百\d]{1,4}"
# A 园区 or 新区 has a 党工委 or 管委会, never a 委: 花园区委 is the committee of a district.
_LOCAL = (
    rf"(?!(?:新|园|开发|高新|经开|示范|管理|度假|保税|自贸|功能|合作)区委)(?P<unit>{_UNITS})(?P<organ>党委|(?:{_ORDINAL}次)?党工委|工委|"
    rf"委(?!员|托|派|会)|委员会(?=召开|举行|主席|常务|第[一二三四五六七八九十\d])|人民政府|政府|管委会|执委会|行署|长办公会|常委|人大|人民代表大会|政协|纪委|{_ORDINAL}届(?:委员会|人民政府|政府|人大|"
    rf"人民代表大会|政协|党委|纪委)|{_ORDINAL}次(?:党代会|党员代表大会|代表大会)|{_ORDINAL}届{_ORDINAL}次(?:常委|主席|主任|全体|全会|会议))"
)
_CENTRE = (
    r"(?P<centre>(?:中共中央|中央)政治局(?!委员|常委[、,])|国务院(?!国资委|安委会|安全生产|联防联控|办公厅|大督查|督查|总理|副总理)|"
    r"中央(?:全面深化改革|全面依法治国|财经|国家安全|网络安全)|中央[一-鿿]{0,10}工作会议|中央[一-鿿]{0,12}(?:委员会|领导小组)|"
    r"中央书记处|中央军委|全国人大常委会(?!副)|全国政协(?!副|常委|委员|[一-鿿]{2,10}委员会)|中央纪委)"
)
_ORGAN = re.compile(f"{_CENTRE}|{_LOCAL}")
_RELAYS = re.compile(r"学习|传达|贯彻|听取|落实")
_HELD = re.compile(r"主持召开|召开|举行")
_ZONE_UNITS = "|".join(unit for unit, kind in UNIT_KINDS.items() if kind == "zone")
_NAMED_HOLDER = re.compile(
    rf"(?P<unit>{_ZONE_UNITS}|[省市县区州盟旗镇乡]|街道)(?P<organ>)(?=(?:组织)?(?:召开|举行))"
)
# 主持召开党工委会议, 召开第4次管委会会议: a zone's, though the chair be a district's secretary too
_ZONE_MEETING = re.compile(
    rf"召开(?:[我本]区)?(?:\d{{4}}年)?(?:{_ORDINAL}次)?(?P<organ>党工委|管委会)(?=会议|[(扩第]|全体|委员会议|办公|专题|主任办公|主任会议)"
)
# 甲工委书记、管委会主任: a zone's, whatever it is called; not 机关工委书记
_NAMED_ZONE = re.compile(
    r"(?:^|[,。\s日午天晨])(?P<name>[一-鿿]{2,6})(?P<organ>党?工委)(?:副?书记|委员)、(?:(?P=name))?管委会(?:副?主任)"
)
_SCOPE = re.compile(r"[全我本](?P<unit>省|市|县|区|州|盟|旗|镇|乡|兵团|师市)(?![域民面方法])(?P<organ>)")
_OWN_PARTY = ("党工委", "工委", "管委会", "执委会")
LONGEST_NAME = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Organ:
    """The convening organ's unit: its kind, the words that show it, and its name where printed."""

    kind: UnitKind
    quote: str
    name: str | None = None


def find_organ(lead: str, *, scope: bool = False) -> Organ | None:
    """Read the convening organ from a folded lead sentence: the first organ before anything is relayed.

    With `scope` the words 全市, 我县 will do where no organ is named.

    Examples
    --------
    >>> find_organ("昨天,苏州市委常委会召开会议,学习省委全会精神。")
    Organ(kind='city', quote='苏州市委', name='苏州市')
    >>> find_organ("区委书记丁某主持会议。").kind, find_organ("天气晴。")
    ('district', None)
    >>> find_organ("中共中央政治局委员、市委书记丁某主持召开市委常委会会议。").kind
    'city'
    """
    relayed = _RELAYS.search(lead)
    text = lead[: relayed.start()] if relayed is not None else lead
    found = _convener(text) or _holder(text) or (_SCOPE.search(text) if scope else None)
    organ = _organ(text, found) if found is not None else None
    zone = _ZONE_MEETING.search(text)
    if zone is not None and (organ is None or organ.kind not in ("zone", "township")):
        return Organ(kind="zone", quote=zone["organ"])
    named = _NAMED_ZONE.search(text) if organ is None else None
    if named is not None and not named["name"].endswith(tuple(UNIT_KINDS)):
        return Organ(kind="zone", quote=named["name"] + named["organ"], name=named["name"])
    return organ


def _organ(text: str, found: re.Match[str]) -> Organ:
    if found.re is _ORGAN and found["centre"]:
        return Organ(kind="centre", quote=found.group())
    unit, organ = found["unit"], found["organ"]
    kind = UNIT_KINDS[unit]
    # 浦东新区区委, 苏州市市委: the name stands before the unit; else it ends with it (苏州市委)
    name = unit_before(text, found.end("unit")) or unit_before(text, found.start("unit"))
    if unit == "区" and organ == "党委" and name is None:
        rural = text[found.start("unit") - 1 : found.start("unit")] in ("林", "特", "矿")  # 林区党委
        kind = (
            "district" if rural else "province"
        )  # 区党委: the committee of an autonomous region; a district's is 区委
    if unit == "区" and organ.endswith(_OWN_PARTY):
        kind = "zone"
    if unit == "新区" and name is not None and not organ.endswith(_OWN_PARTY):
        kind = "district"  # 浦东新区政府
    if kind in ("zone", "township", "corps", "division"):
        name = None
    if unit == "自治区" and name is not None and not name.endswith("自治区"):
        name = None
    return Organ(kind=kind, quote=(name or unit) + (organ or ""), name=name)


def _convener(text: str) -> re.Match[str] | None:
    """Take the organ nearest before 召开 or 主持召开's object; else the last organ of the sentence.

    省委常委、市委书记某某主持召开市委常委会会议: the first organ is a title of the chair, not the convener.
    """
    held = _HELD.search(text)
    organs = list(_ORGAN.finditer(text))
    if not organs:
        return None
    if held is None:
        return organs[-1]
    after = [m for m in organs if m.start() >= held.end()]
    if after and held.group() == "主持召开":
        return _beside_zone(text, after)
    before = [m for m in organs if m.end() <= held.start()]
    return before[-1] if before else _holder(text) or organs[0]


def _beside_zone(text: str, organs: list[re.Match[str]]) -> re.Match[str]:
    """Take the first organ; where a zone's meets as one with a unit's (示范区党工委、市委), the unit's."""
    first, *others = organs
    joined = (
        others
        and text[first.end() : others[0].start()] == "、"
        and (others[0]["organ"] or "").startswith("委")
    )
    return others[0] if joined and first["organ"] in _OWN_PARTY else first


def _holder(text: str) -> re.Match[str] | None:
    """Take a unit that itself holds a meeting (甲镇召开), not 我市召开 or 全县召开."""
    for found in _NAMED_HOLDER.finditer(text):
        if UNIT_KINDS[found["unit"]] in ("township", "zone") or unit_before(text, found.end("unit")):
            return found
    return None


def unit_before(text: str, end: int) -> str | None:
    """Give the division's name that ends at `end`, the longest known: full, or short with its unit.

    Examples
    --------
    >>> unit_before("江苏省苏州市", 6), unit_before("会后,市", 4), unit_before("甘南州", 3)
    ('苏州市', None, '甘南州')
    """
    if text[end - 1 : end] not in _NAME_ENDS:
        return None
    known = known_names()
    for length in range(min(LONGEST_NAME, end), 1, -1):
        name = text[end - length : end]
        if name not in known and name[:-1] not in known:
            continue
        if length == 2 and not begins(text, end - 2):
            continue
        if text[max(0, end - length - 1) : end] == f"召{name}":
            continue  # 召开县委常委会: no 开县
        if length == 2 and (text[end : end + 1] == "长" or name in everyday_names()):
            continue  # 代县长: the acting head of some county; 和县政府: and that of another
        if name in abbreviations() or any(name == d.name or name[:-1] == d.short for d in bearers(name)):
            return name
    return None


def begins(text: str, at: int) -> bool:
    """Say whether a word may well begin at `at`: two characters (应县) are often parts of two words.

    Examples
    --------
    >>> begins("3日,应县召开", 3), begins("响应县委号召", 1)
    (True, False)
    """
    before = text[at - 1 : at] if at else ""
    return not "一" <= before <= "鿿" or before in _BEFORE_NAMES


_BEFORE_NAMES = frozenset("日午天晨晚市省州盟共由在受据把让使年")
_NAME_ENDS = frozenset("省市县区州盟旗")
_FITTING = {
    "city": ("市",),
    "district": ("区",),
    "county": ("县",),
    "state": ("州",),
    "league": ("盟",),
    "banner": ("旗",),
    "area": ("地区",),
}


def fits(kind: UnitKind | None, division: Division) -> bool:
    """Say whether a division can be what an organ's unit speaks of.

    Examples
    --------
    >>> from readout_nlp.reference.gazetteer import by_name
    >>> fits("city", by_name("昆山市")[0]), fits("district", by_name("昆山市")[0])
    (True, False)
    """
    name = division.name
    if kind is None:
        return True
    if kind == "division city":
        return name.endswith("市") and division.code.startswith("6590")
    if kind == "province":
        return division.level == "province" and not name.endswith("市")
    if not name.endswith(_FITTING.get(kind, ("?",))):
        return False
    return division.level == "county" if kind in ("district", "county", "banner") else True
