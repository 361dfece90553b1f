"""The lead: the paragraph that convenes the meeting and lists what it dealt with."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass

from readout_nlp.readouts import patterns
from readout_nlp.readouts.documents import placed
from readout_nlp.readouts.heads import head, speech
from readout_nlp.readouts.matter import Matter, has_topic, implied, shared, topic
from readout_nlp.readouts.personnel import joined_offices
from readout_nlp.readouts.sources import organs
from readout_nlp.readouts.spans import Span, clauses, sentences
from readout_nlp.readouts.statements import ENDS, aside, stated, statements
from readout_nlp.readouts.unmarked import unmarked

_CONVENES = re.compile(
    r"(?:召开|举行|主持|开会)[^。]{0,80}?(?:会议|常委会|全会|学习会|扩大会|例会|座谈会|推进会|调度会|办公会|党组会|专题会|报告会|大会|会(?=[,。;]))"
    r"|(?:会议|常委会|全会|学习会|例会|常务会|党组会|专题会|推进会|大会)(?:\([^)]{1,8}\))?,?"
    r"(?:在[^,。]{1,12}|于[^,。于议]{1,24}?|(?:(?:20\d\d年)?\d{1,2}月)?\d{1,2}日(?:上午|下午)?|[昨今][天日](?:上午|下午)?|日前|近日){0,2}(?:召开|举行)"
    r"|召开[^。,]{0,30}(?:会议|会)|中心组[^。,]{0,10}(?:开展|进行|组织|举[办行])[^。,]{0,16}(?:学习|研讨)"
    r"|(?:主持|举行|开展|进行|组织)[^。,]{0,16}中心组[^。,]{0,12}(?:学习|研讨)"
    r"|(?:进行|开展|举行)了?[^。,]{0,12}第[一二三四五六七八九十\d]{1,4}次[^。,]{0,6}学习|共同参加[^。,]{0,40}学习会"
)
# 省委常委扩大会议专题传达学习某讲话: the meeting is the subject of what it did
_ITSELF = re.compile(
    r"^[^,。]{4,16}[,\s](?:今[天日])?[^,。;:\s的]{0,6}?[省市县区州旗盟]委常委会?"
    r"(?:\([^)]{1,6}\)|扩大)?会议(?:专题|集中|认真){0,2}(?=传达|学习)"
)
_HELD = re.compile(
    "召开|举行|主持|开会|中心组|次集体学习|共同参加|委常委"
)  # one of them stands in whatever convenes, and is found fast
_PRESIDES = re.compile(r"主持(?:会议|召开|并讲话|会议并讲话)?[,。;]?")
_LIST = re.compile(
    r"(?P<list>.+?)等(?:\d+|[一二三四五六七八九十])?(?:项|个|方面|重点|专项|重要|有关|相关|一系列)*(?:工作|事项|事宜|议题|文件|问题|会议|讲话|指示|批示|要求)*(?:推进|进展|开展)?(?:情况)?的?(?:汇报|报告|精神|工作|方案|意见)?$"
)
_EVENTS = (
    *("精神", "讲话", "指示", "批示", "会议", "全会", "通报", "要求", "论述", "文章", "贺信", "回信", "报告"),
    *("座谈会", "推进会", "动员会", "部署会", "》"),
)
_JOINS = re.compile("、|和|及|以及")
_OF_OTHERS = re.compile("总书记|国家主席|总理")
_JOINED = re.compile("、|和|及|等|》《")  # one stands in every list; not as a class: found sooner
_JOINT = re.compile("^(?:以及|及|和|、)+")
_ATTENDED = re.compile(
    r"[(\[【应实出现摄图](?:(?<=\()[^)]*(?:现场|图|摄)\)$|(?<=[\[【])(?:详细内容|查看全文|阅读全文)"
    r"|(?:(?<=[应实])到|(?<=应)出席|(?<=出)席(?:这次|本次|此次|会议|全会|预备会议)?)[^。,]{0,24}\d+[人名]"
    r"|(?<=现)场。?(?:\([^)]*\))?$|(?<=[摄图])\)?$)"
)
_SILENCE = re.compile("(?:与会|参会|全体)[^。]{0,50}默哀|起立,")  # before what was dealt with
_HELD_BY = re.compile(
    r"会议(?:通过|以|采取)[^。]{0,20}(?:形式|方式)|等[^,。]{0,10}(?:出席|列席|参加)。$|出席并(?:分别)?发言|(?:出席|列席|参加)了?(?:会议|[^。,]{0,6}(?:学习会|研讨会|例会|全会|集体学习))"
)
_PERSON = re.compile("[^;:。]{0,16}(?:书记|[长员师]|主任|主席|常委)[一-鿿·]{0,4}")  # 区委书记, 区长张三
_CHAIRED = re.compile("[^,。;]{2,24}主持(?:会议|召开)?,")  # 县委书记张三主持会议,听取…
_LONGEST_NAME = 16
_LONGEST_LIST = 600  # characters of a list of people
# the form at the head or the foot of minutes
_FORM = re.compile(
    r"(?:会议)?(?:时间|地点|(?:主要)?(?:议题|内容)|记录)(?:如下)?:[^。;]{0,30}$|(?:主持人?|出席|列席|参会|参加|缺席|请假|记录)(?:人员?|领导|单位)?:"
)
_WORD = re.compile("[一-鿿]{2}")
_SITS = re.compile("会|出席")
_COUNTED = re.compile(
    r"(?:这次|本次|此次)?会议(?:共|一共|主要|先后)?(?:[一-鿿]{2,6}了?)?(?:[一二三四五六七八九十]{1,3}|\d{1,2})(?:个|项)(?:议题|议程|事项)(?:,(?:主要|分别|依次)?(?:有|是|为|如下))?[。:;]?"
    r"|会议分[一二三四五六七八九十]{1,2}(?:个|项)(?:议程|议题|阶段)(?:进行)?[,:。]?|【第[一二三四五]阶段】"
)
_GUIDES = re.compile(r"[,\s]*(?:深入|全面|认真|坚决)(?:学习)?(?:宣传)?贯彻")
_CARRIED_OUT = re.compile("(?:深入|全面|认真|坚决|切实|严格)(?:贯彻)?落实")
_CARRIES_ON = re.compile(
    "(?:认真|坚决|全面|切实|扎实|深入)?(?:抓好|抓)?(?:贯彻)?落实(?!情况|工作|报告|方案)|并?(?:紧密)?(?:结合|联系)[^,。;]{0,16}实际"
)  # ,落实省委要求
_TASK = re.compile("(?:会议|大会|全会)的?主要任务是")
_ASIDE = re.compile("并?(?:还|同时)?[就对].{4,60}(?:研究|讨论|部署|安排)[,。;]?$")  # 并就甲作出安排
_AIMS = re.compile("为[^,。;]{2,30}(?:做好?|作好?|打好?|奠定)[^,。;]{0,6}(?:准备|基础)")
_STRESSES = re.compile("(?:并|会议)?(?:强调|指出)")
_TITLES = re.compile("》《")
_MOST_CLAUSES = 200  # more than any lead lists
_POLITBURO = re.compile("中央政治局(?:常委会|常务委员会)?会议")
LISTED = 3  # the matters of a clause that lists what was dealt with
_MOST_GUIDES = 4
_DERIVED = 0.9  # the share of one relayed matter that the next holds when it only relays it further
_LEAD_WITHIN = 6
_MOST_EVENTS = 60


@dataclass(frozen=True, slots=True)
class Lead:
    """Where the lead paragraph stands among the paragraphs, and the matters it lists, in order.

    `groups` says which clause each matter was listed in: a list 听取甲、乙、丙等汇报 is one group.
    """

    index: int
    sentence: Span
    matters: tuple[Matter, ...]
    groups: tuple[int, ...]


def group_sizes(lead: Lead) -> dict[int, int]:
    """Count, for the id of each matter of a lead, the matters of its clause."""
    sizes = Counter(lead.groups)
    return {id(m): sizes[group] for m, group in zip(lead.matters, lead.groups, strict=True)}


def convenes(text: str) -> bool:
    """Say whether a sentence convenes a meeting.

    Examples
    --------
    >>> convenes("3月2日,县委常委会召开会议。"), convenes("本周有雨。")
    (True, False)
    """
    return _HELD.search(text) is not None and (
        _CONVENES.search(text) is not None or _ITSELF.match(text) is not None
    )


def find_lead(parts: list[Span]) -> Lead | None:
    """Find the lead among the first paragraphs: the first whole sentence that convenes a meeting."""
    for index, part in enumerate(parts[:_LEAD_WITHIN]):
        first = next((s for s in sentences(part) if convenes(s.text)), None)
        if first is None or (
            first.text[-1] not in "。!?;:"
            and len(parts) > index + 1
            and "," not in first.text
            and not unmarked(first)
        ):
            continue
        matters, groups = _listed(first)
        if not matters:
            first, matters, groups = _own(first, part)
        return Lead(index, first, matters, groups)
    return None


def _own(first: Span, part: Span) -> tuple[Span, tuple[Matter, ...], tuple[int, ...]]:
    """Give the page's own meeting behind another's, or the chair's sentence where that holds the list."""
    later = (s for s in sentences(part) if s.start > first.start and convenes(s.text))
    own = next(later, first)
    matters, groups = _listed(own)
    if _OF_OTHERS.search(first.text) or (len(matters) > 1 and _CHAIRED.match(own.text)):
        return own, matters, groups
    return first, (), ()


