"""Lists under one verb whose parts have blocks of their own: 听取甲、乙情况汇报."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain, pairwise, takewhile

from readout_nlp.readouts.align import in_order
from readout_nlp.readouts.blocks import Block, Outline
from readout_nlp.readouts.documents import placed
from readout_nlp.readouts.heads import speech
from readout_nlp.readouts.lead import elements, stated_in
from readout_nlp.readouts.matter import Matter, has_topic
from readout_nlp.readouts.sources import organs
from readout_nlp.readouts.spans import Span, clauses
from readout_nlp.readouts.speaks import FAINT, MATCHED, speaks_to
from readout_nlp.readouts.stand_alone import bare, last_of_sum
from readout_nlp.readouts.unmet import told

# what it counts that there are as many speeches as matters, and one stands where the other does
PAIRED = 0.35
WORD = 0.1  # what a block counts at least that says anything on a matter
NAMED = 2  # characters of a matter with which a speech on it begins
RECENT = 40  # blocks that are looked at
_LONGEST = 30  # characters of one part of a list
_LONGEST_LIST = 240  # ... and of the list
_FURTHER = re.compile(
    "会议(?:还|最后|另外){1,2}[^、]{2,40}、[^。]{2,80}等[^,。]{0,6}(?:工作|事项|事宜|问题|议题)[。;]?$"
)
# 研究了甲、乙等事项, with no word on any of them
_STUDIED = re.compile(
    "(?:会议)?(?:研究|讨论|审议)了?[^、。;]{2,40}、[^。;]{2,120}(?<![及和])等(?:事项|事宜|议题)[。;]?$"
)
# 研究了甲、乙、丙等工作,审议了《丁》
_BEFORE_OTHER = re.compile(
    "(?:会议)?研究了[^、。;,]{2,40}(?:、[^、。;,]{2,40}){2,}等(?:工作|事项|事宜|议题),(?:审议|讨论)了?[《“]"
)
_SEVERAL = 3
_JOINED = re.compile("[及和]|以及")
_LEARNING = re.compile("会议[^,]{2,4},(?:要|必须)?[一-鿿]{0,4}学习")
# 会议还研究了某问题、某问题: each is named as one
_QUESTIONS = re.compile(
    "会议(?:还|最后|另外){1,2}研究了?(?:[^、,。;]{4,40}(?:问题|事宜|事项)、){1,9}[^、,。;]{4,40}(?:问题|事宜|事项)[。;]?$"
)
_TAIL = re.compile(
    "(?:[一二三四五六七八九十两]{1,2}(?:(?:个|项)(?:方面|问题|工作)?|方面))?等?(?:有关|相关)?(?:工作|事项|事宜|情况|问题)*$"
)
# 听取甲、乙情况汇报 lists; 关于甲、乙的规定 is one
_CLOSES = re.compile(r"[^,。;]{0,12}?(?:工作|情况|事宜|事项|汇报|报告|作出|进行)")


def parts(matter: Matter, sentence: Span) -> list[Matter]:
    """Take a matter apart that lists several by 、: 渡口整治、茶园防冻.

    Examples
    --------
    >>> text = "听取渡口整治、茶园防冻两项工作汇报。"
    >>> both = Matter(start=0, end=18, acts=("hear",), verb="听取", subject="渡口整治、茶园防冻两项")
    >>> [(m.start, m.subject) for m in parts(both, Span(0, 18, text))]
    [(0, '渡口整治'), (7, '茶园防冻')]
    """
    subject = matter.subject
    titled = "《" in subject or matter.relays
    if "、" not in subject or titled or len(subject) > _LONGEST_LIST:
        return [matter]
    named = [part.text.strip("、") for part in clauses(Span(0, len(subject), subject), "、")]
    *first, last = [*named[:-1], _TAIL.sub("", named[-1])]
    if not first or not all(len(name) <= _LONGEST and has_topic(name) for name in (*first, last)):
        return [matter]
    at = sentence.text.find(subject, max(0, matter.start - sentence.start))
    if at < 0 or not (_CLOSES.match(sentence.text, at + len(subject)) or _CLOSES.search(subject[-4:])):
        return [matter]
    found = [matter._replace(subject=first[0])]
    for name in [*first[1:], last]:
        place = sentence.text.find(name, max(0, found[-1].start - sentence.start))
        found.append(
            matter._replace(subject=name, start=sentence.start + place if place >= 0 else matter.start)
        )
    return found


def _last_two(matter: Matter) -> list[Matter]:
    """Part what 和 joins at the end of a list of reports: 甲、乙和丙."""
    first, joint, second = matter.subject.rpartition("和")
    if matter.acts != ("hear",) or not joint or not has_topic(first) or not has_topic(second):
        return [matter]
    return [matter._replace(subject=first), matter._replace(subject=second)]


def _two(matter: Matter, sentence: Span, zone: Sequence[Block]) -> list[Matter]:
    """Take a report on two apart (听取渡口和信访工作汇报) where a speech begins with the words of each."""
    named = re.split("和|以及|及", matter.subject) if matter.acts == ("hear",) else []
    if len(named) != 2 or "《" in matter.subject or "、" in matter.subject or not all(map(has_topic, named)):
        return [matter]
    said = [block.first_sentence.partition(",")[2] for block in zone[:RECENT] if block.kind == "speech"]
    begun = all(any(words.startswith(one[:NAMED]) for words in said) for one in named)
    at = sentence.text.find(matter.subject, max(0, matter.start - sentence.start))
    if not begun or at < 0:
        return [matter]
    second = sentence.start + at + matter.subject.rindex(named[1])
    return [matter._replace(subject=named[0]), matter._replace(subject=named[1], start=second)]


def each_further(block: Block, *, said: bool) -> Block:
    """Give each matter of the business that closes an agenda one of its own: 会议还研究了甲、乙等事项.

    Without 还 nothing may be `said` on them within the paragraph.
    """
    if len(block.matters) != 1 or "、" not in block.first_sentence:
        return _each_of_first(block) if len(block.matters) == 2 else block
    if not (block.opens or block.first_sentence.startswith("会议还")):
        return block
    (matter,) = block.matters
    asked = _QUESTIONS.match(block.first_sentence) is not None
    alone = not said and block.span.text == block.first_sentence
    alone = alone and _STUDIED.match(block.first_sentence) is not None
    if not asked and not alone and _FURTHER.match(block.first_sentence) is None:
        return block
    named = matter.subject.split("、") if asked else elements(matter.subject)
    named = named if matter.acts == ("deliberate",) and not matter.titled else []
    named = [one for name in named for one in name.split(",")]  # 甲、乙,丙等事项
    if len(named) > 1 and not asked:
        named = [*named[:-1], *last_of_sum(named[-1])] if not any(map(bare, named[:-1])) else []
    if alone and named and _JOINED.search(named[-1]):  # 研究甲、乙及丙等有关事项
        return block
    if len(named) < 2 or not all(len(name) <= _LONGEST and has_topic(name) for name in named):
        return block
    sentence = Span(block.span.start, block.span.start + len(block.first_sentence), block.first_sentence)
    return block._replace(matters=tuple(placed(matter, named, sentence)))


def _each_of_first(block: Block) -> Block:
    """Give each matter of a list one of its own before another verb: 研究了甲、乙、丙等工作,审议了《丁》."""
    first, other = block.matters
    if _BEFORE_OTHER.match(block.first_sentence) is None or first.acts != ("deliberate",) or first.titled:
        return block
    named = elements(first.subject)
    if len(named) < _SEVERAL or not all(len(name) <= _LONGEST and has_topic(name) for name in named):
        return block
    sentence = Span(block.span.start, block.span.start + len(block.first_sentence), block.first_sentence)
    return block._replace(matters=(*placed(first, named, sentence), other))


def taken_apart(
    zone: Sequence[Block], matters: list[Matter], *, plan: Outline
) -> tuple[list[Matter], frozenset[int]]:
    """Take the lead's lists apart (听取甲、乙汇报) whose parts have blocks of their own, two at least."""
    found: list[Matter] = []
    starts: set[int] = set()
    for n, matter in enumerate(matters):
        named = parts(matter, plan.lead.sentence) if plan.lead is not None else [matter]
        if len(named) == 1 and plan.lead is not None:
            named = _two(matter, plan.lead.sentence, zone)
        others = [m for m in matters if m is not matter]
        apart = len(named) > 1 and (
            _have_blocks(zone, named, others, plan=plan)
            or _as_many(zone, [*matters[:n], *named, *matters[n + 1 :]], plan=plan)
        )
        found.extend(named if apart else [matter])
        starts.update(m.start for m in named if apart)
    return found, frozenset(starts)


