"""No label is ever a box, and a subset of a font holds what the page needs."""

from __future__ import annotations

import io

import pytest
from fontTools.ttLib import TTFont

from readout_nlp.errors import InputError
from readout_nlp.present.fonts import check_glyphs, font_family, font_path, missing_glyphs, subset_font
from readout_nlp.present.strings import strings


@pytest.mark.parametrize("face", ["sans", "serif"])
def test_every_interface_string_can_be_drawn(face):
    check_glyphs((text for words in strings().values() for text in words.values()), face)


def test_interface_speaks_both_languages_with_the_same_blanks():
    import string

    for key, words in strings().items():
        assert set(words) == {"zh", "en"}, key
        blanks = [{name for _, name, _, _ in string.Formatter().parse(words[lang]) if name} for lang in words]
        assert blanks[0] == blanks[1], key
        assert words["zh"], key
        assert words["en"], key


def test_missing_glyph_is_named():
    with pytest.raises(InputError, match=r"U\+1F600"):
        check_glyphs(["会议\U0001f600"])
    assert missing_glyphs(["会议\U0001f600"]) == "\U0001f600"


def test_fonts_come_from_the_package_not_from_the_machine():
    assert "pylopdf_fonts_zh_cn" in str(font_path())
    assert font_family() == "Noto Sans SC"


def test_subset_holds_its_texts_and_little_else():
    data = subset_font(["会议通报"])
    with TTFont(io.BytesIO(data)) as font:
        cmap = set(font.getBestCmap())
    assert {ord(char) for char in "会议通报"} == cmap
    assert len(data) < 10_000
    assert data == subset_font(["报通议会", "会议"])


def test_subset_leaves_out_what_the_font_does_not_have():
    assert subset_font(["会\U0001f600"])[:4] == b"wOFF"
