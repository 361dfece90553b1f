"""Every word that figures and report say of themselves, in Chinese and in English, from one data file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from fnmatch import fnmatch
from functools import cache, partial
from importlib.resources import files
from typing import Any, Literal

from readout_nlp.errors import CheckError

Language = Literal["zh", "en"]


Words = Mapping[str, str]


def merged(texts: Mapping[str, str]) -> dict[str, Words]:
    """Join files of interface strings into one table; no key may stand twice, in one file or in two.

    Parameters
    ----------
    texts : mapping of str to str
        The JSON text of every file, by file name.

    Raises
    ------
    CheckError
        If a key is defined twice: which of the two a reader saw would depend on the order of files.

    Examples
    --------
    >>> merged({"strings.json": '{"a": {"zh": "甲", "en": "A"}}', "strings-b.json": "{}"})
    {'a': {'zh': '甲', 'en': 'A'}}
    """
    home: dict[str, str] = {}
    table: dict[str, Words] = {}
    for name, text in sorted(texts.items()):
        for key, words in json.loads(text, object_pairs_hook=partial(_each_once, name)).items():
            if key in home:
                raise _twice(key, home[key], name)
            home[key], table[key] = name, words
    return table


def _each_once(name: str, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that stands twice in one object: a plain dict would silently keep the last."""
    found = dict(pairs)
    if len(found) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        raise _twice(counts.most_common(1)[0][0], name, name)
    return found


def _twice(key: str, first: str, second: str) -> CheckError:
    return CheckError(
        f"the string {key!r} in {first} and again in {second}",
        "one definition of every interface string",
        "rename one of them or remove it",
    )


@cache
def strings() -> Mapping[str, Words]:
    """Interface strings by key, then by language, out of every ``templates/strings*.json``.

    Examples
    --------
    >>> strings()["act.hear"]["zh"]
    '听取汇报'
    """
    folder = files("readout_nlp.present") / "templates"
    found = [path for path in folder.iterdir() if fnmatch(path.name, "strings*.json")]
    return merged({path.name: path.read_text(encoding="utf-8") for path in found})


def say(key: str, language: str, **values: Any) -> str:
    """Give the string in one language with its values filled in.

    Raises
    ------
    KeyError
        If the key is not in the file: a spelling fault in the program.

    Examples
    --------
    >>> say("act.hear", "en")
    'hear report'
    """
    text = strings()[key][language]
    return text.format(**values) if values else text


class Notice(str):
    """A sentence in English that keeps its key and its numbers, so that it can be said in Chinese too.

    It is a plain string wherever one is wanted: on a terminal, in a manifest.

    Examples
    --------
    >>> note = Notice("warning.no_place", n=3)
    >>> note
    '3 readouts have no certain place and stay out of tables by place'
    >>> note.of("zh")
    '3 篇通报的地方不能确定，不计入按地方的表。'
    """

    __slots__ = ("key", "numbers")
    key: str
    numbers: Mapping[str, int]

    def __new__(cls, key: str, **numbers: int) -> Notice:
        """Write the sentence in English."""
        made = super().__new__(cls, say(key, "en", **numbers))
        made.key, made.numbers = key, numbers
        return made

    def of(self, language: str) -> str:
        """Give the sentence in one language."""
        return say(self.key, language, **self.numbers)

    def __reduce__(self) -> tuple[Any, ...]:
        """Go to another process with key and numbers."""
        return partial(Notice, self.key, **self.numbers), ()


def _named(family: str, value: str, language: str) -> str:
    key = f"{family}.{value}"
    return say(key, language) if key in strings() else value


def act_name(act: str, language: str) -> str:
    """Name of an act of the agenda; an unknown one as it is.

    Examples
    --------
    >>> act_name("relay", "zh")
    '传达学习'
    """
    return _named("act", act, language)


def level_name(level: str, language: str) -> str:
    """Name of an administrative level; an unknown one as it is."""
    return _named("level", level, language)


def repair_name(kind: str, language: str) -> str:
    """Name of a kind of repair; an unknown one as it is."""
    return _named("repair", kind, language)
