"""What a head does with items before it: it settles what a list named, or goes on with the last matter."""

from __future__ import annotations

import re

from readout_nlp.readouts.blocks import Block
from readout_nlp.readouts.draft import Draft
from readout_nlp.readouts.matter import CONSEQUENCE, Matter, implied, shared, shared_both
from readout_nlp.readouts.sources import organs
from readout_nlp.readouts.unmet import ALIKE, COVERED, carries_out, names_document, same_document

_FURTHER = re.compile("还|另外|最后|会上")
_AGENDA = re.compile("议程|日程|名单|人选|决定.?草案")  # matters of their own, whatever meeting they are for
RECENT = 40  # items before that a head may settle
_THIS = re.compile("(?:出台|印发|实施)(?:这个|这一|该|此)")
_WORDS = 4  # characters with which what is agreed names again what was studied
_ENDING = 8  # ... and in which that ends
_NEXT = 120  # characters within which a head can only repeat the title line above it
RELATED = 0.4  # what is decided within a paragraph shares this much with it
_THEY = re.compile("(?:与会|大家|参会|同志们)")  # they discuss what was heard
_LECTURE = re.compile("(?:了|专题|专门){0,2}")  # without a matter of its own


def settled(block: Block, drafts: list[Draft]) -> int | None:
    """Find, after the list of all that was dealt with, the item whose document a sentence passes."""
    if len(block.matters) != 1 or set(block.matters[0].acts) > {"approve", "decide"}:
        return None
    matter = block.matters[0]
    held = (n for n, d in enumerate(drafts) if d.matter.titled and names_document(matter, [d.matter]))
    return next(held, None)


def listed_before(block: Block, drafts: list[Draft], blocks: tuple[Block, ...]) -> int | None:
    """Find what a list named (审议了甲、乙等文件) and a head settles where it is discussed: 会议同意甲."""
    named = _only_named(block)  # 关于甲,会议指出…
    settles = len(block.matters) == 1 and {"approve", "decide"}.issuperset(block.matters[0].acts)
    again = _taken_up(block)
    if not (settles or named or again):
        return None
    lists = [b.span for b in blocks if len(b.matters) > 1 and b.span.start < block.span.start]
    for n, draft in enumerate(drafts[:RECENT]):
        open_yet = not {"approve", "decide"} & set(draft.matter.acts)
        listed = open_yet and any(span.start <= draft.start < span.end for span in lists[:RECENT])
        if listed and same_document(block.matters[0], draft.matter):
            return n
        if listed and again and same_document(block.matters[0], draft.matter):
            return n
        if listed and named and draft.matter.relays and _holds(block.matters[0], draft.matter):
            return n
    return None


def _only_named(block: Block) -> bool:
    """Say whether a paragraph names its matter without a verb: 关于某规划,会议指出."""
    opens = block.opens and block.first_sentence.startswith("关于")
    return opens and len(block.matters) == 1 and block.matters[0].verb is None


def _taken_up(block: Block) -> bool:
    """Say whether a paragraph goes back to a paper: 在研究《某某方案》时,张三强调."""
    opens = block.opens and block.first_sentence.startswith("在")
    return opens and len(block.matters) == 1 and block.matters[0].titled


def _holds(matter: Matter, known: Matter) -> bool:
    return bool(known.about) and shared(known.about, matter.about) >= ALIKE


def agreed(block: Block, before: Block | None) -> bool:
    """Say whether a sentence only says what was decided on its paragraph's matter, or the one before."""
    if before is None or len(block.matters) != 1:
        return False
    matter = block.matters[0]
    if _says_again(matter, before):
        return True
    if block.opens:
        return False
    if matter.titled or _AGENDA.search(matter.subject):
        return False
    if not set(matter.acts) <= {"approve", "decide"}:
        return False
    how = (matter.verb or "").endswith(("同意", "决定")) and CONSEQUENCE.match(matter.subject)
    return bool(how) or shared(matter.about, before.topic) >= RELATED


def _says_again(matter: Matter, before: Block) -> bool:
    """Say whether what is agreed begins with the last words of what was just studied, or is 这个意见."""
    if matter.acts != ("approve",) or not (matter.verb or "").endswith("同意") or matter.titled:
        return False
    if _THIS.match(matter.subject):
        return True
    studied = before.matters[-1] if before.kind == "head" and before.matters else None
    if studied is None or {"approve", "decide"} & set(studied.acts):
        return False
    return not studied.titled and matter.subject[:_WORDS] in studied.subject[-_ENDING:]


def within(block: Block, drafts: list[Draft]) -> bool:
    """Say whether a head under a numbered one only goes on with it: 一、审议某方案。会议原则同意该方案."""
    further = _FURTHER.search(block.first_sentence[:16])
    return bool(block.matters) and bool(drafts) and not further and len(block.matters) == 1


def continues(block: Block, drafts: list[Draft]) -> bool:
    """Say whether a head says what else was done with the matter before it."""
    if len(block.matters) != 1 or not drafts:
        return False
    matter, before = block.matters[0], drafts[-1].matter
    if not block.opens and matter.acts == ("deliberate",) and _THEY.match(block.first_sentence):
        return True
    if not block.opens and not matter.about and matter.deployed:
        return True  # 听取甲。会议还对下一步工作进行了部署
    if _LECTURE.fullmatch(matter.subject) and matter.acts == before.acts == ("relay",):
        return True  # 学习了甲。邀请某教授作专题辅导
    if before.acts == ("relay",) and carries_out(matter):
        return False
    if block.opens and before.acts == ("relay",) and matter.acts == ("hear",) and "、" in matter.subject:
        return False  # a list of reports, in a paragraph of its own
    alike = min(shared_both(matter.about, before.about))
    if block.opens and before.acts == matter.acts == ("relay",) and _of_two(before, matter):
        return False
    if alike >= ALIKE and drafts[-1].start >= block.span.start - _NEXT:
        return True
    if _AGENDA.search(matter.subject) and not _AGENDA.search(before.subject):
        return False
    if (
        matter.acts == ("decide",)
        and before.subject.count("《") == 1
        and "召开" in before.subject
        and "召开" in matter.subject
    ):
        return alike >= COVERED  # 通过关于召开某会议的决议。会议决定,某日召开某会议
    if {*before.acts, "decide", "relay"} & set(matter.acts) or matter.titled or "residual" in before.acts:
        return False
    return alike >= COVERED


def _of_two(before: Matter, matter: Matter) -> bool:
    """Say whether two relayed matters are the word of two organs: 中央某会议精神, 省委某会议精神."""
    first, second = organs(before.subject), organs(matter.subject)
    return bool(first) and bool(second) and first.isdisjoint(second)


def also_done(draft: Draft, matter: Matter) -> Draft:
    """Add to an item the acts with which a head goes on with it."""
    if implied(matter, after=draft.matter):
        return draft
    known = () if draft.matter.acts == ("unstated",) else draft.matter.acts
    acts = tuple(dict.fromkeys((*known, *(act for act in matter.acts if act != "unstated" or not known))))
    return draft._replace(matter=draft.matter._replace(acts=acts, verb=draft.matter.verb or matter.verb))
