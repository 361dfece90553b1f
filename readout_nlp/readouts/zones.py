"""The blocks between two section heads: whose matter they speak to, and where another matter begins."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import takewhile

from readout_nlp.readouts.align import in_order
from readout_nlp.readouts.blocks import Block, Outline
from readout_nlp.readouts.draft import Draft, unstated
from readout_nlp.readouts.heads import speech
from readout_nlp.readouts.lead import LISTED, elements, group_sizes, summary
from readout_nlp.readouts.matter import Matter, shared
from readout_nlp.readouts.parts import (
    PAIRED,
    after_relays,
    crossed,
    in_gaps,
    none_elsewhere,
    one_by_one,
    own_organs,
    parts,
    taken_apart,
)
from readout_nlp.readouts.raised import OLD, RECENT, opened_by_speech, ordered, relayed
from readout_nlp.readouts.sources import organs
from readout_nlp.readouts.spans import Span
from readout_nlp.readouts.speaks import FAINT, MATCHED, asks_of_all, speaks_to
from readout_nlp.readouts.turns import told_in_turn, turned_to

SAME_ORGAN = 0.36  # what it counts that a block speaks of the organ whose word a matter, and no other, relays
NAMED = 0.05  # what a speech counts at least on a matter of a list: the list holds its words too
MOST_PAIRS = 100_000  # more blocks and matters than any readout has
_OWN = re.compile("(?:意见|措施|打算|举措|方案)[,;。]?$")  # 研究贯彻落实意见: nothing is relayed
_SAYS = re.compile(",(?:会议)?(?:强调|指出|要求)")
_HIS = re.compile("总书记|国家主席")
_ALL = re.compile(r"等(?:\d+|[一二三四五六七八九十]{1,3})(?:项|个|件|方面)")


def zone_drafts(
    zone: Sequence[Block], heads: list[Matter], unmet: list[Matter], *, plan: Outline
) -> list[Draft]:
    """Draft the items that begin in the blocks between two section heads.

    Parameters
    ----------
    zone
        The blocks, frame left out.
    heads
        The matters of the heads just before; empty at the beginning of a body.
    unmet
        The lead's matters that no head tells; those that find their block here are taken out.
    plan
        The outline of the whole body.
    """
    if not heads:
        if len(zone) == 1 and len(unmet) <= 1:
            return [
                Draft(start=zone[0].span.start, matter=unmet.pop() if unmet else unstated(zone[0].span, ""))
            ]
        if len(zone) == 1 and asks_of_all(zone[0], unmet, plan):
            return []
        return _headless(zone, unmet, plan=plan)
    if len(heads) == 1 and len(zone) == 1 and "、" in heads[0].subject:
        listed = told_in_turn(zone, parts(heads[0], _before(zone, plan)), plan)
        if listed:
            return [listed[0]._replace(start=heads[0].start), *listed[1:]]
    if len(heads) == 1 and len(zone) > 1:
        subjects = elements(heads[0].subject)
        if len(subjects) > 1:
            named = [heads[0]._replace(subject=subject) for subject in subjects]
        else:
            named = parts(heads[0], _before(zone, plan)) if "、" in heads[0].subject else []
        listed = _by_elements(zone, heads[0], named, plan=plan) if len(named) > 1 else []
        if listed:
            return listed
    found = told_in_turn(zone, heads, plan) or told_in_turn(zone, _of_one_verb(heads), plan)
    found = found or _each_on_one(zone, heads, plan)
    if not found:
        return _after_heads(zone, heads, unmet, plan=plan)
    rest = [block for block in zone if block.span.start > found[-1].start]
    return found + (_after_heads(rest, [found[-1].matter], unmet, plan=plan) if rest else [])


def _of_one_verb(heads: Sequence[Matter]) -> list[Matter]:
    """Give the papers of a list before another verb's: 审议通过《甲》《乙》,书面审议《丙》."""
    first = list(takewhile(lambda m: m.verb == heads[0].verb and m.titled, heads))
    return first if 1 < len(first) < len(heads) else []


