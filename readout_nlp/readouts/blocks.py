"""The outline of a body: its lead, and what follows cut where a matter or a stretch of speech may begin."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from typing import Literal, NamedTuple

from readout_nlp.readouts import patterns
from readout_nlp.readouts.by_topic import may_name, topics_of
from readout_nlp.readouts.draft import unstated
from readout_nlp.readouts.heads import head, residual, speech
from readout_nlp.readouts.in_line import asks, bare_head, in_line, may_open, stretches
from readout_nlp.readouts.lead import Lead, find_lead, frame
from readout_nlp.readouts.matter import Matter, has_topic, matter_of, shared_both, subject_of, times, topic
from readout_nlp.readouts.patterns import opening_signs, says
from readout_nlp.readouts.spans import Span, fold, paragraphs, punctuated, sentences
from readout_nlp.readouts.statements import FINITE, NO_VERB, joined, stated, statements

BlockKind = Literal["head", "speech", "plain", "residual", "frame"]
_TURNS = re.compile(
    r"[,;](?<=[^,;:。]{3}[^,;:。前后时上中].)(?=会议还(?!要求|强调|指出|认为|提出|明确|决定))"
)
_NEXT_ITEM = re.compile("[,;:](?=第[一二三四五六七八九十]{1,3}[个项](?:议程|议题),)")
_NUMBERS = "一二三四五六七八九"
# 三、审议甲, (三)审议甲 or 3.审议甲
_SERIES = re.compile(
    rf"(?:第?(?P<number>[{_NUMBERS}])[、,]|\((?P<bracketed>[{_NUMBERS}])\)|(?P<figure>[1-9])[.、])\s*"
    r"(?:(?P<name>(?!要|加强|提高|强化|坚持)[^。,;:!?]{2,20})。)?"
)
_BEGINS = frozenset(f"第{_NUMBERS}(123456789")
_FIELD = re.compile("关于(?P<name>[^。,;:!?《]{2,30})。")
_ALIKE = 0.34  # what heads on one matter share at least
_DECIDES = re.compile("会议(?:研究)?决定,?")
_LABEL = re.compile("会前学法[。:]?")
_RUN_ON = re.compile("会议(?:指出|强调|认为|要求)")
_SENTENCE = re.compile("[。!?;:,]|^(?:[一二三四五六七八九十]{1,2}、|\\d{1,2}[.、])")
_ANNOUNCES = re.compile("[^,。;:]{2,6}(?:指出|强调|要求|认为|说)[:—-]*")
_LAST = 12  # lines below a report that is run together
_BARE_SPEECH = 10  # 会议强调: alone on a line; what follows is said, not done


class Block(NamedTuple):  # many a page: several times as fast to make as a frozen dataclass
    """A stretch of the body that belongs to one item as a whole.

    Attributes
    ----------
    kind
        ``head`` opens matters, ``speech`` begins with 会议强调 or a speaker, ``plain`` is a paragraph without
        either, ``residual`` the other business, ``frame`` is about the meeting's holding.
    opens
        Whether the block begins a paragraph.
    matters
        The matters that a head opens.
    listing
        Whether the block stands in the lead's paragraph, where a head may only sum up what later ones tell.
    """

    span: Span
    first_sentence: str
    kind: BlockKind
    opens: bool
    matters: tuple[Matter, ...]
    listing: bool = False

    @property
    def topic(self) -> Mapping[str, int]:
        """What the whole block is about."""
        return topic(self.span.text)


@dataclass(frozen=True)
class Outline:
    """A body's paragraphs, its lead if it has one, and the blocks after it.

    `passed` are speeches in the lead's paragraph that stand for no matter by themselves.
    """

    parts: tuple[Span, ...]
    lead: Lead | None
    blocks: tuple[Block, ...]
    passed: tuple[Block, ...] = ()

    @cached_property
    def spread(self) -> Callable[[str], int]:
        """Counts in how many blocks a pair occurs: what is said in many of them tells little."""
        texts = [block.span.text for block in self.blocks]
        return cache(lambda pair: sum([times(pair, text) > 0 for text in texts if pair in text]))


def outline(body: str) -> Outline:
    r"""Outline a body as printed.

    Examples
    --------
    >>> text = "3月1日,市委常委会召开会议。\n会议听取了防汛汇报。会议强调,要守住底线。"
    >>> [(b.kind, b.opens) for b in outline(text).blocks]
    [('head', True), ('speech', False)]
    """
    folded = punctuated(fold(body))
    lines = paragraphs(folded)
    numbered = "二、" in folded or "二是" in folded
    parts = tuple(chain.from_iterable(map(in_line, lines)) if numbered else lines)
    lead = find_lead(list(parts))
    found, passed = _blocks(parts, lead)
    found = _by_topic(_fields(found), lead)
    return Outline(parts, lead, tuple(_in_series(found)), tuple(passed))


def _blocks(parts: tuple[Span, ...], lead: Lead | None) -> tuple[list[Block], list[Block]]:
    """Cut the paragraphs at and after the lead.

    Sentences of the lead paragraph after the lead sentence count only from the first that opens a matter,
    unless the lead paragraph is the only one; the speeches of that one which do not count come second.
    """
    found: list[Block] = []
    passed: list[Block] = []
    said: list[Block] = []
    first = lead.index if lead is not None else 0
    for index, part in enumerate(parts[first:], first):
        if lead is not None and index == lead.index:
            cut = _cut([s for s in _parted(part) if s.start >= lead.sentence.end], opens=True)
            alone = _only_lines(parts[index + 1 :]) or _run_on(cut, parts[index + 1 :])
            said = [block for block in cut if block.kind == "speech"] if not alone else []
            kept = _after_demands(cut, lead) if alone else _from_first_head(cut)
            passed, cut = (cut[: len(cut) - len(kept)] if alone else []), kept
            found.extend(block._replace(listing=True) for block in cut)
        else:
            after_speech = bool(found) and _bare(found[-1])
            cut = _cut(_parted(part), opens=not after_speech)
            if after_speech and cut[0].kind == "plain" and _ANNOUNCES.fullmatch(found[-1].span.text):
                cut[0] = _behind(found.pop(), cut[0])
            found.extend(cut)
    if lead is not None and said and _on_lead(found, lead):
        found[:0] = said
    return found, passed


def _on_lead(found: list[Block], lead: Lead) -> bool:
    """Say whether a speech in the lead's paragraph is on its one matter: heads of other matters follow."""
    if not found or found[0].kind != "head" or len(lead.matters) != 1:
        return False
    about = lead.matters[0].about
    if not about or lead.matters[0].acts != ("relay",):
        return False
    later = [m.about for block in found for m in block.matters]
    return not any(max(shared_both(about, other)) >= _ALIKE for other in later)


