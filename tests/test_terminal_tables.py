"""Tables for a terminal: aligned with Chinese in them, never wider than asked, complete without a width."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readout_nlp.commands.card import card_lines
from readout_nlp.corpus.coverage import describe_corpus
from readout_nlp.corpus.intake import check_pages
from readout_nlp.corpus.read import sample_corpus
from readout_nlp.evaluate.score import evaluate_paths
from readout_nlp.text_tables import GAP, definitions, display_width, fold, pad, shorten, text_table

ODD = "a 研究。,e\u0301\u3042é“”…×\u200b\ufe0f𠀀한"
texts = st.text(st.sampled_from(ODD), max_size=30)
cells = texts.map(lambda text: " ".join(text.split()))


def widths(lines):
    return [display_width(line) for line in lines]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("abc", 3),
        ("会议", 4),
        ("\uff08会议\uff09", 8),  # fullwidth brackets
        ("カ", 2),
        ("\uff76", 1),  # halfwidth
        ("e\u0301", 1),  # combining
        ("“”…×α", 5),  # ambiguous: one column, as in a UTF-8 terminal
        ("\u200b\u200d\ufeff", 0),
        ("𠀀", 2),  # beyond the basic plane
        ("", 0),
    ],
)
def test_a_width_is_what_a_terminal_takes(text, columns):
    assert display_width(text) == columns


@given(texts, st.integers(0, 40))
def test_shortening_never_exceeds_the_width_and_keeps_what_fits(text, width):
    short = shorten(text, width)
    assert display_width(short) <= width
    if display_width(text) <= width:
        assert short == text
    elif width > 3:
        assert short.endswith("...")
        assert text.startswith(short[:-3])


@given(texts, st.integers(0, 40), st.booleans())
def test_padding_gives_the_width(text, width, right):
    assert display_width(pad(text, width, right=right)) == max(width, display_width(text))


@given(texts, st.integers(10, 60), st.sampled_from(["", "  "]))
def test_folding_fits_and_loses_no_visible_character(text, width, indent):
    lines = list(fold(text, width, indent=indent))
    assert max(widths(lines), default=0) <= width
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert list(fold(text, None)) == [text]


@given(st.lists(st.tuples(cells, cells, st.integers(0, 10**6).map(str)), max_size=6))
def test_without_a_width_every_cell_is_there_and_columns_align(rows):
    header, *lines = text_table(("place", "subject", "n"), rows, right="<<>")
    assert len(lines) == len(rows)
    for line, (place, subject, number) in zip(lines, rows, strict=True):
        assert place in line
        assert subject in line
        assert line.endswith(number)
    assert len(set(widths([header, *lines]))) == 1  # the last column stands at the right


@given(st.lists(st.tuples(cells, cells, st.integers(0, 10**6).map(str)), max_size=6), st.integers(20, 80))
def test_a_table_fits_its_width_and_keeps_every_number_whole(rows, width):
    lines = text_table(("place", "subject", "n"), rows, right="<<>", width=width)
    assert max(widths(lines), default=0) <= width
    for *_, number in rows:
        assert any(number in line for line in lines)


def test_the_widest_words_give_way_first_and_a_very_narrow_table_is_stacked():
    rows = [("砚溪市", "研究全市防汛抗旱工作和水库除险加固", "12")]
    header, line = text_table(("place", "subject", "n"), rows, right="<<>", width=30)
    assert line.startswith(f"砚溪市{GAP}研究")
    assert line.endswith("12")
    assert "..." in line
    assert header.endswith("n")
    stacked = text_table(("place", "subject", "n"), rows, right="<<>", width=16)
    assert stacked[0] == "place: 砚溪市"
    assert stacked[-1] == "n: 12"
    assert "..." not in "".join(stacked)


@given(st.lists(st.tuples(cells, cells), max_size=5), st.integers(16, 80))
def test_definitions_fit_and_are_never_shortened(pairs, width):
    lines = list(definitions(pairs, width=width))
    assert max(widths(lines), default=0) <= width
    shown = "".join("".join(lines).split())
    assert shown == "".join("".join(name + text for name, text in pairs).split())


@pytest.fixture(scope="module")
def corpus():
    return sample_corpus(cities=2, years=6, per_cell=1)


def test_a_corpus_shows_places_by_years_or_if_narrow_their_sums(corpus):
    wide, narrow = describe_corpus(corpus), describe_corpus(corpus, width=40)
    grid = [
        line for line in wide.splitlines() if line.startswith(tuple(corpus.readouts["place"].drop_nulls()))
    ]
    assert len(set(widths(grid))) == 1
    assert max(widths(narrow.splitlines())) <= 40
    assert "gaps" in narrow
    assert str(corpus.readouts.height) in narrow


@pytest.mark.parametrize("width", [40, 120])
def test_what_commands_say_fits_the_terminal(tmp_path, width):
    page = tmp_path / "a.txt"
    page.write_text("4月2日,市委常委会召开会议。会议听取了全市春耕备耕工作情况的汇报。", encoding="utf-8")
    (tmp_path / "b.csv").write_text("标题,text,date\n会议,水利,2018-13-40\n", encoding="utf-8")
    (tmp_path / "truth.jsonl").write_text('{"path": "a.txt", "meeting_type": "县委常委会"}', encoding="utf-8")
    checked = check_pages(tmp_path / "b.csv")
    measured = evaluate_paths(tmp_path / "truth.jsonl", [page])
    for found in (checked, measured):
        assert max(widths(found.as_text(width).splitlines())) <= max(width, display_width(str(tmp_path)) + 8)
        assert found.as_text() == str(found)
    assert max(widths(measured.as_text(width).splitlines())) <= width
    assert "2018-13-40" in checked.as_text(width)


def test_the_card_of_a_model_is_as_it_was_written_in_a_pipe_and_aligned_at_a_terminal():
    table = "| topic | words |\n|---|---:|\n| t01 | 防汛 抗旱 水库 |\n"
    card = f"# Model\n\n{table}\nA sentence that is too long for it.\n"
    assert list(card_lines(card, None)) == card.splitlines()
    shown = list(card_lines(card, 24))
    assert max(widths(shown)) <= 24
    assert "t01    防汛 抗旱 水库" in shown
    assert not any(line.startswith("|") for line in shown)


def test_spare_columns_are_left_out_before_a_table_is_stacked():
    header, rows = ("place", "low", "high", "share"), [("砚溪市", "0.125", "0.250", "0.200")]
    wide = text_table(header, rows, right="<>>>", width=30, spare=("low", "high"))
    assert wide == text_table(header, rows, right="<>>>")
    narrow = text_table(header, rows, right="<>>>", width=16, spare=("low", "high"))
    assert narrow == ["place   share", "砚溪市  0.200"]
    stacked = text_table(header, rows, right="<>>>", width=10, spare=("low", "high"))
    assert stacked == ["place:", "  砚溪市", "share:", "  0.200"]
