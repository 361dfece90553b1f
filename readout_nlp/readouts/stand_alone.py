"""Lists whose parts could each stand on the agenda alone: 听取甲情况、乙情况汇报, an item each."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from readout_nlp.readouts.blocks import Outline
from readout_nlp.readouts.draft import Draft
from readout_nlp.readouts.matter import Matter, has_topic
from readout_nlp.readouts.personnel import JOINS, is_personnel, joined_offices
from readout_nlp.readouts.spans import Span, clauses
from readout_nlp.readouts.spirits import may_list, spirits

LEAST = 6  # characters of what could stand alone: 春茶采摘、市场监管情况 is one report
_FEW = 4  # ... in a list of three and more that 工作 closes
_WORK = re.compile("工作(?:情况)?$")
_MOST = 20  # parts
_LONGEST = 240  # characters of a list
_NUMBER = re.compile(
    r"\s*(?:会议)?(?:第?[一二三四五六七八九十]{1,3}(?:[、.,]|是)|第[一二三四五六七八九十]{1,3}[个项]|"
    r"\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[.、])"
)
_WHOSE = re.compile("^(?:关于|了|我|全|本|对){0,3}(?:(?<=[我全本])[省市县区州旗盟镇])?")
_CLOSING = re.compile("(?:等|的|有关|相关|工作|事项|事宜|情况|问题|进展|书面|汇报|报告)+$")
# what has no head of its own: a place, an organ, a kind of people or of things (甲镇、乙镇安置区方案)
_BARE = re.compile(
    "(?:(?<!扩)区|(?<!重)组|[省市县州旗盟镇乡村街委会院厅团党条款]|(?<!布)局|(?<!承)办|建议|街道|口岸|部门|单位|公司|集团|学校|医院|中心|小组|政府|企业)$"
)
_PAPER = re.compile("(?:报告|任务书|方案|办法|规划|计划|意见|细则|决议|决定|条例|名单|要点|规定|总结|日程)$")
_DRAFT = re.compile(r"\([^()]{1,6}\)$")  # 甲报告(讨论稿)
# 甲、乙两大产业, 甲、乙三个项目: what they are stands once, behind
_COUNTED = re.compile(
    r"(?:[两二三四五六七八九十]|\d{1,2})(?:大|个|项|处|类|家|县|地|镇|乡)(?!(?:方面|工作|问题|议题|情况|事项|报告|汇报)*的?$)"
)
_TAIL = re.compile(
    r"(?:[两二三四五六七八九十]{1,2}|\d{1,2})(?:个|项)(?:方面|工作|问题|议题|情况|事项|报告|汇报)*的?$"
)
_HEARD = re.compile("(?:的?(?:汇报|报告|说明)|情况)$")
_REPORT = re.compile(r"(?:汇报|报告)\s*、$")
_REST = re.compile("等(?:有关|相关)?(?:事项|事宜|问题|议题)$")  # 研究甲、乙,丙等事项
_JOINED = re.compile("[及和]")
# 甲、乙等十部法规, 甲、乙等领域的督察, 促进甲、支持乙的措施, 议程、日程: one paper on all of them
_ONE = re.compile(
    r"等(?:\d|[一二三四五六七八九十]{1,3}[部件份个项])|等[^、]{2,}的|作出|、[^、]{4,}的(?:措施|举措|政策)|议程[^、]{0,6}、日程"
)
_LISTS = re.compile("、|情况和[^、]*情况$|情况以及|[及和](?:关于|有关|相关|干部|人事)")
_EACH_ON = re.compile(
    f"(?:和|及)(?=关于)|以及|(?<=情况)和(?=[^、和]*情况$)|(?<=》)和(?=[^《》、和]{{6,}}$)|{JOINS}"
)
_ON = re.compile("和(?=关于)|以及|(?<=情况)和(?=[^、和]*情况$)|(?<=》)和(?=[^《》、和]{6,}$)")
_SPIRITS = re.compile(
    "(?<=[会议]精神)(?:以及|[、和及])(?=[^、和]{4,}会议?精神)|(?<=批示精神)[、和](?=[^、和]{4,}会议精神)"
    "|(?<=”精神)、(?=[^、和]{4,}会议精神)|(?<=的通知)(?:以及|[、和及])(?=[^、和]{4,}的通知)"
)
_ON = re.compile("(?<=.)关于")
_EACH_PAPER = re.compile("[^、和]{2,20}关于[^、]{2,}的(?:报告|汇报|说明)$")  # each says whose it is
_BILL = re.compile("的(?:议案|请示|提请)(?:等|事项)*$")  # each has its own end
# 甲、乙及丙等有关事项 sums up: what joins the last is a mark of the list as 、 is
_SUMMED = re.compile("等(?:有关|相关)?(?:事项|事宜|工作|问题|议题)$")
_LAST = re.compile("以及|及|和|与")


def each_alone(drafts: Sequence[Draft], plan: Outline) -> list[Draft]:
    r"""Part the drafts that open where a list stands, if each of its parts could be a matter by itself.

    Parameters
    ----------
    drafts
        The items found, in order.
    plan
        The outline of the body.

    Examples
    --------
    >>> from readout_nlp.readouts.blocks import outline
    >>> plan = outline("县委召开会议。\n会议听取渡口安全整治、茶园防冻补贴情况汇报。")
    >>> one = Draft(start=8, matter=plan.blocks[0].matters[0])
    >>> [draft.matter.subject for draft in each_alone([one], plan)]
    ['渡口安全整治', '茶园防冻补贴']
    """
    begins = [part.start for part in plan.parts]
    found: list[Draft] = []
    for draft in drafts:
        if not _may_list(draft.matter) or draft.matter.start < draft.start:
            found.append(draft)
            continue
        part = plan.parts[max(0, bisect_right(begins, draft.matter.start) - 1)]
        named = _each(draft.matter, part) if not _numbered(draft, part) else [draft.matter]
        *first, last = named
        found.extend(Draft(start=draft.start if m is named[0] else m.start, matter=m) for m in first)
        found.append(draft._replace(matter=last, start=last.start if first else draft.start))
    return found


def _may_list(matter: Matter) -> bool:
    """Say whether a matter's subject has what parts a list, found fast: most have none."""
    if matter.acts == ("relay",):
        return may_list(matter.subject)
    return _LISTS.search(matter.subject) is not None


