"""What a meeting did further: 会议还就甲作了安排, 张三还就乙提出要求."""

from __future__ import annotations

import re

from readout_nlp.readouts import patterns
from readout_nlp.readouts.matter import Matter, matter_of, subject_of, topic
from readout_nlp.readouts.spans import Span

# what was dealt with before: 全会通过的《建议》, 上述事项
REFERS = re.compile(
    "的(?!确)|事项(?:另|已)|[以之]?后,|(?:上述|以上|前述)(?:各项|几项|有关)?(?:事项|议题|汇报|情况|内容)"
    "|该(?:办法|方案|意见|请示|规划|条例|文件|规定|细则|计划|草案)[,。;]"
)
_ASKED = re.compile(
    r"(?:会议?最后,)?(?:会议|[一-鿿、·]{2,24}?还)(?:就|对)(?P<object>[^,。;:]{4,60}?)(?:提出?了?(?:明确|具体|工作|相关){0,2}要求|(?:进行|作)了再动员)"
)
_ARRANGED = re.compile(
    r"会议?最后,[一-鿿、·]{2,24}?(?:就|对)(?P<object>[^,。;:]{4,60}?)(?:作出?|做出?|进行)了?(?P<verbs>安排部署|部署安排|安排|部署)"
)

_OPENING = 80  # characters in which a sentence says that orders were given
_REPORTING = re.compile("[^,。:;会]{2,16}在(?P<verbs>通报|汇报)(?P<object>[^,。:;]{4,60})时(?:说|指出)[,:]")
# 张三在传达学习某会议精神时指出: what follows is on that
_CONVEYING = re.compile(
    "[一-鿿·]{2,4}在(?P<verbs>传达学习|传达|学习|听取|研究|审议)了?(?P<object>[^,。:;]{4,60}?)"
    "[时后](?:指出|强调|要求|说)[,:]"
)
_RESOLVED = re.compile("会议决定,(?=成立|设立|给予|授予|表彰|命名|对)")  # a paragraph of its own
_LECTURER = re.compile("教授|专家|研究员|讲师|老师")


def further(sentence: Span) -> Matter | None:
    """Read what a paragraph opens with that was done beside the agenda.

    Examples
    --------
    >>> text = "会议还就做好茶园防冻工作提出要求,要早盖草帘。"
    >>> found = further(Span(0, len(text), text))
    >>> found.acts, found.subject
    (('deploy',), '做好茶园防冻工作')
    """
    resolved = _RESOLVED.match(sentence.text) if sentence.text.startswith("会议决定") else None
    if resolved is not None:
        return matter_of(sentence, "决定", subject_of(sentence.text[resolved.end() :]))
    asked = sentence.text.startswith(("会议对", "会议就")) and "要求" in sentence.text[:_OPENING]
    if asked or "还" in sentence.text[:30] or "最后," in sentence.text[:5]:
        return _more_business(sentence) or _asked(sentence)
    told = _CONVEYING.match(sentence.text) if "在" in sentence.text[2:5] else None
    subject = subject_of(told["object"]) if told is not None else ""
    return matter_of(sentence, told["verbs"], subject) if told is not None and topic(subject) else None


def _more_business(sentence: Span) -> Matter | None:
    """Read 会议还就近期重点工作进行了安排: what was done further, though no matter is named."""
    found = (
        patterns.about().match(sentence.text) if sentence.text.startswith(("会议还就", "会议还对")) else None
    )
    if found is None or not found["object"].endswith(("工作", "任务")) or REFERS.search(found["object"]):
        return None
    return matter_of(sentence, found["verbs"], found["object"])


def _asked(sentence: Span) -> Matter | None:
    """Read 会议还就甲提出要求 and 会议最后,县长就甲作了安排: both give orders on a matter of their own."""
    found = _ASKED.match(sentence.text) or _ARRANGED.match(sentence.text)
    subject = subject_of(found["object"]) if found is not None else ""
    if not topic(subject) or REFERS.search(subject):
        return None
    return matter_of(sentence, "部署", subject)._replace(verb=None)


def lecture(sentence: Span) -> Matter | None:
    """Read 会议邀请某教授作某事专题辅导.

    Examples
    --------
    >>> text = "会议邀请某大学教授作茶园防冻辅导。"
    >>> lecture(Span(0, len(text), text)).subject
    '茶园防冻'
    """
    text = sentence.text
    found = patterns.lecture().match(text) if "请" in text[:8] or _LECTURER.search(text[:40]) else None
    if found is None:
        return None
    subject = subject_of(found["object"] or found["own"] or "") or text[:30]
    return matter_of(sentence, "学习", subject)._replace(verb=None)


def in_reporting(sentence: Span) -> tuple[Matter, ...]:
    """Read 张三在通报某情况时说: what a member reports, told by what he said.

    Examples
    --------
    >>> text = "县长在通报茶园防冻情况时说,草帘要早盖。"
    >>> in_reporting(Span(0, len(text), text))[0].subject
    '茶园防冻情况'
    """
    found = _REPORTING.match(sentence.text)
    if found is None or not topic(found["object"]):
        return ()
    return (matter_of(sentence, found["verbs"], subject_of(found["object"]))._replace(verb=None),)
