"""What sheets say of themselves, in Chinese and in English, from one data file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from readout_nlp.coding.tasks import FIXED_OPTIONS


@cache
def strings() -> Mapping[str, Mapping[str, str]]:
    """Texts by key, then by language.

    Examples
    --------
    >>> strings()["act_check.hear"]["zh"]
    '听取汇报'
    """
    text = resource("strings.json")
    data: Mapping[str, Mapping[str, str]] = json.loads(text)
    return data


def say(key: str, language: str) -> str:
    """Give the text of a key in ``zh`` or ``en``.

    Examples
    --------
    >>> say("item_check.one_item", "en")
    'exactly one item'
    """
    return strings()[key][language]


def option_text(kind: str, option: str) -> str:
    """Give an option as a sheet prints it: those that are always the same by name, others as they are.

    Examples
    --------
    >>> option_text("act_check", "hear"), option_text("word_intrusion", "防汛")
    ('听取汇报 hear', '防汛')
    """
    if option in FIXED_OPTIONS.get(kind, ()):
        return f"{say(f'{kind}.{option}', 'zh')} {say(f'{kind}.{option}', 'en')}"
    return option


def resource(name: str) -> str:
    """Text of a file beside the templates."""
    return (files("readout_nlp.coding") / "templates" / name).read_text(encoding="utf-8")
