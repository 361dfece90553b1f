"""A font for the page keeps its drawing, glyph by glyph, and loses hints and subroutines."""

from __future__ import annotations

import io

import numpy as np
import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont

from readout_nlp.present import fonts, outlines
from readout_nlp.present.outlines import inlined

WORDS = "市委常委会召开会议，传达学习重要讲话精神；研究部署2024年工作。Committee meeting, §3: 95.5 % éü"
NUMBER, MOVE, LINE, END = bytes([140]), bytes([139, 150, 21]), bytes([150, 139, 5]), bytes([14])
RETURN, LOCAL, GLOBAL = bytes([11]), bytes([32, 10]), bytes([32, 29])  # calls of the first subroutine
STEMS, MASK = bytes([140, 150, 18]), bytes([140, 150, 19, 0b11000000])  # one stem; another one and its mask


def one(code, *, own=(), shared=()):
    found = inlined([code, *shared, *own], np.array([[1 + len(shared), len(own)]]), shared=(1, len(shared)))
    return None if found is None else found[0]


def drawn(data):
    with TTFont(io.BytesIO(data)) as font:
        glyphs, record = font.getGlyphSet(), {}
        for name in font.getGlyphOrder():
            pen = RecordingPen()
            glyphs[name].draw(pen)
            record[name] = (glyphs[name].width, pen.value)
        return record, font["CFF "].cff


@pytest.mark.parametrize("face", ["sans", "serif"])
def test_the_drawing_is_that_of_font_tools(face, monkeypatch):
    quick, fonts_of = drawn(fonts._subset.__wrapped__(WORDS, face))
    assert not len(fonts_of.GlobalSubrs)
    assert not any(hasattr(one.Private, "Subrs") for one in fonts_of[0].FDArray)
    monkeypatch.setattr(outlines, "keep_outlines", lambda _: False)
    slow, _ = drawn(fonts._subset.__wrapped__(WORDS, face))
    assert quick == slow
    assert len(quick) > 30


def test_hints_go_and_a_width_before_them_stays():
    assert one(STEMS + MASK + MOVE + LINE + END) == MOVE + LINE + END
    assert one(NUMBER + STEMS + MASK + MOVE + LINE + END) == NUMBER + MOVE + LINE + END
    assert one(NUMBER + MOVE + LINE + END) == NUMBER + MOVE + LINE + END


def test_what_subroutines_do_stands_where_they_were_called():
    assert one(STEMS + LOCAL + END, own=[MOVE + LINE + RETURN]) == MOVE + LINE + END
    assert one(GLOBAL, shared=[LOCAL + END], own=[STEMS + MOVE + RETURN]) == MOVE + END
    assert one(LOCAL + bytes([5]) + END, own=[MOVE + bytes([150, 139]) + RETURN]) == MOVE + LINE + END


def test_the_number_of_bytes_of_a_mask_follows_from_the_stems_before_it():
    many = bytes([140, 150] * 9 + [18])
    assert one(many + bytes([19, 14, 14]) + MOVE + END) == MOVE + END


@pytest.mark.parametrize("length", [1, 2, 3, 5])
def test_numbers_of_every_length_stay_as_they_are(length):
    number = {1: bytes([200]), 2: bytes([251, 9]), 3: bytes([28, 255, 0]), 5: bytes([255, 0, 1, 128, 0])}
    code = number[length] + bytes([22]) + END
    assert one(code) == code


def test_a_glyph_longer_than_expected_is_written_whole():
    long = MOVE + LINE * 500 + RETURN
    assert one(LOCAL * 3 + END, own=[long]) == (MOVE + LINE * 500) * 3 + END


@pytest.mark.parametrize(
    "code",
    [b"", MOVE, bytes([10]), LOCAL + END, RETURN, bytes([28, 0]), bytes([12, 10]) + END, NUMBER * 65 + END],
    ids=["empty", "no end", "no operand", "no such", "return", "cut short", "calculates", "too many"],
)
def test_what_is_broken_or_calculates_is_left_to_font_tools(code):
    assert one(code) is None


def test_a_subroutine_that_calls_itself_is_given_up():
    assert one(LOCAL + END, own=[LOCAL + RETURN]) is None
