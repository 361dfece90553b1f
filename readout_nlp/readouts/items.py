"""The agenda: one item a matter, from the lead sentence joined with the section heads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile, zip_longest

from readout_nlp.readouts import patterns
from readout_nlp.readouts.allotted import allotted
from readout_nlp.readouts.blocks import Block, Outline, outline
from readout_nlp.readouts.draft import Draft, unstated
from readout_nlp.readouts.heads import speech
from readout_nlp.readouts.lead import Lead, elements, summary
from readout_nlp.readouts.lead_items import from_lead, voted_on
from readout_nlp.readouts.matter import Matter, merged, shared
from readout_nlp.readouts.parts import each_further, each_listed, told_below
from readout_nlp.readouts.passed import as_listed, passed_together
from readout_nlp.readouts.readout import Act, Item
from readout_nlp.readouts.settled import agreed, also_done, continues, listed_before, settled, within
from readout_nlp.readouts.stand_alone import each_alone
from readout_nlp.readouts.statements import NO_PEOPLE
from readout_nlp.readouts.told_again import NUMBERED, where_discussed, without_summary
from readout_nlp.readouts.told_in_lead import last_told, told_in_lead
from readout_nlp.readouts.unmet import unmet_matters, with_acts
from readout_nlp.readouts.unspoken import lead_drafts
from readout_nlp.readouts.zones import zone_drafts

_PREFACE = re.compile(
    "[^,]{0,8}由[^,]{2,16}主持,|在[^,]{2,24}会议?上,(?:(?:与会|参会)人员)?|这次|本次|此次"
)  # the item begins after it
_MEETINGS = ("会议", "全会", "大会")
_TITLE = 12  # characters of a line that only names the other business
_WORDS = 60  # characters before the first number that tell no matter: 会议议程排得很满
# a later sentence of an item
_DECIDED = re.compile(
    "[。!?！？\\s]会议(?:研究)?决定(?:[,:，：](?!(?:一致|原则上?)?(?:同意|通过))|将|把|由|对|按|成立[^,。;，；]{0,8}(?:专班|小组))"
)
_AGREED = re.compile(
    "[。!?！？\\s]会议(?:(?:议定|(?:研究)?决定)[:：,，]?)?(?:一致|原则上?)?(?:同意|通过)了?(?:实施|该|上述|以上|此|[。,，]|$)"
)
_SAYS = re.compile("(?:,(?:会议)?|汇报)(?:强调|指出|要求)")


def find_items(body: str, readout_id: str, *, plan: Outline | None = None) -> tuple[Item, ...]:
    r"""Find the items of a body; always at least one unless the body is empty.

    Parameters
    ----------
    body
        The readout as printed: paragraphs on lines.
    readout_id
        Permanent id of the readout; items are numbered from ``-01``.
    plan
        The body's outline, where it is known.

    Examples
    --------
    >>> text = "市委常委会召开会议。\n会议听取防汛工作汇报。会议强调,要守住底线。\n会议还研究了其他事项。"
    >>> [(i.id, i.act, i.subject, i.text[-5:]) for i in find_items(text, "r")]
    [('r-01', 'hear', '防汛', '守住底线。'), ('r-02', 'residual', '其他事项', '其他事项。')]
    """
    if not body.strip():
        return ()
    plan = plan or outline(body)
    drafts, closing = _drafts(plan)
    ordered = sorted({d.start: d for d in drafts if d.start < closing}.values(), key=lambda d: d.start)
    ordered = passed_together(as_listed(each_alone(ordered, plan), plan.lead), body)
    ends = [*(d.start for d in ordered[1:]), closing]
    return tuple(
        _item(f"{readout_id}-{number:02d}", draft, body[draft.start : min(end, draft.end or end)].rstrip())
        for number, (draft, end) in enumerate(zip(ordered, ends, strict=True), 1)
    )


def _item(identity: str, draft: Draft, text: str) -> Item:
    matter = draft.matter
    stated: tuple[Act, ...] = matter.acts or ("unstated",)
    acts = _settled_in(text, stated)
    return Item(
        id=identity,
        act=acts[0],
        acts=acts,
        verb=matter.verb,
        subject=matter.subject or text[:30],
        text=text,
        start=draft.start,
        end=draft.start + len(text),
    )


def _settled_in(text: str, acts: tuple[Act, ...]) -> tuple[Act, ...]:
    """Add what an item's later sentences say was agreed or decided on its matter."""
    if (
        not {"approve", "decide"} & set(acts)
        and ("同意" in text or "通过" in text)
        and _AGREED.search(text, 1)
    ):
        acts = (*acts, "approve")
    if "decide" not in acts and "决定" in text and _DECIDED.search(text, 1):
        acts = (*acts, "decide")
    return acts[1:] if acts[0] == "unstated" and len(acts) > 1 else acts


