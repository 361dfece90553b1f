"""What a sentence opens: matters with their acts, or the other business, or a stretch of speech."""

from __future__ import annotations

import re
from functools import lru_cache

from readout_nlp.readouts import patterns
from readout_nlp.readouts.agenda_lines import NUMBER, is_agenda_line
from readout_nlp.readouts.below import listed_below
from readout_nlp.readouts.documents import each_document
from readout_nlp.readouts.further import REFERS, further, in_reporting, lecture
from readout_nlp.readouts.matter import Matter, has_topic, matter_of, subject_of
from readout_nlp.readouts.readout import Act
from readout_nlp.readouts.spans import Span
from readout_nlp.readouts.statements import (
    APART,
    ENDS,
    NO_PEOPLE,
    NO_VERB,
    RESIDUAL,
    RESIDUAL_LONGEST,
    also,
    joined,
    reported,
    stated,
    statements,
)

_BODY = (
    r"(?:会议|会上|全会|大会|例会|与会人员|与会同志|参会人员|大家|[一-鿿]{0,16}?"
    r"(?:常委会|政治局|常务会议?|主任会议|主席会议|党组会议|领导小组|委员会|党组|中心组|党委|党工委)(?:会议)?)"
)
_AT = r"会前|在[^,。;]{2,24}会议?上(?=,)"  # of two meetings in one report
_BEFORE = rf"(?:{_AT}|会议?(?:开始前|召开前|期间|最后)|会议第[一二三四五六七八九十]{{1,2}}项议题),?"
# 会议 and a verb have neither number nor 会议期间 before them
_OPENING = re.compile(
    rf"(?:(?=会议[^前开召期最第])|(?:{NUMBER}\s*)?(?:{_BEFORE})?)(?P<who>{_BODY}(?:上(?=,))?,?)?"
)
_MEETING = re.compile("会议|会上|全会|大会")
_BY_MEETING = re.compile(rf"(?:{NUMBER}\s*)?(?:{_BEFORE})?(?:{_MEETING.pattern})")
_SETTLES = re.compile(
    r"(?:其间,|期间,|此外,)?(?:会议|会上,?)?(?:还|并|最后|同时){1,2}(?:进行|办理|商议|协商|商讨|处理|安排|讨论|研究)了?(?:[^,。其]{2,16}(?:等|和|及|以及))?其[他它]"
    r"(?:一些|几项)?(?:有关|相关|重要|重大)?(?:事项|工作|议题|内容|事宜|问题)"
)
_UNNAMED = re.compile("(?:有关|相关)?(?:通报|文件|会议精神|精神|材料)?")
_OTHER_TITLE = re.compile("【其[他它](?:事项|工作)?】")
_OTHER = ("其", "另外", "会议还就有关", "会议还就相关", "会议还对有关", "会议还对相关")
_REST = re.compile(
    rf"(?:{NUMBER}\s*)?其[他它](?:有关|相关)?(?:事项|事宜|议题|工作|问题)(?:\([^)]{{1,6}}\))?[。;]?$"
    r"|会议(?:还|并|最后)?[就对]其[他它][^,。]{0,4}(?:事项|事宜|议题|工作|问题)(?:进行|作)了?(?:研究|讨论|审议|安排|部署)"
    r"|会议还[就对](?:有关|相关)(?:事项|事宜|问题)(?:进行|作)了?(?:研究|讨论|审议|安排|部署|通报)"
)
# 会议确定以下措施, 会议决定将草案提请审议: what is decided belongs to the matter before
_GOES_ON = re.compile(
    r"(?:研究|讨论|审议)?(?:决定|确定)了?(?:根据|将|把|按照?|提请|由|对|以下|如下|下列|重点|一是|[一二三四五六七八九十]项)"
    r"|议定了?(?:有关|相关)?(?:事项|问题|意见)?(?:如下|以下)"
)
_SHORT = re.compile(r"(?P<object>[一-鿿]{0,7})(?:[,:]|$)|(?P<none>)[。;]")
_RESOLVES = re.compile(  # another meeting called is a matter of its own
    r"(?:研究|讨论)?决定,?(?:于)?(?:[^,。召举]{0,16}|[^,。召举]{0,40}(?:将于|定于|于|\d日)[^,。召举]{0,24})(?:召开|举行)"
    r"|(?:研究|讨论)?决定,?(?:授予|追授)"
)
_TITLE_LINE = re.compile(
    rf"(?:{NUMBER}\s*)?(?:关于(?P<about>[^。,;:!?《]{{2,40}})$"
    rf"|【(?!新闻|相关|背景|链接|延伸|名词|编|记者|来源|本报|第[一二三四]阶段)(?P<title>[^】]{{2,30}})】)"
)
# 一、关于某事。会议原则同意; 关于某事,会议要求: the matter is named, then spoken to
_NAMED = re.compile(
    rf"{NUMBER}\s*关于(?P<about>(?:[^。,;:!?《》]|《[^》]*》){{1,60}})。?$"
    r"|关于(?P<told>[^。,;:!?《]{2,30}?)(?:,|(?<=规划|方案|问题|情况|工作))(?=会议|[一-鿿·]{2,4}(?:强调|指出|要求|表示))"
    r"|(?P<field>[^。,;:!?《]{2,24}?)工作方面,(?=会议)"
)
# 研究某问题,同意再议; 研究某事项,会议明确…
_HEARD = re.compile("会议听取了?[^,。]{2,30}汇报")
# 第一个议程,某局汇报某事
_ITEM_NUMBER = re.compile(
    r"第[一二三四五六七八九十]{1,3}(?:(?:个|项)?(?:议程|议题)(?:是|为)?[,:]?|项,)|议题[一二三四五六七八九十]{1,3}[:、]\s*|会议一是"
)
# 首先,会议传达了甲; 接着,听取了乙: the word only tells the place on the agenda
_NEXT = re.compile("(?:首先|其次|再次|接着|随后|然后|最后|此外|另外),")
_NEXT_BEGINS = frozenset("首其再接随然最此另")
_SAID = re.compile("强调|指出|要求|认为|表示|希望")
# 全会坚持以某思想为指导,深入贯彻某精神,听取和讨论了某报告
_IN_LIGHT = re.compile("(?:会议|全会|大会)(?:坚持|高举|全面贯彻|深入贯彻|认真贯彻)[^。]{8}")
_DID = re.compile(",(?=(?:听取|审议|讨论|研究|表决|总结|分析|通过)[^,。]{0,8}了)")
_AFTER_HEARING = re.compile("在?听取[一-鿿]{0,10}?(?:汇报|报告|介绍)后$")  # 会议在听取汇报后指出
_SPEECH_WITHIN = 70  # the longest that opens a speech, to the end of its word
_REPORTED_ON = re.compile("述|(?:就|对).{4,60}汇报")
_REPORTS = re.compile("作|做|进行")  # of which `patterns.reported` asks for one
_PREAMBLE = 600
_APART_WITHIN = 16
_IN_WITHIN = 6  # 会议还在传达甲时
_ABOUT = ("就", "对", "围绕")
_TOLD = re.compile("传达|通报|汇报|领学")
_GUIDES = ("贯彻", "贯彻落实")  # 会议深入贯彻某精神,听取…: in the light of it, not a matter


