"""Interface strings lie in several files; together they are one table without repetitions."""

from __future__ import annotations

import json
import pickle
import string
from dataclasses import replace

import pytest
from present_example import make_example

import readout_nlp as rn
from readout_nlp.errors import CheckError
from readout_nlp.present.report import render
from readout_nlp.present.strings import Notice, merged, strings

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


KINDS = sorted(key for key in strings() if key.startswith("warning."))


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", KINDS)
def test_a_warning_gives_the_same_numbers_in_both_languages(key: str) -> None:
    wanted = fields(strings()[key]["en"])
    assert fields(strings()[key]["zh"]) == wanted
    numbers = {name: 7001 + at for at, name in enumerate(sorted(wanted))}
    note = Notice(key, **numbers)
    assert all(str(number) in note.of(one) for number in numbers.values() for one in ("zh", "en"))
    assert note == note.of("en")


def test_a_warning_is_a_plain_string_that_survives_a_trip() -> None:
    note = Notice("warning.thin", n=3, of=40)
    assert json.loads(json.dumps([note])) == [str(note)]
    back = pickle.loads(pickle.dumps(note))
    assert (back, back.of("zh")) == (note, note.of("zh"))


def test_the_report_says_warnings_in_the_language_of_its_reader() -> None:
    notes = tuple(Notice(key, n=31, of=47, most=53) for key in KINDS)
    example = replace(make_example(), warnings=(*notes, "2 < 3 & only written down"))
    page = render(example, "zh")
    for note in notes:
        for language, code in (("zh", "zh-CN"), ("en", "en")):
            assert f'<span class="t" lang="{code}">{note.of(language)}</span>' in page
    assert '<li lang="en">2 &lt; 3 &amp; only written down</li>' in page


def test_every_warning_of_an_analysis_can_be_said_in_chinese() -> None:
    corpus = rn.sample_corpus(cities=3, years=2, per_cell=2)
    found = rn.analyse(corpus, rn.Recipe(n_topics=3, passes=1, n_seeds=2, scrutiny=())).warnings
    assert len(found) > 1
    for one in found:
        assert isinstance(one, Notice)
        assert not one.of("zh").isascii()
