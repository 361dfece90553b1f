"""The clauses of a sentence, and the matters that they state."""

from __future__ import annotations

import re

from readout_nlp.readouts import patterns
from readout_nlp.readouts.matter import Matter, acts_of, matter_of, merged, same_matter, subject_of
from readout_nlp.readouts.spans import Span, clauses

RESIDUAL = re.compile(
    r"了?(?:[^,。其]{2,16}等)?(?:其[他它]|另外)(?:一些|几项)?(?:有关|相关|重要|重大)?(?:事项|工作|议题|内容|事宜|问题)"
)
RESIDUAL_LONGEST = 40
# 会议通过视频形式召开: there 通过 is a preposition; 会议研究认为: there 研究 is an adverb.
NO_VERB = re.compile(
    r"通过(?:分组|集体|充分|认真)?(?:讨论|审议),|通过(?:视频|现场|电视|网络|线上|[^,。]{0,8}?(?:形式|方式))|[^,。]{0,4}(?:认为|指出|强调)"
    r"|学习会(?:上|期间)?,"
)
FINITE = re.compile(r"必须|就要|就是|(?<![重主纪概摘首])要(?!求|素|点|闻|情)|是(?!否|非)")
ENDS = re.compile(
    r"(?:精神|汇报|报告|方案|意见|办法|条例|规定|措施|要点|规划|计划|细则|通知|议案|议题|事项|请示|讲话|情况|事宜|工作|人员|名单|"
    r"决定|决议|草案|》|\))[,;。:]?$"
)
NO_PEOPLE = re.compile("主持|出席|列席|参加|陪同|要求|强调|指出|表示|会议(?!上)")
APART = re.compile("[在就对围关]")
_FURTHER = re.compile(
    r"(?:及|以及|和)?(?P<object>(?:关于|[^,。;]{2,24}关于)[^。;]*(?:汇报|报告|说明)[,;。]?|[^。;]{2,80}(?:汇报|报告)[,;。]?)$"
)
_TWO_REPORTS = re.compile("(?:汇报|报告)(?:和|及|以及)")
_AND = ("和", "及", "以及")  # two reports are two matters; a list of them (甲的汇报、乙的汇报) is one
_REPORTED_TOO = re.compile("(?:情况|工作)的汇报[,;。]{0,2}$")  # 听取甲情况的汇报,乙情况的汇报
_SPIRIT = re.compile("(?:精神|讲话|指示|批示)[,;。]?$")
_MEETING = re.compile(
    "(?:会议|会上|全会|大会),?|(?:会议|全会|大会|并)?(?:(?:依照|按照|依)[^,。;:]{2,10})?以[^,。;:]{2,24}?(?:方式|形式)"
)
_AND_DID = re.compile("(?:汇报|报告|说明|通报|精神)并")
_DISCUSSED = re.compile(
    r"(?:并|还)?(?:对此|就此|会议)?(?:进行|展开|作)了(?:认真|充分|热烈|深入|专题|集体|全面|细致){0,2}(?:的)?"
    r"(?P<verbs>(?:讨论|研究|审议|分析|研讨|审查)(?:和|与|、)?(?:讨论|研究|审议|分析)?)[,;。]?$"
)
_SPEAKS = ("汇报强调,", "汇报指出,", "汇报要求,")  # what follows is said
_REPORTED = "明报告职法学廉"
_BARE_TITLE = re.compile(
    r"(?:关于)?《(?:决定|决议|建议|意见|方案|纲要|报告|规划|办法|草案)(?:\([^)]{2,6}\))?》"
)  # one already named
# 研究了甲,以及其他事项
_AND_OTHER = re.compile(
    "(?:以及|及|和|并)?其[他它](?:一些|几项)?(?:有关|相关|重要)?(?:事项|工作|议题|内容|事宜)[。;]?$"
)
_WHOLE = re.compile("(?P<object>.*)")
_SETTLED_AS = re.compile("(?:会议)?(?:议定|明确|决定|确定):[一1(]")
# 研究甲,对乙作了再强调: orders on another matter
_STRESSED = re.compile(
    "(?:并|还){0,2}[对就](?P<object>[^,。;:]{4,40}?)(?:(?:[作做]|进行)了再动员|[作做]了(?:再|重点|特别|反复)?(?:强调|提醒))[,;。]?$"
)
_TO_COME = re.compile("议程(?:主要)?(?:是|为|有|还有|包括)|主要议程")  # of another meeting