def _parts(sentence: Span) -> list[Span]:
    """Cut a lead into clauses, also behind the meeting that is itself the subject of what it did."""
    itself = _ITSELF.match(sentence.text) if "委常委" in sentence.text else None
    if itself is None:
        return [part for cut in unmarked(sentence) for part in statements(cut)] or statements(sentence)
    rest = Span(sentence.start + itself.end(), sentence.end, sentence.text[itself.end() :])
    return [Span(sentence.start, rest.start, itself.group()), *statements(rest)]


def _listed(sentence: Span) -> tuple[tuple[Matter, ...], tuple[int, ...]]:
    """Read the matters of the lead sentence, lists taken apart."""
    parts = _parts(sentence)
    # once a beginning of the sentence convenes, every longer one does: halving finds the first
    opened = bisect_left(parts, True, key=lambda p: convenes(sentence.text[: p.end - sentence.start]))
    matters: list[Matter] = []
    groups: list[int] = []
    stressed = parted = False
    tasks = "主要任务是" in sentence.text and any(_TASK.search(part.text) for part in parts)
    for group, part in enumerate(_unguided(parts[opened + 1 : opened + 1 + _MOST_CLAUSES])):
        if not part.text.strip(",;、 "):
            continue
        found = stated([part])
        if speech(part.text) is not None:
            break
        stressed = bool(matters) and (_STRESSES.match(part.text) is not None or (stressed and not parted))
        parted = part.text.endswith(";")
        if stressed:  # 传达甲,强调要做好;部署乙
            continue
        if not found and (_AIMS.match(part.text) or (tasks and aside(part) is None)):
            continue
        apart = aside(part) if not found else None
        found = [apart] if apart is not None else found
        if not found and matters:
            if _CARRIES_ON.match(part.text):
                continue
            subject = elements(part.text)
            base = matters[-1]._replace(start=part.start, end=part.end, subject=part.text)
            matters.extend(placed(base, subject, sentence))
            groups.extend([groups[-1]] * len(subject))
            continue
        for matter in found:
            if matters and matters[-1].acts == ("relay",) and implied(matter, after=matters[-1]):
                continue
            subjects = _underived(elements(matter.subject), matter)
            matters.extend(placed(matter, subjects, sentence))
            groups.extend([group] * len(subjects))
    return tuple(matters), tuple(groups)


