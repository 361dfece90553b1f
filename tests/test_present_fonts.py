"""No label is ever a box, and a subset of a font holds what the page needs."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl
import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont

import readout_nlp
import readout_nlp as rn
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


REFERENCE = sorted((Path(readout_nlp.__file__).parent / "reference" / "data").glob("*.csv"))
PATTERNS = {"furniture"}  # ranges of characters, not words


@pytest.mark.parametrize("face", ["sans", "serif"])
@pytest.mark.parametrize("path", REFERENCE, ids=lambda path: path.stem)
def test_every_place_person_and_term_that_we_know_can_be_drawn(path, face):
    if path.stem not in PATTERNS:
        check_glyphs(path.read_text(encoding="utf-8").splitlines(), face)


@pytest.mark.parametrize("face", ["sans", "serif"])
def test_every_word_of_the_sample_can_be_drawn(face):
    folder = Path(readout_nlp.__file__).parent / "sample"
    sources = [path for path in folder.rglob("*") if path.suffix in {".py", ".csv", ".json", ".txt"}]
    assert sources
    check_glyphs((path.read_text(encoding="utf-8") for path in sources), face)
    corpus = rn.sample_corpus(cities=2, years=2, per_cell=2)
    check_glyphs([*corpus.items["text"], *corpus.readouts["title"].drop_nulls()], face)


def test_rare_characters_of_place_names_have_glyphs():
    names = pl.read_csv(REFERENCE[[path.stem for path in REFERENCE].index("divisions")], comment_prefix="#")
    rare = {
        char for name in names["name"] for char in name if "\u3400" <= char <= "\u4dbf" or char > "\u9fa5"
    }
    assert missing_glyphs(rare) == ""


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


def drawn(font, char):
    pen = RecordingPen()
    font.getGlyphSet()[font.getBestCmap()[ord(char)]].draw(pen)
    return pen.value


def test_subset_draws_as_the_whole_font_does_and_carries_its_licence():
    text = "会议通报，AV1"
    with TTFont(io.BytesIO(subset_font([text]))) as cut, TTFont(font_path(), lazy=True) as whole:
        assert all(drawn(cut, char) == drawn(whole, char) != [] for char in text)
        assert cut["hmtx"][cut.getBestCmap()[ord("A")]] == whole["hmtx"][whole.getBestCmap()[ord("A")]]
        assert "SIL Open Font License" in str(cut["name"].getDebugName(13))
        assert {feature.FeatureTag for feature in cut["GPOS"].table.FeatureList.FeatureRecord} == {"kern"}


def test_subset_leaves_out_what_the_font_does_not_have():
    assert subset_font(["会\U0001f600"])[:4] == b"wOFF"