def statements(sentence: Span) -> list[Span]:
    """Cut a sentence into clauses, also before a further verb in a list: 讨论了甲、听取了乙."""
    found: list[Span] = []
    for part in clauses(sentence):
        if not _may_join(part.text):  # as most
            found.append(part)
            continue
        begin = 0
        for mark in patterns.joint_statement().finditer(part.text):
            found.append(Span(part.start + begin, part.start + mark.end(), part.text[begin : mark.end()]))
            begin = mark.end()
        found.append(Span(part.start + begin, part.end, part.text[begin:]))
    return found


def _may_join(text: str) -> bool:
    """Say whether a clause holds what `patterns.joint_statement` looks for, found sooner."""
    listed = 0 <= text.find("、") < text.rfind("了") or ("并" in text and "其" in text)
    return listed or ("报" in text and _TWO_REPORTS.search(text) is not None) or "说明" in text


def stated(parts: list[Span], *, begin: int | None = None) -> list[Matter]:
    """Read one matter from every clause that begins with an act's verb; other clauses go on with the last.

    Parameters
    ----------
    parts
        The clauses of a sentence.
    begin
        Where the first clause's verb group stands, if not at its start.
    """
    found: list[Matter] = []
    before = ""
    said = False  # 审定了甲,要求尽快印发;听取了乙
    for part in parts:
        again = before.endswith("的汇报,") and _REPORTED_TOO.search(part.text) is not None
        listed, joint, before = before.endswith(";"), again or before.endswith(_AND), part.text
        if begin is not None and part.end <= begin:
            continue
        inside = begin is not None and part.start <= begin < part.end
        offset = begin - part.start if begin is not None and inside else _subject(part)
        verbs = patterns.verb_group().match(part.text, offset)
        if found and _TO_COME.search(part.text):
            found[-1] = found[-1]._replace(end=part.end)
            break
        if found and _SETTLED_AS.match(part.text):  # 研究了甲,议定:一、…;二、…
            found[-1] = found[-1]._replace(end=part.end)
            break
        speaks = part.text[offset : offset + 1] in patterns.saying()
        if speaks and (patterns.said().match(part.text, offset) or FINITE.match(part.text, offset)):
            said = True
        titled = said and verbs is not None and part.text.startswith("了《", verbs.end("verbs"))
        titled = titled and FINITE.search(part.text) is None  # ,审议通过了《甲》
        if said and not titled and not (listed and (verbs["done"] if verbs is not None else _by_one(part))):
            continue
        said = bool(found) and verbs is not None and _wishes(part, verbs)
        if said:
            continue
        if verbs is not None and not NO_VERB.match(part.text, verbs.start("verbs")):
            matter = _stated(part, verbs)
            found.append(matter._replace(apart=True) if listed else matter)
            said = part.text.endswith(_SPEAKS)
        elif found:
            _go_on(found, part, listed=listed, joint=joint or part.text.startswith(_AND))
    return found


def _wishes(part: Span, verbs: re.Match[str]) -> bool:
    """Say whether a clause that begins with a verb is a wish: ,学习先进要成为大家的事."""
    if verbs["done"] or "《" in part.text or ENDS.search(part.text):
        return False
    return FINITE.search(part.text, verbs.end()) is not None


def _subject(part: Span) -> int:
    """Count the characters of the subject that a clause repeats: ,会议听取了甲."""
    found = _MEETING.match(part.text)
    return found.end() if found is not None else 0


def _stated(part: Span, verbs: re.Match[str]) -> Matter:
    other = len(part.text) <= RESIDUAL_LONGEST and ("其" in part.text or "另外" in part.text)
    if other and RESIDUAL.match(part.text, verbs.end("verbs")):
        return matter_of(part, verbs["verbs"], "其他事项")._replace(acts=("residual",))
    return _with_further(part, verbs) or matter_of(
        part, verbs["verbs"], subject_of(part.text[verbs.end("verbs") :])
    )


