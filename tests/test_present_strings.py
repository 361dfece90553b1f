"""Interface strings lie in several files; together they are one table without repetitions."""

from __future__ import annotations

import json

import pytest

from readout_nlp.errors import CheckError
from readout_nlp.present.strings import merged, strings

WORDS = {"zh": "甲", "en": "A"}


def test_files_are_joined() -> None:
    table = merged({"strings.json": json.dumps({"a": WORDS}), "strings-b.json": json.dumps({"b": WORDS})})
    assert table == {"a": WORDS, "b": WORDS}


def test_a_key_in_two_files_is_named_with_both() -> None:
    with pytest.raises(CheckError, match=r"'a' in strings-b\.json and again in strings\.json"):
        merged({"strings.json": json.dumps({"a": WORDS}), "strings-b.json": json.dumps({"a": WORDS})})


def test_a_key_twice_in_one_file_is_refused() -> None:
    text = '{"a": {"zh": "甲", "en": "A"}, "a": {"zh": "乙", "en": "B"}}'
    with pytest.raises(CheckError, match=r"again in strings\.json"):
        merged({"strings.json": text})


def test_a_language_twice_in_one_string_is_refused() -> None:
    with pytest.raises(CheckError, match="'zh' in strings"):
        merged({"strings.json": '{"a": {"zh": "甲", "zh": "乙", "en": "A"}}'})


def test_every_shipped_string_speaks_both_languages() -> None:
    silent = [
        key for key, words in strings().items() if set(words) != {"zh", "en"} or not all(words.values())
    ]
    assert silent == []
