"""Traditional -> simplified, and which script a page was printed in."""

from __future__ import annotations

import re
import sys
from difflib import SequenceMatcher
from functools import cache

import numpy as np
import opencc
from numpy.typing import NDArray

from readout_nlp.pages.page import Repair, Script, Step, step_of

TRADITIONAL_SHARE = 0.10
"""Share of Han characters that must change for a page to count as traditional (prose: about a third)."""

_KIND = "traditional"
_HAN = "㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
_NOT_HAN = re.compile(f"[^{_HAN}]+")
_FIVE_HAN = re.compile(f"(?:[^{_HAN}]*+[{_HAN}]){{5}}")
_HAN_BLOCKS = (range(0x3400, 0xA000), range(0xF900, 0xFB00))
_CODES = "utf-32-le"  # a text as four bytes a character
_RARE_HAN = "\U00020000-\U0003ffff"  # as a range: a pattern is slow with single ones
_CLAUSE_ENDS = "\n，。、"  # no phrase of OpenCC's holds one
_CLAUSE_END = re.compile(f"[{_CLAUSE_ENDS}]")
_WITHIN_PHRASES = "哩坏沈甦瞭藉衹覆"
# one stands in each phrase of OpenCC's that is not converted character by character (魏徵, 樊於期)
_OF_PHRASES = "乾俱剋劄吒哩噁坏幺彷扞族昇楊氾沈濛甦畫瞭祕篤脩蒐薹藉衹袢谿貲逕釐鉅鍊鍾"
_OF_PHRASES_BESIDE = (  # of the common ones (對於, 覆蓋, 什么, 徵求) only beside what makes the phrase
    "於(?=[世乎仲倫其則勇呼單坦完崇忠惟戲敖期梨清潛琳穆竹菟邑陵])"
    "|覆(?:(?=[信呈命帳按文校電墓金覆])|(?<=[函反名回批拜明申示稟答見覆重鈞電]覆))"
    "|么(?=[麼麽])"
    "|徵(?:(?=[弦絃羽聲調音])|(?<=[流角變魏]徵))"
)
_ALSO_SIMPLIFIED = frozenset("乾吒夥徵拚捱摺薹袷哩坏沈瞭藉覆")
"""Characters that simplified text has too (乾县, 哪吒); some change only within a phrase (双重|覆盖)."""


def count_han(text: str) -> int:
    """Count the Han characters of `text`.

    Examples
    --------
    >>> count_han("第3次会议(RCEP)")
    4
    """
    return len(_NOT_HAN.sub("", text))


def has_five_han(text: str) -> bool:
    """Say whether a text has five Han characters or more, much faster than they are counted.

    Examples
    --------
    >>> has_five_han("3月12日,研究防汛"), has_five_han("(3月)"), has_five_han("")
    (True, False, False)
    """
    return _FIVE_HAN.match(text) is not None


def to_simplified(text: str) -> str:
    """Convert `text` to simplified characters, character by character, words untouched.

    OpenCC ``t2s`` only: the phrase tables of ``tw2sp`` rewrite words (指標 would become 指针).

    Examples
    --------
    >>> to_simplified("會議聽取了指標匯報")
    '会议听取了指标汇报'
    """
    if not _convertible().search(text):  # tens of times as fast as to convert
        return text
    converted = _table().take(_codes(text)).tobytes().decode(_CODES, errors="surrogatepass")
    return _with_phrases(text, converted)


def _with_phrases(text: str, converted: str) -> str:
    """Convert anew the clauses that may hold a phrase: OpenCC looks for one at every character."""
    pieces, done = [], 0
    for found in _phrased().finditer(text):
        if (at := found.start()) < done:
            continue
        begin = max(done, *(text.rfind(mark, done, at) + 1 for mark in _CLAUSE_ENDS))
        after = _CLAUSE_END.search(text, at)
        end = after.start() if after is not None else len(text)
        pieces += [converted[done:begin], _converter().convert(text[begin:end])]
        done = end
    return "".join([*pieces, converted[done:]])


def simplify(text: str) -> tuple[str, tuple[Repair, ...]]:
    """Convert to simplified characters; one Repair (kind ``traditional``) for each maximal changed run.

    A character that simplified text uses too (乾县) stays, unless the text is printed in traditional script.

    Examples
    --------
    >>> simplify("會議記錄")
    ('会议记录', (Repair(kind='traditional', start=0, end=4, before='會議記錄', after='会议记录'),))
    >>> simplify("乾县县委常委会召开会议")
    ('乾县县委常委会召开会议', ())
    """
    step = simplified(text)
    return (text, ()) if step is None else (step.after, step.made)