@lru_cache(maxsize=64)  # asked of a block's first sentence again and again
def speech(text: str) -> str | None:
    """Name who speaks when a sentence opens a stretch of speech (会议强调, 张三指出); None when it does not.

    Examples
    --------
    >>> speech("会议强调:"), speech("李建明指出,防汛是大事。"), speech("会议听取了汇报。")
    ('会议', '李建明', None)
    """
    if patterns.speech_words().search(text, 0, _SPEECH_WITHIN) is None:  # as most, and found fast
        return None
    found = patterns.speech_opening().match(text)
    if found is None:
        return None
    who = _AFTER_HEARING.sub("", found["who"])
    if _MEETING.fullmatch(who):
        return who
    return who if (found["then"] or found["told"]) and len(who) <= 12 else None


def residual(text: str) -> bool:
    """Say whether a sentence is about the other business (会议还研究了其他事项。).

    Examples
    --------
    >>> residual("会议还听取和研究了其他事项。"), residual("会议研究了其他企业的请示。")
    (True, False)
    """
    if len(text) > RESIDUAL_LONGEST or not any(map(text.__contains__, _OTHER)):
        return False
    text = _OTHER_TITLE.sub("", text, count=1)
    opening = _OPENING.match(text)
    if _SETTLES.match(text) or _REST.match(text):
        return True
    verbs = patterns.verb_group().match(text, opening.end() if opening else 0)
    return verbs is not None and RESIDUAL.match(text, verbs.end("verbs")) is not None


