"""What is no run of Han characters (numbers, dates, Latin words, white space, signs), cut by our own rule.

A text is prepared for an engine by `hold`: what an engine might cut in its own way is held back behind a
mark, one mark for each stretch, so that the whole text goes through the engine in one call and every run of
Han characters is still cut as if it stood alone. `release` puts the pieces back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from readout_nlp.tokens.protect import Span

HAN = "\u4e00-\u9fd5"  # what jieba itself takes for Han; rarer characters become tokens of their own
MARK = "\0"  # a token of its own to both engines, and an end of words; a mark in the text is held back too

END = "\uffff"  # after each of the texts that are cut in one call: no character, and none of a folded text
_ANY_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇々"
_WORD = rf"[^\W_{_ANY_HAN}]"
_PIECES = re.compile(
    r"\d{1,3}(?:,\d{3}){1,6}(?!\d)(?:\.\d+)?[%‰]?"  # 12,000; bounded, so that no input is slow
    r"|\d{1,2}(?::\d{2}){1,2}(?!\d)"  # 12:53
    rf"|{_WORD}+(?:[.+·\-&/_]+{_WORD}+)*[%‰]?"  # 2021-01-16, 3+3+3, 5·18, PM2.5, COVID-19, 4.5%
    r"|\s+|.",
    re.DOTALL,
)
# Signs that never join anything, neither by our rule nor in an engine, may stay where they are.
_SIGNS = "，。、；？！“”‘’（）《》〈〉【】「」『』…—" + END
_HELD = re.compile(rf"([^{HAN}{_SIGNS}]+)")
_SHORT_STRETCH = 16
_ZEROS = "〇○"
_YEAR_DIGITS = "〇○零一二三四五六七八九十"
_FOLDED = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+-.:%/&"
_FOLD = {chr(ord(char) + 0xFEE0): char for char in _FOLDED} | dict.fromkeys("・‧•⋅", "·") | {END: "\ufffd"}
_WIDE = re.compile(f"[{re.escape(''.join(_FOLD))}]")


def fold(text: str) -> str:
    """Give full-width letters, digits and connectors their half-width form; the length stays.

    The noncharacter U+FFFF, with which texts are parted, becomes U+FFFD, the sign of a lost character.

    Examples
    --------
    >>> fold("５Ｇ＋，２０２１：")
    '5G+，2021:'
    """
    return _WIDE.sub(lambda wide: _FOLD[wide.group()], text)


def hold(text: str, spans: Iterable[Span]) -> tuple[str, list[Sequence[str]]]:
    r"""Put one mark for every stretch that no engine shall see, and for every span that is one token.

    Parameters
    ----------
    text
        Folded.
    spans
        Tokens found before, in order, not overlapping.

    Returns
    -------
    held : str
        Runs of Han characters, signs and marks.
    pieces : list of sequences of str
        For each mark the tokens it stands for.

    Examples
    --------
    >>> hold("自2021-01-16起，举办5·18 活动。", [(15, 19)])
    ('自\x00起，举办\x00\x00活动。', [['2021-01-16'], ('5·18',), [' ']])
    """
    parts: list[str] = []
    pieces: list[Sequence[str]] = []
    position = 0
    for start, end in spans:
        _hold_stretches(text[position:start], parts, pieces)
        parts.append(MARK)
        pieces.append((text[start:end],))
        position = end
    _hold_stretches(text[position:], parts, pieces)
    return "".join(parts), pieces


def blank(text: str, spans: Iterable[Span]) -> str:
    r"""Put a mark for every character of the spans; the length stays.

    Examples
    --------
    >>> blank("办好5·18活动", [(2, 6)])
    '办好\x00\x00\x00\x00活动'
    """
    parts: list[str] = []
    position = 0
    for start, end in spans:
        parts += [text[position:start], MARK * (end - start)]
        position = end
    return "".join([*parts, text[position:]])


def _hold_stretches(text: str, parts: list[str], pieces: list[Sequence[str]]) -> None:
    texts_and_stretches = _HELD.split(text)
    parts.append(MARK.join(texts_and_stretches[::2]))
    # years, spaces and colons recur; long stretches do not, and would fill the memory
    pieces += [
        _short_stretch(stretch) if len(stretch) <= _SHORT_STRETCH else _PIECES.findall(stretch)
        for stretch in texts_and_stretches[1::2]
    ]


@lru_cache(maxsize=65_536)
def _short_stretch(text: str) -> Sequence[str]:
    return _PIECES.findall(text)


def release(words: list[str], pieces: Iterable[Sequence[str]]) -> list[str]:
    """Put the pieces in the place of their marks.

    Examples
    --------
    >>> release(["自", MARK, "起"], [["2021-01-16"]])
    ['自', '2021-01-16', '起']
    """
    tokens: list[str] = []
    position = 0
    for these in pieces:
        mark = words.index(MARK, position)
        tokens += words[position:mark]
        tokens += these
        position = mark + 1
    tokens += words[position:]
    return tokens


def years_in_han(text: str) -> Iterator[Span]:
    """Give years and numerals written with a Han zero, which the engines would cut apart.

    Examples
    --------
    >>> list(years_in_han("自二〇二一年起"))
    [(1, 5)]
    """
    if not any(zero in text for zero in _ZEROS):
        return  # most texts: sooner said than by looking at every character
    position = 0
    for zero in re.finditer(f"[{_ZEROS}]", text):
        if zero.start() < position:
            continue
        start, end = zero.span()
        while start > position and text[start - 1] in _YEAR_DIGITS:
            start -= 1
        while end < len(text) and text[end] in _YEAR_DIGITS:
            end += 1
        position = end
        if end - start > 1:
            yield start, end