def simplified(text: str) -> Step | None:
    """Do as `simplify`; None where nothing changes.

    Examples
    --------
    >>> simplified("會議記錄").after, simplified("会议记录")
    ('会议记录', None)
    """
    converted = to_simplified(text)
    if converted == text:
        return None
    step = _changed(text, converted)
    if _is_traditional(text, changed=changed_by(step)):
        return step
    made = [one for one in step.made if not _ALSO_SIMPLIFIED.issuperset(one.before)]
    return step_of(text, made, _replaced(text, made)) if made else None


def changed_by(step: Step) -> int:
    """Count the characters that a conversion changed.

    Examples
    --------
    >>> changed_by(simplified("會議聽取匯報"))
    5
    """
    return sum(step.ends) - sum(step.starts)


def printed_script(text: str, *, changed: int) -> Script:
    """Say which script a text was printed in, by the share of its Han characters that conversion changed.

    Examples
    --------
    >>> printed_script("区委常委会召开会议", changed=5), printed_script("区委常委会召开会议", changed=0)
    ('traditional', 'simplified')
    """
    return "traditional" if changed and _is_traditional(text, changed=changed) else "simplified"


def _is_traditional(text: str, *, changed: int) -> bool:
    """Say whether so many changed characters are a large share of the Han ones, no more than all of them."""
    return changed > TRADITIONAL_SHARE * len(text) or changed > TRADITIONAL_SHARE * count_han(text)


def _replaced(text: str, made: list[Repair]) -> str:
    parts: list[str] = []
    done = 0
    for one in made:
        parts += text[done : one.start], one.after
        done = one.end
    return "".join([*parts, text[done:]])


def _changed(text: str, converted: str) -> Step:
    """Maximal runs where the two texts differ."""
    if len(text) != len(converted):
        return step_of(text, _aligned(text, converted), converted)
    changed = np.zeros(len(text) + 2, dtype=np.bool_)
    np.not_equal(_codes(text), _codes(converted), out=changed[1:-1])
    edges = np.flatnonzero(changed[1:] != changed[:-1]).tolist()  # of runs, one begin and one end by turns
    return Step(_KIND, text, converted, edges[::2], edges[1::2])


def _aligned(text: str, converted: str) -> list[Repair]:
    """Do the same where a conversion changed the length (not seen in prose, possible in OpenCC)."""
    runs: list[Repair] = []
    offset = 0
    for before, after in zip(text.split("\n"), converted.split("\n"), strict=True):
        if len(before) == len(after):
            found = [(one.start, one.end, one.after) for one in _changed(before, after).made]
        else:
            codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
            found = [(i, j, after[k:m]) for tag, i, j, k, m in codes if tag != "equal"]
        runs += [Repair(_KIND, offset + i, offset + j, before[i:j], new) for i, j, new in found]
        offset += len(before) + 1
    return runs


@cache
def convertible() -> str:
    """Characters of which every text that conversion changes holds one, as the inside of a ``[...]``.

    Those that are changed alone, those that are changed in some words (回覆, 沈思), and all beyond the
    basic plane.

    Examples
    --------
    >>> [char in convertible() for char in "會会覆"]
    [True, False, True]
    """
    return "".join([*_alone(), _WITHIN_PHRASES, _RARE_HAN])


@cache
def _alone() -> dict[str, str]:
    """Characters that are changed also where they stand alone, each with what it becomes."""
    alone = [chr(code) for block in _HAN_BLOCKS for code in block]
    converted: list[str] = _converter().convert("\n".join(alone)).split("\n")
    return {char: new for char, new in zip(alone, converted, strict=True) if char != new}


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode(_CODES, errors="surrogatepass"), dtype="<u4")


@cache
def _table() -> NDArray[np.uint32]:
    """Give for the code of every character that of what it becomes."""
    table = np.arange(sys.maxunicode + 1, dtype="<u4")
    table[_codes("".join(_alone()))] = _codes("".join(_alone().values()))
    return table


@cache
def _phrased() -> re.Pattern[str]:
    """Match a character of the phrases that OpenCC does not convert character by character."""
    return re.compile(f"[{_OF_PHRASES}{_RARE_HAN}]|{_OF_PHRASES_BESIDE}")


@cache
def _convertible() -> re.Pattern[str]:
    return re.compile(f"[{convertible()}]")


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
