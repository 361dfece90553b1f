"""What rows, panels and curves are called in a figure or table: by the reader's names, in one language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from unicodedata import east_asian_width

import pandas as pd

from readout_nlp.present.strings import Language

Names = Mapping[str, str | Mapping[str, str]]

BOTH = " | "  # between the Chinese and the English of one label
CUT = "…"


def in_language(label: str, language: Language) -> str:
    """Give the half of a label that is in `language`; a label in one language only as it is.

    A label holds both as ``中文 | English``, in the file of a model's labels as anywhere else.

    Examples
    --------
    >>> in_language("防汛抗旱 | Flood control", "en")
    'Flood control'
    >>> in_language("防汛抗旱", "en")
    '防汛抗旱'
    """
    halves = [half.strip() for half in str(label).split(BOTH)]
    if len(halves) != len(("zh", "en")) or not all(halves):
        return str(label)
    return halves[0] if language == "zh" else halves[1]


def name_of(key: object, labels: Names | None, language: Language) -> str:
    """Name of a topic, place or term: the reader's, if there is one, else its own.

    Parameters
    ----------
    key
        As the table has it.
    labels
        A name by key, or a mapping of ``zh`` and ``en`` to names.
    language
        Of a name that holds both.

    Examples
    --------
    >>> name_of("t01", {"t01": {"zh": "教育", "en": "Schools"}}, "en")
    'Schools'
    >>> name_of("t02", {"t01": "教育"}, "en")
    't02'
    """
    name = (labels or {}).get(str(key), str(key))
    return in_language(name, language) if isinstance(name, str) else name.get(language, str(key))


def names_of(keys: Iterable[object], labels: Names | None, language: Language) -> list[str]:
    """`name_of` for each of `keys`, which differ; where two get one name, each has its key beside it.

    Examples
    --------
    >>> names_of(["t01", "t02", "t03"], {"t01": "教育", "t03": "教育"}, "zh")
    ['教育 (t01)', 't02', '教育 (t03)']
    """
    listed = list(keys)
    names = [name_of(key, labels, language) for key in listed]
    often = Counter(names)
    return [name if often[name] == 1 else f"{name} ({key})" for key, name in zip(listed, names, strict=True)]


def renamed(table: pd.DataFrame, column: str, *, labels: Names | None, language: Language) -> pd.DataFrame:
    """Give the table with the reader's names in one column, so that drawing and alt text both use them.

    Examples
    --------
    >>> table = pd.DataFrame({"place": ["甲市", None]})
    >>> renamed(table, "place", labels={"甲市": "Jia"}, language="en")["place"].tolist()
    ['Jia', None]
    """
    known = table[column].dropna()
    keys = list(pd.unique(known))
    names = dict(zip(keys, names_of(keys, labels, language), strict=True))
    return table.assign(
        **{column: table[column].map(names).astype(object).where(table[column].notna(), None)}
    )


def labels_of(topics: pd.DataFrame) -> dict[str, str]:
    """Labels by topic out of a table of topics, to hand to a figure as `labels`.

    Examples
    --------
    >>> labels_of(pd.DataFrame({"topic": ["t01"], "label": ["教育 | Schools"]}))
    {'t01': '教育 | Schools'}
    """
    return dict(zip(topics["topic"].astype(str), topics["label"].astype(str), strict=True))


def width_of(text: str) -> float:
    """Width in Chinese characters, of which a Latin letter takes about half.

    Examples
    --------
    >>> width_of("防汛 ok")
    3.5
    """
    return sum(1.0 if east_asian_width(char) in "FW" else 0.5 for char in text)


def wrapped(text: str, room: float) -> str:
    r"""Break a title into lines no wider than `room` (in Chinese characters), at spaces or between Han.

    Examples
    --------
    >>> wrapped("share of the agenda", 6)
    'share of the\nagenda'
    """
    lines = [""]
    for piece in re.findall(r"[ -~]+? |[ -~]+|.", text):
        fits = width_of(lines[-1]) + width_of(piece.rstrip()) <= room
        if fits or not lines[-1]:
            lines[-1] += piece
        else:
            lines.append(piece)
    return "\n".join(line.rstrip() for line in lines)


def shortened(text: str, room: float) -> str:
    """Cut a name that is wider than `room` (in Chinese characters), and show that it is cut.

    Examples
    --------
    >>> shortened("国有资本·国资国企改革·国企改革", 9)
    '国有资本·国资国企…'
    """
    if width_of(text) <= room:
        return text
    kept = text
    while kept and width_of(kept) + 0.5 > room:
        kept = kept[:-1]
    return kept.rstrip(" ·") + CUT
