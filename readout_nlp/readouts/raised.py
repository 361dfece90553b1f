"""Matters that a speech raises by itself, after what the agenda lists."""

from __future__ import annotations

import re
from collections.abc import Sequence

from readout_nlp.readouts.blocks import Block
from readout_nlp.readouts.draft import unstated
from readout_nlp.readouts.matter import Matter, has_topic, shared, topic
from readout_nlp.readouts.sources import conveyed, followed, spoken
from readout_nlp.reference.work_fields import work_fields

_ORDER = re.compile("[,:](?:同时,?)?(?:要|必须)")
_SPEAKER = 28  # characters in which a speech says that something is to be done
_NAMED_WITHIN = 24  # characters in which a paragraph says what it turns to
_SOURCE_WITHIN = 80
RECENT = 40  # the blocks before in which a topic may have been spoken of
OLD = 0.5  # a topic is new when less than this share of it was spoken of before
_TOPIC = re.compile(
    r"[^,:。]{2,16}[,:](?P<topic>(?!要|必须|这|各|全|我们|今年|当前)[一-鿿“”]{4,20}?)"
    r"(?:是(?!否)|(?<![对把将由从向])已经?(?!被)|仍然?|正处|面临|存在|取得|呈现|事关|关系|关乎|责任重大|意义重大|至关重要|十分重要)"
)
_SAID = re.compile("[一-鿿·]{2,16}说[,:]")  # told, as 指出 does not
# what every year brings, and a meeting turns to beside its agenda; a bare date (年终岁尾,要查漏补缺) is none
_DANGERS = "主汛期|[“]?七下八上|台风季|雨季|梅雨|山洪|(?:暑期)?溺水|暑期|寒潮|冬春火灾"
_DATES = (
    "年关|年终|年末|年底|岁末年初|岁末|年终岁尾|第?[一二三四]季度|"
    "(?:五一|国庆|中秋|春节|元旦|清明|双节|节日)(?:假期|期间)?"
)
_SEASON = re.compile(
    r"(?!他)[^,。:]{2,16}(?:强调|要求|指出|提醒)[,:](?:当前|眼下|目前|现在)?(?:正值|正是|临近|时近|已?进入|时值)?"
    rf"(?P<told>(?P<danger>{_DANGERS})[^,。;]*|(?:{_DATES})(?!刚过|只剩|已过|将至|是)[^,。;]{{6,}}|(?:{_DATES}),[^,。;]*、[^,。;]*)"
)
# 要抓好岁末年初安全生产; 要统筹做好森林防火、信访维稳等工作: orders beside the agenda
_ORDERS = re.compile(
    r"(?!他)[^,。:]{2,16}(?:强调|要求|指出)[,:](?:同时,?)?(?:要|必须)(?:统筹|切实|全力|扎实|认真|从严|持续|同步){0,2}(?:抓好|做好|抓实|抓紧|抓细){1,2}"
    rf"(?P<told>(?:{_DANGERS}|{_DATES})(?:前后|各项|的)?[^,。;]{{0,8}}(?:安全|防火|防汛|度汛|防灾|稳定|值守|供应)[^,。;]{{0,6}}"
    r"|[^,。;、]{2,12}、[^,。;]{2,40}等(?:各项|当前|重点|近期)*工作)"
)
_POINTS_OUT = re.compile(r"(?P<who>[一-鿿·]{2,12}?)指出[,:]")
_ASKED = re.compile(
    r"(?:同时,|会上,)?(?:就|针对|围绕)(?:做好|抓好|加强|推进)(?P<topic>[^,。:]{2,40}?)(?:工作)?,[^,。:]{2,16}?(?:要求|强调)[,:]"
)
# 就某事,张三强调; 张三就某事讲了意见
_ON = re.compile(
    r"(?:最后,|同时,|会上,)?就(?P<first>(?!做好|抓好|加强|推进|如何|进一步|学习|贯彻)[^,。:《]{4,30}),(?!会议)[一-鿿·]{2,16}?(?:强调|要求|指出)[,:]"
    r"|(?:最后,|会上,)?(?!会议)[一-鿿·、]{2,20}?就(?P<then>(?!(?:抓好|做好)?(?:贯彻|落实|下一步))[^,。:《]{4,30}?)(?:讲|谈)了?(?:几点|[一二三四五]点)?意见"
)
_FIELD = re.compile(
    r"[^,:。]{2,16}[,:](?:近年来,|当前,)?(?:抓好?|做好|推进|加强)?(?:全[省市区县州旗])?"
    r"(?P<topic>(?!要|必须|这|各|我们|今年)[一-鿿“”]{2,10}?"
    r"(?:工作|改革|建设|发展|治理|保护|振兴|环境|安全|服务|经济|产业|创新|民生|教育|文化|稳定|防控|队伍|保障|创业))"
)