def _each_on_one(zone: Sequence[Block], heads: Sequence[Matter], plan: Outline) -> list[Draft]:
    """Draft an item a speech where a list has more matters than speeches follow, each on one, in order."""
    if not 1 < len(zone) < len(heads) <= RECENT or not all(b.opens and b.kind == "speech" for b in zone):
        return []
    rows = [[speaks_to(m, block, plan) for m in heads] for block in zone]
    best = [row.index(max(row)) for row in rows]
    clear = all(max(row) >= NAMED and row.count(max(row)) == 1 for row in rows)
    if not clear or max(map(max, rows)) < FAINT or best != sorted(set(best)):
        return []
    return [Draft(start=block.span.start, matter=heads[k]) for block, k in zip(zone, best, strict=True)]


def _before(zone: Sequence[Block], plan: Outline) -> Span:
    """Give the block before a zone: the head."""
    place = bisect_left(plan.blocks, zone[0].span.start, key=lambda block: block.span.start)
    return plan.blocks[max(0, place - 1)].span


def _by_elements(zone: Sequence[Block], head: Matter, parts: list[Matter], *, plan: Outline) -> list[Draft]:
    """Take a head's list apart where two or more of its elements have a block of their own."""
    given = _assigned(zone, parts, plan=plan)
    if len(given) < 2:
        return []
    first = min(given)
    drafts = [Draft(start=zone[n].span.start, matter=m) for n, m in given.items() if n != first]
    # the head sentence, and what stands before the first element's block, go with the first element
    return [Draft(start=head.start, matter=given[first]), *drafts]


def _after_heads(
    zone: Sequence[Block], heads: list[Matter], unmet: list[Matter], *, plan: Outline
) -> list[Draft]:
    """Follow the blocks after the heads: most go on with the last head's matter."""
    found: list[Draft] = []
    waiting = heads[:-1]
    current = heads[-1]
    if len(heads) == 1 and _ALL.search(current.subject):
        unmet = []  # the lead only names some of what the head sums up
    spoken = bool(unmet) and _spoken_before(zone[0], plan)
    if unmet and (in_turn := _as_many_left(zone, unmet, plan, spoken=spoken)):
        unmet.clear()
        return in_turn
    spoken_to = zone[0].kind == "speech" and not zone[0].opens  # another speech is on the head
    for n, block in enumerate(zone):
        open_to = unmet if n or spoken else ()
        candidates = [*waiting, *(heads[-1:] if len(heads) > 1 else ()), *open_to]
        best = _better(block, current, candidates, plan=plan)
        if best is not None:
            _drop(unmet, best)
            _drop(waiting, best)
        elif block.opens:
            before = zone[max(0, n - RECENT) : n]
            best = opened_by_speech(block, heads, before=before)
            if best is None and not unmet and spoken_to:
                best = ordered(block, heads, before=before)
        if best is not None:
            found.append(Draft(start=block.span.start, matter=best))
            current = best
    return found


def _as_many_left(
    zone: Sequence[Block], unmet: Sequence[Matter], plan: Outline, *, spoken: bool
) -> list[Draft]:
    """Draft an item a paragraph behind a head that has its own, where as many matters are left."""
    first = next((n for n, block in enumerate(zone) if block.opens), len(zone))
    rest = zone[first:]
    left = [m for m in unmet if not summary(m)]
    if not (first or spoken) or len(rest) < 2 or len(rest) != len(left):
        return []
    given = one_by_one(rest, left, plan)
    return [Draft(start=rest[n].span.start, matter=left[k]) for n, k in given.items()]


def _spoken_before(block: Block, plan: Outline) -> bool:
    """Say whether the head's own paragraph tells what was said on it: the next may turn away."""
    if not block.opens:
        return False
    before = next((b for b in plan.blocks if b.span.end <= block.span.start < b.span.end + 4), None)
    if before is None:
        return False
    return (block.kind == "plain" and not before.opens) or _SAYS.search(before.span.text) is not None