def _fields(found: list[Block]) -> list[Block]:
    """Read 关于茶园防冻。会议指出 as a head, where two paragraphs or more begin so."""
    if not any(block.opens and block.first_sentence.startswith("关于") for block in found):
        return found  # as most
    names = [_FIELD.fullmatch(block.span.text) if block.opens else None for block in found]
    places = [
        n
        for n, name in enumerate(names[:-1])
        if name is not None and has_topic(name["name"]) and _speaks_in_paragraph(found[n + 1])
    ]
    if len(places) > 1:
        for n in places:
            name = names[n]
            matter = unstated(found[n].span, subject_of(name["name"]) if name is not None else "")
            found[n] = found[n]._replace(kind="head", matters=(matter,))
    return found


def _by_topic(found: list[Block], lead: Lead | None) -> list[Block]:
    """Read 关于茶园防冻,要早管 as a head where the lead lists such topics, and two paragraphs begin so."""
    if lead is None or sum([block.opens and may_name(block.first_sentence) for block in found]) < 2:
        return found  # as most
    firsts = [block.first_sentence if block.opens else "" for block in found]
    for n, topic_named in topics_of(firsts, lead.sentence.text).items():
        if found[n].kind in ("plain", "speech"):
            matter = unstated(found[n].span, topic_named)
            found[n] = found[n]._replace(kind="head", matters=(matter,))
    return found