def _numbered(draft: Draft, part: Span) -> bool:
    """Say whether a number stands before a list: then its parts are one matter of the series."""
    return _NUMBER.match(part.text, max(0, draft.start - part.start)) is not None


def _each(matter: Matter, part: Span) -> list[Matter]:
    """Give each part of a matter's list a matter; one that cannot stand alone keeps all together."""
    names = _in_line(list(_names(matter)))
    if len(names) > 1 and _SUMMED.search(matter.subject) is not None:
        names = [*names[:-1], *last_of_sum(names[-1])]
    if not 1 < len(names) <= _MOST or not _alone(matter, names):
        return [matter]
    at = part.text.find(names[0], max(0, matter.start - part.start))
    found = [matter._replace(subject=names[0])]
    for name in names[1:]:
        at = part.text.find(name.partition(";")[0], at + 1) if at >= 0 else at  # ;我县贯彻意见
        if at < 0:
            return [matter]
        found.append(matter._replace(subject=name, start=part.start + at, apart=False))
    return found


def _in_line(names: list[str]) -> list[str]:
    """Put together what is on two things at the end of a list: 《甲》及关于乙、丙工作安排."""
    at = next((n for n, name in enumerate(names) if n and name.startswith("关于")), len(names))
    rest = names[at + 1 :]
    on_two = rest and not any(name.startswith("关于") or is_personnel(name) for name in rest)
    if not on_two or _HEARD.search(names[at]) or _PAPER.search(names[at]):
        return names
    return [*names[:at], "、".join(names[at:])]


