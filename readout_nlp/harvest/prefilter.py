"""Which pages of a dump are worth parsing: words that every readout has, looked for in the raw bytes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

# One of these stands in whatever convenes a meeting, and one of the others names whose it was: the parser and
# `official` ask for them, so nothing that they would take is lost here (tests hold them together).
CONVENING = ("召开", "举行", "主持", "开会", "中心组", "次集体学习", "共同参加")
_CONVENING_OLD = ("召開", "舉行", "開會", "中心組", "次集體學習", "共同參加")
ORGANS = (
    *("市委", "县委", "区委", "省委", "旗委", "州委", "盟委", "镇委", "乡委", "党委", "工委", "党组", "常委"),
    *("政府", "人大", "政协", "中央", "中共", "国务院", "常务会", "纪委", "监委", "管委会", "委员会", "书记"),
    *("市长", "县长", "区长", "省长", "旗长", "州长", "盟长", "镇长", "乡长", "部长", "局长", "主席", "总理"),
    *("领导小组", "指挥部", "联席会议", "政治局", "兵团"),
)
_ORGANS_OLD = (
    *("縣委", "區委", "鎮委", "鄉委", "黨委", "黨組", "政協", "國務院", "常務會", "紀委", "監委", "管委會"),
    *("委員會", "書記", "市長", "縣長", "區長", "省長", "旗長", "州長", "盟長", "鎮長", "鄉長", "部長"),
    *("局長", "總理", "領導小組", "指揮部", "聯席會議", "兵團"),
)
# A gloss behind a character parts the words; 会 has one on every page that has any.
_GLOSSES = ("(huì)", "（huì）", "(huì )", "（huì ）")
_ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16-le", "utf-16-be")


def worth_parsing(data: bytes) -> bool:
    r"""Say whether a page, as found, may be a readout; False only where the parser would find none.

    Parameters
    ----------
    data
        Bytes of the page or of the line of JSON that holds it, in any of the encodings that pages have; text
        in JSON may be escaped (``\u4f1a``), in HTML written as character references.

    Examples
    --------
    >>> worth_parsing("市委常委会召开会议".encode("gb18030")), worth_parsing("灯会举行".encode())
    (True, False)
    """
    first, organs = _automata()
    found = first.find_matches_as_indexes(data)
    if not found:
        return False
    glossed = any(pattern < len(_glosses()) for pattern, _, _ in found)
    return glossed or bool(organs.find_matches_as_indexes(data))


@cache
def _automata() -> tuple[Any, Any]:
    """Automata that find any of many words in one pass: glosses or what convenes; organs."""
    from ahocorasick_rs import BytesAhoCorasick

    convening = _written((*CONVENING, *_CONVENING_OLD))
    return BytesAhoCorasick([*_glosses(), *convening]), BytesAhoCorasick(_written((*ORGANS, *_ORGANS_OLD)))


@cache
def _glosses() -> tuple[bytes, ...]:
    return tuple(_encoded(_GLOSSES, "utf-8") + _encoded(_GLOSSES, "gb18030"))


def _written(words: Iterable[str]) -> list[bytes]:
    """Every way that words can stand in bytes."""
    listed = list(words)
    encoded = [pattern for encoding in _ENCODINGS for pattern in _encoded(listed, encoding)]
    return list(dict.fromkeys([*encoded, *(form for word in listed for form in _escaped(word))]))


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