def head(sentence: Span, *, opens: bool = True) -> tuple[Matter, ...]:
    """Read the matters that a sentence opens (会议听取了…汇报, 在研究…时); none for any other sentence.

    Parameters
    ----------
    sentence
        The sentence, folded.
    opens
        Whether it begins a paragraph or follows such a sentence. Elsewhere only 会议 can be its subject:
        inside a speech 省委专题研究… tells of another meeting.

    Examples
    --------
    >>> text = "会议传达学习了全省信访会议精神,听取全市信访工作汇报,审议《某某规划》。"
    >>> [(m.acts, m.subject) for m in head(Span(0, len(text), text))]
    [(('relay', 'hear'), '全省信访会议精神;全市信访'), (('deliberate',), '《某某规划》')]
    >>> head(Span(0, 12, "会议强调,要学习贯彻好。"))
    ()
    """
    found = listed_below(sentence) or _opened(sentence, opens=opens)
    if not found and sentence.text[:1] in _NEXT_BEGINS:
        found = _next(sentence, opens=opens)
    other = len(found) > 1 and found[-1].acts == ("residual",)
    if other and all(_UNNAMED.fullmatch(m.subject) for m in found[:-1]):
        found = (found[-1]._replace(start=found[0].start),)  # 传达了有关通报,研究了其他事项
    return each_document(found, sentence) if found else ()


def _opened(sentence: Span, *, opens: bool) -> tuple[Matter, ...]:
    text = sentence.text
    number = _ITEM_NUMBER.match(text) if text.startswith(("第", "议题", "会议一")) else None
    if number is not None:
        return _numbered(sentence, number.end())
    apart = _set_apart(sentence) or (_named(sentence) or further(sentence) if opens else None)
    if apart is not None:
        return (apart,)
    if not opens and _BY_MEETING.match(text) is None:
        return ()
    opening = _OPENING.match(text)
    who = opening["who"] if opening is not None else None
    if who is not None and _SAID.search(who):  # 张三强调中心组学习是…
        return ()
    if not opens and (who is None or not _MEETING.match(who)):
        return ()
    if speech(text) is not None:
        return ()
    after = opening.end() if opening is not None else 0
    if (
        opening is not None and who is not None and _verbal(who, numbered=opening.start("who") > 0)
    ):  # 审议通过了市政协常委会议议程
        after, who = opening.start("who"), None
    begin = _states_at(text, after, who=who)
    if begin is None:
        return _by_members(sentence) if opens else ()
    return joined(_unguided(stated(statements(sentence), begin=sentence.start + begin)))


def _next(sentence: Span, *, opens: bool) -> tuple[Matter, ...]:
    """Read what stands behind a word that only tells its place: 首先,会议传达了甲."""
    order = _NEXT.match(sentence.text)
    if order is None or order.end() == len(sentence.text):
        return ()
    rest = Span(sentence.start + order.end(), sentence.end, sentence.text[order.end() :])
    found = _opened(rest, opens=opens)
    return (found[0]._replace(start=sentence.start), *found[1:]) if found else ()


def _numbered(sentence: Span, begin: int) -> tuple[Matter, ...]:
    """Read an item of the agenda behind its number; the clause names the matter where no verb states it."""
    rest = Span(sentence.start + begin, sentence.end, sentence.text[begin:])
    found = head(rest) if rest.text else ()
    if not found and rest.text:
        clause = statements(rest)[0]
        told = patterns.verb_group().match(clause.text) or patterns.by_people().match(clause.text)
        verbs, at = (told["verbs"], told.end()) if told is not None else ("", 0)
        found = (matter_of(clause, verbs, subject_of(clause.text[at:])),)
    return (
        (found[0]._replace(start=sentence.start, acts=found[0].acts or ("unstated",)), *found[1:])
        if found
        else ()
    )


def _named(sentence: Span) -> Matter | None:
    """Read 关于某事,会议要求, which names the matter it speaks to."""
    opening = sentence.text[:32]
    named = "关于" in opening[:8] or "工作方面," in opening
    found = _NAMED.match(sentence.text) if named else None
    subject = subject_of(found["about"] or found["told"] or found["field"]) if found is not None else ""
    if found is None:
        return None
    heard = _HEARD.match(sentence.text, found.end())
    rest = Span(sentence.start + found.end(), sentence.end, sentence.text[found.end() :])
    if not found["about"] and heard is None and (stated_too := head(rest)):
        return stated_too[0]._replace(start=sentence.start)
    if not has_topic(subject):
        return None
    acts: tuple[Act, ...] = ("hear",) if heard is not None else ("unstated",)
    return Matter(start=sentence.start, end=sentence.end, acts=acts, verb=None, subject=subject)


def _verbal(who: str, *, numbered: bool) -> bool:
    """Say whether what seems the subject is a verb and the start of its object: 一、传达某小组会议精神."""
    found = None if _MEETING.match(who) else patterns.verb_group().match(who)
    return found is not None and (numbered or found["done"] is not None)


def _unguided(found: list[Matter]) -> list[Matter]:
    """Leave out what only guides: 深入贯彻某精神, before what the meeting did."""
    first = next((n for n, m in enumerate(found) if m.verb not in _GUIDES), 0)
    return found[first:]