def _better(block: Block, current: Matter, matters: Sequence[Matter], *, plan: Outline) -> Matter | None:
    """Give the matter a block speaks to more than to the current one; None where it goes on with that."""
    if not matters:
        return None
    scored = [(speaks_to(m, block, plan), m) for m in matters]
    value, best = max(scored, key=lambda pair: pair[0])
    if value < MATCHED or best is current or value <= speaks_to(current, block, plan):
        return None
    return best


def _drop(matters: list[Matter], matter: Matter) -> None:
    matters[:] = [m for m in matters if m is not matter]


def _headless(zone: Sequence[Block], unmet: list[Matter], *, plan: Outline) -> list[Draft]:
    """Share blocks without a section head out among the matters of the lead."""
    matters = [m for m in unmet if not summary(m) or _plural(m)]
    matters, apart = taken_apart(zone, matters, plan=plan)
    given = crossed(zone, matters, plan=plan) or one_by_one(zone, matters, plan)
    told = {n: matters[k] for n, k in given.items()}
    turned: dict[int, Matter] = {}
    if not given:
        given = _given(zone, matters, plan=plan, apart=apart)
        given = in_gaps(zone, matters, given, plan=plan, apart=apart)
        if not _turned(given, zone, matters, plan=plan):
            given = _begun(given, matters)
        turned = turned_to(zone, matters, given, plan=plan)
        told = _with_acts(zone, given, matters, plan=plan, elsewhere={m.start for m in turned.values()})
    plural = next((m for m in matters if _plural(m)), None)
    last = max(given, default=len(zone))
    found: list[Draft] = []
    for n, block in enumerate(zone):
        matter = told.get(n)
        if matter is None and plural is not None and block.opens:
            matter = relayed(block, plural, before=zone[max(0, n - RECENT) : n])
        if matter is None and block.opens and n > last and len(given) == len(matters):
            matter = ordered(block, matters, before=zone[max(0, n - RECENT) : n])
        if matter is not None:
            part = turned.pop(block.span.start, matter)
            found.append(Draft(start=block.span.start, matter=matter._replace(subject=part.subject)))
    used = {matters[k].start for k in given.values()} | {m.start for m in turned.values()}
    found += [Draft(start=start, matter=matter) for start, matter in turned.items()]
    unmet[:] = [m for m in unmet if m.start not in used]
    return found or [Draft(start=zone[0].span.start, matter=unstated(zone[0].span, ""))]


def _plural(matter: Matter) -> bool:
    """Say whether a matter relays things that it does not name: 传达学习有关会议精神."""
    return matter.relays and summary(matter) and not _OWN.search(matter.subject)


def _given(
    zone: Sequence[Block], matters: list[Matter], *, plan: Outline, apart: frozenset[int]
) -> dict[int, int]:
    """Give matters, in order, the blocks that open them; the parts of a list need not be said so clearly."""
    if len(zone) * len(matters) > MOST_PAIRS:
        return {}
    least = [FAINT if _apart(block) else MATCHED for block in zone]
    own = own_organs(matters)
    paired = _paired(zone, matters, plan=plan)
    relays = after_relays(matters)
    gains = [
        [
            max(speaks_to(m, block, plan), SAME_ORGAN * _speaks_of(block, own, k))
            - (FAINT if m.start in apart else least[n])
            + PAIRED * (paired.get(n) == k and not (k in relays and _goes_on(block, m, plan)))
            for k, m in enumerate(matters)
        ]
        for n, block in enumerate(zone)
    ]  # fmt: skip
    return in_order(gains)


def _speaks_of(block: Block, own: Sequence[frozenset[str]], k: int) -> bool:
    """Say whether a speech speaks of the organ of the k-th matter, and not of an earlier matter's too."""
    if not own[k] or block.kind != "speech":
        return False
    named = organs(block.first_sentence)
    return bool(own[k] & named) and not any(earlier & named for earlier in own[:k])


def _goes_on(block: Block, matter: Matter, plan: Outline) -> bool:
    """Say whether a speech holds no word of a relayed matter, nor of whose word it is."""
    named = organs(_HIS.sub("", block.first_sentence))
    return not named & organs(matter.subject) and not speaks_to(matter, block, plan)


