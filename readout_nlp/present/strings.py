"""Every word that figures and report say of themselves, in Chinese and in English, from one data file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Language = Literal["zh", "en"]


@cache
def strings() -> Mapping[str, Mapping[str, str]]:
    """Interface strings by key, then by language.

    Examples
    --------
    >>> strings()["act.hear"]["zh"]
    '听取汇报'
    """
    text = (files("readout_nlp.present") / "templates" / "strings.json").read_text(encoding="utf-8")
    data: Mapping[str, Mapping[str, str]] = json.loads(text)
    return data


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