def _with_further(part: Span, verbs: re.Match[str]) -> Matter | None:
    """Read 听取了甲汇报并讨论了乙: one matter of two acts."""
    joint = _AND_DID.search(part.text, verbs.end()) if "并" in part.text else None
    further = patterns.verb_group().match(part.text, joint.end()) if joint is not None else None
    if joint is None or further is None or not further["done"]:
        return None
    first = matter_of(part, verbs["verbs"], subject_of(part.text[verbs.end("verbs") : joint.start() + 2]))
    return merged(first, matter_of(part, further["verbs"], subject_of(part.text[further.end() :])))


def _go_on(found: list[Matter], part: Span, *, listed: bool, joint: bool) -> None:
    """Read a clause that no verb opens: a further report, 并对某事进行部署, or the rest of the last."""
    last = found[-1]
    if (discussed := _DISCUSSED.match(part.text)) is not None:  # 听取了甲的汇报,并进行了讨论
        acts = tuple(dict.fromkeys((*last.acts, *acts_of(discussed["verbs"]))))
        found[-1] = last._replace(end=part.end, acts=acts)
        return
    further = _FURTHER.match(part.text) if joint and "hear" in last.acts else None
    if last.acts == ("relay",) and listed and _SPIRIT.search(part.text) and not last.titled:
        further = _WHOLE.match(part.text)
    if "其" in part.text and _AND_OTHER.match(part.text):
        found.append(matter_of(part, "", "其他事项")._replace(acts=("residual",), verb=None))
        return
    apart = aside(part) or _by_one(part) or next(iter(reported(part)), None)
    if further is not None:
        start = part.start + further.start("object")
        found.append(last._replace(start=start, end=part.end, subject=subject_of(further["object"])))
    elif apart is not None:
        found.append(apart._replace(apart=True) if listed else apart)
    elif ENDS.search(part.text) or "《" not in last.subject:
        found[-1] = last._replace(end=part.end, subject=f"{last.subject},{subject_of(part.text)}".strip(","))


def joined(found: list[Matter]) -> tuple[Matter, ...]:
    """Join neighbouring clauses that state one matter."""
    if len(found) < 2:
        return tuple(found)
    whole: list[Matter] = []
    last: Matter | None = None
    for matter in found:
        if whole and last is not None and same_matter(last, matter):
            whole[-1] = merged(whole[-1], matter)
        else:
            whole.append(matter)
        last = matter if matter.about or last is None else last
    return tuple(whole)


def _by_one(part: Span) -> Matter | None:
    """Read a clause of which a member is the subject: ,县长张三汇报了某事."""
    found = patterns.by_people().match(part.text)
    done = found is not None and (found["done"] is not None or part.text.startswith("《", found.end()))
    if found is None or not done or NO_PEOPLE.search(found["who"]):
        return None
    return matter_of(part, found["verbs"], subject_of(part.text[found.end() :]))


def reported(part: Span) -> tuple[Matter, ...]:
    """Read 副市长张三作了某条例的说明."""
    found = patterns.reported().match(part.text) if part.text.rstrip(",;。")[-1:] in _REPORTED else None
    if found is None or NO_PEOPLE.search(found.group()[: found.start(found.lastgroup or 0)]):
        return ()
    subject = subject_of(found["object"] or found["about"] or found["account"])
    if _BARE_TITLE.match(subject):
        return ()
    return (matter_of(part, "听取", subject)._replace(verb=None),)


def aside(part: Span) -> Matter | None:
    """Read a clause 并对某事进行部署, whose matter stands before its verb."""
    found = patterns.about().match(part.text) if APART.search(part.text[:4]) else None
    stressed = _STRESSED.match(part.text) if found is None and part.text[0] in "并还对就" else None
    if stressed is not None:
        return matter_of(part, "部署", subject_of(stressed["object"]))._replace(verb=None)
    return matter_of(part, found["verbs"], subject_of(found["object"])) if found is not None else None


def also(text: str) -> str:
    """Give the further verbs of 在传达学习甲并听取乙后."""
    found = (patterns.single_verb().match(text, mark.end()) for mark in re.finditer("[并,]", text))
    return "".join(f"、{verb.group()}" for verb in found if verb is not None)