def _speaks_in_paragraph(block: Block) -> bool:
    return block.kind == "speech" and not block.opens


def _in_series(found: list[Block]) -> Iterator[Block]:
    """Read 四、春耕备耕。 as a head where the numbers before it are: a bare name alone opens nothing."""
    last = 0
    for n, block in enumerate(found):
        begins = block.opens and block.first_sentence[0] in _BEGINS
        number = _SERIES.match(block.first_sentence) if begins else None
        place = _place(number) if number is not None else 0
        if number is not None and block.kind in ("head", "residual"):
            last = place
        elif number is not None and place == last + 1 and (last or _second_is_head(found[n + 1 :])):
            matters = _numbered(block, number)
            last = place if matters else last
            block = block._replace(kind="head", matters=matters) if matters else block
        yield block


def _place(number: re.Match[str]) -> int:
    """Give the number of a head in its series."""
    figure = number["figure"]
    return int(figure) if figure else 1 + _NUMBERS.find(number["number"] or number["bracketed"])


def _second_is_head(after: list[Block]) -> bool:
    """Say whether the next numbered paragraph is the second of a series, and a head."""
    numbered = ((b, _SERIES.match(b.first_sentence)) for b in after if b.opens)
    second = next(((b, number) for b, number in numbered if number is not None), None)
    return second is not None and second[0].kind == "head" and _place(second[1]) == 2


def _numbered(block: Block, number: re.Match[str]) -> tuple[Matter, ...]:
    """Read what follows the number of a series of heads: a verb and its object, or a bare name."""
    begin = number.start("name") if number["name"] else number.end()
    rest = Span(block.span.start + begin, block.span.end, block.first_sentence[begin:])
    decides = _DECIDES.match(rest.text)
    if decides is not None:
        return (matter_of(rest, "决定", subject_of(rest.text[decides.end() :])),)
    verbs = patterns.verb_group().match(rest.text)
    if verbs is not None and not NO_VERB.match(rest.text) and not FINITE.search(rest.text):
        return joined(stated(statements(rest)))
    return (unstated(block.span, number["name"]),) if has_topic(number["name"] or "") else ()


def _parted(part: Span) -> list[Span]:
    """Cut a paragraph into sentences, also where the meeting turns to another matter: …,会议还听取了甲."""
    text = part.text
    if "会议还" not in text and "个议" not in text and "项议" not in text:
        return stretches(part)
    found = sentences(part)
    if "会议还" in text:
        found = list(chain.from_iterable(_turns(sentence, _TURNS) for sentence in found))
    if "个议" in text or "项议" in text:
        found = list(chain.from_iterable(_turns(sentence, _NEXT_ITEM) for sentence in found))
    return found


def _turns(sentence: Span, turns: re.Pattern[str]) -> Iterator[Span]:
    begin = 0
    for mark in turns.finditer(sentence.text):
        yield Span(sentence.start + begin, sentence.start + mark.end(), sentence.text[begin : mark.end()])
        begin = mark.end()
    yield Span(sentence.start + begin, sentence.end, sentence.text[begin:])


def _only_lines(rest: tuple[Span, ...]) -> bool:
    """Say whether only a few lines without a sentence follow: who wrote it, other titles."""
    return len(rest) <= _LAST and not any(_SENTENCE.search(part.text) for part in rest)


