"""Which pages of a dump are worth parsing: words that every readout has, looked for in the raw bytes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

# One of these stands in whatever convenes a meeting: the parser asks for it, so nothing that it would take
# is lost here (a test holds the two together).
CONVENING = ("召开", "举行", "主持", "开会", "中心组", "次集体学习", "共同参加")
_TRADITIONAL = {
    "召开": "召開",
    "举行": "舉行",
    "开会": "開會",
    "中心组": "中心組",
    "次集体学习": "次集體學習",
    "共同参加": "共同參加",
}
_ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16-le", "utf-16-be")
# A gloss after every character parts the words: 会(huì)议(yì). Its readings are searched for instead.
_GLOSSED = ("(huì)", "（huì）", "(zhào)", "（zhào）", "(zhǔ)", "（zhǔ）", "h(huán", "(jǔ)", "（jǔ）")


def worth_parsing(data: bytes) -> bool:
    r"""Say whether a page, as found, may be a readout; False only where the parser would find none.

    Parameters
    ----------
    data
        Bytes of the page or of the line of JSON that holds it, in any of the encodings that pages have; text
        in JSON may be escaped (``\u4f1a``), in HTML written as character references.

    Examples
    --------
    >>> worth_parsing("市委常委会召开会议".encode("gb18030")), worth_parsing("本周有雨".encode())
    (True, False)
    """
    return any(pattern in data for pattern in _patterns())


@cache
def _patterns() -> tuple[bytes, ...]:
    """Every way that one of the words can stand in bytes, the most frequent first."""
    words = [*CONVENING, *_TRADITIONAL]
    encoded = (_encoded(words, encoding) for encoding in _ENCODINGS)
    found = [pattern for patterns in encoded for pattern in patterns]
    glossed = [pattern for encoding in ("utf-8", "gb18030") for pattern in _encoded(_GLOSSED, encoding)]
    escaped = [pattern for word in words for pattern in _escaped(word)]
    return tuple(dict.fromkeys([*found, *glossed, *escaped]))


def _encoded(words: Iterable[str], encoding: str) -> list[bytes]:
    """Words in one encoding; those that it has no bytes for are left out."""
    patterns = []
    for word in words:
        try:
            patterns.append(word.encode(encoding))
        except UnicodeEncodeError:
            continue
    return patterns


def _escaped(word: str) -> list[bytes]:
    """Ways to write a word in ASCII: escapes of JSON, and character references, decimal and hexadecimal."""
    codes = [ord(char) for char in word]
    forms = [
        "".join(f"\\u{code:04x}" for code in codes),
        "".join(f"\\u{code:04X}" for code in codes),
        "".join(f"&#{code};" for code in codes),
        "".join(f"&#x{code:x};" for code in codes),
        "".join(f"&#x{code:X};" for code in codes),
    ]
    return [form.encode("ascii") for form in forms]
