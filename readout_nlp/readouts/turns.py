"""Lists of matters that the blocks after them tell one by one, in order; a sentence may turn to the next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from readout_nlp.readouts.align import in_order
from readout_nlp.readouts.blocks import Block, Outline
from readout_nlp.readouts.draft import Draft
from readout_nlp.readouts.lead import LISTED, Lead, stated_in, summary
from readout_nlp.readouts.matter import Matter, topic
from readout_nlp.readouts.parts import parts
from readout_nlp.readouts.spans import Span, clauses, sentences
from readout_nlp.readouts.speaks import MATCHED, speaks_to

_BEFORE = 2000  # characters in which a topic may have been spoken of
NAMED = 2  # pairs of characters of a matter with which a sentence that turns to it opens
MOST = 60  # blocks or matters that are looked at
_KINDS = re.compile("条例|规定|办法|意见|方案|准则|决定|规划|计划|纲要|全会|党的|大会")  # of many a document
_TITLE = re.compile("《[^》(]{4,}")
_MOST_CLAUSES = 400  # more than any speech has
_NEXT_WITHIN = 6  # characters within which the next matter of a list is named
_OPENING = 24  # characters in which a sentence names a document
_SOME = re.compile("(?:几|数|若干)[个项件]|提出(?:明确|具体)?要求$")  # none is named
_ASIDE = re.compile("(?:并|还){0,2}[就对围]")
_SPEAKER = re.compile("^[^,:。]{2,24}(?:指出|强调|要求|认为|说)[,:]")
# what a sentence is about: 要狠抓甲, 甲要…
_ABOUT = re.compile(
    "(?:同时,|另外,)?(?:还?要)?(?:持续)?"
    "(?:狠抓|抓好|抓实|抓牢|加快|推进|做好|加强|盯住|盯紧|管好|用好|搞好|擦亮|编制|起草)?"
    "(?P<about>[^,。;:要是]{2,12})"
)


def told_in_turn(zone: Sequence[Block], matters: Sequence[Matter], plan: Outline) -> list[Draft]:
    """Draft an item a matter, where blocks, and sentences within them, tell every matter of a list in order.

    Parameters
    ----------
    zone
        The blocks after the list.
    matters
        What the list names.
    plan
        The outline of the body.

    Returns
    -------
    list
        Empty where a matter is not told, and where no sentence is needed to tell them. What is said before
        the second matter tells the first.
    """
    if not 1 < len(matters) <= MOST or len(zone) > MOST or any(_calls(m) for m in matters):
        return []
    text = "".join([block.span.text for block in zone])
    if not all(any(pair in text for pair in m.about) for m in matters[1:]):
        return []
    given = in_order([[speaks_to(m, block, plan) - MATCHED for m in matters] for block in zone])
    starts = {k: zone[n].span.start for n, k in given.items()}
    if len(starts) == len(matters):
        return []
    turns = list(_turns(zone, matters))
    for k in range(len(matters)):
        if k not in starts:
            before = starts.get(k - 1, zone[0].span.start - 1)
            after = min((start for j, start in starts.items() if j > k), default=zone[-1].span.end)
            if (turn := _next(turns, k, before, after)) is not None:
                starts[k] = turn[0] if k == 0 or k - 1 in starts else turn[1]
    if 0 not in starts and len(matters) >= LISTED and zone[0].span.start not in starts.values():
        starts[0] = zone[0].span.start
    if len(starts) < len(matters):
        return []
    return [Draft(start=starts[k], matter=matter) for k, matter in enumerate(matters)]


def turned_to(
    zone: Sequence[Block], matters: Sequence[Matter], given: dict[int, int], *, plan: Outline
) -> dict[int, Matter]:
    """Find the sentences with which a speech turns to matters of the lead that no block opens, in order.

    Parameters
    ----------
    zone
        The blocks below the lead.
    matters
        What the lead lists, in order.
    given
        Which block opens which matter.
    plan
        The outline of the body.

    Returns
    -------
    dict
        Where a matter begins. A list (听取甲、乙汇报) is taken apart only if each part is told; its first
        part then begins with the block.
    """
    if plan.lead is None or not given or max(len(zone), len(matters)) > MOST:
        return {}
    opened = {k: zone[n] for n, k in given.items()}
    named = [_parts(m, plan.lead.sentence, opened.get(k)) for k, m in enumerate(matters)]
    entries = [part for listed in named for part in listed]
    firsts = [sum(map(len, named[:k])) for k in range(len(named))]
    places = {firsts[k]: block.span.start for k, block in opened.items()}
    left = [e for e, entry in enumerate(entries) if e not in places and _may_turn(entry, plan.lead)]
    sentences_of = list(islice(_within(zone), _MOST_CLAUSES)) if left else []  # of most pages none is left
    for e in left:
        after = max((place for at, place in places.items() if at < e), default=-1)
        before = min((place for at, place in places.items() if at > e), default=zone[-1].span.end)
        near = ((s, said) for s, said in sentences_of if after < s.start < before)
        turn = next((s.start for s, said in near if _turns_to(s, said, entries, e)), None)
        if turn is not None:
            places[e] = turn
    found: dict[int, Matter] = {}
    for k, listed in enumerate(named):
        mine = range(firsts[k], firsts[k] + len(listed))
        if all(e in places for e in mine) and (len(listed) > 1 or k not in opened):
            found.update({places[e]: entries[e] for e in mine})
    return found


def _parts(matter: Matter, sentence: Span, block: Block | None) -> list[Matter]:
    """Take a list apart whose first part its block opens; any other matter is one part."""
    listed = parts(matter, sentence) if block is not None else [matter]
    if len(listed) < 2 or block is None or not any(pair in block.first_sentence for pair in listed[0].about):
        return [matter]
    return listed


def _within(zone: Sequence[Block]) -> Iterator[tuple[Span, str]]:
    """Give the sentences and clauses within blocks, each with what was said before it."""
    before = ""
    for block in zone:
        for sentence in sentences(block.span):
            for clause in clauses(sentence, ";"):
                if clause.start > block.span.start:
                    yield clause, before + block.span.text[: clause.start - block.span.start]
        before += block.span.text


def _may_turn(matter: Matter, lead: Lead) -> bool:
    """Say whether a speech may turn to a matter: the lead states it, and it is not relayed."""
    at = matter.start - lead.sentence.start
    apart = _ASIDE.match(lead.sentence.text, at) is not None
    named = not matter.relays and not summary(matter) and not _SOME.search(matter.subject)
    return named and (apart or stated_in(lead, matter))


def _turns_to(sentence: Span, said: str, entries: Sequence[Matter], e: int) -> bool:
    """Say whether a sentence opens with words of one matter, and of no other, that were not said before."""
    entry = entries[e]
    title = _TITLE.search(entry.subject)
    if title is not None and title.group() not in said and title.group() in sentence.text[:_OPENING]:
        return True
    about = _ABOUT.match(sentence.text)
    if about is None:
        return False
    words = topic(about["about"][:_NEXT_WITHIN]).keys() & entry.about.keys()
    alone = [pair for pair in words if pair not in said and sum(pair in m.about for m in entries) == 1]
    if alone and e and entries[e - 1].end == entry.end and _spoken_of(entries[e - 1], said):
        return True  # the next of one list
    first = about["about"][:2]
    if first not in entry.about or first in said or sum(first in m.about for m in entries) > 1:
        return False
    held = topic(_KINDS.sub(" ", about["about"])).keys() & entry.about.keys()
    return len(held) >= NAMED or entry.subject.startswith(first)


def _spoken_of(matter: Matter, said: str) -> bool:
    """Say whether the last stretch of what was said holds words of a matter."""
    return any(pair in said[-_BEFORE:] for pair in matter.about)


def _calls(matter: Matter) -> bool:
    """Say whether a matter is that another meeting is held: no speech is on it."""
    return "decide" in matter.acts and "召开" in matter.subject


def _turns(zone: Sequence[Block], matters: Sequence[Matter]) -> Iterator[tuple[Block, int, int]]:
    """Find the sentences that open with the words of one matter: block, beginning, matter."""
    for block in zone:
        for sentence in sentences(block.span):
            k = _opens(sentence, block, matters)
            if k is not None:
                yield block, sentence.start, k


def _next(turns: Sequence[tuple[Block, int, int]], k: int, first: int, last: int) -> tuple[int, int] | None:
    """Give the sentence between two places that turns to a matter, and where its paragraph's speech begins.

    That is where the sentence itself begins, unless it is the first there to turn to any matter.
    """
    turned: set[int] = set()
    for block, start, matter in turns:
        if not first < start < last:
            continue
        whole = block.opens and block.span.start > first and block.span.start not in turned
        turned.add(block.span.start)
        if matter == k:
            return (block.span.start if whole else start), start
    return None


def _opens(sentence: Span, block: Block, matters: Sequence[Matter]) -> int | None:
    """Say with the words of which matter a sentence opens, if no other has them and none said them before."""
    about = _ABOUT.match(_SPEAKER.sub("", sentence.text, count=1))
    named = topic(_KINDS.sub(" ", about["about"])).keys() if about is not None else set()
    held = [len(named & matter.about.keys()) for matter in matters]
    most = max(held)
    if most < NAMED or held.count(most) > 1:
        return None
    k = held.index(most)
    at = sentence.start - block.span.start
    said = block.span.text[max(0, at - _BEFORE) : at]
    return k if sum(pair not in said for pair in named & matters[k].about.keys()) >= NAMED else None