def _states_at(text: str, begin: int, *, who: str | None) -> int | None:
    """Find where the verb of a head stands: first, or after the way in which the meeting went about it."""
    if _states(text, begin, who=who):
        return begin
    announced = patterns.agenda_announced().match(text)
    if announced is not None:
        return announced.end()
    if _IN_LIGHT.match(text) is not None:
        did = _DID.search(text, 0, _PREAMBLE)
        if did is not None:
            return did.end()
    following = patterns.held_next().match(text)
    if following is not None and _states(text, following.end(), who="会议"):
        return following.end()
    found = patterns.way().match(text, begin) if who is not None else None
    return found.end() if found is not None and _states(text, found.end(), who=who) else None


def _states(text: str, begin: int, *, who: str | None) -> bool:
    verbs = patterns.verb_group().match(text, begin)
    if verbs is None or NO_VERB.match(text, verbs.start("verbs")) or REFERS.match(text, verbs.end()):
        return False
    if _goes_on(text, verbs) and not _RESOLVES.match(text, verbs.start("verbs")):
        return False
    return who is not None or is_agenda_line(text, verbs)


def _goes_on(text: str, verbs: re.Match[str]) -> bool:
    """Say whether a verb has no object of its own: 会议决定,…; 会议听取汇报,…; 会议确定以下措施."""
    short = _SHORT.match(text, verbs.end())
    if short is not None and not has_topic(short["object"] or ""):
        return True
    return _GOES_ON.match(text, verbs.start("verbs")) is not None


def _by_members(sentence: Span) -> tuple[Matter, ...]:
    """Read what others than the meeting did: its members, a lecturer."""
    told = _by_people(sentence) or _told(sentence)
    taught = None if told else lecture(sentence)
    return told or ((taught,) if taught is not None else _then(sentence) or in_reporting(sentence))


def _by_people(sentence: Span) -> tuple[Matter, ...]:
    """Read what members of the meeting did: 区长张三通报了…, 张三在讲话中总结了…."""
    found = patterns.by_people().match(sentence.text)
    if found is None or NO_PEOPLE.search(found["who"]):
        return ()
    if found["done"] is None and not (_TOLD.fullmatch(found["verbs"]) and ENDS.search(sentence.text)):
        return ()
    return joined(stated(statements(sentence), begin=sentence.start + found.start("verbs")))


def _told(sentence: Span) -> tuple[Matter, ...]:
    """Read what a member reports, and what the meeting did then: 张三作了甲的说明;通过了乙."""
    if not _REPORTS.search(sentence.text):  # as most
        return ()
    first, *others = statements(sentence)
    if others and first.text == "会上," and _REPORTED_ON.search(others[0].text):
        first, *others = others
    return joined([*told, *stated(others)]) if (told := reported(first)) else ()


def _then(sentence: Span) -> tuple[Matter, ...]:
    """Read what follows, behind a semicolon, what a member did: 会上,张三作了发言;通过了甲;通过了乙."""
    if not sentence.text.startswith("会上") or ";" not in sentence.text:
        return ()
    parts = statements(sentence)
    behind = (n for n, part in enumerate(parts[:-1], 1) if part.text.endswith(";"))
    for begin in behind:
        verbs = patterns.verb_group().match(parts[begin].text)
        if verbs is not None and verbs["done"]:
            return joined(stated(parts[begin:]))
    return ()


def _set_apart(sentence: Span) -> Matter | None:
    """Read 在传达学习甲时 and 就乙进行了部署, where the matter does not follow its verb."""
    if not APART.search(sentence.text, 0, _APART_WITHIN):
        return _title_line(sentence) if sentence.text[0] == "【" else None
    text = sentence.text
    for found in (
        patterns.while_doing().match(text) if "在" in text[:_IN_WITHIN] else None,
        patterns.about().match(text) if any(map(text.__contains__, _ABOUT)) else None,
    ):
        subject = subject_of(found["object"]) if found is not None else ""
        if found is not None and subject and has_topic(subject):
            return matter_of(sentence, found["verbs"] + also(found["object"]), subject)
    return _title_line(sentence)


def _title_line(sentence: Span) -> Matter | None:
    """Read a line 关于某事 or 【某事】 that heads what follows."""
    found = _TITLE_LINE.match(sentence.text)
    subject = subject_of(found["about"] or found["title"]) if found is not None else ""
    if found is None or not has_topic(subject):
        return None
    rest = Span(sentence.start + found.end(), sentence.end, sentence.text[found.end() :])
    stated_too = head(rest) if rest.text else ()
    if stated_too:
        return stated_too[0]._replace(start=sentence.start)
    return Matter(start=sentence.start, end=sentence.end, acts=("unstated",), verb=None, subject=subject)
