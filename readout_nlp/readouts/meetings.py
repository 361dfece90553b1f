"""The convening bodies as printed: 市委常委会, 市委常委会暨市委应对疫情工作领导小组."""

from __future__ import annotations

import re

from readout_nlp.readouts.spans import fold

_ORGAN = r"自治区党委|省委|市委|区委|县委|州委|旗委|盟委|地委|工委|师市党委|师党委|兵团党委|镇党委|乡党委|街道党工委|党工委|省政府|市政府|区政府|县政府|州政府|旗政府|盟行署|行署|自治区政府|(?:省|市|区|县|州|旗|自治区)?人民政府|管委会|国务院|中共中央|中央|政协|人大|纪委|党组|省|市|区|县|州|旗|师市"
_FORMS = (
    # 市委召开常委会会议 -> 市委 + 常委会会议
    re.compile(
        r"(?P<who>[^,。;:\s]{1,40}?)(?:上午|下午|晚)?(?:召开|举行)(?:了)?(?:20\d\d年)?(?P<what>[^,。;:]{2,60}?(?:会议|会|会\([^)]*\)))(?:[,。;:]|$)"
    ),
    re.compile(
        r"(?P<who>[^,。;:\s]{2,60}?(?:会|组|委|党组|会议)(?:\([^)]{1,6}\))?)(?:会议)?(?:在[^,。]{1,12})?(?:上午|下午|晚)?(?:召开|举行)"
    ),
)
_DATE = re.compile(
    r"(?:(?:\d{4}年)?\d{1,2}月)?\d{1,2}日(?:至\d{1,2}日)?|昨[天日]|今[天日]|近日|日前|上午|下午|晚上?|当天"
)
_NUMBER = re.compile(
    r"(?:第?(?:[一二三四五六七八九十百零〇\d]+)(?:届|次))|(?:20\d\d年)?(?:第[一二三四五六七八九十百零〇\d]+次)|(?:[一二三四五六七八九十]+届)"
)
_PERSON = re.compile(r"^.*?主持(?:召开|了)?")
_BODY_END = re.compile(r"(?:会|组|委|局|党组)(?:\([^)]{1,6}\))?$")


def meeting_type(lead: str) -> str | None:
    """Name the convening bodies of a lead sentence, without place name, session number and final 会议.

    会议 stays where it is part of the body's own name (市政府常务会议).

    Examples
    --------
    >>> meeting_type("3月1日,市委书记李建明主持召开市委常委会会议,学习某讲话。")
    '市委常委会'
    >>> meeting_type("昨天,海州市委常委会(扩大)会议召开。"), meeting_type("本周有雨。")
    ('市委常委会(扩大)', None)
    """
    text = fold(lead)
    name = _chaired(text) or _convened(text)
    return _plain(name) if name else None


_CHAIR = re.compile(
    r"主持召开(?:了)?(?P<what>[^,。;]{2,60}?(?:会议|学习会|常委会|全会|座谈会|办公会|例会|扩大会|会)(?:\([^)]{1,6}\)(?:会议)?)?)(?:[,。;:并]|$|第)"
)


def _chaired(text: str) -> str | None:
    found = _CHAIR.search(text)
    return found["what"] if found else None


def _convened(text: str) -> str | None:
    for clause in re.split(r"[,。;:\n]", text):
        if not re.search(r"召开|举行", clause):
            continue
        clean = _DATE.sub("", clause)
        found = re.match(
            r"(?P<who>.*?)(?:会议)?(?:现场|在[^,。]{1,12})?(?:以[^,。]{2,12}(?:形式|方式))?(?:召开|举行)(?:了)?(?P<what>.*)",
            clean,
        )
        if found is None:
            continue
        who, what = found["who"].strip(), found["what"].strip()
        what = re.sub(r"^(?:20\d\d年)?(?:度)?", "", what)
        if what in ("", "会议") or not re.search(r"会", what):
            return who + ("会议" if not _BODY_END.search(who) and what == "会议" else "")
        what = what if re.search(r"会(?:议)?(?:\([^)]*\))?$", what) else what
        return who + what if not what.startswith(who[-2:]) else what
    return None


def _plain(name: str) -> str | None:
    name = _NUMBER.sub("", re.sub(r"\s", "", name))
    parts = [_local(part) for part in re.split(r"(?<=.)暨", name)]
    whole = "暨".join(p for p in parts if p)
    stripped = re.sub(r"(?:会议)$", "", whole)
    if stripped.endswith("常委"):
        stripped += "会"
    whole = stripped if _BODY_END.search(stripped) else whole
    whole = re.sub(r"(?<=常委会)会议(?=\()|(?<=常委)(?=\()", lambda m: "会" if not m.group() else "", whole)
    return whole or None


def _local(part: str) -> str:
    """Take the place's own name off: what stands before the first organ word."""
    part = re.sub(r"^(?:中国共产党|中共(?!中央))", "", part)
    found = re.search(_ORGAN, part)
    if found is None or found.start() > 14:
        return part
    rest = part[found.start() :]
    own = re.match(r"(?:省|市|区|县|州|旗)(?=[一-鿿])(?!委|政府|人民政府|人大|政协|纪委|级|直)", rest)
    while own is not None:
        later = re.search(_ORGAN, rest[1:])
        if later is None or later.start() > 12:
            break
        rest = rest[1 + later.start() :]
        own = re.match(r"(?:省|市|区|县|州|旗)(?=[一-鿿])(?!委|政府|人民政府|人大|政协|纪委|级|直)", rest)
    return rest
