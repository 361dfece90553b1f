"""The division in a government office's credit code, which index numbers of published documents begin with.

A unified social credit code (GB 32100-2015) has 18 signs: who registers (1: the office for establishments),
the kind (1: an organ of government), six digits of the division it is registered in, nine of the organ's own
number, and a check sign by ISO 7064.
"""

from __future__ import annotations

import re

_CODE = re.compile(r"(?<![0-9A-Z])11(?P<division>(?:[1-6]\d|99)\d{4})[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Z])")
_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_MODULUS = len(_SIGNS)
_FACTOR = 3


def credit_division(text: str) -> str | None:
    """Give the division code in the first credit code of an organ of government; None without one.

    Examples
    --------
    >>> credit_division("索引号: 11990100MB0000001T-2019-0367"), credit_division("110222403591879554")
    ('990100', None)
    """
    return next((found["division"] for found in _CODE.finditer(text) if _checks(found.group())), None)


def _checks(code: str) -> bool:
    weighed = sum(_SIGNS.index(sign) * pow(_FACTOR, n, _MODULUS) for n, sign in enumerate(code[:-1]))
    return _SIGNS[-weighed % _MODULUS] == code[-1]