def _drafts(plan: Outline) -> tuple[list[Draft], int]:
    """Draft the items and say where the last one ends."""
    drafts = allotted(plan, _from_blocks(plan))
    drafts = told_in_lead(plan, drafts) or last_told(plan) or drafts
    below = sum(plan.lead is None or draft.start >= plan.lead.sentence.end for draft in drafts)
    if plan.lead is not None and below < 2 and voted_on(plan):
        return from_lead(plan.lead), plan.lead.sentence.end
    if drafts:
        return drafts, _closing(plan.blocks)
    last = plan.parts[-1].end
    if plan.lead is not None and plan.lead.matters:
        return from_lead(plan.lead), plan.lead.sentence.end
    return [Draft(start=plan.parts[0].start, matter=unstated(plan.parts[0], ""))], last


def _closing(told: tuple[Block, ...]) -> int:
    """Find where the last item ends: before the frame at the tail, after the other business."""
    last = len(told)
    while last and told[last - 1].kind == "frame":
        last -= 1
    opener = next((b for b in reversed(told[:last]) if b.kind in ("head", "residual")), None)
    closing = opener if opener is not None and _other(opener) else told[last - 1]
    return closing.span.end


def _other(block: Block) -> bool:
    """Say whether a block ends with the other business."""
    return block.kind == "residual" or (bool(block.matters) and block.matters[-1].acts == ("residual",))


def _from_blocks(plan: Outline) -> list[Draft]:
    """Draft items from the section heads, and from the blocks between them."""
    blocks = without_summary(tuple(_acted(plan)))
    explicit = [m for b in blocks for m in b.matters]
    unmet = unmet_matters(plan.lead, explicit) if plan.lead is not None else []
    only = _only_relay(plan.lead)
    listed = _listed(blocks) if unmet else 0
    if only is not None and all(map(_member_relays, blocks[:listed])):
        listed = 0
    further = each_listed(blocks[:listed])
    if not unmet:
        listed, further = told_below(blocks, plan)
    unmet += further
    drafts: list[Draft] = []
    heads: list[Matter] = []
    zone: list[Block] = []
    closed = section = False
    current: Block | None = None
    for number, block in enumerate(blocks[listed:], listed + 1):
        before, current = current, block
        if block.kind == "frame":
            continue
        if block.kind not in ("head", "residual"):
            zone.append(block)
            continue
        if zone and not closed and not (not heads and not unmet and _prefatory(zone, block)):
            drafts.extend(zone_drafts(zone, heads, unmet, plan=plan))
        if closed and (earlier := settled(block, drafts)) is not None:
            drafts[earlier] = also_done(drafts[earlier], block.matters[0])
            continue
        if only is not None and not closed and _member_relays(block):
            if not drafts or drafts[-1].matter is not only:
                unmet[:] = [m for m in unmet if m is not only]
                drafts.append(Draft(start=block.span.start, matter=only))
            heads, zone = [only], []
            continue
        if not closed and (named := listed_before(block, drafts, blocks)) is not None:
            matter = also_done(drafts.pop(named), block.matters[0]).matter
            drafts.append(Draft(start=block.span.start, matter=matter))
            heads, zone = [drafts[-1].matter], []
            continue
        numbered = bool(NUMBERED.match(block.first_sentence))
        section = numbered or (section and block.kind == "head")
        goes_on = continues(block, drafts) or agreed(block, before)
        if drafts and not closed and (goes_on or (section and not numbered and within(block, drafts))):
            drafts[-1] = also_done(drafts[-1], block.matters[0])
            heads, zone = [drafts[-1].matter], []
            continue
        heads = [] if zone else heads
        heads.extend(block.matters)
        zone = []
        closed = _other(block)
        drafts.extend(_opened(block, after=blocks[number : number + 2]))
    if zone and not closed:
        drafts.extend(zone_drafts(zone, heads, unmet, plan=plan))
    only_a_list = blocks and all(block.listing and block.kind != "speech" for block in blocks)
    alone = [] if only_a_list else lead_drafts(plan, drafts, unmet)
    if only_a_list:
        drafts.extend(Draft(start=m.start, matter=m) for m in unmet if not summary(m))
    drafts.extend(_left_in_list(further, unmet))
    return [*alone, *where_discussed(drafts, plan.blocks)]


def _acted(plan: Outline) -> Iterator[Block]:
    """Give the blocks with the acts of what is only named, and what closes the agenda parted."""
    listed = _named_first(plan)
    before: Block | None = None
    for block, after in zip_longest(plan.blocks, plan.blocks[1:]):
        title, before = before, block
        if block.matters:
            said = after is not None and after.kind == "speech" and not after.opens
            yield each_further(_with_acts(block, plan.lead, listed), said=said)
        elif not (block.kind == "residual" and title is not None and _names_residual(title)):
            yield block  # else 四、其他事项 stood above, and here is what they were


