"""The convening bodies as printed: 市委常委会, 市委常委会暨市委应对疫情工作领导小组."""

from __future__ import annotations

import re

from readout_nlp.readouts.spans import fold

_LONGEST = 1000  # characters of a lead in which the body that convened is named
_UNIT = "自治区|师市|省|市|区|县|州|盟|旗|地|镇|乡|街道|兵团|师|园区|新区|开发区"
_ORGAN = re.compile(
    rf"(?!(?:新|园|开发)区委)(?:(?:{_UNIT})(?=(?:党委|党工委|工委|委|人民政府|政府|管委会|行署|人大|政协|纪委|人民代表大会|代表大会|第[一二三四五六七八九十]+届))"
    r"|(?<![一-鿿])(?:政府(?=党组|常务)|人大常委会(?=党组|主任)|政协(?=党组|主席|常委))"
    r"|中共中央|中央|国务院|全国人大|全国政协|行署|党工委|管委会|党委|党组)"
)
_WHEN = re.compile(
    r"(?=[\d昨今近日当上下晚中全])"  # most characters begin none, and are passed by at once
    r"(?:(?:(?:20\d\d年)?\d{1,2}月)?\d{1,2}[日号](?:至\d{1,2}[日号])?|昨[天日]|今[天日]|近日|日前|当天)?(?:上午|下午|晚上?|中午|全天)?"
)
_RENAMED = re.compile(r"^[^,。]{2,40}?(?:更名为|改为|改组为)|(?<=[会组])后的|(?<=[会组])成立后")
_NO_BODY = re.compile(r"官网|网站|平台|入口|·|[A-Za-z]{3}")  # an advertisement written over the body's name
_DECIDED = re.compile(
    r"(?:召开|举行)的(?P<what>[^,。;:]{2,40}?会议?)(?=决定|研究|审议|通过|原则|听取|同意|讨论)"
)
# 市委常委会会议研究决定,全会于某日召开: the first met
_RESOLVED = re.compile(
    r"[^,。;]{0,10},(?P<what>[^,。;:召举]{2,20}(?:常委会|常务会|主任会|主席会|办公会)(?:会议|议)?)(?:研究|讨论|审议)?决定,"
)
_NOBODY = ("并", "还", "随后", "同时", "之后")
_NUMBER = re.compile(r"(?:20\d\d年)?(?:度)?第?[一二三四五六七八九十百零〇\d]+(?:届|次|号)|\(?20\d\d年度?\)?")
_CHAIRED = re.compile(r"主持(?:召开|举行)(?:了)?(?P<what>[^,。;:]{2,60})")
# 书记主持省委常委会; 省委常委扩大会议专题传达学习某讲话: no 召开
_SAT = re.compile(
    r"主持(?P<what>[^,。;:的]{1,8}(?:常委会|常务会|全会|主席会|主任会|办公会)(?:会议|议)?(?:\([^)]{1,6}\))?)(?=[,。;])"
)
_ITSELF = re.compile(
    r"(?:^|[,。\s])(?P<what>[^,。;:\s]{1,8}(?:常委会?|常务会?|主席会?|主任会?)(?:\([^)]{1,6}\)|扩大)?会?会议)"
    r"(?=(?:今[天日]|专题|集中|认真){0,2}(?:传达|学习|听取|审议|研究))"
)
_CLOSED = re.compile(r"(?P<what>[^,。;:]{2,40}?(?:会议|全会|大会))(?:胜利|圆满)?(?:闭幕|结束)$")
_STUDIED = re.compile(r"主持(?P<what>[^,。;:]{2,24}?(?:中心组|党组))[^,。;:]{0,14}(?:学习|研讨)")
_CONVENED = re.compile(
    r"(?P<who>[^,。;:]{1,60}?)(?:现场|先后|再次|专门|于[^,。]{1,12}|在[^,。]{1,12}|以[^,。]{2,12}(?:形式|方式))?"
    r"(?:召开|举行|(?<=中心组)(?:开展|进行|组织))了?(?P<what>[^,。;:]*)"
)
_MEETING = re.compile(
    r"^.*?(?:常委会|常务会|办公会|全会|学习会|研讨会|座谈会|推进会|调度会|专题会|例会|党组会|大会|会议|常委\(扩大\)会|扩大会|会(?!常务委员会|[”’]))"
    r"(?:(?:党组(?:成员)?|机关|委员长|主任|主席|秘书长|理论学习中心组)*(?:\([^)]{1,6}\)|扩大)?(?:学习|办公)?(?:会议|议(?!程|题|案|定|事)|会(?!期)))?"
    r"(?:\([^)]{1,6}\)|扩大)?"
)
_NAME_ALONE = re.compile(
    r"[^,。:;\s]{2,20}第?[一二三四五六七八九十百\d]{1,4}次[^,。:;\s]{0,12}(?:会议|常委会|全会)(?:\(扩大\))?"
)
_BODY_END = re.compile(r"(?:会|组|委|局|党组|指挥部)(?:\([^)]{1,6}\))?$")
_STUDY = re.compile(
    r"(?<=中心组)(?:\(扩大\))?[^暨和、,()]{0,14}?(?:专题|集体|集中)*学习(?:研讨)?(?:会议?|研讨会)?$"
)

