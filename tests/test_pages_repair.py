"""The one look that settles most texts: it passes over none that a repair would change."""

from __future__ import annotations

import subprocess
from pathlib import Path

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypinyin import Style, pinyin

from readout_nlp.pages.glosses import _printed_readings
from readout_nlp.pages.page import Repair
from readout_nlp.pages.repair import REPAIRS, repair, repair_steps, replay
from readout_nlp.pages.repair_examples import examples_of
from readout_nlp.pages.script import convertible, to_simplified

LIBRARY = Path(opencc.__file__).parent / "clib"
SIGNS = "會议(huì)（e）&amp;nbsp;?？\ufffdé â\u00a0\u200b\x00\x7f\u202f浣犲ソä½ 1回覆沈思\U00020021，。\n"


def step_by_step(text: str) -> tuple[str, tuple[Repair, ...]]:
    log: list[Repair] = []
    for step in REPAIRS:
        text, made = step(text)
        log += made
    return text, tuple(log)


@settings(max_examples=500)
@given(st.text(alphabet=SIGNS, max_size=12) | st.text(max_size=12))
def test_the_first_look_changes_nothing(text: str) -> None:
    assert repair(text) == step_by_step(text)


@pytest.mark.parametrize("start", range(0x3000, 0x10000, 0x1000))
def test_no_character_is_passed_over(start: int) -> None:
    for code in (code for code in range(start, start + 0x1000) if not 0xD800 <= code < 0xE000):
        assert repair(chr(code)) == step_by_step(chr(code))


@pytest.mark.parametrize("word", ["回覆", "沈思", "毛坏", "英哩", "藉口", "瞭解", "甦醒", "衹得"])
def test_words_are_converted_whose_characters_alone_are_not(word: str) -> None:
    assert any(to_simplified(char) == char and char in convertible() for char in word)
    assert to_simplified(f"会议{word}。") != f"会议{word}。"


@pytest.mark.parametrize("start", range(0x4E00, 0xA000, 0x400))
def test_readings_are_those_that_pypinyin_gives(start: int) -> None:
    for char in map(chr, range(start, min(start + 0x400, 0xA000))):
        given = pinyin(char, style=Style.TONE, heteronym=True)[0]
        assert set(_printed_readings().get(ord(char), char).split(",")) == set(given)


@settings(max_examples=300)
@given(st.text(alphabet=SIGNS, max_size=40))
def test_examples_are_those_of_all_steps(text: str) -> None:
    kinds: dict[str, list[Repair]] = {}
    _, log = repair(text)
    for one in log:
        kinds.setdefault(one.kind, []).append(one)
    for example in examples_of(repair_steps(text)):
        made = kinds[example.kind]
        before = replay(text, log[: log.index(made[0])])
        assert example.before in before
        assert example.after in replay(before, made)
    assert [example.kind for example in examples_of(repair_steps(text))] == list(kinds)


def test_every_phrase_of_the_dictionary_has_a_sign(tmp_path: Path) -> None:
    phrases, program = tmp_path / "phrases.txt", LIBRARY / "bin" / "opencc_dict"
    if not program.exists():
        pytest.skip("this build of OpenCC comes without its dictionary program")
    dictionary = LIBRARY / "share" / "opencc" / "TSPhrases.ocd2"
    options = ["-i", dictionary, "-o", phrases, "-f", "ocd2", "-t", "text"]
    subprocess.run([program, *options], check=True, capture_output=True)
    converter = opencc.OpenCC("t2s")
    words = [line.split("\t")[0] for line in phrases.read_text(encoding="utf-8").splitlines()]
    assert words
    assert [word for word in words if converter.convert(word) != to_simplified(word)] == []
    page = "\n".join([*words, "會議聽取了匯報"])
    assert to_simplified(page) == converter.convert(page)