def _have_blocks(zone: Sequence[Block], named: list[Matter], others: list[Matter], *, plan: Outline) -> bool:
    """Say whether two parts of a list have blocks that speak to them more than to any other matter."""
    scores = [[speaks_to(m, block, plan) for m in named] for block in zone[:RECENT]]
    given = in_order([[score - FAINT for score in row] for row in scores])
    own = [
        scores[n][k]
        for n, k in given.items()
        if all(speaks_to(m, zone[n], plan) <= scores[n][k] for m in others)
    ]
    return len(own) > 1 and max(own) >= MATCHED


def _as_many(zone: Sequence[Block], matters: list[Matter], *, plan: Outline) -> bool:
    """Say whether the meeting speaks as often as there are matters, and no speech to another than its own."""
    meeting = all(block.opens and speech(block.first_sentence) == "会议" for block in zone)
    if not meeting or len(zone) != len(matters) or len(zone) > RECENT:
        return False
    rows = [[speaks_to(m, block, plan) for m in matters] for block in zone]
    clear = [(n, row.index(max(row))) for n, row in enumerate(rows) if max(row) >= MATCHED]
    # one word is enough where no speech says any on another's
    least = 1 if sum(value > 0 for row in rows for value in row) == 1 else 2
    return len(clear) >= least and all(n == k for n, k in clear)


