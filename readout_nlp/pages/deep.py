"""Markup nested beyond reason: seen before it is parsed, and read without a tree.

The time a parser takes grows with the square of the depth, and formatting elements that are opened anew in
every paragraph make it copy all those before them.
"""

from __future__ import annotations

import re
from collections import Counter
from html import unescape

DEEPEST = 400
"""Open elements of one name beyond which a page is not parsed; pages of officials stay below 40."""

TOO_DEEP = "markup nested too deep: read without its structure"

_FEW = 800
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>")
# these end by themselves when the next one begins, or never hold anything
_SELF_ENDING = re.compile(
    "p|li|t[dhr]|d[dt]|option|tbody|[bh]r|img|meta|link|input|col|base|area|embed|param|source|track|wbr",
    re.IGNORECASE,
)
_UNREAD = frozenset(["script", "style"])


def too_deep(source: str) -> bool:
    """Say whether more than `DEEPEST` elements of one name are open at once somewhere.

    Examples
    --------
    >>> too_deep("<div>" * 100_000), too_deep("<div>会议</div>" * 1000)
    (True, False)
    """
    if source.count("<") < _FEW:
        return False
    depth: Counter[str] = Counter()
    for tag in _TAG.finditer(source):
        closing, name = tag.groups()
        if closing:
            depth[name] = max(0, depth[name] - 1)
        elif not _SELF_ENDING.fullmatch(name):
            depth[name] += 1
            if depth[name] > DEEPEST:
                return True
    return False


def bare_lines(source: str) -> list[str]:
    """Give the text between tags, a line for each, scripts and styles left out.

    Examples
    --------
    >>> bare_lines("<div>会议<script>x</script><div>指出")
    ['会议', '指出']
    """
    lines, last, unread = [], 0, False
    for tag in _TAG.finditer(source):
        if not unread:
            lines.append(source[last : tag.start()])
        last = tag.end()
        if tag.group(2).lower() in _UNREAD:
            unread = not tag.group(1)
    if not unread:
        lines.append(source[last:])
    tidy = (" ".join(unescape(line).split()) for line in lines)
    return [line for line in tidy if line]
