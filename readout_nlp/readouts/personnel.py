"""Matters of office: 干部、人事等有关事项 at the end of a list is one matter, whatever stands before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_MATTER = re.compile(
    "(?:有关|相关|部分|其他|我[市县区州旗])*(?:干部|人事|人员)(?:[、和])?"
    "(?:人事|任免|任用|任职|调整|选拔|提名|职级|处理|处分|问题|议题|方案|意见|建议|名单|事项|事宜|议案|草案|案|等|有关|相关|的)*"
)
# what joins it to the last of a list, where it is named as matters are: not 党建和干部人事工作
JOINS = (
    "(?:以及|及|和)(?=(?:有关|相关)?(?:干部、?人事|人事、?干部|干部任免|干部调整|人事任免|人事)"
    "(?:任免|调整|议题|方案|意见|事项|事宜|议案|草案|案|等|有关|相关|的)*$)"
)
_HALVES = (("干部、", "人事"), ("人事、", "干部"))


def is_personnel(name: str) -> bool:
    """Say whether a part of a list is on who holds office: it always stands on the agenda alone.

    Examples
    --------
    >>> is_personnel("干部、人事等有关事项"), is_personnel("人事任免案"), is_personnel("干部培训")
    (True, True, False)
    """
    return name[:1] in "干人有相部其我" and _MATTER.fullmatch(name) is not None


def joined_offices(pieces: Sequence[str]) -> Iterator[str]:
    """Put together what 、 parts in 干部、人事; each piece has its mark.

    Examples
    --------
    >>> list(joined_offices(["茶园防冻补贴、", "干部、", "人事等事项"]))
    ['茶园防冻补贴、', '干部、人事等事项']
    """
    held = ""
    for piece in pieces:
        if held and not any(held.endswith(one) and piece.startswith(other) for one, other in _HALVES):
            yield held
            held = ""
        held += piece
    if held:
        yield held
