"""Bytes of any encoding read right, and what cannot be read is counted."""

from __future__ import annotations

import codecs
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readout_nlp.pages.decode import PLAUSIBLE, _mark_each_byte, declared_charset, decode, plausibility

SIMPLIFIED = "会议指出,要抓住农时，把种子、化肥备足备齐。会议强调：要严管火源，落实责任。"
TRADITIONAL = "會議指出,要抓住農時，把種子、化肥備足備齊。會議強調：要嚴管火源，落實責任。"


@pytest.mark.parametrize("text", [SIMPLIFIED, TRADITIONAL, SIMPLIFIED[:14]])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_round_trip(text: str, encoding: str) -> None:
    found = decode(text.encode(encoding))
    assert (found.text, found.undecodable) == (text, 0)


@pytest.mark.parametrize(
    "declared", ["gb2312", "gbk", "gb18030", "utf-8", "big5", "iso-8859-1", "no-such-charset", None]
)
@pytest.mark.parametrize(
    ("text", "encoding"),
    [(SIMPLIFIED, "gb18030"), (TRADITIONAL, "gb18030"), (TRADITIONAL, "big5hkscs"), (SIMPLIFIED, "utf-8")],
)
def test_a_wrong_declaration_does_no_harm(text: str, encoding: str, declared: str | None) -> None:
    head = f'<meta charset="{declared}">' if declared else ""
    found = decode((head + text).encode(encoding))
    assert found.text == head + text
    assert found.encoding == encoding


def test_characters_beyond_gbk_survive_a_declaration_of_gb2312() -> None:
    text = '<meta charset="gb2312">' + SIMPLIFIED + "㑇镕喆\U00020bb7"
    assert decode(text.encode("gb18030")).text == text


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_bad_bytes_are_located_and_counted(encoding: str) -> None:
    left, right = SIMPLIFIED[:20].encode(encoding), SIMPLIFIED[20:].encode(encoding)
    found = decode(left + b"\xff" + right)
    assert found.encoding == encoding
    assert found.text == SIMPLIFIED[:20] + "\ufffd" + SIMPLIFIED[20:]
    assert found.undecodable == 1


def test_a_page_cut_in_the_middle_of_a_character_is_still_utf8() -> None:
    found = decode(SIMPLIFIED.encode()[:-2])
    assert found.encoding == "utf-8"
    assert found.text.startswith(SIMPLIFIED[:-1])
    assert found.undecodable == 1


def test_a_replacement_character_of_the_author_is_no_loss_of_ours() -> None:
    found = decode((SIMPLIFIED + "\ufffd").encode())
    assert (found.text[-1], found.undecodable) == ("\ufffd", 0)


def test_the_wrong_codec_does_not_look_plausible() -> None:
    misread = TRADITIONAL.encode("big5hkscs").decode("gb18030", "replace")
    assert plausibility(misread) < PLAUSIBLE < plausibility(TRADITIONAL)


def test_ascii_is_utf8() -> None:
    assert decode(b"plain").encoding == "utf-8"
    assert decode(b"").text == ""


def test_a_declaration_far_down_is_not_believed() -> None:
    assert declared_charset(b" " * 5000 + b"<meta charset=big5>") is None


@settings(max_examples=150)
@given(st.binary(max_size=400))
def test_any_bytes_give_text(data: bytes) -> None:
    found = decode(data)
    assert 0 <= found.undecodable <= len(data)
    found.text.encode("utf-8")  # no half of a surrogate pair comes out


@settings(max_examples=150)
@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"), max_size=200)
)
def test_utf8_is_always_read_back(text: str) -> None:
    assert decode(text.encode("utf-8")).text == text


@pytest.mark.parametrize("pattern", [b"\xff", b"\x81", b"\x00\xff", b"(", bytes(range(256))])
def test_a_megabyte_of_anything_is_read_at_once(pattern: bytes) -> None:
    data = pattern * (1_000_000 // len(pattern))
    start = time.process_time()
    decode(data)
    assert time.process_time() - start < 3


BYTES = st.sampled_from([0x41, 0x30, 0x80, 0x81, 0x86, 0xA0, 0xC1, 0xC2, 0xE4, 0xF0, 0xF5, 0xFE, 0xFF])


@settings(max_examples=300)
@given(st.lists(BYTES, max_size=12).map(bytes), st.sampled_from(["utf-8", "gb18030", "big5hkscs"]))
def test_each_byte_that_cannot_be_read_is_marked_once(data: bytes, encoding: str) -> None:
    codecs.register_error("tests.one_by_one", lambda fault: ("\ufffd" * (fault.end - fault.start), fault.end))
    assert data.decode(encoding, errors=_mark_each_byte()) == data.decode(encoding, "tests.one_by_one")


@pytest.mark.parametrize("byte", [b"\x80", b"\x81", b"\xff"])
def test_a_megabyte_of_one_byte_is_decoded_at_once(byte: bytes) -> None:
    start = time.process_time()
    decode(byte * 1_000_000)
    assert time.process_time() - start < 1
