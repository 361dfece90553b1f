"""Script and bytes: traditional characters, pinyin glosses behind them, encodings right and wrong."""

from __future__ import annotations

from functools import cache
from typing import Any

from readout_nlp.sample.style import Style
from readout_nlp.sample.world import NOTICE


def traditional(text: str) -> str:
    """Convert to traditional script character by character of meaning (OpenCC ``s2t``).

    Examples
    --------
    >>> traditional("会议")
    '會議'
    """
    converted: str = _converter("s2t").convert(text)
    return converted


def simplified(text: str) -> str:
    """Convert to simplified script (OpenCC ``t2s``)."""
    converted: str = _converter("t2s").convert(text)
    return converted


def survives(text: str) -> bool:
    """Say whether a text comes back unchanged from traditional script, so that its truth can be reached.

    Examples
    --------
    >>> survives("会议听取汇报"), survives("乾坤")
    (True, True)
    """
    return simplified(traditional(text)) == text


def glossed(text: str) -> tuple[str, int]:
    """Put the pinyin of every character that ``s2t`` changed in brackets behind it; say how many it was.

    The line that says the page is synthetic stays legible.

    Examples
    --------
    >>> glossed("会上")
    ('會(huì)上', 1)
    """
    lines, count = [], 0
    for line in text.split("\n"):
        written, glosses = (traditional(line), 0) if NOTICE in line else _glossed_line(line)
        lines.append(written)
        count += glosses
    return "\n".join(lines), count


def encoded(text: str, style: Style) -> bytes:
    """Encode a page in its codec; what it declares may differ."""
    return text.encode(style.codec)


def _glossed_line(line: str) -> tuple[str, int]:
    from pypinyin import Style as Tone
    from pypinyin import pinyin

    converted = traditional(line)
    # list: one entry a character also outside Han text, though the annotation speaks of strings only
    sounds = pinyin(line, style=Tone.TONE, errors=list)  # type: ignore[arg-type]
    if not len(converted) == len(line) == len(sounds):
        return converted, 0
    written = [
        new if new == old else f"{new}({sound[0]})"
        for old, new, sound in zip(line, converted, sounds, strict=True)
    ]
    return "".join(written), sum(new != old for old, new in zip(line, converted, strict=True))


@cache
def _converter(config: str) -> Any:
    import opencc

    return opencc.OpenCC(config)