def opened_by_speech(block: Block, heads: list[Matter], *, before: Sequence[Block]) -> Matter | None:
    """Give the matter that a speech after a head opens by itself; None where it goes on with the head's."""
    field = _named_first(block)
    if field and unheard(field, heads, before):
        return unstated(block.span, field)
    if block.kind != "speech" or _SAID.match(block.first_sentence) or block.first_sentence.startswith("全会"):
        return None  # a plenum speaks to its report, whatever it turns to
    source = conveyed(block.first_sentence)
    if source and unheard(source, heads, before):
        return unstated(block.span, source)._replace(acts=("relay",))
    asked = _ASKED.match(block.first_sentence)
    if asked is not None and unheard(asked["topic"], heads, before):
        return unstated(block.span, asked["topic"])._replace(acts=("deploy",))
    season = _SEASON.match(block.first_sentence)
    if season is not None and unheard(season["danger"] or season["told"], heads, before):
        return unstated(block.span, season["told"])._replace(acts=("deploy",))
    subject = _new_topic(block, heads, spoken=before) if before else ""
    return unstated(block.span, subject) if subject else None


def ordered(block: Block, heads: Sequence[Matter], *, before: Sequence[Block]) -> Matter | None:
    """Give what a speech orders on another field than all that was dealt with and said before it."""
    said = block.first_sentence
    if block.kind != "speech":
        return None
    found = _SEASON.match(said) or (_ORDERS.match(said) if _ORDER.search(said, 0, _SPEAKER) else None)
    if found is None or not unheard(found["told"], heads, before):
        return None
    fields = {field for matter in heads for field in work_fields(matter.subject)}
    if fields & work_fields(said).keys():
        return None
    return unstated(block.span, found["told"])._replace(acts=("deploy",))


def relayed(block: Block, plural: Matter, *, before: Sequence[Block]) -> Matter | None:
    """Give the matter of a block that names a source of its own, where the lead names none."""
    source = spoken(block.first_sentence[:_SOURCE_WITHIN]) or followed(block.first_sentence)
    return plural._replace(subject=source) if source and unheard(source, [plural], before) else None


def _named_first(block: Block) -> str:
    """Give what a paragraph says it turns to (就甲,张三强调; 张三就甲讲了意见), else nothing."""
    on = _ON.match(block.first_sentence) if "就" in block.first_sentence[:_NAMED_WITHIN] else None
    field = (on["first"] or on["then"]) if on is not None else ""
    return field if has_topic(field) else ""


def unheard(told: str, heads: Sequence[Matter], before: Sequence[Block]) -> bool:
    """Say whether what is told is about something, and heads and blocks before it were not."""
    about = topic(told)
    if not about:
        return False
    passed = dict(topic("。".join(head.subject for head in heads[-RECENT:])))
    for earlier in before:
        passed.update(earlier.topic)
    return shared(about, passed) < OLD


def _new_topic(block: Block, heads: Sequence[Matter], *, spoken: Sequence[Block]) -> str:
    """Name the topic that a speech opens (张三指出,推进某事是…) when nothing before was about it.

    指出 opens and 强调 goes on: a second 指出 of the same speaker needs only name another field of work.
    """
    if "讲话" in block.first_sentence[:16]:  # the closing speech goes over everything again
        return ""
    found = _TOPIC.match(block.span.text)
    again = _POINTS_OUT.match(block.span.text)
    if found is None and again is not None:
        before = (_POINTS_OUT.match(b.span.text) for b in spoken)
        found = _FIELD.match(block.span.text) if any(b and b["who"] == again["who"] for b in before) else None
    return found["topic"] if found is not None and unheard(found["topic"], heads, spoken) else ""
