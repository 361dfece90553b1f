"""What is passed below a lead that lists it: 审议甲 above and 会议原则同意甲 below are one matter's acts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from readout_nlp.readouts.draft import Draft
from readout_nlp.readouts.lead import Lead
from readout_nlp.readouts.matter import Matter, merged, shared_both
from readout_nlp.readouts.unmet import COVERED

_BARE = re.compile("(?:一致|原则上?)?(?:同意|通过)")  # not 审议通过, which says both
_DISCUSSED = re.compile("讨论|研究|审议")  # the report, then what was said on it
_PASSED = re.compile(r"通过(?=[。,，;；\n]|$)")
# before it, where it is said of a list: 等四项议题,并原则[通过]; 《甲》、《乙》并获[通过]
_ALL = re.compile(
    r"(?P<all>等(?:[两二三四五六七八九十]{1,3}|\d{1,2})[个项](?:议题|事项|议案|文件))?[,，]?并?(?:均|都|全部)?(?:一致|原则上?)?"
    r"(?P<was>获得?|予以)?(?:一致)?\Z"
)
_BEFORE = 18  # characters that it may take
_TITLE = re.compile("《(?P<name>[^》]{4,60}》)")
_PAPER = re.compile(
    "(?:办法|方案|意见|规划|计划|规定|规则|细则|条例|预算|措施|政策|制度|请示|报告)(?:\\([^)]{1,8}\\)|草案|稿)?[》。,;、]?$|》"
)
_SETTLED = frozenset({"approve", "decide"})
_TREATED = frozenset({"hear", "analyse", "deliberate"})


def as_listed(drafts: Sequence[Draft], lead: Lead | None) -> list[Draft]:
    r"""Begin the acts of what is passed with those of the lead's matter that it names.

    Examples
    --------
    >>> from readout_nlp.readouts.items import find_items
    >>> lead = "3月1日,市委常委会召开会议,听取春耕情况汇报,审议《渡口办法》。"
    >>> told = "会议指出,春耕要早。\n会议原则同意《渡口办法》,要求抓好落实。"
    >>> [item.acts for item in find_items(f"{lead}\n{told}", "r")]
    [('hear',), ('deliberate', 'approve')]
    """
    if lead is None or not any(_TREATED.issuperset(m.acts) for m in lead.matters):
        return list(drafts)
    if len(drafts) == 1 and _on_the_one(drafts[0], lead):
        (draft,) = drafts
        return [draft._replace(matter=merged(lead.matters[0], draft.matter))]
    return [_begun(draft, lead) if _passes(draft, lead) else draft for draft in drafts]


def passed_together(drafts: Sequence[Draft], body: str) -> list[Draft]:
    r"""Give to each matter what its list ends with: 审议《甲》《乙》并获通过; 讨论甲、听取乙等两项议题,通过.

    Examples
    --------
    >>> from readout_nlp.readouts.items import find_items
    >>> text = "县委召开会议。\n会议审议了《渡口办法》《灯会办法》,并获通过。"
    >>> [item.acts for item in find_items(text, "r")]
    [('approve',), ('approve',)]
    """
    found = list(drafts)
    if "通过" not in body:
        return found
    for passed in _PASSED.finditer(body):
        end = _ALL.search(body, max(0, passed.start() - _BEFORE), passed.start())
        if end is None or (end["all"] is None and end["was"] is None):
            continue
        begin = max(body.rfind(sign, 0, end.start()) for sign in "。\n") + 1
        group = [n for n, draft in enumerate(found) if begin <= draft.start < end.start()]
        if end["all"] is None:  # of one verb's list alone
            group = [n for n in group if found[n].matter.verb == found[group[-1]].matter.verb]
        if len(group) > 1:
            for n in group:
                found[n] = _passed(found[n], alone=end["all"] is None)
    return found


def _passed(draft: Draft, *, alone: bool) -> Draft:
    """Add that a matter was passed; `alone`: what one verb says was discussed and passed is passed."""
    kept = tuple(a for a in draft.matter.acts if a != "approve" and not (alone and a == "deliberate"))
    return draft._replace(matter=draft.matter._replace(acts=(*kept, "approve")))


def _passes(draft: Draft, lead: Lead) -> bool:
    """Say whether an item below the lead only says that something was passed."""
    matter = draft.matter
    only_settled = matter.acts[:1] == ("approve",) and _SETTLED.issuperset(matter.acts)
    return (
        only_settled and draft.start >= lead.sentence.end and _BARE.fullmatch(matter.verb or "") is not None
    )


def _on_the_one(draft: Draft, lead: Lead) -> bool:
    """Say whether the one item only says that the one matter that a lead studies was heard of."""
    studied = (
        len(lead.matters) == 1 and lead.matters[0].acts == ("deliberate",) and bool(lead.matters[0].about)
    )
    below = draft.start >= lead.sentence.end and draft.matter.acts == ("hear",)
    return studied and below and _DISCUSSED.search(draft.matter.subject) is None


def _begun(draft: Draft, lead: Lead) -> Draft:
    matter = draft.matter
    found = _named_in(matter, lead.matters)
    if found is None:
        return draft
    acts = tuple(dict.fromkeys((*found.acts, *matter.acts)))
    return draft._replace(matter=matter._replace(acts=acts))


def _named_in(matter: Matter, listed: Sequence[Matter]) -> Matter | None:
    """Give the one matter of a list that another names, if it was heard or discussed there."""
    ranked = sorted(listed, key=lambda m: -_held(matter, m))
    alike = [m for m in ranked if _held(matter, m) == _held(matter, ranked[0]) >= COVERED]
    found = [m for m in listed if _calls(matter, m)] or alike
    one = len({m.acts for m in found}) == 1
    if not one or not _TREATED.issuperset(found[0].acts):
        return None
    of_a_paper = _PAPER.search(found[0].subject) is not None
    return (
        found[0] if of_a_paper or not matter.titled else None
    )  # of a field of work the paper is one of many


def _calls(matter: Matter, listed: Matter) -> bool:
    """Say whether a paper's title, or the end of it, is a listed one: 《若干措施》 of 《渡口若干措施》."""
    title = _TITLE.search(matter.subject)
    return title is not None and title["name"] in listed.subject


def _held(matter: Matter, listed: Matter) -> float:
    """Measure how far one of two statements of a matter holds the other."""
    return max(shared_both(matter.about, listed.about))