def _unguided(parts: list[Span]) -> list[Span]:
    """Leave out what only guides: 深入学习贯彻甲,全面落实乙, before what the meeting did."""
    last = next((n for n, part in enumerate(parts[:_MOST_GUIDES]) if _CARRIED_OUT.match(part.text)), None)
    if not last or last + 1 == len(parts) or not all(_GUIDES.match(part.text) for part in parts[:last]):
        return parts
    return parts[last + 1 :]


def _underived(subjects: list[str], matter: Matter) -> list[str]:
    """Leave out what relays the same again: 某全会精神及省委学习贯彻某全会精神大会精神."""
    if not matter.relays or len(subjects) == 1:
        return subjects
    abouts = [topic(subject) for subject in subjects]
    return [s for n, s in enumerate(subjects) if not n or shared(abouts[n - 1], abouts[n]) < _DERIVED]


def elements(subject: str) -> list[str]:
    """Take a list of matters apart: one that 等 closes, or whose parts each end in 精神 or 情况.

    Examples
    --------
    >>> elements("疫情防控、信访稳定等工作情况"), elements("发展和改革")
    (['疫情防控', '信访稳定'], ['发展和改革'])
    >>> elements("全省信访会议精神、《种子条例》精神")
    ['全省信访会议精神', '《种子条例》精神']
    """
    text = subject.rstrip(",;。")
    if not _JOINED.search(text):
        return [text]
    text = _JOINT.sub("", text, count=1) if text[:1] in "以及和、" else text
    closed = _LIST.match(text) if "等" in text else None
    listed = closed["list"] if closed is not None else text
    listed = _TITLES.sub("》、《", listed)
    cut = [p.text for p in clauses(Span(0, len(listed), listed), "、")]
    cut = list(joined_offices(cut)) if "人事" in listed else cut
    parts = [part for part in (piece.strip("、") for piece in cut) if part]
    parallel = all(p.endswith("精神") for p in parts) or all(p.endswith("情况") for p in parts[:-1])
    if closed is not None or (len(parts) > 1 and parallel):
        return [event for part in parts for event in _events(part)]
    return _events(_TITLES.sub("》、《", text))


