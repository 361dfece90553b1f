"""Documents that one verb lists by their titles: a matter each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from readout_nlp.readouts.matter import Matter
from readout_nlp.readouts.spans import Span

_MARK = re.compile("[《》]")
# a title without marks in a list that has others: 《甲》、关于乙的请示
_UNMARKED = re.compile(
    "(?<=[、和及与])关于[^《》、,;。]{3,60}?的(?:请示|方案|意见|议案|决定|决议|办法|规划|计划)(?=[、,;。和及以]|$)"
)
# ... and one that comes first: 财政体制调整方案和《甲》
_FIRST = re.compile(
    "[^《》、,;。和及与的]{4,40}(?:方案|办法|规划|计划|细则|目录)(?=(?:、|和|及|以及)[^《》、,;。和及]{0,20}《)"
)
_BRACKET = r"(?:\s*\([^()《》]{1,16}\))?"
# what stands between two titles of a list: 《甲》(草案)、市水利局起草的《乙》; of 《甲》的《乙》 it is none
_BETWEEN = re.compile(
    rf"{_BRACKET}$|{_BRACKET}[^,、;。()《》和及与]{{0,12}}?"
    r"(?P<joint>(?:[、\s]*(?:以及|和|及|与)|,?[、\s]+|,(?=关于|$|[^,、;。()《》]{2,16}(?:局|委|办|部|院|厅|室|组|会|中心|公司|政府)(?:送审|提交|提请|起草|报送|关于)?的?$))\s*)[^,、;。()《》]{0,24}$"
)
# a report on 《甲》《乙》 is one; 《甲》(讨论稿)、乙报告(讨论稿) are two
_WHOLE = re.compile(
    r"》\s*(?:\([^()]{1,16}\))?(?:(?:、[^《》、和的]{2,24}(?:报告|方案|规划|计划)(?:\([^()]{1,8}\))?)+|等[^;]{0,12})?(?:;|$)"
)
_ON_THEM = re.compile("的?(?:衔接|关系|异同|比较)|(?:执法检查|实施|执行|落实)(?:情况)?(?:$|的?报告|工作)")
_LONGEST = 4000  # characters of a list of documents


def documents(subject: str) -> list[str]:
    """Part a subject that lists documents by their titles; any other is one part.

    Words before a title go with it, and what closes the list (等文件) with the last.

    Examples
    --------
    >>> documents("《渡口办法》(草案)、市林业局《茶园办法》等文件")
    ['《渡口办法》(草案)', '市林业局《茶园办法》等文件']
    >>> documents("《渡口办法》的《实施细则》"), documents("《条例》(以下简称《渡口条例》)")
    (['《渡口办法》的《实施细则》'], ['《条例》(以下简称《渡口条例》)'])
    """
    if "《" not in subject or len(subject) > _LONGEST:
        return [subject]
    if subject.count("《") + ("关于" in subject) < 2 and _FIRST.match(subject) is None:
        return [subject]
    cuts = list(_cuts(subject))
    ends = [*(before for before, _ in cuts), len(subject)]
    begins = [0, *(after for _, after in cuts)]
    return [subject[begin:end] for begin, end in zip(begins, ends, strict=True)]


def _cuts(subject: str) -> Iterator[tuple[int, int]]:
    """Give where each joint of the list begins and ends."""
    titles = _titles(subject)
    gaps = [(end, begin) for (_, end), (begin, _) in pairwise(titles)]
    if not gaps or _ON_THEM.match(subject, titles[-1][1]) or _one(subject[titles[-1][1] :], subject, gaps):
        return
    for end, begin in gaps:
        found = _BETWEEN.match(subject[end:begin])
        if found is not None:
            before, after = found.span("joint") if found["joint"] else (begin - end, begin - end)
            yield end + before, end + after


def _one(tail: str, subject: str, gaps: Sequence[tuple[int, int]]) -> bool:
    """Say whether what closes a list makes one document of it: 批准《甲》和《乙》的决定."""
    return tail.startswith("的") and not any(re.search("的|关于", subject[end:begin]) for end, begin in gaps)


def _titles(text: str) -> list[tuple[int, int]]:
    """Give where the titles of a text begin and end; a title within a title is none."""
    found: list[tuple[int, int]] = []
    depth = begin = 0
    for mark in _MARK.finditer(text):
        if mark.group() == "《":
            begin = mark.start() if depth == 0 else begin
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                found.append((begin, mark.end()))
    between = pairwise([*found, (len(text), len(text))])
    bare = (one.span() for (_, first), (last, _) in between for one in _UNMARKED.finditer(text, first, last))
    opening = [first.span() for first in (_FIRST.match(text),) if first is not None]
    return sorted([*opening, *found, *bare])


def each_document(matters: Sequence[Matter], sentence: Span) -> tuple[Matter, ...]:
    """Give each document of a list a matter of its own, at its own title or the words before it.

    Examples
    --------
    >>> text = "会议通过《渡口办法》和《茶园办法》。"
    >>> both = Matter(start=0, end=18, acts=("approve",), verb="通过", subject=text[4:-1])
    >>> [(m.start, m.subject) for m in each_document([both], Span(0, 18, text))]
    [(0, '《渡口办法》'), (11, '《茶园办法》')]
    """
    if not any("《" in matter.subject for matter in matters):  # as most
        return tuple(matters)
    found: list[Matter] = []
    for matter in matters:
        found.extend(placed(matter, _listed(matter), sentence))
    return tuple(found)


def _listed(matter: Matter) -> list[str]:
    parts = documents(matter.subject)
    whole = "hear" not in matter.acts or all(_WHOLE.search(part) for part in parts)
    return parts if whole else [matter.subject]


def placed(matter: Matter, subjects: Sequence[str], sentence: Span) -> list[Matter]:
    """Make a matter of every subject; each but the first begins at its own words in the sentence.

    Parameters
    ----------
    matter
        What the sentence states.
    subjects
        The parts of its subject, in order.
    sentence
        The sentence, folded.
    """
    if len(subjects) < 2:
        return [
            matter if subject == matter.subject else matter._replace(subject=subject) for subject in subjects
        ]
    found = [matter._replace(subject=subjects[0])]
    at = sentence.text.find(_opening(subjects[0]), matter.start - sentence.start)
    for subject in subjects[1:]:
        place = sentence.text.find(_opening(subject), max(0, at) + 1)
        at = place if place >= 0 else at
        start = sentence.start + place if place >= 0 else matter.start
        found.append(matter._replace(start=start, subject=subject, apart=False))
    return found


def _opening(subject: str) -> str:
    """Give the first words of a subject: its end may stand otherwise in the sentence."""
    return subject.split("》", 1)[0] if "《" in subject else subject