def _named_first(plan: Outline) -> list[Matter]:
    """Give what a paragraph lists before sections that only name their matter: 关于甲,会议要求."""
    listed = [m for block in plan.blocks if block.listing for m in block.matters]
    if listed or (plan.lead is not None and plan.lead.matters):
        return listed
    heads = [block for block in plan.blocks if block.matters][:2]
    if len(heads) < 2 or heads[1].matters[0].acts != ("unstated",):
        return []
    return [m for m in heads[0].matters if "、" in m.subject]


def _names_residual(title: Block) -> bool:
    return title.kind == "residual" and len(title.span.text) <= _TITLE


def _left_in_list(listed: list[Matter], unmet: list[Matter]) -> list[Draft]:
    """Draft what was listed and not told; a list is told that is told in part."""
    untold = {id(m) for m in unmet}
    told = {m.start for m in listed if id(m) not in untold}
    return [Draft(start=m.start, matter=m) for m in listed if m.start not in told]


def _with_acts(block: Block, lead: Lead | None, listed: Sequence[Matter]) -> Block:
    named = any(m.verb is None or m.acts == ("approve",) for m in block.matters)
    if not named:
        return block
    known = () if block.listing else listed
    return block._replace(matters=tuple(with_acts(m, lead, known) for m in block.matters))


def _only_relay(lead: Lead | None) -> Matter | None:
    """Give the matter of a lead that names no other, if it is relayed."""
    named = [m for m in lead.matters if not summary(m)] if lead is not None else []
    return named[0] if len(named) == 1 and named[0].acts == ("relay",) else None


def _member_relays(block: Block) -> bool:
    """Say whether members relay what the lead names: 张三传达某讲话精神,李四传达某决议."""
    told = patterns.by_people().match(block.first_sentence)
    by_member = told is not None and NO_PEOPLE.search(told["who"]) is None
    return by_member and bool(block.matters) and all(m.acts == ("relay",) for m in block.matters)


def _listed(blocks: tuple[Block, ...]) -> int:
    """Count the heads in the lead's paragraph that go on with its list, for speeches follow in paragraphs."""
    last = next((n for n, block in enumerate(blocks) if not block.listing), 0)
    follows = last and blocks[last].kind in ("speech", "plain") and not _member_relays(blocks[0])
    return last if follows and all(block.kind == "head" for block in blocks[:last]) else 0


def _prefatory(zone: list[Block], first: Block) -> bool:
    """Say whether blocks before any matter open none: what the chair asks for, or words before numbers."""
    said = first.span.start - zone[0].span.start
    if said < _WORDS and NUMBERED.match(first.first_sentence) and all(b.kind == "plain" for b in zone):
        return True
    return all(block.kind == "speech" and speech(block.first_sentence) not in _MEETINGS for block in zone)


def _opened(block: Block, *, after: tuple[Block, ...]) -> list[Draft]:
    if block.kind == "residual":
        verb = "研究" if "研究" in block.span.text else None
        other = unstated(block.span, "其他事项")._replace(acts=("residual",), verb=verb)
        return [Draft(start=block.span.start, matter=other)]
    first, *others = _relayed_and_heard(block, after)
    start = first.start if _PREFACE.match(block.first_sentence) else block.span.start
    return [
        Draft(start=start, matter=first),
        *(Draft(start=m.start, matter=m) for m in others),
    ]


def _relayed_and_heard(block: Block, after: tuple[Block, ...]) -> tuple[Matter, ...]:
    """Join what was relayed with what was heard on it, where one speech in the paragraph speaks to both."""
    if len(block.matters) != 2:
        return block.matters
    first, second = block.matters
    if (first.acts, second.verb) == (("hear",), "讨论") and not second.titled and not second.apart:
        return (merged(first, second),)  # 听取甲汇报,讨论了约谈名单
    if (first.acts, second.acts) != (("relay",), ("hear",)):
        return block.matters
    said = _SAYS.search(block.first_sentence)  # in the same sentence, else in the next
    if said is not None:
        speaks = said.start() + block.span.start > second.start
    else:
        within = list(takewhile(lambda other: not other.opens, after))
        speaks = [other.kind for other in within] == ["speech"] and not _on_second(within[0], first, second)
    if not speaks or second.titled or len(elements(second.subject)) > 1:
        return block.matters
    return (merged(first, second),)


def _on_second(block: Block, first: Matter, second: Matter) -> bool:
    """Say whether a speech holds words of the second of two matters, and none of the first."""
    return shared(second.about, block.topic) > 0 and not shared(first.about, block.topic)
