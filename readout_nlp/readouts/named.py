"""The places a text names, each with what the name does there: the meeting's own, or another's."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from readout_nlp.readouts.landmarks import names_landmark, names_no_unit
from readout_nlp.readouts.organs import begins
from readout_nlp.reference.gazetteer import bearers, everyday_names, occurrences
from readout_nlp.reference.place_words import after_pattern, place_words

Use = Literal["document", "office", "own", "plain", "upper", "foreign", "landmark"]

# What is relayed is somebody else's: 学习省委全会、甲市委全会精神. A document's title does not end it.
_RELAYED = re.compile(
    r"(?:学习|传达|贯彻|落实|领会|按照|根据)(?:[^,。;!?\n《》]|《[^》\n]{0,60}》|(?<=会议),(?=省|自治区|市|州|全国|全省)){0,150}"
    r"(?:精神|讲话|批示|指示|回信|贺信|要求|通报|部署)"
)
_VISITED = re.compile(
    r"[^,。;!?\n]{0,14}(?:考察|视察|调研|座谈会|讲话)|[^,。;!?\n]{0,6}(?:经验|先进做法|对口(?:支援|帮扶|协作))"
)
_MET_THERE = re.compile(r"(?:(?:胜利|隆重)?(?:召开|举行|开幕)的)")
# 在甲…: something is to be done there, unless a meeting, a visit or a person was there
_ELSEWHERE = re.compile(
    r"[^,。;!?\n]{0,20}(?:召开|举行|出席|参加|开幕|闭幕|会见|主持|学习|培训|招商|表示|发表|进行|参观|同|成立|建立|建设|发生|分会场|会场)"
)
# 金华指出, 市长金华, 刘安康、: a person whose name holds a place's
_SPEAKS = re.compile(r"[一-鿿]?(?:主持|指出|强调|要求|表示|在讲话|出席|列席|参加会议|同志|一行|受)")
_PERSON_BEFORE = (
    "书记",
    "市长",
    "县长",
    "区长",
    "州长",
    "旗长",
    "盟长",
    "省长",
    "主任",
    "主席",
    "常委",
    "部长",
    "秘书长",
    "局长",
)
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范"
    "金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_NAME_LIST = re.compile("[、,;。)等]")
_DISASTER = re.compile(
    r"[一-鿿]{0,6}(?:事故|事件|案件|火灾|地震|洪灾|灾害|暴雨|疫情|矿难|爆炸|坍塌|垮塌|溃坝|泥石流|中毒)"
    # but 甲县突发事件应急预案 and 甲县疫情防控 are its own
    r"(?!总|综|应急|救|预|防|监测|风险|隐患|治|处置|工作|医疗)|(?<=区)[域县块间划位]|(?<=[市县])际|(?<=市)场|(?:返|来)[一-鿿]{0,3}人员|等地"
)
_DEALT_WITH = re.compile(r"[^,。;!?\n]{0,8}(?:合作|对接|交流|联动|签约|签订|共建|协同)")
_WITH = "与同跟和"
_JOINTS = ("", "、", "和", "及", "以及")
_LEARNT_FROM = re.compile(r"[^,。;!?\n]{0,12}(?:学习|看齐|取经)")
_OFFICE = re.compile(
    r"[省市州盟县区旗]?(?:党?委(?!员|托|派|会)|人民政府|政府|人大|人民代表大会|政协|纪委|"
    r"第?[一二三四五六七八九十\d]{1,3}[届次](?:委员会|人民代表大会|人大|人民政府|政府|政协|党代会|代表大会|纪委|纪律检查))"
)
# The chair may hold an office of the unit above too: 甲市委常委、乙区委书记
_HELD_ABOVE = re.compile(
    r"[省市州盟县区旗]?(?:委常委(?!会)|委委员|委候补|副[市州省县区]长|[市州省]长助理|政府副|政府党组成员|"
    r"政协副主席|人大常委会副主任|委副书记[、,](?!代?(?P<own>[省市州盟县区旗])长))"
)
# 省、甲市 and 省委、甲市委的部署: the units above in order; one's own is 市 without its name
_RANKED_BELOW = re.compile(r"(?:省|自治区)(?:委|党委|委省政府|委、省政府|政府)?(?:、|和|及|以及)$")
# 甲市某局乙分局: a bureau of the city's in the county that it reports to
_BRANCH = re.compile("[^,。;、市县]{1,12}局[一-鿿]{2,6}分局")
_TITLE_START = re.compile(r"《(?:关于[一-鿿]{0,6}|中共|中国共产党|政协|中国人民政治协商会议|\d{4}年){0,3}$")
_NAMED_IN_FULL = re.compile(r"(?:中共|中国共产党|政协|中国人民政治协商会议)$")
# 甲是因煤而兴的城市,我们…: one sentence says it of the place and of us; not where it is to learn from 甲
_SAID_OF_US = re.compile(
    r"(?:是|虽|供|地处|位于|历来|拥有|靠|因|[一-鿿]着)(?:(?!学习|借鉴|对标|经验|看齐|教训|启示|榜样|标杆|案例)[^。;!?\n]){0,90}?"
    r"(?:我们|[我全本][省市州盟县区旗](?![域会]))(?!(?:(?!。)[^!?\n]){0,30}(?:学习|借鉴|对标|看齐|赶超|合作))"
)
# 甲是产粮大县,首先要…: what kind of county it is, and what is to be done
_OTHERS_DO = "学习|借鉴|对标|经验|看齐|教训|启示|榜样|标杆|案例|考察|汲取"
_CLASSED = re.compile(
    rf"是(?:(?!{_OTHERS_DO})[^。;!?\n]){{0,40}}?(?:[大强小]|山区|农业|牧业|人口|边境|民族|贫困|摘帽|脱贫|老区|生态|功能)[县市区旗](?=[,、])"
    rf"(?:(?!{_OTHERS_DO})[^。;!?\n]){{0,60}}?[,、](?:[首更就尤]?[先其]?(?:要|必须|应当?|须)|不能)(?:(?!{_OTHERS_DO})[^。;!?\n])*[。;!?\n]"
)
# 某业是甲的民生产业,要…; 编制甲“十五五”规划: what is its own
_ITS_OWN = re.compile(
    rf"的(?:(?!{_OTHERS_DO})[一-鿿“”]){{2,12}}[,。](?:要|必须)(?!求)(?:(?!{_OTHERS_DO})[^。;!?\n]){{0,120}}[。;!?\n]"
)
_ITS_PLAN = re.compile('的?[“"]?十[一二三四五六]五[”"]?(?:时期)?(?:发展)?规划')
_DRAWN_UP = ("编制", "制定", "编好", "谋划", "谋划好", "编制好")
# 总书记来到甲,…是全县干部群众的大事: who was visited is us
_CAME_TO = ("来到", "亲临", "莅临")
_WE_WERE = re.compile(r"[^。;!?\n]{0,40}?[全我][省市县区州旗盟](?:广大|各级|各族|上下|干部|人民|党员|群众)")
_CLAUSE_BEGINS = frozenset("。,;:!?\n")
_OF_PLACE = frozenset({"document", "own", "plain"})  # what a name may do that may be a landmark's
_ADDRESSED = ("勉励", "视察", "寄语")  # what was said to a place is relayed by that place first
_NO_COUNTY = ("长", "镇")  # 代县长: the acting head of some county, no 代县; 古县镇 is a town
_UNIT_END = "县市区旗"
_NAMED_AFTER = ("关于", "审定", "审议", "制定", "印发", "修订")  # 《关于审定应县某某方案的请示》


class Mention(NamedTuple):
    """One name in a text, where it stands, and its use there."""

    name: str
    start: int
    end: int
    use: Use


@lru_cache(maxsize=32)
def read_mentions(text: str) -> tuple[Mention, ...]:
    """Give the names of a folded text with their uses, everyday words and office words left out.

    Examples
    --------
    >>> [(m.name, m.use) for m in read_mentions("传达学习安庆市委全会精神,审议《桐城市防汛方案》。")]
    [('安庆市', 'upper'), ('桐城市', 'document')]
    >>> read_mentions("代县长王某主持会议。")
    ()
    """
    return tuple(_side_by_side(text, _mentions(text)))


def _side_by_side(text: str, found: Iterator[Mention]) -> Iterator[Mention]:
    """Read names side by side as one: in 赴甲省乙县, 赴甲、乙 both are visited, 甲市乙县矿难 is elsewhere."""
    run: list[Mention] = []
    for mention in found:
        if run and text[run[-1].end : mention.start] not in _JOINTS:
            yield from _one_use(run)
            run = []
        run.append(mention)
    yield from _one_use(run)


def _one_use(run: list[Mention]) -> list[Mention]:
    uses = {mention.use for mention in run}
    if len(run) > 1 and uses <= {"own", "plain"} and not _nested(run):
        return [mention._replace(use="plain") for mention in run]  # 推动甲、乙协同: of several, none's own
    if "foreign" not in uses or not uses <= {"foreign", "plain", "own"}:
        return run
    return [mention._replace(use="foreign") for mention in run]


def _nested(run: list[Mention]) -> bool:
    """Say whether names side by side are one unit's within another's: 甲省乙市."""
    return all(one.end == other.start for one, other in pairwise(run))


def _mentions(text: str) -> Iterator[Mention]:
    relayed = [found.span() for found in _RELAYED.finditer(text)]
    starts = [start for start, _ in relayed]
    done, landmarks = -1, set[str]()
    for start, name in occurrences(text):
        end = start + len(name)
        beside, done = start == done, end
        if len(name) == 2 and name[1] in _UNIT_END and name != "津市" and not _is_county(text, start, end):
            continue
        if not beside and names_no_unit(text, start, end):
            continue
        at = bisect_right(starts, start) - 1
        use = _use(text, start, end, relayed=at >= 0 and start < relayed[at][1])
        if use is None:
            continue
        if (
            name in everyday_names()
            and not _nation_follows(text, name, end)
            and (len(name) == 2 or use not in ("office", "document"))
        ):
            continue  # 平安, 老城区 改造; but 老城区委
        if use in _OF_PLACE and names_landmark(text, start, end):
            if name in landmarks:
                continue
            landmarks.add(name)
            use = "landmark"
        yield Mention(name, start, end, use)


def _nation_follows(text: str, name: str, end: int) -> bool:
    """Say whether the people follow that an autonomous unit is named for: 三江侗族木构建筑."""
    named = (d.name.removeprefix(name) for d in bearers(name) if "自治" in d.name and d.name != name)
    return any(people and text.startswith(people, end) for people in (n.split("自治")[0] for n in named))


def _is_county(text: str, start: int, end: int) -> bool:
    """Say whether 应县 is a county: not in 响应县委, and 代县长 is the acting head of some county."""
    return text[end : end + 1] not in _NO_COUNTY and (
        begins(text, start) or text.endswith(_NAMED_AFTER, 0, start)
    )


def _use(text: str, start: int, end: int, *, relayed: bool) -> Use | None:
    """Give what a name does in a text; None where it is a person's, or a part of one."""
    if _HELD_ABOVE.match(text, end):
        return "upper"
    office = _OFFICE.match(text, end) is not None
    if text[end - 1] in "市州盟" and _BRANCH.match(text, end):
        return "upper"
    if text[end - 1] in "市州盟" and _RANKED_BELOW.search(text, max(0, start - 12), start):
        return "upper"
    if relayed and text.endswith(_ADDRESSED, 0, start):
        return "plain"
    if relayed:
        return "upper" if office or text[end - 1] in "省市州盟区" else "foreign"
    if after_pattern("foreign").match(text, end) or text.endswith(place_words("foreign", "before"), 0, start):
        return "foreign"
    if not office and (
        _VISITED.match(text, end) or _DISASTER.match(text, end) or _came_from(text, start, end)
    ):
        return "foreign"
    if not office and _is_person(text, start, end):
        return None
    if _TITLE_START.search(text, max(0, start - 24), start):
        return "document"
    if office or _NAMED_IN_FULL.search(text, max(0, start - 12), start):
        return "office"
    own = after_pattern("own").match(text, end) or text.endswith(place_words("own", "before"), 0, start)
    own = own or (text[start - 1 : start] == "对" and text.startswith(("来说", "而言"), end))
    here = text[start - 1 : start] == "在" and not _ELSEWHERE.match(text, end)
    return "own" if own or here or _is_us(text, start, end) else "plain"


