"""Lists of what was dealt with whose matters later blocks tell again: each matter is kept once."""

from __future__ import annotations

import re
from bisect import bisect_right

from readout_nlp.readouts import patterns
from readout_nlp.readouts.blocks import Block
from readout_nlp.readouts.draft import Draft
from readout_nlp.readouts.lead import elements
from readout_nlp.readouts.matter import Matter, topic
from readout_nlp.readouts.unmet import names_document, told

_COUNTS = re.compile(
    r"等(?:\d{1,2}|[一二三四五六七八九十]{1,3})[个项件](?:议题|事项|文件)"
)  # 《甲》等5个议题
_PLENUM = re.compile("(?:[^,。]{2,24}主持,)?全会(?!精神)")
NUMBERED = re.compile(
    r"[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]{1,3}项?,|—{1,2}|[★☆●○◆◇■□▲△◎※•]|\([一二三四五六七八九十]{1,3}\)|\d{1,2}[.、]|议题[一二三四五六七八九十]{1,3}[:、]"
)


def without_summary(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Leave out a first head that lists matters when later heads tell each of them again."""
    place = next((n for n, block in enumerate(blocks) if block.matters), None)
    if place is None:
        return blocks
    later = [m for b in blocks[place + 1 :] for m in b.matters]
    if len(later) > 1 and patterns.agenda_announced().match(blocks[place].first_sentence):
        return blocks[:place] + blocks[place + 1 :]
    if blocks[place].listing and _of_plenum(blocks[place + 1 :]):
        return blocks[:place] + blocks[place + 1 :]
    listed = blocks[place].matters
    counted = len(listed) == 1 and _COUNTS.search(listed[0].subject) is not None
    if counted and len(later) > 1 and names_document(listed[0], later):
        return blocks[:place] + blocks[place + 1 :]
    if NUMBERED.match(blocks[place].first_sentence.lstrip()):
        return blocks
    parts = elements(listed[0].subject) if len(listed) == 1 else []
    heads = [m.about for m in later]
    if 1 < len(parts) <= len(later) and all(told(topic(part), heads, whole=True) for part in parts):
        return blocks[:place] + blocks[place + 1 :]
    one = blocks[place].listing and any(_repeats(m, listed[0]) for m in later)
    if len(listed) < 2 and not one:
        return blocks
    whole = all(told(m.about, heads, whole="approve" in m.acts) for m in listed if m.about)
    if not later or not whole:
        return blocks
    left = _speech_relayed(listed[0], later)
    kept = (blocks[place]._replace(matters=listed[:1]),) if left else ()
    return blocks[:place] + kept + blocks[place + 1 :]


def _speech_relayed(first: Matter, later: list[Matter]) -> bool:
    """Say whether a list begins with a speech that no later head can tell: 传达学习总书记重要讲话精神."""
    spoken = first.acts == ("relay",) and not first.about and "总书记" in first.subject
    return spoken and not any("relay" in m.acts or "unstated" in m.acts for m in later)


def _repeats(later: Matter, first: Matter) -> bool:
    """Say whether a later head states the one matter of a first head again, or that one names none."""
    same = later.acts == first.acts and later.subject.strip("。") == first.subject.strip("。")
    return same or not first.about


def _of_plenum(blocks: tuple[Block, ...]) -> bool:
    """Say whether a plenum's own acts follow: 全会听取了某报告."""
    return any(_PLENUM.match(block.first_sentence) and block.matters for block in blocks)


def where_discussed(drafts: list[Draft], blocks: tuple[Block, ...]) -> list[Draft]:
    """Keep one draft a matter: the last, where it is discussed, when a list of heads came before.

    Of a list of three or more, two at least must be discussed later: a single speech only adds. What a list
    names last before a matter that is discussed later ends with its own words.
    """
    last = {id(draft.matter): draft for draft in drafts}
    if len(last) > 2 and len(drafts) - len(last) == 1:
        last = {id(draft.matter): draft for draft in reversed(drafts)}
    kept: list[Draft] = []
    for draft in sorted(drafts, key=lambda draft: draft.start):
        if last[id(draft.matter)] is draft:
            kept.append(draft)
        elif kept and kept[-1].end is None and not _begins_between(blocks, kept[-1].start, draft.start):
            kept[-1] = kept[-1]._replace(end=draft.start)
    return kept


def _begins_between(blocks: tuple[Block, ...], first: int, last: int) -> bool:
    """Say whether a block begins after one place and not after another."""
    return bisect_right(blocks, first, key=_start) < bisect_right(blocks, last, key=_start)


def _start(block: Block) -> int:
    return block.span.start
