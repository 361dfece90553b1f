"""A matter on the agenda as one clause states it, and what two stretches of text have in common."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple, cast

from readout_nlp.readouts import patterns
from readout_nlp.readouts.readout import Act
from readout_nlp.readouts.sources import organs
from readout_nlp.readouts.spans import Span
from readout_nlp.reference.acts import act_table

# two at a time from the first character of each run, and from the second
_PAIRS = re.compile("[一-鿿]{2}"), re.compile("(?<=[一-鿿])[一-鿿]{2}")
_LATIN = re.compile(r"[A-Za-z]+[\d.]*|(?<!\d)\d+(?:[·.+]\d+)+")
_ASCII = re.compile("[0-9A-Za-z]")
_TITLE = re.compile(r"《[^》]{2,}")
CONSEQUENCE = re.compile(
    "根据|以[^,。;]{2,14}名义|设立|将|把|按|对|给予|予以|报请?|提请|由|适时|成立[^,。;]{0,8}(?:专班|小组)|[印下颁]发|修改|实施|请(?!示)|采用|采取|面向|采纳|补充"
)  # 听取征求意见情况,决定根据意见修改
# 研究甲,决定将乙列为重点项目: another matter, unless it is the one that was studied
_RAISED = re.compile("(?:将|把)(?P<what>[^,。;]{4,40}?)(?:列为|列入|纳入|作为|命名为|确定为|更名为)")
_COMMENDS = re.compile("[^,。;《]{4,60}(?:给予|予以)(?:通报)?(?:表扬|表彰|嘉奖|奖励)")
_AGREES = ("同意", "原则同意")
_CALLED = re.compile("召开|举行")  # another meeting is a matter of its own
_AGENDA = re.compile("议程|日程|召开")
_ANSWERS = re.compile("(?:措施|对策|举措|办法|思路)[。,;]?$")  # 分析形势,研究对策
_SPIRIT = re.compile("精神|讲话|指示|批示|通报|》")
_EPIDEMIC = ("防控", "疫情防控", "当前防控", "下一步防控", "下一阶段防控")  # 分析疫情形势,部署防控工作
_CARRIES_OUT = re.compile(
    "[^,。;《]{0,12}?(?:学习|宣传){0,2}(?:贯彻|落实)[^,。;《]{0,8}(?:意见|措施|打算|举措|方案|办法|事宜|工作|要求)?[。,;]?"
)
_HOW = re.compile(
    "(?:具体|有关|相关|下一?步|应对|解决|改进|整改){1,2}的?(?:工作)?(?:措施|对策|举措|办法|思路|意见)[。,;]?"
)
_NEXT_STEPS = re.compile("(?:好|全[省市区县州旗])?(?:下|当前|今后|近期)[^,。;《]{0,8}?(?:工作|任务)[。,;]?")
_DRAFTS = re.compile("[^、;]{4,}(?:草案|稿)\\)[、,和]")
_THE_SAME = re.compile("(?:上述|以上|该|这些|此项|报告|方案|草案|送审稿|讨论稿)(?!制度|机制|情况)")
_OF_ORGAN = re.compile(".*(?:人大|政协|政府|党委|[省市县区州旗地]委|会议|全会|大会)")
_HEARD_BEHIND = 0.75  # what a paper and a report behind it share at least, to be one matter
_WHOSE = 40  # characters that may tell it
_FIELD = 4  # characters that name a field of work
_FIELD_WITHIN = 300  # characters in which it is looked for
# 听取甲汇报,分析存在的短板; 研究甲,听取农业部门情况介绍
_OF_IT = re.compile(
    "(?:了|当前|目前)*存在的?(?:主要|突出)?(?:短板|困难|问题|不足|差距)[。,;]?|(?:[一-鿿]{2,6})?部门情况介绍[。,;]?"
)
_TAIL = 60  # characters in which the grammar of an object ends
_TRIM_LEFT = re.compile(r"(?:了|关于|有关|对|就|:|,|\s)+")
_TRIM_RIGHT = re.compile(
    r"(?=[工情的专汇报,;。:、\s])(?:(?:工作)?(?:情况)?的?(?:专题)?(?:汇报|报告)(?:和|及|以及|强调|指出|要求)?|[,;。:、\s])+$"
)
_CLOSES = ("汇报", "报告", "和", "及", "强调", "指出", "要求")  # ends whatever is trimmed, but for marks
_SETS_TASKS: tuple[tuple[Act, ...], ...] = (("deploy",), ("deliberate", "deploy"))


class Matter(NamedTuple):  # many a page: in half the time of a frozen dataclass
    """One matter: where its statement begins and ends, what was done with it, and what it is about."""

    start: int
    end: int
    acts: tuple[Act, ...]
    verb: str | None
    subject: str
    apart: bool = False  # a semicolon parts it from the matter before

    @property
    def relays(self) -> bool:
        """Whether what was done first with it is to pass on what others said."""
        return self.acts[:1] == ("relay",)

    @property
    def deployed(self) -> bool:
        """Whether all that was done with it is to set tasks: 部署, 研究部署."""
        return self.acts in _SETS_TASKS

    @property
    def titled(self) -> bool:
        """Whether the subject names a document by its title."""
        return "《" in self.subject and _TITLE.search(self.subject) is not None

    @property
    def about(self) -> Mapping[str, int]:
        """What the subject is about (see `topic`)."""
        return topic(self.subject)


@lru_cache(maxsize=1024)  # a few hundred groups of verbs open nearly all matters
def acts_of(verbs: str) -> tuple[Act, ...]:
    """Give the acts of a verb group, each once, in order.

    Examples
    --------
    >>> acts_of("听取和研究"), acts_of("审议并原则通过")
    (('hear', 'deliberate'), ('approve',))
    """
    found = (act for verb in patterns.single_verb().findall(verbs) for act in act_table()[verb])
    return cast(tuple[Act, ...], tuple(dict.fromkeys(found)))


def subject_of(text: str) -> str:
    """Take the grammar off a verb's object: what is left names the matter.

    Examples
    --------
    >>> subject_of("了关于防汛工作情况的汇报。"), subject_of("《某某条例》,")
    ('防汛', '《某某条例》')
    """
    grammar = _TRIM_LEFT.match(text)
    begun = text[grammar.end() :] if grammar is not None else text
    tail = begun[-_TAIL:].rstrip(",;。:、")
    closed = tail.endswith(_CLOSES) or tail[-1:].isspace()
    return begun[:-_TAIL] + (_TRIM_RIGHT.sub("", tail) if closed else tail)


def matter_of(span: Span, verbs: str, subject: str) -> Matter:
    """Make the matter of a stretch of text from its verbs and its object."""
    return Matter(start=span.start, end=span.end, acts=acts_of(verbs), verb=verbs, subject=subject)


def merged(first: Matter, second: Matter) -> Matter:
    """Make one matter of two statements of it: the acts of both in order, the first's verb."""
    added = () if implied(second, after=first) else second.acts
    acts = tuple(dict.fromkeys((*first.acts, *added)))
    subject = first.subject if first.subject == second.subject else f"{first.subject};{second.subject}"
    return first._replace(end=max(first.end, second.end), acts=acts, subject=subject.strip(";"))