def each_listed(blocks: Sequence[Block]) -> list[Matter]:
    """Give every element of what heads list as a matter of its own."""
    return [m._replace(subject=subject) for b in blocks for m in b.matters for subject in elements(m.subject)]


def none_elsewhere(zone: Sequence[Block], matters: Sequence[Matter], plan: Outline) -> bool:
    """Say whether no block outside a zone speaks to one of the matters."""
    others = [b for b in plan.blocks if not zone[0].span.start <= b.span.start <= zone[-1].span.start]
    return len(others) <= RECENT and all(speaks_to(m, b, plan) < FAINT for b in others for m in matters)


def told_below(blocks: Sequence[Block], plan: Outline) -> tuple[int, list[Matter]]:
    """Find a paragraph that lists what was dealt with, where as many speeches follow as it lists matters.

    Returns
    -------
    tuple of int and list
        The blocks up to its end, none where there is no such paragraph, and its matters that no later head
        tells.
    """
    place = next((n for n, block in enumerate(blocks) if block.kind != "frame"), len(blocks))
    if place == len(blocks) or blocks[place].kind != "head" or len(blocks[place].matters) < 2:
        return 0, []
    begin = place + 1
    zone = list(takewhile(_said_by_meeting, blocks[begin : begin + RECENT]))
    behind = blocks[begin + len(zone) :]
    if len(zone) < 2 or (behind and behind[0].kind in ("speech", "plain")):
        return 0, []
    heads = [m.about for block in behind for m in block.matters]
    mine = [m for m in blocks[place].matters if not told(m.about, heads)]
    apart = [part for m in mine for part in parts(m, blocks[place].span)]
    joined = [part for m in apart for part in _last_two(m)]
    found = next((named for named in (mine, apart, joined) if one_by_one(zone, named, plan)), [])
    return (begin, found) if found else (0, [])


def _said_by_meeting(block: Block) -> bool:
    return block.kind == "speech" and block.opens and speech(block.first_sentence) == "会议"


def one_by_one(zone: Sequence[Block], matters: Sequence[Matter], plan: Outline) -> dict[int, int]:
    """Pair the meeting's speeches with as many matters in order; empty where that cannot be said.

    Half of those after the first must hold words of their own matter, and none may be more on another.
    """
    if len(zone) != len(matters) or not all(map(_said_by_meeting, zone)):
        return {}
    rows = [[speaks_to(m, block, plan) for m in matters] for block in zone]
    if any(n and not max(row) and _LEARNING.match(zone[n].first_sentence) for n, row in enumerate(rows)):
        return {}  # 会议强调,学习要避免走过场: it goes on with what was relayed
    own = sum(0 < row[n] == max(row) for n, row in enumerate(rows) if n)
    astray = any(row[n] < max(row) >= FAINT for n, row in enumerate(rows))
    return {n: n for n in range(len(zone))} if 2 * own >= len(zone) - 1 and not astray else {}


