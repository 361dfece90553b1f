"""Lists of what one verb passes on: speeches, instructions, meetings and papers, a matter each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readout_nlp.readouts.matter import shared_both, topic
from readout_nlp.readouts.sources import organs

_MEETINGS = re.compile(
    "(?<=[会议]精神)(?:以及|[、和及])(?=[^、和]{4,}会议?精神)|(?<=批示精神)[、和](?=[^、和]{4,}会议精神)"
    "|(?<=”精神)、(?=[^、和]{4,}会议精神)|(?<=的通知)(?:以及|[、和及])(?=[^、和]{4,}的通知)"
)
_KINDS = "精神|讲话|论述|指示|批示|文章|通报|通知|贺信|回信|公报|报告|要求"
_WHO = (
    r"习近平|总书记|李克强|李强|中共中央|党中央|中央|国务院|全国|全[省市]|省[第委政]|自治区|兵团|[市州县区]委|\d{1,2}月\d"
    "|[一-鿿]{2,4}?(?:副?总理|书记|副?[省市县]长|部长|副?主席|委员长|同志)"
)
# what stands before the joint is a thing that can be passed on, and whose word follows, or a title
_JOINT = re.compile(
    f"(?:(?<={_KINDS})|(?<=[》章]))(?:[、,](?:以及|及|和)?|以及|及|和)(?={_WHO}|《)|(?<=[一-鿿])[、,](?=《)"
)
_WHOLE = re.compile(
    rf"(?:{_KINDS}|》|第[一二三四五六七八九十]{{1,3}}[章条节])"
    r"(?:\([^()]{1,12}\))?(?:等(?:有关|相关|重要|会议|文件|讲话|批示|指示)*(?:精神)?)?$"
)
# 省委有关文件精神 and 全市会议精神 name nothing by themselves
_BARE = re.compile(
    "(?:习近平|总书记|李克强|李强|总理|中共中央|党中央|中央|国务院|全国|全[省市]|省|自治区|兵团|[市州县区]|[委政府]|"
    "有关|相关|重要|近期|系列|其他|上级|一系列|会议|全会|文件|讲话|批示|指示|通知|通报|论述|要求|精神|的|和|与|、)*"
)
_MAY = re.compile("[神话述示章报知信告求》][、,和及以]|[、,]《")
_OPEN, _CLOSE = "《“(", "》”)"
_FIELD = 0.5  # two that share this much of what they are about are on one matter


def may_list(subject: str) -> bool:
    """Say whether a subject has what stands at a joint of such a list: most have none.

    Examples
    --------
    >>> may_list("全省信访会议精神和《渡口条例》"), may_list("全省信访和禁毒会议精神")
    (True, False)
    """
    return _MAY.search(subject) is not None


def spirits(subject: str) -> list[str]:
    """Part what one verb passes on, where each part says whose word on what it is; else it is one.

    Examples
    --------
    >>> spirits("习近平总书记对信访工作的指示精神,全国茶叶大会精神以及《渡口条例》")
    ['习近平总书记对信访工作的指示精神', '全国茶叶大会精神', '《渡口条例》']
    >>> spirits("习近平总书记对信访工作的指示精神和李强总理批示精神")
    ['习近平总书记对信访工作的指示精神和李强总理批示精神']
    """
    said, mark, rest = subject.partition(";")  # ;我县贯彻意见
    parts = [part for name in _meetings(said) for part in _each(name)]
    parts[-1] += mark + rest
    return parts


def _meetings(said: str) -> list[str]:
    """Part the spirits of several meetings: 甲会议精神和乙大会精神."""
    named = _MEETINGS.split(said) if said.endswith(("精神", "的通知")) else [said]
    return named if all(map(organs, named)) else [said]


def _each(said: str) -> Iterator[str]:
    """Give the parts at whose joints both sides name a word of their own, on matters of their own."""
    begin = 0
    ends = [joint for joint in _JOINT.finditer(said) if _outside(said[: joint.start()])]
    stops = [*(joint.start() for joint in ends), len(said)]
    for joint, after in zip(ends, stops[1:], strict=True):
        before, part = said[begin : joint.start()], said[joint.end() : after]
        if _own(part) and (part[0] == "《" or _own(before)) and not _one_field(before, part):
            yield before
            begin = joint.end()
    yield said[begin:]


def _own(part: str) -> bool:
    """Say whether a part is a whole thing that is passed on, and says which."""
    if part.endswith(("有关要求", "相关要求")):  # 甲报告和省领导有关要求
        return False
    return _WHOLE.search(part) is not None and _BARE.fullmatch(part) is None


def _one_field(before: str, part: str) -> bool:
    """Say whether two parts are on one field of work: the instruction on it, and the meeting."""
    return "《" not in part and max(shared_both(topic(before), topic(part))) >= _FIELD


def _outside(text: str) -> bool:
    """Say whether what follows a text is in no title, quotation or bracket."""
    return all(text.count(mark) == text.count(close) for mark, close in zip(_OPEN, _CLOSE, strict=True))