@lru_cache(maxsize=256)  # the stages of one page ask of the same subjects and blocks
def topic(text: str) -> Mapping[str, int]:
    """Count the pairs of neighbouring characters that tell what a text is about.

    Words that every agenda uses (工作, 汇报, 精神, 全市) are taken out first, so that a text without a matter
    of its own gives an empty count.

    Examples
    --------
    >>> sorted(topic("关于全市防汛抗旱工作情况的汇报")), topic("下一阶段重点工作")
    (['抗旱', '汛抗', '防汛'], {})
    """
    left = _own_words(text)
    even, odd = _PAIRS
    found = even.findall(left) + odd.findall(left)
    if _ASCII.search(left):
        found += _LATIN.findall(left)
    counts = dict.fromkeys(found, 1)
    if len(counts) < len(found):  # as of few subjects
        return Counter(found)
    return counts


@lru_cache(maxsize=256)
def _own_words(text: str) -> str:
    return patterns.generic_words().sub(" ", text)


def times(pair: str, text: str) -> int:
    """Count one pair as `topic` does, without all the others of a long text.

    Examples
    --------
    >>> times("防汛", "全市防汛工作,防汛抗旱"), times("抗旱", "全市防汛工作")
    (2, 0)
    """
    at = text.find(pair)
    if at < 0:
        return 0
    if pair[0] < "一" or pair[0] == pair[1]:  # a Latin word, or a pair that may overlap itself
        return topic(text).get(pair, 0)
    found = 0
    while at >= 0:  # sentence by sentence: no word that is taken out goes across a full stop
        end = text.find("。", at)
        end = end if end >= 0 else len(text)
        found += _own_words(text[text.rfind("。", 0, at) + 1 : end]).count(pair)
        at = text.find(pair, end)
    return found


