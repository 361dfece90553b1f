"""Text that was decoded wrongly before it was saved comes back exactly, or stays as it is."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readout_nlp.durable import sha256_bytes
from readout_nlp.pages.extract import extract_text
from readout_nlp.pages.mojibake import replace_entities, undo_mojibake
from readout_nlp.pages.page import Page
from readout_nlp.pages.repair import repair, replay, revert
from readout_nlp.reference.characters import character_ranks

CASES = json.loads((Path(__file__).parent / "cases" / "pages_mojibake.json").read_text(encoding="utf-8"))
COMMON = sorted(char for char, rank in character_ranks().items() if rank < 1500)
PROSE = st.lists(st.sampled_from([*COMMON, *"，。、；：《》“”"]), min_size=4, max_size=30).map("".join)
READOUT = (
    "云溪市召开会议\n来源:云溪日报 2018-04-03\n"
    "4月2日,云溪市委常委会召开会议。会议听取了渡口安全整治情况的汇报。会议指出,大雾天一律停渡。"
)


def as_latin(text: str) -> str:
    """What a browser shows that takes UTF-8 for Windows-1252."""
    bytes_ = [bytes([byte]) for byte in text.encode()]
    return "".join(one.decode("cp1252", "ignore") or one.decode("latin-1") for one in bytes_)


def read(text: str) -> Any:
    data = text.encode()
    return extract_text(Page(origin="case", data=data, sha256=sha256_bytes(data)))


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            row,
            id=row["label"],
            marks=[pytest.mark.xfail(strict=True, reason=row["comment"])] if "expect" in row else [],
        )
        for row in CASES
    ],
)
def test_case(case: dict[str, Any]) -> None:
    text, log = repair(case["original"])
    assert text == case["expected"]
    assert replay(case["original"], log) == text
    assert revert(text, log) == case["original"]
    assert Counter(entry.kind for entry in log) == Counter(case["kinds"])


@settings(max_examples=200)
@given(PROSE)
def test_prose_shown_as_latin_comes_back(text: str) -> None:
    if sum(char in character_ranks() for char in text) >= 4:
        assert undo_mojibake(as_latin(text))[0] == text


@settings(max_examples=200)
@given(PROSE)
def test_prose_shown_as_gb18030_comes_back_if_no_byte_was_lost(text: str) -> None:
    try:
        shown = text.encode().decode("gb18030")
    except UnicodeDecodeError:
        return
    found, log = undo_mojibake(shown)
    # what is too short or still looks like Chinese stays; nothing becomes a third thing
    assert found in (text, shown)
    assert bool(log) == (found != shown)


@settings(max_examples=300)
@given(PROSE)
def test_sound_prose_is_left_alone(text: str) -> None:
    assert undo_mojibake(text) == (text, ())


@settings(max_examples=300)
@given(st.text(max_size=60))
def test_any_text_replays(text: str) -> None:
    for step in (undo_mojibake, replace_entities):
        mended, log = step(text)
        assert replay(text, log) == mended
        assert revert(mended, log) == text
        assert mended.count("\n") == text.count("\n")


def test_a_page_shown_as_latin_reads_like_the_page() -> None:
    sound, broken = read(READOUT), read(as_latin(READOUT))
    assert broken.text == sound.text
    assert broken.meta == sound.meta
    assert {entry.kind for entry in broken.repairs} == {"mojibake"}


def test_entities_in_a_page_of_text_are_printed() -> None:
    found = read(READOUT.replace("大雾天", "&ldquo;大雾天&#8221;").replace("会议听取", "&nbsp;会议听取"))
    assert "“大雾天”一律停渡" in found.text
    assert "&" not in found.text


@pytest.mark.parametrize(
    "piece",
    ["&", "&amp;", "&amp;amp;amp;", "&#", "浣", "ä½", "ä½ ", "Ã", "銆?", "锛€", "浣犲ソ,", "会", "犇 "],
)
def test_a_megabyte_is_settled_in_seconds(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    began = time.perf_counter()
    undo_mojibake(text)
    replace_entities(text)
    assert time.perf_counter() - began < 5
