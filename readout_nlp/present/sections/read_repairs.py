"""Examples of repairs with what was changed marked, and the reasons of quarantine in both languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

import pandas as pd

from readout_nlp.present.strings import repair_name, strings
from readout_nlp.present.text import Both, named

_PRINTS_NOT = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Co", "Cn"})


@dataclass(frozen=True, slots=True)
class Mended:
    """One repair: pieces of the line before and after, each with whether it was changed."""

    origin: str
    before: tuple[tuple[str, bool], ...]
    after: tuple[tuple[str, bool], ...]


def examples_by_kind(examples: pd.DataFrame) -> list[tuple[Both, list[Mended]]]:
    """Give the examples of each kind of repair, kinds in the order of the table.

    Parameters
    ----------
    examples
        The table ``repair_examples`` of an analysis.
    """
    return [
        (
            named(repair_name, str(kind)),
            [
                Mended(str(origin), *compared(str(before), str(after)))
                for origin, before, after in zip(rows["origin"], rows["before"], rows["after"], strict=True)
            ],
        )
        for kind, rows in examples.groupby("kind", sort=False)
    ]


def compared(before: str, after: str) -> tuple[tuple[tuple[str, bool], ...], tuple[tuple[str, bool], ...]]:
    r"""Part two lines into pieces that are equal and pieces that are not.

    Characters that print nothing, or not what they are, stand as their codes.

    Examples
    --------
    >>> compared("會(huì)議", "會議")
    ((('會', False), ('(huì)', True), ('議', False)), (('會', False), ('議', False)))
    >>> compared("会\u200b议", "会议")[0][1]
    ('〈U+200B〉', True)
    """
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    old = ((visible(before[a:b]), step != "equal") for step, a, b, _, _ in steps if a < b)
    new = ((visible(after[c:d]), step != "equal") for step, _, _, c, d in steps if c < d)
    return tuple(old), tuple(new)


def visible(text: str) -> str:
    r"""Write the code of each character that cannot be seen; an ordinary space is let alone.

    Examples
    --------
    >>> visible("a\u00a0b c")
    'a〈U+00A0〉b c'
    """
    return "".join(_shown(char) for char in text)


def _shown(char: str) -> str:
    hidden = char != " " and unicodedata.category(char) in _PRINTS_NOT
    return f"〈U+{ord(char):04X}〉" if hidden else char


def reason_in_both(reason: str) -> Both:
    """Give a reason of quarantine in both languages; one that is not our own stays as it is.

    Examples
    --------
    >>> reason_in_both("duplicate of ab12").zh
    '与 ab12 逐字相同'
    >>> reason_in_both("the row has no text").en
    'the row has no text'
    """
    for pattern, words in _reasons():
        found = pattern.fullmatch(reason)
        if found:
            return Both(words["zh"].format(**found.groupdict()), reason)
    return Both(reason, reason)


@cache
def _reasons() -> tuple[tuple[re.Pattern[str], dict[str, str]], ...]:
    return tuple(_patterns())


def _patterns() -> Iterator[tuple[re.Pattern[str], dict[str, str]]]:
    for key, words in strings().items():
        if key.startswith("reason."):
            parts = words["en"].split("{id}")
            yield re.compile("(?P<id>.*)".join(map(re.escape, parts)), re.DOTALL), dict(words)