def has_topic(text: str) -> bool:
    """Say whether a text has a matter of its own: whether `topic` counts anything.

    Examples
    --------
    >>> has_topic("关于全市防汛抗旱工作情况的汇报"), has_topic("下一阶段重点工作")
    (True, False)
    """
    return bool(topic(text))


def shared(subject: Mapping[str, int], other: Mapping[str, int]) -> float:
    """Give the share of a subject's pairs that another text holds, 0 to 1; 0 for an empty subject.

    Examples
    --------
    >>> shared(topic("防汛抗旱"), topic("全力防汛"))
    0.3333333333333333
    """
    return len(subject.keys() & other.keys()) / len(subject) if subject else 0.0


def shared_both(one: Mapping[str, int], other: Mapping[str, int]) -> tuple[float, float]:
    """Give `shared` of one in another and of that in the one, with one look at what they have in common.

    Examples
    --------
    >>> shared_both(topic("防汛抗旱"), topic("全力防汛"))
    (0.3333333333333333, 0.3333333333333333)
    """
    common = len(one.keys() & other.keys())
    return (common / len(one), common / len(other)) if common else (0.0, 0.0)


def implied(second: Matter, *, after: Matter) -> bool:
    """Say whether a statement is part of the act before it: how to carry out what was relayed.

    Examples
    --------
    >>> relayed = Matter(start=0, end=9, acts=("relay",), verb="传达", subject="全省信访会议精神")
    >>> further = Matter(start=9, end=18, acts=("deliberate",), verb="研究", subject="我市贯彻意见")
    >>> merged(relayed, further).acts
    ('relay',)
    """
    if after.acts == ("relay",) and second.verb == "贯彻落实" and second.subject.endswith("要求"):
        return True
    if after.acts == second.acts == ("relay",) and (second.verb or "").startswith("研究贯彻"):
        return not has_topic(second.subject)  # 传达甲精神,研究贯彻落实工作
    if after.acts == ("relay",) and (second.acts == ("deliberate",) or second.deployed):
        return _CARRIES_OUT.fullmatch(second.subject) is not None
    if after.acts == ("hear",) and second.acts == ("deliberate",):
        return _HOW.fullmatch(second.subject) is not None  # 听取甲情况汇报,研究了具体措施
    return second.deployed and after.acts[-1] != "relay" and _NEXT_STEPS.fullmatch(second.subject) is not None