def _events(text: str) -> list[str]:
    """Part what is joined behind a speech, a meeting or a title; a part without a matter is none."""
    joints = [found for found in _JOINS.finditer(text) if text.endswith(_EVENTS, 0, found.start())]
    if not joints:
        return [text]
    bare = {part.end for part in clauses(Span(0, len(text), text), "、和及")}  # joints outside titles
    cuts = [found.span() for found in joints if found.end() in bare]
    if not 0 < len(cuts) <= _MOST_EVENTS:
        return [text]
    ends = [*(begin for begin, _ in cuts[1:]), len(text)]
    found: list[str] = []
    begun = 0
    for (at, after), end in zip(cuts, ends, strict=True):
        left, right = text[begun:at], text[after:end]
        others = organs(left) and organs(right) - organs(left)
        if others or (_of_its_own(left) and _of_its_own(right)):
            found.append(text[begun:at])
            begun = after
    return [*found, text[begun:]]


def _of_its_own(text: str) -> bool:
    """Say whether a part names a matter, or a meeting by an organ's name that tells no matter."""
    return has_topic(text) or _POLITBURO.search(text) is not None


def summary(matter: Matter) -> bool:
    """Say whether a matter of the lead only sums up (部署下一阶段工作): no item stands for it."""
    return not _of_its_own(matter.subject)


def own_end(matter: Matter, lead: Lead) -> int:
    """Say where the words of a matter end: with its clause, or where the next element of its list begins."""
    return min((m.start for m in lead.matters if matter.start < m.start < matter.end), default=matter.end)


def stated_in(lead: Lead, matter: Matter) -> bool:
    """Say whether the lead states a matter by a verb, a title or in a list; an aim (推动甲) is not."""
    text, at = lead.sentence.text, matter.start - lead.sentence.start
    return matter.titled or text[at - 1 : at] in "、和及" or patterns.verb_group().match(text, at) is not None


def listed_in(lead: Lead, matter: Matter) -> bool:
    """Say whether the lead states a matter, by its kind too: …精神,某会议精神; 并就甲作出安排."""
    if stated_in(lead, matter):
        return True
    begin = lead.sentence.start
    words = lead.sentence.text[matter.start - begin : own_end(matter, lead) - begin]
    return ENDS.search(words.rstrip("、和及")) is not None or _ASIDE.match(words) is not None


def _people_cut_off(text: str) -> bool:
    """Say whether a paragraph is a list of people that breaks off: 区委书记、区长张三,副区长."""
    if len(text) > _LONGEST_LIST or text[-1] in "。!?":
        return False
    *whole, last = re.split("[,、]", text)
    return len(whole) > 1 and len(last) <= _LONGEST_NAME and all(map(_PERSON.fullmatch, whole))


def frame(text: str) -> bool:
    """Say whether a sentence is about the meeting's holding, not about a matter."""
    if _FORM.match(text):
        return True
    if not _WORD.search(text) or text in ("图片", "又讯"):
        return True
    if _COUNTED.fullmatch(text) or _people_cut_off(text):
        return True
    if ("默哀" in text or "起立," in text) and _SILENCE.search(text[:60]):
        return True
    held = convenes(text) or _PRESIDES.search(text) or (_SITS.search(text) and _HELD_BY.search(text))
    if not (held or _ATTENDED.search(text[:60])):
        return False
    return not head(Span(0, len(text), text)) and speech(text) is None
