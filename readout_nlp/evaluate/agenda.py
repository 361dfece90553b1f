"""The agenda of one page against the true one: where items begin, and their acts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from readout_nlp.evaluate.matching import letters
from readout_nlp.readouts.readout import Item

# 一、 (二) 3. before an item; a figure without a mark behind it may be part of a name
_FIGURE = r"(?:[一二三四五六七八九十]{1,3}|\d{1,2})"
_NUMBER = rf"(?:[(（]{_FIGURE}[)）]|{_FIGURE}(?:、|[.．](?!\d)))"
# 一是, 第一个议题, 首先, before an item tells its place and no more, as a number does
_ORDINAL = (
    r"(?:[一二三四五六七八九十]是|第[一二三四五六七八九十]{1,3}[个项]?(?:议题|议程)?(?:是|[,，、:：])"
    r"|(?:首先|其次|再次|接着|随后|然后|最后)[,，])"
)
_WHO = r"(?:(?:会议|全会|大会|会上)[,，]?)?还?"  # one coder begins at 会议还听取了, another at 听取了
_JOINT = r"(?:以及|和|及|同时)?"  # what joins an item to the one before it is in neither
_ANNOUNCED = r"(?:(?:会议|全会|大会)(?:指出|强调|要求|认为)[:：]?[ \t\u3000]*\n\s*)?"  # on a line of its own
_OPENING = re.compile(rf"\s*(?:{_NUMBER}|{_ORDINAL})?\s*{_ANNOUNCED}{_JOINT}{_WHO}")
_PROBES = (40, 16)  # letters of an item's opening looked for in the true body, longest first


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaScore:
    """Counts over items; sums of pages are sums of counts.

    Attributes
    ----------
    true, found
        Items in the truth and in the record.
    matched
        Items found that begin where an item of the truth does.
    same_act, same_acts
        Matched items whose first act, or whose acts in order, are those of the truth.
    """

    true: int = 0
    found: int = 0
    matched: int = 0
    same_act: int = 0
    same_acts: int = 0

    def __add__(self, other: AgendaScore) -> AgendaScore:
        """Add counts."""
        return AgendaScore(
            true=self.true + other.true,
            found=self.found + other.found,
            matched=self.matched + other.matched,
            same_act=self.same_act + other.same_act,
            same_acts=self.same_acts + other.same_acts,
        )


def score_agenda(true: Sequence[Mapping[str, Any]], found: Sequence[Item], *, body: str) -> AgendaScore:
    r"""Match items by where they begin in the true body, white space and punctuation left out.

    The opening letters of an item found are looked for in the true body, after the start of the item before;
    so a line of furniture left in or a paragraph lost does not make every later item wrong. A number or an
    ordinal word before an item (一、, 一是, 首先,) and the meeting as who acts (会议还) count no more than a
    sign does: some coders write them down, some do not.

    Parameters
    ----------
    true
        Items of the truth: `start` in `body`, `act`, `acts`.
    found
        Items of the parsed page.
    body
        The true body.

    Examples
    --------
    >>> body = "会议听取了春耕情况汇报。会议审议了《办法》。"
    >>> from readout_nlp.readouts.parse import parse_page
    >>> page = parse_page(f"4月2日,市委常委会召开会议。\n{body}")
    >>> true = [{"start": 0, "act": "hear", "acts": ["hear"]}]
    >>> true += [{"start": 12, "act": "approve", "acts": ["approve"]}]
    >>> score_agenda(true, page.items, body=body)
    AgendaScore(true=2, found=2, matched=2, same_act=1, same_acts=1)
    """
    whole = letters(body)
    at_start = {whole.before[_opened(body, item["start"])]: item for item in true}
    starts = _starts(found, whole.text)
    matched = [(at_start.pop(at), item) for at, item in zip(starts, found, strict=True) if at in at_start]
    return AgendaScore(
        true=len(true),
        found=len(found),
        matched=len(matched),
        same_act=sum(item.act == known["act"] for known, item in matched),
        same_acts=sum(list(item.acts) == list(known["acts"]) for known, item in matched),
    )


def _starts(found: Sequence[Item], body: str) -> list[int | None]:
    """Find where each item begins in `body` (letters only); None where its opening is not there."""
    starts: list[int | None] = []
    floor = 0
    for item in found:
        at = _find(letters(item.text[_opened(item.text, 0) :]).text, body, floor)
        starts.append(at)
        floor = floor if at is None else at + 1
    return starts


def _opened(text: str, start: int) -> int:
    opening = _OPENING.match(text, start)
    return opening.end() if opening else start


def _find(text: str, body: str, floor: int) -> int | None:
    for length in _PROBES:
        at = body.find(text[:length], floor) if text else -1
        if at >= 0:
            return at
    return None