def _whose(first: str, second: str) -> str:
    """Give the words with which both subjects begin: they only say whose, or of what meeting, they are."""
    ours, theirs = first.lstrip("《").removeprefix("关于"), second.lstrip("《").removeprefix("关于")
    if ours[:1] != theirs[:1]:  # as most
        return ""
    pairs = zip(ours[:_WHOSE], theirs[:_WHOSE], strict=False)
    held = "".join(mine for mine, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    found = _OF_ORGAN.match(held)
    return found.group() if found is not None and len(held) < min(len(ours), len(theirs)) else ""


def _follows(second: Matter, *, after: Matter) -> bool:
    """Say whether a decision only settles the matter before it: 研究甲,决定对乙问责."""
    raised = _RAISED.match(second.subject)
    if raised is not None and not _THE_SAME.match(raised["what"]):
        return shared(topic(raised["what"]), after.about) > 0
    if after.acts == ("approve",) and _COMMENDS.match(second.subject):
        return shared(second.about, after.about) > 0
    if CONSEQUENCE.match(second.subject):
        return True
    if _CALLED.search(second.subject):  # 拟订会议议程,决定会议于某日召开
        return _AGENDA.search(after.subject) is not None and not second.titled
    discussed = not {"deliberate", "approve"}.isdisjoint(after.acts) and second.verb == "决定"
    return discussed and not second.titled


def _one_field(first: Matter, second: Matter) -> bool:
    """Say whether two matters name one field of work: 全省安全生产会议精神, 全市安全生产工作."""
    ours, theirs = first.subject[:_FIELD_WITHIN], second.subject[:_FIELD_WITHIN]
    runs = (theirs[n : n + _FIELD] for n in range(len(theirs) - _FIELD + 1))
    return any(run in ours and len(topic(run)) == _FIELD - 1 for run in runs)


def _relays(matter: Matter) -> bool:
    return matter.relays and _SPIRIT.search(matter.subject) is not None


def same_matter(first: Matter, second: Matter) -> bool:
    """Say whether two neighbouring clauses of one sentence state one matter.

    They do when the second names none of its own (部署下一阶段任务), when the first relays a speech or
    meeting without saying about what and the second, without a title, says it, or when both share what they
    are about. A verb said again (听取甲;听取乙) opens another.
    """
    ours, theirs = first.about, second.about
    if whose := _whose(first.subject, second.subject):
        ours, theirs = (topic(m.subject.replace(whose, " ")) for m in (first, second))
    if _THE_SAME.match(second.subject) and not second.titled:
        return True
    if second.apart and (theirs or first.verb == second.verb) and not implied(second, after=first):
        return False
    if second.verb == "观看" and not second.titled and first.acts[0] in ("hear", "relay"):
        return True  # 听取汇报,观看暗访短片: the film shows what is dealt with
    if "residual" in (*first.acts, *second.acts):
        return False
    if _OF_IT.fullmatch(second.subject):
        return True
    if first.acts == second.acts == ("decide",) and _CALLED.search(first.subject):
        return second.verb is not None and second.verb.startswith("选举")  # 决定召开代表会议,选举产生代表
    relays = _relays(first)
    if relays and second.titled and "approve" in second.acts and not _one_field(first, second):
        return False
    if relays and _relays(second) and organs(second.subject) - organs(first.subject):
        return False
    if implied(second, after=first):
        return True
    if not theirs or (second.acts == ("decide",) and _follows(second, after=first)):
        return True
    if first.acts[-1:] == ("analyse",) and not second.titled and _ANSWERS.search(second.subject):
        return second.acts == ("deliberate",) or second.deployed
    if "疫情" in first.subject and second.subject.startswith(_EPIDEMIC) and not second.titled:
        return True
    if second.acts == ("approve",) and not second.titled and CONSEQUENCE.match(second.subject):
        return True  # 审议甲,原则同意,由某局修改后印发
    if second.verb in _AGREES and not second.titled and not {"approve", "decide", "relay"} & set(first.acts):
        return True  # 研究甲,同意补充论证后再议
    if first.verb == second.verb or (first.acts == second.acts and first.acts[0] == "relay"):
        return False
    reported = first.acts[0] == "relay" and second.acts == ("hear",) and not second.titled
    if reported and _one_field(first, second):
        return True
    if first.acts[0] in ("hear", "relay") and second.acts == ("approve",) and _DRAFTS.search(second.subject):
        return False  # 通报甲要点,通过乙(草案)、丙(草案)
    if not ours:  # 传达某讲话精神,听取甲、乙汇报: the list is none of what was relayed
        listed = second.acts in (("hear",), ("deliberate",)) and "、" in second.subject
        return first.acts[0] == "relay" and not second.titled and not listed
    if _is_another_paper(first, second):
        return False
    # 审议《甲制度》,听取乙管理汇报: what is heard on a paper is heard first
    behind = first.titled and first.acts[-1] == "deliberate" and second.acts == ("hear",)
    return max(shared_both(ours, theirs)) >= (_HEARD_BEHIND if behind else 0.34)


def _is_another_paper(first: Matter, second: Matter) -> bool:
    """Say whether a paper follows a list of papers without it: 审议通过《甲》《乙》,书面审议《丙》."""
    listed, named = _TITLE.findall(first.subject), _TITLE.findall(second.subject)
    titles = bool(named) and second.subject.startswith("《")
    return len(listed) > 1 and titles and set(named).isdisjoint(listed)
