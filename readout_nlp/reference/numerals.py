"""Numbers written in Chinese numerals."""

from __future__ import annotations

_DIGITS = "零一二三四五六七八九"


def han_number(text: str) -> int:
    """Read a number below a thousand.

    Examples
    --------
    >>> [han_number(text) for text in ("九", "十", "三十一", "一百零四")]
    [9, 10, 31, 104]
    """
    hundreds, hundred, rest = text.rpartition("百")
    tens, ten, ones = rest.removeprefix("零").rpartition("十")
    return (
        (_DIGITS.find(hundreds) if hundred else 0) * 100
        + ((_DIGITS.find(tens) if tens else 1) if ten else 0) * 10
        + (_DIGITS.find(ones) if ones else 0)
    )