def _paired(zone: Sequence[Block], matters: list[Matter], *, plan: Outline) -> dict[int, int]:
    """Pair speeches and clauses of the lead, or its matters, one by one where there are as many of both."""
    speeches = [n for n, block in enumerate(zone) if block.opens]
    clauses: dict[int, int] = {}
    for k, matter in enumerate(matters):
        clauses.setdefault(_clause(matter, plan), k)
    meeting = all(speech(zone[n].first_sentence) == "会议" for n in speeches)
    if not meeting or len(speeches) != len(zone):
        return {}
    if len(speeches) == len(clauses):
        return dict(zip(speeches, clauses.values(), strict=True))
    alone = len(speeches) == len(matters) and none_elsewhere(zone, matters, plan)
    return {n: n for n in speeches} if alone else {}


def _clause(matter: Matter, plan: Outline) -> int:
    """Give the number of the lead's clause that lists a matter; in a later sentence, its place."""
    lead = plan.lead
    places = zip(lead.matters, lead.groups, strict=True) if lead is not None else ()
    return next((group for m, group in places if m.start == matter.start), matter.start)


def _turned(given: dict[int, int], zone: Sequence[Block], matters: list[Matter], *, plan: Outline) -> bool:
    """Say whether the meeting first speaks to a later matter of the lead and to none before it."""
    chosen = given.get(0, 0)
    if not chosen or speech(zone[0].first_sentence) not in (None, "会议"):  # the chair speaks to all of it
        return False
    return all(speaks_to(m, zone[0], plan) < FAINT for m in matters[:chosen])


def _begun(given: dict[int, int], matters: list[Matter]) -> dict[int, int]:
    """Let the first block open the lead's first matter too."""
    return {0: 0, **{n: k for n, k in given.items() if n and k}} if matters else {}


def _with_acts(
    zone: Sequence[Block],
    given: dict[int, int],
    matters: list[Matter],
    *,
    plan: Outline,
    elsewhere: set[int],
) -> dict[int, Matter]:
    """Add the acts of the lead's matters that no block opens and the item's blocks speak of."""
    begins, firsts = list(given), list(given.values())
    ends, lasts = [*begins[1:], len(zone)], [*firsts[1:], len(matters)]
    told: dict[int, Matter] = {}
    sizes = group_sizes(plan.lead) if plan.lead is not None else {}
    for begin, end, first, last in zip(begins, ends, firsts, lasts, strict=False):
        acts = list(matters[first].acts)
        for other in matters[first + 1 : last][:RECENT]:
            if (
                other.start not in elsewhere
                and not _plural(other)
                and sizes.get(id(other), 0) < LISTED
                and any(
                    speaks_to(other, b, plan) >= FAINT
                    and (not other.titled or shared(other.about, b.topic) >= OLD)
                    for b in zone[begin:end][:RECENT]
                )
            ):
                acts += other.acts
        told[begin] = matters[first]._replace(acts=tuple(dict.fromkeys(acts)))
    return told


def _assigned(zone: Sequence[Block], matters: list[Matter], *, plan: Outline) -> dict[int, Matter]:
    """Give each matter the block that speaks most to it, the clearest pairs first, one block a matter."""
    pairs = [
        (speaks_to(m, block, plan), -n, k) for n, block in enumerate(zone) for k, m in enumerate(matters)
    ]
    given: dict[int, int] = {}
    for least in (MATCHED, FAINT):
        for value, n, k in sorted(pairs, reverse=True):
            faint = value < MATCHED
            if value < least or k in given.values() or -n in given or (faint and not _apart(zone[-n])):
                continue
            if not faint or all(v <= value for v, m, j in pairs if m == n and j in given.values()):
                given[-n] = k
    return {n: matters[k] for n, k in sorted(given.items())}


def _apart(block: Block) -> bool:
    """Say whether a block is a paragraph 要…: it may stand for a matter of the lead's list."""
    return block.kind == "plain" and block.opens
