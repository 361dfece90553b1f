"""The repairs of a text, in order, each logged so that it can be replayed and taken back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from itertools import groupby
from operator import attrgetter

from readout_nlp.pages.glosses import has_gloss, remove_glosses, without_glosses
from readout_nlp.pages.lost_bytes import LOST, restore_lost_bytes
from readout_nlp.pages.mojibake import proof_of, replace_entities, telltales, undo_mojibake
from readout_nlp.pages.page import Repair, Step, log_of, step_of
from readout_nlp.pages.script import convertible, simplified, simplify

# zero width, joiners, direction marks, soft hyphen, byte order mark; and controls other than tab and line end
_ZERO_WIDTH = "\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\x00-\x08\x0e-\x1f\x7f"
_NBSP = "\u00a0\u2002-\u200a\u202f\u205f"
_MISREAD = f"&{_ZERO_WIDTH}{_NBSP}"  # beside what tells mojibake


def remove_zero_width(text: str) -> tuple[str, tuple[Repair, ...]]:
    r"""Take out characters that print nothing but break words (kind ``zero_width``).

    Examples
    --------
    >>> remove_zero_width("会\u200b议")[0]
    '会议'
    """
    return _substitute(text, re.compile(f"[{_ZERO_WIDTH}]+"), kind="zero_width", by="")


def replace_nbsp(text: str) -> tuple[str, tuple[Repair, ...]]:
    r"""Make no-break and other fixed-width spaces ordinary ones (kind ``nbsp``).

    Examples
    --------
    >>> replace_nbsp("记者\u00a0钱")[0]
    '记者 钱'
    """
    return _substitute(text, re.compile(f"[{_NBSP}]+"), kind="nbsp", by=" ")


REPAIRS: tuple[Callable[[str], tuple[str, tuple[Repair, ...]]], ...] = (
    undo_mojibake,  # before white space, which may be a byte of a character
    replace_entities,
    remove_zero_width,
    replace_nbsp,
    restore_lost_bytes,
    remove_glosses,
    simplify,
)
"""Every repair in the order made: a gloss must be whole before it is found, and conversion comes last."""
_WITHOUT_MISREADING = REPAIRS[REPAIRS.index(restore_lost_bytes) :]


def repair(text: str, *, glossed_page: bool | None = None) -> tuple[str, tuple[Repair, ...]]:
    """Make all repairs; give the repaired text and the log.

    Examples
    --------
    >>> text, log = repair("會(huì)議聽取")
    >>> text, [entry.kind for entry in log]
    ('会议听取', ['pinyin_gloss', 'traditional'])
    """
    steps = repair_steps(text, glossed_page=glossed_page)
    return (steps[-1].after if steps else text), log_of(steps)


def repair_steps(text: str, *, glossed_page: bool | None = None) -> list[Step]:
    """Make all repairs, and give those of each kind with the text before and behind them.

    Examples
    --------
    >>> [(step.before, step.after) for step in repair_steps("會(huì)議聽取")]
    [('會(huì)議聽取', '會議聽取'), ('會議聽取', '会议听取')]
    """
    if not (_signs().search(text) or has_gloss(text)):  # most texts: one look instead of seven
        return []
    steps: list[Step] = []
    for kind in REPAIRS if proof_of(_MISREAD).search(text) else _WITHOUT_MISREADING:
        if kind is remove_glosses:
            step = without_glosses(text, glossed_page=glossed_page)
        elif kind is simplify:
            step = simplified(text)
        else:
            after, made = kind(text)
            step = step_of(text, made, after) if made else None
        if step is not None:
            steps.append(step)
            text = step.after
    return steps


@cache
def _signs() -> re.Pattern[str]:
    """Match the characters of which every text that is in need of repair holds one, but for glosses."""
    return re.compile(f"[{telltales()}{_MISREAD}?？{LOST}{convertible()}]")


def replay(raw: str, repairs: Iterable[Repair]) -> str:
    """Make the logged repairs again on the raw text.

    Raises
    ------
    ValueError
        If a logged ``before`` is not what the text has there.

    Examples
    --------
    >>> replay("會(huì)議", repair("會(huì)議")[1])
    '会议'
    """
    for _, group in groupby(repairs, key=attrgetter("kind")):
        pieces: list[str] = []
        last = 0
        for _, start, end, before, after in group:
            if raw[start:end] != before:
                raise ValueError(f"the text has {raw[start:end]!r} where the log says {before!r}")
            pieces += raw[last:start], after
            last = end
        raw = "".join([*pieces, raw[last:]])
    return raw


def revert(text: str, repairs: Iterable[Repair]) -> str:
    """Take the logged repairs back: the raw text that `text` came from.

    Examples
    --------
    >>> revert("会议", repair("會(huì)議")[1])
    '會(huì)議'
    """
    steps = [list(group) for _, group in groupby(repairs, key=attrgetter("kind"))]
    for step in reversed(steps):
        pieces, last, shift = [], 0, 0
        for entry in step:
            start = entry.start + shift
            pieces += [text[last:start], entry.before]
            last = start + len(entry.after)
            shift += len(entry.after) - len(entry.before)
        text = "".join([*pieces, text[last:]])
    return text


def _substitute(text: str, pattern: re.Pattern[str], *, kind: str, by: str) -> tuple[str, tuple[Repair, ...]]:
    repairs = tuple(Repair(kind, one.start(), one.end(), one.group(), by) for one in pattern.finditer(text))
    return (pattern.sub(by, text) if repairs else text), repairs
