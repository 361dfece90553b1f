"""Characters broken by a gloss put between their two bytes, mended from the bytes that are left.

A program that glosses GB18030 text byte by byte can meet a character that is not there: the second byte of
one and the first byte of the next. In 輸等環 the bytes are DD94 B5C8 AD68, and 94B5 is 數: its gloss
``(shù)`` lands inside 等. What is read afterwards is 輸 (DD94), ``?`` (B5 and the bracket), ``shù)``, 拳
(C8AD), ``h`` (68). So the gloss tells the lost byte: it is the one that makes a character with this reading
out of the second byte of the character before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from readout_nlp.pages.glosses import SPELT, is_reading
from readout_nlp.pages.page import Repair
from readout_nlp.pages.script import to_simplified
from readout_nlp.reference.characters import character_ranks

LOST = "\ufffd"
_DAMAGED = re.compile(
    rf"(?P<before>[一-鿿])(?:[(（]{SPELT}[)）])?"
    rf"(?P<hole>[?？{LOST}](?P<gloss>{SPELT})[)）](?P<run>[一-鿿]{{1,8}})(?P<end>[@-~?？{LOST}]))"
)
_LEAD_BYTES = range(0x81, 0xFF)


def restore_lost_bytes(text: str) -> tuple[str, tuple[Repair, ...]]:
    r"""Mend characters that a misplaced gloss broke (kind ``lost_byte``).

    Where a later byte is gone too, what can be known is mended and the rest becomes U+FFFD. Where no byte
    fits the gloss nothing is changed.

    Examples
    --------
    >>> restore_lost_bytes("運(yùn)輸?shù)拳h(huán)節")[0]
    '運(yùn)輸等環(huán)節'
    >>> restore_lost_bytes("擔當(dāng)?shù)囊?。")[0] == "擔當(dāng)的\ufffd。"
    True
    >>> restore_lost_bytes("是输?还是拳h")[1]
    ()
    """
    if "?" not in text and "？" not in text and LOST not in text:
        return text, ()
    repairs = tuple(repair for found in _DAMAGED.finditer(text) for repair in _mend(found))
    pieces, last = [], 0
    for repair in repairs:
        pieces += [text[last : repair.start], repair.after]
        last = repair.end
    return "".join([*pieces, text[last:]]), repairs


def _mend(found: re.Match[str]) -> Iterator[Repair]:
    fits = [
        mended
        for lead in _lost_leads(_bytes(found["before"])[-1:], found["gloss"])
        if (mended := _realigned(lead, found))
    ]
    if fits:
        ranks = character_ranks()
        best = min(fits, key=lambda mended: ranks[mended[0]])
        yield Repair(
            kind="lost_byte",
            start=found.start("hole"),
            end=found.end("hole"),
            before=found["hole"],
            after=best,
        )


@lru_cache(maxsize=4096)
def _lost_leads(second: bytes, gloss: str) -> tuple[int, ...]:
    """Give the bytes that make, behind `second`, a traditional character which `gloss` reads."""
    phantoms = ((lead, _text(second + bytes([lead]))) for lead in _LEAD_BYTES)
    return tuple(
        lead
        for lead, phantom in phantoms
        if len(phantom) == 1 and is_reading(phantom, gloss) and to_simplified(phantom) != phantom
    )


def _realigned(lead: int, found: re.Match[str]) -> str:
    """Read the bytes again from the lost one on; empty if that gives no common characters."""
    left = bytes([lead]) + _bytes(found["run"])
    whole = "@" <= found["end"] <= "~"
    mended = _text(left + found["end"].encode("ascii")) if whole else _text(left[:-1])
    ranks = character_ranks()
    if not mended or any(char not in ranks for char in mended):
        return ""
    return mended if whole else mended + LOST


def _bytes(text: str) -> bytes:
    return text.encode("gb18030")


def _text(data: bytes) -> str:
    return data.decode("gb18030", errors="ignore") if len(data) % 2 == 0 else ""