def _is_us(text: str, start: int, end: int) -> bool:
    """Say whether a sentence that the name begins goes on to speak of us, or of what is the place's own."""
    if text.endswith(_CAME_TO, 0, start):
        return _WE_WERE.match(text, end) is not None
    if text.endswith("是", 0, start) and not text.endswith(("不是", "都是"), 0, start):
        return _ITS_OWN.match(text, end) is not None
    if text.endswith(_DRAWN_UP, 0, start):
        return _ITS_PLAN.match(text, end) is not None
    if text[start - 1 : start] not in _CLAUSE_BEGINS:
        return False
    return _SAID_OF_US.match(text, end) is not None or _CLASSED.match(text, end) is not None


def _came_from(text: str, start: int, end: int) -> bool:
    """Say whether others met there (在北京召开的会议), or it is one to deal with (与上海合作)."""
    before = text[start - 1 : start]
    if before == "在":
        return _MET_THERE.match(text, end) is not None
    if before == "向":
        return _LEARNT_FROM.match(text, end) is not None
    return before in _WITH and before != "" and _DEALT_WITH.match(text, end) is not None


def _is_person(text: str, start: int, end: int) -> bool:
    """Say whether the name is a person's, or a part of one: no place speaks or stands behind an office."""
    if text[end - 1] in "省市州盟县区旗":
        return False
    if _SPEAKS.match(text, end) or text.endswith(_PERSON_BEFORE, 0, start):
        return True
    surname, before = text[start - 1 : start], text[start - 2 : start - 1] if start > 1 else ""
    listed = before in "、,和记长任席员委" if before else True
    return surname in SURNAMES and listed and _NAME_LIST.match(text, end) is not None
