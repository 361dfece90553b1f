"""What a sentence opens: a matter with its acts, a stretch of speech, the other business, or nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from readout_nlp.readouts.matter import Matter, acts_of, merged, same_matter, subject_of, verb_group
from readout_nlp.readouts.spans import Span, clauses
from readout_nlp.reference.acts import verb_pattern
from readout_nlp.reference.agenda_words import agenda_words

_NUMBER = r"(?:第?[一二三四五六七八九十]{1,3}(?:[、.]|是(?=[一-鿿]))|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[.、])"
_BODY = (
    r"(?:会议|会上|全会|大会|例会|与会人员|与会同志|参会人员|大家|[一-鿿]{0,16}?"
    r"(?:常委会|政治局|常务会议?|领导小组|委员会|党组|中心组|党委|党工委)(?:会议)?)"
)
_MEETING = re.compile("会议|会上|全会|大会")
_BEFORE = (
    r"(?:(?:会前|会议?开始前|会议?召开前|会议?期间|会议?最后|会议第[一二三四五六七八九十]{1,2}项议题),?)"
)
_OPENING = re.compile(rf"(?:{_NUMBER}\s*)?{_BEFORE}?(?P<who>{_BODY},?)?")
_RESIDUAL = re.compile(
    r"了?(?:其[他它]|另外)(?:一些|几项)?(?:有关|相关|重要|重大)?(?:事项|工作|议题|内容|事宜|问题)"
)
# 会议通过视频形式召开: there 通过 is a preposition; 会议研究认为: there 研究 is an adverb.
_NO_VERB = re.compile(
    r"通过(?:视频|现场|电视|网络|线上|[^,。]{0,8}?(?:形式|方式))|[^,。]{0,4}(?:认为|指出|强调)"
)
_FINITE = re.compile(r"必须|就要|就是|要(?!求|素|点|闻|情)|是(?!否|非)")
_ENDS = re.compile(
    r"(?:精神|汇报|报告|方案|意见|办法|条例|规定|措施|要点|规划|计划|细则|通知|议题|事项|请示|讲话|情况|事宜|》|\))[,;。:]?$"
)
_TIME = re.compile(
    rf"(?:会议)?在(?P<verbs>{verb_pattern()})(?P<object>[^。]{{2,80}}?)(?:时|后|之后|过程中|的基础上),"
)
_ABOUT = re.compile(
    r"(?:会议)?(?:还|并|同时)?(?:就|对|围绕)(?P<object>[^。]{2,80}?)(?:作出|作了|做出|做了|进行|开展)了?(?:专题|具体|全面|再|认真|深入|充分)?"
    rf"(?P<verbs>{verb_pattern()})"
)


@cache
def _speech() -> re.Pattern[str]:
    words = "|".join(agenda_words("speech"))
    return re.compile(
        rf"(?:针对[^,。]{{2,30}},|就[^,。]{{2,40}},|(?:会上|会议最后|最后|同时|为此),)?"
        rf"(?P<who>会议|全会|大会|[一-鿿·]{{2,16}}?)(?:还|并|同时|进一步|特别|反复|再次|最后)?(?:{words})(?P<then>[,:]|$)?"
    )


def speech(text: str) -> str | None:
    """Name who speaks when a sentence opens a stretch of speech (会议强调, 张三指出); None when it does not.

    Examples
    --------
    >>> speech("会议强调:"), speech("李建明指出,防汛是大事。"), speech("会议听取了汇报。")
    ('会议', '李建明', None)
    """
    found = _speech().match(text)
    if found is None:
        return None
    who = found["who"]
    if who in ("会议", "全会", "大会"):
        return who
    return who if found["then"] and len(who) <= 12 else None


def residual(text: str) -> bool:
    """Say whether a sentence is about the other business (会议还研究了其他事项。).

    Examples
    --------
    >>> residual("会议还听取和研究了其他事项。"), residual("会议研究了其他企业的请示。")
    (True, False)
    """
    opening = _OPENING.match(text)
    verbs = verb_group().match(text, opening.end() if opening else 0)
    return verbs is not None and _RESIDUAL.match(text, verbs.end("verbs")) is not None and len(text) <= 40


def head(sentence: Span, *, opens: bool = True) -> tuple[Matter, ...]:
    """Read the matters that a sentence opens: 会议听取了…汇报, 审议《…》, 在研究…时; none for any other sentence.

    Parameters
    ----------
    sentence
        The sentence, folded.
    opens
        Whether it begins a paragraph or follows such a sentence. Elsewhere only 会议 can be its subject: inside
        a speech 省委专题研究… tells of another meeting.

    Examples
    --------
    >>> text = "会议传达学习了全省信访会议精神,听取全市信访工作汇报,审议《某某规划》。"
    >>> [(m.acts, m.subject) for m in head(Span(0, len(text), text))]
    [(('relay', 'hear'), '全省信访会议精神;全市信访'), (('deliberate',), '《某某规划》')]
    >>> head(Span(0, 12, "会议强调,要学习贯彻好。"))
    ()
    """
    text = sentence.text
    for pattern in (_TIME, _ABOUT):
        found = pattern.match(text)
        if found is not None and subject_of(found["object"]):
            subject = subject_of(found["object"])
            return (_matter(sentence, found["verbs"], subject),)
    opening = _OPENING.match(text)
    begin = opening.end() if opening else 0
    verbs = verb_group().match(text, begin)
    if verbs is None or _NO_VERB.match(text, verbs.start("verbs")) or speech(text) is not None:
        return ()
    if text[verbs.end("verbs") : verbs.end("verbs") + 1] in (",", ":", ""):
        return ()
    whole = opening is not None and opening["who"] is not None
    if not opens and (opening is None or not _MEETING.match(opening["who"] or "")):
        return ()
    if not whole and not _bare_head(text, verbs):
        return ()
    return joined(stated(list(clauses(sentence)), begin=sentence.start + begin))


def _bare_head(text: str, verbs: re.Match[str]) -> bool:
    """Accept a sentence without its subject only when it ends as an agenda line does, or its verb is in the past."""
    first = text.split(",", 1)[0]
    if _FINITE.search(first[verbs.end() :]) and "《" not in first:
        return False
    return verbs["done"] is not None or _ENDS.search(text) is not None


def _matter(span: Span, verbs: str, subject: str) -> Matter:
    return Matter(start=span.start, end=span.end, acts=acts_of(verbs), verb=verbs, subject=subject)


def stated(parts: list[Span], *, begin: int | None = None) -> list[Matter]:
    """Read one matter from every clause that begins with an act's verb; a clause without one goes on with the last.

    Parameters
    ----------
    parts
        The clauses of a sentence.
    begin
        Where the first clause's verb group stands, if not at its start.
    """
    found: list[Matter] = []
    for part in parts:
        offset = begin - part.start if begin is not None and part.start <= begin < part.end else 0
        verbs = verb_group().match(part.text, offset)
        if verbs is not None and not _NO_VERB.match(part.text, verbs.start("verbs")):
            subject = subject_of(part.text[verbs.end("verbs") :])
            found.append(_matter(part, verbs["verbs"], subject))
        elif speech(part.text) is not None or _FINITE.match(part.text):
            break
        elif found:
            subject = f"{found[-1].subject},{subject_of(part.text)}".strip(",")
            found[-1] = replace(found[-1], end=part.end, subject=subject)
    return found


def joined(found: list[Matter]) -> tuple[Matter, ...]:
    """Join neighbouring clauses that state one matter."""
    whole: list[Matter] = []
    for matter in found:
        if whole and same_matter(whole[-1], matter):
            whole[-1] = merged(whole[-1], matter)
        else:
            whole.append(matter)
    return tuple(whole)