_CLAUSE_END = re.compile(r"[,。;\n]")
_DAY_ASIDE = re.compile(r"\([^)]*\d[日号][^)]*\)")  # 今天上午(2月8日)
_LEFT_OVER = re.compile(r"\(\)|(?<=政协)委员会(?=主席|党组|常务|常委)")
_ENLARGED = re.compile(r"常委(?:会)?(?:会议)?(?=\()")
_ENDING = re.compile(r"(?<=\))会(?:议)?$|(?<=常委)会议$")
_PARTY = re.compile("^(?:中国共产党|中共(?!中央)|我(?=[省市县区州盟旗]))")


def meeting_type(lead: str) -> str | None:
    """Name the convening bodies of a lead sentence, without place name, session number and final 会议.

    会议 stays where what is left would name no body (市政府常务会议).

    Examples
    --------
    >>> meeting_type("3月1日,市委书记李建明主持召开市委常委会会议,学习某讲话。")
    '市委常委会'
    >>> meeting_type("昨天,海州市委常委会(扩大)会议召开。"), meeting_type("本周有雨。")
    ('市委常委会(扩大)', None)
    >>> meeting_type("3月1日,县政府召开第12次常务会议。")
    '县政府常务会议'
    """
    text = fold(lead)[:_LONGEST]
    chaired = _CHAIRED.search(text) or _DECIDED.search(text) or _STUDIED.search(text) or _SAT.search(text)
    if chaired is not None:
        return _named(_whole(_NUMBER.sub("", chaired["what"])))
    resolved = _RESOLVED.match(text)
    if resolved is not None:
        return _named(_whole(_NUMBER.sub("", _WHEN.sub("", resolved["what"]))))
    for clause in _CLAUSE_END.split(text):
        found = _CONVENED.search(clause)
        if found is not None and found["who"] not in _NOBODY:
            name = _join(_WHEN.sub("", found["who"]), found["what"])
            return _named(name) if name else None
    itself = _ITSELF.search(_WHEN.sub("", text))
    return _named(_NUMBER.sub("", itself["what"])) if itself is not None else None


def convened(lead: str, title: str | None) -> str | None:
    """Name the convening bodies of a lead, or of a title where the lead names none, or not whose they are.

    Examples
    --------
    >>> convened("3月1日,李建明主持召开第三次常务会议。", "县政府召开第三次常务会议")
    '县政府常务会议'
    """
    told = meeting_type(lead)
    if told is None:
        return meeting_type(title or "") or _titled(fold(title or ""))
    # a headline of several parts: a motto, then the meeting
    parts = [name for name in map(meeting_type, fold(title or "").split()) if name is not None]
    return max((name for name in parts if name.endswith(told)), key=len, default=told)


def _titled(title: str) -> str | None:
    """Name the bodies of a title that is the meeting's name alone: 县政府第5次常务会议."""
    closed = _CLOSED.fullmatch(title)
    if closed is not None:
        return _named(_NUMBER.sub("", closed["what"]))
    return _named(_NUMBER.sub("", title)) if _NAME_ALONE.fullmatch(title) else None


def _named(name: str) -> str | None:
    return None if _NO_BODY.search(name) else _plain(name)


def _whole(text: str) -> str:
    """Cut what follows the last word for a meeting (…会议并讲话)."""
    found = _MEETING.match(text.split("暨")[-1])
    if found is None:
        return text
    return "暨".join([*text.split("暨")[:-1], found.group()])


def _join(who: str, what: str) -> str:
    """Join 市委 with 常委会会议; 市委常委会 with 会议 stays as it is."""
    who, what = who.strip(), _whole(what.strip())
    if who.endswith("会议") or not what:
        return who
    if what in ("会议", "了会议"):
        return who if _BODY_END.search(who) else who + what
    return _overlapped(who, what) if "会" in what or "中心组" in what else who


def _overlapped(who: str, what: str) -> str:
    """Join 县政府 with 2017年第二次县政府常务会议, which names the body again."""
    bare = _NUMBER.sub("", what)
    again = next((size for size in range(min(len(who), len(bare)), 1, -1) if who.endswith(bare[:size])), 0)
    return who + (bare[again:] if again else what)


def _plain(name: str) -> str | None:
    name = _RENAMED.sub("", "".join(name.split()))
    name = _DAY_ASIDE.sub("", name)
    name = _LEFT_OVER.sub("", _NUMBER.sub("", name))
    parts = [_bare(_local(part)) for part in name.split("暨")]
    return "暨".join(part for part in parts if part) or None


def _bare(part: str) -> str:
    """Take the final 会议 off where a body is left; write 常委(扩大)会 and 常委会会议(扩大) one way."""
    part = _ENLARGED.sub("常委会", part)
    part = _STUDY.sub("", part)
    part = _ENDING.sub(lambda m: "会" if m.string[m.start() - 1] != ")" else "", part)
    stripped = part.removesuffix("会议")
    return stripped if _BODY_END.search(stripped) else part


def _local(part: str) -> str:
    """Take the place's own name off: what stands before the last of a row of units."""
    part = _PARTY.sub("", part)
    found = _ORGAN.search(part)
    return part[found.start() :] if found is not None and found.start() <= 16 else part
