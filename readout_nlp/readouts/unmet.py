"""The matters of the lead that no section head tells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from readout_nlp.readouts import patterns
from readout_nlp.readouts.lead import LISTED, Lead, group_sizes
from readout_nlp.readouts.matter import Matter, shared, shared_both

_PAPER = re.compile(r"的(?:实施)?(?:意见|方案|措施|决定|决议)\s*(?:\([^)]{1,6}\))?$")
_DOCUMENT = re.compile("《[^》]{2,60}》")
# a paper that is only called by its kind: 办法草案
_KIND = re.compile(
    "(?:该|上述|此)?(?P<kind>办法|方案|意见|规划|计划|规定|细则|条例|预算)(?:草案|内容|稿)?[,。;]?"
)
_ENDING = 12  # characters at the end of a subject that tell its kind
_MOST_MATTERS = 60
SAME = 0.6  # a matter goes with an earlier one that holds this share of what it is about
ALIKE = 0.8  # two heads state one matter that hold this share of each other
COVERED = 0.5  # a lead matter is told by a section head that holds this share of it


def told(about: Mapping[str, int], heads: Sequence[Mapping[str, int]], *, whole: bool = False) -> bool:
    """Say whether a head tells a matter; `whole` asks that it names it, not only part of it.

    Examples
    --------
    >>> told({"防汛": 1}, [{"防汛": 1, "抗旱": 1}]), told({"春茶": 1}, [{"防汛": 1}])
    (True, False)
    """
    for head in heads:
        common = len(about.keys() & head.keys())  # `shared` both ways, with one look at what is in common
        if common and common >= COVERED * (len(about) if whole else min(len(about), len(head))):
            return True
    return False


def unmet_matters(lead: Lead, explicit: list[Matter]) -> list[Matter]:
    r"""List the matters of the lead that no section head tells.

    Examples
    --------
    >>> from readout_nlp.readouts.blocks import outline
    >>> plan = outline("3月1日,市委常委会召开会议,部署防汛,听取春茶汇报。\n会议听取了春茶汇报。")
    >>> [m.subject for m in unmet_matters(plan.lead, list(plan.blocks[0].matters))]
    ['防汛']
    """
    heads = [m.about for m in explicit]
    others = [m.about for m in explicit if "relay" in m.acts or not (m.titled or carries_out(m))]
    untold = [
        m
        for m in lead.matters
        if m.acts != ("residual",)
        and not (explicit and _names_none(m, lead))
        # 审议《贯彻某精神的意见》 does not relay it
        and not told(m.about, others if m.acts == ("relay",) and not m.titled else heads)
        and not (m.titled and names_document(m, explicit))
    ]
    sizes = group_sizes(lead) if untold else {}
    found: list[Matter] = []
    for matter in untold:
        near = found[:_MOST_MATTERS] if sizes[id(matter)] < LISTED else ()  # 研究甲、乙、丙等事项 sums up
        at = next((n for n, earlier in enumerate(near) if _goes_with(matter, earlier)), None)
        if at is None:
            found.append(matter)
        else:
            acts = tuple(dict.fromkeys((*found[at].acts, *matter.acts)))
            found[at] = found[at]._replace(acts=acts)
    return found


def _names_none(matter: Matter, lead: Lead) -> bool:
    """Say whether the lead names nothing of its own (审议有关党内法规): a head below tells it by its name."""
    if "有关" not in lead.sentence.text and "相关" not in lead.sentence.text:  # as most
        return False
    at = matter.start - lead.sentence.start
    verbs = patterns.verb_group().match(lead.sentence.text, at)
    return verbs is not None and lead.sentence.text.startswith(("有关", "相关"), verbs.end())


def carries_out(matter: Matter) -> bool:
    """Say whether a matter is a document on how something is carried out: 关于贯彻某精神的实施意见.

    Examples
    --------
    >>> paper = Matter(start=0, end=9, acts=("deliberate",), verb="审议", subject="贯彻某精神的意见")
    >>> carries_out(paper)
    True
    """
    return "贯彻" in matter.subject and _PAPER.search(matter.subject) is not None


def names_document(matter: Matter, explicit: list[Matter]) -> bool:
    """Say whether a head names the document that a matter of the lead names.

    Examples
    --------
    >>> ours = Matter(start=0, end=9, acts=("deliberate",), verb="审议", subject="《渡口办法》")
    >>> names_document(ours, [ours]), names_document(ours, [])
    (True, False)
    """
    title = _DOCUMENT.search(matter.subject)
    return title is not None and any(title.group() in m.subject for m in explicit)


def same_document(matter: Matter, known: Matter) -> bool:
    """Say whether a head that settles something names what a list named.

    Examples
    --------
    >>> listed = Matter(start=0, end=9, acts=("deliberate",), verb="审议", subject="《渡口办法》")
    >>> settled = Matter(start=9, end=18, acts=("approve",), verb="通过", subject="渡口办法")
    >>> same_document(settled, listed)
    True
    """
    if matter.titled:
        return names_document(matter, [known])
    if known.titled:  # 审议了《甲县渡口办法》等。会议原则通过渡口办法
        whole = bool(matter.about) and shared(matter.about, known.about) >= ALIKE
        return whole or names_document(matter, [known])
    return min(shared_both(matter.about, known.about)) >= ALIKE


def _goes_with(matter: Matter, earlier: Matter) -> bool:
    """Say whether a matter of the lead only says what else was done with an earlier one."""
    if matter.titled or matter.acts == earlier.acts or matter.relays:
        return False
    return shared(matter.about, earlier.about) >= SAME


def with_acts(matter: Matter, lead: Lead | None, listed: Sequence[Matter] = ()) -> Matter:
    """Give a matter that is only named (关于某事,会议要求) the acts of the lead's matter that it tells.

    Where the lead lists none, `listed` is what its paragraph lists. Where the lead only sums up
    (审议有关事项), its one act is that of every matter named below it.
    """
    known = lead.matters if lead is not None and lead.matters else tuple(listed)
    if not known:
        return matter
    if (
        matter.verb is None and matter.acts == ("relay",) and matter.subject in ("", "专题", "专门")
    ):  # a lecture on what was studied
        named = [m for m in known if m.about]
        return matter._replace(subject=named[0].subject) if len(named) == 1 else matter
    if matter.acts == ("approve",):
        return _referred(matter, known)
    if matter.acts != ("unstated",):
        return matter
    found = next((m for m in known if told(matter.about, [m.about], whole=True)), None)
    acts = {m.acts for m in known}
    if found is None and len(acts) == 1 and not any(m.about for m in known):
        found = known[0]
    return matter._replace(acts=found.acts, verb=found.verb) if found is not None else matter


def _referred(matter: Matter, known: Sequence[Matter]) -> Matter:
    """Give what is passed by its kind alone (会议同意办法草案) the name of the one such paper of the lead."""
    found = _KIND.fullmatch(matter.subject)
    kind = found["kind"] if found is not None else ""
    papers = [m for m in known if m.about and kind and kind in m.subject[-_ENDING:]]
    if len(papers) != 1 or papers[0].subject.count(kind) > 1:
        return matter
    return matter._replace(acts=(*papers[0].acts, "approve"), subject=papers[0].subject)