def _run_on(cut: list[Block], rest: tuple[Span, ...]) -> bool:
    """Say whether the lead's paragraph holds all of the report: the meeting speaks in it before its heads."""
    told = [block for block in cut if block.kind in ("speech", "head")]
    if not told or _RUN_ON.match(told[0].first_sentence) is None or all(b.kind == "speech" for b in told):
        return False
    return all(
        block.kind in ("plain", "frame") for part in rest[:_LAST] for block in _cut(_parted(part), opens=True)
    )


def _bare(block: Block) -> bool:
    """Say whether a block only announces a speech."""
    text = block.span.text
    return block.kind == "speech" and len(text) <= _BARE_SPEECH and text[-1] not in "。!?"


def _behind(announced: Block, block: Block) -> Block:
    """Join a line that only announces a speech with the paragraph that is said."""
    gap = "," + " " * (block.span.start - announced.span.end - 1)
    text = announced.span.text + gap
    span = Span(announced.span.start, block.span.end, text + block.span.text)
    return announced._replace(span=span, first_sentence=text + block.first_sentence)


def _from_first_head(found: list[Block]) -> list[Block]:
    first = next((n for n, block in enumerate(found) if block.kind in ("head", "residual")), len(found))
    return found[first:]


def _after_demands(found: list[Block], lead: Lead) -> list[Block]:
    """Leave out, in a body of one paragraph, the chair's demands (张三强调) before the matters."""
    first = next((n for n, block in enumerate(found) if block.kind == "head"), 0)
    said = [speech(block.first_sentence) for block in found[:first]]
    told = any(who in (None, "会议") for who in said) and any(m.about for m in lead.matters)
    return found if told else found[first:]


def _cut(inside: list[Span], *, opens: bool) -> list[Block]:
    found: list[Block] = []
    run: list[Span] = []
    kind: BlockKind = "plain"
    matters: tuple[Matter, ...] = ()
    for number, sentence in enumerate(inside, 1):
        if run and asks(sentence.text):
            run.append(sentence)  # as most sentences of a page
            continue
        if kind != "frame" and (len(run) > 1 or kind == "speech") and not may_open(sentence.text):
            run.append(sentence)
            continue
        follows = opens if not run else kind == "frame" or (kind == "head" and len(run) == 1) or _label(run)
        follows = follows or bare_head(sentence, inside[number : number + 1])
        new_kind, new_matters = _kind(sentence, opens=follows)
        if run and new_kind == "plain":
            run.append(sentence)
            continue
        if run and new_kind == "head" and _label(run):
            run, kind, matters = [*run, sentence], new_kind, new_matters
            continue
        if run:
            found.append(_block(run, kind, opens=not found, matters=matters))
        elif new_kind == "plain" and frame(sentence.text):
            new_kind = "frame"
        run, kind, matters = [sentence], new_kind, new_matters
    if run:
        found.append(_block(run, kind, opens=not found, matters=matters))
    return found


def _label(run: list[Span]) -> bool:
    """Say whether only a label stands before a sentence: 会前学法。某局领学某条例."""
    return len(run) == 1 and _LABEL.fullmatch(run[0].text) is not None


def _kind(sentence: Span, *, opens: bool) -> tuple[BlockKind, tuple[Matter, ...]]:
    if asks(sentence.text):
        return "plain", ()
    opens = opens or sentence.text.startswith(("第", "议题"))  # 第二个议程,某局汇报某事
    if not opens and not opening_signs().search(sentence.text):  # as most sentences of a page
        return "plain", ()
    if says().match(sentence.text):
        return "speech", ()
    if residual(sentence.text):
        return "residual", ()
    matters = head(sentence, opens=opens)
    if matters:
        return "head", matters
    return ("speech" if speech(sentence.text) is not None else "plain"), ()


def _block(run: list[Span], kind: BlockKind, *, opens: bool, matters: tuple[Matter, ...]) -> Block:
    span = run[0]
    if len(run) > 1:
        span = Span(span.start, run[-1].end, "".join([sentence.text for sentence in run]))
    return Block(span, run[0].text, kind, opens, matters)