def in_gaps(
    zone: Sequence[Block],
    matters: list[Matter],
    given: dict[int, int],
    *,
    plan: Outline,
    apart: frozenset[int] = frozenset(),
) -> dict[int, int]:
    """Give matters that no block names the meeting's speeches left at their place, in order.

    Between two blocks whose matters are known, no more speeches may be left than matters, and none may say
    a word on the matter before: then each is on another. What is relayed goes on with the speech before it.
    """
    if plan.lead is None:
        return given
    found = dict(given)
    known = sorted(given.items())
    if not any(block.matters for block in plan.blocks):  # a head may follow what is said on it
        known.append((len(zone), len(matters)))
    elif known:
        last, k = known[-1]
        left = [at for at in range(last + 1, len(zone)) if _turns_away(zone, at)]
        as_many = len(left) == len(matters) - k - 1 and none_elsewhere(zone, matters[k + 1 :], plan)
        known.append((len(zone), len(matters) if as_many else _end_of_list(matters, k, apart)))
    for (n, k), (next_n, next_k) in pairwise(known):
        left = [at for at in range(n + 1, next_n) if _turns_away(zone, at)]
        untold = [at for at in range(k + 1, next_k) if stated_in(plan.lead, matters[at])]
        if not 0 < len(left) <= len(untold) or any(matters[at].relays for at in untold):
            continue
        if all(speaks_to(matters[k], zone[at], plan) < WORD for at in left):
            found.update(zip(left, untold, strict=False))
    return dict(sorted(found.items()))


def _end_of_list(matters: Sequence[Matter], k: int, apart: frozenset[int]) -> int:
    """Give the number behind the last matter of the list that a matter was taken from."""
    listed = takewhile(lambda m: m.start in apart and m.end == matters[k].end, matters[k + 1 :])
    return k + 1 + (len(list(listed)) if matters[k].start in apart else 0)


def _turns_away(zone: Sequence[Block], at: int) -> bool:
    """Say whether the meeting speaks, and not of learning what was relayed."""
    return _meeting(zone, at) and _LEARNING.match(zone[at].first_sentence) is None


def _meeting(zone: Sequence[Block], at: int) -> bool:
    """Say whether the meeting begins to speak: in a paragraph, or where nothing is in paragraphs."""
    opens = zone[at].opens or not any(block.opens for block in zone[1:])
    return opens and speech(zone[at].first_sentence) == "会议"


def after_relays(matters: list[Matter]) -> set[int]:
    """Find what is relayed after others: a speech without a word of it goes on with those."""
    relayed = [m.relays for m in matters]
    return {k for k in range(1, len(matters)) if relayed[k] and relayed[k - 1]}


def own_organs(matters: list[Matter]) -> list[frozenset[str]]:
    """Say for each relayed matter which organs' word it is, and no other's."""
    named = [organs(m.subject) if m.relays else frozenset() for m in matters]
    often = Counter(chain.from_iterable(named))
    return [frozenset(organ for organ in found if often[organ] == 1) for found in named]


def crossed(zone: Sequence[Block], matters: Sequence[Matter], *, plan: Outline) -> dict[int, int]:
    """Pair the meeting's speeches with the lead's matters, one each, where they do not keep its order.

    All speeches but one must speak to a matter of their own more than to any other; what is left goes
    together. Empty where the order is kept, or where it cannot be said.
    """
    size = len(zone)
    if not 2 < size == len(matters) <= RECENT or not all(_meeting(zone, n) for n in range(size)):
        return {}
    given: dict[int, int] = {}
    for n, block in enumerate(zone):
        row = [speaks_to(m, block, plan) for m in matters]
        best = max(row)
        if best >= MATCHED and row.count(best) == 1:
            given[n] = row.index(best)
    left = sorted(set(range(size)) - set(given.values()))
    if (
        len(given) < size - 1
        or len(left) != size - len(given)
        or sorted(given.values()) == list(given.values())
    ):
        return {}
    given.update(zip(sorted(set(range(size)) - set(given)), left, strict=True))
    return dict(sorted(given.items()))