def _names(matter: Matter) -> Iterator[str]:
    if len(matter.subject) > _LONGEST:
        return
    if matter.relays:
        yield from spirits(matter.subject) if matter.acts == ("relay",) else ()
        return
    subject = matter.subject.partition(";")[0]  # 听取甲、乙汇报,研究了有关问题
    if "," in subject and _REST.search(subject) is None:
        return
    held = ""
    cut = [piece.text for piece in clauses(Span(0, len(subject), subject), "、,")]
    pieces = list(joined_offices(cut)) if "人事" in subject else cut
    closed = any(_REPORT.search(piece) for piece in pieces)  # 甲的汇报、乙、丙两个产业的汇报
    for number, piece in enumerate(pieces, 1):
        held += piece
        if not closed or _REPORT.search(piece) or number == len(pieces):
            yield from _EACH_ON.split(_TAIL.sub("", held.strip("、, ")))
            held = ""


def bare(name: str) -> bool:
    """Say whether a part is a place, an organ or a kind of people, and no matter (机关单位、学校安全检查).

    Examples
    --------
    >>> bare("机关单位"), bare("渔港码头改造")
    (True, False)
    """
    return _BARE.search(name) is not None


def last_of_sum(name: str) -> list[str]:
    """Part what joins the last two of a list that 等有关事项 sums up, if each could stand alone.

    Examples
    --------
    >>> last_of_sum("盐场职工安置和海岛供电线路更新"), last_of_sum("渔港码头建设和管理")
    (['盐场职工安置', '海岛供电线路更新'], ['渔港码头建设和管理'])
    """
    named = _LAST.split(name)
    return named if len(named) == 2 and all(map(_own_head, named)) else [name]


def _alone(matter: Matter, names: Sequence[str]) -> bool:
    """Say whether every part names something by itself, with a head of its own."""
    if matter.relays:
        return True
    closed = _REPORT.search(f"{names[0]}、") is not None
    studied = (matter.verb or "").startswith("研究")  # 研究部署甲、乙; of 部署甲、乙 each is a task
    if not (studied or {"hear", "deliberate", "approve"} & set(matter.acts)):
        return False
    if _COUNTED.search(names[-1]) and not closed:
        return False
    # 政府关于甲的报告、法院关于乙的报告; the end is taken off the last
    if all(map(_EACH_PAPER.match, [*names[:-1], f"{names[-1]}的报告"])) or all(map(_BILL.search, names)):
        return True
    if _JOINED.search(names[-1]) or (_ON.search(names[0].partition("《")[0]) and "关于" not in names[1]):
        return False  # 甲局关于乙、丙的汇报
    if names[0].startswith("召开") and not names[-1].startswith("召开") and "会" in names[-1]:
        return False  # 召开甲会议、乙会议有关事宜
    whole = "" if names[1].startswith("关于") else "、".join(names)
    if _ONE.search(whole) or any("作的" in name for name in names[1:]):
        return False  # 主任委员甲、乙分别作的汇报
    if "approve" in matter.acts and not all(map(_PAPER.search, map(_undrafted, names[:-1]))):
        return False  # 通过甲、乙试验区方案
    if len(names) > 2 and studied and _WORK.search(matter.subject):
        return all(
            len(core) >= _FEW and has_topic(core) and _BARE.search(core) is None for core in map(_core, names)
        )
    return all(map(_own_head, names[:-1])) and (closed or _own_head(names[-1]))


def _undrafted(name: str) -> str:
    return _DRAFT.sub("", name)


def _core(name: str) -> str:
    """Give what a part names, without whose it is and what it is called: 我市茶园防冻工作."""
    return _CLOSING.sub("", _WHOSE.sub("", name))


def _own_head(name: str) -> bool:
    """Say whether a part names a matter: what it is of, and its kind."""
    if "《" in name or is_personnel(name):
        return True
    core = _core(name)
    name = _undrafted(name)
    if (_PAPER.search(name) or _HEARD.search(name)) and len(name) >= LEAST:
        return True
    return len(core) >= LEAST and has_topic(core) and _BARE.search(core) is None
