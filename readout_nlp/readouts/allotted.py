"""Speeches of a dense page allotted to the matters of the list before them: both run in one order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from readout_nlp.readouts import patterns
from readout_nlp.readouts.align import Scores
from readout_nlp.readouts.blocks import Block, Outline
from readout_nlp.readouts.draft import Draft
from readout_nlp.readouts.heads import speech
from readout_nlp.readouts.lead import Lead, summary
from readout_nlp.readouts.listed import Listed, list_of, told_by
from readout_nlp.readouts.matter import Matter
from readout_nlp.readouts.runs import in_runs
from readout_nlp.readouts.speaks import FAINT, MATCHED, OPENS_WITH, closes, speaks_to
from readout_nlp.readouts.stand_alone import LEAST
from readout_nlp.readouts.unmet import told
from readout_nlp.reference.work_fields import work_fields

MOST = 30  # speeches or matters
LETTERS = 0.6  # what the characters of a matter count for, against its pairs of characters
RELAYS = 0.4  # what it counts that a speech names the kind of thing that is relayed
FIELD = 0.4  # what it counts that all words of a speech that tell a field of work tell the matter's
HEAD = 2.0  # what it counts that a head tells a matter
NEVER = -1.0  # ... that a speech cannot be on it
CLEAR = 0.04  # by how much every other way to allot must be worse
WORD = 0.05  # what a speech counts at least that says anything on its matter
ASTRAY = 0.3  # ... by which it says more on another: the order is not kept
TITLED = 0.1  # ... on a document
_KINDS = re.compile("总书记|全会|座谈会|集体学习|批示|指示")
_DEMANDS = re.compile("会议要求:?一[是要]")  # the first demand names nothing yet
_HAN = re.compile("[一-鿿]")
_PLENARY = ("全会", "大会")  # it speaks to its report, whatever it turns to


def allotted(plan: Outline, drafts: list[Draft]) -> list[Draft]:
    r"""Allot the speeches behind a list to its matters, where more of them open an item so.

    Parameters
    ----------
    plan
        The outline of the body.
    drafts
        The items found so far; they stay as they are where it is not clear which speech is on what.

    Examples
    --------
    >>> from readout_nlp.readouts.blocks import outline
    >>> text = "县委召开会议,研究春茶、渡口和灯会。会议强调,茶园要剪。会议指出,渡口要修。会议要求,灯会要办。"
    >>> [draft.matter.subject for draft in allotted(outline(text), [])]
    ['春茶', '渡口', '灯会']
    """
    blocks = [block for block in (*plan.passed, *plan.blocks) if block.kind != "frame"]
    if not any(block.kind == "speech" for block in blocks) or _each_begun(blocks, drafts, plan.lead):
        return drafts
    listed, begin = list_of(plan, blocks)
    if not 1 < len(listed) <= MOST:
        return drafts
    said = _said(blocks[begin:], listed)
    head = next((n for n, block in enumerate(said) if block.kind == "head"), 0)
    ways = (said, said[:head]) if head else (said,)
    found = (_served(way, listed, blocks[begin:], plan=plan, drafts=drafts) for way in ways)
    return next((way for way in found if way), drafts)


def _each_begun(blocks: Sequence[Block], drafts: Sequence[Draft], lead: Lead | None) -> bool:
    """Say whether an item begins at a head of its own for each matter of the lead: no way can open more."""
    matters = [m for m in lead.matters if m.relays or not summary(m)] if lead is not None else []
    starts = {draft.start for draft in drafts}
    heads = (b.matters for b in blocks if b.matters and b.opens and b.span.start in starts and not closes(b))
    # heads are used up: what follows asks only the heads behind
    return bool(matters) and all(
        any(told(m.about, [other.about for other in head], whole=True) for head in heads) for m in matters
    )


def _said(blocks: Sequence[Block], listed: Sequence[Listed]) -> list[Block]:
    """Take one speaker's speeches, then the meeting's, and the heads among them that tell a matter."""
    found: list[Block] = []
    speaker: str | None = None
    for block in blocks:
        if block.kind == "speech":
            who = speech(block.first_sentence)
            if who in _PLENARY or (speaker not in (None, who) and who != "会议"):
                break  # the chair first, then the meeting: 张三指出…会议强调…
            speaker = who
        elif block.kind != "head" or len(block.matters) != 1 or told_by(block, listed) is None:
            break
        found.append(block)
    return found


def _served(
    said: Sequence[Block],
    listed: list[Listed],
    blocks: Sequence[Block],
    *,
    plan: Outline,
    drafts: list[Draft],
) -> list[Draft]:
    """Draft the matters that speeches serve, and keep the drafts around them; empty where it is not clear."""
    zone = _units(said)
    several = sum(block.kind == "speech" for block in zone) > 1
    if len(zone) > MOST or not (several or (len(said) == len(zone) == 1 < len(listed))):
        return []
    if not several and not _on_one(zone[0], listed, plan):
        return []
    last = said[-1].span.end
    behind = [m.about for block in blocks for m in block.matters if block.span.start >= last]
    listed = [one for one in listed if not told(one.matter.about, behind)]
    if not _several(listed) and not (len(zone) == 2 and _two(listed)):
        return []
    starts = {one.matter.start for one in listed}
    inside = [d for d in drafts if listed[0].matter.start <= d.start < last]
    if any(d.matter.start in starts and d.start >= last for d in drafts):
        return []
    opened = _opened(inside, zone)
    if opened >= min(len(zone), len(listed)):  # no other way can open more
        return []
    found = _allot(zone, listed, plan, inside=inside)
    begun = [sum(d.start >= zone[0].span.start for d in some) for some in (found, inside)]
    if begun[0] < begun[1] or _opened(found, zone) <= opened:
        return []
    return sorted([*found, *(d for d in drafts if d not in inside)], key=lambda draft: draft.start)


def _on_one(block: Block, listed: Sequence[Listed], plan: Outline) -> bool:
    """Say whether the one speech behind a list begins with words of one matter, and says none on another."""
    (row,) = _scores([block], listed, plan)
    *others, best = sorted(row)
    on = listed[row.index(best)]
    whole = sum(one.clause == on.clause for one in listed) == 1
    begins = _DEMANDS.match(block.first_sentence) or any(p in block.first_sentence for p in on.matter.about)
    return block.opens and whole and bool(begins) and best >= MATCHED and others[-1] < FAINT


def _units(said: Sequence[Block]) -> list[Block]:
    """Leave out what the meeting asks for in closing and, in a body of paragraphs, what begins none."""
    in_paragraphs = any(block.opens for block in said[1:])
    units = [block for block in said[1:] if (block.opens or not in_paragraphs) and not closes(block)]
    first = said and speech(said[0].first_sentence) == "会议"  # it closes nothing
    return [*said[:1], *units] if first or (said and not closes(said[0])) else units


def _several(listed: Sequence[Listed]) -> bool:
    """Say whether a list has more than one clause, or its one clause more than two names that 和 joins."""
    if len({one.clause for one in listed}) > 1 or len(listed) > 2:
        return True
    return len(listed) > 1 and all(one.matter.titled for one in listed)


def _two(listed: Sequence[Listed]) -> bool:
    """Say whether 和 joins two names that could each stand alone: each has a speech, where two follow."""
    apart = len(listed) == 2 and listed[1].joint
    return apart and all(len(one.matter.subject) >= LEAST for one in listed)


def _opened(drafts: Sequence[Draft], zone: Sequence[Block]) -> int:
    """Count the blocks with which an item begins."""
    starts = {block.span.start for block in zone}
    return sum(draft.start in starts for draft in drafts)


def _allot(
    zone: Sequence[Block], listed: Sequence[Listed], plan: Outline, *, inside: Sequence[Draft]
) -> list[Draft]:
    """Draft what the blocks open, and what the list alone tells."""
    if len(zone) != len(listed):
        listed = _told_apart(zone, listed, plan)
    scores = _scores(zone, listed, plan)
    places, margin = in_runs(scores, [one.clause for one in listed])
    if margin < CLEAR or not _borne_out(places, scores):
        return []
    served = {listed[k].clause for k in places}
    unserved = {one.matter.start for one in listed if one.clause not in served}
    told_here = [
        Draft(start=block.span.start, matter=block.matters[0] if block.matters else _whole(listed, k, places))
        for block, before, k in zip(zone, (-1, *places), places, strict=False)
        if before != k
    ]
    return [*(draft for draft in inside if draft.start in unserved), *told_here]


def _told_apart(zone: Sequence[Block], listed: Sequence[Listed], plan: Outline) -> list[Listed]:
    """Join neighbouring parts of a list that one block names together."""
    found: list[Listed] = []
    for one in listed:
        before = found[-1] if found and found[-1].clause == one.clause else None
        pair = (before.matter, one.matter) if before is not None else ()
        if before is not None and any(all(speaks_to(m, b, plan) >= MATCHED for m in pair) for b in zone):
            subject = f"{before.matter.subject}、{one.matter.subject}"
            found[-1] = before._replace(matter=before.matter._replace(subject=subject))
        else:
            found.append(one)
    return found


def _whole(listed: Sequence[Listed], place: int, places: Sequence[int]) -> Matter:
    """Give the matter at a place with the parts of its clause that no speech of their own tells."""
    own = [k for k, one in enumerate(listed) if one.clause == listed[place].clause]
    first = not any(k in places for k in own if k < place)
    end = next((k for k in own if k > place and k in places), own[-1] + 1)
    parts = [listed[k].matter for k in range(own[0] if first else place, end)]
    if len(parts) == len(own):
        return listed[place].whole
    return parts[0]._replace(subject="、".join(part.subject for part in parts))


def _borne_out(places: Sequence[int], scores: Scores) -> bool:
    """Say whether half of the blocks that open a matter after the first say more on it than on any other.

    None may say far more on another that no block opens.
    """
    told_here = set(places)
    for row, k in zip(scores, places, strict=True):
        if row[k] + ASTRAY < max(row) and row.index(max(row)) not in told_here:
            return False
    if len(places) == 1:  # see `_on_one`
        return True
    opened = [n for n, (before, k) in enumerate(pairwise(places), 1) if k != before]
    own = sum(WORD <= scores[n][places[n]] == max(scores[n]) for n in opened)
    return any(scores[n][places[n]] >= FAINT for n in opened) and 2 * own >= len(opened)


def _scores(zone: Sequence[Block], listed: Sequence[Listed], plan: Outline) -> list[list[float]]:
    """Give what speaks for each block being on each matter."""
    texts = [block.span.text[:OPENS_WITH] for block in zone]
    letters = [_weights(one.matter, texts) for one in listed]
    relays = {k for k, pair in enumerate(pairwise(listed), 1) if all(one.matter.relays for one in pair)}
    found: list[list[float]] = []
    head: int | None = None  # the matter that the head just before tells
    fields = _own_fields(listed)
    for block in zone:
        tells = told_by(block, listed) if block.kind == "head" else None
        row = [HEAD * (k == tells) for k in range(len(listed))]
        if tells is None:
            row = list(_row(block, listed, plan, letters=letters, head=head, relays=relays, fields=fields))
        found.append(row)
        head = tells
    return found


def _row(
    block: Block,
    listed: Sequence[Listed],
    plan: Outline,
    *,
    letters: Sequence[Mapping[str, float]],
    head: int | None,
    relays: set[int],
    fields: Sequence[frozenset[str]],
) -> Iterator[float]:
    """Give what speaks for a speech being on each matter: by pairs, characters, and what it relays.

    Behind a head, and on what is relayed after other things, it needs words of its own; so on a document.
    """
    for k, one in enumerate(listed):
        named = speaks_to(one.matter, block, plan)
        value = max(named, LETTERS * _share(letters[k], block), RELAYS * _same_kind(one, block))
        field = FIELD * _in_fields(fields[k], block)
        behind = head not in (None, k) and (max(value, field) if block.opens else named) < FAINT
        value, named = max(value, field), max(named, field)
        bare = one.matter.titled and k != head and value < TITLED
        joined = one.joint and value < FAINT
        yield NEVER if behind or bare or joined or (k in relays and named < FAINT) else value


def _own_fields(listed: Sequence[Listed]) -> list[frozenset[str]]:
    """Give for each matter the fields of work that its words name and no other's do."""
    named = [frozenset(work_fields(one.matter.subject)) for one in listed]
    often = Counter(field for fields in named for field in fields)
    return [frozenset(field for field in fields if often[field] == 1) for fields in named]


def _in_fields(fields: frozenset[str], block: Block) -> float:
    """Give the share of a speech's words of fields of work that are of some fields."""
    said = work_fields(block.span.text[:OPENS_WITH])
    return sum(said.get(field, 0) for field in fields) / sum(said.values()) if fields and said else 0.0


def _same_kind(one: Listed, block: Block) -> bool:
    """Say whether a speech names the kind of thing that a matter relays: 总书记, 全会."""
    if not one.matter.relays:
        return False
    return not {*_KINDS.findall(one.matter.subject)}.isdisjoint(_KINDS.findall(block.span.text[:OPENS_WITH]))


def _weights(matter: Matter, texts: Sequence[str]) -> dict[str, float]:
    """Weigh a matter's characters; those in few speeches count most."""
    letters = dict.fromkeys(_HAN.findall(patterns.generic_words().sub("", matter.subject)))
    return {letter: 1 / max(1, sum(letter in text for text in texts)) for letter in letters}


def _share(weights: Mapping[str, float], block: Block) -> float:
    """Give the share of weighed characters with which a speech opens."""
    text = block.span.text[:OPENS_WITH]
    whole = sum(weights.values())
    return sum(weight for letter, weight in weights.items() if letter in text) / whole if whole else 0.0
